/**
 * Imports families from a file: `tsx supabase/import/command.ts families.csv [--apply]` with DATABASE_ADMIN_URL. Ends with
 * code 1 when nothing could be imported.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { clock } from "@/lib/clock";
import type { Change, Counts } from "@/lib/families/import-plan";
import { countOf } from "@/lib/format";
import { type Imported, ImportRefused, importFamilies } from "./import-families";

const USAGE =
  "Name the file to import: `npm run import -- families.csv` shows what it would write, and `npm run import -- families.csv --apply` writes it.";

function readArguments(): { file: string; apply: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { apply: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const [file, another] = positionals;
    if (file === undefined || another !== undefined) throw new ImportRefused(USAGE);
    return { file, apply: values.apply };
  } catch (cause) {
    throw new ImportRefused(USAGE, { cause });
  }
}

/** A path as the person typed it, from the folder in which npm was called. */
function readFile(file: string): Uint8Array {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ImportRefused(`${path} cannot be read. Check the name, and that it is a file you may read.`, {
      cause,
    });
  }
}

async function run(): Promise<void> {
  const { file, apply } = readArguments();
  const bytes = readFile(file);
  const { DATABASE_ADMIN_URL } = process.env;
  if (!DATABASE_ADMIN_URL)
    throw new ImportRefused("DATABASE_ADMIN_URL is not set: it names the database to import into.");
  const sql = postgres(DATABASE_ADMIN_URL, { max: 1, onnotice: () => undefined });
  try {
    const imported = await importFamilies(sql, bytes, {
      apply,
      now: clock.now(),
      clockOffsetMs: clock.offsetMs(),
    });
    for (const line of reportOf(imported, basename(file), apply)) console.log(line);
    if (imported.errors.length > 0) process.exitCode = 1;
  } finally {
    await sql.end();
  }
}

/** What was or would be written, what is wrong, and what to do next. */
function reportOf(
  { plan, errors, lines, isWritten, requestId }: Imported,
  file: string,
  apply: boolean,
): string[] {
  const report = [
    `${file}: ${countOf(lines, "readable line")}. ${isWritten && !isEmpty(plan) ? "Written:" : "What it would write:"}`,
    ...Object.entries(plan.counts).map(([what, counts]) => `  ${what.padEnd(12)} ${countWords(counts)}`),
    `  ${"invitations".padEnd(12)} ${number(plan.invitations.length)} new or renewed, by which guardians find their family when they register`,
    ...section("Changed fields:", plan.changes.map(changeWords)),
    ...section(
      "Left as they are, because people with an account keep their own name and telephone number:",
      plan.kept.map(keptWords),
    ),
    ...section(
      `${countOf(errors.length, "error")}:`,
      errors.map(({ line, column, message }) => `line ${line}${column ? `, ${column}` : ""}: ${message}`),
    ),
  ];
  if (errors.length > 0)
    return [...report, "Nothing was written. Correct the file and run the command again."];
  if (isEmpty(plan)) return [...report, "All of it is there already: there is nothing to write."];
  if (!apply) return [...report, "Nothing was written yet. Add --apply to the command to write it."];
  return [...report, `The audit log has each change under ${requestId}.`];
}

const isEmpty = ({ added, changed, invitations }: Imported["plan"]): boolean =>
  [...Object.values(added), ...Object.values(changed), invitations].every((rows) => rows.length === 0);

const countWords = ({ added, changed, unchanged }: Counts): string =>
  `${number(added)} new, ${number(changed)} changed, ${number(unchanged)} unchanged`;
const number = (count: number): string => count.toLocaleString("en-US");

const quoted = (text: string): string => (text === "" ? "nothing" : JSON.stringify(text));

const changeWords = ({ line, who, field, from, to }: Change): string =>
  `line ${line}: ${who}, ${field}: ${quoted(from)} becomes ${quoted(to)}`;
const keptWords = ({ line, who, field, from, to }: Change): string =>
  `line ${line}: ${who}, ${field}: stays ${quoted(from)}, the file says ${quoted(to)}`;

function section(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [title, ...entries.map((entry) => `  ${entry}`)];
}

try {
  await run();
} catch (error) {
  console.error(error instanceof ImportRefused ? error.message : error);
  process.exitCode = 1;
}
