import { sql } from "kysely";
import Stripe from "stripe";
import { z } from "zod";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { stripe } from "@/lib/stripe/client";

const academy = service("billing");

/** Stripe's statuses of a subscription that charges, or would as soon as it is paid. */
const RUNNING = ["active", "trialing", "past_due", "unpaid", "incomplete"];

/** A family with the guardian who asks for its card page. */
export type CardOwner = { familyId: string; guardianId: string };

/** The signed-in parent (their account's id) as the one whose card it is. Null for somebody without a family. */
export async function readCardOwner(db: Db, userId: string): Promise<CardOwner | null> {
  const { rows } = await sql<CardOwner>`
    select g.family_id as "familyId", g.id as "guardianId" from guardians g
     where g.family_id = any(array(select private.my_family_ids())) and g.profile_id = ${userId}
     order by g.family_id limit 1`.execute(db);
  return rows[0] ?? null;
}

/**
 * The address of Stripe's page on which a family enters another card. Nothing is charged there; what is overdue is
 * charged as soon as the card is saved.
 */
export async function openCardPage(owner: CardOwner, isSecondTry = false): Promise<string> {
  const customer = await customerOf(owner);
  const page = `${env().SITE_URL}/family/billing`;
  try {
    const session = await stripe().checkout.sessions.create({
      mode: "setup",
      currency: "usd",
      customer,
      metadata: { purpose: "card", family_id: owner.familyId, guardian_id: owner.guardianId },
      success_url: `${page}?card={CHECKOUT_SESSION_ID}`,
      cancel_url: page,
    });
    if (session.url) return session.url;
  } catch (error) {
    const isGone =
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      error.param === "customer" &&
      error.code === "resource_missing";
    if (isSecondTry || !isGone) throw error;
    await withPrincipal(academy, (db) =>
      db
        .updateTable("families")
        .set({ stripe_customer_id: null })
        .where("id", "=", owner.familyId)
        .where("stripe_customer_id", "=", customer)
        .execute(),
    );
    return openCardPage(owner, true);
  }
  throw new AppError("unavailable", { userMessage: "The card page is not available just now." });
}

/** The family's customer at Stripe, made when there is none. */
async function customerOf(owner: CardOwner): Promise<string> {
  const found = await withPrincipal(academy, (db) =>
    db
      .selectFrom("families as f")
      .innerJoin("guardians as g", "g.family_id", "f.id")
      .select(["f.stripe_customer_id as customer", "g.full_name as name", "g.email"])
      .where("f.id", "=", owner.familyId)
      .where("g.id", "=", owner.guardianId)
      .executeTakeFirstOrThrow(),
  );
  if (found.customer) return found.customer;
  const made = await stripe().customers.create({
    name: found.name,
    email: found.email,
    metadata: { family_id: owner.familyId },
  });
  return withPrincipal(academy, async (db) => {
    await db
      .updateTable("families")
      .set({ stripe_customer_id: made.id })
      .where("id", "=", owner.familyId)
      .where("stripe_customer_id", "is", null)
      .execute();
    const family = await db
      .selectFrom("families")
      .select("stripe_customer_id")
      .where("id", "=", owner.familyId)
      .executeTakeFirstOrThrow();
    return family.stripe_customer_id ?? made.id;
  });
}

const cardMetadata = z.object({
  purpose: z.literal("card"),
  family_id: z.guid(),
  guardian_id: z.guid(),
});

/**
 * Fetches a visit to the card page and makes its card the one that is charged: at Stripe for the customer and each
 * running subscription, and in our books, whose new row has overdue invoices charged. Safe to repeat. Null when the
 * visit was for something else or has not ended.
 */
export async function recordCard(sessionId: string): Promise<{ familyId: string } | null> {
  const session = await stripe().checkout.sessions.retrieve(sessionId, {
    expand: ["setup_intent.payment_method"],
  });
  const of = cardMetadata.safeParse(session.metadata);
  const intent = session.setup_intent;
  if (!of.success || session.status !== "complete" || !intent || typeof intent === "string") return null;
  const method = intent.payment_method;
  const customer = typeof session.customer === "string" ? session.customer : session.customer?.id;
  if (!method || typeof method === "string" || !customer) return null;
  const { family_id: familyId, guardian_id: guardianId } = of.data;
  const known = await withPrincipal(academy, (db) =>
    db.selectFrom("family_cards").select("id").where("stripe_session_id", "=", session.id).executeTakeFirst(),
  );
  if (known) return { familyId };

  await stripe().customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  for await (const subscription of stripe().subscriptions.list({ customer, status: "all", limit: 100 })) {
    if (!RUNNING.includes(subscription.status)) continue;
    await stripe().subscriptions.update(subscription.id, { default_payment_method: method.id });
  }
  const { card } = method;
  await withPrincipal(academy, (db) =>
    db
      .insertInto("family_cards")
      .values({
        family_id: familyId,
        guardian_id: guardianId,
        stripe_session_id: session.id,
        stripe_payment_method_id: method.id,
        card_brand: card?.brand ?? null,
        card_last4: card?.last4 ?? null,
        expires_on: card
          ? sql<string>`(make_date(${card.exp_year}::int, ${card.exp_month}::int, 1) + interval '1 month - 1 day')::date`
          : null,
      })
      .onConflict((conflict) => conflict.column("stripe_session_id").doNothing())
      .execute(),
  );
  return { familyId };
}

/** The card that a family put in the place of another last; null when it never did. */
export async function readChargedCard(db: Db, familyId: string): Promise<string | null> {
  const card = await db
    .selectFrom("family_cards")
    .select("stripe_payment_method_id as method")
    .where("family_id", "=", familyId)
    .orderBy("saved_at", "desc")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return card?.method ?? null;
}
