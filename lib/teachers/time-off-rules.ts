import { Temporal } from "temporal-polyfill";
import { formatDay, formatDayTime, formatTime, localDate } from "@/lib/format";
import { addDays, startOfDay } from "@/lib/scheduling/local-day";
import type { TimeOffForm } from "./time-off-schema";

/**
 * The instant of a local time (`HH:MM`, 24:00 is the next midnight). One that exists twice is its first occurrence, one
 * that does not exist is shifted by the gap, as `private.local_instant` has it.
 */
function instantOf(day: string, time: string, timeZone: string): Date {
  if (time === "24:00") return startOfDay(addDays(day, 1), timeZone);
  const local = Temporal.PlainDateTime.from(`${day}T${time}:00`);
  return new Date(local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds);
}

/** The instants between which somebody is away: whole days where no times are given. */
export function spanOf(
  form: Pick<TimeOffForm, "fromDay" | "fromTime" | "untilDay" | "untilTime">,
  timeZone: string,
): { readonly from: Date; readonly until: Date } {
  const lastDay = form.untilDay ?? form.fromDay;
  return {
    from: form.fromTime
      ? instantOf(form.fromDay, form.fromTime, timeZone)
      : startOfDay(form.fromDay, timeZone),
    until: form.untilTime
      ? instantOf(lastDay, form.untilTime, timeZone)
      : startOfDay(addDays(lastDay, 1), timeZone),
  };
}

/** `Mon, Dec 7 to Sun, Dec 13`, `Mon, Dec 7`, `Mon, Dec 7, 2:00 pm to 5:00 pm`: whole days without times. */
export function timeOffWords(from: Date, until: Date, timeZone: string): string {
  const firstDay = localDate(from, timeZone);
  const lastInstant = new Date(until.getTime() - 1);
  const lastDay = localDate(lastInstant, timeZone);
  const isWhole =
    from.getTime() === startOfDay(firstDay, timeZone).getTime() &&
    until.getTime() === startOfDay(addDays(lastDay, 1), timeZone).getTime();
  if (isWhole) {
    const first = formatDay(from, timeZone);
    return firstDay === lastDay ? first : `${first} to ${formatDay(lastInstant, timeZone)}`;
  }
  return firstDay === localDate(until, timeZone)
    ? `${formatDayTime(from, timeZone)} to ${formatTime(until, timeZone)}`
    : `${formatDayTime(from, timeZone)} to ${formatDayTime(until, timeZone)}`;
}
