import { sql } from "kysely";
import type Stripe from "stripe";
import { z } from "zod";
import type { LedgerAccount, RefundStatus } from "@/lib/db/database.gen";
import { jsonb } from "@/lib/db/json";
import { service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { stripe } from "@/lib/stripe/client";
import { postToLedger } from "./ledger";
import { saveSubscription, takeFetchNumber } from "./subscriptions";

const academy = service("billing");

/** The lines that the database stored with the enrollment, in cents. */
const pricedLines = z.array(z.object({ code: z.string(), cents: z.number().int() }));

/** Which revenue a line of an enrollment is; discounts lessen the tuition, the trial's credit the tuition too. */
const REVENUE: Readonly<Record<string, LedgerAccount>> = {
  trial: "trial_revenue",
  registration: "registration_revenue",
};

/**
 * Fetches a Checkout session from Stripe and records what it paid: payment, ledger and the event that goes on
 * with the enrollment, in one transaction. Safe to call any number of times, in any order, from the webhook's
 * function, the return page and the workflow. Null when the session is not paid or not ours.
 */
export async function recordCheckout(
  sessionId: string,
): Promise<{ paymentId: string; enrollmentId: string } | null> {
  const session = await stripe().checkout.sessions.retrieve(sessionId);
  if (session.status === "expired") {
    await withPrincipal(academy, (db) =>
      db
        .updateTable("checkouts")
        .set({ status: "expired" })
        .where("stripe_session_id", "=", session.id)
        .where("status", "=", "open")
        .execute(),
    );
    return null;
  }
  const checkoutId = session.metadata?.checkout_id;
  if (session.payment_status !== "paid" || !checkoutId) return null;
  const paid = await fetchPayment(session);

  return withPrincipal(academy, async (db) => {
    const checkout = await db
      .selectFrom("checkouts as c")
      .innerJoin("enrollments as e", "e.id", "c.enrollment_id")
      .innerJoin("instruments as i", "i.id", "e.instrument_id")
      .innerJoin("students as s", "s.id", "e.student_id")
      .select([
        "c.id",
        "c.amount_cents",
        "e.id as enrollmentId",
        "e.family_id",
        "e.lines",
        "e.kind",
        "e.cadence",
      ])
      .select(["i.name as instrument", "s.first_name as student"])
      .where("c.id", "=", checkoutId)
      .forUpdate("c")
      .executeTakeFirst();
    if (!checkout) return null;
    const known = await db
      .selectFrom("payments")
      .select(["id", "enrollment_id"])
      .where("stripe_payment_intent_id", "=", paid.intentId)
      .executeTakeFirst();
    if (known) return { paymentId: known.id, enrollmentId: checkout.enrollmentId };

    const lines = pricedLines.parse(checkout.lines);
    const payment = await db
      .insertInto("payments")
      .values({
        family_id: checkout.family_id,
        enrollment_id: checkout.enrollmentId,
        checkout_id: checkout.id,
        stripe_payment_intent_id: paid.intentId,
        stripe_charge_id: paid.charge.id,
        description: `${checkout.kind === "trial" ? "Trial lesson" : "Lessons"}: ${checkout.instrument}, ${checkout.student}`,
        amount_cents: paid.charge.amount,
        currency: paid.charge.currency,
        card_brand: paid.charge.payment_method_details?.card?.brand ?? null,
        card_last4: paid.charge.payment_method_details?.card?.last4 ?? null,
        paid_at: new Date(paid.charge.created * 1000),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const revenue = new Map<LedgerAccount, number>();
    for (const line of lines) {
      const account = REVENUE[line.code] ?? "tuition_revenue";
      revenue.set(account, (revenue.get(account) ?? 0) - line.cents);
    }
    const expected = -[...revenue.values()].reduce((sum, cents) => sum + cents, 0);
    // Stripe says what arrived; should it ever differ from what was due, the difference is the family's credit.
    const difference = paid.charge.amount - expected;
    await postToLedger(db, {
      cause: paid.charge.id,
      description: "Payment at Checkout",
      occurredAt: new Date(paid.charge.created * 1000),
      familyId: checkout.family_id,
      paymentId: payment.id,
      currency: paid.charge.currency,
      postings: [
        { account: "stripe_balance", cents: paid.charge.amount },
        ...[...revenue].map(([account, cents]) => ({ account, cents })),
        { account: "family_credit", cents: -difference },
      ],
    });
    await db
      .updateTable("checkouts")
      .set({ status: "paid", stripe_session_id: session.id })
      .where("id", "=", checkout.id)
      .execute();
    if (paid.subscription) {
      await saveSubscription(db, paid.subscription, paid.fetchNumber, {
        familyId: checkout.family_id,
        enrollmentId: checkout.enrollmentId,
        cadence: checkout.cadence,
      });
    }
    const data = jsonb({ enrollmentId: checkout.enrollmentId, paymentId: payment.id });
    await sql`select private.emit('enrollment/paid', ${data}, ${checkout.family_id}),
                     private.emit('billing/payment.recorded', ${data}, ${checkout.family_id})`.execute(db);
    return { paymentId: payment.id, enrollmentId: checkout.enrollmentId };
  });
}

type FetchedPayment = {
  intentId: string;
  charge: Stripe.Charge;
  subscription: Stripe.Subscription | null;
  fetchNumber: number;
};

async function fetchPayment(session: Stripe.Checkout.Session): Promise<FetchedPayment> {
  const intent = session.payment_intent ?? (await intentOfInvoice(session));
  const intentId = typeof intent === "string" ? intent : intent.id;
  const full = await stripe().paymentIntents.retrieve(intentId, { expand: ["latest_charge"] });
  const charge = full.latest_charge;
  if (!charge || typeof charge === "string") {
    throw new AppError("unavailable", {
      message: `payment intent ${intentId} has no charge yet`,
      userMessage: "Stripe has not finished this payment yet.",
    });
  }
  const fetchNumber = await takeFetchNumber();
  const subscription =
    typeof session.subscription === "string"
      ? await stripe().subscriptions.retrieve(session.subscription)
      : session.subscription;
  return { intentId, charge, subscription, fetchNumber };
}

async function intentOfInvoice(session: Stripe.Checkout.Session): Promise<string | Stripe.PaymentIntent> {
  const invoice = typeof session.invoice === "string" ? session.invoice : session.invoice?.id;
  const payments = invoice ? await stripe().invoicePayments.list({ invoice, limit: 1 }) : undefined;
  const intent = payments?.data[0]?.payment.payment_intent;
  if (!intent) {
    throw new AppError("unavailable", {
      message: `checkout ${session.id} is paid, but no payment is found yet`,
      userMessage: "Stripe has not finished this payment yet.",
    });
  }
  return intent;
}

/**
 * Gives back what is left of a payment and posts it; a subscription that began with it ends. Safe to repeat: Stripe
 * sees one idempotency key, the ledger one cause. Returns the cents given back by this payment altogether.
 */
export async function refundPayment(
  paymentId: string,
  reason: string,
): Promise<{ refundedCents: number; refundId: string | null }> {
  const payment = await withPrincipal(academy, (db) =>
    db
      .selectFrom("payments")
      .leftJoin("checkouts", "checkouts.id", "payments.checkout_id")
      .select(["payments.id", "stripe_payment_intent_id", "stripe_session_id"])
      .where("payments.id", "=", paymentId)
      .executeTakeFirst(),
  );
  if (!payment?.stripe_payment_intent_id) {
    throw new AppError("not_found", { userMessage: "There is no such payment." });
  }
  if (payment.stripe_session_id) await endSubscriptionOf(payment.stripe_session_id);
  const before = await stripe().refunds.list({ payment_intent: payment.stripe_payment_intent_id, limit: 1 });
  const refund =
    before.data[0] ??
    (await stripe().refunds.create(
      { payment_intent: payment.stripe_payment_intent_id, metadata: { payment_id: payment.id, reason } },
      { idempotencyKey: `refund:${payment.id}:1` },
    ));
  await recordRefunds(payment.stripe_payment_intent_id);
  return { refundedCents: refund.amount, refundId: refund.id };
}

/** Ends the subscription that was bought at a checkout, if one was; another one of the same enrollment goes on. */
async function endSubscriptionOf(sessionId: string): Promise<void> {
  const session = await stripe().checkout.sessions.retrieve(sessionId, { expand: ["subscription"] });
  const { subscription } = session;
  if (!subscription || typeof subscription === "string") return;
  if (subscription.status !== "canceled") await stripe().subscriptions.cancel(subscription.id);
  await withPrincipal(academy, (db) =>
    db
      .updateTable("subscriptions")
      .set({ status: "canceled" })
      .where("stripe_subscription_id", "=", subscription.id)
      .execute(),
  );
}

const REFUND_STATUS: Readonly<Record<string, RefundStatus>> = {
  succeeded: "succeeded",
  failed: "failed",
  canceled: "failed",
};

/**
 * Fetches the refunds of a payment from Stripe and brings ours up to them; the database posts what has succeeded or
 * came back, and keeps the payment's sum. Those that the academy asked for are found by the number they carry.
 */
export async function recordRefunds(intentId: string): Promise<void> {
  const refunds = await stripe().refunds.list({ payment_intent: intentId, limit: 100 });
  await withPrincipal(academy, async (db) => {
    const payment = await db
      .selectFrom("payments")
      .select(["id", "family_id", "currency"])
      .where("stripe_payment_intent_id", "=", intentId)
      .forUpdate()
      .executeTakeFirst();
    if (!payment) return;
    // Oldest first, so that the books have them in the order in which they were made.
    for (const refund of refunds.data.toReversed()) {
      const status = REFUND_STATUS[refund.status ?? ""] ?? "pending";
      const ours = await db
        .selectFrom("refunds")
        .select(["id", "status"])
        .where((of) =>
          of.or([
            of("stripe_refund_id", "=", refund.id),
            of(sql<string>`id::text`, "=", refund.metadata?.refund_id ?? ""),
          ]),
        )
        .where("payment_id", "=", payment.id)
        .executeTakeFirst();
      if (!ours) {
        await db
          .insertInto("refunds")
          .values({
            payment_id: payment.id,
            family_id: payment.family_id,
            amount_cents: refund.amount,
            currency: payment.currency,
            status,
            reason: refund.metadata?.reason ?? "Given back at Stripe",
            stripe_refund_id: refund.id,
            failure_reason: refund.failure_reason ?? null,
            created_at: new Date(refund.created * 1000),
          })
          .execute();
      } else if (ours.status === "pending" || (ours.status === "succeeded" && status === "failed")) {
        await db
          .updateTable("refunds")
          .set({ status, stripe_refund_id: refund.id, failure_reason: refund.failure_reason ?? null })
          .where("id", "=", ours.id)
          .execute();
      }
    }
  });
}
