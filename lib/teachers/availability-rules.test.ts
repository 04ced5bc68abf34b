import { describe, expect, it } from "vitest";
import {
  type Block,
  blockWords,
  changeBlock,
  changedDays,
  clockWords,
  type DatedBlock,
  drawBlock,
  findMistakes,
  firstFree,
  frameAround,
  groupUncovered,
  hoursOn,
  minutesOf,
  nextMonday,
  timeText,
  type WeekFrame,
  weekVersions,
} from "./availability-rules";
import { weekForm } from "./availability-schema";

const at = (weekday: number, starts: string, ends: string): Block => ({
  weekday,
  starts: minutesOf(starts) ?? -1,
  ends: minutesOf(ends) ?? -1,
});
const frame: WeekFrame = { opens: 480, closes: 1260, grid: 15 };

describe("times of the day", () => {
  it.each([
    ["15:00", 900, "3:00 pm"],
    ["00:15", 15, "12:15 am"],
    ["12:00", 720, "noon"],
    ["12:30", 750, "12:30 pm"],
    ["24:00", 1440, "midnight"],
  ])("%s is %d minutes and reads %s", (text, minutes, words) => {
    expect(minutesOf(text)).toBe(minutes);
    expect(timeText(minutes)).toBe(text);
    expect(clockWords(minutes)).toBe(words);
  });

  it.each(["24:15", "25:00", "3:00", "15:60", "noon", "", "15:00:00"])("%j is none", (text) => {
    expect(minutesOf(text)).toBeNull();
  });
});

describe("a block", () => {
  const block = at(0, "15:00", "17:00");
  const others = [at(0, "18:00", "19:00"), at(1, "15:30", "16:00")];

  it.each<[string, Parameters<typeof changeBlock>[1], Block | null]>([
    ["later by half an hour", { edge: "body", days: 0, minutes: 30 }, at(0, "15:30", "17:30")],
    ["later by 20 minutes, to the grid", { edge: "body", days: 0, minutes: 20 }, at(0, "15:15", "17:15")],
    ["by less than half a step", { edge: "body", days: 0, minutes: 7 }, null],
    ["onto other hours", { edge: "body", days: 0, minutes: 90 }, null],
    ["to a day where others are", { edge: "body", days: 1, minutes: 0 }, null],
    ["two days later", { edge: "body", days: 2, minutes: 0 }, at(2, "15:00", "17:00")],
    ["before Monday", { edge: "body", days: -3, minutes: 0 }, null],
    ["before the day opens", { edge: "body", days: 0, minutes: -900 }, at(0, "08:00", "10:00")],
    ["an end up to the next hours", { edge: "end", days: 0, minutes: 60 }, at(0, "15:00", "18:00")],
    ["an end into them", { edge: "end", days: 0, minutes: 75 }, null],
    ["an end before the start", { edge: "end", days: 0, minutes: -600 }, at(0, "15:00", "15:15")],
    ["a start after the end", { edge: "start", days: 0, minutes: 600 }, at(0, "16:45", "17:00")],
    ["a start before the day opens", { edge: "start", days: 0, minutes: -600 }, at(0, "08:00", "17:00")],
  ])("%s", (_, change, expected) => {
    expect(changeBlock(block, change, others, frame)).toEqual(expected);
  });

  it("is drawn from either end, and not over others", () => {
    expect(drawBlock(2, [907, 950], others, frame)).toEqual(at(2, "15:00", "16:00"));
    expect(drawBlock(2, [950, 907], others, frame)).toEqual(at(2, "15:00", "16:00"));
    expect(drawBlock(0, [1000, 1100], others, frame)).toBeNull();
  });

  it("is added at 3 pm, else at the first free hour, else at the first free step", () => {
    expect(firstFree(3, [], frame)).toEqual(at(3, "15:00", "16:00"));
    expect(firstFree(0, [block], frame)).toEqual(at(0, "08:00", "09:00"));
    expect(firstFree(0, [at(0, "08:30", "20:45")], frame)).toEqual(at(0, "08:00", "08:15"));
    expect(firstFree(0, [at(0, "08:00", "21:00")], frame)).toBeNull();
  });

  it("says its day and its time", () => {
    expect(blockWords(block)).toBe("Monday, 3:00 pm to 5:00 pm");
  });
});

it("shows early and late hours, and 8 am to 9 pm at least", () => {
  expect(frameAround([], 15)).toEqual({ opens: 480, closes: 1260, grid: 15 });
  expect(frameAround([at(0, "06:30", "22:15")], 15)).toEqual({ opens: 360, closes: 1380, grid: 15 });
});

it("finds hours that end too early or overlap, and leaves those that only touch", () => {
  const mistakes = findMistakes([
    at(0, "15:00", "15:00"),
    at(1, "15:00", "16:00"),
    at(1, "16:00", "17:00"),
    at(2, "15:00", "16:00"),
    at(2, "15:45", "17:00"),
  ]);
  expect([...mistakes.keys()]).toEqual([0, 3, 4]);
});

