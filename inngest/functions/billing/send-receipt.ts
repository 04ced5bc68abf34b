import { inngest } from "@/inngest/client";
import { paymentRecorded } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { sendReceipt } from "@/lib/enrollment/mail";

/** The receipt of every recorded payment, once. */
export const emailReceipt = inngest.createFunction(
  {
    id: "send-receipt",
    name: "Payment: receipt",
    triggers: [paymentRecorded],
    retries: 8,
    idempotency: "event.data.paymentId",
  },
  async ({ event, step, runId }) => {
    const { enrollmentId, paymentId } = event.data;
    const run = { runId, functionId: "send-receipt", subject: { type: "payment", id: paymentId } } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "send-receipt",
        () => sendReceipt(enrollmentId, paymentId),
        (sent) => (sent ? "Receipt sent" : "Receipt had been sent"),
      );
    });
  },
);
