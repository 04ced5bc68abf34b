import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { emit } from "./events";
import { newId, randomText } from "./ids";
import { accepts, acceptsList, address, clearable, metadata, text } from "./params";
import { attachPaymentMethod, findTestPaymentMethod, markSetUp } from "./payment-methods";
import { type Operation, operation } from "./protocol";
import {
  deleteObject,
  findObjects,
  findRow,
  insertObject,
  listObjects,
  matching,
  mergeMetadata,
  readObject,
  saveObject,
} from "./store";
import { endSubscription } from "./subscriptions";
import type { Work } from "./work";

const fields = {
  address: z.union([z.literal("").transform(() => null), address]).optional(),
  description: clearable.optional(),
  email: clearable
    .pipe(z.nullable(z.string().regex(/^[^@\s]+@[^@\s]+$/, "Invalid email address")))
    .optional(),
  invoice_settings: z
    .strictObject({ default_payment_method: clearable.optional(), footer: clearable.optional() })
    .optional(),
  metadata: metadata.optional(),
  name: clearable.optional(),
  phone: clearable.optional(),
  preferred_locales: z.array(text).optional(),
  tax_exempt: z.enum(["none", "exempt", "reverse", ""]).optional(),
};
const CreateParams = accepts({ ...fields, payment_method: text.optional() });
const UpdateParams = accepts(fields);

/** Makes a customer, for the API or for a Checkout that had none. */
export async function createCustomer(
  work: Work,
  given: {
    email?: string | null;
    name?: string | null;
    phone?: string | null;
    description?: string | null;
    metadata?: Record<string, string>;
  },
): Promise<Stripe.Customer> {
  const customer: Stripe.Customer = {
    id: newId("cus", 14),
    object: "customer",
    address: null,
    balance: 0,
    created: work.now,
    currency: null,
    default_source: null,
    delinquent: false,
    description: given.description ?? null,
    discount: null,
    email: given.email ?? null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: given.metadata ?? {},
    name: given.name ?? null,
    next_invoice_sequence: 1,
    phone: given.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
  };
  await insertObject(work, "customer", customer);
  return customer;
}

function applyFields(customer: Stripe.Customer, params: z.output<typeof UpdateParams>): Stripe.Customer {
  const { address: place, invoice_settings: settings, metadata: change, expand: _, ...plain } = params;
  return {
    ...customer,
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(place === undefined ? {} : { address: place }),
    invoice_settings: {
      ...customer.invoice_settings,
      ...(settings?.default_payment_method === undefined
        ? {}
        : { default_payment_method: settings.default_payment_method }),
      ...(settings?.footer === undefined ? {} : { footer: settings.footer }),
    },
    metadata: mergeMetadata(customer.metadata, change),
  };
}

async function checkDefaultMethod(
  work: Work,
  customerId: string,
  methodId: string | null | undefined,
): Promise<void> {
  if (!methodId) return;
  const param = "invoice_settings[default_payment_method]";
  const method = await readObject(work, "payment_method", methodId, { param });
  if (method.customer !== customerId) {
    throw invalid(
      `The customer does not have a payment method with the ID ${methodId}. The payment method must be attached to the customer.`,
      param,
      "resource_missing",
    );
  }
}

export const customerOperations: Operation[] = [
  operation("post", "/v1/customers", CreateParams, async (work, { payment_method, ...params }) => {
    const bare = await createCustomer(work, {});
    let settings = params.invoice_settings;
    let methodId: string | null = null;
    if (payment_method) {
      methodId = (await findTestPaymentMethod(work, payment_method)) ?? payment_method;
      if (settings?.default_payment_method === payment_method) {
        settings = { ...settings, default_payment_method: methodId };
      }
    }
    const customer = applyFields(bare, { ...params, invoice_settings: settings });
    await saveObject(work, "customer", customer);
    await emit(work, "customer.created", customer);
    if (methodId) {
      await attachPaymentMethod(work, methodId, customer.id, "payment_method");
      await markSetUp(work, methodId);
    }
    await checkDefaultMethod(work, customer.id, settings?.default_payment_method);
    return customer;
  }),
  operation("get", "/v1/customers/:id", accepts({}), async (work, _params, id) => {
    // A deleted customer is still answered, as a tombstone.
    const row = await findRow(work, "customer", id);
    return row ? row.data : readObject(work, "customer", id);
  }),
  operation("post", "/v1/customers/:id", UpdateParams, async (work, params, id) => {
    const before = await readObject(work, "customer", id, { lock: true });
    await checkDefaultMethod(work, id, params.invoice_settings?.default_payment_method);
    const customer = applyFields(before, params);
    await saveObject(work, "customer", customer);
    await emit(work, "customer.updated", customer, before);
    return customer;
  }),
  operation("delete", "/v1/customers/:id", accepts({}), async (work, _params, id) => {
    const customer = await readObject(work, "customer", id, { lock: true });
    const subscriptions = await findObjects(
      work,
      "subscription",
      work.sql`data->>'customer' = ${id} and data->>'status' not in ('canceled', 'incomplete_expired')`,
    );
    for (const subscription of subscriptions)
      await endSubscription(work, subscription, "cancellation_requested");
    const methods = await findObjects(work, "payment_method", work.sql`data->>'customer' = ${id}`);
    for (const method of methods) await saveObject(work, "payment_method", { ...method, customer: null });
    const tombstone = await deleteObject(work, "customer", id);
    await emit(work, "customer.deleted", customer);
    return tombstone;
  }),
  operation("get", "/v1/customers", acceptsList({ email: text.optional() }), (work, params) =>
    listObjects(work, "customer", params, "/v1/customers", matching(work, { email: params.email })),
  ),
  operation(
    "get",
    "/v1/customers/:id/payment_methods",
    acceptsList({ type: text.optional() }),
    async (work, params, id) => {
      await readObject(work, "customer", id);
      const filters = matching(work, { customer: id, type: params.type });
      return listObjects(work, "payment_method", params, `/v1/customers/${id}/payment_methods`, filters);
    },
  ),
  operation(
    "get",
    "/v1/customers/:id/payment_methods/:method",
    accepts({}),
    async (work, _params, id, methodId) => {
      await readObject(work, "customer", id);
      return readObject(work, "payment_method", methodId);
    },
  ),
];
