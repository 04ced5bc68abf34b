import { z } from "zod";
import { API_VERSION } from "./account";
import { newId } from "./ids";
import { accepts, acceptsList, text } from "./params";
import type { Operation } from "./protocol";
import { operation } from "./protocol";
import { insertObject, listObjects, readObject } from "./store";
import { scheduleDeliveries } from "./webhooks";
import type { StoredEvent } from "./wire";
import type { Work } from "./work";

type EventType = StoredEvent["type"];

/**
 * Writes an event and its deliveries in the running transaction. `before` is the object as it was: its
 * differing fields become `previous_attributes`.
 */
export async function emit(work: Work, type: EventType, object: object, before?: object): Promise<void> {
  const event: StoredEvent = {
    id: newId("evt"),
    object: "event",
    api_version: API_VERSION,
    created: work.now,
    data: { object, ...(before ? { previous_attributes: changedFields(before, object) } : {}) },
    livemode: false,
    pending_webhooks: 1,
    request: work.request
      ? { id: work.request.id, idempotency_key: work.request.idempotencyKey }
      : { id: null, idempotency_key: null },
    type,
  };
  await insertObject(work, "event", event);
  await scheduleDeliveries(work, event);
  work.emitted += 1;
}

/** Values that fields had before, for those that differ now. */
function changedFields(before: object, after: object): Record<string, unknown> {
  const now = new Map<string, unknown>(Object.entries(after));
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(before)) {
    if (JSON.stringify(value) !== JSON.stringify(now.get(name))) changed[name] = value;
  }
  return changed;
}

async function countPending(work: Work, id: string): Promise<number> {
  const [row] = await work.sql<{ count: number }[]>`
    select count(*)::int as count from stripe_local.deliveries where event_id = ${id} and state = 'pending'`;
  return row?.count ?? 0;
}

export const eventOperations: Operation[] = [
  operation("get", "/v1/events/:id", accepts({}), async (work, _params, id) => {
    const event = await readObject(work, "event", id);
    return { ...event, pending_webhooks: await countPending(work, id) };
  }),
  operation(
    "get",
    "/v1/events",
    acceptsList({ type: text.optional(), types: z.array(text).max(20).optional() }),
    async (work, params) => {
      const { sql } = work;
      const conditions = [
        ...(params.type ? [sql`data->>'type' like ${params.type.replaceAll("*", "%")}`] : []),
        ...(params.types ? [sql`data->>'type' = any(${params.types})`] : []),
      ];
      const page = await listObjects(work, "event", params, "/v1/events", conditions);
      for (const event of page.data) event.pending_webhooks = await countPending(work, event.id);
      return page;
    },
  ),
];
