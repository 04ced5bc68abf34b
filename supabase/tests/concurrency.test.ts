import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids } from "./fixture-ids";
import { asPrincipal, refusalOf, service } from "./principal";

const WRITERS = 50;
const ROUNDS = 6;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  // Every connection open before the race, so that it is one.
  await Promise.all(
    Array.from({ length: 24 }, () => database.app.begin(async (tx) => tx`select pg_sleep(0.05)`)),
  );
});

afterAll(async () => {
  await database?.drop();
});

/** Fifty at once; tells how many got through and by which constraints the others were refused. */
async function race(
  writer: (nth: number) => Promise<unknown>,
): Promise<{ won: number; refusedBy: Record<string, number> }> {
  const refusals = await Promise.all(Array.from({ length: WRITERS }, (_, nth) => refusalOf(writer(nth))));
  const refusedBy: Record<string, number> = {};
  for (const refusal of refusals) {
    if (refusal) {
      const name = refusal.constraint ?? refusal.code;
      refusedBy[name] = (refusedBy[name] ?? 0) + 1;
    }
  }
  return { won: refusals.filter((refusal) => refusal === undefined).length, refusedBy };
}

const hold = (room: string, teacher: string, day: number) =>
  asPrincipal(
    database.app,
    service,
    (tx: postgres.TransactionSql) => tx`
      insert into bookings (kind, teacher_id, room_id, during, teacher_busy, expires_at)
      values ('hold', ${teacher}, ${room}, ${`[2026-10-${day}T20:00:00Z,2026-10-${day}T20:30:00Z)`}, 'empty',
              private.now() + interval '15 minutes')`,
    fixtureOffset(),
  );

const rooms = [ids.pianoRoom, ids.drumRoom, ids.plainRoom, ids.closedRoom];
const teachers = [ids.teacher1, ids.teacher2, ids.formerTeacher];

describe("fifty writers for one slot", () => {
  it("give one teacher's time to exactly one, every time", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const outcome = await race((nth) =>
        hold(rooms[nth % rooms.length] ?? ids.plainRoom, ids.teacher1, 21 + round),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { teacher_double_booked: WRITERS - 1 } });
    }
  });

  it("give one room's time to exactly one, every time", async () => {
    await database.owner`update bookings set is_active = false`;
    for (let round = 0; round < ROUNDS; round++) {
      const { won, refusedBy } = await race((nth) =>
        hold(ids.plainRoom, teachers[nth % teachers.length] ?? ids.teacher1, 21 + round),
      );
      expect(won).toBe(1);
      const { teacher_double_booked: byTeacher = 0, room_double_booked: byRoom = 0, ...others } = refusedBy;
      expect(others).toEqual({});
      expect(byTeacher + byRoom).toBe(WRITERS - 1);
    }
  });

  it("leave no overlap behind", async () => {
    const overlaps = await database.owner`
      select a.id from bookings a join bookings b on a.id < b.id and a.is_active and b.is_active
         and (a.teacher_id = b.teacher_id and a.teacher_busy && b.teacher_busy or a.room_id = b.room_id and a.during && b.during)`;
    expect([...overlaps]).toEqual([]);
  });
});

describe("fifty writers for one of a kind", () => {
  it("make one trial enrollment", async () => {
    const outcome = await race(() =>
      asPrincipal(
        database.app,
        service,
        (
          tx,
        ) => tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
                   values (${ids.familyA}, ${ids.studentA2}, ${ids.drums}, ${ids.teacher2}, 30, private.now(), 'trial', 'monthly', '1')`,
      ),
    );
    expect(outcome).toEqual({ won: 1, refusedBy: { one_trial_per_instrument: WRITERS - 1 } });
  });

  it("open one checkout", async () => {
    await database.owner`update checkouts set status = 'expired'`;
    const outcome = await race(() =>
      asPrincipal(
        database.app,
        service,
        (tx) =>
          tx`insert into checkouts (enrollment_id, family_id, amount_cents, currency) values (${ids.enrollmentA}, ${ids.familyA}, 1, 'usd')`,
      ),
    );
    expect(outcome).toEqual({ won: 1, refusedBy: { one_open_checkout: WRITERS - 1 } });
  });

  it("post one cause to the ledger", async () => {
    const outcome = await race(() =>
      asPrincipal(database.app, service, async (tx) => {
        const [posted] =
          await tx`insert into ledger_transactions (cause, description, occurred_at) values ('ch_race', 'Race', private.now()) returning id`;
        await tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
                 values (${posted?.id}, 'stripe_balance', 5, 'usd'), (${posted?.id}, 'tuition_revenue', -5, 'usd')`;
      }),
    );
    expect(outcome).toEqual({ won: 1, refusedBy: { ledger_transactions_cause_key: WRITERS - 1 } });
  });

  it("make one family of a new parent's first calls", async () => {
    const userId = "00000000-0000-4000-8000-00010000cccc";
    const sessionId = userId.replace("-8000-", "-9000-");
    await database.owner`insert into auth.users (id, email, email_confirmed_at) values (${userId}, 'new@test.example', now())`;
    await database.owner`insert into auth.sessions (id, user_id) values (${sessionId}, ${userId})`;
    const families = await Promise.all(
      Array.from({ length: WRITERS }, () =>
        asPrincipal(database.app, { kind: "user", userId, sessionId }, async (tx) => {
          const [row] = await tx<{ id: string }[]>`select private.my_family() as id`;
          return row?.id;
        }),
      ),
    );
    expect(new Set(families).size).toBe(1);
    const [row] = await database.owner`select count(*)::int as n from guardians where profile_id = ${userId}`;
    expect(row?.n).toBe(1);
  });
});
