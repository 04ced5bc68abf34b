import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ICAL from "ical.js";
import type { Kysely } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { DB } from "@/lib/db/database.gen";
import { lessonUid } from "@/lib/messaging/calendar";
import type * as FeedAnswer from "@/lib/scheduling/feed-answer";
import { hashFeedToken, newFeedToken, readFeedToken } from "@/lib/scheduling/feed-token";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset, lessonTimes } from "./fixture";
import { FREE, minutesFrom } from "./fixture-builders";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type Tx, visitor } from "./principal";
import { setUpProduct } from "./product-settings";

const HOUR = 3_600_000;

/** The product's own pool; see lib/db/connection.ts. */
const holder = globalThis as typeof globalThis & { cedarDatabase?: Kysely<DB> };

let database: TestDatabase;
let folder: string;
let answerFeed: typeof FeedAnswer.answerFeed;
let bucketOf: (purpose: string, subject: string) => string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cedar-feeds-"));
});

beforeEach(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await database.owner`insert into lesson_seats (lesson_id, student_id, family_id)
                       values (${ids.classLessonA}, ${ids.studentB1}, ${ids.familyB})`;
  vi.resetModules();
  await setUpProduct(database, { SITE_URL: "https://cedarheights.example" });
  // Not before the settings are read: the clock's file would belong to the embedded stack.
  vi.stubEnv("CLOCK_FILE", join(folder, "clock"));
  setClock(fixtureOffset());
  answerFeed = (await import("@/lib/scheduling/feed-answer")).answerFeed;
  bucketOf = (await import("@/lib/http/rate-limit")).bucketOf;
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});

afterEach(async () => {
  await holder.cedarDatabase?.destroy();
  delete holder.cedarDatabase;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await database?.drop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function setClock(offsetMs: number): void {
  writeFileSync(join(folder, "clock"), String(offsetMs));
}

const as = <T>(person: Person, work: (tx: Tx) => Promise<T>) =>
  asPrincipal(
    database.app,
    { kind: "user", userId: people[person], sessionId: sessionOf(person) },
    work,
    fixtureOffset(),
  );
const asAcademy = <T>(work: (tx: Tx) => Promise<T>) =>
  asPrincipal(database.app, service, work, fixtureOffset());

async function makeFeed(person: Person): Promise<string> {
  const token = newFeedToken();
  await as(person, (tx) => tx`select private.make_feed(${hashFeedToken(token)})`);
  return token;
}

const get = (token: string, headers: Record<string, string> = {}) =>
  answerFeed(new Request("https://cedarheights.example/calendar/x", { headers }), `${token}.ics`);

/** What a calendar program makes of a feed: each lesson by its UID. */
async function read(token: string) {
  const answer = await get(token);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone"))
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      start: event.startDate.toJSDate().toISOString(),
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
      description: event.description,
      location: event.location,
    };
  });
  return { text, events, of: (lesson: string) => events.find(({ uid }) => uid === lessonUid(lesson)) };
}

describe("the address", () => {
  it("is made of 32 random bytes and read with or without .ics, and nothing else is one", () => {
    const token = newFeedToken();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newFeedToken()).not.toBe(token);
    expect(readFeedToken(token)).toBe(token);
    expect(readFeedToken(`${token}.ics`)).toBe(token);
    for (const name of [
      "",
      "x",
      `${token}x`,
      `${token}.ics.ics`,
      `${token}.txt`,
      token.slice(1),
      `/${token}`,
      `${token}\n`,
    ])
      expect(readFeedToken(name), name).toBeNull();
  });
});

