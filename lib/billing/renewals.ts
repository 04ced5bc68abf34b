import { sql } from "kysely";
import type Stripe from "stripe";
import { clock } from "@/lib/clock";
import { jsonb } from "@/lib/db/json";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { localDate } from "@/lib/format";
import { stripe } from "@/lib/stripe/client";
import { postToLedger } from "./ledger";
import { recordCheckout } from "./mutations";
import { recordSubscription } from "./subscriptions";

const academy = service("billing");

/** How many of a subscription's invoices are looked at again when it changes. */
const RECENT_INVOICES = 6;

const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === "string" ? value : (value?.id ?? null);

type Fetched = {
  readonly invoice: Stripe.Invoice;
  /** What paid it; null as long as nothing did. */
  readonly paid: { readonly intentId: string; readonly charge: Stripe.Charge } | null;
  readonly failed: readonly FailedCharge[];
};

type FailedCharge = {
  readonly cause: string;
  readonly at: Date;
  readonly cents: number;
  readonly declineCode: string;
  readonly card: { readonly brand: string | null; readonly last4: string | null } | null;
};

/**
 * Fetches an invoice of a subscription from Stripe and brings the books up to it, in one transaction: our invoice with
 * its lines, the payment and its posting under the charge, each charge that failed. Only what Stripe says now counts,
 * so it may be called any number of times, in any order, however late. Gives what it came to, in words.
 */
export async function recordInvoice(invoiceId: string): Promise<string> {
  const invoice = await stripe().invoices.retrieve(invoiceId);
  const subscriptionId = idOf(invoice.parent?.subscription_details?.subscription);
  if (!subscriptionId) return "not of a subscription";
  const owner = await recordSubscription(subscriptionId);
  if (!owner) return "of nobody known here";
  if (invoice.billing_reason === "subscription_create") return recordFirstInvoice(subscriptionId);
  if (invoice.status === "draft") return "not issued yet";
  const fetched = await fetchCharges(invoice);
  return withPrincipal(academy, (db) => writeInvoice(db, fetched, owner));
}

/** The first month is paid at Checkout, whose session knows what it was for. */
async function recordFirstInvoice(subscriptionId: string): Promise<string> {
  const sessions = await stripe().checkout.sessions.list({ subscription: subscriptionId, limit: 1 });
  const session = sessions.data[0];
  return session && (await recordCheckout(session.id)) ? "paid at Checkout" : "of a Checkout";
}

/** Brings a subscription and its newest invoices up to Stripe: what a missed message would have said comes with it. */
export async function recordTuition(subscriptionId: string): Promise<string> {
  const owner = await recordSubscription(subscriptionId);
  if (!owner) return "of nobody known here";
  const { data } = await stripe().invoices.list({ subscription: subscriptionId, limit: RECENT_INVOICES });
  const settled = await listSettled(owner.enrollmentId);
  const unsettled = data.filter(({ id, billing_reason: reason }) =>
    reason === "subscription_create" ? !settled.has("first") : !settled.has(id ?? ""),
  );
  for (const { id } of unsettled.toReversed()) if (id) await recordInvoice(id);
  return `tuition and ${unsettled.length} invoices looked at`;
}

/** Stripe's invoices of an enrollment that are paid or void here too, and `first` when its Checkout is. */
async function listSettled(enrollmentId: string): Promise<Set<string>> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<{ id: string }>`
      select i.stripe_invoice_id as id from invoices i join invoice_lines l on l.invoice_id = i.id
       where l.enrollment_id = ${enrollmentId} and i.stripe_invoice_id is not null and i.status in ('paid', 'void')
       union
      select 'first' from payments p where p.enrollment_id = ${enrollmentId} and p.checkout_id is not null`.execute(
      db,
    ),
  );
  return new Set(rows.map(({ id }) => id));
}

