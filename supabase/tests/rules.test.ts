import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import {
  addClassLesson,
  addCreditsOfLessons,
  addInvoice,
  addLesson,
  addPayLine,
  applyCredit,
  become,
  FREE,
  minutesFrom,
  payInvoice,
  refund,
  takeClassSeat,
  takeLessonSeat,
  turnPayrollPeriod,
  useCredit,
  waitMinutes,
} from "./fixture-builders";
import { ids, people } from "./fixture-ids";
import type { Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

type Allowed = Readonly<Record<string, (tx: Tx) => Promise<unknown>>>;

/** The neighbors of what constraints.test.ts sees refused: the last that is allowed. */
function allow(title: string, allowed: Allowed): void {
  describe(title, () => {
    it.each(Object.entries(allowed))("%s", async (_, work) => {
      expect(await attempt(database.app, work)).toBeUndefined();
    });
  });
}

const ask = async (tx: Tx, query: string): Promise<unknown> => {
  const [row] = await tx.unsafe<{ value: unknown }[]>(query);
  return row?.value;
};

const moveLesson = (tx: Tx, lesson: string, during: string) =>
  tx`update bookings set during = ${during} where id = (select booking_id from lessons where id = ${lesson})`;

allow("the calendar takes", {
  "a lesson on the first and the last day of a term": async (tx) => {
    await addLesson(tx, { during: minutesFrom("2026-12-19T21:00:00Z") });
    await addLesson(tx, { during: minutesFrom("2027-01-04T21:00:00Z") });
  },
  "a lesson that ends at midnight": (tx) => addLesson(tx, { during: minutesFrom("2026-11-05T04:30:00Z") }),
  "a lesson in a closure, and one outside the terms, with a reason": async (tx) => {
    await addLesson(tx, { during: minutesFrom("2026-11-25T21:00:00Z"), reason: "Competition on Saturday" });
    await addLesson(tx, { during: minutesFrom("2026-12-28T21:00:00Z"), reason: "Audition in January" });
  },
  "a make-up on a make-up day": async (tx) => {
    await tx`update makeup_credits set expires_at = '2026-12-23' where id = ${ids.creditA}`;
    await useCredit(
      tx,
      await addLesson(tx, { kind: "make_up", during: minutesFrom("2026-12-21T21:00:00Z") }),
    );
  },
  "a closure over lessons that are there: they stay the academy's to move": async (tx) => {
    await tx`insert into closures (name, starts_on, ends_on) values ('Storm', '2026-11-02', '2026-11-03')`;
    await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
  },
  "a term and make-up days right after others": async (tx) => {
    await tx`insert into terms (name, starts_on, ends_on) values ('Between', '2026-12-20', '2027-01-03')`;
    await tx`insert into makeup_days (name, starts_on, ends_on) values ('More', '2026-12-23', '2026-12-23')`;
  },
  "hours of a teacher that touch, and the same ones of another season": async (tx) => {
    await tx`insert into teacher_availability (teacher_id, weekday, starts, ends) values (${ids.teacher1}, 0, '19:00', '20:00')`;
    await tx`update teacher_availability set valid = '[2026-09-01,2027-01-01)' where weekday = 0`;
    await tx`insert into teacher_availability (teacher_id, weekday, starts, ends, valid)
             values (${ids.teacher1}, 0, '15:00', '19:00', '[2027-01-01,)')`;
  },
  "a new price from the day on which the old one ends": async (tx) => {
    await tx`update prices set valid = '(,2027-01-01)' where kind = 'trial'`;
    await tx`insert into prices (kind, name, minutes, amount_cents, valid) values ('trial', 'Trial', 30, 2800, '[2027-01-01,)')`;
    await tx`update plans set valid = '(,2027-01-01)' where cadence = 'yearly'`;
    await tx`insert into plans (cadence, name, months, discount_bp, valid) values ('yearly', 'By the year', 12, 900, '[2027-01-01,)')`;
    await tx`update pay_rates set valid = '(,2027-01-01)' where tier = 1`;
    await tx`insert into pay_rates (kind, tier, amount_cents, valid) values ('lesson', 1, 3300, '[2027-01-01,)')`;
  },
});

allow("lessons and classes take", {
  "a fortnightly series from the day on which another ends, and its lesson": async (tx) => {
    const [series] = await tx<{ id: string }[]>`
      insert into lesson_series (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                 every_weeks, valid)
      values (${ids.enrollmentA}, ${ids.familyA}, ${ids.studentA1}, ${ids.teacher1}, ${ids.pianoRoom}, 2, '16:00', 30, 2,
              '[2026-12-19,2027-06-12)') returning id`;
    await addLesson(tx, { during: minutesFrom("2027-01-06T21:00:00Z"), series: series?.id ?? "" });
  },
  "the last seat, and a seat that was left, by another and by the same": async (tx) => {
    await takeClassSeat(tx, ids.studentA2);
    await tx`update class_seats set status = 'left', left_at = private.now() where class_id = ${ids.classA}`;
    await takeClassSeat(tx, ids.studentB1);
    await takeClassSeat(tx, ids.studentA1);
  },
  "a student on the birthday that is the minimum age, in the academy's zone": async (tx) => {
    await tx`update students set birth_date = '2016-10-20' where id = ${ids.studentA2}`;
    await tx`update classes set minimum_age = 10, maximum_age = 10 where id = ${ids.classA}`;
    await takeClassSeat(tx, ids.studentA2);
  },
  "as few seats as there are students": (tx) => tx`update classes set seats = 1 where id = ${ids.classA}`,
  "the last seat of a lesson, and one that was given up": async (tx) => {
    await takeLessonSeat(tx, ids.studentA2);
    await tx`update lesson_seats set given_up_at = private.now() where student_id = ${ids.studentA1}`;
    await takeLessonSeat(tx, ids.studentB1);
  },
  "a student with a seat in one lesson and a lesson right after it": async (tx) => {
    await takeLessonSeat(tx, ids.studentA1, await addClassLesson(tx));
    await addLesson(tx, { during: minutesFrom("2026-11-04T21:45:00Z") });
  },
  "another time for a class: its students' time moves along": async (tx) => {
    await moveLesson(tx, ids.classLessonA, minutesFrom(FREE, 45));
    expect(
      await ask(
        tx,
        `select lower(during) as value from bookings where kind = 'seat' and student_id = '${ids.studentA1}'`,
      ),
    ).toEqual(new Date(FREE));
  },
  "another lesson at the time of a class that was cancelled, or of a seat that was given up": async (tx) => {
    await tx`update lessons set status = 'cancelled' where id = ${ids.classLessonA}`;
    const during = minutesFrom("2026-11-03T22:00:00Z");
    await addLesson(tx, { during });
    await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonB}`;
    await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
             values ('lesson', ${ids.teacher1}, ${ids.plainRoom}, ${ids.studentB1}, ${minutesFrom("2026-11-17T22:00:00Z")})`;
  },
  "a seat that is written as given up: it keeps no time": async (tx) => {
    await tx`insert into lesson_seats (lesson_id, student_id, family_id, given_up_at)
             values (${ids.classLessonA}, ${ids.studentA2}, ${ids.familyA}, private.now())`;
    await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
             values ('lesson', ${ids.teacher2}, ${ids.plainRoom}, ${ids.studentA2}, ${minutesFrom("2026-11-03T22:00:00Z")})`;
  },
  "attendance from the minute on which the lesson begins": async (tx) => {
    await tx`select set_config('app.clock_offset_ms', (current_setting('app.clock_offset_ms')::bigint
               + ceil(extract(epoch from timestamptz '2026-11-02T21:00:00Z' - private.now()) * 1000))::text, true)`;
    await tx`insert into attendance (lesson_id, student_id, family_id, status, minutes_late)
             values (${ids.lessonA}, ${ids.studentA1}, ${ids.familyA}, 'late', 5)`;
  },
  "a note to a student of the class": (tx) =>
    tx`insert into lesson_notes (lesson_id, student_id, family_id, teacher_id, body)
       values (${ids.classLessonA}, ${ids.studentA1}, ${ids.familyA}, ${ids.teacher1}, 'Well counted')`,
  "practice of today, and an assignment that its student marks as done": async (tx) => {
    await tx`insert into practice_entries (student_id, family_id, practiced_on, minutes)
             values (${ids.studentA1}, ${ids.familyA}, '2026-10-20', 600)`;
    await become(tx, "student");
    await tx`update assignments set status = 'done' where id = ${ids.assignmentA}`;
    expect(await ask(tx, "select done_at as value from assignments")).toBeInstanceOf(Date);
  },
});

allow("make-ups and the waitlist take", {
  "the second cancellation of a term, and the third in the next": async (tx) => {
    await addCreditsOfLessons(tx, "family_cancelled", 2);
    const lesson = await addLesson(tx, { during: minutesFrom("2027-01-06T21:00:00Z") });
    await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, expires_at)
             values (${ids.familyA}, ${ids.studentA1}, 30, 'family_cancelled', ${lesson}, '2027-03-01')`;
    const terms = await tx`select t.name from makeup_credits c join terms t on t.id = c.term_id order by 1`;
    expect(terms.map((row) => row.name)).toEqual(["Fall", "Fall", "Spring"]);
  },
  "cancellations by the teacher and the weather beyond the cap, and the second illness": async (tx) => {
    await addCreditsOfLessons(tx, "weather", 5);
    for (const day of ["02", "03"]) {
      const lesson = await addLesson(tx, { during: minutesFrom(`2026-12-${day}T21:00:00Z`) });
      await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, expires_at)
               values (${ids.familyA}, ${ids.studentA1}, 30, 'illness', ${lesson}, '2027-01-01')`;
    }
  },
  "a new illness a year after the last": async (tx) => {
    await addCreditsOfLessons(tx, "illness", 2);
    await tx`insert into terms (name, starts_on, ends_on) values ('Next fall', '2027-09-08', '2027-12-19')`;
    await waitMinutes(tx, 366 * 24 * 60);
    const lesson = await addLesson(tx, { during: minutesFrom("2027-11-03T20:00:00Z") });
    await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, expires_at)
             values (${ids.familyA}, ${ids.studentA1}, 30, 'illness', ${lesson}, '2028-01-01')`;
  },
  "a credit a minute before it expires": async (tx) => {
    const lesson = await addLesson(tx, { kind: "make_up", during: minutesFrom("2026-12-18T21:00:00Z") });
    await tx`update makeup_credits set expires_at = '2026-12-18T21:01:00Z' where id = ${ids.creditA}`;
    await useCredit(tx, lesson);
  },
  "a shorter make-up, and its credit again once the academy cancels it": async (tx) => {
    const lesson = await addLesson(tx, { kind: "make_up", during: minutesFrom(FREE, 20) });
    await useCredit(tx, lesson);
    await tx`update lessons set status = 'cancelled' where id = ${lesson}`;
    await tx`update makeup_credits set used_lesson_id = null where id = ${ids.creditA}`;
    await useCredit(
      tx,
      await addLesson(tx, { kind: "make_up", during: minutesFrom("2026-11-05T21:00:00Z") }),
    );
  },
  "a make-up that moves within its credit": async (tx) => {
    const lesson = await addLesson(tx, { kind: "make_up" });
    await useCredit(tx, lesson);
    await moveLesson(tx, lesson, minutesFrom("2026-12-18T21:00:00Z"));
  },
  "a credit that is written as used": async (tx) => {
    const lesson = await addLesson(tx, { kind: "make_up" });
    await tx`insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at, used_lesson_id)
             values (${ids.familyA}, ${ids.studentA1}, 30, 'goodwill', 'A late start', '2027-01-01', ${lesson})`;
  },
  "an offer that is accepted within its two hours": async (tx) => {
    await waitMinutes(tx, 119);
    await tx`update waitlist_offers set status = 'accepted', answered_at = private.now() where id = ${ids.offerA}`;
    await tx`update waitlist_entries set status = 'accepted' where id = ${ids.waitingA}`;
  },
  "a second offer after the first ran out, and a new entry after one that was withdrawn": async (tx) => {
    await tx`update waitlist_offers set status = 'expired' where id = ${ids.offerA}`;
    await tx`insert into waitlist_offers (entry_id, family_id, class_id, expires_at)
             values (${ids.waitingA}, ${ids.familyA}, ${ids.classA}, private.now() + interval '2 hours')`;
    await tx`update waitlist_entries set status = 'withdrawn' where id = ${ids.waitingA}`;
    await tx`insert into waitlist_entries (family_id, student_id, class_id)
             values (${ids.familyA}, ${ids.studentA1}, ${ids.classA})`;
  },
});

