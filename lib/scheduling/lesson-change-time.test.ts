import { describe, expect, it } from "vitest";
import { localInstant, wallClock } from "./lesson-change-time";

const newYork = "America/New_York";

describe("localInstant", () => {
  it.each([
    ["2026-11-04", "16:15", "2026-11-04T21:15:00.000Z"],
    ["2027-07-01", "16:15", "2027-07-01T20:15:00.000Z"],
    // Twice on 1 November 2026: the first, in summer time.
    ["2026-11-01", "01:30", "2026-11-01T05:30:00.000Z"],
    // Never on 14 March 2027: an hour later.
    ["2027-03-14", "02:30", "2027-03-14T07:30:00.000Z"],
  ])("%s %s", (date, time, expected) => {
    expect(localInstant(date, time, newYork).toISOString()).toBe(expected);
  });
});

it("wallClock reads an instant in the zone", () => {
  expect(wallClock(new Date("2026-11-04T21:15:00Z"), newYork)).toBe("16:15");
  expect(wallClock(new Date("2026-11-05T05:00:00Z"), newYork)).toBe("00:00");
});
