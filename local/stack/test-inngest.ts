import { parseArgs } from "node:util";
import { createTemporaryDatabaseServer } from "../postgres/temporary-server";
import { printTally, runUnitTests } from "./checks";
import type { Environment } from "./environment";
import { onInterrupt } from "./interrupts";
import { explainSystemError, StackError } from "./stack-error";
import { printFailure, printStep } from "./terminal";

const suite = "local/inngest/conformance";

interface Wish {
  /** The server to be judged; the embedded executor when it is left out. */
  baseUrl: string | undefined;
  env: Environment;
  /** Words of test file names. */
  filters: string[];
}

/** Reads the command's options. */
function readWish(args: string[]): Wish {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      "base-url": { type: "string" },
      "event-key": { type: "string" },
      "signing-key": { type: "string" },
      "app-host": { type: "string" },
    },
  });
  const baseUrl = values["base-url"]?.replace(/\/$/, "");
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new StackError(`"${baseUrl}" is no address. Write it like http://127.0.0.1:8288.`);
  }
  const named: Record<string, string | undefined> = {
    CONFORMANCE_BASE_URL: baseUrl,
    CONFORMANCE_EVENT_KEY: values["event-key"],
    CONFORMANCE_SIGNING_KEY: values["signing-key"],
    CONFORMANCE_APP_HOST: values["app-host"],
    CONFORMANCE_SEED: process.env.CONFORMANCE_SEED,
    EXECUTOR_LOG: process.env.EXECUTOR_LOG,
  };
  const env: Environment = { CONFORMANCE_THOROUGH: "1" };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) env[name] = value;
  return { baseUrl, env, filters: positionals };
}

async function checkReachable(baseUrl: string): Promise<void> {
  try {
    const response = await fetch(baseUrl, { signal: AbortSignal.timeout(5_000), redirect: "manual" });
    await response.body?.cancel();
  } catch (cause) {
    throw new StackError(`Nothing answers at ${baseUrl}. Start the server first, or correct --base-url.`, {
      cause,
    });
  }
}

/** What was left out, each reason once: the suite's groups end with theirs in brackets. */
function printSkipped(skipped: readonly string[]): void {
  const reasons = new Map<string, number>();
  for (const name of skipped) {
    const reason = /\[(.+?)\]/.exec(name)?.[1] ?? "is not for this server";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const [reason, count] of reasons) {
    printStep(`${count} left out: what ${count === 1 ? "it asks" : "they ask"} ${reason}`);
  }
}

/** `npm run test:inngest`: how an Inngest server must behave, asked of the embedded executor or of any other server. */
const interruption = new AbortController();
onInterrupt(
  () => interruption.abort(),
  () => process.exit(1),
);
try {
  const { baseUrl, env, filters } = readWish(process.argv.slice(2));
  const started = performance.now();
  if (baseUrl === undefined) printStep("Conformance of the embedded executor (some minutes)");
  else printStep(`Conformance of the server at ${baseUrl} (some minutes)`);
  if (baseUrl !== undefined) await checkReachable(baseUrl);
  const server = baseUrl === undefined ? await createTemporaryDatabaseServer() : undefined;
  try {
    const files = filters.length === 0 ? [suite] : filters.map((filter) => `${suite}/${filter}`);
    const tally = await runUnitTests(
      files,
      { ...env, ...(server ? { TEST_DATABASE_ADMIN_URL: server.adminUrl } : {}) },
      interruption.signal,
    );
    if (!interruption.signal.aborted) {
      printSkipped(tally.skipped);
      printTally(tally);
      const cases = tally.passed + tally.failures.length;
      console.log(`${cases} cases in ${Math.round((performance.now() - started) / 1_000)} s`);
    }
    process.exitCode = interruption.signal.aborted ? 130 : tally.failures.length === 0 ? 0 : 1;
  } finally {
    await server?.stop();
  }
} catch (error) {
  printFailure(explainSystemError(error));
  process.exitCode = 1;
}