allow("billing takes", {
  "an invoice paid by a payment and a credit: it is paid": async (tx) => {
    await payInvoice(tx, 14_000);
    expect(await ask(tx, `select status as value from invoices where id = '${ids.invoiceA}'`)).toBe("open");
    await applyCredit(tx, 1000);
    expect(await ask(tx, `select status as value from invoices where id = '${ids.invoiceA}'`)).toBe("paid");
  },
  "a credit to its last cent, over two invoices": async (tx) => {
    await applyCredit(tx, 3000);
    await applyCredit(tx, 1000, await addInvoice(tx));
  },
  "a payment that is given to its invoice later": async (tx) => {
    const [payment] = await payInvoice(tx, 1000, null);
    const invoice = await addInvoice(tx);
    await tx`update payments set invoice_id = ${invoice} where id = ${payment?.id ?? ""}`;
    expect(await ask(tx, `select status as value from invoices where id = '${invoice}'`)).toBe("paid");
  },
  "a late payment of an invoice that was given up": async (tx) => {
    const invoice = await addInvoice(tx);
    await tx`update invoices set status = 'uncollectible' where id = ${invoice}`;
    await payInvoice(tx, 1000, invoice);
  },
  "lines that come and go while an invoice is a draft": async (tx) => {
    const invoice = await addInvoice(tx, { status: "draft" });
    await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
             values (${invoice}, 2, 'sibling_discount', 'Sibling discount', -1200)`;
    expect(await ask(tx, `select total_cents as value from invoices where id = '${invoice}'`)).toBe(0);
    await tx`delete from invoice_lines where invoice_id = ${invoice} and position = 1`;
    await tx`update invoice_lines set amount_cents = 700 where invoice_id = ${invoice}`;
    expect(await ask(tx, `select total_cents as value from invoices where id = '${invoice}'`)).toBe(700);
    await tx`update invoices set status = 'void' where id = ${invoice}`;
  },
  "a credit a minute before it expires": async (tx) => {
    const [credit] = await tx<{ id: string }[]>`
      insert into account_credits (family_id, amount_cents, currency, origin, reason, expires_at)
      values (${ids.familyA}, 500, 'usd', 'goodwill', 'A reason', private.now() + interval '1 day') returning id`;
    await waitMinutes(tx, 24 * 60 - 1);
    await applyCredit(tx, 500, ids.invoiceA, credit?.id ?? "");
  },
  "a refund up to the cent, and again what a failed one left": async (tx) => {
    const [first] = await refund(tx, 2000);
    await tx`update refunds set status = 'failed' where id = ${first?.id ?? ""}`;
    const [second] = await refund(tx, 2000);
    await tx`update refunds set status = 'succeeded' where id = ${second?.id ?? ""}`;
  },
  "a transaction of several entries that balances in each currency": async (tx) => {
    const [posted] = await tx<{ id: string }[]>`
      insert into ledger_transactions (cause, description, occurred_at) values ('ch_new', 'Test', private.now()) returning id`;
    await tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
             select ${posted?.id ?? ""}::uuid, 'stripe_balance', e.cents, e.currency
               from (values (700, 'usd'), (-500, 'usd'), (-200, 'usd'), (9, 'eur'), (-9, 'eur')) e (cents, currency)`;
  },
});

