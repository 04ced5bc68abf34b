import { generateTypes } from "./database-types";
import { explainSystemError } from "./stack-error";
import { startStack } from "./start-stack";
import { printFailure, printStep } from "./terminal";

/** `npm run types:db`: writes lib/db/database.gen.ts from the migrations; with `--verify`, fails when it is out of date. */
const mode = process.argv.includes("--verify") ? "verify" : "write";

try {
  const stack = await startStack({ web: "none" });
  try {
    await generateTypes(stack.env.DATABASE_ADMIN_URL ?? "", mode);
    printStep(mode === "verify" ? "The types fit the migrations" : "lib/db/database.gen.ts written");
  } finally {
    await stack.stop();
  }
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
