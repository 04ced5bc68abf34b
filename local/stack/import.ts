import type { Environment } from "./environment";
import { defaultDataDir, inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { readRunningStack } from "./running-stack";
import { explainSystemError } from "./stack-error";
import { printFailure } from "./terminal";

/** What the importer needs to know: of the database that the caller names, else of the running stack. */
function importEnvironment(): Environment {
  const { INIT_CWD = process.cwd() } = process.env;
  const source = process.env.DATABASE_ADMIN_URL ? process.env : readRunningStack(defaultDataDir).env;
  const { DATABASE_ADMIN_URL = "", CLOCK_FILE = "" } = source;
  return { DATABASE_ADMIN_URL, CLOCK_FILE, INIT_CWD };
}

/** `npm run import -- families.csv [--apply]`: shows or writes what the file has of families. */
try {
  const program = [
    "--import",
    "tsx",
    inProject("supabase", "import", "command.ts"),
    ...process.argv.slice(2),
  ];
  const { code } = await runNodeProgram(program, {
    env: importEnvironment(),
    onLine: (line) => console.log(line),
  });
  process.exitCode = code ?? 1;
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
