import { describe, expect, it } from "vitest";
import { spanOf, timeOffWords } from "./time-off-rules";
import { substitutesForm, timeOffForm } from "./time-off-schema";

const zone = "America/New_York";
const form = (
  fromDay: string,
  fromTime: string | null = null,
  untilDay: string | null = null,
  untilTime: string | null = null,
) => ({ fromDay, fromTime, untilDay, untilTime });

describe("the span of time off", () => {
  it.each<[string, ReturnType<typeof form>, string, string, string]>([
    ["a day", form("2026-12-07"), "2026-12-07T05:00:00Z", "2026-12-08T05:00:00Z", "Mon, Dec 7"],
    [
      "a week",
      form("2026-12-07", null, "2026-12-13"),
      "2026-12-07T05:00:00Z",
      "2026-12-14T05:00:00Z",
      "Mon, Dec 7 to Sun, Dec 13",
    ],
    [
      "some hours",
      form("2026-12-07", "14:00", null, "17:00"),
      "2026-12-07T19:00:00Z",
      "2026-12-07T22:00:00Z",
      "Mon, Dec 7, 2:00 pm to 5:00 pm",
    ],
    [
      "from an hour to another day's",
      form("2026-12-07", "14:00", "2026-12-09", "10:00"),
      "2026-12-07T19:00:00Z",
      "2026-12-09T15:00:00Z",
      "Mon, Dec 7, 2:00 pm to Wed, Dec 9, 10:00 am",
    ],
    [
      "until midnight",
      form("2026-12-07", "00:00", null, "24:00"),
      "2026-12-07T05:00:00Z",
      "2026-12-08T05:00:00Z",
      "Mon, Dec 7",
    ],
    ["a day of 25 hours", form("2026-11-01"), "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "Sun, Nov 1"],
    [
      "from an hour that exists twice: the first",
      form("2026-11-01", "01:30", null, "03:00"),
      "2026-11-01T05:30:00Z",
      "2026-11-01T08:00:00Z",
      "Sun, Nov 1, 1:30 am to 3:00 am",
    ],
    [
      "from an hour that does not exist: an hour later",
      form("2027-03-14", "02:30", null, "04:00"),
      "2027-03-14T07:30:00Z",
      "2027-03-14T08:00:00Z",
      "Sun, Mar 14, 3:30 am to 4:00 am",
    ],
  ])("%s", (_, typed, from, until, words) => {
    const span = spanOf(typed, zone);
    expect(span).toEqual({ from: new Date(from), until: new Date(until) });
    expect(timeOffWords(span.from, span.until, zone)).toBe(words);
  });
});

describe("the form", () => {
  const typed = {
    teacherId: "00000000-0000-4000-8000-000400000001",
    fromDay: "2026-12-07",
    fromTime: "",
    untilDay: "",
    untilTime: "",
    reason: " Ill ",
  };

  it("is read", () => {
    expect(timeOffForm.parse(typed)).toEqual({
      ...typed,
      fromTime: null,
      untilDay: null,
      untilTime: null,
      reason: "Ill",
    });
  });

  it.each<[string, Partial<typeof typed>]>([
    ["fromDay", { fromDay: "" }],
    ["fromDay", { fromDay: "2027-02-29" }],
    ["untilDay", { untilDay: "2027-02-30" }],
    ["fromTime", { fromTime: "25:00" }],
    ["untilTime", { untilTime: "5 pm" }],
    ["reason", { reason: "  " }],
    ["reason", { reason: "x".repeat(301) }],
    ["reason", { reason: "Ill\u0000" }],
    ["teacherId", { teacherId: "" }],
  ])("is refused at %s: %j", (field, change) => {
    expect(timeOffForm.safeParse({ ...typed, ...change }).error?.issues.map(({ path }) => path[0])).toEqual([
      field,
    ]);
  });
});

describe("the choice of substitutes", () => {
  const lesson = "00000000-0000-4000-8000-000900000001";
  const teacher = "00000000-0000-4000-8000-000400000002";

  it("leaves open what has none", () => {
    expect(
      substitutesForm.parse({ [`lesson-${lesson}`]: teacher, [`lesson-${teacher}`]: "", intent: "preview" }),
    ).toEqual([{ lessonId: lesson, teacherId: teacher }]);
  });

  it.each([
    [{ [`lesson-${lesson}`]: "" }, []],
    [{ [`lesson-${lesson}`]: "Elena" }, [`lesson-${lesson}`]],
    [{ [`lesson-${lesson}`]: [teacher, teacher] }, [`lesson-${lesson}`]],
    [{ "lesson-1": teacher }, ["lesson-1"]],
  ])("is refused: %j", (fields, path) => {
    expect(substitutesForm.safeParse(fields).error?.issues.map((issue) => issue.path)).toEqual([path]);
  });
});
