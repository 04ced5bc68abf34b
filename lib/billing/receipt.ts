import { z } from "zod";
import { type Money, sumMoney, usd } from "@/lib/money";

export type ReceiptLine = { readonly label: string; readonly amount: Money };

const enrollmentLines = z.array(z.object({ label: z.string(), cents: z.number().int() }));

/**
 * The lines of a payment's receipt. The lines of the enrollment explain its first payment; when they do not add up
 * to what was paid (a later month's tuition), the payment's own description is the one line.
 */
export function receiptLines(
  payment: { description: string; paid: Money },
  lines: unknown,
): readonly ReceiptLine[] {
  const parsed = enrollmentLines.safeParse(lines);
  const found = parsed.success
    ? parsed.data.map((line) => ({ label: line.label, amount: usd(line.cents) }))
    : [];
  const explained =
    found.length > 0 && sumMoney(found.map((line) => line.amount)).cents === payment.paid.cents;
  return explained ? found : [{ label: payment.description, amount: payment.paid }];
}

const brands: Readonly<Record<string, string>> = {
  visa: "Visa",
  mastercard: "Mastercard",
  amex: "American Express",
  discover: "Discover",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
};

/** `Visa ending 4242` from Stripe's words for a card. */
export function cardInWords(card: { brand: string; last4: string }): string {
  return `${brands[card.brand] ?? "Card"} ending ${card.last4}`;
}
