import type Stripe from "stripe";
import { type BillLine, describePurchase, fromInvoiceItem } from "./bill-lines";
import { nextBoundary } from "./billing-periods";
import { emit } from "./events";
import { newId } from "./ids";
import { createInvoice, DRAFT_SECONDS, describeInvoice, type InvoiceInput } from "./invoices";
import { untilCancellation } from "./last-period";
import { findObjects, findRow, readObject, saveObject } from "./store";
import { currentDiscounts, earliestPeriodEnd, endSubscription, wakeTime } from "./subscriptions";
import type { Invoice, Subscription, SubscriptionItem } from "./wire";
import { idOf } from "./wire";
import type { Work } from "./work";

/** Called by the scheduler: cancels, announces or renews a subscription, one period a call. */
export async function advanceSubscription(work: Work, id: string): Promise<void> {
  const row = await findRow(work, "subscription", id, true);
  if (!row?.wake_at || row.wake_at > work.now) return;
  const subscription = row.data;
  const periodEnd = earliestPeriodEnd(subscription);
  // A period that begins before the cancellation is charged first, also when the clock has passed both.
  if (subscription.cancel_at !== null && subscription.cancel_at <= Math.min(work.now, periodEnd)) {
    await endSubscription(work, subscription, "cancellation_requested");
    return;
  }
  const staysUntilRenewal = subscription.cancel_at === null || subscription.cancel_at > periodEnd;
  if (row.hidden.upcoming_for !== periodEnd && staysUntilRenewal) {
    await emit(work, "invoice.upcoming", await previewRenewal(work, subscription));
  }
  if (periodEnd <= work.now) {
    await renew(work, subscription, periodEnd);
    return;
  }
  await saveObject(work, "subscription", subscription, {
    hidden: { ...row.hidden, upcoming_for: periodEnd },
    wakeAt: wakeTime(subscription, periodEnd),
  });
}

/** The next invoice of a subscription as it would be now; it has no id yet. */
export async function previewRenewal(work: Work, subscription: Subscription): Promise<Omit<Invoice, "id">> {
  const input = await renewalInvoice(work, subscription, earliestPeriodEnd(subscription));
  const { id: _, ...preview } = await describeInvoice(work, { ...input, reason: "upcoming" });
  return {
    ...preview,
    next_payment_attempt: earliestPeriodEnd(subscription) + DRAFT_SECONDS,
    lines: { ...preview.lines, url: "/v1/invoices/upcoming/lines" },
  };
}

function movedOn(subscription: Subscription, item: SubscriptionItem, periodEnd: number): SubscriptionItem {
  if (item.current_period_end > periodEnd) return item;
  const rhythm = item.price.recurring ?? { interval: "month", interval_count: 1 };
  return {
    ...item,
    current_period_start: item.current_period_end,
    current_period_end: nextBoundary(subscription.billing_cycle_anchor, rhythm, item.current_period_end),
  };
}

async function renewalInvoice(
  work: Work,
  subscription: Subscription,
  periodEnd: number,
): Promise<InvoiceInput> {
  const due = subscription.items.data.filter((item) => item.current_period_end <= periodEnd);
  const lines: BillLine[] = [];
  for (const item of due)
    lines.push(
      untilCancellation(
        await billItem(work, subscription, movedOn(subscription, item, periodEnd)),
        subscription,
      ),
    );
  lines.push(...(await pendingLines(work, subscription.customer, subscription.id)));
  const discounts = await currentDiscounts(work, subscription);
  return {
    id: newId("in"),
    customer: subscription.customer,
    subscription: { id: subscription.id, metadata: subscription.metadata },
    reason: "subscription_cycle",
    lines,
    discounts,
    defaultPaymentMethod: idOf(subscription.default_payment_method),
    period: { start: due[0]?.current_period_start ?? periodEnd, end: periodEnd },
    finalizesAt: finalizesAt(subscription, periodEnd),
  };
}

function finalizesAt(subscription: Subscription, periodEnd: number): number | null {
  const keepsDraft =
    subscription.pause_collection?.behavior === "keep_as_draft" || subscription.status === "unpaid";
  return keepsDraft ? null : periodEnd + DRAFT_SECONDS;
}

/** The line of a subscription item for its current period. */
export async function billItem(
  work: Work,
  subscription: Subscription,
  item: SubscriptionItem,
): Promise<BillLine> {
  const product = await readObject(work, "product", item.price.product);
  return {
    amount: (item.price.unit_amount ?? 0) * item.quantity,
    description: describePurchase({ price: item.price, quantity: item.quantity, productName: product.name }),
    metadata: subscription.metadata,
    period: { start: item.current_period_start, end: item.current_period_end },
    price: item.price,
    product: product.id,
    proration: false,
    quantity: item.quantity,
    source: { type: "subscription_item", id: item.id },
  };
}

/** Invoice items of a customer that wait for the next invoice, for a subscription or for none. */
export async function pendingLines(
  work: Work,
  customer: string,
  subscription: string | null,
): Promise<BillLine[]> {
  const items = await findObjects(
    work,
    "invoiceitem",
    work.sql`data->>'customer' = ${customer} and data->>'invoice' is null
      and (data->'parent' = 'null' or data->'parent'->'subscription_details'->>'subscription' = ${subscription})`,
  );
  const lines: BillLine[] = [];
  for (const item of items) {
    const priceId = item.pricing?.price_details.price;
    lines.push(fromInvoiceItem(item, priceId ? await readObject(work, "price", priceId) : null));
  }
  return lines;
}

async function renew(work: Work, before: Subscription, periodEnd: number): Promise<void> {
  const input = await renewalInvoice(work, before, periodEnd);
  const items = before.items.data.map((item) => movedOn(before, item, periodEnd));
  const subscription: Subscription = {
    ...before,
    discounts: await lastingDiscounts(work, input.discounts),
    items: { ...before.items, data: items },
    latest_invoice: input.id ?? null,
    status: before.status === "trialing" ? "active" : before.status,
  };
  await saveObject(work, "subscription", subscription, { hidden: {}, wakeAt: wakeTime(subscription, null) });
  await emit(work, "customer.subscription.updated", subscription, before);
  await createInvoice(work, input);
}

/** Discounts that go on after an invoice: those of a `once` coupon are used up. */
export async function lastingDiscounts(work: Work, discounts: Stripe.Discount[]): Promise<string[]> {
  const lasting: string[] = [];
  for (const discount of discounts) {
    const coupon = await readObject(work, "coupon", idOf(discount.source.coupon) ?? "");
    if (coupon.duration !== "once") lasting.push(discount.id);
  }
  return lasting;
}
