import { sql } from "kysely";
import { jsonb } from "@/lib/db/json";
import { service, withPrincipal } from "@/lib/db/principal";
import { stripe } from "@/lib/stripe/client";
import { recordCard } from "./cards";
import { recordCheckout, recordRefunds } from "./mutations";
import { recordInvoice, recordTuition } from "./renewals";

const stripeItself = service("stripe");

async function applyCheckout(sessionId: string): Promise<string> {
  if (await recordCard(sessionId)) return "card saved";
  return (await recordCheckout(sessionId)) ? "payment recorded" : "no payment";
}

async function applyRefunds(object: { payment_intent: string | { id: string } | null }): Promise<string> {
  const intent = object.payment_intent;
  if (intent) await recordRefunds(typeof intent === "string" ? intent : intent.id);
  return "refunds recorded";
}

const applyRefund = async (refundId: string) => applyRefunds(await stripe().refunds.retrieve(refundId));

/** How our books are brought up to the present state of the object of an event; other types concern nothing here. */
const APPLY: Readonly<Record<string, (objectId: string) => Promise<string>>> = {
  "checkout.session.completed": applyCheckout,
  "checkout.session.async_payment_succeeded": applyCheckout,
  "checkout.session.expired": applyCheckout,
  "customer.subscription.created": recordTuition,
  "customer.subscription.updated": recordTuition,
  "customer.subscription.deleted": recordTuition,
  "customer.subscription.paused": recordTuition,
  "customer.subscription.resumed": recordTuition,
  "invoice.finalized": recordInvoice,
  "invoice.paid": recordInvoice,
  "invoice.payment_succeeded": recordInvoice,
  "invoice.payment_failed": recordInvoice,
  "invoice.payment_action_required": recordInvoice,
  "invoice.marked_uncollectible": recordInvoice,
  "invoice.voided": recordInvoice,
  "charge.refunded": async (chargeId) => applyRefunds(await stripe().charges.retrieve(chargeId)),
  "refund.created": applyRefund,
  "refund.updated": applyRefund,
  "refund.failed": applyRefund,
};

/**
 * Stores a verified Stripe event once, together with the event that has it handled where its type concerns us.
 * False when it is known already.
 */
export async function storeStripeEvent(event: {
  id: string;
  type: string;
  objectId: string;
}): Promise<boolean> {
  const concernsUs = event.type in APPLY;
  return withPrincipal(stripeItself, async (db) => {
    const stored = await db
      .insertInto("stripe_events")
      .values({
        id: event.id,
        type: event.type,
        object_id: event.objectId,
        ...(concernsUs ? {} : { processed_at: sql<Date>`private.now()`, outcome: "not of interest" }),
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!stored) return false;
    if (concernsUs) {
      const data = { eventId: event.id, type: event.type, objectId: event.objectId };
      await sql`select private.emit('stripe/event.received', ${jsonb(data)})`.execute(db);
    }
    return true;
  });
}

/** Brings the books up to a stored event and notes the outcome with it. Doing it again changes nothing. */
export async function applyStripeEvent(event: {
  eventId: string;
  type: string;
  objectId: string;
}): Promise<string> {
  const outcome = (await APPLY[event.type]?.(event.objectId)) ?? "not of interest";
  await withPrincipal(stripeItself, (db) =>
    db
      .updateTable("stripe_events")
      .set({ processed_at: sql`private.now()`, outcome })
      .where("id", "=", event.eventId)
      .execute(),
  );
  return outcome;
}
