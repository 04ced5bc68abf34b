import { defaultDataDir } from "./project";
import { readRunningStack } from "./running-stack";
import { seedIfEmpty } from "./seeding";
import { explainSystemError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

/** `npm run seed`: loads the sample academy into the running stack, when it is empty. */
try {
  const seconds = await seedIfEmpty(readRunningStack(defaultDataDir).env);
  printStep(
    seconds > 0
      ? `Sample academy loaded in ${seconds.toFixed(1)} s`
      : "The academy has data already; `npm run up -- --fresh` starts over.",
  );
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
