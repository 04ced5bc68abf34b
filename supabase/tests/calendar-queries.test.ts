import { Kysely, sql } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DB } from "@/lib/db/database.gen";
import { type CalendarFilter, getCalendar } from "@/lib/scheduling/calendar-queries";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";

let database: TestDatabase;
let kysely: Kysely<DB>;
let statements: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await database.owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`;
    await tx`insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at) values
      ('hold', ${ids.teacher2}, ${ids.drumRoom}, null, '[2026-10-21T20:00Z,2026-10-21T20:30Z)', private.now() + interval '10 minutes'),
      ('hold', ${ids.teacher1}, ${ids.pianoRoom}, null, '[2026-10-21T20:00Z,2026-10-21T20:30Z)', private.now() + interval '10 minutes')`;
  });
  kysely = new Kysely<DB>({
    dialect: new PostgresJSDialect({ postgres: database.app }),
    log: (event) => {
      if (!/^(begin|commit)/.test(event.query.sql)) statements.push(event.query.sql);
    },
  });
});

afterAll(async () => {
  await database?.drop();
});

const everything = { firstDay: "2026-09-01", lastDay: "2027-01-31" };

/** A calendar as somebody signed in sees it, at the fixture's time. */
const seenBy = (
  person: Person,
  filter: Omit<CalendarFilter, "firstDay" | "lastDay"> & Partial<CalendarFilter>,
) =>
  kysely.transaction().execute(async (db) => {
    const claims = JSON.stringify({ sub: people[person], session_id: sessionOf(person) });
    await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
                     set_config('request.jwt.claim.sub', ${people[person]}, true),
                     set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`.execute(db);
    statements = [];
    return getCalendar(db, { ...everything, ...filter });
  });

const lessonsOf = {
  a: [ids.lessonA, ids.pastLessonA, ids.classLessonA],
  b: [ids.lessonB, ids.pastLessonB, ids.classLessonB],
};

const idsOf = (found: { lessons: readonly { id: string }[] }) => found.lessons.map(({ id }) => id).sort();

describe("who sees which lessons", () => {
  it.each([
    ["parentA", "family", lessonsOf.a],
    ["parentB", "family", lessonsOf.b],
    ["student", "student", lessonsOf.a],
    ["teacher1", "teacher", lessonsOf.a],
    ["teacher2", "teacher", lessonsOf.b],
    ["admin", "academy", [...lessonsOf.a, ...lessonsOf.b]],
  ] as const)("%s sees those of the %s", async (person, of, lessons) => {
    expect(idsOf(await seenBy(person, { of }))).toEqual([...lessons].sort());
  });

  it.each(["parentA", "student", "teacher1"] as const)(
    "%s asks for the whole academy and gets no more than the own ones",
    async (person) => {
      const found = await seenBy(person, { of: "academy" });
      expect(idsOf(found)).toEqual([...lessonsOf.a].sort());
      expect(found.holds.every((hold) => hold.teacher.id === ids.teacher1)).toBe(true);
      expect(found.absences.every((absence) => absence.teacherId === ids.teacher1)).toBe(true);
    },
  );

  it.each([
    ["another family's child", { studentId: ids.studentB1 }],
    ["another family's teacher", { teacherId: ids.teacher2 }],
  ])("a parent who asks for %s gets nothing", async (_, filter) => {
    expect(idsOf(await seenBy("parentA", { of: "family", ...filter }))).toEqual([]);
    expect(idsOf(await seenBy("parentA", { of: "academy", ...filter }))).toEqual([]);
  });

  it("a stranger sees none", async () => {
    expect(idsOf(await seenBy("inactive", { of: "academy" }))).toEqual([]);
  });
});

