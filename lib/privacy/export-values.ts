import {
  formatCalendarDate,
  formatDateSpan,
  formatDay,
  formatDuration,
  formatTime,
  formatTimeRange,
  formatZone,
} from "@/lib/format";
import type { HeldRow, HeldTables } from "./schema";
import { documentWords } from "./wording";

type Context = {
  /** IANA zone of all times. */
  readonly timeZone: string;
  /** What ids stand for. */
  readonly names: Readonly<Record<string, string>>;
};

/** `off_calendar` as `Off calendar`. */
export function spoken(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Of use to machines only: they stand in the JSON file. */
const TECHNICAL = new Set([
  "id",
  "family_id",
  "currency",
  "created_at",
  "updated_at",
  "position",
  "key",
  "code",
  "sha256",
  "storage_path",
  "ical_sequence",
  "teacher_busy",
  "ends_on",
]);

/** Whether the readable page leaves a column out. */
export function isTechnical(column: string): boolean {
  return TECHNICAL.has(column) || column.startsWith("stripe_") || column.endsWith("_id");
}

/** Columns whose value is a word from a list, not somebody's text. */
const WORDS = new Set([
  "account",
  "audience",
  "cadence",
  "card_brand",
  "channel",
  "failure_code",
  "function_id",
  "kind",
  "level",
  "origin",
  "role",
  "status",
  "step",
  "subject_type",
  "target",
]);
const PEOPLE = new Set(["author_id", "issued_by", "marked_by", "requested_by", "uploaded_by"]);
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAY_MINUTES = 1440;

/** PostgreSQL writes `2026-12-03 20:00:00+00` within ranges, where a Date wants `T` and `+00:00`. */
export function readInstant(text: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return null;
  const instant = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** The two ends of a stored range, as text; null where it is none. */
function rangeEnds(text: string): readonly [string, string] | null {
  const ends = /^[[(]"?([^",]*)"?,"?([^",]*)"?[\])]$/.exec(text);
  return ends?.[1] && ends[2] ? [ends[1], ends[2]] : null;
}

function momentWords(instant: Date, zone: string): string {
  const year = instant.toLocaleDateString("en-US", { timeZone: zone, year: "numeric" });
  return `${formatDay(instant, zone)}, ${year}, ${formatTime(instant, zone)} ${formatZone(instant, zone)}`;
}

/** `Thu, Dec 3, 2026, 4:15 – 4:45 pm EST` from a range of instants; null where it is none. */
function periodWords(text: string, zone: string): string | null {
  const ends = rangeEnds(text);
  const [start, end] = ends ? [readInstant(ends[0]), readInstant(ends[1])] : [null, null];
  if (!start || !end) return null;
  const year = start.toLocaleDateString("en-US", { timeZone: zone, year: "numeric" });
  return `${formatDay(start, zone)}, ${year}, ${formatTimeRange(start, end, zone)} ${formatZone(start, zone)}`;
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** `Oct 12 – Dec 18, 2026` from a range of days, whose end PostgreSQL leaves out. */
function daysWords(text: string): string | null {
  const ends = rangeEnds(text);
  if (!ends || !DATE.test(ends[0]) || !DATE.test(ends[1])) return null;
  const last = new Date(`${ends[1]}T12:00:00Z`);
  if (text.endsWith(")")) last.setUTCDate(last.getUTCDate() - 1);
  return formatDateSpan(ends[0], last.toISOString().slice(0, 10));
}

/** `4:15 pm` from minutes after midnight. */
function clockWords(minutes: number): string {
  return formatTime(new Date(Date.UTC(2026, 0, 1, 0, minutes)), "UTC");
}

/** Minutes of the week, from Monday 0:00, as `Monday 3:00 pm – 7:00 pm`. */
function weekWords(text: string): string {
  if (text === "{[0,10080)}") return "Any time";
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)]
    .map(([, from, to]) => {
      const [start, end] = [Number(from), Number(to)];
      const day = WEEKDAYS[Math.floor(start / DAY_MINUTES)] ?? "";
      const length = end - start;
      return length === DAY_MINUTES && start % DAY_MINUTES === 0
        ? day
        : `${day} ${clockWords(start % DAY_MINUTES)} – ${clockWords(end % DAY_MINUTES)}`;
    })
    .join(", ");
}

function moneyWords(cents: number, currency: unknown): string {
  const code = typeof currency === "string" ? currency.toUpperCase() : "USD";
  return `${new Intl.NumberFormat("en-US", { style: "currency", currency: code }).format(cents / 100)} ${code}`;
}

function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function numberWords(column: string, value: number, row: HeldRow): string {
  if (column.endsWith("_cents") || column === "cents") return moneyWords(value, row.currency);
  if (column.endsWith("_bp")) return `${value / 100} %`;
  if (column.endsWith("_bytes")) return sizeWords(value);
  if (column === "minutes" || column === "minutes_late") return formatDuration(value);
  if (column === "weekday") return WEEKDAYS[value] ?? String(value);
  return String(value);
}

function textWords(column: string, text: string, row: HeldRow, context: Context): string {
  if (column.endsWith("_at") || column === "at" || column.startsWith("current_period_")) {
    const instant = readInstant(text);
    if (instant) return momentWords(instant, context.timeZone);
  }
  if (column === "during") return periodWords(text, context.timeZone) ?? text;
  if (column === "valid" || column === "period") return daysWords(text) ?? text;
  if (column === "starts") {
    const [hours, minutes] = text.split(":").map(Number);
    return clockWords((hours ?? 0) * 60 + (minutes ?? 0));
  }
  if (column === "times") return weekWords(text);
  if (DATE.test(text)) return formatCalendarDate(text);
  if (column === "document") return documentWords(text);
  if (column === "failure_code" && row.failure_message) return spoken(text);
  return WORDS.has(column) ? spoken(text) : text;
}

/**
 * A value as a person reads it; null where there is nothing to read. Ids are the names of what they stand for; people
 * who have none here are people of the academy.
 */
export function valueWords(column: string, row: HeldRow, context: Context): string | null {
  const value = row[column];
  if (value === null || value === undefined || value === "") return null;
  if (PEOPLE.has(column)) return context.names[String(value)] ?? "The academy";
  if (column === "teacher_id") return context.names[String(value)] ?? "A former teacher";
  if (column.endsWith("_id") && column !== "function_id") return context.names[String(value)] ?? null;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return numberWords(column, value, row);
  if (typeof value === "string") return textWords(column, value, row, context);
  return documentLines(value, row, context).join("\n") || null;
}

/** A stored document, one line for each of its facts: `First name: Ann`; lines of a price as `Tuition: $160.00 USD`. */
function documentLines(value: unknown, row: HeldRow, context: Context): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => documentLines(item, row, context));
  if (typeof value !== "object" || value === null) return [String(value)];
  const facts: HeldRow = { currency: row.currency, ...value };
  if (typeof facts.label === "string" && typeof facts.cents === "number") {
    return [`${facts.label}: ${moneyWords(facts.cents, facts.currency)}`];
  }
  return Object.entries(value).flatMap(([key, fact]) => {
    if (typeof fact === "object" && fact !== null) return documentLines(fact, row, context);
    const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const words = valueWords(column, { ...facts, [column]: fact }, context);
    return words === null ? [] : [`${spoken(column.replace(/_(id|at)$/, ""))}: ${words}`];
  });
}

/** What the ids of the family's own rows stand for: people, enrollments, invoices, receipts, lessons, conversations. */
export function namesIn(tables: HeldTables, timeZone: string): Record<string, string> {
  const names: Record<string, string> = {};
  const name = (table: string, words: (row: HeldRow) => unknown, key = "id") => {
    for (const row of tables[table] ?? []) {
      const said = words(row);
      if (typeof row[key] === "string" && typeof said === "string" && said !== "") names[row[key]] = said;
    }
  };
  name("families", (row) => row.name);
  name("profiles", (row) => row.full_name);
  name("guardians", (row) => row.full_name, "profile_id");
  name("guardians", (row) => row.full_name);
  name("students", (row) => `${row.first_name} ${row.last_name}`, "profile_id");
  name("students", (row) => `${row.first_name} ${row.last_name}`);
  name("enrollments", (row) => `Enrollment No. ${row.number}`);
  name("invoices", (row) => `Invoice No. ${row.number}`);
  name("payments", (row) => `Receipt No. ${row.receipt_number}`);
  name("lessons", (row) => (typeof row.during === "string" ? periodWords(row.during, timeZone) : null));
  name("assignments", (row) => row.title);
  name("message_threads", (row) => row.subject);
  return names;
}