async function fetchCharges(invoice: Stripe.Invoice): Promise<Fetched> {
  const payments = await stripe().invoicePayments.list({ invoice: invoice.id ?? "", limit: 100 });
  let paid: Fetched["paid"] = null;
  const failed: FailedCharge[] = [];
  for (const { payment } of payments.data) {
    const intentId = idOf(payment.payment_intent);
    if (!intentId) continue;
    for await (const charge of stripe().charges.list({ payment_intent: intentId, limit: 100 })) {
      if (charge.status === "succeeded") paid = { intentId, charge };
      else if (charge.status === "failed") failed.push(toFailedCharge(charge));
    }
  }
  // Without a card there is no charge that could have failed, and yet an attempt.
  if (failed.length === 0 && invoice.status === "open" && invoice.attempt_count > 0) {
    failed.push({
      cause: `${invoice.id}:${invoice.attempt_count}`,
      at: clock.now(),
      cents: invoice.amount_due,
      declineCode: "no_card",
      card: null,
    });
  }
  return { invoice, paid, failed: failed.sort((a, b) => a.at.getTime() - b.at.getTime()) };
}

function toFailedCharge(charge: Stripe.Charge): FailedCharge {
  const card = charge.payment_method_details?.card;
  return {
    cause: charge.id,
    at: new Date(charge.created * 1000),
    cents: charge.amount,
    declineCode: charge.outcome?.reason ?? charge.failure_code ?? "generic_decline",
    card: card ? { brand: card.brand, last4: card.last4 } : null,
  };
}

async function writeInvoice(
  db: Db,
  { invoice, paid, failed }: Fetched,
  owner: { familyId: string; enrollmentId: string },
): Promise<string> {
  const id = await insertInvoice(db, invoice, owner);
  if (!id) return invoice.amount_due === 0 ? "nothing was due" : "given up before it was asked for";
  const row = await db
    .selectFrom("invoices")
    .select("status")
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // The payment first: of an invoice that is paid nobody is told that it failed before.
  if (paid) await insertPayment(db, id, invoice, paid, owner);
  else if (invoice.status === "paid")
    throw new AppError("conflict", {
      message: `invoice ${invoice.id} is paid without a charge`,
      userMessage: "Stripe has this invoice as paid, but without a charge. Enter the payment by hand.",
    });
  for (const charge of failed) {
    await db
      .insertInto("payment_attempts")
      .values({
        invoice_id: id,
        family_id: owner.familyId,
        currency: invoice.currency,
        amount_cents: charge.cents,
        decline_code: charge.declineCode,
        card_brand: charge.card?.brand ?? null,
        card_last4: charge.card?.last4 ?? null,
        cause: charge.cause,
        attempted_at: charge.at,
      })
      .onConflict((conflict) => conflict.column("cause").doNothing())
      .execute();
  }
  const ended =
    invoice.status === "void" ? "void" : invoice.status === "uncollectible" ? "uncollectible" : null;
  if (ended && (row.status === "open" || (row.status === "uncollectible" && ended === "void"))) {
    await db.updateTable("invoices").set({ status: ended }).where("id", "=", id).execute();
  }
  return paid ? "paid" : failed.length > 0 ? `${failed.length} charges failed` : `${invoice.status}`;
}

