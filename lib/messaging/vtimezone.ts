import { Temporal } from "temporal-polyfill";

/** One change of a zone's offset: when, by how much, and the clock reading just before it. */
type Transition = {
  /** The wall-clock time, by the old offset, at which the new offset begins; iCalendar's DTSTART. */
  local: Temporal.PlainDateTime;
  fromNanoseconds: number;
  toNanoseconds: number;
  isDaylight: boolean;
  name: string;
};

/** A yearly rule as in RFC 5545: the `ordinal`th (or last, -1) `weekday` (1 = Monday) of a month. */
type YearlyRule = { month: number; weekday: number; ordinal: number };

/** Long enough for a last Sunday to fall on the fourth and on the fifth one of its month. */
const sampledYears = 12;

const weekdayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/**
 * The VTIMEZONE of an IANA zone for events between two instants, from the zone's own rules. Where the zone
 * changes by the same two yearly rules from now on, it states these rules, as calendars expect; where it does
 * not (Ramadan in Morocco, a law that changes), it lists each change until the end of the year after the last event.
 * Lines end in CRLF. Throws a RangeError for an unknown zone.
 */
export function vtimezone(timeZone: string, firstEvent: Date, lastEvent: Date): string {
  const firstYear = localYear(firstEvent, timeZone);
  const lastYear = localYear(lastEvent, timeZone);
  const key = `${timeZone} ${firstYear} ${lastYear}`;
  const known = written.get(key);
  if (known !== undefined) return known;
  const text = writeVtimezone(timeZone, firstYear, lastYear);
  written.set(key, text);
  return text;
}

/** What has been written before: a zone's rules take some 15 ms to read, and every mail of a year needs the same. */
const written = new Map<string, string>();

function writeVtimezone(timeZone: string, firstYear: number, lastYear: number): string {
  // A year earlier than needed, so that the offset in force at the first event has begun.
  const since = Temporal.PlainDate.from({ year: firstYear - 1, month: 1, day: 1 }).toZonedDateTime(timeZone);
  const changes = transitionsFrom(since, lastYear + sampledYears);
  const observances = yearlyRules(changes) ?? listedObservances(since, changes, lastYear + 1);
  return ["BEGIN:VTIMEZONE", `TZID:${timeZone}`, ...observances, "END:VTIMEZONE", ""].join("\r\n");
}

function localYear(instant: Date, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).year;
}

function transitionsFrom(since: Temporal.ZonedDateTime, lastYear: number): Transition[] {
  const found: Transition[] = [];
  let next = since.getTimeZoneTransition("next");
  while (next !== null && next.year <= lastYear) {
    const before = next.subtract({ nanoseconds: 1 });
    found.push({
      local: before.toPlainDateTime().add({ nanoseconds: 1 }),
      fromNanoseconds: before.offsetNanoseconds,
      toNanoseconds: next.offsetNanoseconds,
      isDaylight: next.offsetNanoseconds > before.offsetNanoseconds,
      name: zoneName(next),
    });
    next = next.getTimeZoneTransition("next");
  }
  return found;
}

/** `EST`; `GMT+1` where English has no short name. */
function zoneName(moment: Temporal.ZonedDateTime): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: moment.timeZoneId,
    timeZoneName: "short",
  }).formatToParts(new Date(moment.epochMilliseconds));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? moment.offset;
}

/** The two observances of a zone that springs forward and falls back by fixed rules, else null. */
function yearlyRules(changes: readonly Transition[]): string[] | null {
  const daylight = changes.filter((change) => change.isDaylight);
  const standard = changes.filter((change) => !change.isDaylight);
  const kinds = [daylight, standard].map((kind) => ({ first: kind[0], rule: commonRule(kind) }));
  const lines: string[] = [];
  for (const { first, rule } of kinds) {
    if (first === undefined || rule === null) return null;
    lines.push(...observance(first, rule));
  }
  return lines;
}

/** The yearly rule that all the changes follow, one in each of the sampled years; else null. */
function commonRule(changes: readonly Transition[]): YearlyRule | null {
  const [first] = changes;
  if (first === undefined || changes.length < sampledYears) return null;
  const alike = changes.every(
    ({ local, fromNanoseconds, toNanoseconds }, index) =>
      local.year === first.local.year + index &&
      local.month === first.local.month &&
      local.dayOfWeek === first.local.dayOfWeek &&
      local.toPlainTime().equals(first.local.toPlainTime()) &&
      fromNanoseconds === first.fromNanoseconds &&
      toNanoseconds === first.toNanoseconds,
  );
  if (!alike) return null;
  const ordinal = Math.ceil(first.local.day / 7);
  const { month, dayOfWeek: weekday } = first.local;
  if (changes.every(({ local }) => Math.ceil(local.day / 7) === ordinal)) return { month, weekday, ordinal };
  if (changes.every(({ local }) => local.day + 7 > local.daysInMonth)) return { month, weekday, ordinal: -1 };
  return null;
}

function listedObservances(
  since: Temporal.ZonedDateTime,
  changes: readonly Transition[],
  lastYear: number,
): string[] {
  const initial: Transition = {
    local: since.toPlainDateTime(),
    fromNanoseconds: since.offsetNanoseconds,
    toNanoseconds: since.offsetNanoseconds,
    isDaylight: false,
    name: zoneName(since),
  };
  const relevant = changes.filter(({ local }) => local.year <= lastYear);
  return [initial, ...relevant].flatMap((change) => observance(change, null));
}

function observance(change: Transition, rule: YearlyRule | null): string[] {
  const kind = change.isDaylight ? "DAYLIGHT" : "STANDARD";
  return [
    `BEGIN:${kind}`,
    `DTSTART:${change.local.toString({ smallestUnit: "second" }).replace(/[-:]/g, "")}`,
    ...(rule === null
      ? []
      : [`RRULE:FREQ=YEARLY;BYMONTH=${rule.month};BYDAY=${rule.ordinal}${weekdayCodes[rule.weekday - 1]}`]),
    `TZOFFSETFROM:${utcOffset(change.fromNanoseconds)}`,
    `TZOFFSETTO:${utcOffset(change.toNanoseconds)}`,
    `TZNAME:${change.name}`,
    `END:${kind}`,
  ];
}

/** `-0500`, `+0530`; seconds only where a zone has them. */
function utcOffset(nanoseconds: number): string {
  const seconds = Math.round(Math.abs(nanoseconds) / 1e9);
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = seconds % 60 === 0 ? "" : two(seconds % 60);
  return `${nanoseconds < 0 ? "-" : "+"}${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${rest}`;
}
