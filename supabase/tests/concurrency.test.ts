import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import {
  addClassLesson,
  addCredit,
  addInvoice,
  addLesson,
  applyCredit,
  minutesFrom,
  payInvoice,
  refund,
  useCredit,
} from "./fixture-builders";
import { ids } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type Tx } from "./principal";

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
    await database.owner`update bookings set is_active = false where kind = 'hold'`;
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

/** Work of the academy itself at the fixture's time. */
const asAcademy = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asPrincipal(database.app, service, work, fixtureOffset());

/** Half an hour that no other number has, ten on each of the days from the given one of November on. */
const slot = (nth: number, day: number): string =>
  minutesFrom(new Date(Date.UTC(2026, 10, day + Math.floor(nth / 10), 13, 30 * (nth % 10))).toISOString());

/** Fifty children of family A, so that each writer asks for another one. */
async function addChildren(): Promise<string[]> {
  const rows = await database.owner<{ id: string }[]>`
    insert into students (family_id, first_name, last_name, birth_date)
    select ${ids.familyA}, 'Child ' || n, 'A', '2014-01-01' from generate_series(1, ${WRITERS}) n returning id`;
  return rows.map((row) => row.id);
}

const newId = ([row]: readonly { id: string }[]): string => row?.id ?? "";

describe("fifty writers for the last one", () => {
  let children: string[];
  const childOf = (nth: number): string => children[nth] ?? "";

  beforeAll(async () => {
    children = await addChildren();
  });

  it("use a make-up credit once", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const credit = await asAcademy((tx) => addCredit(tx));
      const outcome = await race((nth) =>
        asAcademy(async (tx) =>
          useCredit(tx, await addLesson(tx, { kind: "make_up", during: slot(nth, 9) }), credit),
        ),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { makeup_credit_used_once: WRITERS - 1 } });
      await asAcademy((tx) => tx`update lessons set status = 'cancelled' where kind = 'make_up'`);
    }
  });

  it("make one exception for illness", async () => {
    await asAcademy(async (tx) => {
      for (let nth = 0; nth < WRITERS + ROUNDS; nth++) await addLesson(tx, { during: slot(nth, 9) });
    });
    await database.owner`update academy_settings set illness_exceptions_per_year = 0`;
    for (let round = 0; round < ROUNDS; round++) {
      await database.owner`update academy_settings set illness_exceptions_per_year = illness_exceptions_per_year + 1`;
      const missed = await database.owner<{ id: string }[]>`
        select l.id from lessons l
         where l.student_id = ${ids.studentA1} and l.status = 'scheduled' and l.kind = 'private'
           and not exists (select from makeup_credits c where c.origin_lesson_id = l.id) limit ${WRITERS}`;
      expect(missed.length).toBe(WRITERS);
      const outcome = await race((nth) =>
        asAcademy((tx) => addCredit(tx, { origin: "illness", lesson: missed[nth]?.id ?? null })),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { illness_exceptions_per_year: WRITERS - 1 } });
    }
  });

  it("take the last seat of a class", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const taught = newId(
        await database.owner<{ id: string }[]>`
          insert into classes (name, kind, teacher_id, room_id, term_id, minutes, seats, price_cents)
          select 'Choir', 'group', ${ids.teacher1}, ${ids.pianoRoom}, t.id, 45, 2, 7900 from terms t where t.name = 'Fall'
          returning id`,
      );
      await database.owner`insert into class_seats (class_id, student_id, family_id) values (${taught}, ${ids.studentA1}, ${ids.familyA})`;
      const outcome = await race((nth) =>
        asAcademy(
          (tx) => tx`insert into class_seats (class_id, student_id, family_id)
                     values (${taught}, ${childOf(nth)}, ${ids.familyA})`,
        ),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { class_full: WRITERS - 1 } });
    }
  });

  it("take the last seat of a class's lesson", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const during = minutesFrom(`2026-12-0${1 + round}T15:00:00Z`, 45);
      const lesson = await asAcademy((tx) => addClassLesson(tx, during));
      const take = (student: string) =>
        asAcademy(
          (tx) => tx`insert into lesson_seats (lesson_id, student_id, family_id)
                     values (${lesson}, ${student}, ${ids.familyA})`,
        );
      await take(ids.studentA2);
      const outcome = await race((nth) => take(childOf(nth)));
      expect(outcome).toEqual({ won: 1, refusedBy: { lesson_full: WRITERS - 1 } });
    }
  });

  it("accept one offer of the waitlist", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const offer = await asAcademy(async (tx) => {
        await tx`update waitlist_offers set status = 'expired' where status = 'open'`;
        return newId(
          await tx<{ id: string }[]>`
            insert into waitlist_offers (entry_id, family_id, class_id, expires_at)
            values (${ids.waitingA}, ${ids.familyA}, ${ids.classA}, private.now() + interval '2 hours') returning id`,
        );
      });
      const outcome = await race(() =>
        asAcademy(
          (tx) =>
            tx`update waitlist_offers set status = 'accepted', answered_at = private.now() where id = ${offer}`,
        ),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { offer_transition: WRITERS - 1 } });
    }
  });

  it("pay what is left of an invoice, by card or from a credit", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { invoice, credit } = await asAcademy(async (tx) => ({
        invoice: await addInvoice(tx, { cents: 1000 }),
        credit: newId(
          await tx<{ id: string }[]>`
            insert into account_credits (family_id, amount_cents, currency, origin, reason)
            values (${ids.familyA}, 50000, 'usd', 'goodwill', 'A reason') returning id`,
        ),
      }));
      await asAcademy((tx) => payInvoice(tx, 999, invoice));
      const outcome = await race((nth) =>
        asAcademy<unknown>((tx) =>
          nth % 2 === 0 ? payInvoice(tx, 1, invoice) : applyCredit(tx, 1, invoice, credit),
        ),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { invoice_not_open: WRITERS - 1 } });
    }
  });

  it("give back what is left of a payment", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const outcome = await race(() => asAcademy((tx) => refund(tx, 2000)));
      expect(outcome).toEqual({ won: 1, refusedBy: { refund_within_payment: WRITERS - 1 } });
      await database.owner`update refunds set status = 'failed' where amount_cents = 2000 and status = 'pending'`;
    }
  });

  it("become the one payer of a family", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const family = newId(
        await database.owner<
          { id: string }[]
        >`insert into families (name) values ('New family') returning id`,
      );
      const outcome = await race((nth) =>
        asAcademy(async (tx) => {
          await tx`insert into guardians (family_id, full_name, email)
                     values (${family}, 'Payer', ${`payer${nth}@test.example`})`;
          // What is checked at the commit is checked here, so that the others have the time to come between.
          await tx`set constraints all immediate`;
        }),
      );
      expect(outcome).toEqual({ won: 1, refusedBy: { payer_shares_incomplete: WRITERS - 1 } });
    }
  });
});
