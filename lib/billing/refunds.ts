import { sql } from "kysely";
import Stripe from "stripe";
import type { LedgerAccount } from "@/lib/db/database.gen";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { stripe } from "@/lib/stripe/client";
import { recordRefunds } from "./mutations";
import type { RefundForm } from "./refund-schema";

const academy = service("billing");

/** What a refund comes to. `endsTuition`: what renews itself and ends with it; null where nothing ends. */
export type RefundOutcome = {
  readonly refundId: string;
  readonly amount: Money;
  readonly leftBefore: Money;
  readonly leftAfter: Money;
  readonly target: "card" | "credit";
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly endsTuition: Money | null;
  readonly goesOn: Money | null;
  readonly postings: readonly { readonly account: LedgerAccount; readonly amount: Money }[];
};

type Row = {
  refundId: string;
  cents: number;
  leftBefore: number;
  leftAfter: number;
  target: "card" | "credit";
  cardBrand: string | null;
  cardLast4: string | null;
  endsTuition: boolean;
  tuitionCents: number | null;
  postings: { account: LedgerAccount; cents: number }[];
};

/**
 * Gives back part of a payment or all of it, as the administrator whose transaction this is. Rehearsed, it is the
 * preview. Refusals are the database's: more than is left, a disputed payment, no card.
 */
export async function refundByHand(db: Db, form: RefundForm): Promise<RefundOutcome> {
  const { rows } = await sql<Row>`
    select refund_id as "refundId", amount_cents as cents, left_before_cents as "leftBefore", left_after_cents as "leftAfter",
           target, card_brand as "cardBrand", card_last4 as "cardLast4", ends_tuition as "endsTuition",
           tuition_cents as "tuitionCents", postings
      from private.refund_payment(${form.paymentId}, ${form.cents}, ${form.target}, ${form.reason}, ${form.endsTuition})`.execute(
    db,
  );
  const [row] = rows;
  if (!row) throw new AppError("internal", { userMessage: "The refund could not be made." });
  const tuition = row.tuitionCents === null ? null : usd(row.tuitionCents);
  return {
    refundId: row.refundId,
    amount: usd(row.cents),
    leftBefore: usd(row.leftBefore),
    leftAfter: usd(row.leftAfter),
    target: row.target,
    card: row.cardBrand && row.cardLast4 ? { brand: row.cardBrand, last4: row.cardLast4 } : null,
    endsTuition: row.endsTuition ? tuition : null,
    goesOn: row.endsTuition ? null : tuition,
    postings: row.postings.map(({ account, cents }) => ({ account, amount: usd(cents) })),
  };
}

async function readRefund(refundId: string) {
  const refund = await withPrincipal(academy, (db) =>
    db
      .selectFrom("refunds as r")
      .innerJoin("payments as p", "p.id", "r.payment_id")
      .select(["r.id", "r.amount_cents", "r.target", "r.status", "r.reason", "r.ends_tuition"])
      .select(["p.id as paymentId", "p.enrollment_id", "p.stripe_payment_intent_id"])
      .where("r.id", "=", refundId)
      .executeTakeFirst(),
  );
  if (!refund) throw new AppError("not_found", { userMessage: "There is no such refund." });
  return refund;
}

/**
 * Has Stripe send a refund to the card, once: its key is the refund. What Stripe refuses is noted as failed, so that
 * the amount may be given back in another way.
 */
export async function sendBack(refundId: string): Promise<string> {
  const refund = await readRefund(refundId);
  if (refund.target === "credit") return "Given as credit";
  if (refund.status !== "pending" || !refund.stripe_payment_intent_id) return "Was sent already";
  try {
    await stripe().refunds.create(
      {
        payment_intent: refund.stripe_payment_intent_id,
        amount: refund.amount_cents,
        metadata: { payment_id: refund.paymentId, refund_id: refund.id, reason: refund.reason },
      },
      { idempotencyKey: `refund-by-hand:${refund.id}` },
    );
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    await withPrincipal(academy, (db) =>
      db
        .updateTable("refunds")
        .set({ status: "failed", failure_reason: (error.code ?? "refused").slice(0, 100) })
        .where("id", "=", refundId)
        .where("status", "=", "pending")
        .execute(),
    );
    return `Stripe refused it: ${error.code ?? error.message}`;
  }
  await recordRefunds(refund.stripe_payment_intent_id);
  return "Sent to the card";
}

/** Ends the tuition that renews itself, where the refund says so; it is safe to end it twice. */
export async function endTuitionOfRefund(refundId: string): Promise<string> {
  const refund = await readRefund(refundId);
  if (!refund.ends_tuition || !refund.enrollment_id) return "Tuition goes on";
  const enrollmentId = refund.enrollment_id;
  const running = await withPrincipal(academy, (db) =>
    db
      .selectFrom("subscriptions")
      .select("stripe_subscription_id as id")
      .where("enrollment_id", "=", enrollmentId)
      .where("status", "not in", ["canceled", "incomplete_expired"])
      .execute(),
  );
  for (const { id } of running) {
    const subscription = await stripe().subscriptions.retrieve(id);
    if (subscription.status !== "canceled") await stripe().subscriptions.cancel(id);
    await withPrincipal(academy, (db) =>
      db
        .updateTable("subscriptions")
        .set({ status: "canceled" })
        .where("stripe_subscription_id", "=", id)
        .execute(),
    );
  }
  return running.length === 0 ? "Had ended" : "Tuition ended";
}

/** A refund of a payment, as the academy sees it. */
export type RefundLine = {
  readonly id: string;
  readonly amount: Money;
  readonly target: "card" | "credit";
  readonly status: "pending" | "succeeded" | "failed";
  readonly reason: string;
  readonly failureReason: string | null;
  readonly createdAt: Date;
};

/** The refunds of a payment, oldest first. */
export async function listRefunds(db: Db, paymentId: Id<"payment">): Promise<RefundLine[]> {
  const { rows } = await sql<Omit<RefundLine, "amount"> & { cents: number }>`
    select r.id, r.amount_cents as cents, r.target, r.status, r.reason, r.failure_reason as "failureReason",
           r.created_at as "createdAt"
      from refunds r where r.payment_id = ${paymentId} order by r.created_at, r.id`.execute(db);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: usd(cents) }));
}
