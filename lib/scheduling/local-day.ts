import { localDate } from "@/lib/format";

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((found) => found.type === type)?.value);
  const asUtc = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return asUtc - Math.floor(instant.getTime() / 1000) * 1000;
}

/** The instant at which a calendar date (`YYYY-MM-DD`) begins in a zone. Days are 23 or 25 hours long twice a year. */
export function startOfDay(date: string, zone: string): Date {
  const utc = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(utc)) throw new RangeError(`not a date: ${date}`);
  const guess = new Date(utc - offsetAt(new Date(utc), zone));
  // The offset may change between the guess and the day's real beginning.
  return new Date(utc - offsetAt(guess, zone));
}

/** The calendar date some days later (or earlier). */
export function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** The Monday of a date's week. */
export function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

/** Whether a text is a calendar date that exists. */
export function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** Things with a start, by the calendar date on which they fall in a zone; keeps their order. */
export function groupByDay<T extends { readonly startsAt: Date }>(
  items: readonly T[],
  zone: string,
): { readonly date: string; readonly items: readonly T[] }[] {
  const days = new Map<string, T[]>();
  for (const item of items) {
    const date = localDate(item.startsAt, zone);
    days.set(date, [...(days.get(date) ?? []), item]);
  }
  return [...days].map(([date, found]) => ({ date, items: found }));
}
