import { refundRequested } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { endTuitionOfRefund, sendBack } from "@/lib/billing/refunds";

/** A refund that an administrator asked for: to the card by Stripe, and the tuition ended where that was asked for. */
export const giveBack = workflow(
  {
    id: "give-back",
    name: "Refund",
    on: refundRequested,
    subject: ({ refundId }) => ({ type: "refund", id: refundId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.refundId" },
  },
  async ({ data, step }) => {
    await step(
      "give-back",
      () => sendBack(data.refundId),
      (words) => words,
    );
    await step(
      "end-tuition",
      () => endTuitionOfRefund(data.refundId),
      (words) => words,
    );
  },
);
