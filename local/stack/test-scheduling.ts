import { createTemporaryDatabaseServer } from "../postgres/temporary-server";
import { printTally, runUnitTests } from "./checks";
import { onInterrupt } from "./interrupts";
import { explainSystemError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

const test = "supabase/tests/scheduling.test.ts";

/** `npm run test:scheduling`: open times and conflicts beside their model, with many more cases than `npm test` has. */
const interruption = new AbortController();
onInterrupt(
  () => interruption.abort(),
  () => process.exit(1),
);
try {
  const { SCHEDULING_CASES = "100000", PROPERTY_SEED } = process.env;
  printStep(`${SCHEDULING_CASES} questions about open times and conflicts (a few minutes)`);
  const server = await createTemporaryDatabaseServer();
  try {
    const tally = await runUnitTests(
      [test],
      {
        TEST_DATABASE_ADMIN_URL: server.adminUrl,
        SCHEDULING_CASES,
        ...(PROPERTY_SEED === undefined ? {} : { PROPERTY_SEED }),
      },
      interruption.signal,
    );
    if (!interruption.signal.aborted) printTally(tally);
    process.exitCode = interruption.signal.aborted ? 130 : tally.failures.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