describe("a feed", () => {
  it("is kept as a hash, one for each person: a new one ends the old", async () => {
    const old = await makeFeed("parentA");
    const token = await makeFeed("parentA");
    expect((await get(old)).status).toBe(404);
    expect((await get(token)).status).toBe(200);
    const rows = await database.owner`
      select token_hash, revoked_at is null as is_live from calendar_feeds where profile_id = ${people.parentA}`;
    expect(rows).toHaveLength(3);
    expect(rows.filter((row) => row.is_live).map((row) => row.token_hash)).toEqual([hashFeedToken(token)]);
    // Wherever one looks, the secret is nowhere.
    const [kept] = await database.owner<{ text: string }[]>`
      select string_agg(t::text, '') || (select string_agg(a::text, '') from audit_log a) as text from calendar_feeds t`;
    expect(kept?.text).not.toContain(token);
    expect(kept?.text).not.toContain(Buffer.from(token).toString("hex"));
  });

  it("stays one when two are made at the same moment", async () => {
    const tokens = await Promise.all([1, 2, 3, 4].map(() => makeFeed("teacher1")));
    const answers = await Promise.all(tokens.map((token) => get(token)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404, 404, 404]);
  });

  it("ends when it is revoked, for good, and leaves others' alone", async () => {
    const [mine, theirs] = [await makeFeed("parentA"), await makeFeed("parentB")];
    const revoke = (tx: Tx) => tx<{ done: boolean }[]>`select private.revoke_feed() as done`;
    expect((await as("parentA", revoke))[0]?.done).toBe(true);
    expect((await as("parentA", revoke))[0]?.done).toBe(false);
    expect((await get(mine)).status).toBe(404);
    expect((await get(theirs)).status).toBe(200);
    const undo = asAcademy(
      (tx) => tx`update calendar_feeds set revoked_at = null where token_hash = ${hashFeedToken(mine)}`,
    );
    expect(await refusalOf(undo)).toEqual({ code: "CH004", constraint: "feed_revoked" });
  });

  it("is made by nobody without a session", async () => {
    const make = (tx: Tx) => tx`select private.make_feed(${hashFeedToken("x")})`;
    expect(await refusalOf(asPrincipal(database.app, visitor, make))).toMatchObject({ code: "42501" });
    expect(await refusalOf(asAcademy(make))).toMatchObject({ code: "42501" });
    const ended = {
      kind: "user",
      userId: people.parentA,
      sessionId: sessionOf("parentB"),
      isChecked: false,
    } as const;
    expect(await refusalOf(asPrincipal(database.app, ended, make))).toEqual({
      code: "CH401",
      constraint: "session_ended",
    });
    await asPrincipal(database.app, ended, (tx) => tx`select private.revoke_feed()`);
    const [left] = await database.owner`
      select count(*)::int as n from calendar_feeds where profile_id = ${people.parentA} and revoked_at is null`;
    expect(left?.n).toBe(1);
  });

  it("is not opened, and its lessons are not read, by anybody but the academy", async () => {
    for (const question of [
      "private.open_feed('x')",
      `private.feed_lessons('${people.parentB}')`,
      `private.record_feed_reading('${ids.familyA}', 'x')`,
    ]) {
      const ask = (tx: Tx) => tx.unsafe(`select ${question}`);
      expect(await refusalOf(as("parentA", ask)), question).toMatchObject({ code: "42501" });
      expect(await refusalOf(as("admin", ask)), question).toMatchObject({ code: "42501" });
      expect(await refusalOf(asPrincipal(database.app, visitor, ask)), question).toMatchObject({
        code: "42501",
      });
    }
  });

  it("is on record when it is made and revoked, not when it is read", async () => {
    const token = await makeFeed("parentA");
    await get(token);
    await as("parentA", (tx) => tx`select private.revoke_feed()`);
    const rows = await database.owner`
      select a.action, a.actor_id from audit_log a join calendar_feeds f on f.id::text = a.row_id
       where a.table_name = 'calendar_feeds' and f.token_hash = ${hashFeedToken(token)} order by a.id`;
    expect(rows.map((row) => [row.action, row.actor_id])).toEqual([
      ["insert", people.parentA],
      ["update", people.parentA],
    ]);
  });

  it("goes with its account", async () => {
    await makeFeed("parentA");
    await database.owner`delete from auth.users where id = ${people.parentA}`;
    expect(
      await database.owner`select from calendar_feeds where profile_id = ${people.parentA}`,
    ).toHaveLength(0);
  });
});

