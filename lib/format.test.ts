import { describe, expect, it } from "vitest";
import {
  countOf,
  formatDate,
  formatDateSpan,
  formatDay,
  formatDayTime,
  formatLongDay,
  formatTime,
  formatTimeRange,
  formatZone,
  listOf,
  localDate,
  localTime,
  zoneCity,
} from "./format";

const newYork = "America/New_York";
const winter = new Date("2026-12-03T21:15:00Z");
const summer = new Date("2026-07-03T20:15:00Z");

describe("instants in the academy's zone", () => {
  it("reads as a wall clock in New York does", () => {
    expect(formatDay(winter, newYork)).toBe("Thu, Dec 3");
    expect(formatLongDay(winter, newYork)).toBe("Thursday, December 3, 2026");
    expect(formatDate(winter, newYork)).toBe("Dec 3, 2026");
    expect(formatTime(winter, newYork)).toBe("4:15 pm");
    expect(formatDayTime(winter, newYork)).toBe("Thu, Dec 3, 4:15 pm");
  });

  it("keeps 4:15 pm on both sides of daylight saving", () => {
    expect(formatTime(summer, newYork)).toBe("4:15 pm");
    expect(formatZone(winter, newYork)).toBe("EST");
    expect(formatZone(summer, newYork)).toBe("EDT");
  });

  it("says am and pm once where both ends share it", () => {
    const at = (time: string) => new Date(`2026-12-03T${time}:00Z`);
    expect(formatTimeRange(at("21:15"), at("21:45"), newYork)).toBe("4:15 – 4:45 pm");
    expect(formatTimeRange(at("16:45"), at("17:15"), newYork)).toBe("11:45 am – 12:15 pm");
  });

  it("gives the date of the zone, not of UTC", () => {
    expect(localDate(new Date("2026-12-04T02:00:00Z"), newYork)).toBe("2026-12-03");
    expect(localDate(new Date("2026-12-04T02:00:00Z"), "Europe/Berlin")).toBe("2026-12-04");
  });
});

describe("the time of day", () => {
  it("is the time of day in the zone, from 00:00 to 23:59", () => {
    expect(localTime(winter, newYork)).toBe("16:15");
    expect(localTime(new Date("2026-12-04T05:05:00Z"), newYork)).toBe("00:05");
    expect(localTime(new Date("2026-12-04T04:59:00Z"), newYork)).toBe("23:59");
  });
});

describe("calendar dates", () => {
  it.each([
    ["2026-11-23", "2026-11-28", "Nov 23 – 28, 2026"],
    ["2027-03-29", "2027-04-03", "Mar 29 – Apr 3, 2027"],
    ["2026-09-07", "2026-09-07", "Sep 7, 2026"],
    ["2026-12-20", "2027-01-03", "Dec 20, 2026 – Jan 3, 2027"],
  ])("%s to %s reads %s", (from, to, words) => {
    expect(formatDateSpan(from, to)).toBe(words);
  });
});

describe("words", () => {
  it("names a zone by its city", () => {
    expect(zoneCity(newYork)).toBe("New York");
    expect(zoneCity("UTC")).toBe("UTC");
  });

  it("counts and lists", () => {
    expect(countOf(1, "student")).toBe("1 student");
    expect(countOf(1200, "family", "families")).toBe("1,200 families");
    expect(listOf(["piano", "violin", "cello"])).toBe("piano, violin and cello");
    expect(listOf(["piano"])).toBe("piano");
  });
});
