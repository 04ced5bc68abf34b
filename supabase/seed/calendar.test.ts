import { describe, expect, it } from "vitest";
import { calendarAround, instantOf, isTeachingDay, localDay, teachingDays } from "./calendar";

const at = (day: string): Date => new Date(`${day}T17:00:00Z`);

describe("calendarAround", () => {
  it.each([
    ["2026-08-30", "2026-09-08"],
    ["2026-09-08", "2026-09-08"],
    ["2026-11-24", "2026-09-08"],
    ["2027-08-28", "2026-09-08"],
    ["2027-08-29", "2027-09-07"],
    ["2029-03-01", "2028-09-05"],
  ])("on %s has the academic year that begins on %s", (today, begins) => {
    expect(calendarAround(at(today)).yearStartsOn).toBe(begins);
  });

  it("keeps the weekdays of terms and closures in every year", () => {
    for (const today of ["2026-10-01", "2027-10-01", "2028-10-01", "2030-10-01", "2032-10-01"]) {
      const { terms, closures } = calendarAround(at(today));
      const weekday = (day: string): number => new Date(`${day}T12:00:00Z`).getUTCDay();
      expect(terms.slice(0, 3).map((term) => [weekday(term.startsOn), weekday(term.endsOn)])).toEqual([
        [2, 6],
        [1, 6],
        [1, 6],
      ]);
      expect(closures.slice(0, 5).map((closure) => weekday(closure.startsOn))).toEqual([1, 1, 1, 1, 1]);
    }
  });

  it("has 46 weeks of lessons, of which Mondays lose three", () => {
    const calendar = calendarAround(at("2026-11-24"));
    const weeks = (weekday: number) =>
      teachingDays(calendar, weekday, calendar.yearStartsOn, calendar.yearEndsOn).length;
    expect([0, 1, 2, 3, 4, 5].map(weeks)).toEqual([43, 46, 46, 46, 46, 46]);
  });

  it("has no lessons in Thanksgiving week nor between terms", () => {
    const calendar = calendarAround(at("2026-11-24"));
    const days = [
      "2026-11-21",
      "2026-11-23",
      "2026-11-28",
      "2026-11-30",
      "2026-12-19",
      "2026-12-21",
      "2027-01-04",
    ];
    expect(days.map((day) => isTeachingDay(calendar, day))).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
      true,
    ]);
  });
});

describe("instantOf", () => {
  it("keeps local time across daylight saving", () => {
    expect(instantOf("2026-10-31", 16 * 60).toISOString()).toBe("2026-10-31T20:00:00.000Z");
    expect(instantOf("2026-11-02", 16 * 60).toISOString()).toBe("2026-11-02T21:00:00.000Z");
    expect(localDay(new Date("2026-11-02T04:30:00Z"))).toBe("2026-11-01");
  });
});
