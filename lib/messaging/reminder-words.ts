import { formatDay, formatTime, formatZone, localDate } from "@/lib/format";

const DAY_MS = 24 * 60 * 60_000;

/**
 * When a lesson is, as one says it at an instant: `today at 4:15 pm`, `tomorrow at 4:15 pm`, `on Sat, Dec 5 at 4:15 pm`.
 * Today and tomorrow are days of the reader's zone, however many hours they have.
 */
export function spokenTime(startsAt: Date, now: Date, zone: string): string {
  const day = localDate(startsAt, zone);
  const today = localDate(now, zone);
  const tomorrow = new Date(Date.parse(`${today}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const words = day === today ? "today" : day === tomorrow ? "tomorrow" : `on ${formatDay(startsAt, zone)}`;
  return `${words} at ${formatTime(startsAt, zone)}`;
}

/** `4:15 pm EST at the academy`, where the reader's clock differs from the academy's at that instant; else null. */
export function academyTime(startsAt: Date, zone: string, academyZone: string): string | null {
  const there = formatTime(startsAt, academyZone);
  const isSame =
    formatTime(startsAt, zone) === there && localDate(startsAt, zone) === localDate(startsAt, academyZone);
  return isSame ? null : `${there} ${formatZone(startsAt, academyZone)} at the academy`;
}
