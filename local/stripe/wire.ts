import type Stripe from "stripe";

/**
 * Shapes as they travel. The SDK's types describe what its users hold, where `*_decimal` is a Decimal; on the
 * wire it is text.
 */
export type Price = Omit<Stripe.Price, "unit_amount_decimal" | "product"> & {
  unit_amount_decimal: string | null;
  product: string;
};
type Plan = Omit<Stripe.Plan, "amount_decimal"> & { amount_decimal: string | null };
export type List<T> = { object: "list"; data: T[]; has_more: boolean; url: string };
export type SubscriptionItem = Omit<Stripe.SubscriptionItem, "price" | "plan" | "quantity"> & {
  price: Price;
  plan: Plan;
  quantity: number;
};
export type Subscription = Omit<Stripe.Subscription, "items" | "customer" | "discounts"> & {
  items: List<SubscriptionItem>;
  customer: string;
  discounts: string[];
};
export type InvoiceLine = Omit<Stripe.InvoiceLineItem, "pricing" | "quantity_decimal"> & {
  pricing: {
    price_details: { price: string; product: string };
    type: "price_details";
    unit_amount_decimal: string | null;
  } | null;
  quantity_decimal: string | null;
};
export type Invoice = Omit<Stripe.Invoice, "lines" | "customer" | "status"> & {
  lines: List<InvoiceLine>;
  customer: string;
  status: "draft" | "open" | "paid" | "uncollectible" | "void";
};
export type InvoiceItem = Omit<Stripe.InvoiceItem, "pricing" | "customer" | "quantity_decimal"> & {
  pricing: InvoiceLine["pricing"];
  customer: string;
  quantity_decimal: string;
};
export type LineItem = Omit<Stripe.LineItem, "price" | "quantity"> & { price: Price; quantity: number };
export type Session = Stripe.Checkout.Session;

/** Every kind of stored object, by the name in its `object` field. */
export interface Kinds {
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  "checkout.session": Session;
  coupon: Stripe.Coupon;
  customer: Stripe.Customer;
  discount: Stripe.Discount;
  dispute: Stripe.Dispute;
  event: StoredEvent;
  invoice: Invoice;
  invoice_payment: Stripe.InvoicePayment;
  invoiceitem: InvoiceItem;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  price: Price;
  product: Stripe.Product;
  refund: Stripe.Refund;
  setup_intent: Stripe.SetupIntent;
  subscription: Subscription;
  webhook_endpoint: Stripe.WebhookEndpoint;
}
export type Kind = keyof Kinds;

/** An event; its `data.object` is a snapshot of any kind. */
export interface StoredEvent {
  id: string;
  object: "event";
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null } | null;
  type: Stripe.Event["type"] | "invoice.upcoming";
}

/** The id behind a field that may hold the object itself. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : value.id;
}
