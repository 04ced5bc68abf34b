import { Temporal } from "temporal-polyfill";

export const timeZone = "America/New_York";

/** Days as ISO dates in the academy's zone, both included. */
export type Days = { readonly name: string; readonly startsOn: string; readonly endsOn: string };

export type Calendar = {
  /** Terms of the academic year around today, then of the year after it. */
  readonly terms: readonly Days[];
  readonly closures: readonly Days[];
  readonly makeupDays: readonly Days[];
  /** The first and last teaching day of the academic year around today. */
  readonly yearStartsOn: string;
  readonly yearEndsOn: string;
  readonly today: string;
  /** The days with lessons of all these terms in order, by weekday (0 is Monday). */
  readonly lessonDays: readonly (readonly string[])[];
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

const MAKEUP_DAYS: readonly Days[] = [
  { name: "Winter make-up days", startsOn: "2026-12-21", endsOn: "2026-12-22" },
  { name: "Summer make-up week", startsOn: "2027-06-14", endsOn: "2027-06-19" },
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
  const terms = [0, 1].flatMap((later) => TERMS.map((term) => name(move(term, years + later))));
  const closures = [0, 1].flatMap((later) => CLOSURES.map((closure) => move(closure, years + later)));
  return {
    terms,
    closures,
    makeupDays: [0, 1].flatMap((later) => MAKEUP_DAYS.map((days) => move(days, years + later))),
    yearStartsOn: moveYears(firstTerm.startsOn, years),
    yearEndsOn: moveYears(lastTerm.endsOn, years),
    today,
    lessonDays: lessonDays(terms, closures),
  };
}

/** Whether there are lessons on this day. */
export function isTeachingDay(
  { terms, closures }: Pick<Calendar, "terms" | "closures">,
  day: string,
): boolean {
  const covers = (days: Days) => days.startsOn <= day && day <= days.endsOn;
  return terms.some(covers) && !closures.some(covers);
}

function lessonDays(terms: readonly Days[], closures: readonly Days[]): string[][] {
  const byWeekday: string[][] = Array.from({ length: 7 }, () => []);
  for (const { startsOn, endsOn } of terms) {
    for (let day = startsOn; day <= endsOn; day = addDays(day, 1)) {
      if (isTeachingDay({ terms, closures }, day))
        byWeekday[Temporal.PlainDate.from(day).dayOfWeek - 1]?.push(day);
    }
  }
  return byWeekday;
}

/** The days with lessons of this weekday (0 is Monday) from one day to another, both included. */
export function teachingDays(calendar: Calendar, weekday: number, from: string, until: string): string[] {
  return (calendar.lessonDays[weekday] ?? []).filter((day) => from <= day && day <= until);
}

export const addDays = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

export const addMonths = (day: string, months: number): string =>
  Temporal.PlainDate.from(day).add({ months }).toString();

/** When clocks have changed on the days on which they do, in minutes from local midnight. */
const CLOCKS_CHANGED = 3 * 60;

/** Epoch milliseconds of local noon, by day: a year of lessons asks for each day many times. */
const noons = new Map<string, number>();

function noonOf(day: string): number {
  const known = noons.get(day);
  if (known !== undefined) return known;
  const noon = zonedTime(day, 12 * 60);
  noons.set(day, noon);
  return noon;
}

function zonedTime(day: string, minutes: number): number {
  const plainTime = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

/** The instant of a local time; minutes from local midnight, so 16:00 stays 16:00 across daylight saving. */
export function instantOf(day: string, minutes: number): Date {
  return new Date(
    minutes < CLOCKS_CHANGED ? zonedTime(day, minutes) : noonOf(day) + (minutes - 12 * 60) * 60_000,
  );
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
