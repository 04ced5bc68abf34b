import { z } from "zod";
import { ApiError, invalid } from "./api-error";
import type { BillLine } from "./bill-lines";
import { collectInvoice, voidInvoice, writeOff } from "./collection";
import { emit } from "./events";
import { createInvoice, finalizeInvoice, settleInvoice } from "./invoices";
import {
  accepts,
  acceptsList,
  clearable,
  currency,
  flag,
  integer,
  metadata,
  text,
  timestamp,
} from "./params";
import { createInvoiceItem } from "./proration";
import { type Operation, operation } from "./protocol";
import { pendingLines, previewRenewal } from "./renewals";
import { deleteObject, listObjects, matching, mergeMetadata, readObject, saveObject } from "./store";
import type { Invoice, InvoiceItem } from "./wire";
import type { Work } from "./work";

const DRAFT_SECONDS = 3_600;

function requireStatus(invoice: Invoice, allowed: Invoice["status"][], verb: string): void {
  if (allowed.includes(invoice.status)) return;
  throw invalid(
    `You cannot ${verb} an invoice with status ${invoice.status}.`,
    undefined,
    "invoice_not_editable",
  );
}

const ItemCreateParams = accepts({
  amount: integer.optional(),
  currency: currency.optional(),
  customer: text,
  description: text.optional(),
  invoice: text.optional(),
  metadata: metadata.optional(),
  period: z.strictObject({ start: timestamp, end: timestamp }).optional(),
  pricing: z.strictObject({ price: text }).optional(),
  quantity: integer.pipe(z.number().min(1)).optional(),
  subscription: text.optional(),
});

const itemOperations: Operation[] = [
  operation("post", "/v1/invoiceitems", ItemCreateParams, async (work, params) => {
    await readObject(work, "customer", params.customer, { param: "customer" });
    const price = params.pricing
      ? await readObject(work, "price", params.pricing.price, { param: "pricing[price]" })
      : null;
    if (price?.recurring)
      throw invalid(
        "The price specified is recurring; an invoice item takes one-time prices.",
        "pricing[price]",
      );
    if (!price && params.amount === undefined) {
      throw invalid("Missing required param: amount.", "amount", "parameter_missing");
    }
    if (params.subscription)
      await readObject(work, "subscription", params.subscription, { param: "subscription" });
    if (params.invoice) {
      throw invalid(
        "This stand-in puts invoice items on the next invoice; it does not add them to a draft.",
        "invoice",
      );
    }
    const quantity = params.quantity ?? 1;
    return createInvoiceItem(work, {
      amount: price ? (price.unit_amount ?? 0) * quantity : (params.amount ?? 0),
      customer: params.customer,
      description:
        params.description ?? (price ? (await readObject(work, "product", price.product)).name : null),
      metadata: mergeMetadata({}, params.metadata),
      ...(params.period ? { period: params.period } : {}),
      price,
      quantity,
      subscription: params.subscription ?? null,
    });
  }),
  operation("get", "/v1/invoiceitems/:id", accepts({}), (work, _params, id) =>
    readObject(work, "invoiceitem", id),
  ),
  operation("delete", "/v1/invoiceitems/:id", accepts({}), async (work, _params, id) => {
    const item: InvoiceItem = await readObject(work, "invoiceitem", id, { lock: true });
    if (item.invoice !== null) throw invalid("This invoice item is on an invoice already.");
    const tombstone = await deleteObject(work, "invoiceitem", id);
    await emit(work, "invoiceitem.deleted", item);
    return tombstone;
  }),
  operation(
    "get",
    "/v1/invoiceitems",
    acceptsList({ customer: text.optional(), invoice: text.optional(), pending: flag.optional() }),
    (work, params) => {
      const conditions = matching(work, { customer: params.customer, invoice: params.invoice });
      if (params.pending !== undefined) {
        conditions.push(
          params.pending ? work.sql`data->>'invoice' is null` : work.sql`data->>'invoice' is not null`,
        );
      }
      return listObjects(work, "invoiceitem", params, "/v1/invoiceitems", conditions);
    },
  ),
];

const paymentOperations: Operation[] = [
  operation("get", "/v1/invoice_payments/:id", accepts({}), (work, _params, id) =>
    readObject(work, "invoice_payment", id),
  ),
  operation(
    "get",
    "/v1/invoice_payments",
    acceptsList({
      invoice: text.optional(),
      payment: z
        .strictObject({ payment_intent: text.optional(), type: z.literal("payment_intent") })
        .optional(),
      status: z.enum(["open", "paid", "canceled"]).optional(),
    }),
    (work, params) => {
      const conditions = matching(work, { invoice: params.invoice, status: params.status });
      const intent = params.payment?.payment_intent;
      if (intent) conditions.push(work.sql`data->'payment'->>'payment_intent' = ${intent}`);
      return listObjects(work, "invoice_payment", params, "/v1/invoice_payments", conditions);
    },
  ),
];

async function createDraft(work: Work, params: z.output<typeof CreateParams>): Promise<Invoice> {
  const includes = params.pending_invoice_items_behavior === "include";
  const subscription = params.subscription
    ? await readObject(work, "subscription", params.subscription, { param: "subscription" })
    : null;
  const lines: BillLine[] = includes
    ? await pendingLines(work, params.customer, subscription?.id ?? null)
    : [];
  return createInvoice(work, {
    customer: params.customer,
    subscription: subscription ? { id: subscription.id, metadata: subscription.metadata } : null,
    reason: "manual",
    lines,
    discounts: [],
    defaultPaymentMethod: params.default_payment_method ?? null,
    metadata: mergeMetadata({}, params.metadata),
    description: params.description ?? null,
    period: { start: work.now, end: work.now },
    finalizesAt: params.auto_advance ? work.now + DRAFT_SECONDS : null,
  });
}