describe("what else is in it", () => {
  it("holds, time off and weekly hours are the academy's", async () => {
    const found = await seenBy("admin", { of: "academy" });
    expect(found.holds.map((hold) => hold.teacher.id).sort()).toEqual([ids.teacher1, ids.teacher2]);
    expect(found.absences).toHaveLength(2);
    expect(new Set(found.hours.map(({ teacherId }) => teacherId))).toEqual(
      new Set([ids.teacher1, ids.teacher2]),
    );
    expect(found.hours[0]).toMatchObject({
      weekday: 0,
      starts: "15:00:00",
      ends: "19:00:00",
      from: null,
      until: null,
    });
    expect(found.teachers.map(({ id }) => id)).toContain(ids.teacher1);
    expect(found.teachers.map(({ id }) => id)).not.toContain(ids.formerTeacher);
    expect(found.rooms.map(({ id }) => id)).not.toContain(ids.closedRoom);
  });

  it("a teacher has the own ones", async () => {
    const found = await seenBy("teacher1", { of: "teacher" });
    expect(found.holds.map((hold) => hold.teacher.id)).toEqual([ids.teacher1]);
    expect(found.absences.map(({ teacherId }) => teacherId)).toEqual([ids.teacher1]);
    expect(found.hours.every(({ teacherId }) => teacherId === ids.teacher1)).toBe(true);
    expect([found.teachers, found.rooms]).toEqual([[], []]);
  });

  it("a family has none of them, but knows when the academy is closed", async () => {
    const found = await seenBy("parentA", { of: "family" });
    expect([found.holds, found.absences, found.hours, found.teachers, found.rooms]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
    expect(found.closures).toEqual([
      { name: "Thanksgiving week", startsOn: "2026-11-23", endsOn: "2026-11-28" },
    ]);
    expect(found.makeupDays).toEqual([
      { name: "Make-up days", startsOn: "2026-12-21", endsOn: "2026-12-22" },
    ]);
  });

  it("a hold that is over is in nobody's way", async () => {
    const found = await kysely.transaction().execute(async (db) => {
      const claims = JSON.stringify({ sub: people.admin, session_id: sessionOf("admin") });
      await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
                       set_config('request.jwt.claim.sub', ${people.admin}, true),
                       set_config('app.clock_offset_ms', ${String(fixtureOffset() + 3_600_000)}, true)`.execute(
        db,
      );
      return getCalendar(db, { of: "academy", ...everything });
    });
    expect(found.holds).toEqual([]);
  });
});

describe("the range", () => {
  it("is exactly the days that are asked for, and one statement", async () => {
    const all = await seenBy("admin", { of: "academy" });
    for (const { id, startsAt } of all.lessons) {
      const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(startsAt);
      const found = await seenBy("admin", { of: "academy", firstDay: day, lastDay: day });
      expect(idsOf(found)).toContain(id);
      expect(statements).toHaveLength(1);
    }
    const before = await seenBy("admin", { of: "academy", firstDay: "2026-09-01", lastDay: "2026-09-07" });
    expect([before.lessons, before.closures, before.absences]).toEqual([[], [], []]);
  });

  it("keeps to the teacher, the room, the instrument and the child", async () => {
    expect(idsOf(await seenBy("admin", { of: "academy", teacherId: ids.teacher2 }))).toEqual(
      [...lessonsOf.b].sort(),
    );
    expect(idsOf(await seenBy("admin", { of: "academy", roomId: ids.pianoRoom }))).toEqual(
      [...lessonsOf.a].sort(),
    );
    expect(idsOf(await seenBy("admin", { of: "academy", roomId: ids.closedRoom }))).toEqual([]);
    expect(idsOf(await seenBy("admin", { of: "academy", instrumentId: ids.lute }))).toEqual([]);
    expect(idsOf(await seenBy("parentA", { of: "family", studentId: ids.studentA1 }))).toEqual(
      [...lessonsOf.a].sort(),
    );
    expect(idsOf(await seenBy("parentA", { of: "family", studentId: ids.studentA2 }))).toEqual([]);
  });

  it("names the students of a class's lesson whom the reader may see", async () => {
    const lesson = async (person: Person, of: CalendarFilter["of"]) =>
      (await seenBy(person, { of })).lessons.find(({ id }) => id === ids.classLessonA);
    expect(await lesson("parentA", "family")).toMatchObject({
      subject: "Theory",
      classId: ids.classA,
      instrumentId: ids.piano,
    });
    expect((await lesson("admin", "academy"))?.students.map(({ id }) => id)).toEqual([ids.studentA1]);
    expect((await lesson("parentA", "family"))?.students.map(({ id }) => id)).toEqual([ids.studentA1]);
  });

  it("leaves cancelled lessons out", async () => {
    await database.owner`update lessons set status = 'cancelled' where id = ${ids.lessonB}`;
    expect(idsOf(await seenBy("parentB", { of: "family" }))).not.toContain(ids.lessonB);
  });
});
