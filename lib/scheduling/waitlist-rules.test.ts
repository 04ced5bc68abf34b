import { describe, expect, it } from "vitest";
import { clockWords, readWeekSpans, remainingWords, weekSpanWords } from "./waitlist-rules";
import { lessonWishForm, readLessonWish } from "./waitlist-schema";

describe("times of the week", () => {
  it.each([
    ["{[930,1200),[2370,2640)}", "Mon, Tue 3:30 pm to 8:00 pm"],
    ["{[0,10080)}", "any time"],
    ["{[0,1440)}", "Mon all day"],
    ["{[7200,8640),[900,960)}", "Sat all day; Mon 3:00 pm to 4:00 pm"],
    ["{[1380,1500)}", "Mon 11:00 pm to midnight; Tue 12:00 am to 1:00 am"],
    ["{}", ""],
  ])("%s reads %s", (multirange, words) => {
    expect(weekSpanWords(readWeekSpans(multirange))).toBe(words);
  });

  it.each([
    [0, "12:00 am"],
    [719, "11:59 am"],
    [720, "12:00 pm"],
    [975, "4:15 pm"],
    [1440, "midnight"],
  ])("minute %i of a day is %s", (minute, words) => {
    expect(clockWords(minute)).toBe(words);
  });
});

describe("what is left of an offer", () => {
  const now = new Date("2026-12-03T17:00:00Z");
  it.each([
    ["2026-12-03T19:00:00Z", "2 h"],
    ["2026-12-03T18:59:59Z", "1 h 59 min"],
    ["2026-12-03T17:01:00Z", "1 min"],
    ["2026-12-03T17:00:59Z", "less than a minute"],
    ["2026-12-03T17:00:00Z", null],
    ["2026-12-03T16:00:00Z", null],
  ])("until %s is %s", (until, words) => {
    expect(remainingWords(new Date(until), now)).toBe(words);
  });
});

describe("a wish for lessons", () => {
  const id = "0199c3a1-7d52-7b44-9c0e-5d1f0a2b3c4d";
  const wish = {
    studentId: id,
    instrumentId: id,
    minutes: "30",
    days: ["1", "0", "1"],
    from: "930",
    until: "1200",
  };

  it("is each chosen day's hours, once", () => {
    expect(readLessonWish(lessonWishForm.parse(wish))).toEqual({
      studentId: id,
      instrumentId: id,
      minutes: 30,
      teacherId: null,
      times: [
        { from: 930, until: 1200 },
        { from: 2370, until: 2640 },
      ],
    });
  });

  it.each([
    ["until", { from: "1200", until: "930" }, "Choose an end that is later than the start."],
    ["until", { until: "930" }, "Choose an end that is later than the start."],
    ["until", { minutes: "60", until: "975" }, "Choose times that are at least as long as the lesson."],
    ["minutes", { minutes: "0" }, "Choose a length of the list."],
    ["minutes", { minutes: "31" }, "Choose a length of the list."],
    ["days", { days: [] }, "Choose at least one day that suits."],
    ["days.0", { days: "7" }, "Choose days of the week."],
    ["from", { from: "-15" }, "Choose the earliest start."],
    ["from", { from: "931" }, "Choose the earliest start."],
    ["until", { until: "1455" }, "Choose the latest end."],
    ["teacherId", { teacherId: "elena" }, "Choose a teacher of the list."],
    ["studentId", { studentId: "1" }, "Choose who would like to learn."],
  ])("is refused at %s with %o", (field, change, message) => {
    const parsed = lessonWishForm.safeParse({ ...wish, ...change });
    expect(parsed.error?.issues.map((issue) => [issue.path.join("."), issue.message])).toContainEqual([
      field,
      message,
    ]);
  });
});
