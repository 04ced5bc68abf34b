import type { LessonKind, LessonStatus } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";
import { type Query, queryValue } from "@/lib/reporting/list-params";
import { addDays, isDate, mondayOf, weekdayOf } from "./week";

export const calendarViews = ["day", "week", "month"] as const;
export type CalendarView = (typeof calendarViews)[number];

/** A teacher or a room: what a calendar has rows for. */
export type CalendarResource = { readonly id: string; readonly name: string };

/** A lesson as the calendar draws it. */
export type CalendarLesson = {
  readonly id: Id<"lesson">;
  readonly kind: LessonKind;
  readonly status: LessonStatus;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Name of the instrument or of the class. */
  readonly subject: string;
  readonly instrumentId: string | null;
  readonly classId: string | null;
  readonly teacher: CalendarResource;
  readonly room: CalendarResource;
  /** Whose lesson it is; of a class, those of its students whom the reader may see. */
  readonly students: readonly {
    readonly id: Id<"student">;
    readonly firstName: string;
    readonly name: string;
  }[];
};

/** Time that is kept while a family pays. */
export type CalendarHold = {
  readonly id: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly expiresAt: Date;
  readonly teacher: CalendarResource;
  readonly room: CalendarResource;
  readonly studentName: string | null;
};

/** Days, both included, in the academy's zone. */
export type CalendarDays = { readonly name: string; readonly startsOn: string; readonly endsOn: string };

/** When a teacher is away. */
export type CalendarAbsence = { readonly teacherId: string; readonly startsAt: Date; readonly endsAt: Date };

/** Weekly hours in local time (`16:00:00`, `24:00:00` at most); weekday 0 is Monday; `until` is the first day without. */
export type CalendarHours = {
  readonly teacherId: string;
  readonly weekday: number;
  readonly starts: string;
  readonly ends: string;
  readonly from: string | null;
  readonly until: string | null;
};

/** Everything that lies in some days, as far as the reader may see it. */
export type CalendarRange = {
  readonly lessons: readonly CalendarLesson[];
  readonly holds: readonly CalendarHold[];
  readonly closures: readonly CalendarDays[];
  readonly makeupDays: readonly CalendarDays[];
  readonly absences: readonly CalendarAbsence[];
  readonly hours: readonly CalendarHours[];
};

/** What a calendar's address asks for. */
export type CalendarAddress = {
  /** null: whatever fits the screen, a week or, on a phone, a day. */
  readonly view: CalendarView | null;
  readonly date: string;
};

// Years of four digits, and none in which no academy was or will be.
const FIRST_DAY = "2000-01-01";
const LAST_DAY = "2199-12-31";

/** Reads `?view=week&date=2026-12-03`. Unknown words count as not said; nobody gets an error for an old bookmark. */
export function readCalendarAddress(query: Query, today: string): CalendarAddress {
  const view = queryValue(query, "view");
  const date = queryValue(query, "date");
  return {
    view: calendarViews.find((known) => known === view) ?? null,
    date: isDate(date) && date >= FIRST_DAY && date <= LAST_DAY ? date : today,
  };
}

/** The days, both included, that a view of a date shows; a month is shown in whole weeks. */
export function daysOf(view: CalendarView, date: string): { readonly first: string; readonly last: string } {
  if (view === "day") return { first: date, last: date };
  if (view === "week") return { first: mondayOf(date), last: addDays(mondayOf(date), 6) };
  return {
    first: mondayOf(firstOfMonth(date)),
    last: addDays(mondayOf(addDays(firstOfMonth(nextMonth(date)), -1)), 6),
  };
}

const firstOfMonth = (date: string): string => `${date.slice(0, 7)}-01`;
const nextMonth = (date: string): string => addDays(firstOfMonth(date), 31);

/** The date that the view before (-1) or after (1) is about. */
export function stepDate(view: CalendarView, date: string, step: -1 | 1): string {
  if (view === "day") return addDays(date, step);
  if (view === "week") return addDays(date, 7 * step);
  return step === 1 ? firstOfMonth(nextMonth(date)) : firstOfMonth(addDays(firstOfMonth(date), -1));
}

/** Every date from the first to the last. */
export function datesBetween(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** A teacher's hours of one date as local spans (`YYYY-MM-DD HH:mm:ss`), in order. */
export function hoursOn(
  hours: readonly CalendarHours[],
  teacherId: string,
  date: string,
): { readonly start: string; readonly end: string }[] {
  return hours
    .filter(
      (span) =>
        span.teacherId === teacherId &&
        span.weekday === weekdayOf(date) &&
        (span.from === null || span.from <= date) &&
        (span.until === null || date < span.until),
    )
    .map((span) => ({
      start: `${date} ${span.starts}`,
      end: span.ends === "24:00:00" ? `${addDays(date, 1)} 00:00:00` : `${date} ${span.ends}`,
    }))
    .sort((a, b) => a.start.localeCompare(b.start));
}

/** The local spans of a date that are in none of the given ones: when a teacher does not teach. */
export function hoursBeside(
  spans: readonly { readonly start: string; readonly end: string }[],
  date: string,
): { readonly start: string; readonly end: string }[] {
  const beside: { start: string; end: string }[] = [];
  let from = `${date} 00:00:00`;
  for (const span of spans) {
    if (span.start > from) beside.push({ start: from, end: span.start });
    if (span.end > from) from = span.end;
  }
  const midnight = `${addDays(date, 1)} 00:00:00`;
  if (from < midnight) beside.push({ start: from, end: midnight });
  return beside;
}

/**
 * The whole hours of the day (`08:00:00`, `21:00:00`) between which everything happens, and no fewer than the given
 * ones: those of the working day, unless somebody's own hours are known.
 */
export function shownHours(
  spans: readonly { readonly start: string; readonly end: string }[],
  atLeast: { readonly first: number; readonly last: number } = { first: 8, last: 20 },
): { readonly start: string; readonly end: string } {
  let { first, last } = atLeast;
  for (const { start, end } of spans) {
    const isLate = end.slice(0, 10) > start.slice(0, 10);
    first = Math.min(first, Number(start.slice(11, 13)));
    last = Math.max(last, isLate ? 24 : Number(end.slice(11, 13)) + (end.slice(14) === "00:00" ? 0 : 1));
  }
  const clock = (hour: number) => (hour === 24 ? "23:59:59" : `${String(hour).padStart(2, "0")}:00:00`);
  return { start: clock(first), end: clock(last) };
}

/** The teachers or rooms to draw a row for: those at work, and those who are not any more but have something here. */
export function rowsFor(
  items: readonly { readonly teacher: CalendarResource; readonly room: CalendarResource }[],
  by: "teacher" | "room",
  active: readonly CalendarResource[],
): CalendarResource[] {
  const known = new Map(active.map((resource) => [resource.id, resource]));
  for (const item of items) if (!known.has(item[by].id)) known.set(item[by].id, item[by]);
  return [...known.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
