import type Stripe from "stripe";
import { ACCOUNT_NAME, ORIGIN_MARK } from "./account";
import { bookMovement, chargeFee } from "./balance";
import type { Decline } from "./cards";
import { openDispute } from "./disputes";
import { emit } from "./events";
import { newId, randomText } from "./ids";
import { accepts, acceptsList, metadata, text } from "./params";
import { type Operation, operation } from "./protocol";
import { insertObject, listObjects, matching, mergeMetadata, readObject, saveObject } from "./store";
import type { Work } from "./work";

interface ChargeInput {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  /** Whether the holder passed 3-D Secure for it. */
  authenticated: boolean;
}

/** A charge that went through, with its movement of the balance and its event. */
export async function createCharge(
  work: Work,
  input: ChargeInput,
  isDisputed: boolean,
): Promise<Stripe.Charge> {
  const { intent } = input;
  const charge = describeCharge(work, input, null);
  const movement = await bookMovement(work, {
    type: "charge",
    amount: intent.amount,
    fee: chargeFee(intent.amount),
    source: charge.id,
    description: intent.description,
  });
  charge.balance_transaction = movement.id;
  await insertObject(work, "charge", charge);
  await emit(work, "charge.succeeded", charge);
  return isDisputed ? openDispute(work, charge) : charge;
}

/** A charge that the issuer refused. */
export async function createFailedCharge(
  work: Work,
  input: ChargeInput,
  decline: Decline,
): Promise<Stripe.Charge> {
  const charge = await insertObject(work, "charge", describeCharge(work, input, decline));
  await emit(work, "charge.failed", charge);
  return charge;
}

function describeCharge(work: Work, input: ChargeInput, decline: Decline | null): Stripe.Charge {
  const { intent, method, authenticated } = input;
  const id = newId("ch");
  const paid = decline === null;
  return {
    id,
    object: "charge",
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: ACCOUNT_NAME.toUpperCase().slice(0, 22),
    captured: paid,
    created: work.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { card: cardDetails(intent, method, authenticated, decline), type: "card" },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: paid ? `${ORIGIN_MARK}/receipts/${id}` : null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: null,
    status: paid ? "succeeded" : "failed",
    transfer_data: null,
    transfer_group: null,
  };
}

function outcomeOf(decline: Decline | null): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: decline ? "01" : null,
    network_status: decline ? "declined_by_network" : "approved_by_network",
    reason: decline?.decline_code ?? null,
    risk_level: "normal",
    risk_score: 20,
    seller_message: decline ? "The bank did not accept the payment." : "Payment complete.",
    type: decline ? "issuer_declined" : "authorized",
  };
}

function cardDetails(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  authenticated: boolean,
  decline: Decline | null,
): Stripe.Charge.PaymentMethodDetails.Card {
  const card = method.card;
  return {
    amount_authorized: decline ? null : intent.amount,
    authorization_code: decline ? null : randomText(6).toUpperCase(),
    brand: card?.brand ?? null,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: decline?.code === "incorrect_cvc" ? "fail" : "pass",
    },
    country: "US",
    electronic_commerce_indicator: null,
    exp_month: card?.exp_month ?? 12,
    exp_year: card?.exp_year ?? 2030,
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? null,
    installments: null,
    last4: card?.last4 ?? null,
    mandate: null,
    network: card?.brand ?? null,
    network_token: null,
    network_transaction_id: null,
    regulated_status: "unregulated",
    three_d_secure: authenticated
      ? {
          authentication_flow: "challenge",
          electronic_commerce_indicator: "05",
          exemption_indicator: null,
          result: "authenticated",
          result_reason: null,
          transaction_id: null,
          version: "2.2.0",
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}

export const chargeOperations: Operation[] = [
  operation("get", "/v1/charges/:id", accepts({}), (work, _params, id) => readObject(work, "charge", id)),
  operation(
    "post",
    "/v1/charges/:id",
    accepts({ description: text.optional(), metadata: metadata.optional(), receipt_email: text.optional() }),
    async (work, params, id) => {
      const before = await readObject(work, "charge", id, { lock: true });
      const charge: Stripe.Charge = {
        ...before,
        description: params.description ?? before.description,
        receipt_email: params.receipt_email ?? before.receipt_email,
        metadata: mergeMetadata(before.metadata, params.metadata),
      };
      await saveObject(work, "charge", charge);
      await emit(work, "charge.updated", charge, before);
      return charge;
    },
  ),
  operation(
    "get",
    "/v1/charges",
    acceptsList({ customer: text.optional(), payment_intent: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "charge",
        params,
        "/v1/charges",
        matching(work, { customer: params.customer, payment_intent: params.payment_intent }),
      ),
  ),
];
