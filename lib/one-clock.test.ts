import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const root = fileURLToPath(new URL("..", import.meta.url));
const BIOME = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");

const OTHER_CLOCKS = [
  "Date.now()",
  "[0].map(Date.now)",
  "globalThis.Date.now()",
  "new Date()",
  "new Date",
  "new Date( )",
  "Date()",
  "Temporal.Now.instant()",
  "performance.timeOrigin",
  'new Intl.DateTimeFormat("en").format()',
  'new Intl.DateTimeFormat("en").formatToParts()',
  "sql`now()`",
  `sql\`select \${id}, pg_catalog.now() - at\``,
  "sql`select private.now(), now()`",
  "sql`select clock_timestamp() + interval '1 day'`",
  "sql`select transaction_timestamp()`",
  "sql`select statement_timestamp()`",
  'sql.unsafe("delete from holds where day < current_date")',
  'sql.unsafe("select CURRENT_TIMESTAMP")',
  "sql`select localtimestamp, localtime`",
  "sql`select 'today'::date`",
  'fn<Date>("now", [])',
];

const NO_OTHER_CLOCKS = [
  "clock.now()",
  "new Date(5)",
  "new Date(clock.now())",
  "Date.UTC(2026, 8, 1)",
  "Date.parse(text)",
  "performance.now()",
  "store.now()",
  'new Intl.DateTimeFormat("en").format(at)',
  `sql\`select private.now() - at from private.known() where \${clock.now()} > at\``,
  'sql.unsafe("select current_dates, now from localtimes")',
  '"We know now (it is late)."',
];

/** One statement a line, in this order. */
const linesOf = (expressions: readonly string[]): string =>
  expressions.map((expression, index) => `export const v${index} = ${expression};\n`).join("");

const report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      location: z.object({ path: z.string(), start: z.object({ line: z.number() }) }),
    }),
  ),
});

/** Lines by file that the project's own rule, in the folders that biome.json names for it, reports there. */
async function lint(folder: string, files: Readonly<Record<string, string>>): Promise<Map<string, number[]>> {
  const { plugins } = z
    .object({ plugins: z.array(z.object({ path: z.string(), includes: z.array(z.string()) })) })
    .parse(JSON.parse(readFileSync(join(root, "biome.json"), "utf8")));
  const settings = { plugins, linter: { rules: { preset: "none" } }, formatter: { enabled: false } };
  writeFileSync(join(folder, "biome.json"), JSON.stringify(settings));
  for (const { path } of plugins) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const output = await new Promise<string>((resolve) => {
    const args = [BIOME, "lint", "--reporter=json", "--max-diagnostics=none", "."];
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
  const found = new Map(Object.keys(files).map((path) => [path, [] as number[]]));
  for (const { category, location } of report.parse(JSON.parse(output)).diagnostics) {
    expect(category, location.path).toBe("plugin");
    found.get(location.path)?.push(location.start.line);
  }
  return found;
}

const PRODUCT = [
  "app/(public)/page.tsx",
  "components/ui/when.tsx",
  "lib/scheduling/rules.ts",
  "lib/scheduling/rules.test.ts",
  "inngest/functions/billing/charge.ts",
  "emails/receipt.tsx",
  "supabase/seed/lessons.ts",
  "local/stripe/renewals.ts",
  "local/inngest/timers.ts",
  "proxy.ts",
];

const REAL_TIME = [
  "lib/clock.ts",
  "lib/log.ts",
  "lib/http/rate-limit.ts",
  "supabase/seed/replay.ts",
  "local/inngest/queue.ts",
  "local/stripe/webhooks.ts",
];

/** Programs around the academy: they wait, measure and arrange in real time. */
const OUTSIDE = [
  "local/stack/up.ts",
  "local/stripe/stripe.test.ts",
  "bench/enroll.ts",
  "supabase/tests/x.test.ts",
];

describe("the rule of the one clock", () => {
  const folder = mkdtempSync(join(tmpdir(), "one-clock-"));
  let found: Map<string, number[]>;

  beforeAll(async () => {
    const planted = linesOf(OTHER_CLOCKS);
    found = await lint(folder, {
      "lib/allowed.ts": linesOf(NO_OTHER_CLOCKS),
      ...Object.fromEntries([...PRODUCT, ...REAL_TIME, ...OUTSIDE].map((path) => [path, planted])),
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PRODUCT)("finds every other clock in %s", (path) => {
    const lines = [...new Set(found.get(path))];
    expect(OTHER_CLOCKS.filter((_, index) => !lines.includes(index + 1))).toEqual([]);
  });

  it("leaves alone the academy's own clock, given instants and durations", () => {
    expect(found.get("lib/allowed.ts")?.map((line) => NO_OTHER_CLOCKS[line - 1])).toEqual([]);
  });

  it.each([...REAL_TIME, ...OUTSIDE])("lets %s tell the real time", (path) => {
    expect(found.get(path)).toEqual([]);
  });
});
