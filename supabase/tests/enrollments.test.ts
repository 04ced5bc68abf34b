import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
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

describe("statuses", () => {
  const statuses = ["provisional", "active", "paused", "withdrawn", "lapsed", "cancelled"] as const;
  const allowed: Readonly<Record<string, readonly string[]>> = {
    provisional: ["active", "lapsed", "cancelled"],
    active: ["paused", "withdrawn", "cancelled"],
    paused: ["active", "withdrawn", "cancelled"],
  };
  const wayTo: Readonly<Record<string, readonly string[]>> = {
    provisional: [],
    active: ["active"],
    paused: ["active", "paused"],
    withdrawn: ["active", "withdrawn"],
    lapsed: ["lapsed"],
    cancelled: ["cancelled"],
  };

  it.each(statuses)("let an enrollment that is %s go along its ways only", async (from) => {
    for (const to of statuses.filter((status) => status !== from)) {
      const refusal = await attempt(database.app, async (tx) => {
        const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
        for (const status of [...(wayTo[from] ?? []), to]) {
          await tx`update enrollments set status = ${status} where id = ${created?.id}`;
        }
      });
      const expected = allowed[from]?.includes(to)
        ? undefined
        : { code: "CH004", constraint: "enrollment_transition" };
      expect(refusal, `${from} to ${to}`).toEqual(expected);
    }
  });

  it("write an enrollment's history by themselves", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
      await tx`update enrollments set status = 'active' where id = ${created?.id}`;
      await tx`update enrollments set minutes = 45 where id = ${created?.id}`;
      const history =
        await tx`select status from enrollment_events where enrollment_id = ${created?.id} order by id`;
      expect(history.map((event) => event.status)).toEqual(["provisional", "active"]);
    });
    expect(refusal).toBeUndefined();
  });

  it.each([
    ["completed", "scheduled"],
    ["completed", "cancelled"],
    ["no_show", "cancelled"],
    ["cancelled", "scheduled"],
    ["cancelled", "completed"],
  ])("let no %s lesson become %s", async (from, to) => {
    const refusal = await attempt(database.app, async (tx) => {
      await tx`update lessons set status = ${from} where id = ${ids.lessonA}`;
      await tx`update lessons set status = ${to} where id = ${ids.lessonA}`;
    });
    expect(refusal).toEqual({ code: "CH004", constraint: "lesson_transition" });
  });

  it("let what happened in a lesson be corrected", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      for (const status of ["completed", "no_show", "completed"])
        await tx`update lessons set status = ${status} where id = ${ids.lessonA}`;
    });
    expect(refusal).toBeUndefined();
  });
});

type NewEnrollment = {
  student: string;
  instrument: string;
  kind?: string;
  cadence?: string;
  minutes?: number;
};

/** Inserts an enrollment that claims to be active, free of charge and old: none of it is believed. */
const insertEnrollment = (
  tx: Tx,
  { student, instrument, kind = "trial", cadence = "monthly", minutes = 30 }: NewEnrollment,
) =>
  tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                              policy_version, status, due_cents, lines, currency, submitted_at, expires_at)
     select family_id, id, ${instrument}, ${ids.teacher2}, ${minutes}, private.now(), ${kind}, ${cadence}, '1', 'active', 1,
            '[]', 'eur', '2000-01-01', '2100-01-01'
       from students where id = ${student}
     returning id, status, due_cents, lines, currency, submitted_at, expires_at, private.now() as now`;

const centsOf = (lines: unknown): number[] =>
  Array.isArray(lines) ? lines.map((line: { cents: number }) => line.cents) : [];

describe("enrollments", () => {
  it.each([
    ["trial", "monthly", 30, [2500]],
    ["plan", "monthly", 30, [16_000, 4500]],
    ["plan", "semester", 30, [93_120, 4500]],
    ["plan", "yearly", 30, [176_640, 4500]],
    ["plan", "yearly", 45, [248_400, 4500]],
    ["plan", "yearly", 60, [320_160, 4500]],
  ])("are priced by the database: %s, %s, %i minutes", async (kind, cadence, minutes, cents) => {
    const refusal = await attempt(database.app, async (tx) => {
      const [row] = await insertEnrollment(tx, {
        student: ids.studentB1,
        instrument: ids.piano,
        kind,
        cadence,
        minutes,
      });
      expect(row).toMatchObject({
        status: "provisional",
        due_cents: cents.reduce((sum, amount) => sum + amount, 0),
        currency: "usd",
        submitted_at: row?.now,
        expires_at: new Date(new Date(row?.now).getTime() + 14 * 86_400_000),
      });
      expect(centsOf(row?.lines)).toEqual(cents);
    });
    expect(refusal).toBeUndefined();
  });

  it("give the sibling discount and the sibling's registration when another child has a plan", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      const [first] = await insertEnrollment(tx, {
        student: ids.studentA1,
        instrument: ids.piano,
        kind: "plan",
      });
      await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${first?.id}`;
      const [second] = await insertEnrollment(tx, {
        student: ids.studentA2,
        instrument: ids.drums,
        kind: "plan",
      });
      const lines = second?.lines as { code: string; cents: number }[];
      expect(lines.map((line) => [line.code, line.cents])).toEqual([
        ["tuition", 16_000],
        ["sibling_discount", -1280],
        ["registration", 1500],
      ]);
    });
    expect(refusal).toBeUndefined();
  });

  it("allow one trial for a student and instrument, and another one only after the first came to nothing", async () => {
    const again = (tx: Tx) => insertEnrollment(tx, { student: ids.studentA1, instrument: ids.piano });
    expect(await attempt(database.app, again)).toEqual({
      code: "23505",
      constraint: "one_trial_per_instrument",
    });
    expect(
      await attempt(database.app, (tx) =>
        insertEnrollment(tx, { student: ids.studentA1, instrument: ids.drums }),
      ),
    ).toBeUndefined();
    const afterwards = await attempt(database.app, async (tx) => {
      await tx`update enrollments set status = 'cancelled' where id = ${ids.enrollmentA}`;
      await again(tx);
    });
    expect(afterwards).toBeUndefined();
  });

  it("commit with the event that begins their workflow", async () => {
    const refusal = await attempt(database.app, async (tx) => {
      const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
      const events = await tx`select name, stream from outbox where data ->> 'enrollmentId' = ${created?.id}`;
      expect([...events]).toEqual([{ name: "enrollment/submitted", stream: ids.familyA }]);
    });
    expect(refusal).toBeUndefined();
  });
});
