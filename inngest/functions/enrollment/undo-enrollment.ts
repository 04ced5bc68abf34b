import { closeCheckout } from "@/lib/billing/checkout";
import { recordCheckout, refundPayment } from "@/lib/billing/mutations";
import { sendUndone } from "@/lib/enrollment/mail";
import { endEnrollment, readEnrollment } from "@/lib/enrollment/mutations";
import { endRun } from "@/lib/workflows/mutations";

type StepTools = { run: (id: string, work: () => Promise<unknown>) => Promise<unknown> };

/**
 * Undoes what a failed enrollment had done, each part a step of its own: the payment page closed, the time freed
 * and the lessons cancelled, the charge given back, the family told why and how to go on.
 */
export async function undoEnrollment(failed: {
  runId: string;
  enrollmentId: string;
  paymentId?: string;
  reason: string;
  step: StepTools;
}): Promise<void> {
  const { runId, enrollmentId, reason, step } = failed;
  await step.run("mark-failed", () => endRun(runId, "failed", reason));
  if (!failed.paymentId) {
    // Paid in the meantime: the enrollment belongs to `complete-enrollment`, and is not this run's to undo.
    const isPaid = await step.run(
      "look-for-a-payment",
      async () => (await readEnrollment(enrollmentId)).paidAt !== null,
    );
    if (isPaid) return;
  }
  const paid = await step.run("close-checkout", async () => {
    if (failed.paymentId) return failed.paymentId;
    const { paidSessionId } = await closeCheckout(enrollmentId);
    return paidSessionId ? ((await recordCheckout(paidSessionId))?.paymentId ?? null) : null;
  });
  await step.run("free-the-time", () =>
    endEnrollment(enrollmentId, { status: "cancelled", code: "workflow_failed", message: reason }),
  );
  if (typeof paid === "string") await step.run("refund", () => refundPayment(paid, "enrollment undone"));
  await step.run("tell-the-family", () => sendUndone(enrollmentId, reason));
}
