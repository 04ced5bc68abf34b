import type Stripe from "stripe";
import { z } from "zod";
import { ORIGIN_MARK } from "./account";
import type { ApiError } from "./api-error";
import { invalid } from "./api-error";
import { declineOf, needsAuthentication } from "./cards";
import { emit } from "./events";
import { newId, randomText } from "./ids";
import { accepts, acceptsList, flag, metadata, text } from "./params";
import { cardError } from "./payment-errors";
import { attachPaymentMethod, findTestPaymentMethod, markSetUp, readBehavior } from "./payment-methods";
import type { OnApproved } from "./payments";
import { type Operation, operation } from "./protocol";
import {
  type Hidden,
  insertObject,
  listObjects,
  matching,
  mergeMetadata,
  readObject,
  saveObject,
} from "./store";
import { idOf } from "./wire";
import type { Work } from "./work";

/** Makes a setup intent: agreeing on a card for later, without a charge. */
export async function createSetupIntent(
  work: Work,
  input: {
    customer: string | null;
    description: string | null;
    metadata: Record<string, string>;
    hidden?: Hidden;
  },
): Promise<Stripe.SetupIntent> {
  const id = newId("seti");
  const intent: Stripe.SetupIntent = {
    id,
    object: "setup_intent",
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: work.now,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_method_types: ["card"],
    single_use_mandate: null,
    status: "requires_payment_method",
    usage: "off_session",
  };
  await insertObject(work, "setup_intent", intent, { hidden: input.hidden ?? {} });
  await emit(work, "setup_intent.created", intent);
  return intent;
}

export type SetupResult =
  | { kind: "succeeded"; intent: Stripe.SetupIntent }
  | { kind: "requires_action"; intent: Stripe.SetupIntent; url: string }
  | { kind: "declined"; intent: Stripe.SetupIntent; error: ApiError };

/** Tries to save a card. The intent's row must be locked by the caller. */
export async function attemptSetup(
  work: Work,
  attempt: {
    intent: Stripe.SetupIntent;
    methodId: string;
    returnUrl: string | null;
    onApproved?: OnApproved;
  },
): Promise<SetupResult> {
  const { methodId } = attempt;
  const { behavior } = await readBehavior(work, methodId);
  const intent: Stripe.SetupIntent = { ...attempt.intent, payment_method: methodId, last_setup_error: null };
  const decline = declineOf(behavior, "saving");
  if (decline) {
    const method = await readObject(work, "payment_method", methodId);
    const failed: Stripe.SetupIntent = {
      ...intent,
      payment_method: null,
      status: "requires_payment_method",
      last_setup_error: {
        code: decline.code as Stripe.SetupIntent.LastSetupError.Code,
        decline_code: decline.decline_code,
        message: decline.message,
        payment_method: method,
        type: "card_error",
      },
    };
    await saveObject(work, "setup_intent", failed);
    await emit(work, "setup_intent.setup_failed", failed);
    return { kind: "declined", intent: failed, error: cardError(decline, { payment_method: method }) };
  }
  if (needsAuthentication(behavior, false)) {
    const url = `${ORIGIN_MARK}/3ds/${intent.id}`;
    const waiting: Stripe.SetupIntent = {
      ...intent,
      status: "requires_action",
      next_action: { type: "redirect_to_url", redirect_to_url: { return_url: attempt.returnUrl, url } },
    };
    await saveObject(work, "setup_intent", waiting);
    await emit(work, "setup_intent.requires_action", waiting);
    return { kind: "requires_action", intent: waiting, url };
  }
  return { kind: "succeeded", intent: await approve(work, intent, attempt.onApproved) };
}

/** The holder passed or failed 3-D Secure for a setup intent that waits for it. */
export async function authenticateSetup(
  work: Work,
  intent: Stripe.SetupIntent,
  passed: boolean,
  onApproved?: OnApproved,
): Promise<Stripe.SetupIntent> {
  if (passed) return approve(work, intent, onApproved);
  const failed: Stripe.SetupIntent = {
    ...intent,
    next_action: null,
    payment_method: null,
    status: "requires_payment_method",
    last_setup_error: {
      code: "setup_intent_authentication_failure",
      message:
        "We are unable to authenticate your payment method. Please choose a different one and try again.",
      type: "invalid_request_error",
    },
  };
  await saveObject(work, "setup_intent", failed);
  await emit(work, "setup_intent.setup_failed", failed);
  return failed;
}

async function approve(
  work: Work,
  intent: Stripe.SetupIntent,
  onApproved: OnApproved | undefined,
): Promise<Stripe.SetupIntent> {
  const methodId = idOf(intent.payment_method) ?? "";
  const customer = (await onApproved?.())?.customer ?? idOf(intent.customer);
  if (customer) await attachPaymentMethod(work, methodId, customer, "payment_method");
  await markSetUp(work, methodId);
  const done: Stripe.SetupIntent = { ...intent, customer, next_action: null, status: "succeeded" };
  await saveObject(work, "setup_intent", done);
  await emit(work, "setup_intent.succeeded", done);
  return done;
}

const ConfirmParams = accepts({ payment_method: text.optional(), return_url: text.optional() });

async function confirm(
  work: Work,
  intent: Stripe.SetupIntent,
  given: z.output<typeof ConfirmParams>,
): Promise<object> {
  const methodId = given.payment_method
    ? ((await findTestPaymentMethod(work, given.payment_method)) ?? given.payment_method)
    : idOf(intent.payment_method);
  if (methodId === null)
    throw invalid(
      "You cannot confirm this SetupIntent because it's missing a payment method.",
      "payment_method",
    );
  if (["succeeded", "canceled"].includes(intent.status)) {
    throw invalid(
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      undefined,
      "setup_intent_unexpected_state",
    );
  }
  const result = await attemptSetup(work, { intent, methodId, returnUrl: given.return_url ?? null });
  return result.kind === "declined" ? result.error : result.intent;
}

export const setupIntentOperations: Operation[] = [
  operation(
    "post",
    "/v1/setup_intents",
    accepts({
      automatic_payment_methods: z
        .strictObject({ enabled: flag, allow_redirects: text.optional() })
        .optional(),
      confirm: flag.optional(),
      customer: text.optional(),
      description: text.optional(),
      metadata: metadata.optional(),
      payment_method: text.optional(),
      return_url: text.optional(),
      usage: z.enum(["off_session", "on_session"]).optional(),
    }),
    async (work, params) => {
      if (params.customer) await readObject(work, "customer", params.customer, { param: "customer" });
      const intent = await createSetupIntent(work, {
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: mergeMetadata({}, params.metadata),
      });
      return params.confirm ? confirm(work, intent, params) : intent;
    },
  ),
  operation(
    "get",
    "/v1/setup_intents/:id",
    accepts({ client_secret: text.optional() }),
    (work, _params, id) => readObject(work, "setup_intent", id),
  ),
  operation("post", "/v1/setup_intents/:id/confirm", ConfirmParams, async (work, params, id) =>
    confirm(work, await readObject(work, "setup_intent", id, { lock: true }), params),
  ),
  operation(
    "get",
    "/v1/setup_intents",
    acceptsList({ customer: text.optional(), payment_method: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "setup_intent",
        params,
        "/v1/setup_intents",
        matching(work, { customer: params.customer, payment_method: params.payment_method }),
      ),
  ),
];
