import {
  addTallies,
  printTally,
  runDatabaseChecks,
  runStaticChecks,
  runUnitTests,
  type Tally,
} from "./checks";
import { onInterrupt } from "./interrupts";
import { explainSystemError, StackError } from "./stack-error";
import { startStack } from "./start-stack";
import { printFailure, printStep } from "./terminal";

const parts = ["static", "unit", "db"] as const;
type Part = (typeof parts)[number];

/** Tests of local services and benches start servers of their own; `npm test` runs them, the quick check does not. */
const slowTests = ["--exclude", "local/**", "--exclude", "bench/**"];
const databaseTests = ["supabase/tests", "lib/db"];

/** Which parts the command asks for: all of them when it names none. */
function chosenParts(words: readonly string[]): readonly Part[] {
  const unknown = words.find((word) => !parts.some((part) => part === word));
  if (unknown) {
    throw new StackError(
      `There is no check "${unknown}". There are: ${parts.join(", ")}; without a word, all of them.`,
    );
  }
  return words.length === 0 ? parts : parts.filter((part) => words.includes(part));
}

/** Runs the tests on a stack of their own, after the checks of the database itself when those are asked for. */
async function runTests(chosen: readonly Part[], signal: AbortSignal): Promise<Tally> {
  const stack = await startStack({ web: "none", signal });
  const adminUrl = stack.env.DATABASE_ADMIN_URL ?? "";
  try {
    const tallies: Tally[] = [];
    if (chosen.includes("db")) tallies.push(await runDatabaseChecks(adminUrl, signal));
    const filters = chosen.includes("unit") ? slowTests : databaseTests;
    tallies.push(await runUnitTests(filters, { TEST_DATABASE_ADMIN_URL: adminUrl }, signal));
    return addTallies(tallies);
  } finally {
    await stack.stop();
  }
}

const interruption = new AbortController();
onInterrupt(
  () => interruption.abort(),
  () => process.exit(1),
);
try {
  const chosen = chosenParts(process.argv.slice(2));
  const tallies: Tally[] = [];
  if (chosen.includes("static")) tallies.push(await runStaticChecks(interruption.signal));
  if (chosen.includes("unit") || chosen.includes("db")) {
    printStep("Unit and database tests, on a PostgreSQL of their own");
    tallies.push(await runTests(chosen, interruption.signal));
  }
  if (interruption.signal.aborted) process.exit(130);
  const tally = addTallies(tallies);
  printTally(tally);
  process.exit(tally.failures.length === 0 ? 0 : 1);
} catch (error) {
  if (interruption.signal.aborted) process.exit(130);
  printFailure(explainSystemError(error));
  process.exit(1);
}
