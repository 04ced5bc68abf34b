import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { emit } from "./events";
import { newId, randomText } from "./ids";
import { accepts, acceptsList, cents, currency, decimal, integer, metadata, text, timestamp } from "./params";
import { type Operation, operation } from "./protocol";
import {
  deleteObject,
  findRow,
  insertObject,
  listObjects,
  mergeMetadata,
  readObject,
  saveObject,
} from "./store";
import type { Work } from "./work";

const CreateParams = accepts({
  id: text.optional(),
  amount_off: cents.pipe(z.number().min(1)).optional(),
  applies_to: z.strictObject({ products: z.array(text).min(1) }).optional(),
  currency: currency.optional(),
  duration: z.enum(["forever", "once", "repeating"]).optional(),
  duration_in_months: integer.pipe(z.number().min(1)).optional(),
  max_redemptions: integer.pipe(z.number().min(1)).optional(),
  metadata: metadata.optional(),
  name: text.max(40).optional(),
  percent_off: decimal.pipe(z.number().gt(0).max(100)).optional(),
  redeem_by: timestamp.optional(),
});

/** `discounts` of a Checkout or a subscription: coupons by id. */
export const discountsField = z.union([
  z.literal("").transform(() => []),
  z.array(z.strictObject({ coupon: text })).max(20),
]);

/** A coupon that may be redeemed now; throws 400 otherwise. */
export async function readRedeemable(work: Work, id: string, param: string): Promise<Stripe.Coupon> {
  const coupon = await readObject(work, "coupon", id, { param, lock: true });
  const isUsedUp = coupon.max_redemptions !== null && coupon.times_redeemed >= coupon.max_redemptions;
  if (isUsedUp || (coupon.redeem_by !== null && coupon.redeem_by < work.now)) {
    throw invalid(`Coupon expired: ${id}`, param, "coupon_expired");
  }
  return coupon;
}

/** Redeems a coupon for a subscription; the discount's end follows the coupon's duration. */
export async function createDiscount(
  work: Work,
  coupon: Stripe.Coupon,
  holder: { customer: string; subscription: string; checkoutSession: string | null },
): Promise<Stripe.Discount> {
  const end =
    coupon.duration === "repeating" && coupon.duration_in_months
      ? monthsLater(work.now, coupon.duration_in_months)
      : null;
  const discount: Stripe.Discount = {
    id: newId("di"),
    object: "discount",
    checkout_session: holder.checkoutSession,
    customer: holder.customer,
    customer_account: null,
    end,
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon: coupon.id, type: "coupon" },
    start: work.now,
    subscription: holder.subscription,
    subscription_item: null,
  };
  await insertObject(work, "discount", discount);
  await saveObject(work, "coupon", { ...coupon, times_redeemed: coupon.times_redeemed + 1 });
  return discount;
}

function monthsLater(seconds: number, months: number): number {
  const date = new Date(seconds * 1000);
  date.setUTCMonth(date.getUTCMonth() + months);
  return Math.floor(date.getTime() / 1000);
}

/**
 * What a coupon takes off each line, in cents. A percentage is taken of the sum (rounded half up) and spread
 * over the lines in proportion, the odd cents going to the largest remainders.
 */
export function spreadDiscount(
  coupon: Stripe.Coupon,
  lines: { amount: number; product: string }[],
): number[] {
  const products = coupon.applies_to?.products;
  const eligible = lines.map(({ amount, product }) =>
    amount > 0 && (!products || products.includes(product)) ? amount : 0,
  );
  const base = eligible.reduce((sum, amount) => sum + amount, 0);
  if (base === 0) return lines.map(() => 0);
  const wanted = coupon.percent_off
    ? Math.round((base * coupon.percent_off) / 100)
    : (coupon.amount_off ?? 0);
  const total = Math.min(base, wanted);
  const shares = eligible.map((amount) => Math.floor((amount * total) / base));
  let rest = total - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = eligible
    .map((amount, index) => ({ index, remainder: (amount * total) % base }))
    .sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder) {
    if (rest === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    rest -= 1;
  }
  return shares;
}

export const couponOperations: Operation[] = [
  operation("post", "/v1/coupons", CreateParams, async (work, params) => {
    if ((params.percent_off === undefined) === (params.amount_off === undefined)) {
      throw invalid(
        "You must pass either `percent_off` or `amount_off`.",
        "percent_off",
        "parameter_missing",
      );
    }
    if (params.amount_off !== undefined && params.currency === undefined) {
      throw invalid("You must pass currency when passing amount_off.", "currency", "parameter_missing");
    }
    const duration = params.duration ?? "once";
    if ((duration === "repeating") !== (params.duration_in_months !== undefined)) {
      throw invalid(
        "duration_in_months goes with duration repeating, and only with it.",
        "duration_in_months",
      );
    }
    if (params.id && (await findRow(work, "coupon", params.id))) {
      throw invalid("Coupon already exists.", "id", "resource_already_exists");
    }
    const coupon: Stripe.Coupon = {
      id: params.id ?? randomText(8),
      object: "coupon",
      amount_off: params.amount_off ?? null,
      ...(params.applies_to ? { applies_to: params.applies_to } : {}),
      created: work.now,
      currency: params.currency ?? null,
      duration,
      duration_in_months: params.duration_in_months ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      percent_off: params.percent_off ?? null,
      redeem_by: params.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    };
    await insertObject(work, "coupon", coupon);
    await emit(work, "coupon.created", coupon);
    return coupon;
  }),
  operation("get", "/v1/coupons/:id", accepts({}), (work, _params, id) => readObject(work, "coupon", id)),
  operation(
    "post",
    "/v1/coupons/:id",
    accepts({ metadata: metadata.optional(), name: text.max(40).optional() }),
    async (work, params, id) => {
      const before = await readObject(work, "coupon", id, { lock: true });
      const coupon: Stripe.Coupon = {
        ...before,
        name: params.name ?? before.name,
        metadata: mergeMetadata(before.metadata, params.metadata),
      };
      await saveObject(work, "coupon", coupon);
      await emit(work, "coupon.updated", coupon, before);
      return coupon;
    },
  ),
  operation("delete", "/v1/coupons/:id", accepts({}), async (work, _params, id) => {
    const coupon = await readObject(work, "coupon", id, { lock: true });
    const tombstone = await deleteObject(work, "coupon", id);
    await emit(work, "coupon.deleted", coupon);
    return tombstone;
  }),
  operation("get", "/v1/coupons", acceptsList({}), (work, params) =>
    listObjects(work, "coupon", params, "/v1/coupons"),
  ),
];