allow("pay takes", {
  "an adjustment in the open period after closing": async (tx) => {
    const [line] = await tx<
      { id: string }[]
    >`select id from payroll_lines where lesson_id = ${ids.pastLessonA}`;
    const period = await turnPayrollPeriod(tx);
    await addPayLine(tx, { period, adjusts: line?.id ?? "", cents: -200 });
  },
  "lessons of one teacher that touch, and two adjustments": async (tx) => {
    const lesson = await addLesson(tx, { during: minutesFrom("2026-10-12T20:30:00Z") });
    await addPayLine(tx, { kind: "lesson", lesson });
    await addPayLine(tx, {});
    await addPayLine(tx, { kind: "administration" });
  },
  "a period that grows, and one that shrinks around its lessons": async (tx) => {
    await tx`update payroll_periods set ends_on = '2026-11-15' where id = ${ids.payrollPeriod}`;
    await tx`update payroll_periods set starts_on = '2026-10-12', ends_on = '2026-10-12' where id = ${ids.payrollPeriod}`;
  },
  "a substitute once the first teacher's line is taken out": async (tx) => {
    await tx`delete from payroll_lines where lesson_id = ${ids.pastLessonA}`;
    await tx`update bookings set teacher_id = ${ids.teacher2}
              where id = (select booking_id from lessons where id = ${ids.pastLessonA})`;
    await addPayLine(tx, { kind: "substitution", lesson: ids.pastLessonA, teacher: ids.teacher2 });
  },
});

