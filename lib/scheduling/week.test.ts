import { describe, expect, it } from "vitest";
import type { OfferedTime } from "./offered-time";
import {
  addDays,
  byDayAndHour,
  firstOfEachDay,
  isDate,
  mondayOf,
  startOfDay,
  thinned,
  weekdayOf,
  withoutOverlap,
} from "./week";

const newYork = "America/New_York";

function offered(start: string, minutes = 30, teacherId = "ruth"): OfferedTime {
  const startsAt = new Date(start);
  return {
    startsAt,
    endsAt: new Date(startsAt.getTime() + minutes * 60_000),
    minutes,
    teacherId,
    teacherSlug: teacherId,
    teacherName: teacherId,
    roomId: "room",
    instrumentSlug: "violin",
  };
}

describe("withoutOverlap", () => {
  it("keeps the starts that follow one another and begins anew after a gap", () => {
    const at = (time: string) => `2026-12-08T${time}:00Z`;
    const times = ["20:00", "20:15", "20:30", "20:45", "22:15", "22:30"].map((time) => offered(at(time)));
    expect(withoutOverlap(times).map((time) => time.startsAt.toISOString().slice(11, 16))).toEqual([
      "20:00",
      "20:30",
      "22:15",
    ]);
  });

  it("looks at each teacher alone", () => {
    const start = "2026-12-08T20:00:00Z";
    expect(withoutOverlap([offered(start), offered(start, 30, "tom")])).toHaveLength(2);
  });
});

describe("calendar dates", () => {
  it("counts over months, years and daylight saving", () => {
    expect(addDays("2026-10-31", 1)).toBe("2026-11-01");
    expect(addDays("2026-12-31", 7)).toBe("2027-01-07");
    expect(addDays("2027-03-15", -1)).toBe("2027-03-14");
  });

  it("begins the week on Monday", () => {
    expect(weekdayOf("2026-12-07")).toBe(0);
    expect(weekdayOf("2026-12-13")).toBe(6);
    expect(mondayOf("2026-12-13")).toBe("2026-12-07");
    expect(mondayOf("2026-12-07")).toBe("2026-12-07");
  });

  it.each([
    ["2026-12-07", true],
    ["2026-02-30", false],
    ["2026-13-01", false],
    ["7 Dec", false],
    ["", false],
  ])("%s is a date: %s", (text, expected) => {
    expect(isDate(text)).toBe(expected);
  });
});

describe("startOfDay", () => {
  it.each([
    ["2026-12-07", newYork, "2026-12-07T05:00:00.000Z"],
    ["2026-07-07", newYork, "2026-07-07T04:00:00.000Z"],
    ["2027-03-14", newYork, "2027-03-14T05:00:00.000Z"],
    ["2027-03-15", newYork, "2027-03-15T04:00:00.000Z"],
    ["2026-12-07", "Asia/Kathmandu", "2026-12-06T18:15:00.000Z"],
    ["2026-12-07", "Pacific/Auckland", "2026-12-06T11:00:00.000Z"],
  ])("%s in %s is %s", (date, zone, expected) => {
    expect(startOfDay(date, zone).toISOString()).toBe(expected);
  });
});

describe("byDayAndHour", () => {
  it("groups in the academy's zone and keeps the days without times", () => {
    const times = [
      offered("2026-12-08T20:15:00Z"),
      offered("2026-12-08T21:00:00Z"),
      offered("2026-12-09T00:30:00Z"),
    ];
    const days = byDayAndHour(times, ["2026-12-07", "2026-12-08"], newYork);
    expect(days[0]).toEqual({ date: "2026-12-07", hours: [] });
    expect(days[1]?.hours.map(({ hour, times: found }) => [hour, found.length])).toEqual([
      [15, 1],
      [16, 1],
      [19, 1],
    ]);
  });

  it("keeps 4 pm at 4 pm on both sides of the change of clocks", () => {
    const days = byDayAndHour(
      [offered("2027-03-12T21:00:00Z"), offered("2027-03-15T20:00:00Z")],
      ["2027-03-12", "2027-03-15"],
      newYork,
    );
    expect(days.map((day) => day.hours[0]?.hour)).toEqual([16, 16]);
  });
});

describe("glimpses", () => {
  const day = (date: string) =>
    ["15", "16", "17", "18", "19", "20"].map((h) => offered(`${date}T${h}:00:00Z`));
  const times = [...day("2026-12-08"), ...day("2026-12-09").slice(0, 2)];

  it("takes the first time of each day", () => {
    expect(firstOfEachDay(times, newYork).map((time) => time.startsAt.toISOString().slice(0, 13))).toEqual([
      "2026-12-08T15",
      "2026-12-09T15",
    ]);
  });

  it("spreads what it shows over the day and keeps short days whole", () => {
    expect(thinned(times, newYork, 3).map((time) => time.startsAt.toISOString().slice(8, 13))).toEqual([
      "08T15",
      "08T18",
      "08T20",
      "09T15",
      "09T16",
    ]);
  });
});
