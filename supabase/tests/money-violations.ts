import {
  addInvoice,
  addLesson,
  addPayLine,
  applyCredit,
  minutesFrom,
  payInvoice,
  refund,
  turnPayrollPeriod,
  waitMinutes,
} from "./fixture-builders";
import { ids } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

const post = async (tx: Tx, entries: readonly (readonly [cents: number, currency: string])[]) => {
  const [posted] = await tx<{ id: string }[]>`
    insert into ledger_transactions (cause, description, occurred_at) values ('ch_new', 'Test', private.now()) returning id`;
  for (const [cents, currency] of entries) {
    await tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
             values (${posted?.id ?? ""}, 'stripe_balance', ${cents}, ${currency})`;
  }
};

export const billingViolations: Violations = {
  invoice_transition: {
    "a draft that is paid": async (tx) => {
      await tx`update invoices set status = 'paid' where id = ${await addInvoice(tx, { status: "draft", cents: 0 })}`;
    },
    "a void invoice that is open again": async (tx) => {
      await tx`update invoices set status = 'open' where id = ${await addInvoice(tx, { status: "void" })}`;
    },
    "an invoice that is voided after a payment": (tx) =>
      tx`update invoices set status = 'void' where id = ${ids.invoiceA}`,
    "an invoice that begins as open": (tx) =>
      tx`insert into invoices (family_id, guardian_id, currency, status, issued_on, due_on)
         values (${ids.familyA}, ${ids.guardianA}, 'usd', 'open', '2026-10-20', '2026-11-01')`,
    "an invoice that begins with a sum": (tx) =>
      tx`insert into invoices (family_id, guardian_id, currency, total_cents)
         values (${ids.familyA}, ${ids.guardianA}, 'usd', 100)`,
  },
  invoice_issued: {
    "another day": (tx) => tx`update invoices set due_on = due_on + 7 where id = ${ids.invoiceA}`,
    "another line": (tx) =>
      tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
         values (${ids.invoiceA}, 2, 'late_fee', 'Late fee', 2500)`,
    "another amount": (tx) =>
      tx`update invoice_lines set amount_cents = 1 where invoice_id = ${ids.invoiceA}`,
    "a line less": (tx) => tx`delete from invoice_lines where invoice_id = ${ids.invoiceA}`,
  },
  invoice_line_of_another: {
    "the other family's enrollment": async (tx) => {
      const invoice = await addInvoice(tx, { status: "draft" });
      await tx`update invoice_lines set enrollment_id = ${ids.enrollmentB} where invoice_id = ${invoice}`;
    },
  },
  invoice_does_not_add_up: {
    "a total that is not its lines'": async (tx) => {
      await tx`update invoices set total_cents = 1 where id = ${await addInvoice(tx, { status: "draft" })}`;
    },
    "a payment that never came": (tx) =>
      tx`update invoices set paid_cents = total_cents - credited_cents, status = 'paid' where id = ${ids.invoiceA}`,
    "a credit that never was": (tx) =>
      tx`update invoices set credited_cents = total_cents, status = 'paid' where id = ${ids.invoiceA}`,
  },
  invoice_not_open: {
    "a payment for a draft": async (tx) => payInvoice(tx, 500, await addInvoice(tx, { status: "draft" })),
    "a payment for a paid invoice": async (tx) => {
      await payInvoice(tx, 15_000);
      await payInvoice(tx, 1);
    },
    "a payment that is given to a void invoice later": async (tx) => {
      const [payment] = await payInvoice(tx, 500, null);
      const invoice = await addInvoice(tx, { status: "void" });
      await tx`update payments set invoice_id = ${invoice} where id = ${payment?.id ?? ""}`;
    },
    "a credit for a void invoice": async (tx) =>
      applyCredit(tx, 500, await addInvoice(tx, { status: "void" })),
  },
  invoice_overpaid: {
    "a payment of a cent more": (tx) => payInvoice(tx, 15_001),
    "a credit of a cent more than is left": async (tx) => {
      await payInvoice(tx, 14_000);
      await applyCredit(tx, 1001);
    },
  },
  immutable_column: {
    "a payment that moves to another invoice": async (tx) => {
      const [payment] = await payInvoice(tx, 500);
      await tx`update payments set invoice_id = ${await addInvoice(tx)} where id = ${payment?.id ?? ""}`;
    },
    "a payment that leaves its invoice": async (tx) => {
      const [payment] = await payInvoice(tx, 500);
      await tx`update payments set invoice_id = null where id = ${payment?.id ?? ""}`;
    },
    "a line that moves to another invoice": async (tx) => {
      const [from, to] = [
        await addInvoice(tx, { status: "draft" }),
        await addInvoice(tx, { status: "draft" }),
      ];
      await tx`update invoice_lines set invoice_id = ${to}, position = 2 where invoice_id = ${from}`;
    },
    "a pay line that moves to another period": async (tx) => {
      const [other] = await tx<{ id: string }[]>`
        insert into payroll_periods (starts_on, ends_on) values ('2026-11-01', '2026-11-30') returning id`;
      await tx`update payroll_lines set period_id = ${other?.id ?? ""} where lesson_id = ${ids.pastLessonA}`;
    },
  },
  account_credit_expired: {
    "a credit on the minute of its end": async (tx) => {
      const [credit] = await tx<{ id: string }[]>`
        insert into account_credits (family_id, amount_cents, currency, origin, reason, expires_at)
        values (${ids.familyA}, 500, 'usd', 'goodwill', 'A reason', private.now() + interval '1 day') returning id`;
      await waitMinutes(tx, 24 * 60);
      await applyCredit(tx, 500, ids.invoiceA, credit?.id ?? "");
    },
  },
  account_credit_used_up: {
    "a cent more than is left": (tx) => applyCredit(tx, 4001),
    "the same cents for two invoices": async (tx) => {
      await applyCredit(tx, 4000);
      await applyCredit(tx, 1, await addInvoice(tx));
    },
  },
  refund_within_payment: {
    "a cent more than is left": (tx) => refund(tx, 2001),
    "two halves and a cent": async (tx) => {
      await refund(tx, 1000);
      await refund(tx, 1001);
    },
    "more than was paid, as Stripe tells it": (tx) =>
      tx`update payments set refunded_cents = 2501 where id = ${ids.paymentA}`,
    "less than nothing": (tx) => tx`update payments set refunded_cents = -1 where id = ${ids.paymentA}`,
  },
  refund_transition: {
    "a refund that failed and succeeds": async (tx) => {
      await tx`update refunds set status = 'failed' where id = ${ids.refundA}`;
      await tx`update refunds set status = 'succeeded' where id = ${ids.refundA}`;
    },
    "a refund that succeeded and begins again": async (tx) => {
      await tx`update refunds set status = 'succeeded' where id = ${ids.refundA}`;
      await tx`update refunds set status = 'pending' where id = ${ids.refundA}`;
    },
    "a credit that is said to have failed": async (tx) => {
      await tx`insert into refunds (payment_id, family_id, amount_cents, currency, target, status, reason)
               values (${ids.paymentA}, ${ids.familyA}, 100, 'usd', 'credit', 'succeeded', 'A reason')`;
      await tx`update refunds set status = 'failed' where target = 'credit'`;
    },
  },
  dispute_transition: {
    "a dispute that was lost and is won": async (tx) => {
      await tx`update disputes set status = 'lost', closed_at = private.now() where id = ${ids.disputeA}`;
      await tx`update disputes set status = 'won' where id = ${ids.disputeA}`;
    },
  },
  ledger_unbalanced: {
    "entries that do not sum to zero": (tx) =>
      post(tx, [
        [700, "usd"],
        [-600, "usd"],
      ]),
    "entries that balance only across currencies": (tx) =>
      post(tx, [
        [700, "usd"],
        [-700, "eur"],
      ]),
    "a transaction without entries": (tx) => post(tx, []),
    "a transaction of one entry": (tx) => post(tx, [[700, "usd"]]),
  },
};

