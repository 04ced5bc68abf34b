import { printTally, type Tally } from "./checks";
import { onInterrupt } from "./interrupts";
import { explainSystemError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

/** Runs tests as a program of their own: Ctrl C stops them, the tally is printed and decides the exit code. Ends the process. */
export async function runTestProgram(work: (signal: AbortSignal) => Promise<Tally>): Promise<never> {
  const interruption = new AbortController();
  onInterrupt(
    () => {
      printStep("Stopping");
      interruption.abort();
    },
    () => process.exit(1),
  );
  try {
    const tally = await work(interruption.signal);
    if (interruption.signal.aborted) process.exit(130);
    printTally(tally);
    process.exit(tally.failures.length === 0 ? 0 : 1);
  } catch (error) {
    if (interruption.signal.aborted) process.exit(130);
    printFailure(explainSystemError(error));
    console.log("0 passed, 1 failed");
    process.exit(1);
  }
}
