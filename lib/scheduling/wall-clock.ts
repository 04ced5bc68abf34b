/**
 * What clocks on the wall show, for the calendar: it draws `YYYY-MM-DD HH:mm:ss` as it stands and knows no zone. The
 * zone is always the academy's, whatever the reader's device is set to.
 */

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(zone, made);
  return made;
}

/** `2026-12-03 16:15:00`: what the zone's clocks show at an instant. */
export function wallClock(instant: Date, zone: string): string {
  const parts = formatterOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

const asUtc = (local: string): number => Date.parse(`${local.replace(" ", "T")}Z`);

/** A wall-clock time some minutes later on the same clock, without any zone. */
export function addWallMinutes(local: string, minutes: number): string {
  return new Date(asUtc(local) + minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * The instant at which the zone's clocks show a time. One that they show twice, when they go back, is its first
 * occurrence; one that they skip, when they go forward, is shifted by the gap (RFC 5545, 3.3.5), like
 * `private.local_instant`. Refuses what is no time of the calendar: RangeError.
 */
export function instantOf(local: string, zone: string): Date {
  const wanted = asUtc(local);
  // Date.parse reads the 30th of February as the 2nd of March.
  if (Number.isNaN(wanted) || !new Date(wanted).toISOString().startsWith(local.replace(" ", "T"))) {
    throw new RangeError(`not a time: ${local}`);
  }
  const offsetAt = (at: number) => asUtc(wallClock(new Date(at), zone)) - at;
  const before = offsetAt(wanted - 86_400_000);
  const after = offsetAt(wanted + 86_400_000);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (offsetAt(wanted - offset) === offset) return new Date(wanted - offset);
  }
  return new Date(wanted - before);
}

/** Whether the zone's clocks show a time on its day: not one that they skip when they go forward. */
export function isShown(local: string, zone: string): boolean {
  return wallClock(instantOf(local, zone), zone) === local;
}

/**
 * A span as the calendar draws it. Where the clocks go back within it, its end would stand before its start: then it is
 * drawn as long as it lasts.
 */
export function wallSpan(
  span: { readonly startsAt: Date; readonly endsAt: Date },
  zone: string,
): { readonly start: string; readonly end: string } {
  const start = wallClock(span.startsAt, zone);
  const end = wallClock(span.endsAt, zone);
  if (end > start) return { start, end };
  return { start, end: addWallMinutes(start, (span.endsAt.getTime() - span.startsAt.getTime()) / 60_000) };
}

/** `4:15 pm` from a wall-clock time. */
export function wallTime(local: string): string {
  const hour = Number(local.slice(11, 13));
  return `${hour % 12 || 12}:${local.slice(14, 16)} ${hour < 12 ? "am" : "pm"}`;
}

/** `4 pm`; the marks at the edge of a calendar. */
export function wallHour(local: string): string {
  return local.slice(14, 16) === "00" ? wallTime(local).replace(":00", "") : "";
}
