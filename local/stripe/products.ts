import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "./api-error";
import { createPrice, createProduct, priceFields } from "./catalog";
import { emit } from "./events";
import { accepts, acceptsList, clearable, flag, metadata, text } from "./params";
import { type Operation, operation } from "./protocol";
import {
  deleteObject,
  findObjects,
  listObjects,
  matching,
  mergeMetadata,
  readObject,
  saveObject,
} from "./store";

const CreateParams = accepts({
  id: text.optional(),
  name: text.min(1),
  active: flag.optional(),
  default_price_data: z.strictObject(priceFields).optional(),
  description: clearable.optional(),
  images: z.array(text).max(8).optional(),
  metadata: metadata.optional(),
  shippable: flag.optional(),
  statement_descriptor: text.optional(),
  tax_code: text.optional(),
  type: z.enum(["good", "service"]).optional(),
  unit_label: text.optional(),
  url: text.optional(),
});

const UpdateParams = accepts({
  active: flag.optional(),
  default_price: text.optional(),
  description: clearable.optional(),
  images: z.array(text).max(8).optional(),
  metadata: metadata.optional(),
  name: text.min(1).optional(),
  statement_descriptor: text.optional(),
  tax_code: clearable.optional(),
  unit_label: clearable.optional(),
  url: clearable.optional(),
});

export const productOperations: Operation[] = [
  operation("post", "/v1/products", CreateParams, async (work, params) => {
    const product = await createProduct(work, params);
    if (!params.default_price_data) return product;
    const price = await createPrice(work, product.id, params.default_price_data);
    const priced: Stripe.Product = { ...product, default_price: price.id };
    await saveObject(work, "product", priced);
    return priced;
  }),
  operation("get", "/v1/products/:id", accepts({}), (work, _params, id) => readObject(work, "product", id)),
  operation(
    "post",
    "/v1/products/:id",
    UpdateParams,
    async (work, { expand: _, metadata: change, ...params }, id) => {
      const before = await readObject(work, "product", id, { lock: true });
      if (params.default_price)
        await readObject(work, "price", params.default_price, { param: "default_price" });
      const given = Object.entries(params).filter(([, value]) => value !== undefined);
      const product: Stripe.Product = {
        ...before,
        ...Object.fromEntries(given),
        metadata: mergeMetadata(before.metadata, change),
        updated: work.now,
      };
      await saveObject(work, "product", product);
      await emit(work, "product.updated", product, before);
      return product;
    },
  ),
  operation("delete", "/v1/products/:id", accepts({}), async (work, _params, id) => {
    const product = await readObject(work, "product", id, { lock: true });
    const prices = await findObjects(work, "price", work.sql`data->>'product' = ${id}`);
    if (prices.length > 0) {
      throw invalid("This product cannot be deleted because it has one or more user-created prices.");
    }
    const tombstone = await deleteObject(work, "product", id);
    await emit(work, "product.deleted", product);
    return tombstone;
  }),
  operation(
    "get",
    "/v1/products",
    acceptsList({ active: flag.optional(), ids: z.array(text).max(100).optional(), url: text.optional() }),
    (work, params) => {
      const conditions = matching(work, { active: params.active, url: params.url });
      if (params.ids) conditions.push(work.sql`id = any(${params.ids})`);
      return listObjects(work, "product", params, "/v1/products", conditions);
    },
  ),
];
