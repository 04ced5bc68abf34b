import { Kysely, sql } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DB } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";
import { lessonTitle } from "@/lib/scheduling/lesson";
import { getLesson } from "@/lib/scheduling/lesson-queries";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";

let database: TestDatabase;
let kysely: Kysely<DB>;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await database.owner`insert into lesson_seats (lesson_id, student_id, family_id)
                       values (${ids.classLessonA}, ${ids.studentB1}, ${ids.familyB})`;
  kysely = new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: database.app }) });
});

afterAll(async () => {
  await database?.drop();
});

/** A class's lesson as somebody signed in sees it. */
const seenBy = (person: Person) =>
  kysely.transaction().execute(async (db) => {
    const claims = JSON.stringify({ sub: people[person], session_id: sessionOf(person) });
    await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
                     set_config('request.jwt.claim.sub', ${people[person]}, true)`.execute(db);
    return getLesson(db, ids.classLessonA as Id<"lesson">);
  });

describe("a lesson of a class", () => {
  it.each([
    ["parentA", "Ann"],
    ["parentB", "Bea"],
    ["teacher1", "Ann, Bea"],
    ["admin", "Ann, Bea"],
  ] as const)("has the class's name, and for %s the first names %s", async (person, names) => {
    const lesson = await seenBy(person);
    expect(lesson).toMatchObject({
      className: "Theory",
      student: { id: null, name: "Theory", firstName: names, birthDate: null },
    });
    expect(lesson && lessonTitle(lesson)).toBe("Theory");
  });

  it("is not seen by a teacher who does not give it", async () => {
    expect(await seenBy("teacher2")).toBeNull();
  });
});
