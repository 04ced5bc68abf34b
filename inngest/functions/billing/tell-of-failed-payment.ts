import { paymentFailed } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendPaymentFailed } from "@/lib/billing/collection-mail";

/** The letter about each charge that failed, once. */
export const tellOfFailedPayment = workflow(
  {
    id: "tell-of-failed-payment",
    name: "Failed charge: family told",
    on: paymentFailed,
    subject: ({ attemptId }) => ({ type: "payment_attempt", id: attemptId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.attemptId" },
  },
  async ({ data, step }) => {
    await step(
      "tell-family",
      () => sendPaymentFailed(data.attemptId),
      (sent) => (sent ? "Letter sent" : "Letter had been sent"),
    );
  },
);
