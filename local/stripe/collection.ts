import type Stripe from "stripe";
import { ApiError } from "./api-error";
import { HARD_DECLINES } from "./cards";
import { emit } from "./events";
import { finalizeInvoice, recordPayment, settleInvoice } from "./invoices";
import { attemptPayment, createIntent } from "./payments";
import { findObjects, findRow, readObject, saveObject } from "./store";
import { payingMethod, wakeTime } from "./subscriptions";
import { type Invoice, idOf, type Subscription } from "./wire";
import type { Work } from "./work";

/** A failed charge is tried again every 48 h, five times; then the subscription is unpaid. */
const RETRY_SECONDS = 48 * 3_600;
const RETRIES = 5;
const MINIMUM_CENTS = 50;

/** Charges an open invoice to a card without the holder. Answers the invoice, or the 402 of a decline. */
export async function collectInvoice(
  work: Work,
  open: Invoice,
  givenMethod: string | null = null,
): Promise<Invoice | ApiError> {
  const subscription = await subscriptionOf(work, open);
  if (open.amount_due < MINIMUM_CENTS) {
    if (open.amount_due > 0) await carryOver(work, open);
    const settled = await settleInvoice(work, open, null);
    await reinstate(work, subscription, settled);
    return settled;
  }
  const methodId = givenMethod ?? (await methodFor(work, open, subscription));
  if (methodId === null) {
    await noteFailure(work, open, subscription, null);
    return new ApiError(
      400,
      "invalid_request_error",
      "Cannot charge a customer that has no active card; set a default payment method.",
      { code: "resource_missing" },
    );
  }
  const intent = await intentFor(work, open);
  const result = await attemptPayment(work, { intent, methodId, offSession: true, returnUrl: null });
  if (result.kind === "succeeded") {
    const paid = await settleInvoice(work, open, intent.id);
    await reinstate(work, subscription, paid);
    return paid;
  }
  await noteFailure(
    work,
    open,
    subscription,
    result.kind === "declined" ? result.decline.decline_code : null,
  );
  return result.kind === "declined"
    ? result.error
    : new ApiError(402, "card_error", "This payment requires authentication.", {
        code: "authentication_required",
      });
}

async function subscriptionOf(work: Work, invoice: Invoice): Promise<Subscription | null> {
  const id = idOf(invoice.parent?.subscription_details?.subscription);
  return id === null ? null : ((await findRow(work, "subscription", id, true))?.data ?? null);
}

async function methodFor(
  work: Work,
  invoice: Invoice,
  subscription: Subscription | null,
): Promise<string | null> {
  const own = idOf(invoice.default_payment_method);
  if (own !== null) return own;
  if (subscription) return payingMethod(work, subscription);
  const customer = await readObject(work, "customer", invoice.customer);
  return idOf(customer.invoice_settings.default_payment_method);
}

/** Sums too small to charge go to the customer's balance. */
async function carryOver(work: Work, invoice: Invoice): Promise<void> {
  const customer = await readObject(work, "customer", invoice.customer, { lock: true });
  await saveObject(work, "customer", { ...customer, balance: customer.balance + invoice.amount_due });
}

/** The intent of an invoice that is tried again, or a new one. */
async function intentFor(work: Work, invoice: Invoice): Promise<Stripe.PaymentIntent> {
  const [payment] = await findObjects(
    work,
    "invoice_payment",
    work.sql`data->>'invoice' = ${invoice.id} and data->>'status' = 'open'`,
  );
  const existing = idOf(payment?.payment.payment_intent);
  if (existing !== null) return readObject(work, "payment_intent", existing, { lock: true });
  const intent = await createIntent(
    work,
    {
      amount: invoice.amount_due,
      customer: invoice.customer,
      description:
        invoice.billing_reason === "subscription_cycle"
          ? "Subscription update"
          : `Invoice ${invoice.number ?? ""}`,
      receiptEmail: invoice.customer_email,
      hidden: { invoice: invoice.id },
    },
    false,
  );
  await recordPayment(work, invoice, intent.id);
  return intent;
}

