import { z } from "zod";
import { ORIGIN_MARK } from "./account";
import { invalid } from "./api-error";
import type { StartTerms } from "./bill-lines";
import { expireSession } from "./checkout-expiry";
import { buildLines, type CheckoutLine, lineItemsField, readCoupons } from "./checkout-lines";
import { discountsField } from "./coupons";
import { lineItemsOf } from "./expand";
import { newId } from "./ids";
import { accepts, acceptsList, currency, flag, integer, metadata, text, timestamp } from "./params";
import { type Operation, operation } from "./protocol";
import { insertObject, listObjects, matching, mergeMetadata, readObject, readRow, saveObject } from "./store";
import type { Session } from "./wire";
import type { Work } from "./work";

const SHORTEST_SECONDS = 30 * 60;
const LONGEST_SECONDS = 24 * 3_600;
const SHORTEST_TRIAL_SECONDS = 2 * 86_400;
/** Clients compute `expires_at` from their own clock, a little earlier than we read ours. */
const TOLERANCE_SECONDS = 60;

const webUrl = text.regex(/^https?:\/\/\S+$/, "Not a valid URL");
/** Accepted because real Stripe has it; it changes nothing here. */
const without_effect = z.unknown().optional();

const intentData = z.strictObject({
  description: text.optional(),
  metadata: metadata.optional(),
  receipt_email: text.optional(),
  setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
  statement_descriptor: text.max(22).optional(),
  statement_descriptor_suffix: text.optional(),
});
const subscriptionData = z.strictObject({
  billing_cycle_anchor: timestamp.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  proration_behavior: z.enum(["create_prorations", "none"]).optional(),
  trial_end: timestamp.optional(),
  trial_period_days: integer.pipe(z.number().min(1)).optional(),
  trial_settings: without_effect,
});
const setupData = z.strictObject({ description: text.optional(), metadata: metadata.optional() });

const CreateParams = accepts({
  adaptive_pricing: without_effect,
  allow_promotion_codes: flag.optional(),
  automatic_tax: z.strictObject({ enabled: z.literal("false") }).optional(),
  billing_address_collection: z.enum(["auto", "required"]).optional(),
  branding_settings: without_effect,
  cancel_url: webUrl.optional(),
  client_reference_id: text.max(200).optional(),
  currency: currency.optional(),
  custom_text: without_effect,
  customer: text.optional(),
  customer_creation: z.enum(["always", "if_required"]).optional(),
  customer_email: text.regex(/^[^@\s]+@[^@\s]+$/, "Invalid email address").optional(),
  customer_update: without_effect,
  discounts: discountsField.optional(),
  expires_at: timestamp.optional(),
  integration_identifier: text.optional(),
  invoice_creation: z.strictObject({ enabled: z.literal("false") }).optional(),
  line_items: lineItemsField.optional(),
  locale: text.optional(),
  metadata: metadata.optional(),
  mode: z.enum(["payment", "subscription", "setup"]),
  name_collection: without_effect,
  origin_context: without_effect,
  payment_intent_data: intentData.optional(),
  payment_method_collection: z.enum(["always", "if_required"]).optional(),
  payment_method_options: without_effect,
  phone_number_collection: z.strictObject({ enabled: z.literal("false") }).optional(),
  saved_payment_method_options: without_effect,
  setup_intent_data: setupData.optional(),
  submit_type: z.enum(["auto", "book", "donate", "pay", "subscribe"]).optional(),
  subscription_data: subscriptionData.optional(),
  success_url: webUrl,
  ui_mode: z.literal("hosted_page", "This stand-in has the hosted page only.").optional(),
  wallet_options: without_effect,
});
type CreateInput = z.output<typeof CreateParams>;

/** What a session keeps for the moment of payment. */
export interface SessionPlan {
  lines: CheckoutLine[];
  coupons: string[];
  terms: StartTerms;
  intentData: z.output<typeof intentData>;
  subscriptionData: z.output<typeof subscriptionData>;
  setupData: z.output<typeof setupData>;
}

