import { cardSaved } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { chargeInvoice, listOverdue } from "@/lib/billing/collection";

/** A family has entered another card: what is overdue is charged to it at once. */
export const chargeNewCard = workflow(
  {
    id: "charge-new-card",
    name: "New card: overdue bills charged",
    on: cardSaved,
    subject: ({ cardId }) => ({ type: "family_card", id: cardId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.cardId" },
  },
  async ({ data, step }) => {
    const invoices = await step(
      "find-overdue",
      () => listOverdue(data.cardId),
      (found) => (found.length === 0 ? "Nothing is overdue" : `${found.length} overdue`),
    );
    for (const invoiceId of invoices)
      await step(
        `charge-${invoiceId}`,
        () => chargeInvoice(invoiceId),
        (words) => words,
      );
  },
);
