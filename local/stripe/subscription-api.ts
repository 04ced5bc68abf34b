import type Stripe from "stripe";
import { z } from "zod";
import { ApiError, invalid, missing } from "./api-error";
import type { BillLine } from "./bill-lines";
import { nextBoundary } from "./billing-periods";
import { createPrice, recurringFields } from "./catalog";
import { collectInvoice } from "./collection";
import { createDiscount, discountsField, readRedeemable } from "./coupons";
import { emit } from "./events";
import { newId } from "./ids";
import { createInvoice, finalizeInvoice } from "./invoices";
import {
  accepts,
  acceptsList,
  cents,
  clearable,
  currency,
  flag,
  integer,
  metadata,
  text,
  timestamp,
} from "./params";
import { prorateChange } from "./proration";
import { type Operation, operation } from "./protocol";
import { billItem, lastingDiscounts, pendingLines } from "./renewals";
import { findRow, listObjects, matching, mergeMetadata, readObject, readRow, saveObject } from "./store";
import {
  currentDiscounts,
  describeItem,
  describeSubscription,
  earliestPeriodEnd,
  endSubscription,
  planOf,
  storeSubscription,
  wakeTime,
} from "./subscriptions";
import type { Price, Subscription, SubscriptionItem } from "./wire";
import { idOf } from "./wire";
import type { Work } from "./work";

const prorationBehavior = z.enum(["create_prorations", "always_invoice", "none"]);
const priceData = z.strictObject({
  currency,
  product: text,
  recurring: recurringFields,
  unit_amount: cents,
});
const quantity = integer.pipe(z.number().min(0).max(1000));

const CreateParams = accepts({
  customer: text,
  items: z
    .array(
      z.strictObject({
        metadata: metadata.optional(),
        price: text.optional(),
        price_data: priceData.optional(),
        quantity: quantity.optional(),
      }),
    )
    .min(1)
    .max(20),
  billing_cycle_anchor: timestamp.optional(),
  cancel_at_period_end: flag.optional(),
  default_payment_method: text.optional(),
  description: text.optional(),
  discounts: discountsField.optional(),
  metadata: metadata.optional(),
  off_session: flag.optional(),
  payment_behavior: z.enum(["allow_incomplete", "error_if_incomplete"]).optional(),
  proration_behavior: prorationBehavior.optional(),
  trial_end: timestamp.optional(),
  trial_period_days: integer.optional(),
});

const UpdateParams = accepts({
  billing_cycle_anchor: z.enum(["now", "unchanged"]).optional(),
  cancel_at: z.union([z.literal("").transform(() => null), timestamp]).optional(),
  cancel_at_period_end: flag.optional(),
  cancellation_details: z
    .strictObject({ comment: clearable.optional(), feedback: text.optional() })
    .optional(),
  default_payment_method: text.optional(),
  description: clearable.optional(),
  discounts: discountsField.optional(),
  items: z
    .array(
      z.strictObject({
        deleted: flag.optional(),
        id: text.optional(),
        metadata: metadata.optional(),
        price: text.optional(),
        price_data: priceData.optional(),
        quantity: quantity.optional(),
      }),
    )
    .max(20)
    .optional(),
  metadata: metadata.optional(),
  off_session: flag.optional(),
  pause_collection: z
    .union([
      z.literal("").transform(() => null),
      z.strictObject({
        behavior: z.enum(["keep_as_draft", "mark_uncollectible", "void"]),
        resumes_at: timestamp.optional(),
      }),
    ])
    .optional(),
  payment_behavior: z.enum(["allow_incomplete", "error_if_incomplete"]).optional(),
  proration_behavior: prorationBehavior.optional(),
  proration_date: timestamp.optional(),
  trial_end: z.union([z.literal("now"), timestamp]).optional(),
});
type Update = z.output<typeof UpdateParams>;

type ItemInput = { price?: string | undefined; price_data?: z.output<typeof priceData> | undefined };

