import Link from "next/link";
import { PaymentStatusBadge } from "@/components/enrollments/payment-status";
import { DataList } from "@/components/ui/data-list";
import { cardInWords } from "@/lib/billing/receipt";
import { formatDayTime, formatZone } from "@/lib/format";
import { formatMoney } from "@/lib/money";
import type { PaymentLine } from "@/lib/reporting/payment-queries";
import styles from "../admin.module.css";

type PaymentFactsProps = {
  payment: PaymentLine;
  timeZone: string;
  /** Leads to the payment's own page. */
  withLink?: boolean;
};

/** A payment: how much, when, with what, and its names at Stripe. */
export function PaymentFacts({ payment, timeZone, withLink = false }: PaymentFactsProps) {
  const number = `No. ${payment.receiptNumber}`;
  return (
    <DataList
      items={[
        {
          label: "Receipt",
          value: withLink ? <Link href={`/admin/payments/${payment.id}`}>{number}</Link> : number,
        },
        {
          label: "Amount",
          value: (
            <span className={styles.badges}>
              {formatMoney(payment.paid)}
              <PaymentStatusBadge status={payment.status} />
            </span>
          ),
        },
        ...(payment.refunded.cents > 0
          ? [{ label: "Given back", value: formatMoney(payment.refunded) }]
          : []),
        { label: "For", value: payment.description },
        {
          label: "Paid",
          value: `${formatDayTime(payment.paidAt, timeZone)} ${formatZone(payment.paidAt, timeZone)}`,
        },
        { label: "With", value: payment.card ? cardInWords(payment.card) : "Other means" },
        ...(payment.stripePaymentIntentId
          ? [
              {
                label: "Payment at Stripe",
                value: <span className={styles.mono}>{payment.stripePaymentIntentId}</span>,
              },
            ]
          : []),
        ...(payment.stripeChargeId
          ? [
              {
                label: "Charge at Stripe",
                value: <span className={styles.mono}>{payment.stripeChargeId}</span>,
              },
            ]
          : []),
      ]}
    />
  );
}
