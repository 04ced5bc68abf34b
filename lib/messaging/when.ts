import { formatDay, formatLongDay, formatTime, formatTimeRange, formatZone } from "@/lib/format";

/** Times as letters name them: always with their zone, since a mail is read anywhere. */

/** `Thursday, December 3, 2026, 4:15 – 4:45 pm EST`; the zone is named as of the start. */
export function longSpan(startsAt: Date, minutes: number, timeZone: string): string {
  const endsAt = new Date(startsAt.getTime() + minutes * 60_000);
  const range = formatTimeRange(startsAt, endsAt, timeZone);
  return `${formatLongDay(startsAt, timeZone)}, ${range} ${formatZone(startsAt, timeZone)}`;
}

/** `Thu, Dec 3, 4:15 pm EST`: for subject lines. */
export function shortMoment(instant: Date, timeZone: string): string {
  return `${formatDay(instant, timeZone)}, ${formatTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;
}

/** `Thursday, December 3, 2026, 4:15 pm EST` */
export function longMoment(instant: Date, timeZone: string): string {
  return `${formatLongDay(instant, timeZone)}, ${formatTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;
}

/** `Thursdays at 4:15 pm` */
export function weeklyTime(startsAt: Date, timeZone: string): string {
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "long" }).format(startsAt);
  return `${weekday}s at ${formatTime(startsAt, timeZone)}`;
}

/** `January 1, 2027` from a day without a time, written as ISO `2027-01-01`. */
export function plainDay(isoDay: string): string {
  const midnight = new Date(`${isoDay}T00:00:00Z`);
  return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", dateStyle: "long" }).format(midnight);
}
