import { describe, expect, it } from "vitest";
import {
  datesBetween,
  daysOf,
  hoursBeside,
  hoursOn,
  readCalendarAddress,
  rowsFor,
  shownHours,
  stepDate,
} from "./calendar";

describe("readCalendarAddress", () => {
  const today = "2026-11-26";

  it.each([
    [{}, { view: null, date: today }],
    [
      { view: "month", date: "2027-02-28" },
      { view: "month", date: "2027-02-28" },
    ],
    [
      { view: ["day", "week"], date: ["2026-12-03"] },
      { view: "day", date: "2026-12-03" },
    ],
    [
      { view: "year", date: "2027-02-29" },
      { view: null, date: today },
    ],
    [
      { view: "DAY", date: "2026-13-01" },
      { view: null, date: today },
    ],
    [{ date: "2026-12-03'; drop table lessons" }, { view: null, date: today }],
    [{ date: "0000-01-01" }, { view: null, date: today }],
    [{ date: "9999-12-31" }, { view: null, date: today }],
    [{ date: "2028-02-29" }, { view: null, date: "2028-02-29" }],
  ])("%o", (query, address) => {
    expect(readCalendarAddress(query, today)).toEqual(address);
  });
});

describe("daysOf and stepDate", () => {
  it.each([
    ["day", "2026-12-31", "2026-12-31", "2026-12-31", "2026-12-30", "2027-01-01"],
    ["week", "2026-12-31", "2026-12-28", "2027-01-03", "2026-12-24", "2027-01-07"],
    ["month", "2026-12-31", "2026-11-30", "2027-01-03", "2026-11-01", "2027-01-01"],
    ["month", "2027-01-31", "2026-12-28", "2027-01-31", "2026-12-01", "2027-02-01"],
    // A February of exactly four weeks, and one with a 29th day.
    ["month", "2027-02-10", "2027-02-01", "2027-02-28", "2027-01-01", "2027-03-01"],
    ["month", "2028-02-29", "2028-01-31", "2028-03-05", "2028-01-01", "2028-03-01"],
  ] as const)("a %s of %s", (view, date, first, last, before, after) => {
    expect(daysOf(view, date)).toEqual({ first, last });
    expect(stepDate(view, date, -1)).toBe(before);
    expect(stepDate(view, date, 1)).toBe(after);
  });

  it("lists every date", () => {
    expect(datesBetween("2028-02-28", "2028-03-01")).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
  });
});

const monday = { teacherId: "elena", weekday: 0, from: null, until: null };
const hours = [
  { ...monday, starts: "15:00:00", ends: "20:00:00" },
  { ...monday, starts: "09:00:00", ends: "12:00:00" },
  { ...monday, starts: "21:00:00", ends: "24:00:00", from: "2026-12-01", until: "2026-12-14" },
  { ...monday, teacherId: "omar", starts: "10:00:00", ends: "11:00:00" },
];

describe("weekly hours", () => {
  it("are those of the teacher, the weekday and their validity, in order", () => {
    expect(hoursOn(hours, "elena", "2026-12-07")).toEqual([
      { start: "2026-12-07 09:00:00", end: "2026-12-07 12:00:00" },
      { start: "2026-12-07 15:00:00", end: "2026-12-07 20:00:00" },
      { start: "2026-12-07 21:00:00", end: "2026-12-08 00:00:00" },
    ]);
    // The day on which they end is not in them.
    expect(hoursOn(hours, "elena", "2026-12-14")).toHaveLength(2);
    expect(hoursOn(hours, "elena", "2026-11-30")).toHaveLength(2);
    expect(hoursOn(hours, "elena", "2026-12-08")).toEqual([]);
  });

  it("leave the rest of the day beside them", () => {
    expect(hoursBeside(hoursOn(hours, "elena", "2026-12-14"), "2026-12-14")).toEqual([
      { start: "2026-12-14 00:00:00", end: "2026-12-14 09:00:00" },
      { start: "2026-12-14 12:00:00", end: "2026-12-14 15:00:00" },
      { start: "2026-12-14 20:00:00", end: "2026-12-15 00:00:00" },
    ]);
    expect(hoursBeside([], "2026-12-14")).toEqual([
      { start: "2026-12-14 00:00:00", end: "2026-12-15 00:00:00" },
    ]);
    expect(hoursBeside([{ start: "2026-12-14 00:00:00", end: "2026-12-15 00:00:00" }], "2026-12-14")).toEqual(
      [],
    );
  });
});

describe("shownHours", () => {
  it.each([
    [[], "08:00:00", "20:00:00"],
    [[{ start: "2026-12-07 07:15:00", end: "2026-12-07 08:00:00" }], "07:00:00", "20:00:00"],
    [[{ start: "2026-12-07 19:30:00", end: "2026-12-07 20:15:00" }], "08:00:00", "21:00:00"],
    [[{ start: "2026-12-07 19:30:00", end: "2026-12-07 21:00:00" }], "08:00:00", "21:00:00"],
    [[{ start: "2026-12-07 23:00:00", end: "2026-12-08 00:00:00" }], "08:00:00", "23:59:59"],
  ])("of %o", (spans, start, end) => {
    expect(shownHours(spans)).toEqual({ start, end });
  });

  it("are closer where somebody's own hours are known", () => {
    const spans = [{ start: "2026-12-07 15:00:00", end: "2026-12-07 20:30:00" }];
    expect(shownHours(spans, { first: 14, last: 20 })).toEqual({ start: "14:00:00", end: "21:00:00" });
  });
});

describe("rows of teachers and rooms", () => {
  const elena = { id: "t1", name: "Elena Marquez" };
  const omar = { id: "t2", name: "Omar Reed" };
  const former = { id: "t3", name: "a former teacher" };
  const room2 = { id: "r2", name: "Room 2" };
  const room10 = { id: "r10", name: "Room 10" };
  const lessons = [
    { id: "a", teacher: elena, room: room10 },
    { id: "b", teacher: former, room: room2 },
    { id: "c", teacher: elena, room: room2 },
  ];

  it("are those at work and those who still have something, in the order of their names and numbers", () => {
    expect(rowsFor(lessons, "teacher", [omar, elena])).toEqual([former, elena, omar]);
    expect(rowsFor(lessons, "room", [room10])).toEqual([room2, room10]);
  });
});
