import { createRuns, type RunOrder } from "./create-runs";
import { type Debounce, keyText } from "./flow-control";
import type { RegisteredFunction } from "./functions";
import type { Unit } from "./unit";

/**
 * Puts a start off until no event of its key has come for the period, at the latest until the debounce's timeout. The
 * newest event takes the place of the one before.
 */
export async function putOff(
  unit: Unit,
  debounce: Debounce,
  { fn, eventId, event }: RunOrder,
): Promise<void> {
  const { tx, now } = unit;
  const key = keyText(debounce, { event });
  const after = (ms: number) => new Date(now.getTime() + ms);
  const { periodMs, longestMs } = debounce;
  const latest = longestMs === undefined ? null : after(longestMs);
  const [row] = await tx<{ dueAt: Date }[]>`
    insert into inngest.debounces as d (function_id, key, event_id, due_at, latest_at)
    values (${fn.id}, ${key}, ${eventId}, ${after(Math.min(periodMs, longestMs ?? periodMs))}, ${latest})
    on conflict (function_id, key) do update
      set event_id = excluded.event_id, due_at = least(excluded.due_at, d.latest_at)
    returning due_at as "dueAt"`;
  if (row) unit.starts.push(row.dueAt);
}

/** Starts what was put off long enough. One executor takes a row; it is gone once the run is there. */
export async function startPutOff(unit: Unit, known: readonly RegisteredFunction[]): Promise<void> {
  const rows = await unit.tx<{ functionId: string; eventId: string; payload: string }[]>`
    with due as (
      select function_id, key from inngest.debounces
      where due_at <= ${unit.now} and function_id = any (${known.map((fn) => fn.id)}::text[])
      for update skip locked
    ), taken as (
      delete from inngest.debounces d using due where d.function_id = due.function_id and d.key = due.key
      returning d.function_id, d.event_id
    )
    select t.function_id as "functionId", e.id as "eventId", e.payload::text as payload
    from taken t join inngest.events e on e.id = t.event_id`;
  const orders = rows.flatMap(({ functionId, eventId, payload }): RunOrder[] => {
    const fn = unit.registry.get(functionId);
    return fn ? [{ fn, eventId, event: JSON.parse(payload) }] : [];
  });
  if (orders.length > 0) await createRuns(unit, orders);
}
