import { sql } from "kysely";
import type Stripe from "stripe";
import { z } from "zod";
import type { BillingCadence } from "@/lib/db/database.gen";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { stripe } from "@/lib/stripe/client";

const academy = service("billing");

type SubscriptionOf = { familyId: string; enrollmentId: string; cadence: BillingCadence };

/** The number of a fetch, taken before the request is sent: of two fetches the later one knows more. */
export async function takeFetchNumber(): Promise<number> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ number: number }>`
      select nextval('private.stripe_fetches')::int as number`.execute(db);
    return rows[0]?.number ?? 0;
  });
}

/** Writes a subscription as it was fetched; what an earlier fetch brings in late changes nothing. */
export async function saveSubscription(
  db: Db,
  subscription: Stripe.Subscription,
  fetchNumber: number,
  of: SubscriptionOf,
): Promise<void> {
  const item = subscription.items.data[0];
  const values = {
    status: subscription.status,
    amount_cents: item?.price.unit_amount ?? 0,
    currency: subscription.currency,
    current_period_start: item ? new Date(item.current_period_start * 1000) : null,
    current_period_end: item ? new Date(item.current_period_end * 1000) : null,
    fetch_number: fetchNumber,
  };
  await db
    .insertInto("subscriptions")
    .values({
      family_id: of.familyId,
      enrollment_id: of.enrollmentId,
      cadence: of.cadence,
      stripe_subscription_id: subscription.id,
      ...values,
    })
    .onConflict((conflict) =>
      conflict
        .column("stripe_subscription_id")
        .doUpdateSet(values)
        .where("subscriptions.fetch_number", "<", fetchNumber),
    )
    .execute();
}

/** Whose subscription it is: as it is on record, else by the enrollment that Checkout wrote on it. */
async function readOwner(db: Db, subscription: Stripe.Subscription): Promise<SubscriptionOf | null> {
  const known = await db
    .selectFrom("subscriptions")
    .select(["family_id as familyId", "enrollment_id as enrollmentId", "cadence"])
    .where("stripe_subscription_id", "=", subscription.id)
    .executeTakeFirst();
  if (known) return known;
  const enrollmentId = z.guid().safeParse(subscription.metadata.enrollment_id);
  if (!enrollmentId.success) return null;
  const enrollment = await db
    .selectFrom("enrollments")
    .select(["family_id as familyId", "id as enrollmentId", "cadence"])
    .where("id", "=", enrollmentId.data)
    .executeTakeFirst();
  return enrollment ?? null;
}

/** Fetches a subscription from Stripe and brings our row up to it. Null when it is none of ours. */
export async function recordSubscription(subscriptionId: string): Promise<SubscriptionOf | null> {
  const fetchNumber = await takeFetchNumber();
  const subscription = await stripe().subscriptions.retrieve(subscriptionId);
  return withPrincipal(academy, async (db) => {
    const owner = await readOwner(db, subscription);
    if (owner) await saveSubscription(db, subscription, fetchNumber, owner);
    return owner;
  });
}
