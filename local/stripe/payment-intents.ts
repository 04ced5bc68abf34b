import type Stripe from "stripe";
import { z } from "zod";
import { ApiError, invalid } from "./api-error";
import { accepts, acceptsList, cents, clearable, currency, flag, metadata, text } from "./params";
import { findTestPaymentMethod } from "./payment-methods";
import { attemptPayment, cancelIntent, createIntent } from "./payments";
import { type Operation, operation } from "./protocol";
import { listObjects, matching, mergeMetadata, readObject, saveObject } from "./store";
import { idOf } from "./wire";
import type { Work } from "./work";

const confirmFields = {
  error_on_requires_action: flag.optional(),
  off_session: flag.optional(),
  payment_method: text.optional(),
  receipt_email: clearable.optional(),
  return_url: text.optional(),
  setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
};

const CreateParams = accepts({
  ...confirmFields,
  amount: cents,
  currency,
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(["always", "never"]).optional() })
    .optional(),
  confirm: flag.optional(),
  customer: text.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
});

const UpdateParams = accepts({
  amount: cents.optional(),
  currency: currency.optional(),
  customer: text.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
  receipt_email: clearable.optional(),
  setup_future_usage: z.enum(["off_session", "on_session", ""]).optional(),
});

type ConfirmInput = {
  error_on_requires_action?: boolean | undefined;
  off_session?: boolean | undefined;
  payment_method?: string | undefined;
  return_url?: string | undefined;
};

const CONFIRMABLE: ReadonlySet<string> = new Set([
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
]);

function unexpectedState(intent: Stripe.PaymentIntent, verb: string): ApiError {
  return new ApiError(
    400,
    "invalid_request_error",
    `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    { code: "payment_intent_unexpected_state", payment_intent: intent },
  );
}

/** A usable payment method's id: ready-made names become new methods, owners must match. */
async function chooseMethod(work: Work, given: string, customer: string | null): Promise<string> {
  const id = (await findTestPaymentMethod(work, given)) ?? given;
  const method = await readObject(work, "payment_method", id, { param: "payment_method" });
  const owner = idOf(method.customer);
  if (owner !== null && owner !== customer) {
    throw invalid(
      customer === null
        ? `The PaymentMethod ${id} belongs to a Customer ${owner}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
        : `The provided PaymentMethod cannot be attached. It belongs to another customer than ${customer}.`,
      "payment_method",
    );
  }
  return id;
}

async function confirm(work: Work, intent: Stripe.PaymentIntent, input: ConfirmInput): Promise<object> {
  if (!CONFIRMABLE.has(intent.status)) throw unexpectedState(intent, "confirm");
  const methodId = input.payment_method
    ? await chooseMethod(work, input.payment_method, idOf(intent.customer))
    : idOf(intent.payment_method);
  if (methodId === null) {
    throw invalid(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      "payment_method",
      "payment_intent_unexpected_state",
    );
  }
  const result = await attemptPayment(work, {
    intent,
    methodId,
    offSession: input.off_session ?? false,
    returnUrl: input.return_url ?? null,
  });
  if (result.kind === "declined") return result.error;
  if (result.kind === "requires_action" && input.error_on_requires_action) {
    throw new ApiError(402, "card_error", "This payment required an authentication action to complete.", {
      code: "authentication_required",
    });
  }
  return result.intent;
}

export const paymentIntentOperations: Operation[] = [
  operation("post", "/v1/payment_intents", CreateParams, async (work, params) => {
    if (params.customer) await readObject(work, "customer", params.customer, { param: "customer" });
    const customer = params.customer ?? null;
    if (params.off_session && !params.confirm) {
      throw invalid("off_session may only be given together with confirm=true.", "off_session");
    }
    const created = await createIntent(work, {
      amount: params.amount,
      customer,
      description: params.description,
      metadata: mergeMetadata({}, params.metadata),
      receiptEmail: params.receipt_email,
      setupFutureUsage: params.setup_future_usage,
      statementDescriptor: params.statement_descriptor,
    });
    if (params.confirm) return confirm(work, created, params);
    if (!params.payment_method) return created;
    const methodId = await chooseMethod(work, params.payment_method, customer);
    const intent: Stripe.PaymentIntent = {
      ...created,
      payment_method: methodId,
      status: "requires_confirmation",
    };
    await saveObject(work, "payment_intent", intent);
    return intent;
  }),
  operation(
    "get",
    "/v1/payment_intents/:id",
    accepts({ client_secret: text.optional() }),
    (work, _params, id) => readObject(work, "payment_intent", id),
  ),
  operation("post", "/v1/payment_intents/:id", UpdateParams, async (work, params, id) => {
    const before = await readObject(work, "payment_intent", id, { lock: true });
    if (["succeeded", "canceled"].includes(before.status) && params.amount !== undefined) {
      throw unexpectedState(before, "update the amount of");
    }
    const customer = params.customer ?? idOf(before.customer);
    const method = params.payment_method ? await chooseMethod(work, params.payment_method, customer) : null;
    const usage = params.setup_future_usage;
    const intent: Stripe.PaymentIntent = {
      ...before,
      amount: params.amount ?? before.amount,
      customer,
      description: params.description === undefined ? before.description : params.description,
      metadata: mergeMetadata(before.metadata, params.metadata),
      receipt_email: params.receipt_email === undefined ? before.receipt_email : params.receipt_email,
      setup_future_usage: usage === undefined ? before.setup_future_usage : usage === "" ? null : usage,
      ...(method ? { payment_method: method, status: "requires_confirmation" as const } : {}),
    };
    await saveObject(work, "payment_intent", intent);
    return intent;
  }),
  operation("post", "/v1/payment_intents/:id/confirm", accepts(confirmFields), async (work, params, id) => {
    const stored = await readObject(work, "payment_intent", id, { lock: true });
    const intent: Stripe.PaymentIntent = {
      ...stored,
      receipt_email: params.receipt_email === undefined ? stored.receipt_email : params.receipt_email,
      setup_future_usage: params.setup_future_usage ?? stored.setup_future_usage,
    };
    return confirm(work, intent, params);
  }),
  operation(
    "post",
    "/v1/payment_intents/:id/cancel",
    accepts({
      cancellation_reason: z
        .enum(["abandoned", "duplicate", "fraudulent", "requested_by_customer"])
        .optional(),
    }),
    async (work, params, id) => {
      const intent = await readObject(work, "payment_intent", id, { lock: true });
      if (!CONFIRMABLE.has(intent.status)) throw unexpectedState(intent, "cancel");
      return cancelIntent(work, intent, params.cancellation_reason ?? null);
    },
  ),
  operation("get", "/v1/payment_intents", acceptsList({ customer: text.optional() }), (work, params) =>
    listObjects(
      work,
      "payment_intent",
      params,
      "/v1/payment_intents",
      matching(work, { customer: params.customer }),
    ),
  ),
];
