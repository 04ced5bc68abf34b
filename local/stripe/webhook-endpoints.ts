import type Stripe from "stripe";
import { z } from "zod";
import { API_VERSION } from "./account";
import { newId } from "./ids";
import { accepts, acceptsList, clearable, flag, metadata, text } from "./params";
import { type Operation, operation } from "./protocol";
import {
  deleteObject,
  findRow,
  insertObject,
  listObjects,
  mergeMetadata,
  readObject,
  saveObject,
} from "./store";
import { inTransaction, type Runtime, type Work } from "./work";

const ENVIRONMENT_ENDPOINT = "we_environment";

function describeEndpoint(work: Work, id: string, url: string, events: string[]): Stripe.WebhookEndpoint {
  return {
    id,
    object: "webhook_endpoint",
    api_version: API_VERSION,
    application: null,
    created: work.now,
    description: null,
    enabled_events: events,
    livemode: false,
    metadata: {},
    status: "enabled",
    url,
  };
}

/** The endpoint that the environment names. What still waits for its old address goes to the new one. */
export async function registerEnvironmentEndpoint(runtime: Runtime): Promise<void> {
  const { webhookSecret, webhookUrl } = runtime.config;
  await inTransaction(runtime, null, async (work) => {
    const before = await findRow(work, "webhook_endpoint", ENVIRONMENT_ENDPOINT, true);
    const hidden = { secret: webhookSecret };
    if (!before) {
      const endpoint = describeEndpoint(work, ENVIRONMENT_ENDPOINT, webhookUrl, ["*"]);
      await insertObject(work, "webhook_endpoint", endpoint, { hidden });
      return;
    }
    await saveObject(work, "webhook_endpoint", { ...before.data, url: webhookUrl }, { hidden });
    await work.sql`
      update stripe_local.deliveries set url = ${webhookUrl}, secret = ${webhookSecret}, next_at = clock_timestamp()
      where state = 'pending' and url = ${before.data.url}`;
  });
}

const url = text.regex(/^https?:\/\/\S+$/, "Not a valid URL");

export const webhookEndpointOperations: Operation[] = [
  operation(
    "post",
    "/v1/webhook_endpoints",
    accepts({
      api_version: text.optional(),
      description: clearable.optional(),
      enabled_events: z.array(text).min(1),
      metadata: metadata.optional(),
      url,
    }),
    async (work, params) => {
      const endpoint: Stripe.WebhookEndpoint = {
        ...describeEndpoint(work, newId("we"), params.url, params.enabled_events),
        description: params.description ?? null,
        metadata: mergeMetadata({}, params.metadata),
      };
      const secret = newId("whsec", 32);
      await insertObject(work, "webhook_endpoint", endpoint, { hidden: { secret } });
      // Only the answer to its creation ever shows the secret.
      return { ...endpoint, secret };
    },
  ),
  operation("get", "/v1/webhook_endpoints/:id", accepts({}), (work, _params, id) =>
    readObject(work, "webhook_endpoint", id),
  ),
  operation(
    "post",
    "/v1/webhook_endpoints/:id",
    accepts({
      disabled: flag.optional(),
      enabled_events: z.array(text).min(1).optional(),
      url: url.optional(),
    }),
    async (work, params, id) => {
      const before = await readObject(work, "webhook_endpoint", id, { lock: true });
      const endpoint: Stripe.WebhookEndpoint = {
        ...before,
        enabled_events: params.enabled_events ?? before.enabled_events,
        status: params.disabled === undefined ? before.status : params.disabled ? "disabled" : "enabled",
        url: params.url ?? before.url,
      };
      await saveObject(work, "webhook_endpoint", endpoint);
      return endpoint;
    },
  ),
  operation("delete", "/v1/webhook_endpoints/:id", accepts({}), async (work, _params, id) => {
    await readObject(work, "webhook_endpoint", id, { lock: true });
    return deleteObject(work, "webhook_endpoint", id);
  }),
  operation("get", "/v1/webhook_endpoints", acceptsList({}), (work, params) =>
    listObjects(work, "webhook_endpoint", params, "/v1/webhook_endpoints"),
  ),
];
