import type { Amount } from "./_components/amounts-table";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type PaymentReceiptProps = {
  sender: Sender;
  readerName: string;
  receiptNumber: string;
  paidAt: string;
  studentName: string | null;
  lines: readonly Amount[];
  /** "$25.00 USD" */
  total: string;
  /** "Visa ending 4242" */
  card: string | null;
  receiptUrl: string;
};

/** To whoever paid. */
export function paymentReceiptLetter(props: PaymentReceiptProps): Letter {
  const { sender, receiptNumber, total, card, studentName } = props;
  return {
    sender,
    subject: `Receipt ${receiptNumber}: ${total} paid to ${sender.name}`,
    preheader: `Paid ${props.paidAt}${card === null ? "" : ` with ${card}`}.`,
    title: "Thank you for your payment",
    blocks: [
      { kind: "paragraph", text: `Hello ${props.readerName}, we received ${total}. This is your receipt.` },
      {
        kind: "facts",
        facts: [
          { label: "Receipt", value: receiptNumber },
          { label: "Paid", value: props.paidAt },
          ...(card === null ? [] : [{ label: "With", value: card }]),
          ...(studentName === null ? [] : [{ label: "For", value: studentName }]),
        ],
      },
      { kind: "amounts", lines: props.lines, total: { label: "Total paid", amount: total } },
      { kind: "action", label: "View or print the receipt", href: props.receiptUrl },
      {
        kind: "paragraph",
        text: "There is nothing to do. Keep this email for your records; every receipt is also on your family's page.",
      },
    ],
    reason: "You get this email because you made a payment.",
  };
}

export default function PaymentReceipt(props: PaymentReceiptProps) {
  return <LetterView letter={paymentReceiptLetter(props)} />;
}
