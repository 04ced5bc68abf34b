import type { WeekSpan } from "./waitlist-schema";

const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** `{[930,1200),[2370,2640)}` as PostgreSQL writes a multirange; nothing for one that is empty. */
export function readWeekSpans(multirange: string): WeekSpan[] {
  return [...multirange.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, until]) => ({
    from: Number(from),
    until: Number(until),
  }));
}

/** `3:30 pm` from minutes of the day; midnight at its end is `midnight`. */
export function clockWords(minuteOfDay: number): string {
  if (minuteOfDay === DAY_MINUTES) return "midnight";
  const hour = Math.floor(minuteOfDay / 60);
  const minute = String(minuteOfDay % 60).padStart(2, "0");
  return `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? "am" : "pm"}`;
}

/** `Mon, Tue 3:30 pm to 8:00 pm`; `any time` for the whole week. Days with the same hours stand together. */
export function weekSpanWords(spans: readonly WeekSpan[]): string {
  if (spans.some(({ from, until }) => from === 0 && until === WEEK_MINUTES)) return "any time";
  const byHours = new Map<string, string[]>();
  for (const { from, until } of spans) {
    for (let day = Math.floor(from / DAY_MINUTES); day * DAY_MINUTES < until; day++) {
      const start = Math.max(from - day * DAY_MINUTES, 0);
      const end = Math.min(until - day * DAY_MINUTES, DAY_MINUTES);
      const hours =
        start === 0 && end === DAY_MINUTES ? "all day" : `${clockWords(start)} to ${clockWords(end)}`;
      byHours.set(hours, [...(byHours.get(hours) ?? []), DAYS[day] ?? ""]);
    }
  }
  return [...byHours].map(([hours, days]) => `${days.join(", ")} ${hours}`).join("; ");
}

/** `2 h 5 min`, `12 min`, `less than a minute` until an instant; null once it is over. */
export function remainingWords(until: Date, now: Date): string | null {
  const left = until.getTime() - now.getTime();
  if (left <= 0) return null;
  const minutes = Math.floor(left / 60_000);
  if (minutes === 0) return "less than a minute";
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
