import { enrollmentPaid, enrollmentSubmitted } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { closeCheckout, openCheckout } from "@/lib/billing/checkout";
import { recordCheckout } from "@/lib/billing/mutations";
import { clock } from "@/lib/clock";
import { sendLapsed, sendReminder } from "@/lib/enrollment/mail";
import {
  endEnrollment,
  prepareAccounts,
  readEnrollment,
  releaseEnrollmentHold,
  validateEnrollment,
} from "@/lib/enrollment/mutations";
import { tellOfUndo, undoCheckout, undoUnpaid } from "@/lib/enrollment/undo";

/** Days after the submission on which a family is reminded (domain rules, "Booking"). */
const REMINDER_DAYS = [1, 5, 12] as const;
const DAY = 86_400_000;

/**
 * From the submitted form to the open payment page; then, while no payment comes, frees the time when the hold is
 * over, reminds on days 1, 5 and 12 and lets the enrollment lapse after 14 days. A payment ends it at any moment
 * and is handled by `complete-enrollment`.
 */
export const beginEnrollment = workflow(
  {
    id: "begin-enrollment",
    name: "Enrollment: checks, accounts, payment page, reminders",
    on: enrollmentSubmitted,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
    undo: {
      // Families open the payment page themselves too, so that it is closed whichever step failed.
      start: [
        { name: "close-checkout", run: ({ enrollmentId }) => undoCheckout(enrollmentId) },
        { name: "free-the-time", run: ({ enrollmentId }, { reason }) => undoUnpaid(enrollmentId, reason) },
      ],
    },
    onFailed: async ({ data: { enrollmentId }, reason, step }) => {
      await step("tell-the-family", () => tellOfUndo(enrollmentId, reason));
    },
  },
  async ({ data: { enrollmentId }, step, tools }) => {
    await step("validate", () => validateEnrollment(enrollmentId), String);
    await step("create-accounts", () => prepareAccounts(enrollmentId), String);
    const window = await step(
      "set-up-payment",
      async () => {
        const enrollment = await readEnrollment(enrollmentId);
        await openCheckout(enrollmentId);
        return {
          submittedAt: enrollment.submittedAt.getTime(),
          heldUntil: enrollment.heldUntil?.getTime() ?? clock.now().getTime(),
          expiresAt: enrollment.expiresAt.getTime(),
        };
      },
      () => "Payment page ready",
    );

    /** True when the wait ended because of a payment. */
    const paidBefore = async (id: string, until: number): Promise<boolean> => {
      const paid = await tools.waitForEvent(id, {
        event: enrollmentPaid,
        timeout: new Date(until),
        if: "event.data.enrollmentId == async.data.enrollmentId",
      });
      return paid !== null;
    };
    const waits = async (id: string): Promise<boolean> =>
      step(
        id,
        async () => {
          const enrollment = await readEnrollment(enrollmentId);
          return enrollment.status === "provisional" && !enrollment.paidAt;
        },
        (waiting) => (waiting ? "Still waiting for the payment" : "No longer waiting"),
      );

    if (await paidBefore("wait-while-held", window.heldUntil)) return;
    const stillWaiting = await step(
      "free-the-time",
      async () => {
        const enrollment = await readEnrollment(enrollmentId);
        if (enrollment.status !== "provisional" || enrollment.paidAt) return false;
        if (enrollment.heldUntil) return true;
        const { paidSessionId } = await closeCheckout(enrollmentId);
        if (paidSessionId) return (await recordCheckout(paidSessionId)) === null;
        await releaseEnrollmentHold(enrollmentId, "not paid in time");
        return true;
      },
      (waiting) => (waiting ? "Not paid while the time was held" : "Paid in the last moment"),
    );
    if (!stillWaiting) return;

    for (const day of REMINDER_DAYS) {
      if (await paidBefore(`wait-for-day-${day}`, window.submittedAt + day * DAY)) return;
      if (!(await waits(`check-day-${day}`))) return;
      await step(
        `remind-day-${day}`,
        () => sendReminder(enrollmentId, day),
        (sent) => (sent ? "Reminder sent" : "Reminder had been sent"),
      );
    }
    if (await paidBefore("wait-for-lapse", window.expiresAt)) return;
    if (!(await waits("check-lapse"))) return;
    await step(
      "lapse",
      async () => {
        const { paidSessionId } = await closeCheckout(enrollmentId);
        if (paidSessionId && (await recordCheckout(paidSessionId))) return "Paid in the last moment";
        await endEnrollment(enrollmentId, {
          status: "lapsed",
          code: "not_paid",
          message: "No payment came within the 14 days. You are welcome to enroll again at any time.",
        });
        return "Lapsed";
      },
      String,
    );
    await step("tell-the-family", () => sendLapsed(enrollmentId));
  },
);
