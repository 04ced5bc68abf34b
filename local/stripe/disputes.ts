import type Stripe from "stripe";
import { bookMovement } from "./balance";
import { emit } from "./events";
import { newId } from "./ids";
import { accepts, acceptsList, text } from "./params";
import { type Operation, operation } from "./protocol";
import { insertObject, listObjects, matching, readObject, saveObject } from "./store";
import type { Work } from "./work";

const DISPUTE_FEE = 1500;
const ANSWER_SECONDS = 20 * 86_400;

/** The holder disputes a charge: its amount and a fee leave the balance until it is decided. */
export async function openDispute(work: Work, charge: Stripe.Charge): Promise<Stripe.Charge> {
  const id = newId("du");
  const movement = await bookMovement(work, {
    type: "adjustment",
    amount: -charge.amount,
    fee: DISPUTE_FEE,
    source: id,
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  const dispute: Stripe.Dispute = {
    id,
    object: "dispute",
    amount: charge.amount,
    balance_transactions: [movement],
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: work.now + ANSWER_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "manual",
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? "visa",
        case_type: "chargeback",
        network: charge.payment_method_details?.card?.brand ?? "visa",
        network_reason_code: "10",
      },
      type: "card",
    },
    reason: "fraudulent",
    status: "needs_response",
  };
  await insertObject(work, "dispute", dispute);
  const disputed: Stripe.Charge = { ...charge, disputed: true };
  await saveObject(work, "charge", disputed);
  await emit(work, "charge.dispute.created", dispute);
  await emit(work, "charge.dispute.funds_withdrawn", dispute);
  return disputed;
}

function emptyEvidence(): Stripe.Dispute.Evidence {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: null,
    customer_name: null,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  };
}

export const disputeOperations: Operation[] = [
  operation("get", "/v1/disputes/:id", accepts({}), (work, _params, id) => readObject(work, "dispute", id)),
  operation(
    "get",
    "/v1/disputes",
    acceptsList({ charge: text.optional(), payment_intent: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "dispute",
        params,
        "/v1/disputes",
        matching(work, { charge: params.charge, payment_intent: params.payment_intent }),
      ),
  ),
  operation("post", "/v1/disputes/:id/close", accepts({}), async (work, _params, id) => {
    const before = await readObject(work, "dispute", id, { lock: true });
    const dispute: Stripe.Dispute = { ...before, status: "lost" };
    await saveObject(work, "dispute", dispute);
    await emit(work, "charge.dispute.closed", dispute, before);
    return dispute;
  }),
];
