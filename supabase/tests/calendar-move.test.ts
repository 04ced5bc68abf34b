import { Kysely, sql } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DB } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import { moveOnCalendar } from "@/lib/scheduling/calendar-move";
import { checkPlace, type PlaceForm } from "@/lib/scheduling/place-check";
import { wallClock } from "@/lib/scheduling/wall-clock";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";

const timeZone = "America/New_York";

let database: TestDatabase;
let kysely: Kysely<DB>;
/** When lesson A begins, on the wall clock. */
let own: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  kysely = new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: database.app }) });
  const [lesson] = await database.owner<{ startsAt: Date }[]>`
    select starts_at as "startsAt" from lessons where id = ${ids.lessonA}`;
  own = wallClock(lesson?.startsAt ?? new Date(Number.NaN), timeZone);
});

afterAll(async () => {
  await database?.drop();
});

class Undone extends Error {}

/** A unit of work of somebody signed in, at the fixture's time; it is undone. */
async function as<T>(person: Person, work: (db: Db) => Promise<T>): Promise<T> {
  let value: { of: T } | undefined;
  try {
    await kysely.transaction().execute(async (db) => {
      const claims = JSON.stringify({ sub: people[person], session_id: sessionOf(person) });
      await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
                       set_config('request.jwt.claim.sub', ${people[person]}, true),
                       set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`.execute(db);
      value = { of: await work(db) };
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  if (!value) throw new Error("unreachable: the work has run");
  return value.of;
}

const place = (start: string, more: Partial<PlaceForm> = {}): PlaceForm => ({
  lessonId: ids.lessonA,
  start: `${start}:00`,
  teacherId: ids.teacher1,
  roomId: null,
  ...more,
});

const check = (person: Person, at: PlaceForm, withAlternatives = false) =>
  as(person, (db) => checkPlace(db, at, { timeZone, byStaff: person === "admin", withAlternatives }));

const reasons = async (person: Person, at: PlaceForm) =>
  (await check(person, at)).conflicts.map(({ reason }) => reason);

describe("checkPlace", () => {
  it.each(["admin", "parentA"] as const)(
    "%s: a free time, and the lesson's own, have nothing in the way",
    async (person) => {
      expect(await reasons(person, place("2026-11-05 16:00"))).toEqual([]);
      expect(await reasons(person, place(own.slice(0, 16)))).toEqual([]);
    },
  );

  it("says by name what is in the way", async () => {
    expect(await reasons("admin", place("2026-11-03 17:15"))).toContain("teacher_busy");
    expect(await reasons("admin", place("2026-11-05 16:10"))).toEqual(["off_grid"]);
    expect(await reasons("admin", place("2026-11-05 12:00"))).toEqual(["outside_availability"]);
    expect(await reasons("admin", place("2026-11-10 16:00"))).toEqual(["teacher_away"]);
    expect(await reasons("admin", place("2026-11-24 16:00"))).toEqual(["closure"]);
    expect(await reasons("admin", place("2026-11-05 16:00", { roomId: ids.closedRoom }))).toEqual([
      "room_unfit",
    ]);
    expect((await check("admin", place("2026-11-03 17:15"))).conflicts[0]?.words).toBe(
      "The teacher is busy from 5:00 pm to 5:45 pm.",
    );
  });

  it("an administrator may set rules aside, but nobody what is taken; a family neither", async () => {
    const may = async (person: Person, at: PlaceForm) => (await check(person, at)).mayOverride;
    expect(await may("admin", place("2026-11-05 12:00"))).toBe(true);
    expect(await may("admin", place("2026-11-24 16:00"))).toBe(true);
    expect(await may("admin", place("2026-11-03 17:15"))).toBe(false);
    expect(await may("admin", place("2026-11-10 16:00"))).toBe(false);
    expect(await may("admin", place("2026-11-05 16:00"))).toBe(false);
    expect(await may("parentA", place("2026-11-05 12:00"))).toBe(false);
  });

  it.each(["admin", "parentA"] as const)("%s: three times instead, none of them its own", async (person) => {
    const { alternatives } = await check(person, place("2026-11-03 17:15"), true);
    expect(alternatives).toHaveLength(3);
    for (const offer of alternatives) {
      expect(offer.start).not.toBe(own);
      expect(await reasons(person, { ...place(offer.start.slice(0, 16)), roomId: offer.roomId })).toEqual([]);
    }
    expect((await check(person, place("2026-11-05 16:00"), true)).alternatives).toEqual([]);
  });

  it("another family's lesson does not exist; nor does a time that the clocks skip", async () => {
    await expect(check("parentB", place("2026-11-05 16:00"))).rejects.toMatchObject({ code: "not_found" });
    await expect(check("teacher2", place("2026-11-05 16:00"))).rejects.toMatchObject({ code: "not_found" });
    await expect(check("admin", place("2027-03-14 02:30"))).rejects.toMatchObject({ code: "invalid" });
  });

  it("a lesson that is over is not moved", async () => {
    await expect(
      check("admin", place("2026-11-05 16:00", { lessonId: ids.pastLessonA })),
    ).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("a class has its own length, ages and students", async () => {
    const theory = { lessonId: ids.classLessonA };
    expect(await reasons("admin", place("2026-11-05 17:00", theory))).toEqual([]);
  });
});

describe("moveOnCalendar", () => {
  const move = async (person: Person, to: PlaceForm, more: { from?: object; reason?: string } = {}) => {
    const [lesson] = await database.owner<{ startsAt: Date; teacherId: string; roomId: string }[]>`
      select starts_at as "startsAt", teacher_id as "teacherId", room_id as "roomId" from lessons where id = ${to.lessonId}`;
    if (!lesson) throw new Error("no such lesson");
    return as(person, (db) =>
      moveOnCalendar(db, { ...to, from: { ...lesson, ...more.from }, reason: more.reason ?? null }, timeZone),
    );
  };

  it.each(["admin", "parentA"] as const)(
    "%s: says what it comes to, in words and on the wall clock",
    async (person) => {
      expect(await move(person, place("2026-11-05 16:00"))).toMatchObject({
        from: { start: own, teacherId: ids.teacher1, roomId: ids.pianoRoom },
        to: { start: "2026-11-05 16:00:00", teacherId: ids.teacher1, roomId: ids.pianoRoom },
        overridden: [],
      });
    },
  );

  it("an administrator's reason sets a rule aside", async () => {
    const outcome = await move("admin", place("2026-11-05 12:00"), { reason: "The family travels" });
    expect(outcome.overridden).toEqual(["outside_availability"]);
  });

  it.each([
    ["time", { startsAt: new Date("2026-11-04T21:00:00Z") }],
    ["teacher", { teacherId: ids.teacher2 }],
    ["room", { roomId: ids.drumRoom }],
  ])("who saw another %s is refused and told where it is", async (_, from) => {
    await expect(move("admin", place("2026-11-05 16:00"), { from })).rejects.toMatchObject({
      code: "conflict",
      userMessage: expect.stringContaining("Somebody has moved this lesson meanwhile"),
    });
  });

  it.each([
    ["parentB", "lesson_missing"],
    ["teacher1", "lesson_moved_by_academy"],
  ] as const)("%s: %s", async (person, constraint) => {
    await expect(move(person, place("2026-11-05 16:00"))).rejects.toMatchObject({
      constraint_name: constraint,
    });
  });

  it("a time that is taken stays taken, with a reason too", async () => {
    await expect(
      move("admin", place("2026-11-03 17:15"), { reason: "We squeeze it in" }),
    ).rejects.toMatchObject({ constraint_name: "lesson_time_taken" });
  });
});
