import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow } from "./fixture";
import { addCredit, addLesson, become, minutesFrom, useCredit } from "./fixture-builders";
import { ids, type Person } from "./fixture-ids";
import { refusalOf, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

type Outcome = {
  readonly closure_id: string;
  readonly lessons: number;
  readonly class_lessons: number;
  readonly families: number;
  readonly credits: number;
  readonly paid_out_cents: string;
};

const close = async (
  tx: Tx,
  first = "2026-11-02",
  last = first,
  kind = "academy",
  person: Person = "admin",
): Promise<Outcome | undefined> => {
  await become(tx, person);
  const rows = await tx<Outcome[]>`
    select * from private.enter_closure('Staff training', ${first}::text::date, ${last}::text::date, ${kind}::text::public.cancel_kind)`;
  await tx`select set_config('role', 'service_role', true)`;
  return rows[0];
};
const closed = <T>(work: (tx: Tx) => Promise<T>, after = 0): Promise<T> =>
  undone(database.app, work, { after });
const events = (tx: Tx, name: string) =>
  tx<{ data: Record<string, string | null> }[]>`select data from outbox where name = ${name}`;
const minutesUntil = (at: string): number => (new Date(at).getTime() - fixtureNow.getTime()) / 60_000;

describe("a closure that is added later", () => {
  it("cancels what lies on its days, by the academy, for credits that do not count against the cap", async () => {
    await closed(async (tx) => {
      const outcome = await close(tx);
      expect(outcome).toMatchObject({ lessons: 2, class_lessons: 0, families: 2, credits: 2 });
      const lessons = await tx`
        select id, status, cancel_kind, cancel_reason, cancelled_late from lessons where closure_id = ${outcome?.closure_id ?? ""} order by id`;
      expect([...lessons]).toEqual(
        [ids.lessonA, ids.lessonB].map((id) => ({
          id,
          status: "cancelled",
          cancel_kind: "academy",
          cancel_reason: "Staff training",
          cancelled_late: false,
        })),
      );
      const credits = await tx`
        select origin, money_cents is not null as "isMoney" from makeup_credits where origin_lesson_id = ${ids.lessonA}`;
      expect([...credits]).toEqual([{ origin: "academy_cancelled", isMoney: true }]);
    });
  });

  it("tells each family and each teacher of all of theirs by one event", async () => {
    await closed(async (tx) => {
      await addLesson(tx, { during: minutesFrom("2026-11-03T21:00:00Z") });
      const outcome = await close(tx, "2026-11-02", "2026-11-03");
      const told = (await events(tx, "scheduling/closure.entered")).map((row) => row.data);
      const family = told.map((data) => data.familyId).filter((id) => id !== null);
      expect(family).toHaveLength(outcome?.families ?? 0);
      expect(new Set(family)).toEqual(new Set([ids.familyA, ids.familyB]));
      const teachers = told.map((data) => data.teacherId).filter((id) => id !== null);
      expect(new Set(teachers).size).toBe(teachers.length);
    });
  });

  it("pays out lessons of classes, and gives a booked make-up its credit back", async () => {
    await closed(async (tx) => {
      const credit = await addCredit(tx);
      const makeup = await addLesson(tx, { during: minutesFrom("2026-11-04T21:00:00Z"), kind: "make_up" });
      await useCredit(tx, makeup, credit);
      await close(tx, "2026-11-04");
      const [returned] =
        await tx`select used_lesson_id, returned_lesson_id from makeup_credits where id = ${credit}`;
      expect(returned).toEqual({ used_lesson_id: null, returned_lesson_id: makeup });
    });
    await closed(async (tx) => {
      const [lesson] = await tx<{ day: string }[]>`
        select (starts_at at time zone 'America/New_York')::date::text as day from lessons where id = ${ids.classLessonA}`;
      const outcome = await close(tx, lesson?.day);
      expect(outcome?.class_lessons).toBeGreaterThan(0);
      expect(Number(outcome?.paid_out_cents)).toBeGreaterThan(0);
    });
  });

  it("for the weather on the same day cancels only what has not begun, late, and the teacher is not paid", async () => {
    await closed(async (tx) => {
      const outcome = await close(tx, "2026-11-02", "2026-11-02", "weather");
      expect(outcome?.lessons).toBe(1);
      const [lesson] =
        await tx`select status, cancel_kind, cancelled_late, cancel_pays_teacher from lessons where id = ${ids.lessonB}`;
      expect(lesson).toEqual({
        status: "cancelled",
        cancel_kind: "weather",
        cancelled_late: true,
        cancel_pays_teacher: false,
      });
      const [begun] = await tx`select status from lessons where id = ${ids.lessonA}`;
      expect(begun?.status).toBe("scheduled");
    }, minutesUntil("2026-11-02T21:10:00Z"));
  });

  it("leaves lessons that were put outside the calendar on purpose, and lets none be booked any more", async () => {
    await closed(async (tx) => {
      await tx`update lessons set off_calendar_reason = 'An exam' where id = ${ids.lessonA}`;
      expect((await close(tx))?.lessons).toBe(1);
      const refusal = await refusalOf(
        tx.savepoint((sub) => addLesson(sub, { during: minutesFrom("2026-11-02T20:00:00Z") })),
      );
      expect(refusal).toMatchObject({ constraint: "lesson_in_closure" });
    });
  });

  it("is the administrators' to enter", async () => {
    for (const person of ["parentA", "teacher1", "student"] as const) {
      const refusal = await refusalOf(
        closed((tx) => close(tx, "2026-11-02", "2026-11-02", "academy", person)),
      );
      expect(refusal).toMatchObject({ constraint: "admin_only" });
    }
  });
});