/** Our row of an invoice of Stripe, made once with its lines; null for one that asks for nothing. */
async function insertInvoice(
  db: Db,
  invoice: Stripe.Invoice,
  owner: { familyId: string; enrollmentId: string },
): Promise<string | null> {
  const stripeId = invoice.id ?? "";
  const known = await db
    .selectFrom("invoices")
    .select("id")
    .where("stripe_invoice_id", "=", stripeId)
    .executeTakeFirst();
  if (known) return known.id;
  if (invoice.amount_due === 0 || invoice.status === "void") return null;
  const { timeZone } = await db
    .selectFrom("academy_settings")
    .select("time_zone as timeZone")
    .executeTakeFirstOrThrow();
  const issuedAt = invoice.status_transitions.finalized_at ?? invoice.created;
  const issuedOn = localDate(new Date(issuedAt * 1000), timeZone);
  const made = await db
    .insertInto("invoices")
    .values({
      family_id: owner.familyId,
      guardian_id: sql<string>`private.payer_of(${owner.familyId})`,
      currency: invoice.currency,
      issued_on: issuedOn,
      due_on: issuedOn,
      stripe_invoice_id: stripeId,
    })
    .onConflict((conflict) => conflict.column("stripe_invoice_id").doNothing())
    .returning("id")
    .executeTakeFirst();
  // Somebody else was quicker, and waited for: it is there now.
  if (!made) return insertInvoice(db, invoice, owner);
  await db
    .insertInto("invoice_lines")
    .values(
      linesOf(invoice, timeZone).map((line, index) => ({
        invoice_id: made.id,
        position: index + 1,
        enrollment_id: owner.enrollmentId,
        ...line,
      })),
    )
    .execute();
  await db.updateTable("invoices").set({ status: "open" }).where("id", "=", made.id).execute();
  return made.id;
}

type Line = { code: string; label: string; amount_cents: number; period: string | null };

/** The lines of an invoice in cents; discounts and Stripe's balance make one of their own, so that they add up to what is due. */
function linesOf(invoice: Stripe.Invoice, timeZone: string): Line[] {
  const day = (seconds: number) => localDate(new Date(seconds * 1000), timeZone);
  const lines = invoice.lines.data.map(
    (line): Line => ({
      code: line.parent?.subscription_item_details?.proration ? "change_of_plan" : "tuition",
      label: (line.description ?? "Tuition").slice(0, 200),
      amount_cents: line.amount,
      period:
        line.period.end > line.period.start ? `[${day(line.period.start)},${day(line.period.end)})` : null,
    }),
  );
  const rest = invoice.amount_due - lines.reduce((sum, line) => sum + line.amount_cents, 0);
  if (rest === 0) return lines;
  return [...lines, { code: "balance", label: "Discounts and balance", amount_cents: rest, period: null }];
}

async function insertPayment(
  db: Db,
  invoiceId: string,
  invoice: Stripe.Invoice,
  { intentId, charge }: NonNullable<Fetched["paid"]>,
  owner: { familyId: string; enrollmentId: string },
): Promise<void> {
  const of = await db
    .selectFrom("enrollments as e")
    .innerJoin("instruments as i", "i.id", "e.instrument_id")
    .innerJoin("students as s", "s.id", "e.student_id")
    .select(["i.name as instrument", "s.first_name as student"])
    .where("e.id", "=", owner.enrollmentId)
    .executeTakeFirstOrThrow();
  const payment = await db
    .insertInto("payments")
    .values({
      family_id: owner.familyId,
      enrollment_id: owner.enrollmentId,
      invoice_id: invoiceId,
      stripe_payment_intent_id: intentId,
      stripe_charge_id: charge.id,
      description: `Tuition: ${of.instrument}, ${of.student}`,
      amount_cents: charge.amount,
      currency: charge.currency,
      card_brand: charge.payment_method_details?.card?.brand ?? null,
      card_last4: charge.payment_method_details?.card?.last4 ?? null,
      paid_at: new Date(charge.created * 1000),
    })
    .onConflict((conflict) => conflict.column("stripe_payment_intent_id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!payment) return;
  await postToLedger(db, {
    cause: charge.id,
    description: invoice.billing_reason === "subscription_cycle" ? "Tuition renewed" : "Tuition",
    occurredAt: new Date(charge.created * 1000),
    familyId: owner.familyId,
    paymentId: payment.id,
    currency: charge.currency,
    postings: [
      { account: "stripe_balance", cents: charge.amount },
      { account: "tuition_revenue", cents: -charge.amount },
    ],
  });
  const data = jsonb({ enrollmentId: owner.enrollmentId, paymentId: payment.id });
  await sql`select private.emit('billing/payment.recorded', ${data}, ${owner.familyId})`.execute(db);
}
