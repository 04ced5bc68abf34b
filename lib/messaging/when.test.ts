import { describe, expect, it } from "vitest";
import { longMoment, longSpan, plainDay, shortMoment, weeklyTime } from "./when";

const zone = "America/New_York";

describe("times in letters", () => {
  it("name the zone as it is on that day", () => {
    expect(longSpan(new Date("2026-12-03T21:15:00Z"), 30, zone)).toBe(
      "Thursday, December 3, 2026, 4:15 – 4:45 pm EST",
    );
    expect(longMoment(new Date("2026-07-01T20:15:00Z"), zone)).toBe("Wednesday, July 1, 2026, 4:15 pm EDT");
    expect(shortMoment(new Date("2026-12-03T21:15:00Z"), "Europe/Berlin")).toBe("Thu, Dec 3, 10:15 pm GMT+1");
  });

  it("cross noon and midnight", () => {
    expect(longSpan(new Date("2026-12-03T16:45:00Z"), 30, zone)).toContain("11:45 am – 12:15 pm EST");
    expect(longSpan(new Date("2026-12-04T04:45:00Z"), 30, zone)).toBe(
      "Thursday, December 3, 2026, 11:45 pm – 12:15 am EST",
    );
  });

  it("word a weekly time and a day without a time", () => {
    expect(weeklyTime(new Date("2026-12-03T21:15:00Z"), zone)).toBe("Thursdays at 4:15 pm");
    expect(plainDay("2027-01-01")).toBe("January 1, 2027");
  });
});
