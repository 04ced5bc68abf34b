import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { type CardBehavior, type CardDetails, declineOf, describeCard, TEST_PAYMENT_METHODS } from "./cards";
import { emit } from "./events";
import { newId } from "./ids";
import { accepts, acceptsList, address, clearable, integer, metadata, text } from "./params";
import { cardError } from "./payment-errors";
import { type Operation, operation } from "./protocol";
import { insertObject, listObjects, matching, mergeMetadata, readObject, readRow, saveObject } from "./store";
import type { Work } from "./work";

const billingDetails = z
  .strictObject({
    address: z.union([z.literal("").transform(() => null), address]).optional(),
    email: clearable.optional(),
    name: clearable.optional(),
    phone: clearable.optional(),
  })
  .optional();

/** Makes a card payment method; only the card's brand, last digits and behaviour are kept. */
export async function createCardMethod(
  work: Work,
  card: CardDetails,
  billing: {
    name?: string | null;
    email?: string | null;
    phone?: string | null;
    address?: Stripe.Address | null;
  },
  change: Record<string, string> = {},
): Promise<Stripe.PaymentMethod> {
  const method: Stripe.PaymentMethod = {
    id: newId("pm"),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: {
      address: billing.address ?? {
        city: null,
        country: null,
        line1: null,
        line2: null,
        postal_code: null,
        state: null,
      },
      email: billing.email ?? null,
      name: billing.name ?? null,
      phone: billing.phone ?? null,
      tax_id: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: card.brand,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: work.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: change,
    type: "card",
  };
  await insertObject(work, "payment_method", method, {
    hidden: { behavior: card.behavior, is_set_up: false },
  });
  return method;
}

/** How a stored card behaves, and whether it was set up for later use. */
export async function readBehavior(
  work: Work,
  methodId: string,
): Promise<{ behavior: CardBehavior; isSetUp: boolean }> {
  const { hidden } = await readRow(work, "payment_method", methodId, { param: "payment_method" });
  return { behavior: hidden.behavior as CardBehavior, isSetUp: hidden.is_set_up === true };
}

/** Notes that the holder agreed to later charges (and passed 3-D Secure, where asked). */
export async function markSetUp(work: Work, methodId: string): Promise<void> {
  await work.sql`
    update stripe_local.objects set hidden = hidden || '{"is_set_up": true}'
    where id = ${methodId} and kind = 'payment_method'`;
}

/** Attaches a method to a customer; a card that declines when saved throws 402. */
export async function attachPaymentMethod(
  work: Work,
  methodId: string,
  customerId: string,
  param = "id",
): Promise<Stripe.PaymentMethod> {
  const { data: method, hidden } = await readRow(work, "payment_method", methodId, { param, lock: true });
  if (method.customer === customerId) return method;
  if (method.customer !== null) {
    throw invalid("The payment method you provided has already been attached to a customer.", param);
  }
  const decline = declineOf(hidden.behavior as CardBehavior, "saving");
  if (decline) throw cardError(decline);
  const attached: Stripe.PaymentMethod = { ...method, customer: customerId };
  await saveObject(work, "payment_method", attached);
  await emit(work, "payment_method.attached", attached);
  return attached;
}

/** Turns a ready-made name such as `pm_card_visa` into a new payment method; answers its id, or null. */
export async function findTestPaymentMethod(work: Work, name: string): Promise<string | null> {
  const digits = TEST_PAYMENT_METHODS[name];
  if (digits === undefined) return null;
  const year = new Date(work.now * 1000).getUTCFullYear() + 1;
  return (await createCardMethod(work, describeCard(digits, 12, year), {})).id;
}

const CreateParams = accepts({
  type: z.literal("card", "Only cards are known here."),
  card: z.union([
    z.strictObject({ token: text }),
    z.strictObject({ number: text, exp_month: integer, exp_year: integer, cvc: text.optional() }),
  ]),
  billing_details: billingDetails,
  metadata: metadata.optional(),
});

export const paymentMethodOperations: Operation[] = [
  operation("post", "/v1/payment_methods", CreateParams, async (work, params) => {
    const { card } = params;
    const year = new Date(work.now * 1000).getUTCFullYear() + 1;
    const digits =
      "token" in card
        ? TEST_PAYMENT_METHODS[card.token.replace(/^tok_/, "pm_card_")]
        : card.number.replaceAll(" ", "");
    if (digits === undefined) throw invalid("No such token.", "card[token]", "resource_missing");
    const details =
      "token" in card ? describeCard(digits, 12, year) : describeCard(digits, card.exp_month, card.exp_year);
    const billing = params.billing_details ?? {};
    return createCardMethod(
      work,
      details,
      {
        name: billing.name ?? null,
        email: billing.email ?? null,
        phone: billing.phone ?? null,
        address: billing.address ?? null,
      },
      mergeMetadata({}, params.metadata),
    );
  }),
  operation("get", "/v1/payment_methods/:id", accepts({}), (work, _params, id) =>
    readObject(work, "payment_method", id),
  ),
  operation(
    "post",
    "/v1/payment_methods/:id",
    accepts({ billing_details: billingDetails, metadata: metadata.optional() }),
    async (work, params, id) => {
      const before = await readObject(work, "payment_method", id, { lock: true });
      const change = Object.entries(params.billing_details ?? {}).filter(([, value]) => value !== undefined);
      const method: Stripe.PaymentMethod = {
        ...before,
        billing_details: { ...before.billing_details, ...Object.fromEntries(change) },
        metadata: mergeMetadata(before.metadata, params.metadata),
      };
      await saveObject(work, "payment_method", method);
      await emit(work, "payment_method.updated", method, before);
      return method;
    },
  ),
  operation(
    "get",
    "/v1/payment_methods",
    acceptsList({ customer: text.optional(), type: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "payment_method",
        params,
        "/v1/payment_methods",
        matching(work, { customer: params.customer, type: params.type }),
      ),
  ),
  operation(
    "post",
    "/v1/payment_methods/:id/attach",
    accepts({ customer: text }),
    async (work, params, id) => {
      await readObject(work, "customer", params.customer, { param: "customer" });
      const methodId = (await findTestPaymentMethod(work, id)) ?? id;
      const method = await attachPaymentMethod(work, methodId, params.customer);
      await markSetUp(work, methodId);
      return method;
    },
  ),
  operation("post", "/v1/payment_methods/:id/detach", accepts({}), async (work, _params, id) => {
    const before = await readObject(work, "payment_method", id, { lock: true });
    if (before.customer === null) {
      throw invalid(
        "The payment method you provided is not attached to a customer so detachment is impossible.",
      );
    }
    const method: Stripe.PaymentMethod = { ...before, customer: null };
    await saveObject(work, "payment_method", method);
    // A detached card is nobody's default any more.
    await work.sql`
      update stripe_local.objects
      set data = jsonb_set(data, '{invoice_settings,default_payment_method}', 'null')
      where kind = 'customer' and id = ${String(before.customer)}
        and data->'invoice_settings'->>'default_payment_method' = ${id}`;
    await work.sql`
      update stripe_local.objects set data = jsonb_set(data, '{default_payment_method}', 'null')
      where kind = 'subscription' and data->>'default_payment_method' = ${id}`;
    await emit(work, "payment_method.detached", method, before);
    return method;
  }),
];