async function priceOf(work: Work, item: ItemInput, param: string): Promise<Price> {
  if (item.price_data) {
    await readObject(work, "product", item.price_data.product, { param: `${param}[price_data][product]` });
    return createPrice(work, item.price_data.product, item.price_data);
  }
  if (!item.price)
    throw invalid(`Missing required param: ${param}[price].`, `${param}[price]`, "parameter_missing");
  const price = await readObject(work, "price", item.price, { param: `${param}[price]` });
  if (!price.recurring) {
    throw invalid(
      "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
      `${param}[price]`,
    );
  }
  return price;
}

async function createSubscription(work: Work, params: z.output<typeof CreateParams>): Promise<object> {
  const customer = await readObject(work, "customer", params.customer, { param: "customer" });
  const methodId = params.default_payment_method ?? idOf(customer.invoice_settings.default_payment_method);
  const trialEnd =
    params.trial_end ?? (params.trial_period_days ? work.now + params.trial_period_days * 86_400 : null);
  if (methodId === null && trialEnd === null) {
    throw invalid(
      "This customer has no attached payment source or default payment method.",
      undefined,
      "resource_missing",
    );
  }
  if (params.default_payment_method) {
    await readObject(work, "payment_method", params.default_payment_method, {
      param: "default_payment_method",
    });
  }
  const items: { price: Price; quantity: number; metadata: Record<string, string> }[] = [];
  for (const [index, item] of params.items.entries()) {
    const price = await priceOf(work, item, `items[${index}]`);
    items.push({ price, quantity: item.quantity ?? 1, metadata: mergeMetadata({}, item.metadata) });
  }
  const invoiceId = newId("in");
  const described = describeSubscription(work, {
    customer: customer.id,
    items,
    terms: {
      trialEnd,
      anchor: params.billing_cycle_anchor ?? null,
      prorates: params.proration_behavior !== "none",
    },
    defaultPaymentMethod: params.default_payment_method ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    latestInvoice: invoiceId,
    status: trialEnd === null ? "incomplete" : "trialing",
  });
  const discounts = await redeem(work, described, params.discounts ?? []);
  const subscription: Subscription = {
    ...described,
    cancel_at: params.cancel_at_period_end ? earliestPeriodEnd(described) : null,
    cancel_at_period_end: params.cancel_at_period_end ?? false,
    discounts: await lastingDiscounts(work, discounts),
  };
  await storeSubscription(work, subscription);
  const lines: BillLine[] = [];
  for (const item of subscription.items.data) {
    const line = await billItem(work, subscription, item);
    lines.push(
      trialEnd === null ? line : { ...line, amount: 0, description: `Trial period for ${line.description}` },
    );
  }
  const draft = await createInvoice(work, {
    id: invoiceId,
    customer: customer.id,
    subscription: { id: subscription.id, metadata: subscription.metadata },
    reason: "subscription_create",
    lines: [...lines, ...(await pendingLines(work, customer.id, subscription.id))],
    discounts,
    defaultPaymentMethod: methodId,
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  const outcome = await collectInvoice(work, await finalizeInvoice(work, draft));
  if (outcome instanceof ApiError && params.payment_behavior === "error_if_incomplete") throw outcome;
  return readObject(work, "subscription", subscription.id);
}

async function redeem(
  work: Work,
  subscription: Subscription,
  given: { coupon: string }[],
): Promise<Stripe.Discount[]> {
  const discounts: Stripe.Discount[] = [];
  for (const [index, { coupon: id }] of given.entries()) {
    const coupon = await readRedeemable(work, id, `discounts[${index}][coupon]`);
    const holder = { customer: subscription.customer, subscription: subscription.id, checkoutSession: null };
    discounts.push(await createDiscount(work, coupon, holder));
  }
  return discounts;
}

interface ItemChanges {
  items: SubscriptionItem[];
  prorations: [before: SubscriptionItem | null, after: SubscriptionItem | null][];
  /** A new interval starts a new period now. */
  restarts: boolean;
}

async function changeItems(
  work: Work,
  subscription: Subscription,
  changes: NonNullable<Update["items"]>,
): Promise<ItemChanges> {
  let items = [...subscription.items.data];
  const prorations: ItemChanges["prorations"] = [];
  let restarts = false;
  for (const [index, change] of changes.entries()) {
    const param = `items[${index}]`;
    const before = change.id ? items.find((item) => item.id === change.id) : undefined;
    if (change.id && !before)
      throw invalid(`No such subscription item: '${change.id}'`, `${param}[id]`, "resource_missing");
    if (before && change.deleted) {
      items = items.filter((item) => item !== before);
      prorations.push([before, null]);
      continue;
    }
    const price =
      before && !change.price && !change.price_data ? before.price : await priceOf(work, change, param);
    if (!before) {
      const added = describeItem(
        work,
        subscription.id,
        price,
        change.quantity ?? 1,
        subscription.billing_cycle_anchor,
        { trialEnd: subscription.trial_end },
        mergeMetadata({}, change.metadata),
      );
      items.push(added);
      prorations.push([
        null,
        { ...added, current_period_start: subscription.items.data[0]?.current_period_start ?? work.now },
      ]);
      continue;
    }
    const after: SubscriptionItem = {
      ...before,
      metadata: mergeMetadata(before.metadata, change.metadata),
      plan: planOf(price),
      price,
      quantity: change.quantity ?? before.quantity,
    };
    items = items.map((item) => (item === before ? after : item));
    const isSameRhythm =
      price.recurring?.interval === before.price.recurring?.interval &&
      price.recurring?.interval_count === before.price.recurring?.interval_count;
    if (!isSameRhythm) restarts = true;
    if (price.id !== before.price.id || after.quantity !== before.quantity) {
      prorations.push([before, isSameRhythm ? after : null]);
    }
  }
  if (items.length === 0) throw invalid("A subscription must have at least one item.", "items");
  return { items, prorations, restarts };
}

async function updateSubscription(work: Work, params: Update, id: string): Promise<object> {
  const { data: before, hidden } = await readRow(work, "subscription", id, { lock: true });
  if (before.status === "canceled") {
    throw invalid("A canceled subscription can only update its cancellation_details and metadata.");
  }
  const behavior = params.proration_behavior ?? "create_prorations";
  const changed = params.items ? await changeItems(work, before, params.items) : null;
  const endsTrial = params.trial_end === "now" && before.status === "trialing";
  const restarts = (changed?.restarts ?? false) || params.billing_cycle_anchor === "now" || endsTrial;
  let items = changed?.items ?? before.items.data;
  if (restarts) items = items.map((item) => startPeriod(item, work.now));
  if (typeof params.trial_end === "number") {
    const trialEnd = params.trial_end;
    items = items.map((item) => ({ ...item, current_period_end: trialEnd }));
  }
  if (params.default_payment_method) {
    await readObject(work, "payment_method", params.default_payment_method, {
      param: "default_payment_method",
    });
  }
  const draft: Subscription = {
    ...before,
    billing_cycle_anchor: restarts
      ? work.now
      : typeof params.trial_end === "number"
        ? params.trial_end
        : before.billing_cycle_anchor,
    default_payment_method: params.default_payment_method ?? before.default_payment_method,
    description: params.description === undefined ? before.description : params.description,
    items: { ...before.items, data: items },
    metadata: mergeMetadata(before.metadata, params.metadata),
    pause_collection:
      params.pause_collection === undefined
        ? before.pause_collection
        : params.pause_collection && {
            behavior: params.pause_collection.behavior,
            resumes_at: params.pause_collection.resumes_at ?? null,
          },
    ...(endsTrial ? { status: "active" as const, trial_end: work.now } : {}),
    ...(typeof params.trial_end === "number"
      ? { status: "trialing" as const, trial_end: params.trial_end }
      : {}),
  };
  const subscription: Subscription = { ...draft, ...cancellation(draft, params, work.now) };
  if (params.discounts) {
    subscription.discounts = (await redeem(work, subscription, params.discounts)).map(
      (discount) => discount.id,
    );
  }
  const isTrial = subscription.status === "trialing";
  if (behavior !== "none" && changed && !isTrial) {
    for (const [old, next] of changed.prorations) {
      await prorateChange(work, subscription, old, next, params.proration_date ?? work.now);
    }
  }
  const upcomingFor = typeof hidden.upcoming_for === "number" ? hidden.upcoming_for : null;
  const bills = !isTrial && (restarts || (behavior === "always_invoice" && changed !== null));
  if (bills) subscription.latest_invoice = newId("in");
  await saveObject(work, "subscription", subscription, { wakeAt: wakeTime(subscription, upcomingFor) });
  await emit(work, "customer.subscription.updated", subscription, before);
  if (bills) await billNow(work, subscription, restarts, params.payment_behavior);
  return readObject(work, "subscription", id);
}

function startPeriod(item: SubscriptionItem, now: number): SubscriptionItem {
  const rhythm = item.price.recurring ?? { interval: "month", interval_count: 1 };
  return { ...item, current_period_start: now, current_period_end: nextBoundary(now, rhythm, now) };
}

function cancellation(subscription: Subscription, params: Update, now: number): Partial<Subscription> {
  const details = params.cancellation_details;
  const noted = subscription.cancellation_details;
  const comment = details?.comment === undefined ? (noted?.comment ?? null) : details.comment;
  const feedback = (details?.feedback ??
    noted?.feedback ??
    null) as Stripe.Subscription.CancellationDetails.Feedback | null;
  const cancelAt =
    params.cancel_at !== undefined
      ? params.cancel_at
      : params.cancel_at_period_end === undefined
        ? subscription.cancel_at
        : params.cancel_at_period_end
          ? Math.max(...subscription.items.data.map((item) => item.current_period_end))
          : null;
  return {
    cancel_at: cancelAt,
    cancel_at_period_end:
      params.cancel_at_period_end ?? (params.cancel_at === undefined && subscription.cancel_at_period_end),
    canceled_at: cancelAt === null ? null : (subscription.canceled_at ?? now),
    cancellation_details: {
      comment,
      feedback,
      feedback_option: null,
      reason: cancelAt === null ? null : "cancellation_requested",
    },
  };
}

/** Invoices a change at once and charges it. */
async function billNow(
  work: Work,
  subscription: Subscription,
  wholePeriod: boolean,
  paymentBehavior: Update["payment_behavior"],
): Promise<void> {
  const lines: BillLine[] = await pendingLines(work, subscription.customer, subscription.id);
  if (wholePeriod) {
    for (const item of subscription.items.data) lines.push(await billItem(work, subscription, item));
  }
  const draft = await createInvoice(work, {
    id: idOf(subscription.latest_invoice) ?? newId("in"),
    customer: subscription.customer,
    subscription: { id: subscription.id, metadata: subscription.metadata },
    reason: "subscription_update",
    lines,
    discounts: await currentDiscounts(work, subscription),
    defaultPaymentMethod: idOf(subscription.default_payment_method),
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  const open = await finalizeInvoice(work, { ...draft, auto_advance: true });
  const outcome = await collectInvoice(work, open);
  if (outcome instanceof ApiError && paymentBehavior === "error_if_incomplete") throw outcome;
}

export const subscriptionOperations: Operation[] = [
  operation("post", "/v1/subscriptions", CreateParams, createSubscription),
  operation("get", "/v1/subscriptions/:id", accepts({}), (work, _params, id) =>
    readObject(work, "subscription", id),
  ),
  operation("post", "/v1/subscriptions/:id", UpdateParams, updateSubscription),
  operation(
    "delete",
    "/v1/subscriptions/:id",
    accepts({
      cancellation_details: z
        .strictObject({ comment: clearable.optional(), feedback: text.optional() })
        .optional(),
      invoice_now: flag.optional(),
      prorate: flag.optional(),
    }),
    async (work, params, id) => {
      const before = await readObject(work, "subscription", id, { lock: true });
      if (before.status === "canceled") throw missing("subscription", id);
      if (params.prorate) {
        for (const item of before.items.data) await prorateChange(work, before, item, null, work.now);
      }
      const ended = await endSubscription(work, before, "cancellation_requested", {
        comment: params.cancellation_details?.comment ?? null,
        feedback: (params.cancellation_details?.feedback ??
          null) as Stripe.Subscription.CancellationDetails.Feedback | null,
      });
      if (params.invoice_now) {
        const billed: Subscription = { ...ended, latest_invoice: newId("in") };
        await saveObject(work, "subscription", billed);
        await billNow(work, billed, false, undefined);
      }
      return readObject(work, "subscription", id);
    },
  ),
  operation(
    "post",
    "/v1/subscriptions/:id/pause",
    accepts({ type: text.optional() }),
    async (work, _params, id) => {
      const before = await readObject(work, "subscription", id, { lock: true });
      if (!["active", "trialing", "past_due"].includes(before.status)) {
        throw invalid(`A subscription that is ${before.status} cannot be paused.`);
      }
      const subscription: Subscription = { ...before, status: "paused" };
      await saveObject(work, "subscription", subscription, { wakeAt: null });
      await emit(work, "customer.subscription.paused", subscription, before);
      return subscription;
    },
  ),
  operation(
    "post",
    "/v1/subscriptions/:id/resume",
    accepts({
      billing_cycle_anchor: z.enum(["now", "unchanged"]).optional(),
      proration_behavior: prorationBehavior.optional(),
    }),
    async (work, params, id) => {
      const before = await readObject(work, "subscription", id, { lock: true });
      if (before.status !== "paused")
        throw invalid(`A subscription that is ${before.status} cannot be resumed.`);
      const isOver = earliestPeriodEnd(before) <= work.now;
      const restarts = params.billing_cycle_anchor !== "unchanged" || isOver;
      const items = restarts
        ? before.items.data.map((item) => startPeriod(item, work.now))
        : before.items.data;
      const subscription: Subscription = {
        ...before,
        billing_cycle_anchor: restarts ? work.now : before.billing_cycle_anchor,
        items: { ...before.items, data: items },
        latest_invoice: restarts ? newId("in") : before.latest_invoice,
        status: "active",
      };
      await saveObject(work, "subscription", subscription, {
        hidden: {},
        wakeAt: wakeTime(subscription, null),
      });
      await emit(work, "customer.subscription.resumed", subscription, before);
      if (restarts) await billNow(work, subscription, true, undefined);
      return readObject(work, "subscription", id);
    },
  ),
  operation(
    "get",
    "/v1/subscriptions",
    acceptsList({ customer: text.optional(), price: text.optional(), status: text.optional() }),
    (work, params) => {
      const conditions = matching(work, { customer: params.customer });
      const { sql } = work;
      if (params.status === undefined) conditions.push(sql`data->>'status' <> 'canceled'`);
      else if (params.status !== "all") conditions.push(sql`data->>'status' = ${params.status}`);
      if (params.price) {
        conditions.push(sql`data->'items'->'data' @> ${sql.json([{ price: { id: params.price } }])}`);
      }
      return listObjects(work, "subscription", params, "/v1/subscriptions", conditions);
    },
  ),
  operation("get", "/v1/subscription_items", acceptsList({ subscription: text }), async (work, params) => {
    const row = await findRow(work, "subscription", params.subscription);
    return {
      object: "list",
      data: row?.data.items.data ?? [],
      has_more: false,
      url: "/v1/subscription_items",
    };
  }),
];