describe("what is in it", () => {
  const all = {
    A: [ids.pastLessonA, ids.lessonA, ids.classLessonA],
    B: [ids.pastLessonB, ids.lessonB, ids.classLessonB],
  };

  it("is each person's own lessons and no others", async () => {
    const seen: Record<string, string[]> = {};
    for (const person of ["parentA", "parentB", "student", "teacher1", "teacher2", "admin"] as const)
      seen[person] = (await read(await makeFeed(person))).events.map(({ uid }) => uid).sort();
    const uids = (...lessons: string[]) => lessons.map(lessonUid).sort();
    expect(seen).toEqual({
      parentA: uids(...all.A),
      // Bea has a seat in class A.
      parentB: uids(...all.B, ids.classLessonA),
      student: uids(...all.A),
      teacher1: uids(...all.A),
      teacher2: uids(...all.B),
      admin: uids(...all.A, ...all.B),
    });
  });

  it("names one's own children, a teacher's students, and nobody's notes", async () => {
    const feeds = {
      parentA: await read(await makeFeed("parentA")),
      parentB: await read(await makeFeed("parentB")),
      teacher1: await read(await makeFeed("teacher1")),
      admin: await read(await makeFeed("admin")),
    };
    expect(feeds.parentA.of(ids.lessonA)?.summary).toBe("Piano trial lesson: Ann with One Teacher");
    expect(feeds.admin.of(ids.lessonA)?.summary).toBe("Piano trial lesson: Ann A with One Teacher");
    expect(Object.values(feeds).map((feed) => feed.of(ids.classLessonA)?.summary)).toEqual([
      "Theory: Ann with One Teacher",
      "Theory: Bea with One Teacher",
      "Theory: Ann, Bea with One Teacher",
      "Theory: Ann, Bea with One Teacher",
    ]);
    expect(feeds.parentA.text).not.toMatch(/Bea|parentb|B family/);
    for (const { text } of Object.values(feeds))
      expect(text).not.toMatch(/Went well|school concert|parenta@/);
    expect(feeds.parentA.of(ids.lessonA)?.location).toBe("Piano room, Test Academy, 1 Test Street");
  });

  it("leads each role to its own page of the lesson", async () => {
    const links: Record<string, string | undefined> = {};
    for (const person of ["parentA", "student", "teacher1", "admin"] as const)
      links[person] = (await read(await makeFeed(person))).of(ids.lessonA)?.description.split("\n")[1];
    expect(links).toEqual({
      parentA: "https://cedarheights.example/family/lessons",
      student: "https://cedarheights.example/student",
      teacher1: "https://cedarheights.example/teach?week=2026-11-02",
      admin: "https://cedarheights.example/admin/lessons?date=2026-11-02",
    });
  });

  it("follows a role and a family that change, and is empty for who has neither", async () => {
    const token = await makeFeed("parentA");
    await database.owner`update guardians set profile_id = null where id = ${ids.guardianA}`;
    expect((await read(token)).events).toEqual([]);
    await database.owner`update profiles set role = 'admin' where id = ${people.parentA}`;
    expect((await read(token)).events).toHaveLength(6);
    await database.owner`update profiles set role = 'teacher' where id = ${people.parentA}`;
    expect((await read(token)).events).toEqual([]);
  });

  it("goes from 90 days ago to the end of the last term", async () => {
    await database.owner`insert into terms (name, starts_on, ends_on) values ('Summer', '2026-06-22', '2026-08-28')`;
    const add = (start: string) =>
      asAcademy(async (tx) => {
        const during = minutesFrom(start);
        const [booking] = await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
          values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentA1}, ${during}) returning id`;
        await tx`insert into lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind, off_calendar_reason)
          values (${booking?.id}, ${ids.enrollmentA}, ${ids.familyA}, ${ids.studentA1}, ${ids.piano}, ${ids.teacher1}, ${ids.pianoRoom}, ${during}, 'private', 'a test')`;
      });
    // Now is 20 October; the last term ends with 12 June.
    for (const start of [
      "2026-07-22T15:00:00Z",
      "2026-07-22T17:00:00Z",
      "2027-06-13T03:00:00Z",
      "2027-06-13T04:30:00Z",
    ])
      await add(start);
    const { events } = await read(await makeFeed("teacher1"));
    expect(events.map(({ start }) => start).sort()).toEqual([
      "2026-07-22T17:00:00.000Z",
      ...events
        .filter(({ uid }) => all.A.map(lessonUid).includes(uid))
        .map(({ start }) => start)
        .sort(),
      "2027-06-13T03:00:00.000Z",
    ]);
    expect(events).toHaveLength(5);
  });
});

describe("a change", () => {
  const sequenceOf = async (lesson: string) =>
    (await database.owner<{ n: number }[]>`select ical_sequence as n from lessons where id = ${lesson}`)[0]
      ?.n;
  const bookingOf = (change: string) => (tx: Tx) =>
    tx.unsafe(`update bookings set ${change} where id = '${ids.bookingA}'`);

  it.each([
    ["time", bookingOf(`during = '${minutesFrom(FREE)}'`)],
    ["teacher", bookingOf(`teacher_id = '${ids.teacher2}'`)],
    ["room", bookingOf(`room_id = '${ids.plainRoom}'`)],
    [
      "time, teacher and room at once",
      bookingOf(
        `during = '${minutesFrom(FREE)}', teacher_id = '${ids.teacher2}', room_id = '${ids.plainRoom}'`,
      ),
    ],
    ["status", (tx: Tx) => tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`],
    [
      "status, raised by hand",
      (tx: Tx) =>
        tx`update lessons set status = 'cancelled', ical_sequence = ical_sequence + 1 where id = ${ids.lessonA}`,
    ],
  ] as const)("of the %s is one revision", async (_, change) => {
    expect(await sequenceOf(ids.lessonA)).toBe(0);
    await asAcademy(change);
    expect(await sequenceOf(ids.lessonA)).toBe(1);
  });

  it("of anything else is none, and a revision never falls", async () => {
    await asAcademy((tx) => tx`update lessons set off_calendar_reason = 'a test' where id = ${ids.lessonA}`);
    await asAcademy(bookingOf(`during = '${lessonTimes.a}'`));
    expect(await sequenceOf(ids.lessonA)).toBe(0);
    await asAcademy((tx) => tx`update lessons set ical_sequence = 7 where id = ${ids.lessonA}`);
    await asAcademy((tx) => tx`update lessons set ical_sequence = 2 where id = ${ids.lessonA}`);
    expect(await sequenceOf(ids.lessonA)).toBe(7);
  });

  it("arrives under the same UID with a higher revision: moved, then cancelled, and it stays", async () => {
    const token = await makeFeed("parentA");
    const before = (await read(token)).of(ids.lessonA);
    await asAcademy(bookingOf(`during = '${minutesFrom(FREE)}'`));
    const moved = (await read(token)).of(ids.lessonA);
    await asAcademy((tx) => tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`);
    const cancelled = (await read(token)).of(ids.lessonA);
    expect([before, moved, cancelled].map((one) => [one?.start, one?.status, one?.sequence])).toEqual([
      ["2026-11-02T21:00:00.000Z", "CONFIRMED", 0],
      ["2026-11-04T21:00:00.000Z", "CONFIRMED", 1],
      ["2026-11-04T21:00:00.000Z", "CANCELLED", 2],
    ]);
  });

  it("of one family's seat calls the class off for that family only", async () => {
    const [parent, other, teacher] = [
      await makeFeed("parentA"),
      await makeFeed("parentB"),
      await makeFeed("teacher1"),
    ];
    await asAcademy(
      (tx) =>
        tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonA} and student_id = ${ids.studentA1}`,
    );
    expect((await read(parent)).of(ids.classLessonA)).toMatchObject({
      status: "CANCELLED",
      sequence: 1,
      summary: "Theory: Ann with One Teacher",
    });
    expect((await read(other)).of(ids.classLessonA)).toMatchObject({ status: "CONFIRMED", sequence: 0 });
    expect((await read(teacher)).of(ids.classLessonA)).toMatchObject({
      status: "CONFIRMED",
      sequence: 1,
      summary: "Theory: Bea with One Teacher",
    });
  });

  it("of the teacher takes the lesson from one teacher's feed into the other's", async () => {
    const [one, two] = [await makeFeed("teacher1"), await makeFeed("teacher2")];
    await asAcademy(bookingOf(`teacher_id = '${ids.teacher2}'`));
    expect((await read(one)).of(ids.lessonA)).toBeUndefined();
    expect((await read(two)).of(ids.lessonA)).toMatchObject({
      sequence: 1,
      summary: "Piano trial lesson: Ann with Two Teacher",
    });
  });
});

