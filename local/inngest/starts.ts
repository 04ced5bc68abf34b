import { gather, startDueBatches } from "./batches";
import { createRuns, type RunOrder } from "./create-runs";
import { putOff, startPutOff } from "./debounce";
import type { Batch } from "./flow-control";
import { isWithinRate } from "./rate-limit";
import type { Store, Unit } from "./unit";

/**
 * Starts functions that events call for, through their flow control: a start is dropped by a rate limit, put off by a
 * debounce, gathered into a batch, or becomes a run now. An invocation does not come here: its caller waits for it.
 */
export async function startFunctions(unit: Unit, orders: readonly RunOrder[]): Promise<void> {
  const now: RunOrder[] = [];
  const gathered: (RunOrder & { batch: Batch })[] = [];
  for (const order of orders) {
    const { batch, debounce } = order.fn.flow;
    const scope = { event: order.event };
    if (!(await isWithinRate(unit, order.fn, order.event))) continue;
    if (debounce) await putOff(unit, debounce, order);
    else if (batch && (!batch.condition || batch.condition.matches(scope)))
      gathered.push({ ...order, batch });
    else now.push(order);
  }
  if (gathered.length > 0) await gather(unit, gathered);
  if (now.length > 0) await createRuns(unit, now);
}

/** Starts what was put off or gathered and is due. */
export async function runDueStarts(store: Store): Promise<void> {
  const known = store.registry.all;
  await store.unit((unit) => startPutOff(unit, known));
  await store.unit((unit) => startDueBatches(unit, known));
}

/** The earliest hour of a start that was put off or gathered; undefined without any. */
export async function nextStartAt(store: Store): Promise<Date | undefined> {
  const known = store.registry.all.map((fn) => fn.id);
  const [row] = await store.sql<{ at: Date | null }[]>`
    select least(
      (select min(due_at) from inngest.debounces where function_id = any (${known}::text[])),
      (select min(due_at) from inngest.batches where function_id = any (${known}::text[]))
    ) as at`;
  return row?.at ?? undefined;
}
