import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { vtimezone } from "./vtimezone";

type Observance = { start: Temporal.PlainDateTime; rule: string | undefined; from: number; to: number };

function readObservances(text: string): Observance[] {
  return [...text.matchAll(/BEGIN:(STANDARD|DAYLIGHT)\r\n(.*?)END:\1/gs)].map(([, , body = ""]) => {
    const value = (name: string) => new RegExp(`^${name}:(.*)\r$`, "m").exec(body)?.[1];
    return {
      start: Temporal.PlainDateTime.from(value("DTSTART") ?? ""),
      rule: value("RRULE"),
      from: offsetMinutes(value("TZOFFSETFROM")),
      to: offsetMinutes(value("TZOFFSETTO")),
    };
  });
}

function offsetMinutes(text = ""): number {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3, 5));
  return text.startsWith("-") ? -minutes : minutes;
}

/** The onsets of an observance, as a calendar program computes them from its DTSTART and RRULE. */
function onsets({ start, rule }: Observance, lastYear: number): Temporal.PlainDateTime[] {
  if (rule === undefined) return [start];
  const [, month, ordinal, code] = /BYMONTH=(\d+);BYDAY=(-?\d)(\w\w)$/.exec(rule) ?? [];
  const weekday = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].indexOf(code ?? "") + 1;
  const found: Temporal.PlainDateTime[] = [];
  for (let year = start.year; year <= lastYear; year++) {
    const first = start.with({ year, month: Number(month), day: 1 });
    const days = Array.from({ length: first.daysInMonth }, (_, index) => first.with({ day: index + 1 }));
    const match = days
      .filter((day) => day.dayOfWeek === weekday)
      .at(Number(ordinal) > 0 ? Number(ordinal) - 1 : -1);
    if (match !== undefined) found.push(match);
  }
  return found;
}

/** The offset in minutes at an instant, read from the VTIMEZONE alone: the last onset before it wins. */
function offsetAt(observances: readonly Observance[], instant: Temporal.Instant): number | undefined {
  const utc = instant.toZonedDateTimeISO("UTC").toPlainDateTime();
  return observances
    .flatMap((observance) =>
      onsets(observance, utc.year).map((local) => ({
        at: local.subtract({ minutes: observance.from }),
        to: observance.to,
      })),
    )
    .filter(({ at }) => Temporal.PlainDateTime.compare(at, utc) <= 0)
    .sort((a, b) => Temporal.PlainDateTime.compare(a.at, b.at))
    .at(-1)?.to;
}

describe("vtimezone", () => {
  it.each([
    ["America/New_York", 2],
    ["Europe/London", 2],
    ["Europe/Dublin", 2],
    ["Australia/Lord_Howe", 2],
    ["Asia/Kolkata", 1],
    ["America/Phoenix", 1],
  ])("describes %s so that a reader finds its offset on every day of two years", (zone, count) => {
    const first = new Date("2026-09-08T13:00:00Z");
    const last = new Date("2028-09-08T13:00:00Z");
    const observances = readObservances(vtimezone(zone, first, last));
    expect(observances).toHaveLength(count);
    for (let time = first.getTime(); time <= last.getTime(); time += 86_400_000) {
      const instant = Temporal.Instant.fromEpochMilliseconds(time);
      const expected = instant.toZonedDateTimeISO(zone).offsetNanoseconds / 6e10;
      expect(offsetAt(observances, instant), `${zone} ${instant}`).toBe(expected);
    }
  });

  // Morocco changes around Ramadan; Chile on the first Sunday from the 2nd on, which BYDAY alone cannot say.
  it.each(["Africa/Casablanca", "America/Santiago"])("lists the changes of %s one by one", (zone) => {
    const first = new Date("2026-12-03T21:15:00Z");
    const text = vtimezone(zone, first, first);
    expect(text).not.toContain("RRULE");
    const observances = readObservances(text);
    for (let day = 0; day < 365; day++) {
      const instant = Temporal.Instant.fromEpochMilliseconds(first.getTime() + day * 86_400_000);
      const expected = instant.toZonedDateTimeISO(zone).offsetNanoseconds / 6e10;
      expect(offsetAt(observances, instant), `${instant}`).toBe(expected);
    }
  });
});
