import { runTerm } from "../term/term";
import { printTally } from "./checks";
import { onInterrupt } from "./interrupts";
import { explainSystemError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

/** `npm run test:term`: four months at the academy, played by moving the clock. */
const interruption = new AbortController();
onInterrupt(
  () => {
    printStep("Stopping");
    interruption.abort();
  },
  () => process.exit(1),
);
try {
  const { passed, failures } = await runTerm(interruption.signal);
  if (interruption.signal.aborted) process.exit(130);
  printTally({ passed, failures });
  process.exit(failures.length === 0 ? 0 : 1);
} catch (error) {
  if (interruption.signal.aborted) process.exit(130);
  printFailure(explainSystemError(error));
  process.exit(1);
}
