import { sql } from "kysely";
import Stripe from "stripe";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { stripe } from "@/lib/stripe/client";

const academy = service("billing");

/** Stripe keeps a Checkout session open for 30 minutes at least; one more for the way there. */
const SESSION_MINUTES = 31;

type PriceLine = { code: string; label: string; cents: number; recurring: boolean };
type OpenCheckout = {
  checkoutId: string;
  createdAt: Date;
  url: string | null;
  familyId: string;
  familyName: string;
  customerId: string | null;
  payerName: string;
  payerEmail: string;
  lines: readonly PriceLine[];
  currency: string;
  kind: "trial" | "plan";
  cadence: "monthly" | "semester" | "yearly";
  summary: string;
};

/**
 * The address of Stripe Checkout for a provisional enrollment; the same one as long as that checkout is open, so
 * that a double click, a second tab and the workflow's own step all lead to one session. Amounts are the
 * enrollment's stored lines. Null when the enrollment does not wait for a payment (any more).
 */
export async function openCheckout(
  enrollmentId: string,
  isSecondTry = false,
): Promise<{ checkoutId: string; url: string } | null> {
  const checkout = await withPrincipal(academy, async (db): Promise<OpenCheckout | null> => {
    const enrollment = await db
      .selectFrom("enrollments")
      .select(["id", "family_id", "status", "paid_at", "due_cents", "currency"])
      .where("id", "=", enrollmentId)
      .forUpdate()
      .executeTakeFirst();
    if (!enrollment) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
    if (enrollment.status !== "provisional" || enrollment.paid_at) return null;
    await db
      .insertInto("checkouts")
      .values({
        enrollment_id: enrollment.id,
        family_id: enrollment.family_id,
        amount_cents: enrollment.due_cents,
        currency: enrollment.currency,
      })
      // Spelled out: with a parameter the sixth use of a prepared statement no longer finds the partial index.
      .onConflict((conflict) =>
        conflict.column("enrollment_id").where(sql<boolean>`status = 'open'`).doNothing(),
      )
      .execute();
    const { rows } = await sql<OpenCheckout>`
      select c.id as "checkoutId", c.created_at as "createdAt", c.url, f.id as "familyId", f.name as "familyName",
             f.stripe_customer_id as "customerId", g.full_name as "payerName", g.email as "payerEmail",
             e.lines, e.currency, e.kind, e.cadence,
             i.name || ' with ' || t.first_name || ' ' || t.last_name || ' for ' || s.first_name as summary
        from checkouts c
        join enrollments e on e.id = c.enrollment_id
        join families f on f.id = c.family_id
        join students s on s.id = e.student_id
        join instruments i on i.id = e.instrument_id
        join teachers t on t.id = e.teacher_id
        join guardians g on g.id = private.payer_of(f.id)
       where c.enrollment_id = ${enrollmentId} and c.status = 'open'`.execute(db);
    const [row] = rows;
    if (!row) throw new AppError("internal", { userMessage: "The payment page could not be prepared." });
    return row;
  });
  if (!checkout) return null;
  if (checkout.url) return { checkoutId: checkout.checkoutId, url: checkout.url };

  const customer = checkout.customerId ?? (await createCustomer(checkout));
  let session: Stripe.Checkout.Session;
  try {
    session = await stripe().checkout.sessions.create(await sessionParams(enrollmentId, checkout, customer), {
      idempotencyKey: `checkout:${checkout.checkoutId}`,
    });
  } catch (error) {
    // Stripe was away when this checkout was begun and made no session then (the key would have brought it), or the
    // customer was deleted there. Another checkout, with another key, does better.
    const isGone = isRefused(error, "customer", "resource_missing");
    if (isSecondTry || !(isGone || isRefused(error, "expires_at"))) throw error;
    if (isGone) await forgetCustomer(checkout.familyId, customer);
    await endCheckout(checkout.checkoutId);
    return openCheckout(enrollmentId, true);
  }
  if (!session.url)
    throw new AppError("unavailable", { userMessage: "The payment page is not available just now." });
  const url = session.url;
  await withPrincipal(academy, (db) =>
    db
      .updateTable("checkouts")
      .set({ stripe_session_id: session.id, url })
      .where("id", "=", checkout.checkoutId)
      .execute(),
  );
  return { checkoutId: checkout.checkoutId, url };
}

function isRefused(error: unknown, param: string, code?: string): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.param === param &&
    (code === undefined || error.code === code)
  );
}

async function forgetCustomer(familyId: string, customerId: string): Promise<void> {
  await withPrincipal(academy, (db) =>
    db
      .updateTable("families")
      .set({ stripe_customer_id: null })
      .where("id", "=", familyId)
      .where("stripe_customer_id", "=", customerId)
      .execute(),
  );
}

