import { inngest } from "@/inngest/client";
import { enrollmentPaid } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { closeCheckout } from "@/lib/billing/checkout";
import { refundPayment } from "@/lib/billing/mutations";
import { sendRefundNotice, sendSlotLost } from "@/lib/enrollment/mail";
import {
  confirmPayment,
  endEnrollment,
  readEnrollment,
  scheduleFirstLesson,
  secureSlot,
} from "@/lib/enrollment/mutations";
import { undoEnrollment } from "./undo-enrollment";

/**
 * From the recorded payment to the scheduled lesson; `welcome-family` writes the emails. A payment too many or too late is
 * given back; a paid time that somebody else got in the meantime is refunded with three alternatives.
 */
export const completeEnrollment = inngest.createFunction(
  {
    id: "complete-enrollment",
    name: "Enrollment: teacher, first lesson",
    triggers: [enrollmentPaid],
    retries: 4,
    idempotency: "event.data.paymentId",
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
    onFailure: async ({ event, error, step }) => {
      await undoEnrollment({
        runId: event.data.run_id,
        enrollmentId: String(event.data.event.data.enrollmentId),
        paymentId: String(event.data.event.data.paymentId),
        reason: error.message,
        step,
      });
    },
  },
  async ({ event, step, runId }) => {
    const { enrollmentId, paymentId } = event.data;
    const run = {
      runId,
      functionId: "complete-enrollment",
      subject: { type: "enrollment", id: enrollmentId },
    } as const;
    await track(run, step, async (tracked) => {
      const verdict = await tracked.step(
        "confirm-payment",
        () => confirmPayment(enrollmentId, paymentId),
        (found) =>
          ({
            first: "Payment in the books",
            duplicate: "A second payment: goes back",
            too_late: "Too late: goes back",
          })[found],
      );
      if (verdict !== "first") {
        await tracked.step(
          "refund",
          () => refundPayment(paymentId, verdict),
          () => "Given back in full",
        );
        await tracked.step(
          "tell-the-family",
          () => sendRefundNotice(enrollmentId, paymentId, verdict),
          () => "Refund explained",
        );
        return;
      }
      await tracked.step(
        "close-checkout",
        () => closeCheckout(enrollmentId),
        () => "No payment page is open",
      );
      const secured = await tracked.step(
        "assign-teacher",
        async () => {
          const enrollment = await readEnrollment(enrollmentId);
          return { held: await secureSlot(enrollmentId), teacher: enrollment.teacher.name };
        },
        ({ held, teacher }) => (held ? teacher : "The time went to another family"),
      );
      if (!secured.held) {
        await tracked.step(
          "refund",
          () => refundPayment(paymentId, "slot lost"),
          () => "Given back in full",
        );
        await tracked.step("end-enrollment", () =>
          endEnrollment(enrollmentId, {
            status: "cancelled",
            code: "slot_lost",
            message:
              "The time went to another family while the payment was on its way. The payment was given back in full; please choose another time.",
          }),
        );
        await tracked.step(
          "tell-the-family",
          () => sendSlotLost(enrollmentId),
          () => "Three alternatives sent",
        );
        return;
      }
      await tracked.step(
        "schedule-lesson",
        () => scheduleFirstLesson(enrollmentId),
        ({ booked, blocked }) =>
          booked === 1 && blocked.length === 0
            ? "In the calendar"
            : `${booked} weekly lessons${blocked.length > 0 ? `; taken on ${blocked.join(", ")}` : ""}`,
      );
    });
  },
);
