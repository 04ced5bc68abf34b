import { join } from "node:path";
import { planShortChaos, runChaos } from "../chaos/chaos";
import { ensureBuild, isBuildCurrent } from "./build";
import {
  addTallies,
  runBrowserTests,
  runDatabaseChecks,
  runStaticChecks,
  runUnitTests,
  type Tally,
} from "./checks";
import { findChromium } from "./chromium";
import { startStack } from "./start-stack";
import { printStep } from "./terminal";
import { runTestProgram } from "./test-program";

/** Runs the work on a temporary stack that is gone afterwards, whatever happens. */
async function onTemporaryStack(
  web: "start" | "none",
  signal: AbortSignal,
  work: (env: Record<string, string>) => Promise<Tally>,
): Promise<Tally> {
  const stack = await startStack({
    web,
    signal,
    isForTests: true,
    // Retries are waited for in earnest, but no longer than a test has patience.
    backoff: [100, 200, 400, 800, 1_600],
    onNews: (news) => {
      if (news.kind === "step") printStep(news.text);
      if (news.kind === "service" && news.status.state === "restarting")
        printStep(`${news.status.name} is started again`);
    },
  });
  try {
    return await work({ ...stack.env, STACK_FILE: join(stack.dataDir, "stack.json") });
  } finally {
    await stack.stop();
  }
}

/**
 * `npm test`: everything. `npm test -- <filter>`: the unit, database and browser tests whose file matches; `chaos` as well
 * plays the short chaos.
 */
async function runEverything(filters: readonly string[], signal: AbortSignal): Promise<Tally> {
  const chromiumPath = findChromium();
  const tallies: Tally[] = [];
  if (filters.length === 0) {
    printStep("Format, lint, types, import rules, dead code");
    tallies.push(await runStaticChecks(signal));
  }
  const selection = filters.length === 0 ? [] : [...filters, "--passWithNoTests"];
  const browserSelection = filters.length === 0 ? [] : [...filters, "--pass-with-no-tests"];

  printStep("Unit and database tests, on a PostgreSQL of their own");
  tallies.push(
    await onTemporaryStack("none", signal, async (env) => {
      const adminUrl = env.DATABASE_ADMIN_URL ?? "";
      const checks = filters.length === 0 ? [await runDatabaseChecks(adminUrl, signal)] : [];
      const tests = await runUnitTests(selection, { TEST_DATABASE_ADMIN_URL: adminUrl }, signal);
      return addTallies([...checks, tests]);
    }),
  );
  if (!isBuildCurrent()) printStep("Production build (about a minute)");
  await ensureBuild({ signal });
  printStep("Browser tests, on a stack of their own");
  tallies.push(
    await onTemporaryStack("start", signal, (env) =>
      runBrowserTests(browserSelection, { ...env, CHROMIUM_PATH: chromiumPath }, signal),
    ),
  );
  if (filters.length === 0 || filters.some((filter) => filter.includes("chaos"))) {
    printStep("Chaos in short, on a stack of its own");
    tallies.push(await runChaos(planShortChaos(), signal));
  }
  return addTallies(tallies);
}

await runTestProgram((signal) => runEverything(process.argv.slice(2), signal));
