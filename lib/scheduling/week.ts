import { localDate } from "@/lib/format";
import type { OfferedTime } from "./offered-time";

/**
 * Starts that leave no gaps: of each teacher's open times, the first and then every one that begins when the one
 * before it ends. A free afternoon on a 15-minute grid so becomes 3:00, 3:30, 4:00 instead of twelve starts that
 * exclude each other. Expects the times in order of their start.
 */
export function withoutOverlap(times: readonly OfferedTime[]): OfferedTime[] {
  const freeAgain = new Map<string, number>();
  return times.filter((time) => {
    if (time.startsAt.getTime() < (freeAgain.get(time.teacherId) ?? 0)) return false;
    freeAgain.set(time.teacherId, time.endsAt.getTime());
    return true;
  });
}

const DAY_MS = 86_400_000;

/** The calendar date `days` later. Dates are `YYYY-MM-DD` and know no zone. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday, 6 is Sunday. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The Monday of the date's week. */
export function mondayOf(date: string): string {
  return addDays(date, -weekdayOf(date));
}

/** Whether a string is a date of the calendar: `2026-02-30` is not. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/**
 * The instant at which a date begins in a zone. Where midnight does not exist that day (some zones change their
 * clocks then), the first instant after it.
 */
export function startOfDay(date: string, zone: string): Date {
  const utcMidnight = Date.parse(`${date}T00:00:00Z`);
  // No zone is further than 14 hours from UTC; the first quarter of an hour that has the date is its beginning.
  for (let at = utcMidnight - 15 * 3_600_000; at <= utcMidnight + 15 * 3_600_000; at += 900_000) {
    if (localDate(new Date(at), zone) === date) return new Date(at);
  }
  throw new RangeError(`no such day: ${date} in ${zone}`);
}

export type OpenDay = {
  readonly date: string;
  readonly hours: readonly { readonly hour: number; readonly times: readonly OfferedTime[] }[];
};

function hourOf(instant: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour: "numeric",
    hourCycle: "h23",
  }).formatToParts(instant);
  return Number(parts.find((part) => part.type === "hour")?.value ?? 0);
}

/** Open times by day and hour of the zone; each of the given dates is there, also the empty ones. */
export function byDayAndHour(
  times: readonly OfferedTime[],
  dates: readonly string[],
  zone: string,
): OpenDay[] {
  const days = new Map(dates.map((date) => [date, new Map<number, OfferedTime[]>()]));
  for (const time of times) {
    const hours = days.get(localDate(time.startsAt, zone));
    if (!hours) continue;
    const hour = hourOf(time.startsAt, zone);
    hours.set(hour, [...(hours.get(hour) ?? []), time]);
  }
  return [...days].map(([date, hours]) => ({
    date,
    hours: [...hours].map(([hour, found]) => ({ hour, times: found })).sort((a, b) => a.hour - b.hour),
  }));
}

/** The first time of each day, with whomever: a few days to choose from rather than one busy afternoon. */
export function firstOfEachDay(times: readonly OfferedTime[], zone: string): OfferedTime[] {
  const seen = new Set<string>();
  return times.filter((time) => {
    const date = localDate(time.startsAt, zone);
    if (seen.has(date)) return false;
    seen.add(date);
    return true;
  });
}

/** At most `aDay` times of each day, spread evenly over it: a glimpse of the week, not the whole of it. */
export function thinned(times: readonly OfferedTime[], zone: string, aDay: number): OfferedTime[] {
  const days = Map.groupBy(withoutOverlap(times), (time) => localDate(time.startsAt, zone));
  return [...days.values()].flatMap((found) => {
    if (found.length <= aDay) return found;
    const stride = (found.length - 1) / (aDay - 1);
    return Array.from({ length: aDay }, (_, place) => found[Math.round(place * stride)]).filter(
      (time) => time !== undefined,
    );
  });
}
