import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { explainSystemError, StackError } from "./stack-error";
import { startStack } from "./start-stack";
import { printFailure, printStep } from "./terminal";

/** `npm run types:db`: writes lib/db/database.gen.ts from the migrations; with `--verify`, fails when it is out of date. */
const isVerifying = process.argv.includes("--verify");

try {
  const stack = await startStack({ web: "none" });
  try {
    const { code, lines } = await runNodeProgram([
      inProject("node_modules", "kysely-codegen", "dist", "cli", "bin.js"),
      "--dialect=postgres",
      `--url=${stack.env.DATABASE_ADMIN_URL}`,
      "--include-pattern=public.*",
      "--date-parser=string",
      '--type-mapping={"timestamptz":"Date","int8":"number"}',
      `--out-file=${inProject("lib", "db", "database.gen.ts")}`,
      ...(isVerifying ? ["--verify"] : []),
    ]);
    if (code !== 0) {
      throw new StackError(
        isVerifying
          ? "lib/db/database.gen.ts does not fit the migrations. Write it again with `npm run types:db`."
          : `The types could not be written:\n${lines.join("\n")}`,
      );
    }
    printStep(isVerifying ? "The types fit the migrations" : "lib/db/database.gen.ts written");
  } finally {
    await stack.stop();
  }
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
