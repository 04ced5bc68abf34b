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
  /** "your Visa ending 4242"; null for a credit of the family. */
  target: string | null;
  reason: string;
  /** "Tuition that renews itself", where it ended with the refund. */
  ended: string | null;
  billingUrl: string;
};

/** To whoever paid, when money goes back to them. */
export function refundNoticeLetter(props: RefundNoticeProps): Letter {
  const { sender, amount, receiptNumber, target } = props;
  return {
    sender,
    subject: `Refund of ${amount}${receiptNumber === null ? "" : ` for receipt ${receiptNumber}`}`,
    preheader:
      target === null
        ? "It is your credit, and lessens what you are asked for next."
        : `It goes back to ${target}, usually within 5 to 10 business days.`,
    title: target === null ? "You have a credit with us" : "Your refund is on its way",
    blocks: [
      {
        kind: "paragraph",
        text:
          target === null
            ? `Hello ${props.readerName}, we gave you ${amount} back as credit. It is there at once and does not expire.`
            : `Hello ${props.readerName}, we sent ${amount} back to ${target}. Banks usually show it within 5 to 10 business days.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "Refund", value: props.refundNumber },
          ...(receiptNumber === null ? [] : [{ label: "Of receipt", value: receiptNumber }]),
          { label: "Amount", value: `${amount}, ${props.share}` },
          { label: target === null ? "Given" : "Sent", value: props.refundedAt },
          { label: "Why", value: props.reason },
          ...(props.ended === null ? [] : [{ label: "Ended", value: props.ended }]),
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
