import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type RefundNoticeProps = {
  sender: Sender;
  readerName: string;
  refundNumber: string;
  receiptNumber: string | null;
  refundedAt: string;
  /** "$25.00 USD" */
  amount: string;
  /** "the whole payment", or "part of $40.00 USD" */
  share: string;
  /** "your Visa ending 4242" */
  target: string;
  reason: string;
  billingUrl: string;
};

/** To whoever paid, when money goes back to them. */
export function refundNoticeLetter(props: RefundNoticeProps): Letter {
  const { sender, amount, receiptNumber, target } = props;
  return {
    sender,
    subject: `Refund of ${amount}${receiptNumber === null ? "" : ` for receipt ${receiptNumber}`}`,
    preheader: `It goes back to ${target}, usually within 5 to 10 business days.`,
    title: "Your refund is on its way",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, we sent ${amount} back to ${target}. Banks usually show it within 5 to 10 business days.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "Refund", value: props.refundNumber },
          ...(receiptNumber === null ? [] : [{ label: "Of receipt", value: receiptNumber }]),
          { label: "Amount", value: `${amount}, ${props.share}` },
          { label: "Sent", value: props.refundedAt },
          { label: "Why", value: props.reason },
        ],
      },
      { kind: "action", label: "See your billing", href: props.billingUrl },
      { kind: "paragraph", text: "There is nothing to do." },
    ],
    reason: "You get this email because a payment of yours was refunded.",
  };
}

export default function RefundNotice(props: RefundNoticeProps) {
  return <LetterView letter={refundNoticeLetter(props)} />;
}