function checkCombination(params: CreateInput): void {
  const misplaced = (field: keyof CreateInput, mode: string) => {
    if (params[field] !== undefined && params.mode !== mode) {
      throw invalid(`You can not pass \`${field}\` in \`${params.mode}\` mode.`, field);
    }
  };
  misplaced("payment_intent_data", "payment");
  misplaced("subscription_data", "subscription");
  misplaced("setup_intent_data", "setup");
  misplaced("customer_creation", "payment");
  if (params.customer && params.customer_email) {
    throw invalid(
      "You may only specify one of these parameters: customer, customer_email.",
      "customer_email",
    );
  }
  if (params.mode === "setup") {
    if (params.line_items) throw invalid("You can not pass `line_items` in `setup` mode.", "line_items");
    if (!params.currency) throw invalid("Missing required param: currency.", "currency", "parameter_missing");
  } else if (!params.line_items) {
    throw invalid("Missing required param: line_items.", "line_items", "parameter_missing");
  }
}

function readExpiry(work: Work, given: number | undefined): number {
  if (given === undefined) return work.now + LONGEST_SECONDS;
  if (given < work.now + SHORTEST_SECONDS - TOLERANCE_SECONDS) {
    throw invalid(
      "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
      "expires_at",
    );
  }
  if (given > work.now + LONGEST_SECONDS + TOLERANCE_SECONDS) {
    throw invalid(
      "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
      "expires_at",
    );
  }
  return given;
}

function readTerms(work: Work, data: CreateInput["subscription_data"]): StartTerms {
  const trialEnd =
    data?.trial_end ?? (data?.trial_period_days ? work.now + data.trial_period_days * 86_400 : null);
  if (
    data?.trial_end !== undefined &&
    data.trial_end < work.now + SHORTEST_TRIAL_SECONDS - TOLERANCE_SECONDS
  ) {
    throw invalid(
      "The `trial_end` date has to be at least 2 days in the future.",
      "subscription_data[trial_end]",
    );
  }
  const anchor = data?.billing_cycle_anchor ?? null;
  if (anchor !== null && trialEnd !== null) {
    throw invalid(
      "You can not combine a trial with `billing_cycle_anchor`.",
      "subscription_data[billing_cycle_anchor]",
    );
  }
  if (anchor !== null && anchor <= work.now) {
    throw invalid(
      "`billing_cycle_anchor` must be a future timestamp.",
      "subscription_data[billing_cycle_anchor]",
    );
  }
  if (data?.proration_behavior !== undefined && anchor === null) {
    throw invalid(
      "`proration_behavior` can only be passed with a `billing_cycle_anchor`.",
      "subscription_data[proration_behavior]",
    );
  }
  return { trialEnd, anchor, prorates: data?.proration_behavior !== "none" };
}

function checkAnchor(plan: SessionPlan, now: number): void {
  const { anchor } = plan.terms;
  if (anchor === null) return;
  for (const { item } of plan.lines) {
    const { recurring } = item.price;
    if (!recurring) continue;
    const seconds: Record<string, number> = {
      day: 86_400,
      week: 604_800,
      month: 31 * 86_400,
      year: 366 * 86_400,
    };
    if (anchor > now + (seconds[recurring.interval] ?? 0) * recurring.interval_count) {
      throw invalid(
        "`billing_cycle_anchor` cannot be later than next natural billing date for plan.",
        "subscription_data[billing_cycle_anchor]",
      );
    }
  }
}

async function createSession(work: Work, params: CreateInput): Promise<Session> {
  checkCombination(params);
  if (params.customer) await readObject(work, "customer", params.customer, { param: "customer" });
  const terms = readTerms(work, params.subscription_data);
  const coupons = await readCoupons(work, params.discounts ?? []);
  const lines =
    params.mode === "setup"
      ? []
      : await buildLines(work, params.line_items ?? [], params.mode, terms, coupons);
  const plan: SessionPlan = {
    lines,
    coupons: coupons.map((coupon) => coupon.id),
    terms,
    intentData: params.payment_intent_data ?? {},
    subscriptionData: params.subscription_data ?? {},
    setupData: params.setup_intent_data ?? {},
  };
  checkAnchor(plan, work.now);
  const total = lines.reduce((sum, { item }) => sum + item.amount_total, 0);
  if (params.mode === "payment" && total > 0 && total < 50) {
    throw invalid(
      "The Checkout Session's total amount due must add up to at least $0.50 usd",
      "line_items",
      "amount_too_small",
    );
  }
  const session = describeSession(work, params, plan);
  await insertObject(work, "checkout.session", session, {
    hidden: { plan, line_items: lines.map(({ item }) => item) },
    wakeAt: session.expires_at,
  });
  return session;
}

