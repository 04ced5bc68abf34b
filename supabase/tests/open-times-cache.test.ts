import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PUBLIC_CHANGES } from "@/lib/db/announcements";
import { openPostgres } from "@/lib/db/postgres";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids } from "./fixture-ids";
import { asPrincipal, service, type Tx } from "./principal";

let database: TestDatabase;
let listener: postgres.Sql;
let heard: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  listener = postgres(database.url, { max: 1, onnotice: () => undefined });
  await listener.listen(PUBLIC_CHANGES, (text) => heard.push(text));
});

afterAll(async () => {
  await listener?.end();
  await database?.drop();
});

beforeEach(() => {
  heard = [];
});

/** What was announced by the time that a later announcement arrives. */
async function heardUntilNow(): Promise<string[]> {
  await database.owner.notify(PUBLIC_CHANGES, "the end");
  await expect.poll(() => heard.at(-1)).toBe("the end");
  return heard.slice(0, -1);
}

/** What the public pages show, and what decides which times are open. */
const TABLES = [
  "academy_settings",
  "bookings",
  "classes",
  "closures",
  "instruments",
  "makeup_days",
  "plans",
  "prices",
  "rooms",
  "teacher_availability",
  "teacher_exceptions",
  "teacher_instruments",
  "teachers",
  "terms",
];

describe("a change of what public pages show", () => {
  it("is announced of these tables: of rows that are added, changed and removed", async () => {
    const triggers = await database.owner<{ name: string; events: number }[]>`
      select tgrelid::regclass::text as name, tgtype & 28 as events
        from pg_trigger where tgfoid = 'private.announce_public_change()'::regprocedure order by 1`;
    expect(triggers.map(({ name }) => name)).toEqual(TABLES);
    expect(triggers.filter(({ events }) => events !== 28)).toEqual([]);
  });

  it.each(TABLES)("in %s is announced at the commit, once, and not when it is taken back", async (table) => {
    const [column] = await database.owner<{ name: string }[]>`
      select a.attname::text as name from pg_attribute a
       where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum limit 1`;
    const change = (tx: Tx) =>
      tx`update ${tx(table)} set ${tx(column?.name ?? "")} = ${tx(column?.name ?? "")}`;
    await database.owner
      .begin(async (tx) => {
        await change(tx);
        throw new Error("taken back");
      })
      .catch(() => undefined);
    expect(await heardUntilNow()).toEqual([]);
    heard = [];
    const rows = await database.owner.begin(async (tx) => {
      const changed = await change(tx);
      await change(tx);
      return changed.count;
    });
    expect(rows).toBeGreaterThan(0);
    expect(await heardUntilNow()).toEqual([expect.stringMatching(/^\d+$/)]);
  });

  it("has another text each time", async () => {
    for (let nth = 0; nth < 2; nth++) await database.owner`update terms set name = name`;
    expect(new Set(await heardUntilNow()).size).toBe(2);
  });

  it("is announced of a hold, and of its end", async () => {
    const during = "[2026-11-04T21:00:00Z,2026-11-04T21:30:00Z)";
    const id = await asPrincipal(
      database.app,
      service,
      async (tx) => {
        const [made] = await tx<{ id: string }[]>`
          insert into bookings (kind, teacher_id, room_id, during, expires_at)
          values ('hold', ${ids.teacher1}, ${ids.pianoRoom}, ${during}, private.now() + interval '15 minutes') returning id`;
        return made?.id;
      },
      fixtureOffset(),
    );
    expect(id).toBeDefined();
    expect(await heardUntilNow()).toHaveLength(1);
    heard = [];
    await asPrincipal(
      database.app,
      service,
      (tx) => tx`select private.release_expired_holds()`,
      fixtureOffset() + 20 * 60_000,
    );
    expect(await heardUntilNow()).toHaveLength(1);
  });
});

describe("the connection on which the change is made", () => {
  it("hears of it before its commit returns, whoever writes the commit", async () => {
    const own: string[] = [];
    const sql = openPostgres(
      database.url,
      { max: 2, onnotice: () => undefined },
      { channel: PUBLIC_CHANGES, hear: (text) => own.push(text) },
    );
    try {
      for (let nth = 1; nth <= 20; nth++) {
        await sql.begin(async (tx) => {
          await tx`update closures set name = name`;
          expect(own).toHaveLength(nth - 1);
        });
        expect(own).toHaveLength(nth);
      }
      // Kysely reserves a connection and sends `commit` itself.
      for (let nth = 21; nth <= 40; nth++) {
        const reserved = await sql.reserve();
        await reserved`begin`;
        await reserved`update closures set name = name`;
        expect(own).toHaveLength(nth - 1);
        await reserved`commit`;
        expect(own).toHaveLength(nth);
        reserved.release();
      }
      expect(new Set(own).size).toBe(40);
    } finally {
      await sql.end({ timeout: 1 });
    }
  });
});

describe("a booking", () => {
  it("of more than a day is refused, so that none is missed that reaches into a window", async () => {
    const insert = database.owner`
      insert into bookings (kind, teacher_id, room_id, during, expires_at)
      values ('hold', ${ids.teacher1}, ${ids.pianoRoom}, '[2026-11-04T21:00:00Z,2026-11-05T21:00:01Z)', private.now() + interval '1 hour')`;
    await expect(insert).rejects.toThrow(/bookings_at_most_a_day/);
  });
});
