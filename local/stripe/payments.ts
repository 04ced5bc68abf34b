import type Stripe from "stripe";
import { ORIGIN_MARK } from "./account";
import { type ApiError, invalid } from "./api-error";
import { AUTHENTICATION_REQUIRED, type Decline, declineOf, needsAuthentication } from "./cards";
import { createCharge, createFailedCharge } from "./charges";
import { emit } from "./events";
import { newId, randomText } from "./ids";
import { cardError } from "./payment-errors";
import { attachPaymentMethod, markSetUp, readBehavior } from "./payment-methods";
import { type Hidden, insertObject, readObject, saveObject } from "./store";
import { idOf } from "./wire";
import type { Work } from "./work";

const MINIMUM_CENTS = 50;
const MAXIMUM_CENTS = 99_999_999;

export interface IntentInput {
  amount: number;
  customer: string | null;
  description?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  receiptEmail?: string | null | undefined;
  setupFutureUsage?: "off_session" | "on_session" | null | undefined;
  statementDescriptor?: string | null | undefined;
  /** What has to happen when 3-D Secure is passed later: `{ checkout_session }` or `{ invoice }`. */
  hidden?: Hidden | undefined;
}

/** Makes a payment intent; amount in cents, at least 50. `announce` emits payment_intent.created. */
export async function createIntent(
  work: Work,
  input: IntentInput,
  announce = true,
): Promise<Stripe.PaymentIntent> {
  if (input.amount < MINIMUM_CENTS) {
    throw invalid("Amount must be at least $0.50 usd", "amount", "amount_too_small");
  }
  if (input.amount > MAXIMUM_CENTS) {
    throw invalid("Amount must be no more than $999,999.99", "amount", "amount_too_large");
  }
  const id = newId("pi");
  const intent: Stripe.PaymentIntent = {
    id,
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: "automatic",
    created: work.now,
    currency: "usd",
    customer: input.customer,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: input.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: input.statementDescriptor ?? null,
    statement_descriptor_suffix: null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: null,
  };
  await insertObject(work, "payment_intent", intent, { hidden: input.hidden ?? {} });
  if (announce) await emit(work, "payment_intent.created", intent);
  return intent;
}

/** Runs once the issuer has said yes, before the events of the charge; answers who pays. */
export type OnApproved = () => Promise<{ customer: string | null }>;

export interface Attempt {
  intent: Stripe.PaymentIntent;
  methodId: string;
  /** The holder is not there: a card that asks for 3-D Secure is declined. */
  offSession: boolean;
  returnUrl: string | null;
  onApproved?: OnApproved | undefined;
}

export type AttemptResult =
  | { kind: "succeeded"; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  | { kind: "requires_action"; intent: Stripe.PaymentIntent; url: string }
  | {
      kind: "declined";
      intent: Stripe.PaymentIntent;
      charge: Stripe.Charge;
      decline: Decline;
      error: ApiError;
    };

/** Tries to pay an intent with a card. The intent's row must be locked by the caller. */
export async function attemptPayment(work: Work, attempt: Attempt): Promise<AttemptResult> {
  const { methodId, offSession, returnUrl } = attempt;
  const method = await readObject(work, "payment_method", methodId, { param: "payment_method" });
  const { behavior, isSetUp } = await readBehavior(work, methodId);
  const intent: Stripe.PaymentIntent = {
    ...attempt.intent,
    payment_method: methodId,
    last_payment_error: null,
  };
  const authenticates = needsAuthentication(behavior, isSetUp);
  const decline = offSession && authenticates ? AUTHENTICATION_REQUIRED : declineOf(behavior, "charging");
  if (decline) return refuse(work, intent, method, decline);
  if (authenticates) {
    const url = `${ORIGIN_MARK}/3ds/${intent.id}`;
    const waiting: Stripe.PaymentIntent = {
      ...intent,
      status: "requires_action",
      next_action: { type: "redirect_to_url", redirect_to_url: { return_url: returnUrl, url } },
    };
    await saveObject(work, "payment_intent", waiting);
    await emit(work, "payment_intent.requires_action", waiting);
    return { kind: "requires_action", intent: waiting, url };
  }
  return approve(work, { ...intent, ...(await attempt.onApproved?.()) }, false);
}

/** The holder passed or failed 3-D Secure for an intent that waits for it. */
export async function authenticateIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  passed: boolean,
  onApproved?: OnApproved,
): Promise<Stripe.PaymentIntent> {
  if (passed) return (await approve(work, { ...intent, ...(await onApproved?.()) }, true)).intent;
  const failed: Stripe.PaymentIntent = {
    ...intent,
    status: "requires_payment_method",
    next_action: null,
    payment_method: null,
    last_payment_error: {
      code: "payment_intent_authentication_failure",
      message:
        "We are unable to authenticate your payment method. Please choose a different one and try again.",
      type: "invalid_request_error",
      ...(await methodDetail(work, intent)),
    },
  };
  await saveObject(work, "payment_intent", failed);
  await emit(work, "payment_intent.payment_failed", failed);
  return failed;
}

async function methodDetail(
  work: Work,
  intent: Stripe.PaymentIntent,
): Promise<{ payment_method?: Stripe.PaymentMethod }> {
  const id = idOf(intent.payment_method);
  return id ? { payment_method: await readObject(work, "payment_method", id) } : {};
}

async function approve(
  work: Work,
  intent: Stripe.PaymentIntent,
  authenticated: boolean,
): Promise<Extract<AttemptResult, { kind: "succeeded" }>> {
  const methodId = idOf(intent.payment_method) ?? "";
  const customerId = idOf(intent.customer);
  if (intent.setup_future_usage && customerId) {
    await attachPaymentMethod(work, methodId, customerId, "payment_method");
    if (intent.setup_future_usage === "off_session") await markSetUp(work, methodId);
  }
  const method = await readObject(work, "payment_method", methodId);
  const { behavior } = await readBehavior(work, methodId);
  const charge = await createCharge(work, { intent, method, authenticated }, behavior === "disputed");
  const paid: Stripe.PaymentIntent = {
    ...intent,
    amount_received: intent.amount,
    latest_charge: charge.id,
    next_action: null,
    status: "succeeded",
  };
  await saveObject(work, "payment_intent", paid);
  await emit(work, "payment_intent.succeeded", paid);
  return { kind: "succeeded", intent: paid, charge };
}

async function refuse(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
): Promise<AttemptResult> {
  const charge = await createFailedCharge(work, { intent, method, authenticated: false }, decline);
  const failed: Stripe.PaymentIntent = {
    ...intent,
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    status: "requires_payment_method",
    last_payment_error: {
      charge: charge.id,
      code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
      decline_code: decline.decline_code,
      doc_url: `https://docs.stripe.com/error-codes/${decline.code.replaceAll("_", "-")}`,
      message: decline.message,
      payment_method: method,
      type: "card_error",
    },
  };
  await saveObject(work, "payment_intent", failed);
  await emit(work, "payment_intent.payment_failed", failed);
  const error = cardError(decline, { charge: charge.id, payment_intent: failed, payment_method: method });
  return { kind: "declined", intent: failed, charge, decline, error };
}

/** Ends an intent that will not be paid. */
export async function cancelIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Promise<Stripe.PaymentIntent> {
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    canceled_at: work.now,
    cancellation_reason: reason,
    next_action: null,
    status: "canceled",
  };
  await saveObject(work, "payment_intent", canceled);
  await emit(work, "payment_intent.canceled", canceled);
  return canceled;
}
