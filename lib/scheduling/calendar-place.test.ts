import { describe, expect, it } from "vitest";
import type { Id } from "@/lib/ids";
import type { CalendarLesson, CalendarRange } from "./calendar";
import { isOwnPlace, type Rail, seenObstacle, startAt } from "./calendar-place";

const timeZone = "America/New_York";
const elena = { id: "t1", name: "Elena Marquez" };
const omar = { id: "t2", name: "Omar Reed" };
const maple = { id: "r1", name: "Maple Room" };
const oak = { id: "r2", name: "Oak Studio" };
const lina = { id: "lina" as Id<"student">, firstName: "Lina", name: "Lina Rahman" };

/** Thursday, December 3, from the hour and minute of New York. */
const lessonAt = (id: string, time: string, more: Partial<CalendarLesson> = {}): CalendarLesson => ({
  id: id as Id<"lesson">,
  kind: "private",
  status: "scheduled",
  startsAt: new Date(`2026-12-03T${time}:00-05:00`),
  endsAt: new Date(new Date(`2026-12-03T${time}:00-05:00`).getTime() + 30 * 60_000),
  subject: "Piano",
  instrumentId: "piano",
  classId: null,
  teacher: elena,
  room: maple,
  students: [],
  ...more,
});

const own = lessonAt("own", "16:00", { students: [lina] });
const range: CalendarRange = {
  lessons: [
    own,
    lessonAt("a", "17:00"),
    lessonAt("b", "18:00", { teacher: omar, room: oak, students: [lina] }),
    lessonAt("c", "19:00", { teacher: omar, room: oak }),
  ],
  holds: [
    {
      id: "h",
      startsAt: new Date("2026-12-03T20:00:00-05:00"),
      endsAt: new Date("2026-12-03T20:30:00-05:00"),
      expiresAt: new Date("2026-12-03T15:00:00-05:00"),
      teacher: elena,
      room: oak,
      studentName: null,
    },
  ],
  closures: [{ name: "Winter break", startsOn: "2026-12-24", endsOn: "2026-12-31" }],
  makeupDays: [],
  absences: [
    {
      teacherId: "t1",
      startsAt: new Date("2026-12-04T00:00:00-05:00"),
      endsAt: new Date("2026-12-05T00:00:00-05:00"),
    },
  ],
  hours: [{ teacherId: "t1", weekday: 3, starts: "15:00:00", ends: "21:00:00", from: null, until: null }],
};
const place = (start: string, more = {}) => ({
  start: `${start}:00`,
  teacherId: "t1",
  roomId: null,
  ...more,
});

describe("seenObstacle", () => {
  it.each([
    ["its own time", place("2026-12-03 16:00"), null],
    ["beside it", place("2026-12-03 16:15"), null],
    ["the end of another lesson", place("2026-12-03 16:30"), null],
    [
      "another lesson of the teacher",
      place("2026-12-03 16:45"),
      "Elena Marquez is busy from 5:00 pm to 5:30 pm.",
    ],
    [
      "another lesson of the student",
      place("2026-12-03 18:15"),
      "Lina has another lesson from 6:00 pm to 6:30 pm.",
    ],
    [
      "a room that another has",
      place("2026-12-03 19:00", { roomId: "r2" }),
      "Oak Studio is taken from 7:00 pm to 7:30 pm.",
    ],
    ["a room that nobody named", place("2026-12-03 19:00"), null],
    ["a hold", place("2026-12-03 20:00"), "Elena Marquez is busy from 8:00 pm to 8:30 pm."],
    ["before the teacher comes", place("2026-12-03 14:45"), "The teacher does not teach at this hour."],
    ["as the teacher comes", place("2026-12-03 15:00"), null],
    ["a teacher whose hours are not known", place("2026-12-03 09:00", { teacherId: "t2" }), null],
    ["a day off", place("2026-12-04 16:00"), "The teacher is away."],
    ["a closure", place("2026-12-24 16:00"), "The academy is closed on this day: Winter break."],
  ])("%s", (_, at, words) => {
    expect(seenObstacle(range, own, at, timeZone)).toBe(words);
  });
});

describe("isOwnPlace", () => {
  it("is its teacher, its time, and its room where one is named", () => {
    expect(isOwnPlace(own, place("2026-12-03 16:00"), timeZone)).toBe(true);
    expect(isOwnPlace(own, place("2026-12-03 16:00", { roomId: "r1" }), timeZone)).toBe(true);
    expect(isOwnPlace(own, place("2026-12-03 16:00", { roomId: "r2" }), timeZone)).toBe(false);
    expect(isOwnPlace(own, place("2026-12-03 16:00", { teacherId: "t2" }), timeZone)).toBe(false);
    expect(isOwnPlace(own, place("2026-12-03 16:15"), timeZone)).toBe(false);
  });
});

describe("startAt", () => {
  const day: Rail = { dates: ["2026-12-03"], firstMinute: 8 * 60, lastMinute: 20 * 60 };
  const week: Rail = { ...day, dates: ["2026-12-02", "2026-12-03"] };

  it.each([
    [day, 0, "2026-12-03 08:00:00"],
    [day, 0.5, "2026-12-03 14:00:00"],
    // Six minutes and a half past: the nearest quarter.
    [day, 6.5 / 720, "2026-12-03 08:00:00"],
    [day, 8 / 720, "2026-12-03 08:15:00"],
    [day, -0.2, "2026-12-03 08:00:00"],
    [day, 1, "2026-12-03 19:45:00"],
    [week, 0.25, "2026-12-02 14:00:00"],
    [week, 0.5, "2026-12-03 08:00:00"],
    [week, 1, "2026-12-03 19:45:00"],
    [{ ...day, lastMinute: 24 * 60 }, 1, "2026-12-03 23:45:00"],
  ])("case %#", (rail, share, start) => {
    expect(startAt(rail, share, 15)).toBe(start);
  });
});
