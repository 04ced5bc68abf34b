import { Temporal } from "temporal-polyfill";

/**
 * A local date (`2026-11-04`) and time (`16:15`) of a zone as an instant. One that exists twice is its first occurrence, one
 * that does not exist is shifted forward by the gap, as `private.local_instant` has it (RFC 5545, 3.3.5).
 */
export function localInstant(date: string, time: string, timeZone: string): Date {
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  return new Date(local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds);
}

/** The local time of an instant in a zone, `16:15`. */
export function wallClock(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: "minute" });
}
