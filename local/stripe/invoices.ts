import type Stripe from "stripe";
import { ACCOUNT_NAME, ORIGIN_MARK } from "./account";
import { type BillLine, toInvoiceLine } from "./bill-lines";
import { spreadDiscount } from "./coupons";
import { emit } from "./events";
import { newId } from "./ids";
import { findObjects, insertObject, readObject, saveObject } from "./store";
import { type Invoice, idOf } from "./wire";
import type { Work } from "./work";

/** A draft is finalized this long after it was made, in simulated seconds. */
export const DRAFT_SECONDS = 3_600;

export interface InvoiceInput {
  /** Chosen by the caller when other objects have to name it beforehand. */
  id?: string;
  customer: string;
  subscription: { id: string; metadata: Record<string, string> } | null;
  reason: Stripe.Invoice.BillingReason;
  lines: BillLine[];
  discounts: Stripe.Discount[];
  defaultPaymentMethod: string | null;
  metadata?: Record<string, string>;
  description?: string | null;
  period: { start: number; end: number };
  /** When it finalizes by itself; null leaves it a draft. */
  finalizesAt: number | null;
}

/** Makes a draft invoice and its event. */
export async function createInvoice(work: Work, input: InvoiceInput): Promise<Invoice> {
  const invoice = await describeInvoice(work, input);
  await insertObject(work, "invoice", invoice, { wakeAt: input.finalizesAt });
  await claimItems(work, input.lines, invoice.id);
  await emit(work, "invoice.created", invoice);
  return invoice;
}

