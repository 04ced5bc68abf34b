import { readSeedOptions } from "../../supabase/seed/options";
import { defaultDataDir } from "./project";
import { readRunningStack } from "./running-stack";
import { seedIfEmpty } from "./seeding";
import { explainSystemError, StackError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

/** Checks the arguments here, where a wrong one is told at once and in one sentence; the loader reads them itself. */
function readArguments(): string[] {
  const args = process.argv.slice(2);
  try {
    readSeedOptions(args);
    return args;
  } catch (error) {
    throw error instanceof RangeError ? new StackError(error.message, { cause: error }) : error;
  }
}

/**
 * `npm run seed`: loads the sample academy into the running stack, when it is empty. `-- --students 5000` loads a larger
 * one, `-- --seed 7` one of other people.
 */
try {
  const args = readArguments();
  const seconds = await seedIfEmpty(readRunningStack(defaultDataDir).env, { args });
  printStep(
    seconds > 0
      ? `Sample academy loaded in ${seconds.toFixed(1)} s`
      : "The academy has data already. `npm run up -- --fresh --empty` starts over without any, for this command to load it.",
  );
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