async function endCheckout(checkoutId: string): Promise<void> {
  await withPrincipal(academy, (db) =>
    db
      .updateTable("checkouts")
      .set({ status: "expired" })
      .where("id", "=", checkoutId)
      .where("status", "=", "open")
      .execute(),
  );
}

async function createCustomer(checkout: OpenCheckout): Promise<string> {
  const customer = await stripe().customers.create(
    { name: checkout.payerName, email: checkout.payerEmail, metadata: { family_id: checkout.familyId } },
    { idempotencyKey: `customer:${checkout.checkoutId}` },
  );
  return withPrincipal(academy, async (db) => {
    await db
      .updateTable("families")
      .set({ stripe_customer_id: customer.id })
      .where("id", "=", checkout.familyId)
      .where("stripe_customer_id", "is", null)
      .execute();
    const family = await db
      .selectFrom("families")
      .select("stripe_customer_id")
      .where("id", "=", checkout.familyId)
      .executeTakeFirstOrThrow();
    return family.stripe_customer_id ?? customer.id;
  });
}

const MONTHS = { monthly: 1, semester: 6, yearly: 12 } as const;

async function sessionParams(
  enrollmentId: string,
  checkout: OpenCheckout,
  customer: string,
): Promise<Stripe.Checkout.SessionCreateParams> {
  const { SITE_URL } = env();
  const metadata = { enrollment_id: enrollmentId, checkout_id: checkout.checkoutId };
  const page = `${SITE_URL}/enroll/${enrollmentId}`;
  const shared = {
    customer,
    client_reference_id: enrollmentId,
    metadata,
    success_url: `${page}?checkout={CHECKOUT_SESSION_ID}`,
    cancel_url: `${page}?cancelled=1`,
    expires_at: Math.floor(checkout.createdAt.getTime() / 1000) + SESSION_MINUTES * 60,
  };
  const once = checkout.lines.filter((line) => !line.recurring && line.cents > 0);
  const item = (line: PriceLine) => ({
    quantity: 1,
    price_data: {
      currency: checkout.currency,
      unit_amount: line.cents,
      product_data: { name: line.label, description: checkout.summary },
    },
  });
  if (checkout.kind === "trial") {
    return {
      ...shared,
      mode: "payment",
      line_items: once.map(item),
      payment_intent_data: { description: checkout.summary, metadata, setup_future_usage: "off_session" },
    };
  }
  const tuition = checkout.lines.filter((line) => line.recurring).reduce((sum, line) => sum + line.cents, 0);
  const credit = -checkout.lines
    .filter((line) => !line.recurring && line.cents < 0)
    .reduce((sum, line) => sum + line.cents, 0);
  const label = checkout.lines.find((line) => line.recurring)?.label ?? "Tuition";
  return {
    ...shared,
    mode: "subscription",
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: checkout.currency,
          unit_amount: tuition,
          recurring: { interval: "month", interval_count: MONTHS[checkout.cadence] },
          product_data: { name: label, description: checkout.summary },
        },
      },
      ...once.map(item),
    ],
    ...(credit > 0 ? { discounts: [{ coupon: await trialCoupon(checkout, credit) }] } : {}),
    subscription_data: { description: checkout.summary, metadata },
  };
}

async function trialCoupon(checkout: OpenCheckout, cents: number): Promise<string> {
  const coupon = await stripe().coupons.create(
    { amount_off: cents, currency: checkout.currency, duration: "once", name: "Credit for the trial lesson" },
    { idempotencyKey: `coupon:${checkout.checkoutId}` },
  );
  return coupon.id;
}

/**
 * Ends the open checkout of an enrollment, so that nobody can pay for a time that is no longer held. A session
 * that was paid in the same moment stays paid: then its id is returned, and its payment is to be recorded.
 */
export async function closeCheckout(enrollmentId: string): Promise<{ paidSessionId: string | null }> {
  const open = await withPrincipal(academy, (db) =>
    db
      .selectFrom("checkouts")
      .select(["id", "stripe_session_id"])
      .where("enrollment_id", "=", enrollmentId)
      .where("status", "=", "open")
      .executeTakeFirst(),
  );
  if (!open) return { paidSessionId: null };
  if (open.stripe_session_id) {
    const session = await stripe().checkout.sessions.retrieve(open.stripe_session_id);
    if (session.status === "complete") return { paidSessionId: session.id };
    if (session.status === "open") {
      try {
        await stripe().checkout.sessions.expire(open.stripe_session_id);
      } catch (error) {
        const now = await stripe().checkout.sessions.retrieve(open.stripe_session_id);
        if (now.status === "complete") return { paidSessionId: now.id };
        if (now.status === "open") throw error;
      }
    }
  }
  await endCheckout(open.id);
  return { paidSessionId: null };
}
