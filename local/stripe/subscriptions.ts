import type Stripe from "stripe";
import type { StartTerms } from "./bill-lines";
import { nextBoundary } from "./billing-periods";
import { emit } from "./events";
import { newId } from "./ids";
import { findObjects, insertObject, readObject, saveObject } from "./store";
import type { Price, Subscription, SubscriptionItem } from "./wire";
import { idOf } from "./wire";
import type { Work } from "./work";

/** A subscriber hears of the next invoice this long before it. */
const UPCOMING_SECONDS = 3 * 86_400;

export interface SubscriptionInput {
  customer: string;
  items: { price: Price; quantity: number; metadata?: Record<string, string> }[];
  terms: StartTerms;
  defaultPaymentMethod: string | null;
  description: string | null;
  metadata: Record<string, string>;
  latestInvoice: string | null;
  status: "active" | "trialing" | "incomplete";
}

/** Builds a subscription; it is stored and announced by the caller once its discounts are known. */
export function describeSubscription(work: Work, input: SubscriptionInput): Subscription {
  const id = newId("sub");
  const { terms } = input;
  const anchor = terms.trialEnd ?? terms.anchor ?? work.now;
  const items = input.items.map(({ price, quantity, metadata }) =>
    describeItem(work, id, price, quantity, anchor, terms, metadata ?? {}),
  );
  return {
    id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: "charge_automatically",
    created: work.now,
    currency: "usd",
    customer: input.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: input.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: input.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: "self" },
    },
    items: {
      object: "list",
      data: items,
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: input.latestInvoice,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: "off",
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: work.now,
    status: input.status,
    test_clock: null,
    transfer_data: null,
    trial_end: terms.trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" },
    },
    trial_start: terms.trialEnd === null ? null : work.now,
  };
}

/** A position of a subscription in its current period. */
export function describeItem(
  work: Work,
  subscription: string,
  price: Price,
  quantity: number,
  anchor: number,
  terms: Pick<StartTerms, "trialEnd">,
  metadata: Record<string, string>,
): SubscriptionItem {
  const rhythm = price.recurring ?? { interval: "month", interval_count: 1 };
  return {
    id: newId("si", 14),
    object: "subscription_item",
    billing_thresholds: null,
    created: work.now,
    current_period_end: terms.trialEnd ?? nextBoundary(anchor, rhythm, work.now),
    current_period_start: work.now,
    current_trial: null,
    discounts: [],
    metadata,
    plan: planOf(price),
    price,
    quantity,
    subscription,
    tax_rates: [],
  };
}

/** The older name for a recurring price, which subscription items still carry. */
export function planOf(price: Price): SubscriptionItem["plan"] {
  return {
    id: price.id,
    object: "plan",
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: "per_unit",
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? "month",
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: "licensed",
  };
}

/** When the scheduler has to look at a subscription next: the notice of its next invoice, or the invoice. */
export function wakeTime(subscription: Subscription, upcomingFor: number | null): number | null {
  if (["canceled", "incomplete_expired", "paused", "incomplete"].includes(subscription.status)) return null;
  const periodEnd = earliestPeriodEnd(subscription);
  const end = subscription.cancel_at === null ? periodEnd : Math.min(periodEnd, subscription.cancel_at);
  return upcomingFor === periodEnd ? end : Math.min(end, periodEnd - UPCOMING_SECONDS);
}

export function earliestPeriodEnd(subscription: Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end));
}

/** Stores a new subscription and announces it. */
export async function storeSubscription(work: Work, subscription: Subscription): Promise<void> {
  await insertObject(work, "subscription", subscription, { wakeAt: wakeTime(subscription, null) });
  await emit(work, "customer.subscription.created", subscription);
}

/** Ends a subscription at once. */
export async function endSubscription(
  work: Work,
  before: Subscription,
  reason: "cancellation_requested" | "payment_failed",
  details: {
    comment?: string | null;
    feedback?: Stripe.Subscription.CancellationDetails.Feedback | null;
  } = {},
): Promise<Subscription> {
  const subscription: Subscription = {
    ...before,
    cancel_at_period_end: false,
    canceled_at: before.canceled_at ?? work.now,
    cancellation_details: {
      comment: details.comment ?? before.cancellation_details?.comment ?? null,
      feedback: details.feedback ?? before.cancellation_details?.feedback ?? null,
      feedback_option: null,
      reason,
    },
    ended_at: work.now,
    status: "canceled",
  };
  await saveObject(work, "subscription", subscription, { wakeAt: null });
  await emit(work, "customer.subscription.deleted", subscription);
  return subscription;
}

/** The card that pays a subscription's invoices: its own, or the customer's. */
export async function payingMethod(work: Work, subscription: Subscription): Promise<string | null> {
  const own = idOf(subscription.default_payment_method);
  if (own !== null) return own;
  const customer = await readObject(work, "customer", subscription.customer);
  return idOf(customer.invoice_settings.default_payment_method);
}

/** Discounts that still count at an instant. */
export async function currentDiscounts(work: Work, subscription: Subscription): Promise<Stripe.Discount[]> {
  if (subscription.discounts.length === 0) return [];
  const all = await findObjects(work, "discount", work.sql`id = any(${subscription.discounts})`);
  return all.filter((discount) => discount.end === null || discount.end > work.now);
}