const CreateParams = accepts({
  auto_advance: flag.optional(),
  collection_method: z.literal("charge_automatically").optional(),
  currency: currency.optional(),
  customer: text,
  default_payment_method: text.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  pending_invoice_items_behavior: z.enum(["exclude", "include"]).optional(),
  subscription: text.optional(),
});

export const invoiceOperations: Operation[] = [
  ...itemOperations,
  ...paymentOperations,
  operation("post", "/v1/invoices", CreateParams, createDraft),
  operation(
    "post",
    "/v1/invoices/create_preview",
    accepts({ customer: text.optional(), subscription: text }),
    async (work, params) => {
      const subscription = await readObject(work, "subscription", params.subscription, {
        param: "subscription",
      });
      return { id: `upcoming_in_${subscription.id.slice(4)}`, ...(await previewRenewal(work, subscription)) };
    },
  ),
  operation("get", "/v1/invoices/:id", accepts({}), (work, _params, id) => readObject(work, "invoice", id)),
  operation(
    "post",
    "/v1/invoices/:id",
    accepts({
      auto_advance: flag.optional(),
      default_payment_method: text.optional(),
      description: clearable.optional(),
      metadata: metadata.optional(),
    }),
    async (work, params, id) => {
      const before = await readObject(work, "invoice", id, { lock: true });
      const invoice: Invoice = {
        ...before,
        auto_advance: params.auto_advance ?? before.auto_advance ?? false,
        default_payment_method: params.default_payment_method ?? before.default_payment_method,
        description: params.description === undefined ? before.description : params.description,
        metadata: mergeMetadata(before.metadata, params.metadata),
      };
      // Without automatic collection an open invoice waits for somebody to charge it.
      if (params.auto_advance === false && before.status === "open") {
        const waiting: Invoice = { ...invoice, next_payment_attempt: null };
        await saveObject(work, "invoice", waiting, { wakeAt: null });
        await emit(work, "invoice.updated", waiting, before);
        return waiting;
      }
      await saveObject(work, "invoice", invoice);
      await emit(work, "invoice.updated", invoice, before);
      return invoice;
    },
  ),
  operation("delete", "/v1/invoices/:id", accepts({}), async (work, _params, id) => {
    const invoice = await readObject(work, "invoice", id, { lock: true });
    requireStatus(invoice, ["draft"], "delete");
    const tombstone = await deleteObject(work, "invoice", id);
    await emit(work, "invoice.deleted", invoice);
    return tombstone;
  }),
  operation(
    "post",
    "/v1/invoices/:id/finalize",
    accepts({ auto_advance: flag.optional() }),
    async (work, _params, id) => {
      const invoice = await readObject(work, "invoice", id, { lock: true });
      requireStatus(invoice, ["draft"], "finalize");
      return finalizeInvoice(work, invoice);
    },
  ),
  operation(
    "post",
    "/v1/invoices/:id/pay",
    accepts({
      off_session: flag.optional(),
      paid_out_of_band: flag.optional(),
      payment_method: text.optional(),
    }),
    async (work, params, id) => {
      const stored = await readObject(work, "invoice", id, { lock: true });
      if (stored.status === "paid")
        throw invalid("Invoice is already paid", undefined, "invoice_already_paid");
      requireStatus(stored, ["draft", "open", "uncollectible"], "pay");
      const open = stored.status === "draft" ? await finalizeInvoice(work, stored) : stored;
      if (params.paid_out_of_band) return settleInvoice(work, open, null);
      if (params.payment_method) {
        await readObject(work, "payment_method", params.payment_method, { param: "payment_method" });
      }
      const outcome = await collectInvoice(work, open, params.payment_method ?? null);
      if (outcome instanceof ApiError && outcome.status === 400) throw outcome;
      return outcome;
    },
  ),
  operation("post", "/v1/invoices/:id/void", accepts({}), async (work, _params, id) => {
    const invoice = await readObject(work, "invoice", id, { lock: true });
    requireStatus(invoice, ["open", "uncollectible"], "void");
    return voidInvoice(work, invoice);
  }),
  operation("post", "/v1/invoices/:id/mark_uncollectible", accepts({}), async (work, _params, id) => {
    const invoice = await readObject(work, "invoice", id, { lock: true });
    requireStatus(invoice, ["open"], "write off");
    return writeOff(work, invoice);
  }),
  operation("get", "/v1/invoices/:id/lines", acceptsList({}), async (work, _params, id) => {
    const invoice = await readObject(work, "invoice", id);
    return invoice.lines;
  }),
  operation(
    "get",
    "/v1/invoices",
    acceptsList({
      customer: text.optional(),
      status: z.enum(["draft", "open", "paid", "uncollectible", "void"]).optional(),
      subscription: text.optional(),
    }),
    (work, params) => {
      const conditions = matching(work, { customer: params.customer, status: params.status });
      if (params.subscription) {
        conditions.push(
          work.sql`data->'parent'->'subscription_details'->>'subscription' = ${params.subscription}`,
        );
      }
      return listObjects(work, "invoice", params, "/v1/invoices", conditions);
    },
  ),
];
