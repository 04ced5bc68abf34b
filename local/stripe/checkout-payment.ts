import type Stripe from "stripe";
import type { BillLine } from "./bill-lines";
import { type CardFormErrors, readCardForm } from "./cards";
import type { SessionPlan } from "./checkout";
import { expireSession } from "./checkout-expiry";
import { createDiscount } from "./coupons";
import { createCustomer } from "./customers";
import { emit } from "./events";
import { newId } from "./ids";
import { createInvoice, finalizeInvoice, settleInvoice } from "./invoices";
import { attachPaymentMethod, createCardMethod, markSetUp } from "./payment-methods";
import { attemptPayment, authenticateIntent, createIntent, type OnApproved } from "./payments";
import { createInvoiceItem } from "./proration";
import { lastingDiscounts } from "./renewals";
import { attemptSetup, authenticateSetup, createSetupIntent } from "./setup-intents";
import { findRow, type Hidden, mergeMetadata, readObject, readRow, saveObject } from "./store";
import { describeSubscription, storeSubscription } from "./subscriptions";
import { idOf, type Session } from "./wire";
import type { Work } from "./work";

export interface CheckoutForm {
  /** Names one rendering of the form: the same one sent twice is one attempt. */
  formId: string;
  email: string;
  number: string;
  expiry: string;
  cvc: string;
  name: string;
}
export type CheckoutErrors = CardFormErrors & { email?: string };

export type Submission =
  | { kind: "complete"; location: string }
  | { kind: "expired" }
  | { kind: "challenge"; location: string }
  | { kind: "declined"; message: string; field: "number" | "expiry" | "cvc" }
  | { kind: "invalid"; errors: CheckoutErrors };

/** Who pays and with what: kept while 3-D Secure is asked for. */
interface Payer {
  methodId: string;
  email: string;
  name: string;
}

/** Where a paid session leads, with its id filled in. */
export function successLocation(session: Session): string {
  return (session.success_url ?? "/").replaceAll("{CHECKOUT_SESSION_ID}", session.id);
}

/** A session ends when its time is over, also if the scheduler has not come by yet. */
export function isOver(session: Session, now: number): boolean {
  return session.status === "expired" || (session.status === "open" && session.expires_at <= now);
}

export function planOf(hidden: Hidden): SessionPlan {
  return hidden.plan as SessionPlan;
}

/** The customer's address, when the session knows it: then the form does not ask. */
export async function knownEmail(work: Work, session: Session): Promise<string | null> {
  const customerId = idOf(session.customer);
  if (customerId === null) return session.customer_email;
  return (await findRow(work, "customer", customerId))?.data.email ?? null;
}

/** A person pressed Pay. The session's row is locked, so two submits are one after the other. */
export async function submitCheckout(work: Work, id: string, form: CheckoutForm): Promise<Submission> {
  const { data: session, hidden } = await readRow(work, "checkout.session", id, { lock: true });
  if (session.status === "complete") return { kind: "complete", location: successLocation(session) };
  if (isOver(session, work.now)) {
    if (session.status === "open") await expireSession(work, session, hidden);
    return { kind: "expired" };
  }
  const attempts = (hidden.attempts ?? {}) as Record<string, Submission>;
  // The same form with another card, typed after Back, is another attempt.
  const attemptKey = `${form.formId} ${form.number.slice(-4)} ${form.expiry}`;
  const earlier = attempts[attemptKey];
  if (earlier) return earlier;
  const email = (await knownEmail(work, session)) ?? form.email.trim();
  const errors: CheckoutErrors = {};
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    errors.email = "Enter an email address, for example you@example.com.";
  if (isFree(session)) {
    if (errors.email) return { kind: "invalid", errors };
    return completePayment(work, session, { methodId: "", email, name: form.name.trim() }, null);
  }
  const read = readCardForm(form, new Date(work.now * 1000));
  if ("errors" in read || errors.email) {
    return { kind: "invalid", errors: { ...errors, ...("errors" in read ? read.errors : {}) } };
  }
  const name = form.name.trim();
  const method = await createCardMethod(work, read.card, { email, name });
  const payer: Payer = { methodId: method.id, email, name };
  const draft: Hidden = { ...hidden, payer };
  const outcome = await pay(work, session, draft, payer);
  // The row may have changed meanwhile: only what belongs to the attempt is written.
  const kept = { payer, attempts: { ...attempts, [attemptKey]: outcome } };
  await work.sql`
    update stripe_local.objects set hidden = hidden || ${work.sql.json(JSON.parse(JSON.stringify(kept)))}
    where id = ${id}`;
  return outcome;
}

