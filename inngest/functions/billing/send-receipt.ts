import { paymentRecorded } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendReceipt } from "@/lib/enrollment/mail";

/** The receipt of every recorded payment, once. */
export const emailReceipt = workflow(
  {
    id: "send-receipt",
    name: "Payment: receipt",
    on: paymentRecorded,
    subject: ({ paymentId }) => ({ type: "payment", id: paymentId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.paymentId" },
  },
  async ({ data, step }) => {
    await step(
      "send-receipt",
      () => sendReceipt(data.enrollmentId, data.paymentId),
      (sent) => (sent ? "Receipt sent" : "Receipt had been sent"),
    );
  },
);