describe("weeks one after the other", () => {
  const dated = (block: Block, from: string | null, until: string | null): DatedBlock => ({
    ...block,
    from,
    until,
  });
  const rows = [
    dated(at(0, "15:00", "19:00"), null, "2026-11-08"),
    dated(at(2, "15:00", "19:00"), null, "2026-11-08"),
    dated(at(0, "09:00", "12:00"), "2026-11-09", "2026-11-22"),
    dated(at(2, "15:00", "19:00"), "2026-11-23", null),
    dated(at(0, "15:00", "19:00"), "2026-11-23", null),
  ];

  it("are told from today on, with their days", () => {
    expect(
      weekVersions(rows, "2026-10-20").map(({ from, until, hours }) => [from, until, hours.length]),
    ).toEqual([
      [null, "2026-11-08", 2],
      ["2026-11-09", "2026-11-22", 1],
      ["2026-11-23", null, 2],
    ]);
    expect(weekVersions(rows, "2026-11-23")).toHaveLength(1);
  });

  it("are one where the hours are the same", () => {
    const same = [
      dated(at(0, "15:00", "19:00"), null, "2026-11-08"),
      dated(at(0, "15:00", "19:00"), "2026-11-09", null),
    ];
    expect(weekVersions(same, "2026-10-20")).toEqual([
      { from: null, until: null, hours: [at(0, "15:00", "19:00")] },
    ]);
  });

  it("have a week without hours where there are none", () => {
    const versions = weekVersions([dated(at(0, "15:00", "19:00"), "2026-11-09", "2026-11-15")], "2026-10-20");
    expect(versions.map(({ from, hours }) => [from, hours.length])).toEqual([
      [null, 0],
      ["2026-11-09", 1],
      ["2026-11-16", 0],
    ]);
    expect(weekVersions([], "2026-10-20")).toEqual([{ from: null, until: null, hours: [] }]);
  });

  it("differ by day, in words", () => {
    const versions = weekVersions(rows, "2026-10-20");
    expect(changedDays(hoursOn(versions, "2026-11-08"), hoursOn(versions, "2026-11-09"))).toEqual([
      { weekday: 0, before: "3:00 pm to 7:00 pm", after: "9:00 am to noon" },
      { weekday: 2, before: "3:00 pm to 7:00 pm", after: "no hours" },
    ]);
  });
});

it("begins a change with the Monday that comes", () => {
  expect(nextMonday("2026-11-26")).toBe("2026-11-30");
  expect(nextMonday("2026-11-30")).toBe("2026-12-07");
});

it("groups lessons by who and when in the week", () => {
  const lesson = (date: string, name: string) => ({
    lessonId: date + name,
    name,
    subject: "Piano",
    startsAt: new Date(`${date}T21:00:00Z`),
    isWeekly: name === "Ann A",
    weekday: 0,
    starts: 960,
    date,
  });
  expect(
    groupUncovered([
      lesson("2026-11-02", "Ann A"),
      lesson("2026-11-02", "Bea B"),
      lesson("2026-11-09", "Ann A"),
    ]),
  ).toEqual([
    {
      name: "Ann A",
      subject: "Piano",
      weekday: 0,
      starts: 960,
      isWeekly: true,
      dates: ["2026-11-02", "2026-11-09"],
    },
    { name: "Bea B", subject: "Piano", weekday: 0, starts: 960, isWeekly: false, dates: ["2026-11-02"] },
  ]);
});

describe("the form", () => {
  const form = {
    teacherId: "00000000-0000-4000-8000-000400000001",
    from: "2026-11-09",
    until: "",
    hours: JSON.stringify([{ weekday: 0, starts: "15:00", ends: "24:00" }]),
  };

  it("is read: times as minutes, an empty last day as none", () => {
    expect(weekForm.parse(form)).toMatchObject({
      until: null,
      hours: [{ weekday: 0, starts: 900, ends: 1440 }],
    });
  });

  it.each<[string, Partial<typeof form>]>([
    ["until", { until: "2026-11-08" }],
    ["until", { until: "2027-02-29" }],
    ["from", { from: "2027-02-29" }],
    ["from", { from: "tomorrow" }],
    ["from", { from: "" }],
    ["teacherId", { teacherId: "1" }],
    ["hours", { hours: "" }],
    ["hours", { hours: "[{" }],
    ["hours", { hours: JSON.stringify([{ weekday: 7, starts: "15:00", ends: "16:00" }]) }],
    ["hours", { hours: JSON.stringify([{ weekday: 0, starts: "15:00", ends: "24:15" }]) }],
    ["hours", { hours: JSON.stringify(Array(201).fill({ weekday: 0, starts: "15:00", ends: "16:00" })) }],
  ])("is refused at %s: %j", (field, change) => {
    const read = weekForm.safeParse({ ...form, ...change });
    expect(read.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it("takes the 29th of February of a leap year", () => {
    expect(weekForm.safeParse({ ...form, from: "2028-02-29" }).success).toBe(true);
  });
});
