import { describe, expect, it } from "vitest";
import { addWallMinutes, instantOf, isShown, wallClock, wallSpan } from "./wall-clock";

const NEW_YORK = "America/New_York";

describe("wallClock", () => {
  it.each([
    ["2026-12-03T21:15:00Z", NEW_YORK, "2026-12-03 16:15:00"],
    ["2026-07-03T20:15:00Z", NEW_YORK, "2026-07-03 16:15:00"],
    ["2026-12-04T05:00:00Z", NEW_YORK, "2026-12-04 00:00:00"],
    // Either side of both changes of the clocks.
    ["2027-03-14T06:59:59Z", NEW_YORK, "2027-03-14 01:59:59"],
    ["2027-03-14T07:00:00Z", NEW_YORK, "2027-03-14 03:00:00"],
    ["2026-11-01T05:30:00Z", NEW_YORK, "2026-11-01 01:30:00"],
    ["2026-11-01T06:30:00Z", NEW_YORK, "2026-11-01 01:30:00"],
    ["2026-12-03T12:00:00Z", "Asia/Kathmandu", "2026-12-03 17:45:00"],
  ])("%s in %s is %s", (instant, zone, local) => {
    expect(wallClock(new Date(instant), zone)).toBe(local);
  });
});

describe("instantOf", () => {
  it.each([
    ["an ordinary winter day", "2026-12-03 16:15:00", NEW_YORK, "2026-12-03T21:15:00Z"],
    ["an ordinary summer day", "2026-07-03 16:15:00", NEW_YORK, "2026-07-03T20:15:00Z"],
    [
      "the afternoon of the day on which clocks go forward",
      "2027-03-14 16:00:00",
      NEW_YORK,
      "2027-03-14T20:00:00Z",
    ],
    [
      "the afternoon of the day on which they go back",
      "2026-11-01 16:00:00",
      NEW_YORK,
      "2026-11-01T21:00:00Z",
    ],
    ["a time that is skipped: shifted by the gap", "2027-03-14 02:30:00", NEW_YORK, "2027-03-14T07:30:00Z"],
    ["a time that comes twice: the first", "2026-11-01 01:30:00", NEW_YORK, "2026-11-01T05:30:00Z"],
    ["half an hour's change: skipped", "2026-10-04 02:15:00", "Australia/Lord_Howe", "2026-10-03T15:45:00Z"],
    ["half an hour's change: twice", "2027-04-04 01:45:00", "Australia/Lord_Howe", "2027-04-03T14:45:00Z"],
    ["a midnight that is skipped", "2026-09-06 00:30:00", "America/Santiago", "2026-09-06T04:30:00Z"],
    ["a zone without changes", "2026-12-03 17:45:00", "Asia/Kathmandu", "2026-12-03T12:00:00Z"],
  ])("%s: %s in %s", (_, local, zone, instant) => {
    expect(instantOf(local, zone).toISOString()).toBe(new Date(instant).toISOString());
  });

  it("gives back what the clock shows, every quarter of an hour of both days of change", () => {
    for (const day of ["2027-03-14", "2026-11-01"]) {
      for (let minutes = 0; minutes < 24 * 60; minutes += 15) {
        const local = addWallMinutes(`${day} 00:00:00`, minutes);
        const isSkipped = local >= "2027-03-14 02:00:00" && local < "2027-03-14 03:00:00";
        expect(isShown(local, NEW_YORK), local).toBe(!isSkipped);
      }
    }
  });

  it("refuses what is no time", () => {
    expect(() => instantOf("2026-02-30 16:00:00", NEW_YORK)).toThrow(RangeError);
    expect(() => instantOf("tomorrow", NEW_YORK)).toThrow(RangeError);
  });
});

describe("wallSpan", () => {
  const span = (startsAt: string, endsAt: string) => ({
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  });

  it("is what the clocks show at both ends", () => {
    expect(wallSpan(span("2026-12-03T21:15:00Z", "2026-12-03T21:45:00Z"), NEW_YORK)).toEqual({
      start: "2026-12-03 16:15:00",
      end: "2026-12-03 16:45:00",
    });
    expect(wallSpan(span("2027-03-14T06:45:00Z", "2027-03-14T07:15:00Z"), NEW_YORK)).toEqual({
      start: "2027-03-14 01:45:00",
      end: "2027-03-14 03:15:00",
    });
  });

  it("never ends before it starts: when clocks go back within it, it is as long as it lasts", () => {
    expect(wallSpan(span("2026-11-01T05:45:00Z", "2026-11-01T06:15:00Z"), NEW_YORK)).toEqual({
      start: "2026-11-01 01:45:00",
      end: "2026-11-01 02:15:00",
    });
  });
});
