import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { consultAdvisors } from "./advisors";
import { generateTypes } from "./database-types";
import type { Environment } from "./environment";
import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";
import { dim, green, printStep, red } from "./terminal";

/** How many checks of a kind held, and the names of those that did not. */
export interface Tally {
  passed: number;
  failures: string[];
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failures: tallies.flatMap((tally) => tally.failures),
  };
}

const bin = (...parts: string[]) => inProject("node_modules", ...parts);

/** Prints how a check ended; what a failed one says goes below its name. */
function record(name: string, problem: string | undefined): Tally {
  printStep(`${problem === undefined ? green("✔") : red("✖")} ${name}`);
  if (problem === undefined) return { passed: 1, failures: [] };
  console.log(problem);
  return { passed: 0, failures: [name] };
}

/** Each is one check: the whole project's format and lint, types, import rules, dead code. */
const staticChecks: { name: string; args: string[] }[] = [
  {
    name: "format and lint (biome)",
    args: [bin("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"],
  },
  { name: "route types (next typegen)", args: [bin("next", "dist", "bin", "next"), "typegen"] },
  { name: "types (tsc)", args: [bin("typescript", "bin", "tsc"), "--noEmit", "--incremental", "false"] },
  {
    name: "import rules (dependency-cruiser)",
    args: [bin("dependency-cruiser", "bin", "dependency-cruise.mjs"), "--config", "--no-progress", "."],
  },
  { name: "dead code (knip)", args: [bin("knip", "bin", "knip.js"), "--no-progress"] },
];

/** Runs them one after the other and prints what a failed one says. */
export async function runStaticChecks(signal?: AbortSignal): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const { name, args } of staticChecks) {
    const { code, lines } = await runNodeProgram(args, { signal });
    tallies.push(record(name, code === 0 ? undefined : lines.slice(-80).join("\n")));
  }
  return addTallies(tallies);
}

/** Each is one check of a migrated database. It throws a StackError that says what is wrong. */
const databaseChecks: { name: string; run: (adminUrl: string, signal?: AbortSignal) => Promise<void> }[] = [
  {
    name: "generated types (lib/db/database.gen.ts)",
    run: (adminUrl, signal) => generateTypes(adminUrl, "verify", signal),
  },
  { name: "advisors (supabase db advisors)", run: consultAdvisors },
];

/**
 * Asks about the database itself what no test file asks; both together take about a second.
 * @param adminUrl the owner's address of a database with all migrations.
 */
export async function runDatabaseChecks(adminUrl: string, signal?: AbortSignal): Promise<Tally> {
  const tallies = databaseChecks.map(async ({ name, run }) => {
    try {
      await run(adminUrl, signal);
      return record(name, undefined);
    } catch (error) {
      if (error instanceof StackError) return record(name, error.message);
      throw error;
    }
  });
  return addTallies(await Promise.all(tallies));
}

function resultsFile(name: string): string {
  const folder = inProject("node_modules", ".cache", "cedar-tests");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

function readResults<T>(file: string, shape: z.ZodType<T>): T | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = shape.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return parsed.success ? parsed.data : undefined;
}

const vitestResults = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/**
 * Runs vitest and counts. A file that cannot be loaded counts as one failure, and so does a run that breaks off.
 * `skipped` are the names of the tests that were left out.
 * @param args file filters and options.
 * @param env must hold TEST_DATABASE_ADMIN_URL when the database tests are among them.
 */
export async function runUnitTests(
  args: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<Tally & { skipped: string[] }> {
  const file = resultsFile("vitest");
  const { code } = await runNodeProgram(
    [
      bin("vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...args,
    ],
    { env: { ...env, NODE_ENV: "test" }, onLine: (line) => console.log(dim("  │ ") + line), signal },
  );
  const results = readResults(file, vitestResults);
  const failures = (results?.testResults ?? []).flatMap((suite) => {
    const failed = suite.assertionResults
      .filter((test) => test.status === "failed")
      .map((test) => test.fullName);
    return suite.status === "failed" && failed.length === 0 ? [suite.name] : failed;
  });
  if (code !== 0 && failures.length === 0) failures.push("vitest broke off");
  const skipped = (results?.testResults ?? []).flatMap((suite) =>
    suite.assertionResults.filter((test) => test.status === "skipped").map((test) => test.fullName),
  );
  return { passed: results?.numPassedTests ?? 0, failures, skipped };
}

interface PlaywrightSuite {
  specs: { title: string; file: string; ok: boolean }[];
  suites?: PlaywrightSuite[] | undefined;
}

const playwrightSuite: z.ZodType<PlaywrightSuite> = z.lazy(() =>
  z.object({
    specs: z.array(z.object({ title: z.string(), file: z.string(), ok: z.boolean() })),
    suites: z.array(playwrightSuite).optional(),
  }),
);

const playwrightResults = z.object({
  suites: z.array(playwrightSuite),
  errors: z.array(z.unknown()),
  stats: z.object({ expected: z.number() }),
});

function listBroken(suite: PlaywrightSuite): string[] {
  const own = suite.specs.filter((spec) => !spec.ok).map((spec) => `${spec.file}: ${spec.title}`);
  return [...own, ...(suite.suites ?? []).flatMap(listBroken)];
}

/**
 * Runs Playwright and counts.
 * @param env must hold STACK_FILE (the running stack's stack.json) and CHROMIUM_PATH.
 */
export async function runBrowserTests(
  args: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<Tally> {
  const file = resultsFile("playwright");
  const { code } = await runNodeProgram(
    [bin("@playwright", "test", "cli.js"), "test", "--reporter=list,json", ...args],
    {
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      onLine: (line) => console.log(dim("  │ ") + line),
      signal,
    },
  );
  const results = readResults(file, playwrightResults);
  const failures = (results?.suites ?? []).flatMap(listBroken);
  if (code !== 0 && failures.length === 0) failures.push("Playwright broke off");
  return { passed: results?.stats.expected ?? 0, failures };
}

/** The last words of a test command: what failed, and one line with the counts. */
export function printTally(tally: Tally): void {
  if (tally.failures.length > 0) {
    console.log(`\n${red("Failed:")}`);
    for (const failure of tally.failures) console.log(`  ${red("✖")} ${failure}`);
  }
  console.log(`\n${tally.passed} passed, ${tally.failures.length} failed`);
}
