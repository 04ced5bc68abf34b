import { createRuns, insertTimeout } from "./create-runs";
import { cancelRun, completeStep, enqueueDiscovery, lockRun } from "./runs";
import { singletonName } from "./singleton";
import type { Unit } from "./unit";

/** What became of an action on a run, in words. */
export type ActionResult = { ok: boolean; text: string; runId?: string };

/**
 * Lets a failed run go on from the step that failed it: that step is cleared, what it had finished is kept, and attempts
 * count anew. A step whose failure the function caught and went on from stays as it is.
 */
export async function retryRun(unit: Unit, runId: string): Promise<ActionResult> {
  const { tx, registry } = unit;
  const [row] = await tx<{ status: string; functionId: string; singleton: string | null }[]>`
    select status, function_id as "functionId", singleton from inngest.runs where id = ${runId} for update`;
  if (!row) return { ok: false, text: "There is no run with this id." };
  if (row.status !== "failed") {
    return { ok: false, text: `Only a failed run can be retried; this one is ${row.status}.` };
  }
  const fn = registry.get(row.functionId);
  if (!fn) return { ok: false, text: `The app does not serve ${row.functionId} any more.` };
  if (row.singleton !== null && (await hasLiveSingleton(unit, row.singleton))) {
    return { ok: false, text: "Another run of this singleton is live; it would have to end first." };
  }
  const cleared = await tx<{ name: string }[]>`
    delete from inngest.steps s
    where run_id = ${runId} and failed and not exists (
      select 1 from inngest.steps later
      where later.run_id = s.run_id and later.id <> s.id and later.created_at >= s.ended_at
        and later.done_seq is distinct from s.done_seq
    )
    returning name`;
  await tx`
    update inngest.runs
    set status = 'running', ended_at = null, error = null,
      done_seq = (select coalesce(max(done_seq), 0) from inngest.steps where run_id = ${runId}),
      open_steps = (select count(*) from inngest.steps where run_id = ${runId} and state = 'open')
    where id = ${runId}`;
  await reopenSteps(unit, runId);
  const run = await lockRun(unit, runId);
  if (run) await enqueueDiscovery(unit, run);
  if (fn.finishTimeoutMs !== undefined) {
    await insertTimeout(unit, "finish-timeout", runId, fn.id, fn.finishTimeoutMs);
  }
  const names = cleared.map(({ name }) => `“${name}”`).join(", ");
  return {
    ok: true,
    text: names
      ? `The run goes on from ${names}.`
      : "The run goes on; no step had failed it, so its code is called again.",
  };
}

async function hasLiveSingleton({ tx }: Unit, name: string): Promise<boolean> {
  const live = await tx`select 1 from inngest.runs where singleton = ${name} and ended_at is null`;
  return live.length > 0;
}

/** Steps that were open when the run ended lost their jobs with it, and the results of invoked runs that ended since. */
async function reopenSteps(unit: Unit, runId: string): Promise<void> {
  const { tx, now } = unit;
  await tx`
    insert into inngest.jobs (key, kind, run_id, function_id, step_id, slots, priority, run_at)
    select s.run_id || ':' || s.id, case when s.op = 'StepPlanned' then 'step' else 'resume' end, r.id, r.function_id,
      s.id, case when s.op = 'StepPlanned' then r.slots end, r.priority, coalesce(s.due_at, ${now})
    from inngest.steps s join inngest.runs r on r.id = s.run_id
    where s.run_id = ${runId} and s.state = 'open'
    on conflict (key) do nothing`;
  const children = await tx<{ stepId: string; output: string | null; error: string | null }[]>`
    select s.id as "stepId", c.output::text as output, c.error::text as error
    from inngest.steps s join inngest.runs c on c.id = s.child_run_id
    where s.run_id = ${runId} and s.state = 'open' and c.ended_at is not null`;
  for (const { stepId, output, error } of children) {
    const run = await lockRun(unit, runId);
    const result = error === null ? `{"data":${output ?? "null"}}` : `{"error":${error}}`;
    if (run) await completeStep(unit, run, stepId, result, error !== null);
  }
}

/**
 * Starts a new run of the same function from the same event or batch, past idempotency key, rate limit and debounce; a
 * throttle and a live singleton still count.
 */
export async function replayRun(unit: Unit, runId: string): Promise<ActionResult> {
  const [row] = await unit.tx<
    { functionId: string; eventId: string; eventIds: string[] | null; payload: string }[]
  >`
    select r.function_id as "functionId", r.event_id as "eventId", r.event_ids as "eventIds", e.payload::text as payload
    from inngest.runs r join inngest.events e on e.id = r.event_id where r.id = ${runId}`;
  if (!row) return { ok: false, text: "There is no run with this id." };
  const fn = unit.registry.get(row.functionId);
  if (!fn) return { ok: false, text: `The app does not serve ${row.functionId} any more.` };
  const event: Record<string, unknown> = JSON.parse(row.payload);
  const batch = row.eventIds ? { eventIds: row.eventIds } : {};
  const [id] = await createRuns(unit, [{ fn, eventId: row.eventId, event, isReplay: true, ...batch }]);
  if (!id) return { ok: false, text: `A run of the singleton ${singletonName(fn, event)} is live.` };
  return { ok: true, text: "This is a new run from the same event.", runId: id };
}

/** Cancels a run that has not ended. */
export async function stopRun(unit: Unit, runId: string): Promise<ActionResult> {
  const cancelled = await cancelRun(unit, runId, "Cancelled on the executor's page");
  return cancelled
    ? {
        ok: true,
        text: "The run is cancelled. Steps that were done stay done; a call under way is not used.",
      }
    : { ok: false, text: "The run had already ended, so there was nothing to cancel." };
}
