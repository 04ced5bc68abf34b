import type Stripe from "stripe";
import { z } from "zod";
import { formatCents } from "./account";
import { invalid } from "./api-error";
import { bookMovement } from "./balance";
import { emit } from "./events";
import { newId } from "./ids";
import { accepts, acceptsList, integer, metadata, text } from "./params";
import { readBehavior } from "./payment-methods";
import { type Operation, operation } from "./protocol";
import { findRow, insertObject, listObjects, matching, mergeMetadata, readObject, saveObject } from "./store";
import { idOf } from "./wire";
import type { Work } from "./work";

/** After how many simulated seconds a refund to the failing test card comes back. */
const FAILS_AFTER_SECONDS = 5;

const CreateParams = accepts({
  amount: integer.pipe(z.number().min(1, "This value must be greater than or equal to 1.")).optional(),
  charge: text.optional(),
  currency: text.optional(),
  metadata: metadata.optional(),
  payment_intent: text.optional(),
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
});

async function findCharge(work: Work, params: z.output<typeof CreateParams>): Promise<Stripe.Charge> {
  if ((params.charge === undefined) === (params.payment_intent === undefined)) {
    throw invalid(
      "One of the following params should be provided for this request: payment_intent or charge.",
      "charge",
      "parameter_missing",
    );
  }
  if (params.charge) return readObject(work, "charge", params.charge, { param: "charge", lock: true });
  const intentId = params.payment_intent ?? "";
  const intent = await readObject(work, "payment_intent", intentId, { param: "payment_intent" });
  const chargeId = idOf(intent.latest_charge);
  if (intent.status !== "succeeded" || chargeId === null) {
    throw invalid(
      `This PaymentIntent (${intentId}) does not have a successful charge to refund.`,
      "payment_intent",
    );
  }
  return readObject(work, "charge", chargeId, { lock: true });
}

/** Gives money of a charge back: all that is left of it, or a part in cents. */
async function createRefund(work: Work, params: z.output<typeof CreateParams>): Promise<Stripe.Refund> {
  const charge = await findCharge(work, params);
  if (!charge.paid) throw invalid(`Charge ${charge.id} was not successful and cannot be refunded.`, "charge");
  if (charge.disputed) {
    throw invalid(
      `Charge ${charge.id} has been charged back; cannot issue a refund.`,
      "charge",
      "charge_disputed",
    );
  }
  const rest = charge.amount - charge.amount_refunded;
  if (rest === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, "charge", "charge_already_refunded");
  }
  const amount = params.amount ?? rest;
  if (amount > rest) {
    throw invalid(
      `Refund amount (${formatCents(amount)}) is greater than unrefunded amount on charge (${formatCents(rest)})`,
      "amount",
      "amount_too_large",
    );
  }
  const methodId = charge.payment_method ?? "";
  const fails = (await readBehavior(work, methodId)).behavior === "refund_fails";
  const id = newId("re");
  const movement = await bookMovement(work, {
    type: "refund",
    amount: -amount,
    fee: 0,
    source: id,
    description: `REFUND FOR CHARGE (${charge.description ?? charge.id})`,
  });
  const refund: Stripe.Refund = {
    id,
    object: "refund",
    amount,
    balance_transaction: movement.id,
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: {
      card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
      type: "card",
    },
    metadata: mergeMetadata({}, params.metadata),
    payment_intent: idOf(charge.payment_intent),
    payment_method: methodId,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  };
  await insertObject(work, "refund", refund, { wakeAt: fails ? work.now + FAILS_AFTER_SECONDS : null });
  const refunded: Stripe.Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: amount === rest,
  };
  await saveObject(work, "charge", refunded);
  await emit(work, "refund.created", refund);
  await emit(work, "charge.refunded", refunded, charge);
  return refund;
}

/** The bank sends a refund back: the money returns to the balance. Called by the scheduler. */
export async function failRefund(work: Work, id: string): Promise<void> {
  const row = await findRow(work, "refund", id, true);
  if (!row?.wake_at || row.wake_at > work.now) return;
  const before = row.data;
  const chargeId = idOf(before.charge) ?? "";
  const charge = await readObject(work, "charge", chargeId, { lock: true });
  const movement = await bookMovement(work, {
    type: "refund_failure",
    amount: before.amount,
    fee: 0,
    source: id,
    description: `REFUND FAILURE (${charge.description ?? charge.id})`,
  });
  const refund: Stripe.Refund = {
    ...before,
    status: "failed",
    failure_reason: "expired_or_canceled_card",
    failure_balance_transaction: movement.id,
  };
  await saveObject(work, "refund", refund, { wakeAt: null });
  await saveObject(work, "charge", {
    ...charge,
    amount_refunded: charge.amount_refunded - before.amount,
    refunded: false,
  });
  await emit(work, "refund.updated", refund, before);
  await emit(work, "refund.failed", refund);
}

export const refundOperations: Operation[] = [
  operation("post", "/v1/refunds", CreateParams, createRefund),
  operation("get", "/v1/refunds/:id", accepts({}), (work, _params, id) => readObject(work, "refund", id)),
  operation(
    "post",
    "/v1/refunds/:id",
    accepts({ metadata: metadata.optional() }),
    async (work, params, id) => {
      const before = await readObject(work, "refund", id, { lock: true });
      const refund: Stripe.Refund = { ...before, metadata: mergeMetadata(before.metadata, params.metadata) };
      await saveObject(work, "refund", refund);
      await emit(work, "refund.updated", refund, before);
      return refund;
    },
  ),
  operation(
    "get",
    "/v1/refunds",
    acceptsList({ charge: text.optional(), payment_intent: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "refund",
        params,
        "/v1/refunds",
        matching(work, { charge: params.charge, payment_intent: params.payment_intent }),
      ),
  ),
  operation("get", "/v1/charges/:id/refunds", acceptsList({}), async (work, params, id) => {
    await readObject(work, "charge", id);
    return listObjects(work, "refund", params, `/v1/charges/${id}/refunds`, matching(work, { charge: id }));
  }),
];
