import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt, undone } from "./attempt";
import { addOverdue, giveBack } from "./collection-violations";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { addSeries, become, payInvoice, waitMinutes } from "./fixture-builders";
import { ids } from "./fixture-ids";
import { service, type Tx, takePrincipal } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

const told = async (tx: Tx, name: string) =>
  (await tx<{ data: Record<string, string> }[]>`select data from outbox where name = ${name}`).map(
    ({ data }) => data,
  );

/** A plan with lessons on Wednesdays to the end of term, whose invoice of 1 November is overdue. */
async function overduePlan(tx: Tx) {
  const of = await addOverdue(tx);
  await addSeries(tx, { plan: of.plan, last: "2026-12-16" });
  return of;
}

const lessonsOf = async (tx: Tx, plan: string, status: string) =>
  (
    await tx<{ day: string }[]>`
      select to_char(starts_at at time zone 'America/New_York', 'MM-DD HH24:MI') as day from lessons
       where enrollment_id = ${plan} and status = ${status}::lesson_status order by starts_at`
  ).map(({ day }) => day);

/** To 1 December, 12:00 in New York, when an invoice of 1 November is overdue by 30 days. */
async function goToPause(tx: Tx) {
  await tx`select set_config('app.clock_offset_ms',
    (extract(epoch from timestamptz '2026-12-01 12:00-05' - pg_catalog.now()) * 1000)::bigint::text, true)`;
}