allow("families take", {
  "charges shared between two, and a payer in the place of another": async (tx) => {
    await tx`update guardians set payer_share_bp = 6000 where id = ${ids.guardianA}`;
    await tx`insert into guardians (family_id, full_name, email, payer_share_bp)
             values (${ids.familyA}, 'Other parent', 'other@test.example', 4000)`;
    await tx`set constraints all immediate`;
    await tx`set constraints all deferred`;
    await tx`update guardians set deleted_at = private.now() where id = ${ids.guardianA}`;
    await tx`update guardians set payer_share_bp = 10000 where email = 'other@test.example'`;
  },
  "a guardian's address again once the first one is deleted": async (tx) => {
    await tx`update guardians set deleted_at = private.now() where id = ${ids.guardianA}`;
    await tx`insert into guardians (family_id, full_name, email) values (${ids.familyA}, 'Parent A', 'parenta@test.example')`;
  },
  "the deletion of a student who has left, and their return": async (tx) => {
    await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
    await tx`update enrollments set status = 'withdrawn' where id = ${ids.enrollmentA}`;
    await tx`update students set deleted_at = private.now() where id = ${ids.studentA1}`;
    await tx`update students set deleted_at = null where id = ${ids.studentA1}`;
    await tx`insert into waitlist_entries (family_id, student_id, instrument_id, minutes)
             values (${ids.familyA}, ${ids.studentA1}, ${ids.piano}, 30)`;
  },
  "a message in an open conversation": (tx) =>
    tx`insert into messages (thread_id, family_id, author_id, body)
       values (${ids.threadA}, ${ids.familyA}, ${people.parentA}, 'Thank you')`,
});
