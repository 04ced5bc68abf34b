import { isoList } from "./database";
import { keyText, prioritySeconds } from "./flow-control";
import { concurrencySlots, type RegisteredFunction } from "./functions";
import { discoverKey } from "./runs";
import { claimSingleton, singletonName } from "./singleton";
import { ulid } from "./ulid";
import type { Unit } from "./unit";

export type RunOrder = {
  fn: RegisteredFunction;
  eventId: string;
  event: Record<string, unknown>;
  /** All events of a batch, the first one being the event. */
  eventIds?: readonly string[];
  parent?: { runId: string; stepId: string };
  delayMs?: number;
  /** A run asked for once more by a person: no idempotency key stands against it. */
  isReplay?: boolean;
};

type NewRun = RunOrder & {
  id: string;
  slots: string[] | null;
  singleton: string | null;
  priority: number;
  runAt: Date;
};

const IDEMPOTENCY_MS = 24 * 3_600_000;

/**
 * Starts runs and queues their first call. Answers the id for each order, undefined where the function's
 * idempotency key has already started one within 24 hours, or a singleton's run is live.
 */
export async function createRuns(unit: Unit, orders: readonly RunOrder[]): Promise<(string | undefined)[]> {
  // Of two runs of one singleton the later one must find the earlier.
  if (orders.length > 1 && orders.some(({ fn }) => fn.flow.singleton)) {
    const ids: (string | undefined)[] = [];
    for (const order of orders) ids.push(...(await createRuns(unit, [order])));
    return ids;
  }
  const runs: NewRun[] = [];
  const ids: (string | undefined)[] = [];
  for (const order of orders) {
    const run = (await mayStart(unit, order)) ? prepareRun(order, unit.now) : undefined;
    ids.push(run?.id);
    if (run) runs.push(run);
  }
  if (runs.length > 0) await insertRuns(unit, runs);
  return ids;
}

async function mayStart(unit: Unit, { fn, event, isReplay }: RunOrder): Promise<boolean> {
  const name = singletonName(fn, event);
  const mode = fn.flow.singleton?.mode;
  // A skipped start must not use its idempotency key up, and one whose key is used must not cancel the live run.
  if (name !== null && mode === "skip" && !(await claimSingleton(unit, fn, name))) return false;
  const key = isReplay ? undefined : fn.idempotency?.text({ event });
  if (key !== undefined && !(await takeIdempotencyKey(unit, fn.id, key))) return false;
  return name === null || mode === "skip" || (await claimSingleton(unit, fn, name));
}

function prepareRun(order: RunOrder, now: Date): NewRun {
  const { fn, event, delayMs = 0 } = order;
  return {
    ...order,
    id: ulid(now.getTime()),
    slots: concurrencySlots(fn, { event }),
    singleton: singletonName(fn, event),
    priority: prioritySeconds(fn.flow, { event }),
    runAt: new Date(now.getTime() + delayMs),
  };
}

async function insertRuns(unit: Unit, runs: readonly NewRun[]): Promise<void> {
  const { tx, now } = unit;
  // Lists of slots and of events differ in length, so they travel as JSON.
  const json = (list: readonly string[] | null | undefined) => (list ? JSON.stringify(list) : null);
  const throttles = runs.map(({ fn: { flow }, event }) =>
    flow.throttle ? keyText(flow.throttle, { event }) : null,
  );
  const statements: Promise<unknown>[] = [
    tx`
      insert into inngest.runs (id, function_id, event_id, event_ids, slots, singleton, priority, parent_run_id,
        parent_step_id, created_at)
      select id, function_id, event_id, inngest.text_list(event_ids::json), inngest.text_list(slots::json), singleton,
        priority, parent_run_id, parent_step_id, ${now}
      from unnest(
        ${runs.map((run) => run.id)}::text[], ${runs.map((run) => run.fn.id)}::text[],
        ${runs.map((run) => run.eventId)}::text[], ${runs.map((run) => json(run.eventIds))}::text[],
        ${runs.map((run) => json(run.slots))}::text[], ${runs.map((run) => run.singleton)}::text[],
        ${runs.map((run) => run.priority)}::integer[], ${runs.map((run) => run.parent?.runId ?? null)}::text[],
        ${runs.map((run) => run.parent?.stepId ?? null)}::text[]
      ) as r (id, function_id, event_id, event_ids, slots, singleton, priority, parent_run_id, parent_step_id)`,
    tx`
      insert into inngest.jobs (key, kind, run_id, function_id, slots, priority, throttle, run_at)
      select j.key, 'discover', r.id, r.function_id,
        case when j.throttle is null then r.slots else coalesce(r.slots, '{}') end, r.priority, j.throttle, j.run_at
      from unnest(
        ${runs.map((run) => discoverKey(run.id))}::text[], ${runs.map((run) => run.id)}::text[],
        ${throttles}::text[], ${isoList(runs.map((run) => run.runAt))}::timestamptz[]
      ) as j (key, run_id, throttle, run_at)
      join inngest.runs r on r.id = j.run_id`,
  ];
  await Promise.all(statements);
  for (const run of runs) {
    unit.due.push(run.runAt);
    const { startTimeoutMs } = run.fn;
    if (startTimeoutMs !== undefined) {
      // Its job refers to the run, which has to be there.
      await insertTimeout(unit, "start-timeout", run.id, run.fn.id, startTimeoutMs);
    }
  }
}

async function takeIdempotencyKey(unit: Unit, functionId: string, key: string): Promise<boolean> {
  const expires = new Date(unit.now.getTime() + IDEMPOTENCY_MS);
  const taken = await unit.tx`
    insert into inngest.idempotency_keys as k (function_id, key, expires_at)
    values (${functionId}, ${key}, ${expires})
    on conflict (function_id, key) do update set expires_at = excluded.expires_at
      where k.expires_at <= ${unit.now}
    returning 1`;
  return taken.length > 0;
}

/** Queues the cancellation of a run that has not started, or not ended, in time. */
export async function insertTimeout(
  unit: Unit,
  kind: "start-timeout" | "finish-timeout",
  runId: string,
  functionId: string,
  afterMs: number,
): Promise<void> {
  const runAt = new Date(unit.now.getTime() + afterMs);
  await unit.tx`
    insert into inngest.jobs (key, kind, run_id, function_id, run_at)
    values (${`${runId}:${kind}`}, ${kind}, ${runId}, ${functionId}, ${runAt})
    on conflict (key) do nothing`;
  unit.due.push(runAt);
}
