import { describe, expect, it } from "vitest";
import { addDays, groupByDay, isCalendarDate, mondayOf, startOfDay } from "./local-day";

const zone = "America/New_York";

describe("startOfDay", () => {
  it.each([
    ["2026-12-03", "2026-12-03T05:00:00.000Z"],
    ["2026-07-01", "2026-07-01T04:00:00.000Z"],
    // The clocks change at 2 am: the day itself still begins in the old time, the next one in the new.
    ["2026-11-01", "2026-11-01T04:00:00.000Z"],
    ["2026-11-02", "2026-11-02T05:00:00.000Z"],
    ["2027-03-14", "2027-03-14T05:00:00.000Z"],
    ["2027-03-15", "2027-03-15T04:00:00.000Z"],
  ])("%s begins at %s", (date, instant) => {
    expect(startOfDay(date, zone).toISOString()).toBe(instant);
  });

  it("works east of Greenwich", () => {
    expect(startOfDay("2026-12-03", "Asia/Tokyo").toISOString()).toBe("2026-12-02T15:00:00.000Z");
  });

  it("refuses what is no date", () => {
    expect(() => startOfDay("2026-13-40", zone)).toThrow(RangeError);
  });
});

describe("calendar dates", () => {
  it.each([
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-03-01", -1, "2026-02-28"],
  ])("%s and %i days is %s", (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected);
  });

  it.each([
    ["2026-11-30", "2026-11-30"],
    ["2026-12-06", "2026-11-30"],
    ["2026-12-07", "2026-12-07"],
  ])("the week of %s begins on %s", (date, monday) => {
    expect(mondayOf(date)).toBe(monday);
  });

  it.each([
    ["2026-12-03", true],
    ["2026-02-30", false],
    ["2026-2-3", false],
    ["", false],
    ["2026-12-03T00:00", false],
  ])("%j is a date: %s", (value, expected) => {
    expect(isCalendarDate(value)).toBe(expected);
  });
});

describe("groupByDay", () => {
  it("takes the day of the academy, not of UTC", () => {
    const evening = { startsAt: new Date("2026-12-04T01:00:00Z") };
    const next = { startsAt: new Date("2026-12-04T15:00:00Z") };
    expect(groupByDay([evening, next], zone)).toEqual([
      { date: "2026-12-03", items: [evening] },
      { date: "2026-12-04", items: [next] },
    ]);
  });
});
