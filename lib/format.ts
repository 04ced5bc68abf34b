/**
 * Dates and times as people read them. Every function takes an instant and an IANA zone; the pages pass the
 * academy's zone, so that a lesson reads the same on every device. English as spoken in the United States.
 */

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
  cache.set(key, made);
  return made;
}

/** Intl puts a narrow no-break space before AM; people and searches expect `4:15 pm`. */
function lowerMeridiem(text: string): string {
  return text.replace(/[\u202f\u00a0 ]([AP])M/g, (_, half: string) => ` ${half.toLowerCase()}m`);
}

/** `Thu, Dec 3` */
export function formatDay(instant: Date, zone: string): string {
  return formatter(zone, { weekday: "short", month: "short", day: "numeric" }).format(instant);
}

/** `Thursday, December 3, 2026` */
export function formatLongDay(instant: Date, zone: string): string {
  return formatter(zone, { weekday: "long", month: "long", day: "numeric", year: "numeric" }).format(instant);
}

/** `Dec 3, 2026` */
export function formatDate(instant: Date, zone: string): string {
  return formatter(zone, { month: "short", day: "numeric", year: "numeric" }).format(instant);
}

/** `Dec 3, 2026` from a calendar date (`YYYY-MM-DD`), which has no zone. */
export function formatCalendarDate(date: string): string {
  return formatDate(new Date(`${date}T12:00:00Z`), "UTC");
}

/** `Thursday, Dec 3` from a calendar date (`YYYY-MM-DD`), which has no zone. */
export function formatCalendarDay(date: string): string {
  return formatter("UTC", { weekday: "long", month: "short", day: "numeric" }).format(
    new Date(`${date}T12:00:00Z`),
  );
}

/** `December 2026` */
export function formatMonth(instant: Date, zone: string): string {
  return formatter(zone, { month: "long", year: "numeric" }).format(instant);
}

/** `4:15 pm` */
export function formatTime(instant: Date, zone: string): string {
  return lowerMeridiem(formatter(zone, { hour: "numeric", minute: "2-digit" }).format(instant));
}

/** `Thu, Dec 3, 4:15 pm` */
export function formatDayTime(instant: Date, zone: string): string {
  return `${formatDay(instant, zone)}, ${formatTime(instant, zone)}`;
}

/** `4:15 – 4:45 pm`, `11:45 am – 12:15 pm` */
export function formatTimeRange(start: Date, end: Date, zone: string): string {
  const from = formatTime(start, zone);
  const to = formatTime(end, zone);
  return from.slice(-2) === to.slice(-2) ? `${from.slice(0, -3)} – ${to}` : `${from} – ${to}`;
}

/** `EST`, `EDT`: the zone's short name on that day. */
export function formatZone(instant: Date, zone: string): string {
  const parts = formatter(zone, { timeZoneName: "short", hour: "numeric" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** `New York` from `America/New_York`: what a person calls the zone. */
export function zoneCity(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** The calendar date on which an instant falls in a zone, `2026-12-03`. */
export function localDate(instant: Date, zone: string): string {
  const parts = formatter(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The time of day in a zone, `16:15`. */
export function localTime(instant: Date, zone: string): string {
  return formatter(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(instant);
}

/** `1 student`, `3 students`; the plural is the word with an s unless it is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** `piano, violin and cello` */
export function listOf(words: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}

/** `Nov 23 – 28, 2026` from two calendar dates (`YYYY-MM-DD`), both included; one date where they are the same. */
export function formatDateSpan(startsOn: string, endsOn: string): string {
  const at = (date: string) => new Date(`${date}T12:00:00Z`);
  return formatter("UTC", { month: "short", day: "numeric", year: "numeric" })
    .formatRange(at(startsOn), at(endsOn))
    .replace(/\s*–\s*/, " – ");
}

/** `45 min`, `2 h`, `4 h 30 min` from whole minutes. */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
