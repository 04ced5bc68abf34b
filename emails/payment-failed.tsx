import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type PaymentFailedProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's piano tuition" */
  what: string;
  /** "$160.00 USD" */
  amount: string;
  /** "Visa ending 4242" */
  card: string | null;
  triedAt: string;
  /** The card is not charged again: only another one helps. */
  isFinal: boolean;
  /** Why the bank refused, and what helps, a sentence each. */
  why: string;
  remedy: string;
  /** What the academy does next, a sentence each. */
  next: readonly string[];
  cardUrl: string;
};

/** To whoever pays, at each charge that a card refused. */
export function paymentFailedLetter(props: PaymentFailedProps): Letter {
  const { sender, what, amount, card } = props;
  return {
    sender,
    subject: props.isFinal
      ? `We could not charge ${amount} for ${what}: another card is needed`
      : `We could not charge ${amount} for ${what}`,
    preheader: `${props.why} ${props.remedy}`,
    title: "A payment did not go through",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, we could not charge ${card === null ? "your card" : `your ${card}`} for ${what}. This happens, and is quickly put right.`,
      },
      { kind: "paragraph", text: `${props.why} ${props.remedy}` },
      {
        kind: "facts",
        facts: [
          { label: "For", value: what },
          { label: "Amount", value: amount },
          ...(card === null ? [] : [{ label: "Card", value: card }]),
          { label: "Tried", value: props.triedAt },
        ],
      },
      { kind: "notice", title: "What happens next", lines: props.next },
      { kind: "action", label: "Replace the card", href: props.cardUrl },
    ],
    reason: "You get this email because a payment of yours did not go through.",
  };
}

export default function PaymentFailed(props: PaymentFailedProps) {
  return <LetterView letter={paymentFailedLetter(props)} />;
}
