import { createRuns, type RunOrder } from "./create-runs";
import { type Batch, keyText } from "./flow-control";
import type { RegisteredFunction } from "./functions";
import type { Unit } from "./unit";

type Gathered = { fn: RegisteredFunction; batch: Batch; key: string; eventIds: string[] };

/** Adds events to the batches of their keys; a batch that is full starts its run at once. */
export async function gather(unit: Unit, orders: readonly (RunOrder & { batch: Batch })[]): Promise<void> {
  const byKey = new Map<string, Gathered>();
  for (const { fn, batch, eventId, event } of orders) {
    const key = keyText(batch, { event });
    const name = JSON.stringify([fn.id, key]);
    const gathered = byKey.get(name);
    if (gathered) gathered.eventIds.push(eventId);
    else byKey.set(name, { fn, batch, key, eventIds: [eventId] });
  }
  // In one order everywhere, because each row stays locked until the commit.
  for (const [, gathered] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))) await add(unit, gathered);
}

async function add(unit: Unit, { fn, batch, key, eventIds }: Gathered): Promise<void> {
  const { tx, now } = unit;
  const dueAt = new Date(now.getTime() + batch.timeoutMs);
  const [row] = await tx<{ eventIds: string[]; dueAt: Date }[]>`
    insert into inngest.batches as b (function_id, key, event_ids, due_at)
    values (${fn.id}, ${key}, ${eventIds}, ${dueAt})
    on conflict (function_id, key) do update set event_ids = b.event_ids || excluded.event_ids
    returning event_ids as "eventIds", due_at as "dueAt"`;
  if (!row) return;
  let rest = row.eventIds;
  for (; rest.length >= batch.maxSize; rest = rest.slice(batch.maxSize)) {
    await startBatch(unit, fn, rest.slice(0, batch.maxSize));
  }
  if (rest.length === row.eventIds.length) {
    unit.starts.push(row.dueAt);
  } else if (rest.length === 0) {
    await tx`delete from inngest.batches where function_id = ${fn.id} and key = ${key}`;
  } else {
    await tx`
      update inngest.batches set event_ids = ${rest}, due_at = ${dueAt}
      where function_id = ${fn.id} and key = ${key}`;
    unit.starts.push(dueAt);
  }
}

/** Starts the batches that have waited for their timeout. One executor takes a row; it is gone with its run's start. */
export async function startDueBatches(unit: Unit, known: readonly RegisteredFunction[]): Promise<void> {
  const rows = await unit.tx<{ functionId: string; eventIds: string[] }[]>`
    with due as (
      select function_id, key from inngest.batches
      where due_at <= ${unit.now} and function_id = any (${known.map((fn) => fn.id)}::text[])
      for update skip locked
    )
    delete from inngest.batches b using due where b.function_id = due.function_id and b.key = due.key
    returning b.function_id as "functionId", b.event_ids as "eventIds"`;
  for (const { functionId, eventIds } of rows) {
    const fn = unit.registry.get(functionId);
    if (fn) await startBatch(unit, fn, eventIds);
  }
}

/** One run for all the events; the first of them stands for it where one event is meant. */
async function startBatch(unit: Unit, fn: RegisteredFunction, eventIds: readonly string[]): Promise<void> {
  const [first = ""] = eventIds;
  const [row] = await unit.tx<{ payload: string }[]>`
    select payload::text as payload from inngest.events where id = ${first}`;
  const event: Record<string, unknown> = JSON.parse(row?.payload ?? "{}");
  await createRuns(unit, [{ fn, eventId: first, event, eventIds }]);
}
