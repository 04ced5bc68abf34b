import { countOf, formatDate, formatDay, formatTime, formatZone } from "@/lib/format";
import { addDays, isDate, mondayOf, weekdayOf } from "./week";

/** Monday is 0, as in the database. */
export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/** When a series is, in local time of the academy's zone. `starts` is `16:00`, with seconds or without. */
export type SeriesTime = {
  readonly weekday: number;
  readonly starts: string;
  readonly everyWeeks: number;
};

/** `4:15 pm` from a local time of day, `16:15` or `16:15:00`, which has no zone. */
export function clockWords(time: string): string {
  return formatTime(new Date(`2000-01-03T${time.slice(0, 5)}:00Z`), "UTC");
}

/** `Wednesday` */
function weekdayWords(weekday: number): string {
  return WEEKDAYS[weekday] ?? "";
}

/** `Wednesdays at 4:15 pm` */
export function weeklyWords({ weekday, starts }: Pick<SeriesTime, "weekday" | "starts">): string {
  return `${weekdayWords(weekday)}s at ${clockWords(starts)}`;
}

/** `Wednesdays at 4:15 pm, every week` */
export function seriesWords({ weekday, starts, everyWeeks }: SeriesTime): string {
  return `${weeklyWords({ weekday, starts })}, ${rhythmWords(everyWeeks)}`;
}

/** `every week`, `every two weeks` */
function rhythmWords(everyWeeks: number): string {
  return everyWeeks === 1 ? "every week" : "every two weeks";
}

/** What the clocks do to a lesson's local time on its day: they skip it, or show it twice. */
export type Dst = "none" | "skipped" | "twice";

/**
 * What to know about a day on which the clocks change at the lesson's time; null on all others. `startsAt` is where the
 * rule puts it (RFC 5545, 3.3.5): the first of two occurrences; a time that is skipped is none.
 */
export function dstWords(dst: Dst, starts: string, startsAt: Date, zone: string): string | null {
  if (dst === "skipped") return `The clocks go forward over ${clockWords(starts)} on this day.`;
  if (dst === "twice") {
    return `The clocks go back on this day, and ${clockWords(starts)} comes twice: the lesson is at the first one (${formatZone(startsAt, zone)}).`;
  }
  return null;
}

/** What somebody chose for a week that is not free. */
export type SeriesAnswer =
  | { readonly startsAt: string; readonly teacherId: string }
  | { readonly skip: true }
  | { readonly keep: true };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An answer as the value of a form's field; `readAnswer` reads it back. */
export function answerValue(answer: SeriesAnswer): string {
  if ("skip" in answer) return "skip";
  if ("keep" in answer) return "keep";
  return `${answer.startsAt} ${answer.teacherId}`;
}

/** The answer in a form's field; null when it is none. */
export function readAnswer(value: string): SeriesAnswer | null {
  if (value === "skip") return { skip: true };
  if (value === "keep") return { keep: true };
  const [startsAt = "", teacherId = ""] = value.split(" ");
  const instant = Date.parse(startsAt);
  if (Number.isNaN(instant) || !UUID.test(teacherId)) return null;
  return { startsAt: new Date(instant).toISOString(), teacherId };
}

/** The starts of a day, one every quarter of an hour (or what the grid is), as times of day: `09:00`. */
export function gridTimes(from = "07:00", until = "21:00", gridMinutes = 15): string[] {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const times: string[] = [];
  for (let at = minutes(from); at <= minutes(until); at += gridMinutes) {
    times.push(`${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`);
  }
  return times;
}

/** A start in each week, and in how many of the weeks that were looked at it is open. */
export type WeeklyTime = { readonly weekday: number; readonly starts: string; readonly weeks: number };

/** Open starts by weekday and local time, in the order of the week; each week counts once. */
export function weeklyTimes(
  starts: readonly { readonly date: string; readonly time: string }[],
): WeeklyTime[] {
  const found = new Map<string, Set<string>>();
  for (const { date, time } of starts) {
    const key = `${weekdayOf(date)} ${time}`;
    const weeks = found.get(key) ?? new Set();
    found.set(key, weeks.add(mondayOf(date)));
  }
  return [...found]
    .map(([key, weeks]) => ({ weekday: Number(key[0]), starts: key.slice(2), weeks: weeks.size }))
    .sort((a, b) => a.weekday - b.weekday || a.starts.localeCompare(b.starts));
}

/** First and last day of a date's week. */
export function weekOf(date: string): { readonly monday: string; readonly nextMonday: string } {
  const monday = mondayOf(date);
  return { monday, nextMonday: addDays(monday, 7) };
}

/** Whether a text is a time of day, `16:15`. */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Whether a text is a day of the calendar; 29 February is one in leap years alone. */
export const isDay = isDate;

/** What planning comes to, each fact in a sentence. */
export function plannedWords(
  planned: {
    readonly lessons: number;
    readonly leftOut: number;
    readonly firstStart: Date;
    readonly lastStart: Date;
  },
  zone: string,
): string[] {
  return [
    `${countOf(planned.lessons, "lesson")} ${planned.lessons === 1 ? "is" : "are"} booked, from ${formatDay(planned.firstStart, zone)} to ${formatDate(planned.lastStart, zone)}.`,
    ...(planned.leftOut > 0
      ? [
          `${countOf(planned.leftOut, "week")} ${planned.leftOut === 1 ? "is" : "are"} left out: no lesson is booked there.`,
        ]
      : []),
  ];
}

/** What moving comes to, each fact in a sentence. */
export function movedWords(
  moved: {
    readonly moved: number;
    readonly kept: number;
    readonly cancelled: number;
    readonly firstStart: Date | null;
    readonly lastStart: Date | null;
  },
  zone: string,
): string[] {
  const { firstStart, lastStart } = moved;
  return [
    ...(firstStart && lastStart
      ? [
          `${countOf(moved.moved, "lesson")} ${moved.moved === 1 ? "moves" : "move"}: the first is on ${formatDay(firstStart, zone)} at ${formatTime(firstStart, zone)}, the last on ${formatDay(lastStart, zone)} at ${formatTime(lastStart, zone)}.`,
        ]
      : ["No lesson moves."]),
    ...(moved.kept > 0
      ? [
          `${countOf(moved.kept, "lesson")} ${moved.kept === 1 ? "stays" : "stay"} at the time ${moved.kept === 1 ? "it has" : "they have"} now.`,
        ]
      : []),
    ...(moved.cancelled > 0
      ? [
          `${countOf(moved.cancelled, "lesson")} ${moved.cancelled === 1 ? "is" : "are"} cancelled by the academy; the family gets a make-up credit for each.`,
        ]
      : []),
  ];
}
