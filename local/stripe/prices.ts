import { z } from "zod";
import { invalid } from "./api-error";
import { createPrice, createProduct, priceFields, productDataFields } from "./catalog";
import { emit } from "./events";
import { accepts, acceptsList, clearable, currency, flag, metadata, text } from "./params";
import { type Operation, operation } from "./protocol";
import { findObjects, listObjects, matching, mergeMetadata, readObject, saveObject } from "./store";
import type { Price } from "./wire";
import type { Work } from "./work";

/** Frees a lookup key for its new holder, or refuses it. */
async function takeLookupKey(work: Work, key: string, transfer: boolean): Promise<void> {
  for (const holder of await findObjects(work, "price", work.sql`data->>'lookup_key' = ${key}`)) {
    if (!transfer) {
      throw invalid(
        `A price (\`${holder.id}\`) already uses that lookup key.`,
        "lookup_key",
        "resource_already_exists",
      );
    }
    const freed: Price = { ...holder, lookup_key: null };
    await saveObject(work, "price", freed);
    await emit(work, "price.updated", freed, holder);
  }
}

const CreateParams = accepts({
  ...priceFields,
  active: flag.optional(),
  billing_scheme: z.literal("per_unit").optional(),
  lookup_key: text.optional(),
  metadata: metadata.optional(),
  nickname: text.optional(),
  product: text.optional(),
  product_data: z
    .strictObject({ ...productDataFields, id: text.optional(), active: flag.optional() })
    .optional(),
  transfer_lookup_key: flag.optional(),
});

const UpdateParams = accepts({
  active: flag.optional(),
  lookup_key: text.optional(),
  metadata: metadata.optional(),
  nickname: clearable.optional(),
  tax_behavior: z.enum(["exclusive", "inclusive", "unspecified"]).optional(),
  transfer_lookup_key: flag.optional(),
});

export const priceOperations: Operation[] = [
  operation("post", "/v1/prices", CreateParams, async (work, params) => {
    if ((params.product === undefined) === (params.product_data === undefined)) {
      throw invalid("Give either product or product_data.", "product", "parameter_missing");
    }
    if (params.lookup_key) await takeLookupKey(work, params.lookup_key, params.transfer_lookup_key ?? false);
    const product =
      params.product === undefined
        ? await createProduct(work, params.product_data ?? { name: "" })
        : await readObject(work, "product", params.product, { param: "product" });
    return createPrice(work, product.id, params);
  }),
  operation("get", "/v1/prices/:id", accepts({}), (work, _params, id) => readObject(work, "price", id)),
  operation(
    "post",
    "/v1/prices/:id",
    UpdateParams,
    async (work, { expand: _, metadata: change, transfer_lookup_key, ...params }, id) => {
      const before = await readObject(work, "price", id, { lock: true });
      if (params.lookup_key && params.lookup_key !== before.lookup_key) {
        await takeLookupKey(work, params.lookup_key, transfer_lookup_key ?? false);
      }
      const given = Object.entries(params).filter(([, value]) => value !== undefined);
      const price: Price = {
        ...before,
        ...Object.fromEntries(given),
        metadata: mergeMetadata(before.metadata, change),
      };
      await saveObject(work, "price", price);
      await emit(work, "price.updated", price, before);
      return price;
    },
  ),
  operation(
    "get",
    "/v1/prices",
    acceptsList({
      active: flag.optional(),
      currency: currency.optional(),
      lookup_keys: z.array(text).max(10).optional(),
      product: text.optional(),
      recurring: z.strictObject({ interval: z.enum(["day", "week", "month", "year"]) }).optional(),
      type: z.enum(["one_time", "recurring"]).optional(),
    }),
    (work, params) => {
      const { active, product, type } = params;
      const conditions = matching(work, { active, product, type });
      if (params.lookup_keys) conditions.push(work.sql`data->>'lookup_key' = any(${params.lookup_keys})`);
      if (params.recurring) {
        conditions.push(work.sql`data->'recurring'->>'interval' = ${params.recurring.interval}`);
      }
      return listObjects(work, "price", params, "/v1/prices", conditions);
    },
  ),
];
