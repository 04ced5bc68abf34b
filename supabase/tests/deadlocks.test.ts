import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

describe("writers who meet wait for each other instead of deadlocking", () => {
  const WRITERS = 24;
  /** Starts the writers at once; tells by which names they were refused. */
  const race = async (writer: (tx: Tx, nth: number) => PromiseLike<unknown>): Promise<string[]> => {
    const refusals = await Promise.all(
      Array.from({ length: WRITERS }, (_, nth) =>
        refusalOf(
          asPrincipal(
            database.app,
            service,
            async (tx) => {
              await writer(tx, nth);
            },
            fixtureOffset(),
          ),
        ),
      ),
    );
    return [...new Set(refusals.flatMap((refusal) => (refusal ? [refusal.constraint ?? refusal.code] : [])))];
  };

  it("at the refunds of one payment", async () => {
    const names = await race(
      (tx) => tx`insert into refunds (payment_id, family_id, amount_cents, currency, reason)
                 values (${ids.paymentA}, ${ids.familyA}, 1, 'usd', 'Asked for')`,
    );
    expect(names).toEqual([]);
  });

  it("at the lines of one draft", async () => {
    const [draft] = await database.owner<{ id: string }[]>`
      insert into invoices (family_id, guardian_id, currency) values (${ids.familyA}, ${ids.guardianA}, 'usd') returning id`;
    const names = await race(
      (tx, nth) => tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
                      values (${draft?.id ?? ""}, ${nth + 1}, 'tuition', 'Tuition', 1)`,
    );
    expect(names).toEqual([]);
    const [total] = await database.owner`select total_cents from invoices where id = ${draft?.id ?? ""}`;
    expect(total).toEqual({ total_cents: WRITERS });
  });

  it("at one credit and one invoice", async () => {
    const names = await race((tx, nth) =>
      nth % 2
        ? tx`insert into credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
               values (${ids.moneyCreditB}, ${ids.invoiceB}, ${ids.familyB}, 'usd', 1)`
        : tx`insert into payments (family_id, invoice_id, description, amount_cents, currency, paid_at)
               values (${ids.familyB}, ${ids.invoiceB}, 'Tuition', 1, 'usd', private.now())`,
    );
    expect(names).toEqual([]);
  });

  it("at one lesson that is moved, that loses and gains seats, and is cancelled", async () => {
    const names = await race((tx, nth) => {
      if (nth === WRITERS - 1)
        return tx`update lessons set status = 'cancelled' where id = ${ids.classLessonB}`;
      if (nth % 3 === 0) {
        return tx`insert into lesson_seats (lesson_id, student_id, family_id)
                  values (${ids.classLessonB}, ${ids.studentA2}, ${ids.familyA})`;
      }
      return tx`update bookings set during = ${`[2026-11-17T22:${10 + nth}:00Z,2026-11-17T22:${40 + (nth % 20)}:00Z)`}
                 where id = (select booking_id from lessons where id = ${ids.classLessonB})`;
    });
    const expected = ["lesson_seats_pkey", "lesson_transition", "lesson_without_seats"];
    expect(names.filter((name) => !expected.includes(name))).toEqual([]);
  });

  it("at one teacher's time in the payroll", async () => {
    await database.owner`delete from payroll_lines where lesson_id = ${ids.pastLessonB}`;
    const names = await race(
      (tx) => tx`
        insert into payroll_lines (period_id, teacher_id, kind, lesson_id, minutes, rate_cents, amount_cents, currency, explanation)
        values (${ids.payrollPeriod}, ${ids.teacher2}, 'lesson', ${ids.pastLessonB}, 30, 3200, 1600, 'usd', 'A lesson')`,
    );
    expect(names).toEqual(["lesson_paid_once"]);
  });
});