export const payViolations: Violations = {
  pay_rates_valid_once: {
    "a second rate of the tier": (tx) =>
      tx`insert into pay_rates (kind, tier, amount_cents) values ('lesson', 1, 3300)`,
    "a second rate without a tier": (tx) =>
      tx`insert into pay_rates (kind, amount_cents) values ('group', 4600)`,
  },
  payroll_periods_do_not_overlap: {
    "a period that begins on another's last day": (tx) =>
      tx`insert into payroll_periods (starts_on, ends_on) values ('2026-10-31', '2026-11-30')`,
  },
  teacher_slot_paid_once: {
    "a lesson in a slot that is paid as cancelled late": async (tx) => {
      const slot = { during: minutesFrom("2026-10-14T20:00:00Z") };
      const first = await addLesson(tx, slot);
      await tx`update lessons set status = 'cancelled' where id = ${first}`;
      await addPayLine(tx, { kind: "late_cancellation", lesson: first });
      await addPayLine(tx, { kind: "lesson", lesson: await addLesson(tx, slot) });
    },
  },
  payroll_period_closed: {
    "a line of a closed period": async (tx) => {
      await turnPayrollPeriod(tx);
      await addPayLine(tx, {});
    },
    "a line that is changed": async (tx) => {
      await turnPayrollPeriod(tx);
      await tx`update payroll_lines set amount_cents = 1 where lesson_id = ${ids.pastLessonA}`;
    },
    "a line that is taken out": async (tx) => {
      await turnPayrollPeriod(tx);
      await tx`delete from payroll_lines where lesson_id = ${ids.pastLessonA}`;
    },
    "a period that opens again": async (tx) => {
      await turnPayrollPeriod(tx);
      await tx`update payroll_periods set status = 'open', closed_at = null where id = ${ids.payrollPeriod}`;
    },
    "a closed period that is taken out": async (tx) => {
      await turnPayrollPeriod(tx);
      await tx`delete from payroll_periods where id = ${ids.payrollPeriod}`;
    },
  },
  pay_for_another: {
    "a teacher who did not give the lesson": async (tx) =>
      addPayLine(tx, {
        kind: "lesson",
        teacher: ids.teacher2,
        lesson: await addLesson(tx, { during: minutesFrom("2026-10-14T20:00:00Z") }),
      }),
    "a line that changes hands": (tx) =>
      tx`update payroll_lines set teacher_id = ${ids.teacher2} where lesson_id = ${ids.pastLessonA}`,
    "an adjustment of a colleague's line": async (tx) => {
      const [line] = await tx<{ id: string }[]>`
        select id from payroll_lines where lesson_id = ${ids.pastLessonB}`;
      await addPayLine(tx, { adjusts: line?.id ?? "" });
    },
  },
  pay_in_another_period: {
    "a lesson of November": (tx) => addPayLine(tx, { kind: "lesson", lesson: ids.lessonA }),
    "a period that moves away from its lessons": (tx) =>
      tx`update payroll_periods set starts_on = '2026-10-15' where id = ${ids.payrollPeriod}`,
  },
  lesson_paid: {
    "a lesson that moves after it was paid": (tx) =>
      tx`update bookings set during = ${minutesFrom("2026-10-14T20:00:00Z")}
          where id = (select booking_id from lessons where id = ${ids.pastLessonA})`,
    "a substitute for a lesson that was paid": (tx) =>
      tx`update bookings set teacher_id = ${ids.teacher2}
          where id = (select booking_id from lessons where id = ${ids.pastLessonA})`,
  },
};
