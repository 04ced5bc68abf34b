import { afterAll, beforeAll, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow } from "./fixture";
import { become } from "./fixture-builders";
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

/** Monday, 2 November 2026, 17:00 in New York: lesson A is over. */
const AFTER = (new Date("2026-11-02T22:00:00Z").getTime() - fixtureNow.getTime()) / 60_000;

const mark = (tx: Tx, status: string) => tx`
  insert into attendance (lesson_id, student_id, family_id, status)
  values (${ids.lessonA}, ${ids.studentA1}, ${ids.familyA}, ${status})
  on conflict (lesson_id, student_id) do update set status = excluded.status`;
const told = async (tx: Tx): Promise<unknown[]> => {
  await become(tx, "admin");
  return (
    await tx<{ data: unknown }[]>`select data from outbox where name = 'scheduling/student.absent'`
  ).map((row) => row.data);
};
const marked = (statuses: readonly string[], after = AFTER): Promise<unknown[]> =>
  undone(
    database.app,
    async (tx) => {
      await become(tx, "teacher1");
      for (const status of statuses) await mark(tx, status);
      return told(tx);
    },
    { after },
  );

const event = { lessonId: ids.lessonA, studentId: ids.studentA1 };

it.each<[readonly string[], unknown[]]>([
  [["absent"], [event]],
  [["present"], []],
  [["late"], []],
  [["excused"], []],
  [["absent", "absent"], [event]],
  [["present", "absent"], [event]],
  [["absent", "excused"], [event]],
])("a teacher who marks %j tells %j", async (statuses, events) => {
  expect(await marked(statuses)).toEqual(events);
});

it("is told within a week of the lesson, and not of marks that are brought in from elsewhere", async () => {
  expect(await marked(["absent"], AFTER + 6 * 24 * 60)).toEqual([event]);
  expect(await marked(["absent"], AFTER + 7 * 24 * 60)).toEqual([]);
  const imported = await undone(
    database.app,
    async (tx) => {
      await mark(tx, "absent");
      return told(tx);
    },
    { after: AFTER },
  );
  expect(imported).toEqual([]);
});