describe("the answer", () => {
  it("is a private calendar in UTF-8 with its tag and time", async () => {
    const answer = await get(await makeFeed("parentA"));
    expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
    expect(answer.headers.get("etag")).toMatch(/^W\/"[\w-]{43}"$/);
    expect(Date.parse(answer.headers.get("last-modified") ?? "")).not.toBeNaN();
    expect(answer.headers.get("x-robots-tag")).toBe("noindex");
  });

  it("is 304 to who has it already, by tag or by time, until something changes", async () => {
    const token = await makeFeed("parentA");
    const first = await get(token);
    const etag = first.headers.get("etag") ?? "";
    const modified = first.headers.get("last-modified") ?? "";
    for (const headers of [
      { "if-none-match": etag },
      { "if-none-match": `"other", ${etag}` },
      { "if-none-match": etag.replace("W/", "") },
      { "if-modified-since": modified },
    ]) {
      const again = await get(token, headers);
      expect([again.status, again.headers.get("etag"), await again.text()], JSON.stringify(headers)).toEqual([
        304,
        etag,
        "",
      ]);
    }
    // The tag counts where there are both.
    expect((await get(token, { "if-none-match": '"other"', "if-modified-since": modified })).status).toBe(
      200,
    );
    expect((await get(token, { "if-modified-since": "yesterday" })).status).toBe(200);
    // A room's name is no change of the lesson, but of what is shown.
    setClock(fixtureOffset() + 5_000);
    await database.owner`update rooms set name = 'Green room' where id = ${ids.pianoRoom}`;
    expect((await get(token, { "if-modified-since": modified })).status).toBe(200);
    const changed = await get(token, { "if-none-match": etag });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toContain("Green room");
    expect(Date.parse(changed.headers.get("last-modified") ?? "")).toBeGreaterThan(Date.parse(modified));
  });

  it("is the same 404 to a guess, a misshapen, a revoked and an inactive person's address", async () => {
    const [revoked, inactive] = [await makeFeed("parentA"), await makeFeed("parentB")];
    await as("parentA", (tx) => tx`select private.revoke_feed()`);
    await database.owner`update profiles set is_active = false where id = ${people.parentB}`;
    const shapes = await Promise.all(
      [newFeedToken(), "short", "", `${revoked}'--`, revoked, inactive].map(async (token) => {
        const answer = await get(token);
        return JSON.stringify([answer.status, [...answer.headers], await answer.text()]);
      }),
    );
    expect(new Set(shapes).size).toBe(1);
    expect(shapes[0]).toContain("404");
    await database.owner`update profiles set is_active = true where id = ${people.parentB}`;
    expect((await get(inactive)).status).toBe(200);
  });

  it("is remembered as a reading once an hour, also as 304", async () => {
    const token = await makeFeed("parentA");
    const lastRead = async () =>
      (
        await database.owner<
          { at: Date | null }[]
        >`select last_read_at as at from calendar_feeds where token_hash = ${hashFeedToken(token)}`
      )[0]?.at;
    expect(await lastRead()).toBeNull();
    const etag = (await get(token)).headers.get("etag") ?? "";
    const first = await lastRead();
    expect(first).toBeInstanceOf(Date);
    setClock(fixtureOffset() + 0.9 * HOUR);
    await get(token);
    expect(await lastRead()).toEqual(first);
    setClock(fixtureOffset() + 1.1 * HOUR);
    expect((await get(token, { "if-none-match": etag })).status).toBe(304);
    expect((await lastRead())?.getTime()).toBeGreaterThan(Number(first) + HOUR);
  });

  it("is 429 to a place that asks without end, whatever it asks for, and nobody else is kept waiting", async () => {
    const token = await makeFeed("parentA");
    const from = (place: string) => ({ "x-forwarded-for": place });
    expect((await get(newFeedToken(), from("198.51.100.7"))).status).toBe(404);
    // In this window and the next, should it begin meanwhile.
    await database.owner`
      insert into rate_limits (bucket, window_start, hits)
      select ${bucketOf("calendar feed", "198.51.100.7")}, to_timestamp((floor(extract(epoch from now()) / 600) + n) * 600), 600
        from generate_series(0, 1) n
      on conflict (bucket, window_start) do update set hits = 600`;
    for (const asked of [newFeedToken(), token]) {
      const answer = await get(asked, from("198.51.100.7"));
      expect(answer.status).toBe(429);
      expect(answer.headers.get("retry-after")).toBe("600");
    }
    expect((await get(token, from("198.51.100.8"))).status).toBe(200);
  });
});
