import { closeCheckout } from "@/lib/billing/checkout";
import { recordCheckout, refundPayment } from "@/lib/billing/mutations";
import { service, withPrincipal } from "@/lib/db/principal";
import { sendRefundNotice, sendUndone } from "./mail";
import { endEnrollment, readEnrollment } from "./mutations";

const academy = service("enrollment");
const CODE = "workflow_failed";

/** The first payment of an enrollment; null while there is none. */
async function firstPaymentOf(enrollmentId: string): Promise<string | null> {
  const payment = await withPrincipal(academy, (db) =>
    db
      .selectFrom("payments")
      .select("id")
      .where("enrollment_id", "=", enrollmentId)
      .orderBy("receipt_number")
      .limit(1)
      .executeTakeFirst(),
  );
  return payment?.id ?? null;
}

/**
 * Undo "close-checkout": nobody can pay for the enrollment any more. A payment that came in the last moment is
 * recorded, and belongs to `complete-enrollment` from then on.
 */
export async function undoCheckout(enrollmentId: string): Promise<void> {
  const { paidSessionId } = await closeCheckout(enrollmentId);
  if (paidSessionId) await recordCheckout(paidSessionId);
}

/**
 * Undo "free-the-time" of an enrollment that nobody has paid for: it ends, its time is free. One that was paid in the
 * meantime belongs to `complete-enrollment`, and is left alone.
 */
export async function undoUnpaid(enrollmentId: string, reason: string): Promise<void> {
  if (await firstPaymentOf(enrollmentId)) return;
  await endEnrollment(enrollmentId, { status: "cancelled", code: CODE, message: reason });
}

/**
 * Undo "free-the-time" of a paid enrollment: it ends, its time is free and its lessons are cancelled. A second payment
 * takes nothing from the enrollment that the first one paid for.
 */
export async function undoPaid(enrollmentId: string, paymentId: string, reason: string): Promise<void> {
  if ((await firstPaymentOf(enrollmentId)) !== paymentId) return;
  await endEnrollment(enrollmentId, { status: "cancelled", code: CODE, message: reason });
}

/** Undo "refund": what is left of the payment goes back. */
export async function undoPayment(paymentId: string): Promise<void> {
  await refundPayment(paymentId, "enrollment undone");
}

/** Tells the family why its enrollment was undone and how to go on; nothing when the enrollment goes on. */
export async function tellOfUndo(enrollmentId: string, reason: string): Promise<boolean> {
  const { failureCode } = await readEnrollment(enrollmentId);
  return failureCode === CODE && (await sendUndone(enrollmentId, reason));
}

/** The same for a paid enrollment; of a payment that was one too many or too late, that it went back. */
export async function tellOfUndonePayment(
  enrollmentId: string,
  paymentId: string,
  reason: string,
): Promise<boolean> {
  if (await tellOfUndo(enrollmentId, reason)) return true;
  const isFirst = (await firstPaymentOf(enrollmentId)) === paymentId;
  const { failureCode } = await readEnrollment(enrollmentId);
  if (failureCode === CODE && isFirst) return false;
  const { refunded_cents } = await withPrincipal(academy, (db) =>
    db.selectFrom("payments").select("refunded_cents").where("id", "=", paymentId).executeTakeFirstOrThrow(),
  );
  if (refunded_cents === 0) return false;
  return sendRefundNotice(enrollmentId, paymentId, isFirst ? "too_late" : "duplicate");
}