/** A Checkout that asks for no card: nothing is due, now or later. */
export function isFree(session: Session): boolean {
  return session.mode === "payment" && session.amount_total === 0;
}

async function pay(work: Work, session: Session, hidden: Hidden, payer: Payer): Promise<Submission> {
  const plan = planOf(hidden);
  if (session.mode === "setup" || session.amount_total === 0) return saveCard(work, session, plan, payer);
  const intent = await intentOf(work, session, hidden, payer);
  const result = await attemptPayment(work, {
    intent,
    methodId: payer.methodId,
    offSession: false,
    returnUrl: session.success_url,
    onApproved: approver(work, session, plan, payer),
  });
  if (result.kind === "declined") {
    const { code, message } = result.decline;
    return {
      kind: "declined",
      message,
      field: code === "incorrect_cvc" ? "cvc" : code === "expired_card" ? "expiry" : "number",
    };
  }
  if (result.kind === "requires_action") return { kind: "challenge", location: `/3ds/${intent.id}` };
  return complete(work, session, plan, payer, result.intent);
}

/** The session's payment intent: made at the first attempt, used again after a decline. */
async function intentOf(
  work: Work,
  session: Session,
  hidden: Hidden,
  payer: Payer,
): Promise<Stripe.PaymentIntent> {
  if (typeof hidden.payment_intent === "string") {
    return readObject(work, "payment_intent", hidden.payment_intent, { lock: true });
  }
  const { intentData } = planOf(hidden);
  const isSubscription = session.mode === "subscription";
  const intent = await createIntent(
    work,
    {
      amount: session.amount_total ?? 0,
      customer: idOf(session.customer),
      description: isSubscription ? "Subscription creation" : intentData.description,
      metadata: mergeMetadata({}, intentData.metadata),
      receiptEmail: intentData.receipt_email ?? payer.email,
      setupFutureUsage: isSubscription ? "off_session" : intentData.setup_future_usage,
      statementDescriptor: intentData.statement_descriptor,
      hidden: { checkout_session: session.id },
    },
    // Of a subscription's first payment only its outcome is announced.
    !isSubscription,
  );
  await work.sql`
    update stripe_local.objects
    set hidden = hidden || ${work.sql.json({ payment_intent: intent.id })}
      ${isSubscription ? work.sql`` : work.sql`, data = jsonb_set(data, '{payment_intent}', to_jsonb(${intent.id}::text))`}
    where id = ${session.id}`;
  return intent;
}

/** Once the issuer agrees: the customer exists and, where the card is kept, holds it. */
function approver(work: Work, session: Session, plan: SessionPlan, payer: Payer): OnApproved {
  return async () => {
    const existing = idOf(session.customer);
    const keepsCard = session.mode !== "payment" || plan.intentData.setup_future_usage !== undefined;
    const needsCustomer = keepsCard || session.customer_creation === "always";
    if (existing === null && !needsCustomer) return { customer: null };
    let customer = existing;
    if (customer === null) {
      const created = await createCustomer(work, { email: payer.email, name: payer.name });
      await emit(work, "customer.created", created);
      customer = created.id;
    }
    if (keepsCard) {
      await attachPaymentMethod(work, payer.methodId, customer, "payment_method");
      await markSetUp(work, payer.methodId);
    }
    return { customer };
  };
}

