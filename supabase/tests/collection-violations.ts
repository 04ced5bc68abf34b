import { addInvoice, addPlan, become, waitMinutes } from "./fixture-builders";
import { ids } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

const NOTHING = "00000000-0000-4000-8000-000000000000";

/** An invoice for a plan of family A that was due on 1 November, and failed once. */
export async function addOverdue(tx: Tx): Promise<{ plan: string; invoice: string }> {
  const plan = await addPlan(tx);
  const invoice = await addInvoice(tx, { cents: 16_000, status: "draft" });
  await tx`update invoice_lines set enrollment_id = ${plan}, code = 'tuition' where invoice_id = ${invoice}`;
  await tx`update invoices set status = 'open' where id = ${invoice}`;
  await tx`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, cause, attempted_at)
           values (${invoice}, ${ids.familyA}, 'usd', 16000, 'insufficient_funds', ${`ch_${invoice}`}, private.now())`;
  return { plan, invoice };
}

export const giveBack = (
  tx: Tx,
  cents: number,
  { target = "card", payment = ids.paymentA as string, why = "They asked for it", ends = false } = {},
) => tx`select * from private.refund_payment(${payment}, ${cents}, ${target}, ${why}, ${ends})`;

const asAdmin = (work: (tx: Tx) => Promise<unknown>) => async (tx: Tx) => {
  await become(tx, "admin");
  await work(tx);
};

export const collectionViolations: Violations = {
  invoice_missing: { "the pause of nothing": (tx) => tx`select private.pause_unpaid(${NOTHING})` },
  pause_too_early: {
    "an invoice that is not overdue": async (tx) => {
      const { invoice } = await addOverdue(tx);
      await tx`select private.pause_unpaid(${invoice})`;
    },
  },
  enrollment_unpaid: {
    "lessons that go on without payment": async (tx) => {
      const { plan, invoice } = await addOverdue(tx);
      await waitMinutes(tx, 60 * 24 * 60);
      await tx`select private.pause_unpaid(${invoice})`;
      await tx`update enrollments set status = 'active' where id = ${plan}`;
    },
  },
  payment_missing: { "a refund of nothing": asAdmin((tx) => giveBack(tx, 100, { payment: NOTHING })) },
  refund_disputed: {
    "a refund of what the bank holds": async (tx) => {
      await tx`update payments set status = 'disputed' where id = ${ids.paymentA}`;
      await become(tx, "admin");
      await giveBack(tx, 100);
    },
  },
  refund_without_card: {
    "a check that goes back to a card": async (tx) => {
      const [payment] = await tx<{ id: string }[]>`
        insert into payments (family_id, description, amount_cents, currency, paid_at)
        values (${ids.familyA}, 'By check', 1000, 'usd', private.now()) returning id`;
      await become(tx, "admin");
      await giveBack(tx, 100, { payment: payment?.id ?? "" });
    },
  },
};
