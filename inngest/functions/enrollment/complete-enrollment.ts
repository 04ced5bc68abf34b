import { enrollmentPaid } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
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
import { tellOfUndonePayment, undoPaid, undoPayment } from "@/lib/enrollment/undo";

/**
 * From the recorded payment to the scheduled lesson; `welcome-family` writes the emails. A payment too many or too late is
 * given back; a paid time that somebody else got in the meantime is refunded with three alternatives.
 */
export const completeEnrollment = workflow(
  {
    id: "complete-enrollment",
    name: "Enrollment: teacher, first lesson",
    on: enrollmentPaid,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
    undo: {
      // What the run began with: a held time and a payment.
      start: [
        {
          name: "free-the-time",
          run: ({ enrollmentId, paymentId }, { reason }) => undoPaid(enrollmentId, paymentId, reason),
        },
        { name: "refund", run: ({ paymentId }) => undoPayment(paymentId) },
      ],
    },
    onFailed: async ({ data: { enrollmentId, paymentId }, reason, step }) => {
      await step("tell-the-family", () => tellOfUndonePayment(enrollmentId, paymentId, reason));
    },
  },
  async ({ data: { enrollmentId, paymentId }, step }) => {
    const verdict = await step(
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
      await step(
        "refund",
        () => refundPayment(paymentId, verdict),
        () => "Given back in full",
      );
      await step(
        "tell-the-family",
        () => sendRefundNotice(enrollmentId, paymentId, verdict),
        () => "Refund explained",
      );
      return;
    }
    await step(
      "close-checkout",
      () => closeCheckout(enrollmentId),
      () => "No payment page is open",
    );
    const secured = await step(
      "assign-teacher",
      async () => {
        const enrollment = await readEnrollment(enrollmentId);
        return { held: await secureSlot(enrollmentId), teacher: enrollment.teacher.name };
      },
      ({ held, teacher }) => (held ? teacher : "The time went to another family"),
    );
    if (!secured.held) {
      await step(
        "refund",
        () => refundPayment(paymentId, "slot lost"),
        () => "Given back in full",
      );
      await step("end-enrollment", () =>
        endEnrollment(enrollmentId, {
          status: "cancelled",
          code: "slot_lost",
          message:
            "The time went to another family while the payment was on its way. The payment was given back in full; please choose another time.",
        }),
      );
      await step(
        "tell-the-family",
        () => sendSlotLost(enrollmentId),
        () => "Three alternatives sent",
      );
      return;
    }
    await step(
      "schedule-lesson",
      () => scheduleFirstLesson(enrollmentId),
      ({ booked, blocked }) =>
        booked === 1 && blocked.length === 0
          ? "In the calendar"
          : `${booked} weekly lessons${blocked.length > 0 ? `; taken on ${blocked.join(", ")}` : ""}`,
    );
  },
);
