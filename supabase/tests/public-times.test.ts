import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { PUBLIC_CHANGES, passOn } from "@/lib/db/announcements";
import type { DB } from "@/lib/db/database.gen";
import { listen } from "@/lib/db/listen";
import { openPostgres } from "@/lib/db/postgres";
import { holdSlot } from "@/lib/scheduling/holds";
import { publicCache, startPublicCache } from "@/lib/scheduling/public-cache";
import { listPublicTimes } from "@/lib/scheduling/public-open-times";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids } from "./fixture-ids";

const settings = vi.hoisted(() => ({ DATABASE_URL: "" }));
vi.mock("@/lib/env", () => ({ env: () => settings }));

let database: TestDatabase;
let folder: string;
let pool: ReturnType<typeof openPostgres>;
const holder = globalThis as typeof globalThis & { cedarDatabase?: Kysely<DB> };

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  folder = mkdtempSync(join(tmpdir(), "cedar-times-"));
  writeFileSync(join(folder, "clock"), String(fixtureOffset()));
  settings.DATABASE_URL = database.url;
  // What lib/db/connection.ts opens: a pool that hears of its own changes.
  pool = openPostgres(
    database.url,
    { max: 4, onnotice: () => undefined },
    { channel: PUBLIC_CHANGES, hear: passOn },
  );
  holder.cedarDatabase = new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: pool }) });
  startPublicCache();
  await vi.waitFor(async () => expect(await listeners()).toBe(1));
});

// Stubs end with each test.
beforeEach(() => {
  vi.stubEnv("CLOCK_FILE", join(folder, "clock"));
});

afterAll(async () => {
  delete holder.cedarDatabase;
  await pool?.end({ timeout: 1 });
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Connections of this process that only listen. */
async function listeners(): Promise<number> {
  const [row] = await database.owner<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'cedar-heights cache' and query ilike 'listen%'`;
  return row?.count ?? 0;
}

const piano = { instrument: "piano", minutes: 30 };
const offered = async (): Promise<string[]> =>
  (await listPublicTimes(piano)).map((time) => `${time.teacherId} ${time.startsAt.toISOString()}`);
const isKept = () => (publicCache()?.times.size ?? 0) > 0;

describe("open times of the public pages", () => {
  it("are kept, and narrower questions are answered from what is kept", async () => {
    const all = await listPublicTimes(piano);
    expect(all.length).toBeGreaterThan(10);
    expect(await listPublicTimes(piano)).toBe(all);
    const until = all[5]?.startsAt;
    const few = await listPublicTimes({ ...piano, until });
    expect(few.length).toBeLessThan(all.length);
    expect(few).toEqual(all.filter(({ startsAt }) => until && startsAt <= until));
    expect(await listPublicTimes({ ...piano, teacher: "nobody" })).toEqual([]);
    expect(await listPublicTimes({ ...piano, instrument: "no-such-thing" })).toEqual([]);
  });

  it("are without a held time at the very next look, every time", async () => {
    for (let nth = 0; nth < 5; nth++) {
      const [first] = await listPublicTimes(piano);
      if (!first) throw new Error("nothing is open");
      expect(isKept()).toBe(true);
      const held = await holdSlot({
        teacherId: first.teacherId,
        instrumentId: ids.piano,
        startsAt: first.startsAt,
        minutes: 30,
      });
      const next = await offered();
      expect(held.outcome).toBe("held");
      expect(next).not.toContain(`${first.teacherId} ${first.startsAt.toISOString()}`);
    }
  });

  it("have a time again once its hold is replaced by another", async () => {
    const [first, ...others] = await listPublicTimes(piano);
    const second = others.find(
      ({ startsAt }) => first && startsAt.getTime() > first.startsAt.getTime() + 7_200_000,
    );
    if (!first || !second) throw new Error("not enough is open");
    const slot = (time: typeof first) => ({ ...time, instrumentId: ids.piano, minutes: 30 });
    const held = await holdSlot(slot(first));
    if (held.outcome !== "held") throw new Error("not held");
    expect(await offered()).not.toContain(`${first.teacherId} ${first.startsAt.toISOString()}`);
    await holdSlot(slot(second), held.bookingId);
    const now = await offered();
    expect(now).toContain(`${first.teacherId} ${first.startsAt.toISOString()}`);
    expect(now).not.toContain(`${second.teacherId} ${second.startsAt.toISOString()}`);
  });

  it.each([
    [
      "hours",
      (sql: TestDatabase["owner"]) => sql`update teacher_availability set ends = ends - interval '1 hour'`,
    ],
    [
      "time off",
      (sql: TestDatabase["owner"]) => sql`
        insert into teacher_exceptions (teacher_id, during, reason)
        select distinct teacher_id, '[2026-10-28T00:00:00Z,2026-10-30T00:00:00Z)'::tstzrange, 'Away'
          from teacher_instruments`,
    ],
    [
      "closures",
      (sql: TestDatabase["owner"]) =>
        sql`insert into closures (name, starts_on, ends_on) values ('Storm', '2026-10-26', '2026-10-27')`,
    ],
    [
      "rooms",
      (sql: TestDatabase["owner"]) => sql`update rooms set is_active = false where name = 'Piano room'`,
    ],
  ])("follow what somebody else's process changes: %s", async (_, change) => {
    const before = await offered();
    await change(database.owner);
    await expect.poll(async () => (await offered()).length).toBeLessThan(before.length);
  });
});

describe("a listener whose connection is lost", () => {
  it("listens again and forgets what it may have missed", async () => {
    const begin = vi.fn();
    const hear = vi.fn();
    listen({ channel: "some_channel", name: "cedar-heights lost", hear, begin });
    await expect.poll(() => begin.mock.calls.length).toBe(1);
    await database.owner`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cedar-heights lost'`;
    await expect.poll(() => begin.mock.calls.length, { timeout: 10_000 }).toBe(2);
    await database.owner.notify("some_channel", "told");
    await expect.poll(() => hear.mock.calls).toEqual([["told"]]);
  });
});
