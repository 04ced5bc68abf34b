import { formatCents } from "./account";
import { lastBoundary, nextBoundary, prorate } from "./billing-periods";
import { newId } from "./ids";
import type { InvoiceItem, InvoiceLine, Price } from "./wire";

/** One position to be billed, before it becomes a line of an invoice or of a Checkout. Cents. */
export interface BillLine {
  amount: number;
  description: string;
  metadata: Record<string, string>;
  period: { start: number; end: number };
  price: Price | null;
  product: string | null;
  proration: boolean;
  quantity: number;
  /** The subscription item or the invoice item behind it. */
  source: { type: "subscription_item" | "invoice_item"; id: string };
}

export interface Purchase {
  price: Price;
  quantity: number;
  productName: string;
}

/** When and how a new subscription starts to bill. Unix seconds. */
export interface StartTerms {
  trialEnd: number | null;
  anchor: number | null;
  prorates: boolean;
}

/** `1 × Piano, 30 minutes (at $160.00 / month)`: how a position reads on an invoice. */
export function describePurchase({ price, quantity, productName }: Purchase): string {
  const { recurring } = price;
  const unit = formatCents(price.unit_amount ?? 0);
  if (!recurring) return productName;
  const every =
    recurring.interval_count === 1
      ? recurring.interval
      : `every ${recurring.interval_count} ${recurring.interval}s`;
  const rhythm = recurring.interval_count === 1 ? ` / ${every}` : ` ${every}`;
  return `${quantity} × ${productName} (at ${unit}${rhythm})`;
}

/**
 * What a purchase costs when the subscription starts, and for which time: a trial is free, an anchor in the
 * future bills the part of the period until then (or nothing), otherwise it is the whole first period.
 */
export function firstBill(
  purchase: Purchase,
  terms: StartTerms,
  now: number,
): { amount: number; description: string; period: { start: number; end: number } } {
  const full = (purchase.price.unit_amount ?? 0) * purchase.quantity;
  const { recurring } = purchase.price;
  const description = describePurchase(purchase);
  if (!recurring) return { amount: full, description, period: { start: now, end: now } };
  if (terms.trialEnd !== null) {
    return {
      amount: 0,
      description: `Trial period for ${purchase.productName}`,
      period: { start: now, end: terms.trialEnd },
    };
  }
  if (terms.anchor !== null && terms.anchor > now) {
    const end = terms.anchor;
    const start = lastBoundary(terms.anchor, recurring, end - 1);
    const amount = terms.prorates ? prorate(full, end - now, end - start) : 0;
    return { amount, description, period: { start: now, end } };
  }
  return { amount: full, description, period: { start: now, end: nextBoundary(now, recurring, now) } };
}

/** The line an invoice shows for a position; discounts are given per discount id. */
export function toInvoiceLine(
  line: BillLine,
  invoice: string,
  subscription: string | null,
  discounts: { amount: number; discount: string }[],
): InvoiceLine {
  const { source } = line;
  const unit = line.price?.unit_amount_decimal ?? null;
  return {
    id: newId("il"),
    object: "line_item",
    amount: line.amount,
    currency: "usd",
    description: line.description,
    discount_amounts: discounts,
    discountable: !line.proration,
    discounts: discounts.map(({ discount }) => discount),
    invoice,
    livemode: false,
    metadata: line.metadata,
    parent:
      source.type === "subscription_item"
        ? {
            invoice_item_details: null,
            subscription_item_details: {
              invoice_item: null,
              proration: line.proration,
              proration_details: { credited_items: null },
              subscription,
              subscription_item: source.id,
            },
            type: "subscription_item_details",
          }
        : {
            invoice_item_details: {
              invoice_item: source.id,
              proration: line.proration,
              proration_details: { credited_items: null },
              subscription,
            },
            subscription_item_details: null,
            type: "invoice_item_details",
          },
    period: line.period,
    pretax_credit_amounts: [],
    pricing:
      line.price && line.product
        ? {
            price_details: { price: line.price.id, product: line.product },
            type: "price_details",
            unit_amount_decimal: unit,
          }
        : null,
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription,
    subtotal: line.amount,
    taxes: [],
  };
}

/** A pending invoice item as a position. */
export function fromInvoiceItem(item: InvoiceItem, price: Price | null): BillLine {
  return {
    amount: item.amount,
    description: item.description ?? "",
    metadata: item.metadata ?? {},
    period: item.period,
    price,
    product: item.pricing?.price_details.product ?? null,
    proration: item.proration,
    quantity: item.quantity,
    source: { type: "invoice_item", id: item.id },
  };
}
