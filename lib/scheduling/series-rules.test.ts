import { describe, expect, it } from "vitest";
import {
  answerValue,
  clockWords,
  dstWords,
  gridTimes,
  isDay,
  isTimeOfDay,
  movedWords,
  plannedWords,
  readAnswer,
  seriesWords,
  weeklyTimes,
  weekOf,
} from "./series-rules";

describe("a series in words", () => {
  it.each([
    [{ weekday: 0, starts: "16:00", everyWeeks: 1 }, "Mondays at 4:00 pm, every week"],
    [{ weekday: 2, starts: "09:15:00", everyWeeks: 2 }, "Wednesdays at 9:15 am, every two weeks"],
    [{ weekday: 6, starts: "00:00", everyWeeks: 1 }, "Sundays at 12:00 am, every week"],
    [{ weekday: 5, starts: "12:30:00", everyWeeks: 1 }, "Saturdays at 12:30 pm, every week"],
  ])("%o is %s", (time, words) => {
    expect(seriesWords(time)).toBe(words);
  });

  it("names a time of day whatever zone the reader is in", () => {
    expect(["00:15", "11:59", "12:00", "23:45"].map(clockWords)).toEqual([
      "12:15 am",
      "11:59 am",
      "12:00 pm",
      "11:45 pm",
    ]);
  });
});

describe("a day on which the clocks change", () => {
  it.each([
    ["none", "16:00", "2026-11-04T21:00:00Z", "America/New_York", null],
    [
      "skipped",
      "02:30",
      "2027-03-14T07:30:00Z",
      "America/New_York",
      "The clocks go forward over 2:30 am on this day.",
    ],
    [
      "twice",
      "01:30",
      "2026-11-01T05:30:00Z",
      "America/New_York",
      "The clocks go back on this day, and 1:30 am comes twice: the lesson is at the first one (EDT).",
    ],
    [
      "twice",
      "01:30",
      "2026-10-25T00:30:00Z",
      "Europe/London",
      "The clocks go back on this day, and 1:30 am comes twice: the lesson is at the first one (GMT+1).",
    ],
    [
      "skipped",
      "02:15",
      "2027-10-02T15:45:00Z",
      "Australia/Lord_Howe",
      "The clocks go forward over 2:15 am on this day.",
    ],
    [
      "twice",
      "23:30",
      "2026-10-29T20:30:00Z",
      "Africa/Cairo",
      "The clocks go back on this day, and 11:30 pm comes twice: the lesson is at the first one (GMT+3).",
    ],
  ] as const)("%s, %s in %s", (dst, starts, startsAt, zone, words) => {
    expect(dstWords(dst, starts, new Date(startsAt), zone)).toBe(words);
  });
});

describe("an answer for a week", () => {
  const teacherId = "0199c3a1-7d52-7b44-9c0e-5d1f0a2b3c4d";
  it.each([
    { skip: true } as const,
    { keep: true } as const,
    { startsAt: "2026-11-11T20:00:00.000Z", teacherId },
  ])("%o is read back from a form", (answer) => {
    expect(readAnswer(answerValue(answer))).toEqual(answer);
  });

  it.each(["", "no", "2026-11-11T20:00:00Z", `yesterday ${teacherId}`, "2026-11-11T20:00:00Z 1; drop"])(
    "%s is none",
    (value) => {
      expect(readAnswer(value)).toBeNull();
    },
  );
});

describe("times of the week", () => {
  it("begin on the grid", () => {
    expect(gridTimes("08:30", "09:15")).toEqual(["08:30", "08:45", "09:00", "09:15"]);
    expect(gridTimes("08:00", "09:00", 30)).toEqual(["08:00", "08:30", "09:00"]);
  });

  it("count the weeks in which they are open, each once", () => {
    expect(
      weeklyTimes([
        { date: "2026-11-12", time: "16:00" },
        { date: "2026-11-04", time: "16:00" },
        { date: "2026-11-11", time: "16:00" },
        { date: "2026-11-11", time: "16:00" },
        { date: "2026-11-11", time: "15:45" },
      ]),
    ).toEqual([
      { weekday: 2, starts: "15:45", weeks: 1 },
      { weekday: 2, starts: "16:00", weeks: 2 },
      { weekday: 3, starts: "16:00", weeks: 1 },
    ]);
  });

  it("lie in a week from Monday to Sunday", () => {
    expect(weekOf("2026-11-02")).toEqual({ monday: "2026-11-02", nextMonday: "2026-11-09" });
    expect(weekOf("2026-11-08")).toEqual({ monday: "2026-11-02", nextMonday: "2026-11-09" });
  });
});

describe("what a form may say", () => {
  it("is a day that exists", () => {
    expect(["2028-02-29", "2027-02-29", "2026-13-01", "2026-1-1", ""].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("is a time that exists", () => {
    expect(["00:00", "23:59", "24:00", "9:00", "12:60"].map(isTimeOfDay)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("what a change comes to", () => {
  const zone = "America/New_York";
  const first = new Date("2026-11-04T21:00:00Z");
  const last = new Date("2026-12-16T21:00:00Z");

  it("is said of a plan", () => {
    expect(plannedWords({ lessons: 6, leftOut: 0, firstStart: first, lastStart: last }, zone)).toEqual([
      "6 lessons are booked, from Wed, Nov 4 to Dec 16, 2026.",
    ]);
    expect(plannedWords({ lessons: 1, leftOut: 1, firstStart: first, lastStart: first }, zone)).toEqual([
      "1 lesson is booked, from Wed, Nov 4 to Nov 4, 2026.",
      "1 week is left out: no lesson is booked there.",
    ]);
  });

  it("is said of a move, with every lesson accounted for", () => {
    expect(movedWords({ moved: 4, kept: 1, cancelled: 2, firstStart: first, lastStart: last }, zone)).toEqual(
      [
        "4 lessons move: the first is on Wed, Nov 4 at 4:00 pm, the last on Wed, Dec 16 at 4:00 pm.",
        "1 lesson stays at the time it has now.",
        "2 lessons are cancelled by the academy; the family gets a make-up credit for each.",
      ],
    );
    expect(movedWords({ moved: 0, kept: 2, cancelled: 0, firstStart: null, lastStart: null }, zone)).toEqual([
      "No lesson moves.",
      "2 lessons stay at the time they have now.",
    ]);
  });
});
