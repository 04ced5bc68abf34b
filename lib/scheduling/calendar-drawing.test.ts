import { describe, expect, it } from "vitest";
import type { Id } from "@/lib/ids";
import type { CalendarHold, CalendarLesson, CalendarRange } from "./calendar";
import { type DrawingOptions, drawCalendar, lessonLabel, pieceTitle, toneOf } from "./calendar-drawing";

const timeZone = "America/New_York";
const elena = { id: "t1", name: "Elena Marquez" };
const omar = { id: "t2", name: "Omar Reed" };
const maple = { id: "r1", name: "Maple Room" };
const student = (id: string, firstName: string) => ({
  id: id as Id<"student">,
  firstName,
  name: `${firstName} Rahman`,
});

const lesson: CalendarLesson = {
  id: "l1" as Id<"lesson">,
  kind: "private",
  status: "scheduled",
  startsAt: new Date("2026-12-03T21:15:00Z"),
  endsAt: new Date("2026-12-03T21:45:00Z"),
  subject: "Piano",
  instrumentId: "piano",
  classId: null,
  teacher: elena,
  room: maple,
  students: [student("lina", "Lina")],
};
const theory: CalendarLesson = {
  ...lesson,
  id: "l2" as Id<"lesson">,
  kind: "group",
  classId: "c1",
  subject: "Theory",
  students: [student("amir", "Amir"), student("lina", "Lina")],
};
const hold: CalendarHold = {
  id: "h1",
  startsAt: new Date("2026-12-03T22:00:00Z"),
  endsAt: new Date("2026-12-03T22:30:00Z"),
  expiresAt: new Date("2026-12-03T20:00:00Z"),
  teacher: omar,
  room: maple,
  studentName: null,
};
const nothing: CalendarRange = {
  lessons: [],
  holds: [],
  closures: [],
  makeupDays: [],
  absences: [],
  hours: [],
};
const options: DrawingOptions = {
  timeZone,
  reader: "academy",
  dates: ["2026-12-03"],
  rows: { by: "teacher", resources: [elena, omar] },
  teacherId: null,
  toneOf: () => "cedar",
};

describe("what is read of a lesson", () => {
  it.each([
    ["family", lesson, "Lina: Piano lesson"],
    ["teacher", lesson, "Lina: Piano lesson"],
    ["academy", lesson, "Lina Rahman: Piano lesson"],
    ["student", lesson, "Piano lesson"],
    ["family", theory, "Amir and Lina: Theory"],
    ["academy", theory, "Theory"],
    ["family", { ...lesson, kind: "make_up" as const }, "Lina: Piano make-up lesson"],
    ["academy", { ...lesson, students: [] }, "Former student: Piano lesson"],
  ] as const)("by a %s", (reader, read, title) => {
    expect(pieceTitle(read, reader)).toBe(title);
  });

  it("in one sentence, in the academy's time", () => {
    expect(lessonLabel(lesson, "family", timeZone)).toBe(
      "Lina: Piano lesson, 4:15 pm to 4:45 pm, with Elena Marquez, Maple Room",
    );
    expect(lessonLabel(lesson, "teacher", timeZone)).toBe(
      "Lina: Piano lesson, 4:15 pm to 4:45 pm, Maple Room",
    );
  });
});

describe("colours", () => {
  it("are the child's, in the children's order", () => {
    expect(toneOf(lesson, ["amir", "lina"])).toBe("gold");
    expect(toneOf(theory, ["amir", "lina"])).toBe("cedar");
    expect(toneOf(lesson, ["lina"])).toBe("cedar");
  });

  it("without children those of the kind", () => {
    expect(toneOf(lesson, [])).toBe("cedar");
    expect(toneOf(theory, [])).toBe("gold");
    expect(toneOf({ ...lesson, kind: "trial" }, [])).toBe("lake");
  });
});

describe("drawCalendar", () => {
  it("puts lessons and holds on the academy's wall clock, under their teacher or their room", () => {
    const range = { ...nothing, lessons: [lesson], holds: [hold] };
    expect(drawCalendar(range, options)).toMatchObject([
      { id: "l1", start: "2026-12-03 16:15:00", end: "2026-12-03 16:45:00", resourceId: "t1" },
      { id: "hold-h1", title: "Held for a new family", start: "2026-12-03 17:00:00", resourceId: "t2" },
    ]);
    const byRoom = drawCalendar(range, { ...options, rows: { by: "room", resources: [maple] } });
    expect(byRoom.map(({ resourceId }) => resourceId)).toEqual(["r1", "r1"]);
    const single = drawCalendar(range, { ...options, rows: null });
    expect(single.every((piece) => !("resourceId" in piece))).toBe(true);
  });

  it("draws closures and make-up days behind every row, once a day", () => {
    const closed = { name: "Winter break", startsOn: "2026-12-01", endsOn: "2026-12-04" };
    const dates = ["2026-12-03", "2026-12-04", "2026-12-05"];
    const pieces = drawCalendar(
      { ...nothing, closures: [closed], makeupDays: [closed] },
      { ...options, dates },
    );
    expect(pieces).toHaveLength(8);
    expect(new Set(pieces.map(({ id }) => id)).size).toBe(8);
    expect(pieces.every(({ display }) => display === "background")).toBe(true);
    expect(pieces.find(({ payload }) => payload.kind === "closure")).toMatchObject({
      title: "Closed: Winter break",
      start: "2026-12-03 00:00:00",
      end: "2026-12-03 23:59:00",
    });
  });

  it("draws the hours outside a teacher's own, and the days of an absence", () => {
    const hours = [
      { teacherId: "t1", weekday: 3, starts: "15:00:00", ends: "19:00:00", from: null, until: null },
    ];
    const absences = [
      {
        teacherId: "t1",
        startsAt: new Date("2026-12-03T22:00:00Z"),
        endsAt: new Date("2026-12-05T05:00:00Z"),
      },
    ];
    const dates = ["2026-12-03", "2026-12-04"];
    const pieces = drawCalendar({ ...nothing, hours, absences }, { ...options, dates });
    const of = (kind: string, row: string) =>
      pieces
        .filter(({ payload, resourceId }) => payload.kind === kind && resourceId === row)
        .map(({ start, end }) => `${start.slice(5, 16)} ${end.slice(5, 16)}`);
    expect(of("off-hours", "t1")).toEqual([
      "12-03 00:00 12-03 15:00",
      "12-03 19:00 12-03 23:59",
      "12-04 00:00 12-04 23:59",
    ]);
    expect(of("off-hours", "t2")).toHaveLength(2);
    expect(of("away", "t1")).toEqual(["12-03 17:00 12-03 23:59", "12-04 00:00 12-04 23:59"]);
    // A family knows nobody's hours: there is nothing to be outside of.
    expect(drawCalendar(nothing, { ...options, rows: null, teacherId: "t1" })).toEqual([]);
  });

  it("draws a lesson of the night on which clocks go back as long as it lasts", () => {
    const night = {
      ...lesson,
      startsAt: new Date("2026-11-01T05:45:00Z"),
      endsAt: new Date("2026-11-01T06:15:00Z"),
    };
    expect(drawCalendar({ ...nothing, lessons: [night] }, options)).toMatchObject([
      { start: "2026-11-01 01:45:00", end: "2026-11-01 02:15:00" },
    ]);
  });
});