async function saveCard(work: Work, session: Session, plan: SessionPlan, payer: Payer): Promise<Submission> {
  const data = session.mode === "setup" ? plan.setupData : plan.subscriptionData;
  const intent = await createSetupIntent(work, {
    customer: idOf(session.customer),
    description: data.description ?? null,
    metadata: session.mode === "setup" ? mergeMetadata({}, plan.setupData.metadata) : {},
    hidden: { checkout_session: session.id },
  });
  const result = await attemptSetup(work, {
    intent,
    methodId: payer.methodId,
    returnUrl: session.success_url,
    onApproved: approver(work, session, plan, payer),
  });
  if (result.kind === "declined") return { kind: "declined", message: result.error.message, field: "number" };
  if (result.kind === "requires_action") return { kind: "challenge", location: `/3ds/${intent.id}` };
  return complete(work, session, plan, payer, result.intent);
}

/** The card was charged or saved: the session is complete. */
async function complete(
  work: Work,
  session: Session,
  plan: SessionPlan,
  payer: Payer,
  intent: Stripe.PaymentIntent | Stripe.SetupIntent,
): Promise<Submission> {
  if (session.mode === "subscription") return completeSubscription(work, session, plan, payer, intent);
  return completePayment(work, session, payer, intent);
}

async function completePayment(
  work: Work,
  session: Session,
  payer: Payer,
  intent: Stripe.PaymentIntent | Stripe.SetupIntent | null,
): Promise<Submission> {
  const isSetup = intent?.object === "setup_intent";
  await redeemOnce(work, session);
  return close(work, session, payer, idOf(intent?.customer), {
    ...(intent ? (isSetup ? { setup_intent: intent.id } : { payment_intent: intent.id }) : {}),
    payment_status: isSetup || intent === null ? "no_payment_required" : "paid",
  });
}

async function redeemOnce(work: Work, session: Session): Promise<void> {
  for (const { coupon } of session.discounts ?? []) {
    const id = idOf(coupon);
    if (id === null) continue;
    const stored = await readObject(work, "coupon", id, { lock: true });
    await saveObject(work, "coupon", { ...stored, times_redeemed: stored.times_redeemed + 1 });
  }
}

async function completeSubscription(
  work: Work,
  session: Session,
  plan: SessionPlan,
  payer: Payer,
  intent: Stripe.PaymentIntent | Stripe.SetupIntent,
): Promise<Submission> {
  const customer = idOf(intent.customer) ?? "";
  const recurring = plan.lines.filter(({ item }) => item.price.recurring);
  const invoiceId = newId("in");
  const subscription = describeSubscription(work, {
    customer,
    items: recurring.map(({ item }) => ({
      price: item.price,
      quantity: item.quantity,
      metadata: item.metadata ?? {},
    })),
    terms: plan.terms,
    defaultPaymentMethod: payer.methodId,
    description: plan.subscriptionData.description ?? null,
    metadata: mergeMetadata({}, plan.subscriptionData.metadata),
    latestInvoice: invoiceId,
    status: plan.terms.trialEnd === null ? "active" : "trialing",
  });
  const discounts: Stripe.Discount[] = [];
  for (const id of plan.coupons) {
    const coupon = await readObject(work, "coupon", id, { lock: true });
    discounts.push(
      await createDiscount(work, coupon, {
        customer,
        subscription: subscription.id,
        checkoutSession: session.id,
      }),
    );
  }
  subscription.discounts = await lastingDiscounts(work, discounts);
  await storeSubscription(work, subscription);
  const draft = await createInvoice(work, {
    id: invoiceId,
    customer,
    subscription: { id: subscription.id, metadata: subscription.metadata },
    reason: "subscription_create",
    lines: await firstLines(work, plan, subscription),
    discounts,
    defaultPaymentMethod: null,
    period: { start: work.now, end: work.now },
    finalizesAt: null,
  });
  const open = await finalizeInvoice(work, draft);
  const paidBy = intent.object === "payment_intent" ? intent.id : null;
  await settleInvoice(work, open, paidBy);
  return close(work, session, payer, customer, {
    invoice: invoiceId,
    payment_status: paidBy === null ? "no_payment_required" : "paid",
    subscription: subscription.id,
  });
}

