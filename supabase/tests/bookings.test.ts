import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, lessonTimes } from "./fixture";
import { ids } from "./fixture-ids";
import type { Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

type Slot = {
  readonly kind?: "hold" | "lesson";
  readonly teacher?: string;
  readonly room?: string;
  readonly student?: string | null;
  readonly during?: string;
};

/** Books time: by default a hold of teacher 1 in a free room on a free Wednesday, for nobody yet. */
const book = (tx: Tx, slot: Slot = {}) => tx`
  insert into bookings (kind, teacher_id, room_id, student_id, during, teacher_busy, expires_at)
  values (${slot.kind ?? "hold"}, ${slot.teacher ?? ids.teacher1}, ${slot.room ?? ids.plainRoom}, ${slot.student ?? null},
          ${slot.during ?? hours("2026-11-04", "21:00", "21:30")}, 'empty',
          ${slot.kind === "lesson" ? null : "2026-10-20T16:15:00Z"})
  returning id, lower(teacher_busy) as busy_from, upper(teacher_busy) as busy_until`;

const hours = (day: string, from: string, until: string): string =>
  `[${day}T${from}:00Z,${day}T${until}:00Z)`;

describe("time that is taken", () => {
  it.each([
    ["teacher", "teacher_double_booked", { teacher: ids.teacher1, room: ids.plainRoom, student: null }],
    ["room", "room_double_booked", { teacher: ids.teacher2, room: ids.pianoRoom, student: null }],
    [
      "student",
      "student_double_booked",
      { teacher: ids.teacher2, room: ids.plainRoom, student: ids.studentA1 },
    ],
  ] as const)("refuses a second booking of a %s", async (_, constraint, slot) => {
    for (const kind of ["hold", "lesson"] as const) {
      expect(await attempt(database.app, (tx) => book(tx, { ...slot, kind, during: lessonTimes.a }))).toEqual(
        {
          code: "23P01",
          constraint,
        },
      );
    }
  });

  it("refuses times that overlap only in part", async () => {
    for (const during of [
      hours("2026-11-02", "20:45", "21:15"),
      hours("2026-11-02", "21:15", "21:45"),
      hours("2026-11-02", "20:00", "23:00"),
    ]) {
      expect(await attempt(database.app, (tx) => book(tx, { during }))).toMatchObject({
        constraint: "teacher_double_booked",
      });
    }
  });

  it("refuses a lesson where a hold is, and a hold where a hold is", async () => {
    for (const kind of ["lesson", "hold"] as const) {
      const refusal = await attempt(database.app, async (tx) => {
        await book(tx);
        await book(tx, { kind, room: ids.drumRoom });
      });
      expect(refusal).toMatchObject({ constraint: "teacher_double_booked" });
    }
  });

  it("allows lessons that touch, with the same teacher, room and student", async () => {
    for (const during of [hours("2026-11-02", "20:30", "21:00"), hours("2026-11-02", "21:30", "22:00")]) {
      expect(
        await attempt(database.app, (tx) =>
          book(tx, { kind: "lesson", room: ids.pianoRoom, student: ids.studentA1, during }),
        ),
      ).toBeUndefined();
    }
  });

  it("keeps the teacher's buffer after a lesson, but leaves the room and the time before free", async () => {
    const after = { teacher: ids.teacher2, during: hours("2026-11-02", "22:30", "23:00") };
    expect(await attempt(database.app, (tx) => book(tx, after))).toMatchObject({
      constraint: "teacher_double_booked",
    });
    const afterBuffer = { ...after, during: hours("2026-11-02", "22:45", "23:15") };
    expect(await attempt(database.app, (tx) => book(tx, afterBuffer))).toBeUndefined();
    // The new lesson's own buffer must end before the next one begins.
    const before = { ...after, during: hours("2026-11-02", "21:30", "22:00") };
    expect(await attempt(database.app, (tx) => book(tx, before))).toMatchObject({
      constraint: "teacher_double_booked",
    });
    expect(
      await attempt(database.app, (tx) => book(tx, { ...after, teacher: ids.teacher1, room: ids.drumRoom })),
    ).toBeUndefined();
  });

  it("computes the buffer itself, whatever the insert says, and follows a lesson that moves", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      const [booked] = await book(tx, { teacher: ids.teacher2 });
      expect(booked?.busy_until).toEqual(new Date("2026-11-04T21:45:00Z"));
      await tx`update bookings set during = ${hours("2026-11-04", "22:00", "22:30")} where id = ${booked?.id}`;
      const [moved] = await tx`select upper(teacher_busy) as until from bookings where id = ${booked?.id}`;
      expect(moved?.until).toEqual(new Date("2026-11-04T22:45:00Z"));
    });
    expect(refusal).toBeUndefined();
  });

  it("frees the time of a cancelled lesson at once", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await book(tx, { kind: "lesson", room: ids.pianoRoom, student: ids.studentA1, during: lessonTimes.a });
    });
    expect(refusal).toBeUndefined();
  });

  it("refuses an empty time, an open end, a hold without its end and a lesson with one", async () => {
    for (const during of ["empty", "[2026-11-04T21:00:00Z,2026-11-04T21:30:00Z]"]) {
      expect(await attempt(database.app, (tx) => book(tx, { during }))).toMatchObject({
        code: expect.stringMatching(/^(23514|23502)$/),
      });
    }
    const odd = (kind: string, expires: string | null) => (tx: Tx) =>
      tx`
      insert into bookings (kind, teacher_id, room_id, during, teacher_busy, expires_at)
      values (${kind}, ${ids.teacher1}, ${ids.plainRoom}, ${hours("2026-11-04", "21:00", "21:30")}, 'empty', ${expires})`;
    expect(await attempt(database.app, odd("hold", null))).toMatchObject({ code: "23514" });
    expect(await attempt(database.app, odd("lesson", "2026-10-20T16:15:00Z"))).toMatchObject({
      code: "23514",
    });
  });

  it("keeps a lesson at its booking's teacher, room and time", async () => {
    const apart = await attempt(
      database.app,
      (tx) => tx`update lessons set teacher_id = ${ids.teacher2} where id = ${ids.lessonA}`,
    );
    expect(apart).toMatchObject({ code: "23503" });
    const together = await attempt(database.app, async (tx) => {
      await tx`update bookings set during = ${hours("2026-11-03", "21:00", "21:30")} where id = ${ids.bookingA}`;
      const [lesson] = await tx`select lower(during) as at from lessons where id = ${ids.lessonA}`;
      expect(lesson?.at).toEqual(new Date("2026-11-03T21:00:00Z"));
    });
    expect(together).toBeUndefined();
  });
});
