import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { firstBill, type Purchase, type StartTerms } from "./bill-lines";
import { createPrice, createProduct, priceFields, productDataFields } from "./catalog";
import { readRedeemable, spreadDiscount } from "./coupons";
import { newId } from "./ids";
import { integer, metadata, text } from "./params";
import { mergeMetadata, readObject } from "./store";
import type { LineItem, Price } from "./wire";
import type { Work } from "./work";

export const lineItemsField = z
  .array(
    z.strictObject({
      metadata: metadata.optional(),
      price: text.optional(),
      price_data: z
        .strictObject({
          ...priceFields,
          product: text.optional(),
          product_data: z.strictObject(productDataFields).optional(),
        })
        .optional(),
      quantity: integer
        .pipe(z.number().min(1, "This value must be greater than or equal to 1.").max(10_000))
        .optional(),
    }),
  )
  .min(1)
  .max(100);
export type LineItemsInput = z.output<typeof lineItemsField>;

/** A purchased position of a Checkout with what it costs at the start. Cents. */
export interface CheckoutLine {
  item: LineItem;
  bill: ReturnType<typeof firstBill>;
  productName: string;
}

/** Turns `line_items` into positions; inline prices and products are made for good, as at Stripe. */
export async function buildLines(
  work: Work,
  input: LineItemsInput,
  mode: "payment" | "subscription",
  terms: StartTerms,
  coupons: Stripe.Coupon[],
): Promise<CheckoutLine[]> {
  const lines: CheckoutLine[] = [];
  for (const [index, given] of input.entries()) {
    const param = `line_items[${index}]`;
    const price = await priceOf(work, given, param);
    if (mode === "payment" && price.recurring) {
      throw invalid(
        "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
        param,
      );
    }
    if (!given.quantity)
      throw invalid(
        "Quantity is required. Add `quantity` to the line item.",
        `${param}[quantity]`,
        "parameter_missing",
      );
    const product = await readObject(work, "product", price.product);
    const purchase: Purchase = { price, quantity: given.quantity, productName: product.name };
    const bill = firstBill(purchase, terms, work.now);
    lines.push({
      bill,
      productName: product.name,
      item: {
        id: newId("li"),
        object: "item",
        adjustable_quantity: null,
        amount_discount: 0,
        amount_subtotal: bill.amount,
        amount_tax: 0,
        amount_total: bill.amount,
        currency: "usd",
        description: product.name,
        metadata: mergeMetadata({}, given.metadata),
        price,
        quantity: given.quantity,
      },
    });
  }
  if (mode === "subscription" && !lines.some(({ item }) => item.price.recurring)) {
    throw invalid(
      "You must provide at least one recurring price in `subscription` mode when using prices.",
      "line_items",
    );
  }
  return applyCoupons(lines, coupons);
}

function applyCoupons(lines: CheckoutLine[], coupons: Stripe.Coupon[]): CheckoutLine[] {
  let current = lines;
  for (const coupon of coupons) {
    const shares = spreadDiscount(
      coupon,
      current.map(({ item }) => ({ amount: item.amount_total, product: item.price.product })),
    );
    current = current.map((line, index) => {
      const share = shares[index] ?? 0;
      const { item } = line;
      return {
        ...line,
        item: {
          ...item,
          amount_discount: item.amount_discount + share,
          amount_total: item.amount_total - share,
        },
      };
    });
  }
  return current;
}

async function priceOf(work: Work, given: LineItemsInput[number], param: string): Promise<Price> {
  if ((given.price === undefined) === (given.price_data === undefined)) {
    throw invalid(`Give either price or price_data in ${param}.`, `${param}[price]`, "parameter_missing");
  }
  if (given.price) {
    const price = await readObject(work, "price", given.price, { param: `${param}[price]` });
    if (!price.active) {
      throw invalid(
        "The price specified is inactive. This field only accepts active prices.",
        `${param}[price]`,
        "price_inactive",
      );
    }
    return price;
  }
  const data = given.price_data;
  if (!data) throw invalid("Missing price.", param);
  if ((data.product === undefined) === (data.product_data === undefined)) {
    throw invalid(
      "Give either product or product_data.",
      `${param}[price_data][product_data]`,
      "parameter_missing",
    );
  }
  const product = data.product_data
    ? await createProduct(work, data.product_data)
    : await readObject(work, "product", data.product ?? "", { param: `${param}[price_data][product]` });
  return createPrice(work, product.id, { ...data, active: false });
}

/** The coupons of a Checkout, each redeemable now. */
export async function readCoupons(work: Work, discounts: { coupon: string }[]): Promise<Stripe.Coupon[]> {
  const coupons: Stripe.Coupon[] = [];
  for (const [index, { coupon }] of discounts.entries()) {
    coupons.push(await readRedeemable(work, coupon, `discounts[${index}][coupon]`));
  }
  return coupons;
}
