import PaymentReceipt, { paymentReceiptLetter } from "@/emails/payment-receipt";
import RefundNotice, { refundNoticeLetter } from "@/emails/refund-notice";
import type { Money } from "@/lib/money";
import type { AcademyFacts, PaymentFacts, RefundFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment } from "./when";
import {
  absoluteUrl,
  asSender,
  billAmounts,
  describeCard,
  formatTotal,
  oneLine,
  refundTarget,
} from "./wording";

/** `studentName`: whom the payment is for, when it is for one student. */
export type PaymentReceiptFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  studentName: string | null;
  payment: PaymentFacts;
};

/** The receipt of one payment. Throws a RangeError when its lines do not add up to its total. */
export async function renderPaymentReceipt(facts: PaymentReceiptFacts): Promise<RenderedMail> {
  const { payment } = facts;
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    receiptNumber: oneLine(payment.receiptNumber, 40),
    paidAt: longMoment(payment.paidAt, payment.timeZone),
    studentName: facts.studentName === null ? null : oneLine(facts.studentName, 120),
    lines: billAmounts(payment.lines, payment.total),
    total: formatTotal(payment.total),
    card: payment.card === null ? null : describeCard(payment.card),
    receiptUrl: absoluteUrl(payment.receiptUrl),
  };
  return renderLetter(<PaymentReceipt {...props} />, paymentReceiptLetter(props));
}

/**
 * `reason`: a sentence for the family. `paidTotal`: the whole payment that the refund is of. `isCredit`: it became the
 * family's credit. `endsTuition`: the tuition that renews itself ended with it.
 */
export type RefundNoticeFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  refundNumber: string;
  receiptNumber: string | null;
  refundedAt: Date;
  timeZone: string;
  refund: RefundFacts;
  paidTotal: Money;
  isCredit?: boolean;
  endsTuition?: boolean;
  reason: string;
  billingUrl: string;
};

/** The notice that money goes back. Throws a RangeError when more would go back than was paid. */
export async function renderRefundNotice(facts: RefundNoticeFacts): Promise<RenderedMail> {
  const { refund, paidTotal } = facts;
  if (refund.amount.cents > paidTotal.cents) throw new RangeError("A refund is at most what was paid");
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    refundNumber: oneLine(facts.refundNumber, 40),
    receiptNumber: facts.receiptNumber === null ? null : oneLine(facts.receiptNumber, 40),
    refundedAt: longMoment(facts.refundedAt, facts.timeZone),
    amount: formatTotal(refund.amount),
    share:
      refund.amount.cents === paidTotal.cents ? "the whole payment" : `part of ${formatTotal(paidTotal)}`,
    target: facts.isCredit ? null : refundTarget(refund),
    ended: facts.endsTuition ? "Tuition that renews itself; it is not charged again" : null,
    reason: oneLine(facts.reason, 400),
    billingUrl: absoluteUrl(facts.billingUrl),
  };
  return renderLetter(<RefundNotice {...props} />, refundNoticeLetter(props));
}
