import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";

/**
 * Writes lib/db/database.gen.ts from the tables of a migrated database (about two seconds), or compares it with them.
 * The one mechanism behind `npm run types:db`, `npm run types:check` and the checks.
 * @param adminUrl the owner's address of the database.
 * @param mode `verify` changes nothing and fails where the file and the tables differ.
 * @throws StackError with a sentence that says what to do; for `verify` also with the lines that differ.
 */
export async function generateTypes(
  adminUrl: string,
  mode: "write" | "verify",
  signal?: AbortSignal,
): Promise<void> {
  const { code, lines } = await runNodeProgram(
    [
      inProject("node_modules", "kysely-codegen", "dist", "cli", "bin.js"),
      "--dialect=postgres",
      `--url=${adminUrl}`,
      "--include-pattern=public.*",
      "--date-parser=string",
      '--type-mapping={"timestamptz":"Date","int8":"number"}',
      `--out-file=${inProject("lib", "db", "database.gen.ts")}`,
      ...(mode === "verify" ? ["--verify"] : []),
    ],
    { signal },
  );
  if (code === 0) return;
  const words = lines.join("\n").replaceAll(adminUrl, "the database");
  if (mode === "write") throw new StackError(`The types could not be written:\n${words}`);
  // After the lines that differ the generator throws, with a trace that tells nobody anything.
  const trace = lines.findIndex((line) => line.includes("node_modules"));
  if (trace === -1 || !words.includes("not up-to-date")) {
    throw new StackError(`The types could not be compared with the database:\n${words}`);
  }
  throw new StackError(
    `${lines.slice(0, trace).join("\n")}\nlib/db/database.gen.ts does not fit the migrations (- is in the database, + in the file). Write it again with \`npm run types:db\`.`,
  );
}
