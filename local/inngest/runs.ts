import { canonical, EVENT, internalEvent, type StoredError } from "./protocol";
import type { Unit } from "./unit";

export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** A run under lock. The counters are kept in step with the row by those who change it. */
export type LockedRun = {
  id: string;
  functionId: string;
  eventId: string;
  slots: string[] | null;
  priority: number;
  parentRunId: string | null;
  parentStepId: string | null;
  doneSeq: number;
  openSteps: number;
};

export const discoverKey = (runId: string) => `${runId}:discover`;
export const stepKey = (runId: string, stepId: string) => `${runId}:${stepId}`;

/** Locks a run that has not ended; undefined when it has, or never was. */
export async function lockRun(unit: Unit, runId: string): Promise<LockedRun | undefined> {
  const [run] = await unit.tx<LockedRun[]>`
    select id, function_id as "functionId", event_id as "eventId", slots, priority,
      parent_run_id as "parentRunId", parent_step_id as "parentStepId", done_seq as "doneSeq", open_steps as "openSteps"
    from inngest.runs where id = ${runId} and ended_at is null for update`;
  return run;
}

/** Queues a call that looks for the run's next steps, unless one is queued or under way. */
export async function enqueueDiscovery(unit: Unit, run: LockedRun): Promise<void> {
  await unit.tx`
    insert into inngest.jobs (key, kind, run_id, function_id, slots, priority, run_at)
    values (${discoverKey(run.id)}, 'discover', ${run.id}, ${run.functionId}, ${run.slots}, ${run.priority},
      ${unit.now})
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
  const triggers = await unit.tx<{ payload: string }[]>`
    select e.payload::text as payload
    from inngest.runs r
    cross join unnest(coalesce(r.event_ids, array[r.event_id])) with ordinality as b (id, n)
    join inngest.events e on e.id = b.id
    where r.id = ${run.id} order by b.n`;
  const events = triggers.map(({ payload }): unknown => JSON.parse(payload));
  const data = { function_id: run.functionId, run_id: run.id, event: events[0] ?? {}, events, ...details };
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