/** The first invoice's positions, at the amounts that the Checkout showed. */
async function firstLines(
  work: Work,
  plan: SessionPlan,
  subscription: ReturnType<typeof describeSubscription>,
): Promise<BillLine[]> {
  const items = [...subscription.items.data];
  const lines: BillLine[] = [];
  for (const { item, bill } of plan.lines) {
    const { price, quantity } = item;
    let source: BillLine["source"];
    let period = { start: work.now, end: work.now };
    if (price.recurring) {
      const match = items.find((candidate) => candidate.price.id === price.id);
      if (match) items.splice(items.indexOf(match), 1);
      source = { type: "subscription_item", id: match?.id ?? "" };
      period = { start: work.now, end: match?.current_period_end ?? work.now };
    } else {
      const created = await createInvoiceItem(work, {
        amount: bill.amount,
        customer: subscription.customer,
        description: bill.description,
        price,
        quantity,
        subscription: subscription.id,
      });
      source = { type: "invoice_item", id: created.id };
    }
    lines.push({
      amount: bill.amount,
      description: bill.description,
      metadata: price.recurring ? subscription.metadata : (item.metadata ?? {}),
      period,
      price,
      product: price.product,
      proration: false,
      quantity,
      source,
    });
  }
  return lines;
}

async function close(
  work: Work,
  session: Session,
  payer: Payer,
  customer: string | null,
  change: Partial<Session>,
): Promise<Submission> {
  const closed: Session = {
    ...session,
    ...change,
    customer: customer ?? session.customer,
    customer_details: {
      address: { city: null, country: "US", line1: null, line2: null, postal_code: null, state: null },
      business_name: null,
      email: payer.email,
      individual_name: null,
      name: payer.name,
      phone: null,
      tax_exempt: "none",
      tax_ids: [],
    },
    status: "complete",
    url: null,
  };
  await saveObject(work, "checkout.session", closed, { wakeAt: null });
  await emit(work, "checkout.session.completed", closed);
  return { kind: "complete", location: successLocation(closed) };
}

/** The holder answered a 3-D Secure page; answers where to send them. */
export async function answerChallenge(work: Work, intentId: string, passed: boolean): Promise<string> {
  const kind = intentId.startsWith("seti_") ? "setup_intent" : "payment_intent";
  const { hidden: intentHidden } = await readRow(work, kind, intentId);
  const sessionId = intentHidden.checkout_session;
  if (typeof sessionId !== "string") return answerBareChallenge(work, kind, intentId, passed);
  // Session first, then intent: the order in which a submit takes them.
  const { data: session, hidden } = await readRow(work, "checkout.session", sessionId, { lock: true });
  const page = `/c/pay/${session.id}`;
  if (session.status === "complete") return successLocation(session);
  if (isOver(session, work.now)) {
    if (session.status === "open") await expireSession(work, session, hidden);
    return page;
  }
  const payer = hidden.payer as Payer;
  const plan = planOf(hidden);
  const onApproved = approver(work, session, plan, payer);
  if (kind === "payment_intent") {
    const intent = await readObject(work, "payment_intent", intentId, { lock: true });
    if (intent.status !== "requires_action") return page;
    const answered = await authenticateIntent(work, intent, passed, onApproved);
    if (passed) return locationOf(await complete(work, session, plan, payer, answered), page);
  } else {
    const intent = await readObject(work, "setup_intent", intentId, { lock: true });
    if (intent.status !== "requires_action") return page;
    const answered = await authenticateSetup(work, intent, passed, onApproved);
    if (passed) return locationOf(await complete(work, session, plan, payer, answered), page);
  }
  return `${page}?authentication=failed`;
}

function locationOf(submission: Submission, fallback: string): string {
  return "location" in submission ? submission.location : fallback;
}

/** An intent that was confirmed through the API, outside Checkout. */
async function answerBareChallenge(
  work: Work,
  kind: "payment_intent" | "setup_intent",
  id: string,
  passed: boolean,
): Promise<string> {
  const intent = await readObject(work, kind, id, { lock: true });
  const returnUrl = intent.next_action?.redirect_to_url?.return_url ?? null;
  if (intent.status === "requires_action") {
    if (intent.object === "payment_intent") await authenticateIntent(work, intent, passed);
    else await authenticateSetup(work, intent, passed);
  }
  if (returnUrl === null) return "/";
  const target = new URL(returnUrl);
  target.searchParams.set(kind, id);
  target.searchParams.set("redirect_status", passed ? "succeeded" : "failed");
  return target.href;
}