/** What a draft would say, without making it: previews and notices need that. */
export async function describeInvoice(work: Work, input: InvoiceInput): Promise<Invoice> {
  const id = input.id ?? newId("in");
  const customer = await readObject(work, "customer", input.customer, { param: "customer" });
  const perLine = await discountLines(work, input.lines, input.discounts);
  const lines = input.lines.map((line, index) =>
    toInvoiceLine(line, id, input.subscription?.id ?? null, perLine[index] ?? []),
  );
  const invoice: Invoice = {
    id,
    object: "invoice",
    account_country: "US",
    account_name: ACCOUNT_NAME,
    account_tax_ids: null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: input.finalizesAt !== null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: input.finalizesAt,
    billing_reason: input.reason,
    collection_method: "charge_automatically",
    created: work.now,
    currency: "usd",
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: "none",
    customer_tax_ids: [],
    default_payment_method: input.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: input.description ?? null,
    discounts: input.discounts.map((discount) => discount.id),
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: "self" },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: "list", data: [], has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: input.metadata ?? {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: input.subscription
      ? {
          quote_details: null,
          subscription_details: {
            metadata: input.subscription.metadata,
            subscription: input.subscription.id,
          },
          type: "subscription_details",
        }
      : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: input.period.end,
    period_start: input.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: "draft",
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
  return withLines(invoice, lines, customer.balance);
}

/** Sums an invoice over its lines. A credit of the customer (a negative balance) lowers what is due. */
function withLines(invoice: Invoice, lines: Invoice["lines"]["data"], customerBalance: number): Invoice {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const discounts = new Map<string, number>();
  for (const line of lines) {
    for (const { amount, discount } of line.discount_amounts ?? []) {
      const id = idOf(discount) ?? "";
      discounts.set(id, (discounts.get(id) ?? 0) + amount);
    }
  }
  const total = subtotal - [...discounts.values()].reduce((sum, amount) => sum + amount, 0);
  const due = Math.max(0, total + customerBalance);
  return {
    ...invoice,
    amount_due: due,
    amount_remaining: due,
    lines: { ...invoice.lines, data: lines },
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_discount_amounts: [...discounts].map(([discount, amount]) => ({ amount, discount })),
    total_excluding_tax: total,
  };
}

async function claimItems(work: Work, lines: BillLine[], invoice: string): Promise<void> {
  const ids = lines.filter(({ source }) => source.type === "invoice_item").map(({ source }) => source.id);
  if (ids.length === 0) return;
  await work.sql`
    update stripe_local.objects set data = jsonb_set(data, '{invoice}', to_jsonb(${invoice}::text))
    where kind = 'invoiceitem' and id = any(${ids})`;
}

/** For each line, what each discount takes off; discounts apply one after the other. */
async function discountLines(
  work: Work,
  lines: Pick<BillLine, "amount" | "product" | "proration">[],
  discounts: Stripe.Discount[],
): Promise<{ amount: number; discount: string }[][]> {
  const rest = lines.map((line) => ({
    amount: line.proration ? 0 : line.amount,
    product: line.product ?? "",
  }));
  const result = lines.map((): { amount: number; discount: string }[] => []);
  for (const discount of discounts) {
    const coupon = await readObject(work, "coupon", idOf(discount.source.coupon) ?? "");
    spreadDiscount(coupon, rest).forEach((amount, index) => {
      const line = rest[index];
      if (!line || amount === 0) return;
      line.amount -= amount;
      result[index]?.push({ amount, discount: discount.id });
    });
  }
  return result;
}

/** Freezes a draft: number, addresses of its pages, the customer's credit; it can be paid now. */
export async function finalizeInvoice(work: Work, draft: Invoice): Promise<Invoice> {
  const customer = await readObject(work, "customer", draft.customer, { lock: true });
  const sequence = customer.next_invoice_sequence ?? 1;
  const used = Math.max(0, Math.min(draft.total, -customer.balance));
  const owed = Math.min(draft.total, 0);
  const endingBalance = customer.balance + used + owed;
  await saveObject(work, "customer", {
    ...customer,
    balance: endingBalance,
    next_invoice_sequence: sequence + 1,
  });
  const due = Math.max(0, draft.total - used);
  const invoice: Invoice = {
    ...draft,
    amount_due: due,
    amount_remaining: due,
    automatically_finalizes_at: null,
    effective_at: work.now,
    ending_balance: endingBalance,
    hosted_invoice_url: `${ORIGIN_MARK}/invoices/${draft.id}`,
    number: `${customer.invoice_prefix ?? "CEDAR"}-${String(sequence).padStart(4, "0")}`,
    starting_balance: customer.balance,
    status: "open",
    status_transitions: { ...draft.status_transitions, finalized_at: work.now },
  };
  await saveObject(work, "invoice", invoice, { wakeAt: null });
  await emit(work, "invoice.finalized", invoice);
  return invoice;
}

/** Marks an invoice paid by an intent, or by nothing when nothing is due. */
export async function settleInvoice(work: Work, open: Invoice, intentId: string | null): Promise<Invoice> {
  const paid: Invoice = {
    ...open,
    amount_paid: open.amount_due,
    amount_remaining: 0,
    attempt_count: intentId === null ? open.attempt_count : open.attempt_count + 1,
    attempted: true,
    next_payment_attempt: null,
    status: "paid",
    status_transitions: { ...open.status_transitions, paid_at: work.now },
  };
  await saveObject(work, "invoice", paid, { wakeAt: null });
  await emit(work, "invoice.paid", paid);
  if (intentId !== null) {
    const payment = await recordPayment(work, paid, intentId);
    await emit(work, "invoice_payment.paid", payment);
  }
  return paid;
}

/** The link between an invoice and the intent that pays it, made or brought up to date. */
export async function recordPayment(
  work: Work,
  invoice: Invoice,
  intentId: string,
): Promise<Stripe.InvoicePayment> {
  const isPaid = invoice.status === "paid";
  const [existing] = await findObjects(
    work,
    "invoice_payment",
    work.sql`data->>'invoice' = ${invoice.id} and data->'payment'->>'payment_intent' = ${intentId}`,
  );
  const payment: Stripe.InvoicePayment = {
    ...(existing ?? {
      id: newId("inpay"),
      object: "invoice_payment",
      amount_requested: invoice.amount_due,
      created: work.now,
      currency: "usd",
      invoice: invoice.id,
      is_default: true,
      livemode: false,
      payment: { payment_intent: intentId, type: "payment_intent" },
    }),
    amount_paid: isPaid ? invoice.amount_due : null,
    status: isPaid ? "paid" : "open",
    status_transitions: { canceled_at: null, paid_at: isPaid ? work.now : null },
  };
  if (existing) await saveObject(work, "invoice_payment", payment);
  else await insertObject(work, "invoice_payment", payment);
  return payment;
}
