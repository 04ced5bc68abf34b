import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { emit } from "./events";
import { newId } from "./ids";
import { cents, currency, decimal, integer, metadata, text } from "./params";
import { findRow, insertObject, mergeMetadata } from "./store";
import type { Price } from "./wire";
import type { Work } from "./work";

/** How long a period may be, in each unit: three years at most. */
const LONGEST = { day: 1095, week: 156, month: 36, year: 3 } as const;

export const recurringFields = z
  .strictObject({
    interval: z.enum(["day", "week", "month", "year"]),
    interval_count: integer.pipe(z.number().min(1)).optional(),
    usage_type: z.literal("licensed").optional(),
  })
  .refine(
    ({ interval, interval_count = 1 }) => interval_count <= LONGEST[interval],
    "A billing period lasts at most three years.",
  );

/** What a price says besides its product; shared by inline prices. */
export const priceFields = {
  currency,
  recurring: recurringFields.optional(),
  tax_behavior: z.enum(["exclusive", "inclusive", "unspecified"]).optional(),
  unit_amount: cents.optional(),
  unit_amount_decimal: decimal.pipe(z.number().int("This stand-in takes whole cents only.")).optional(),
};

/** Inline product of a price. */
export const productDataFields = {
  name: text.min(1),
  description: text.optional(),
  images: z.array(text).max(8).optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
  tax_code: text.optional(),
  unit_label: text.optional(),
};

type PriceInput = {
  currency: string;
  recurring?: z.output<typeof recurringFields> | undefined;
  tax_behavior?: Price["tax_behavior"] | undefined;
  unit_amount?: number | undefined;
  unit_amount_decimal?: number | undefined;
  active?: boolean | undefined;
  lookup_key?: string | undefined;
  metadata?: Record<string, string> | undefined;
  nickname?: string | undefined;
};

/** Makes a price of a product; amounts in cents. */
export async function createPrice(work: Work, productId: string, given: PriceInput): Promise<Price> {
  const amount = given.unit_amount ?? given.unit_amount_decimal;
  if (amount === undefined) {
    throw invalid("Missing required param: unit_amount.", "unit_amount", "parameter_missing");
  }
  const price: Price = {
    id: newId("price"),
    object: "price",
    active: given.active ?? true,
    billing_scheme: "per_unit",
    created: work.now,
    currency: given.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: given.lookup_key ?? null,
    metadata: mergeMetadata({}, given.metadata),
    nickname: given.nickname ?? null,
    product: productId,
    recurring: given.recurring
      ? {
          interval: given.recurring.interval,
          interval_count: given.recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: "licensed",
        }
      : null,
    tax_behavior: given.tax_behavior ?? "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: given.recurring ? "recurring" : "one_time",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  };
  await insertObject(work, "price", price);
  await emit(work, "price.created", price);
  return price;
}

/** Makes a product, for the API or for inline `product_data`. */
export async function createProduct(
  work: Work,
  given: {
    id?: string | undefined;
    name: string;
    active?: boolean | undefined;
    description?: string | null | undefined;
    images?: string[] | undefined;
    metadata?: Record<string, string> | undefined;
    statement_descriptor?: string | undefined;
    tax_code?: string | undefined;
    unit_label?: string | undefined;
    url?: string | undefined;
  },
): Promise<Stripe.Product> {
  const id = given.id ?? newId("prod", 14);
  if (given.id && (await findRow(work, "product", given.id))) {
    throw invalid(`Product already exists: ${given.id}`, "id", "resource_already_exists");
  }
  const product: Stripe.Product = {
    id,
    object: "product",
    active: given.active ?? true,
    created: work.now,
    default_price: null,
    description: given.description ?? null,
    images: given.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: mergeMetadata({}, given.metadata),
    name: given.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: given.statement_descriptor ?? null,
    tax_code: given.tax_code ?? null,
    tax_details: null,
    type: "service",
    unit_label: given.unit_label ?? null,
    updated: work.now,
    url: given.url ?? null,
  };
  await insertObject(work, "product", product);
  await emit(work, "product.created", product);
  return product;
}
