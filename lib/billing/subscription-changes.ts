import { sql } from "kysely";
import Stripe from "stripe";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { stripe } from "@/lib/stripe/client";
import { recordRefunds } from "./mutations";

const academy = service("billing");

/** What an enrollment says about its subscription. */
type Terms = {
  subscriptionId: string;
  /** The first instant that is not paid for any more; null while no notice stands. */
  cancelAt: Date | null;
  /** When the next charge is to come, where Stripe does not know it yet. */
  billsNextAt: Date | null;
  isOver: boolean;
};

async function readTerms(enrollmentId: string): Promise<Terms | null> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<Terms>`
      select s.stripe_subscription_id as "subscriptionId", private.local_midnight(e.ends_on + 1) as "cancelAt",
             s.bills_next_at as "billsNextAt", e.status in ('withdrawn', 'cancelled', 'lapsed') as "isOver"
        from subscriptions s join enrollments e on e.id = s.enrollment_id
       where s.enrollment_id = ${enrollmentId} and s.status not in ('canceled', 'incomplete_expired')
       order by s.created_at desc limit 1`.execute(db),
  );
  return rows[0] ?? null;
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);

const isMissing = (error: unknown) =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing";

async function keepState(subscription: Stripe.Subscription, told: Date | null): Promise<void> {
  const item = subscription.items.data[0];
  await withPrincipal(academy, (db) =>
    db
      .updateTable("subscriptions")
      .set({
        status: subscription.status,
        ...(item
          ? {
              current_period_start: new Date(item.current_period_start * 1000),
              current_period_end: new Date(item.current_period_end * 1000),
            }
          : {}),
        // What was wished anew in the meantime is not told yet.
        bills_next_at: sql`nullif(bills_next_at, ${told}::timestamptz)`,
      })
      .where("stripe_subscription_id", "=", subscription.id)
      .execute(),
  );
}

export type Alignment = "none" | "unknown" | "aligned" | "unchanged" | "ended";

/**
 * Brings an enrollment's subscription at Stripe in line with what the enrollment says by now: it ends with the last day
 * (Stripe charges the last period only until then), the next charge comes when a pause left it, and after the end there is
 * none. Only the present state counts: safe to repeat, in any order. `none`: no subscription runs; `unknown`: Stripe does not
 * have it.
 */
export async function alignSubscription(enrollmentId: string): Promise<Alignment> {
  let result: Alignment = "unchanged";
  for (let turn = 0; turn < 5; turn++) {
    const terms = await readTerms(enrollmentId);
    if (!terms) return turn === 0 ? "none" : "ended";
    let live: Stripe.Subscription;
    try {
      live = await stripe().subscriptions.retrieve(terms.subscriptionId);
    } catch (error) {
      if (isMissing(error)) return "unknown";
      throw error;
    }
    if (live.status === "canceled") {
      await keepState(live, terms.billsNextAt);
      return "ended";
    }
    const { cancelAt, billsNextAt, isOver } = terms;
    if (isOver || (cancelAt && cancelAt <= clock.now())) {
      await keepState(await stripe().subscriptions.cancel(live.id, { prorate: false }), billsNextAt);
      return "ended";
    }
    const params: Stripe.SubscriptionUpdateParams = {};
    const wanted = cancelAt ? seconds(cancelAt) : null;
    if (live.cancel_at !== wanted) params.cancel_at = wanted ?? "";
    if (
      billsNextAt &&
      billsNextAt > clock.now() &&
      live.items.data[0]?.current_period_end !== seconds(billsNextAt)
    ) {
      // Time that is not charged: the period that is paid lasts longer, and the next charge counts from its end.
      params.trial_end = seconds(billsNextAt);
    }
    if (Object.keys(params).length === 0) {
      await keepState(live, billsNextAt);
      return result;
    }
    const updated = await stripe().subscriptions.update(live.id, { ...params, proration_behavior: "none" });
    await keepState(updated, billsNextAt);
    // What the enrollment says may have changed while Stripe was asked: looked at once more.
    result = "aligned";
  }
  throw new AppError("unavailable", {
    message: `the subscription of ${enrollmentId} does not come to rest`,
    userMessage: "The payments of this enrollment are being changed just now.",
  });
}

/**
 * Gives back to the card what an enrollment's notice promised: tuition that was paid for the time after the last day, from
 * its last payment. Safe to repeat: Stripe sees one idempotency key, the ledger one cause. Cents that went back, 0 when
 * nothing was promised. Throws `conflict` when there is no payment at Stripe that it can be taken from.
 */
export async function giveBackUnused(enrollmentId: string): Promise<number> {
  const of = await withPrincipal(academy, (db) =>
    db
      .selectFrom("enrollments as e")
      .innerJoin("subscriptions as s", "s.enrollment_id", "e.id")
      .select(["e.give_back_cents as cents", "e.status", "s.stripe_subscription_id as subscriptionId"])
      .where("e.id", "=", enrollmentId)
      .orderBy("s.created_at", "desc")
      .limit(1)
      .executeTakeFirst(),
  );
  if (!of?.cents || of.status !== "withdrawn") return 0;
  const intent = await lastPayment(of.subscriptionId);
  if (!intent) {
    throw new AppError("conflict", {
      message: `no payment at Stripe to give ${of.cents} cents of enrollment ${enrollmentId} back from`,
      userMessage: "There is no payment at Stripe to give this back from. Please settle it by hand.",
    });
  }
  const purpose = `leaving:${enrollmentId}`;
  const before = await stripe().refunds.list({ payment_intent: intent, limit: 100 });
  const known = before.data.find((refund) => refund.metadata?.purpose === purpose);
  const refund =
    known ??
    (await stripe().refunds.create(
      {
        payment_intent: intent,
        amount: of.cents,
        metadata: { purpose, reason: "Tuition paid for the time after the last day" },
      },
      { idempotencyKey: `refund:${purpose}` },
    ));
  await recordRefunds(intent);
  return refund.amount;
}

/** The payment of a subscription's newest paid invoice; null when Stripe has none. */
async function lastPayment(subscription: string): Promise<string | null> {
  try {
    const invoices = await stripe().invoices.list({ subscription, status: "paid", limit: 20 });
    for (const invoice of invoices.data.filter((each) => each.amount_paid > 0 && each.id)) {
      const payments = await stripe().invoicePayments.list({ invoice: invoice.id ?? "", limit: 1 });
      const intent = payments.data[0]?.payment.payment_intent;
      if (intent) return typeof intent === "string" ? intent : intent.id;
    }
    return null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