describe("an overdue invoice", () => {
  it("begins its collection with the first failed charge, and moves on with the others", async () => {
    const events = await undone(database.app, async (tx) => {
      const { invoice } = await addOverdue(tx);
      for (const cause of ["ch_2", "ch_3"])
        await tx`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, cause, attempted_at)
                 values (${invoice}, ${ids.familyA}, 'usd', 16000, 'expired_card', ${cause}, private.now())`;
      await payInvoice(tx, 16_000, invoice);
      // What comes late is on record and tells nobody.
      await tx`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, cause, attempted_at)
               values (${invoice}, ${ids.familyA}, 'usd', 16000, 'expired_card', 'ch_4', private.now())`;
      const rows = await tx<{ name: string; count: number }[]>`
        select name, count(*)::int from outbox
         where data ->> 'invoiceId' = ${invoice}
            or data ->> 'attemptId' in (select id::text from payment_attempts where invoice_id = ${invoice})
         group by 1 order by 1`;
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    });
    expect(events).toEqual({
      "billing/invoice.moved": 3,
      "billing/invoice.overdue": 1,
      "billing/invoice.settled": 1,
      "billing/payment.failed": 3,
    });
  });

  it("pauses its lessons at the beginning of the thirtieth day in the academy's zone", async () => {
    const at = await undone(database.app, async (tx) => {
      const { invoice } = await addOverdue(tx);
      const [row] = await tx<{ at: Date }[]>`select private.unpaid_pause_at(${invoice}) as at`;
      return row?.at.toISOString();
    });
    expect(at).toBe("2026-12-01T05:00:00.000Z");
  });

  it("frees the lessons to come once, and no make-up", async () => {
    const seen = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await tx`with booked as (
                 insert into bookings (kind, teacher_id, room_id, student_id, during)
                 values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentA2}, '[2026-12-18T21:00:00Z,2026-12-18T21:30:00Z)')
                 returning *), given as (
               insert into lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind)
               select id, ${plan}, ${ids.familyA}, student_id, ${ids.piano}, teacher_id, room_id, during, 'make_up' from booked returning id)
               insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at, used_lesson_id)
               select ${ids.familyA}, ${ids.studentA2}, 30, 'goodwill', 'A reason', '2027-01-15', id from given`;
      await goToPause(tx);
      const first =
        await tx`select pause_id is not null as paused, lessons_freed from private.pause_unpaid(${invoice})`;
      const second = await tx`select * from private.pause_unpaid(${invoice})`;
      const [enrollment] = await tx<{ status: string }[]>`select status from enrollments where id = ${plan}`;
      return {
        first: [...first],
        second: second.length,
        status: enrollment?.status,
        told: (await told(tx, "enrollment/lessons.paused")).length,
        left: await lessonsOf(tx, plan, "scheduled"),
        freed: await lessonsOf(tx, plan, "cancelled"),
        busy: (
          await tx`select from bookings b join lessons l on l.booking_id = b.id
                    where l.enrollment_id = ${plan} and l.status = 'cancelled' and b.is_active`
        ).length,
      };
    });
    expect(seen).toEqual({
      first: [{ paused: true, lessons_freed: 3 }],
      second: 0,
      status: "paused",
      told: 1,
      // November has been; the Friday is a make-up.
      left: ["11-04 16:00", "11-11 16:00", "11-18 16:00", "12-18 16:00"],
      freed: ["12-02 16:00", "12-09 16:00", "12-16 16:00"],
      busy: 0,
    });
  });

  it("gives back what is free once it is paid, and only then", async () => {
    const seen = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await goToPause(tx);
      await tx`select private.pause_unpaid(${invoice})`;
      const early = await tx`select * from private.resume_paid(${invoice})`;
      // Somebody takes the ninth; the second is nearer than the notice when the money comes.
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
               values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentB1}, '[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)')`;
      await waitMinutes(tx, 12 * 60);
      await payInvoice(tx, 16_000, invoice);
      const resumed = await tx`select lessons_booked, lessons_lost from private.resume_paid(${invoice})`;
      const again = await tx`select * from private.resume_paid(${invoice})`;
      const [enrollment] = await tx<{ status: string }[]>`select status from enrollments where id = ${plan}`;
      return {
        early: early.length,
        resumed: [...resumed],
        again: again.length,
        status: enrollment?.status,
        scheduled: (await lessonsOf(tx, plan, "scheduled")).filter((day) => day > "12"),
        series: (
          await tx`select distinct series_id from lessons where enrollment_id = ${plan} and status = 'scheduled'`
        ).length,
        told: (await told(tx, "enrollment/lessons.resumed")).length,
      };
    });
    expect(seen).toEqual({
      early: 0,
      resumed: [{ lessons_booked: 1, lessons_lost: 1 }],
      again: 0,
      status: "active",
      scheduled: ["12-16 16:00"],
      series: 1,
      told: 1,
    });
  });

  it("gives back nothing after the last day of a plan under notice", async () => {
    const scheduled = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await goToPause(tx);
      await tx`select private.pause_unpaid(${invoice})`;
      await tx`update enrollments set notice_given_on = '2026-11-09', ends_on = '2026-12-09' where id = ${plan}`;
      await payInvoice(tx, 16_000, invoice);
      await tx`select private.resume_paid(${invoice})`;
      return (await lessonsOf(tx, plan, "scheduled")).filter((day) => day > "12");
    });
    expect(scheduled).toEqual(["12-02 16:00", "12-09 16:00"]);
  });

  it("waits for the end of a pause that the family wished, and is collected again then", async () => {
    const seen = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await tx`update enrollments set paused_from = '2026-11-09', paused_until = '2026-12-05', pause_reason = 'wished' where id = ${plan}`;
      await tx`select set_config('app.wished_pause', ${plan}, true)`;
      await tx`update enrollments set status = 'paused' where id = ${plan}`;
      await goToPause(tx);
      const during = await tx`select * from private.pause_unpaid(${invoice})`;
      await tx`update enrollments set status = 'active' where id = ${plan}`;
      const after = await tx`select * from private.pause_unpaid(${invoice})`;
      const begun = (await told(tx, "billing/invoice.overdue")).filter(
        ({ invoiceId }) => invoiceId === invoice,
      );
      return [during.length, begun.length, after.length];
    });
    expect(seen).toEqual([0, 2, 1]);
  });

  it("gives back as well what a planned pause had freed, which it calls off", async () => {
    const scheduled = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await tx`select private.pause_enrollment(${plan}, '2026-12-07', '2026-12-27', 'They travel')`;
      await goToPause(tx);
      await tx`select private.pause_unpaid(${invoice})`;
      await payInvoice(tx, 16_000, invoice);
      await tx`select private.resume_paid(${invoice})`;
      return (await lessonsOf(tx, plan, "scheduled")).filter((day) => day > "12");
    });
    expect(scheduled).toEqual(["12-02 16:00", "12-09 16:00", "12-16 16:00"]);
  });

  it("stays paused while another failed invoice of the lessons is open, and goes on when that one is given up", async () => {
    const seen = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      const other = await addOverdue(tx);
      await tx`insert into invoices (id, family_id, guardian_id, currency, issued_on, due_on)
               values ('00000000-0000-4000-8000-002500000099', ${ids.familyA}, ${ids.guardianA}, 'usd', '2026-11-20', '2026-11-20')`;
      await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents, enrollment_id)
               values ('00000000-0000-4000-8000-002500000099', 1, 'tuition', 'Tuition', 16000, ${plan})`;
      await tx`update invoices set status = 'open' where id = '00000000-0000-4000-8000-002500000099'`;
      await tx`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, cause, attempted_at)
               values ('00000000-0000-4000-8000-002500000099', ${ids.familyA}, 'usd', 16000, 'lost_card', 'ch_99', private.now())`;
      await goToPause(tx);
      await tx`select private.pause_unpaid(${invoice})`;
      await payInvoice(tx, 16_000, invoice);
      const first = await tx`select * from private.resume_paid(${invoice})`;
      await tx`update invoices set status = 'void' where id = '00000000-0000-4000-8000-002500000099'`;
      const second = await tx`select * from private.resume_paid('00000000-0000-4000-8000-002500000099')`;
      const rows = await tx<{ id: string; status: string }[]>`
        select id, status from enrollments where id in (${plan}, ${other.plan})`;
      return [first.length, second.length, rows.map(({ status }) => status)];
    });
    expect(seen).toEqual([0, 1, ["active", "active"]]);
  });

  it("brings nobody back who has left meanwhile", async () => {
    const seen = await undone(database.app, async (tx) => {
      const { plan, invoice } = await overduePlan(tx);
      await goToPause(tx);
      await tx`select private.pause_unpaid(${invoice})`;
      await tx`update enrollments set status = 'withdrawn' where id = ${plan}`;
      await payInvoice(tx, 16_000, invoice);
      const resumed = await tx`select * from private.resume_paid(${invoice})`;
      return [resumed.length, (await told(tx, "enrollment/lessons.resumed")).length];
    });
    expect(seen).toEqual([0, 0]);
  });
});

