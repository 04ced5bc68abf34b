import type Stripe from "stripe";
import { type BillLine, fromInvoiceItem } from "./bill-lines";
import { prorate } from "./billing-periods";
import { emit } from "./events";
import { newId } from "./ids";
import { insertObject, readObject } from "./store";
import type { InvoiceItem, Price, Subscription, SubscriptionItem } from "./wire";
import type { Work } from "./work";

/** Makes a pending invoice item; amounts in cents, negative for a credit. */
export async function createInvoiceItem(
  work: Work,
  given: {
    amount: number;
    customer: string;
    description: string | null;
    invoice?: string | null;
    metadata?: Record<string, string>;
    period?: { start: number; end: number };
    price?: Price | null;
    proration?: boolean;
    quantity?: number;
    subscription?: string | null;
    subscriptionItem?: string | null;
  },
): Promise<InvoiceItem> {
  const item: InvoiceItem = {
    id: newId("ii"),
    object: "invoiceitem",
    amount: given.amount,
    currency: "usd",
    customer: given.customer,
    customer_account: null,
    date: work.now,
    description: given.description,
    discountable: !given.proration,
    discounts: [],
    invoice: given.invoice ?? null,
    livemode: false,
    metadata: given.metadata ?? {},
    parent: given.subscription
      ? {
          subscription_details: {
            subscription: given.subscription,
            ...(given.subscriptionItem ? { subscription_item: given.subscriptionItem } : {}),
          },
          type: "subscription_details",
        }
      : null,
    period: given.period ?? { start: work.now, end: work.now },
    pricing: given.price
      ? {
          price_details: { price: given.price.id, product: given.price.product },
          type: "price_details",
          unit_amount_decimal: given.price.unit_amount_decimal,
        }
      : null,
    proration: given.proration ?? false,
    quantity: given.quantity ?? 1,
    quantity_decimal: String(given.quantity ?? 1),
    tax_rates: [],
    test_clock: null,
  };
  await insertObject(work, "invoiceitem", item);
  await emit(work, "invoiceitem.created", item);
  return item;
}

/**
 * Credits the unused time of a position and charges the rest of its period for the changed one (null when it
 * is removed). `at` is the moment of the change in Unix seconds.
 */
export async function prorateChange(
  work: Work,
  subscription: Subscription,
  before: SubscriptionItem | null,
  after: SubscriptionItem | null,
  at: number,
): Promise<BillLine[]> {
  const period = (before ?? after) as SubscriptionItem;
  const whole = period.current_period_end - period.current_period_start;
  const rest = Math.max(0, period.current_period_end - at);
  const lines: BillLine[] = [];
  const sides = [
    { item: before, sign: -1, text: "Unused time on" },
    { item: after, sign: 1, text: "Remaining time on" },
  ] as const;
  for (const { item, sign, text } of sides) {
    if (!item) continue;
    const product: Stripe.Product = await readObject(work, "product", item.price.product);
    const amount = sign * prorate((item.price.unit_amount ?? 0) * item.quantity, rest, whole);
    const created = await createInvoiceItem(work, {
      amount,
      customer: subscription.customer,
      description: `${text} ${item.quantity} × ${product.name} after ${dayText(at)}`,
      period: { start: at, end: period.current_period_end },
      price: item.price,
      proration: true,
      quantity: item.quantity,
      subscription: subscription.id,
      subscriptionItem: item.id,
    });
    lines.push(fromInvoiceItem(created, item.price));
  }
  return lines;
}

function dayText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString("en-US", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
    year: "numeric",
  });
}
