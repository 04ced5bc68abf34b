import { isoList } from "./database";
import { concurrencySlots, type RegisteredFunction } from "./functions";
import { canonical, EVENT, internalEvent, type StoredError } from "./protocol";
import { ulid } from "./ulid";
import type { Unit } from "./unit";

export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** A run under lock. The counters are kept in step with the row by those who change it. */
export type LockedRun = {
  id: string;
  functionId: string;
  eventId: string;
  slots: string[] | null;
  parentRunId: string | null;
  parentStepId: string | null;
  doneSeq: number;
  openSteps: number;
};

const discoverKey = (runId: string) => `${runId}:discover`;
export const stepKey = (runId: string, stepId: string) => `${runId}:${stepId}`;

export type RunOrder = {
  fn: RegisteredFunction;
  eventId: string;
  event: Record<string, unknown>;
  parent?: { runId: string; stepId: string };
  delayMs?: number;
};

const IDEMPOTENCY_MS = 24 * 3_600_000;

/**
 * Starts runs and queues their first call. Answers the id for each order, undefined where the function's
 * idempotency key has already started one within 24 hours.
 */
export async function createRuns(unit: Unit, orders: readonly RunOrder[]): Promise<(string | undefined)[]> {
  const { tx, now } = unit;
  const runs: (RunOrder & { id: string; slots: string[] | null; runAt: Date })[] = [];
  const ids: (string | undefined)[] = [];
  for (const order of orders) {
    const scope = { event: order.event };
    const key = order.fn.idempotency?.text(scope);
    if (key !== undefined && !(await takeIdempotencyKey(unit, order.fn.id, key))) {
      ids.push(undefined);
      continue;
    }
    const id = ulid(now.getTime());
    ids.push(id);
    const runAt = new Date(now.getTime() + (order.delayMs ?? 0));
    runs.push({ ...order, id, slots: concurrencySlots(order.fn, scope), runAt });
  }
  if (runs.length === 0) return ids;

  // Lists of slots differ in length, so they travel as JSON.
  const slots = runs.map((run) => (run.slots ? JSON.stringify(run.slots) : null));
  const statements: Promise<unknown>[] = [
    tx`
      insert into inngest.runs (id, function_id, event_id, slots, parent_run_id, parent_step_id, created_at)
      select id, function_id, event_id,
        (select array_agg(value order by n) from json_array_elements_text(slots::json) with ordinality as s (value, n)),
        parent_run_id, parent_step_id, ${now}
      from unnest(
        ${runs.map((run) => run.id)}::text[], ${runs.map((run) => run.fn.id)}::text[],
        ${runs.map((run) => run.eventId)}::text[], ${slots}::text[],
        ${runs.map((run) => run.parent?.runId ?? null)}::text[],
        ${runs.map((run) => run.parent?.stepId ?? null)}::text[]
      ) as r (id, function_id, event_id, slots, parent_run_id, parent_step_id)`,
    tx`
      insert into inngest.jobs (key, kind, run_id, function_id, slots, run_at)
      select j.key, 'discover', r.id, r.function_id, r.slots, j.run_at
      from unnest(
        ${runs.map((run) => discoverKey(run.id))}::text[], ${runs.map((run) => run.id)}::text[],
        ${isoList(runs.map((run) => run.runAt))}::timestamptz[]
      ) as j (key, run_id, run_at)
      join inngest.runs r on r.id = j.run_id`,
  ];
  for (const run of runs) {
    unit.due.push(run.runAt);
    const { startTimeoutMs } = run.fn;
    if (startTimeoutMs !== undefined) {
      statements.push(insertTimeout(unit, "start-timeout", run.id, run.fn.id, startTimeoutMs));
    }
  }
  await Promise.all(statements);
  return ids;
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

/** Locks a run that has not ended; undefined when it has, or never was. */
export async function lockRun(unit: Unit, runId: string): Promise<LockedRun | undefined> {
  const [run] = await unit.tx<LockedRun[]>`
    select id, function_id as "functionId", event_id as "eventId", slots, parent_run_id as "parentRunId",
      parent_step_id as "parentStepId", done_seq as "doneSeq", open_steps as "openSteps"
    from inngest.runs where id = ${runId} and ended_at is null for update`;
  return run;
}

/** Queues a call that looks for the run's next steps, unless one is queued or under way. */
export async function enqueueDiscovery(unit: Unit, run: LockedRun): Promise<void> {
  await unit.tx`
    insert into inngest.jobs (key, kind, run_id, function_id, slots, run_at)
    values (${discoverKey(run.id)}, 'discover', ${run.id}, ${run.functionId}, ${run.slots}, ${unit.now})
    on conflict (key) do nothing`;
  unit.due.push(unit.now);
}

/**
 * Gives an open step its result (canonical `{"data":…}` or `{"error":…}`) and moves the run on. The first
 * result wins: false when the step was not open any more.
 */
export async function completeStep(
  unit: Unit,
  run: LockedRun,
  stepId: string,
  output: string,
  failed = false,
): Promise<boolean> {
  const { tx, now } = unit;
  const [step] = await tx<{ eager: boolean }[]>`
    update inngest.steps
    set state = 'done', output = ${output}::text::json, failed = ${failed}, done_seq = ${run.doneSeq + 1},
      ended_at = ${now}
    where run_id = ${run.id} and id = ${stepId} and state = 'open'
    returning eager`;
  if (!step) return false;
  run.doneSeq += 1;
  run.openSteps -= 1;
  await Promise.all([
    tx`update inngest.runs set done_seq = ${run.doneSeq}, open_steps = ${run.openSteps} where id = ${run.id}`,
    tx`delete from inngest.jobs where key = ${stepKey(run.id, stepId)}`,
    run.openSteps === 0 || step.eager ? enqueueDiscovery(unit, run) : undefined,
  ]);
  return true;
}

type Ending =
  | { status: "completed"; output: string }
  | { status: "failed"; error: StoredError }
  | { status: "cancelled"; reason: string };

/**
 * Ends a locked run: drops its jobs, hands its result to the step that invoked it, and emits the internal
 * events on which `onFailure` and others hang.
 */
export async function finishRun(unit: Unit, run: LockedRun, ending: Ending): Promise<void> {
  const { tx, now } = unit;
  const output = ending.status === "completed" ? ending.output : null;
  const error = ending.status === "completed" ? undefined : endingError(ending);
  const [isFinishAwaited] = await Promise.all([
    isAwaited(unit, EVENT.finished),
    tx`
      update inngest.runs
      set status = ${ending.status}, output = ${output}::text::json,
        error = ${error ? canonical(error) : null}::text::json, ended_at = ${now}
      where id = ${run.id}`,
    tx`delete from inngest.jobs where run_id = ${run.id}`,
  ]);
  await resumeParent(unit, run, ending);

  const details = {
    ...(error ? { error } : {}),
    ...(output === null ? {} : { result: JSON.parse(output) as unknown }),
  };
  if (ending.status === "failed") await emit(unit, run, EVENT.failed, details);
  if (ending.status === "cancelled") await emit(unit, run, EVENT.cancelled, details);
  // Every run ends: the event is kept only where somebody listens.
  if (isFinishAwaited) await emit(unit, run, EVENT.finished, details);
}

async function emit(
  unit: Unit,
  run: LockedRun,
  name: string,
  details: Record<string, unknown>,
): Promise<void> {
  const [trigger] = await unit.tx<{ payload: string }[]>`
    select payload::text as payload from inngest.events where id = ${run.eventId}`;
  const event: unknown = JSON.parse(trigger?.payload ?? "{}");
  const data = { function_id: run.functionId, run_id: run.id, event, events: [event], ...details };
  unit.emitted.push(internalEvent(name, data, unit.now));
}

async function isAwaited(unit: Unit, name: string): Promise<boolean> {
  const { registry, tx } = unit;
  if (registry.triggeredBy(name).length > 0 || registry.cancelledBy(name).length > 0) return true;
  const waits = await tx`select 1 from inngest.steps where state = 'open' and wait_event = ${name} limit 1`;
  return waits.length > 0;
}

function endingError(ending: Exclude<Ending, { status: "completed" }>): StoredError {
  return ending.status === "failed" ? ending.error : { name: "Cancelled", message: ending.reason };
}

async function resumeParent(unit: Unit, run: LockedRun, ending: Ending): Promise<void> {
  if (!run.parentRunId || !run.parentStepId) return;
  const parent = await lockRun(unit, run.parentRunId);
  if (!parent) return;
  const output =
    ending.status === "completed" ? `{"data":${ending.output}}` : canonical({ error: endingError(ending) });
  await completeStep(unit, parent, run.parentStepId, output, ending.status !== "completed");
}

/** Cancels a run; false when it had already ended or never was. */
export async function cancelRun(unit: Unit, runId: string, reason: string): Promise<boolean> {
  const run = await lockRun(unit, runId);
  if (!run) return false;
  await finishRun(unit, run, { status: "cancelled", reason });
  return true;
}