const asAdmin = <T>(work: (tx: Tx) => Promise<T>) =>
  undone(database.app, async (tx) => {
    await become(tx, "admin");
    return work(tx);
  });

/** The postings of a payment and what it says of itself, as the academy's own code reads them. */
async function booksOf(tx: Tx, payment: string) {
  await takePrincipal(tx, service, 0);
  const entries = await tx<{ cause: string; account: string; cents: number }[]>`
    select split_part(t.cause, ':', 1) as cause, e.account, e.amount_cents as cents
      from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
     where e.payment_id = ${payment} and t.cause <> 'ch_A' order by t.recorded_at, e.id`;
  const [row] = await tx<{ back: number; status: string }[]>`
    select refunded_cents as back, status from payments where id = ${payment}`;
  return { entries: entries.map(({ cause, account, cents }) => [cause, account, cents]), ...row };
}

describe("a refund", () => {
  it("says what it comes to: what is left, the postings, the tuition that goes on", async () => {
    const [outcome] = await asAdmin((tx) => giveBack(tx, 700));
    // 500 of the 2,500 are on their way back in the fixture.
    expect(outcome).toMatchObject({
      amount_cents: 700,
      left_before_cents: 2000,
      left_after_cents: 1300,
      target: "card",
      ends_tuition: false,
      tuition_cents: 16_000,
      postings: [
        { account: "refunds", cents: 700 },
        { account: "stripe_balance", cents: -700 },
      ],
    });
  });

  it("as credit is in the books and in the family's hand at once", async () => {
    const seen = await asAdmin(async (tx) => {
      await giveBack(tx, 700, { target: "credit", why: "Half an hour less" });
      const books = await booksOf(tx, ids.paymentA);
      const credits = await tx`
        select amount_cents, origin, reason, expires_at from account_credits where origin = 'refund' and family_id = ${ids.familyA}`;
      return { books, credits: [...credits], told: (await told(tx, "billing/refund.settled")).length };
    });
    expect(seen).toEqual({
      books: {
        entries: [
          ["refund", "refunds", 700],
          ["refund", "family_credit", -700],
        ],
        back: 700,
        status: "partially_refunded",
      },
      credits: [{ amount_cents: 700, origin: "refund", reason: "Half an hour less", expires_at: null }],
      told: 1,
    });
  });

  it("to the card posts when Stripe has sent it, and is posted back when the bank returns it", async () => {
    const seen = await asAdmin(async (tx) => {
      const [made] = await giveBack(tx, 2000);
      const refund = made?.refund_id as string;
      const before = await booksOf(tx, ids.paymentA);
      await tx`update refunds set status = 'succeeded', stripe_refund_id = 're_new' where id = ${refund}`;
      const sent = await booksOf(tx, ids.paymentA);
      await tx`update refunds set status = 'failed', failure_reason = 'lost_or_stolen_card' where id = ${refund}`;
      return { before, sent, returned: await booksOf(tx, ids.paymentA) };
    });
    expect(seen.before).toEqual({ entries: [], back: 0, status: "succeeded" });
    expect(seen.sent).toEqual({
      entries: [
        ["re_new", "refunds", 2000],
        ["re_new", "stripe_balance", -2000],
      ],
      back: 2000,
      status: "partially_refunded",
    });
    expect(seen.returned).toMatchObject({ back: 0, status: "succeeded" });
    expect(seen.returned.entries.reduce((sum, [, , cents]) => sum + Number(cents), 0)).toBe(0);
    expect(seen.returned.entries).toHaveLength(4);
  });

  it("is refused beyond what is left, whatever its way, and to anybody but an administrator", async () => {
    const refused = async (
      work: (tx: Tx) => Promise<unknown>,
      as: "admin" | "parentA" | "teacher1" = "admin",
    ) =>
      (
        await attempt(database.app, async (tx) => {
          await become(tx, as);
          await work(tx);
        })
      )?.constraint;
    expect(await refused((tx) => giveBack(tx, 2001))).toBe("refund_within_payment");
    expect(await refused((tx) => giveBack(tx, 2001, { target: "credit" }))).toBe("refund_within_payment");
    expect(
      await refused(async (tx) => {
        await giveBack(tx, 1500);
        await giveBack(tx, 501, { target: "credit" });
      }),
    ).toBe("refund_within_payment");
    expect(await refused((tx) => giveBack(tx, 0))).toBe("refunds_amount");
    expect(await refused((tx) => giveBack(tx, -5))).toBe("refunds_amount");
    expect(await refused((tx) => giveBack(tx, 5, { target: "cash" }))).toBe("refunds_target");
    expect(await refused((tx) => giveBack(tx, 5, { why: " " }))).toBe("refunds_reason");
    expect(await refused((tx) => giveBack(tx, 5), "parentA")).toBe("admin_only");
    expect(await refused((tx) => giveBack(tx, 5), "teacher1")).toBe("admin_only");
  });
});
