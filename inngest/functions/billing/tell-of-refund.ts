import { refundSettled } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendRefundLetter } from "@/lib/billing/refund-mail";

/** The letter about money that an administrator gave back; the academy hears of what the bank sent back. */
export const tellOfRefund = workflow(
  {
    id: "tell-of-refund",
    name: "Refund: family told",
    on: refundSettled,
    subject: ({ refundId }) => ({ type: "refund", id: refundId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.refundId" },
  },
  async ({ data, step }) => {
    await step(
      "tell-family",
      () => sendRefundLetter(data.refundId),
      (sent) => (sent ? "Letter sent" : "Letter had been sent"),
    );
  },
);
