import { Temporal } from "temporal-polyfill";

export const timeZone = "America/New_York";

/** Days as ISO dates in the academy's zone, both included. */
export type Days = { readonly name: string; readonly startsOn: string; readonly endsOn: string };

export type Calendar = {
  /** Terms of the academic year around today, then of the year after it. */
  readonly terms: readonly Days[];
  readonly closures: readonly Days[];
  /** The first and last teaching day of the academic year around today. */
  readonly yearStartsOn: string;
  readonly yearEndsOn: string;
  readonly today: string;
};

/** The academic year of 2026-27; other years are this one, moved to the nearest same weekdays. */
const TERMS: readonly Days[] = [
  { name: "Fall", startsOn: "2026-09-08", endsOn: "2026-12-19" },
  { name: "Spring", startsOn: "2027-01-04", endsOn: "2027-06-12" },
  { name: "Summer", startsOn: "2027-06-21", endsOn: "2027-08-28" },
];

const CLOSURES: readonly Days[] = [
  { name: "Labor Day", startsOn: "2026-09-07", endsOn: "2026-09-07" },
  { name: "Thanksgiving week", startsOn: "2026-11-23", endsOn: "2026-11-28" },
  { name: "Spring break", startsOn: "2027-03-29", endsOn: "2027-04-03" },
  { name: "Memorial Day", startsOn: "2027-05-31", endsOn: "2027-05-31" },
  { name: "Independence Day", startsOn: "2027-07-05", endsOn: "2027-07-05" },
];

/** The same day so many years later, moved by at most three days to the weekday that it had. */
function moveYears(day: string, years: number): string {
  const from = Temporal.PlainDate.from(day);
  const to = from.add({ years });
  const ahead = (from.dayOfWeek - to.dayOfWeek + 7) % 7;
  return to.add({ days: ahead > 3 ? ahead - 7 : ahead }).toString();
}

const move = (days: Days, years: number): Days => ({
  name: days.name,
  startsOn: moveYears(days.startsOn, years),
  endsOn: moveYears(days.endsOn, years),
});

/** The calendar whose academic year contains this instant; between two years, the one about to begin. */
export function calendarAround(now: Date): Calendar {
  const today = localDay(now);
  let years = Number(today.slice(0, 4)) - 2027;
  const lastTerm = TERMS[TERMS.length - 1];
  const firstTerm = TERMS[0];
  if (!lastTerm || !firstTerm) throw new RangeError("The academic year has no terms.");
  while (moveYears(lastTerm.endsOn, years) < today) years++;
  const name = (term: Days): Days => ({ ...term, name: `${term.name} ${term.startsOn.slice(0, 4)}` });
  return {
    terms: [0, 1].flatMap((later) => TERMS.map((term) => name(move(term, years + later)))),
    closures: [0, 1].flatMap((later) => CLOSURES.map((closure) => move(closure, years + later))),
    yearStartsOn: moveYears(firstTerm.startsOn, years),
    yearEndsOn: moveYears(lastTerm.endsOn, years),
    today,
  };
}

/** Whether there are lessons on this day. */
export function isTeachingDay(calendar: Calendar, day: string): boolean {
  const covers = (days: Days) => days.startsOn <= day && day <= days.endsOn;
  return calendar.terms.some(covers) && !calendar.closures.some(covers);
}

/** The teaching days with this weekday (0 is Monday) from one day to another, both included. */
export function teachingDays(calendar: Calendar, weekday: number, from: string, until: string): string[] {
  const start = Temporal.PlainDate.from(from);
  let day = start.add({ days: (weekday + 1 - start.dayOfWeek + 7) % 7 });
  const days: string[] = [];
  for (; day.toString() <= until; day = day.add({ days: 7 })) {
    if (isTeachingDay(calendar, day.toString())) days.push(day.toString());
  }
  return days;
}

export const addDays = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

export const addMonths = (day: string, months: number): string =>
  Temporal.PlainDate.from(day).add({ months }).toString();

/** The instant of a local time; minutes from local midnight, so 16:00 stays 16:00 across daylight saving. */
export function instantOf(day: string, minutes: number): Date {
  const time = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  const zoned = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: time });
  return new Date(zoned.epochMilliseconds);
}

/** The local day of an instant. */
export function localDay(instant: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** A half-open range of instants as PostgreSQL reads it. */
export function range(start: Date, minutes: number): string {
  return `[${start.toISOString()},${new Date(start.getTime() + minutes * 60_000).toISOString()})`;
}