/** A subscription is active again when its newest invoice is paid, or an older one and the newest is not open. */
async function reinstate(work: Work, before: Subscription | null, invoice: Invoice): Promise<void> {
  if (!before || !["past_due", "unpaid", "incomplete"].includes(before.status)) return;
  const latest = idOf(before.latest_invoice);
  if (latest !== invoice.id && latest !== null) {
    const newest = await findRow(work, "invoice", latest);
    if (newest?.data.status === "open") return;
  }
  await changeStatus(work, before, "active");
}

async function changeStatus(work: Work, before: Subscription, status: Subscription["status"]): Promise<void> {
  if (before.status === status) return;
  const row = await findRow(work, "subscription", before.id);
  const subscription: Subscription = { ...before, status };
  const upcomingFor = row?.hidden.upcoming_for;
  const wakeAt = wakeTime(subscription, typeof upcomingFor === "number" ? upcomingFor : null);
  await saveObject(work, "subscription", subscription, { wakeAt });
  await emit(work, "customer.subscription.updated", subscription, before);
}

async function noteFailure(
  work: Work,
  open: Invoice,
  subscription: Subscription | null,
  declineCode: string | null,
): Promise<void> {
  const attempts = open.attempt_count + 1;
  const isHard = declineCode !== null && HARD_DECLINES.has(declineCode);
  const retries = open.auto_advance !== false && !isHard && attempts <= RETRIES;
  const nextAttempt = retries ? work.now + RETRY_SECONDS : null;
  const failed: Invoice = {
    ...open,
    attempt_count: attempts,
    attempted: true,
    next_payment_attempt: nextAttempt,
  };
  await saveObject(work, "invoice", failed, { wakeAt: nextAttempt });
  await emit(work, "invoice.payment_failed", failed);
  if (!subscription || ["canceled", "incomplete", "incomplete_expired"].includes(subscription.status)) return;
  // Who collects by themselves decides what becomes of the subscription, too.
  const isGivenUp = attempts > RETRIES && open.auto_advance !== false;
  await changeStatus(work, subscription, isGivenUp ? "unpaid" : "past_due");
}

/** Called by the scheduler: a draft that has ripened is finalized and charged, an open one tried again. */
export async function advanceInvoice(work: Work, id: string): Promise<void> {
  const row = await findRow(work, "invoice", id, true);
  if (!row?.wake_at || row.wake_at > work.now) return;
  const invoice = row.data;
  if (invoice.status === "draft") {
    const open = await finalizeInvoice(work, invoice);
    const behavior = (await subscriptionOf(work, open))?.pause_collection?.behavior;
    if (behavior === "void") await voidInvoice(work, open);
    else if (behavior === "mark_uncollectible") await writeOff(work, open);
    else await collectInvoice(work, open);
  } else if (invoice.status === "open") {
    await collectInvoice(work, invoice);
  } else {
    await saveObject(work, "invoice", invoice, { wakeAt: null });
  }
}

/** An invoice that nobody has to pay any more. */
export async function voidInvoice(work: Work, open: Invoice): Promise<Invoice> {
  const voided: Invoice = {
    ...open,
    next_payment_attempt: null,
    status: "void",
    status_transitions: { ...open.status_transitions, voided_at: work.now },
  };
  await saveObject(work, "invoice", voided, { wakeAt: null });
  await emit(work, "invoice.voided", voided);
  return voided;
}

/** An invoice that nobody expects to be paid. */
export async function writeOff(work: Work, open: Invoice): Promise<Invoice> {
  const written: Invoice = {
    ...open,
    next_payment_attempt: null,
    status: "uncollectible",
    status_transitions: { ...open.status_transitions, marked_uncollectible_at: work.now },
  };
  await saveObject(work, "invoice", written, { wakeAt: null });
  await emit(work, "invoice.marked_uncollectible", written);
  return written;
}
