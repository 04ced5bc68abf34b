import { invoiceMoved, invoiceOverdue } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { moveCollection, planCollection, stopStripeRetries } from "@/lib/billing/collection";

/** Five retries, a pause, and each of them interrupted by a new card that fails as well: far fewer than this. */
const TURNS = 40;

/**
 * An overdue invoice from its first failed charge on: charged again every 48 hours, at most five times, never after a
 * final decline, and its lessons paused on their day. What is next is computed anew at each turn, before and after the
 * wait, so that a payment or a new card in between needs no message to be seen.
 */
export const collectInvoice = workflow(
  {
    id: "collect-invoice",
    name: "Overdue tuition: retries and pause",
    on: invoiceOverdue,
    subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.invoiceId" },
  },
  async ({ data: { invoiceId }, step, tools }) => {
    await step(
      "stop-stripe-retries",
      () => stopStripeRetries(invoiceId),
      (words) => words,
    );
    for (let turn = 1; turn <= TURNS; turn++) {
      const plan = await step(
        `plan-${turn}`,
        () => planCollection(invoiceId),
        ({ words }) => words,
      );
      if (plan.at === null) return;
      await tools.waitForEvent(`wait-${turn}`, {
        event: invoiceMoved,
        timeout: new Date(plan.at),
        if: "event.data.invoiceId == async.data.invoiceId",
      });
      await step(
        `move-${turn}`,
        () => moveCollection(invoiceId),
        (words) => words,
      );
    }
  },
);