function describeSession(work: Work, params: CreateInput, plan: SessionPlan): Session {
  const id = `cs_test_${newId("a1", 56).replace("_", "")}`;
  const sum = (field: "amount_discount" | "amount_subtotal" | "amount_total") =>
    plan.lines.reduce((total, { item }) => total + item[field], 0);
  const isSetup = params.mode === "setup";
  return {
    id,
    object: "checkout.session",
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: null,
    amount_subtotal: isSetup ? null : sum("amount_subtotal"),
    amount_total: isSetup ? null : sum("amount_total"),
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: work.now,
    currency: "usd",
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: params.customer ?? null,
    customer_account: null,
    customer_creation: params.mode === "payment" ? (params.customer_creation ?? "if_required") : null,
    customer_details: null,
    customer_email: params.customer_email ?? null,
    discounts: plan.coupons.map((coupon) => ({ coupon, promotion_code: null })),
    expires_at: readExpiry(work, params.expires_at),
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    mode: params.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection:
      params.mode === "subscription" ? (params.payment_method_collection ?? "always") : null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ["card"],
    payment_status: isSetup ? "no_payment_required" : "unpaid",
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: params.submit_type ?? null,
    subscription: null,
    success_url: params.success_url,
    total_details: isSetup
      ? null
      : { amount_discount: sum("amount_discount"), amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: `${ORIGIN_MARK}/c/pay/${id}`,
    wallet_options: null,
  };
}

export const checkoutOperations: Operation[] = [
  operation("post", "/v1/checkout/sessions", CreateParams, createSession),
  operation("get", "/v1/checkout/sessions/:id", accepts({}), (work, _params, id) =>
    readObject(work, "checkout.session", id),
  ),
  operation(
    "post",
    "/v1/checkout/sessions/:id",
    accepts({ metadata: metadata.optional() }),
    async (work, params, id) => {
      const before = await readObject(work, "checkout.session", id, { lock: true });
      const session: Session = { ...before, metadata: mergeMetadata(before.metadata, params.metadata) };
      await saveObject(work, "checkout.session", session);
      return session;
    },
  ),
  operation("post", "/v1/checkout/sessions/:id/expire", accepts({}), async (work, _params, id) => {
    const row = await readRow(work, "checkout.session", id, { lock: true });
    if (row.data.status !== "open") {
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${row.data.status}.`,
      );
    }
    return expireSession(work, row.data, row.hidden);
  }),
  operation("get", "/v1/checkout/sessions/:id/line_items", acceptsList({}), async (work, params, id) => {
    await readObject(work, "checkout.session", id);
    const all = await lineItemsOf(work, id);
    const from = params.starting_after ? all.findIndex((item) => item.id === params.starting_after) + 1 : 0;
    const limit = params.limit ?? 10;
    return {
      object: "list",
      data: all.slice(from, from + limit),
      has_more: all.length > from + limit,
      url: `/v1/checkout/sessions/${id}/line_items`,
    };
  }),
  operation(
    "get",
    "/v1/checkout/sessions",
    acceptsList({
      customer: text.optional(),
      customer_details: z.strictObject({ email: text }).optional(),
      payment_intent: text.optional(),
      status: z.enum(["open", "complete", "expired"]).optional(),
      subscription: text.optional(),
    }),
    (work, params) => {
      const { customer, payment_intent, status, subscription } = params;
      const conditions = matching(work, { customer, payment_intent, status, subscription });
      const email = params.customer_details?.email;
      if (email) conditions.push(work.sql`data->'customer_details'->>'email' = ${email}`);
      return listObjects(work, "checkout.session", params, "/v1/checkout/sessions", conditions);
    },
  ),
];
