import type { Outcome } from "./app-call";
import { stepName, stepOutput } from "./ops";
import { COMPLETE_ID, canonical, EVENT, MAX_OUTPUT_BYTES, MAX_STEPS, type Op } from "./protocol";
import type { ClaimedJob } from "./queue";
import type { Store } from "./unit";

/** What a quick settlement came to: the job to go on with, where there is one. */
type Settled = { next: ClaimedJob | undefined };

/**
 * Settles the two commonest answers in one statement, which is a transaction by itself: a step that was run while no
 * other is open, and the end of a run for which nobody waits. Undefined, and nothing changed, where it is neither or
 * the run has moved on meanwhile: then `settle` does it at length. Rows are locked in its order, run before job.
 */
export async function settleQuickly(
  store: Store,
  job: ClaimedJob,
  outcome: Outcome,
  mayContinue: boolean,
): Promise<Settled | undefined> {
  if (job.kind !== "discover" || job.openSteps > 0) return undefined;
  if (outcome.kind === "returned") return finish(store, job, outcome.data);
  if (outcome.kind !== "ops" || outcome.eager || !mayContinue) return undefined;
  const [op, ...others] = outcome.ops;
  if (!op || others.length > 0 || !isPlainResult(op) || job.doneSeq >= MAX_STEPS) return undefined;
  return recordStep(store, job, op);
}

function isPlainResult(op: Op): boolean {
  return (op.op === "StepRun" || op.op === "StepFailed") && op.id !== COMPLETE_ID && !op.opts?.parallelMode;
}

async function recordStep({ sql, now }: Store, job: ClaimedJob, op: Op): Promise<Settled | undefined> {
  const { output, failed } = stepOutput(op);
  const at = now();
  const [recorded] = await sql`
    with run as materialized (
      select id, done_seq from inngest.runs
      where id = ${job.runId} and ended_at is null and open_steps = 0 and done_seq = ${job.doneSeq}
      for update
    ), job as materialized (
      select j.key from run join inngest.jobs j on j.run_id = run.id
      where j.key = ${job.key} and j.gen = ${job.gen} for update of j
    ), step as (
      insert into inngest.steps
        (run_id, id, name, op, state, failed, output, done_seq, attempts, created_at, ended_at)
      select run.id, ${op.id}, ${stepName(op)}, 'StepRun', 'done', ${failed}, ${output}::text::json,
        run.done_seq + 1, ${job.attempt + 1}::integer, ${at}, ${at}
      from run, job
      where ${job.slots}::text[] is null or not exists (
        select 1 from inngest.jobs w
        where w.leased_by is null and w.slots is not null and w.run_at <= ${at} and w.slots && ${job.slots}::text[])
      on conflict (run_id, id) do nothing
      returning done_seq
    ), counted as (
      update inngest.runs r
      set done_seq = step.done_seq, status = 'running', started_at = coalesce(r.started_at, ${at})
      from step where r.id = ${job.runId}
    ), held as (
      update inngest.jobs j
      set attempt = 0, drops = 0, gen = j.gen + 1, last_error = null, lease_until = now() + interval '10 seconds'
      from step where j.key = ${job.key}
    )
    select 1 from step`;
  if (!recorded) return undefined;
  const doneSeq = job.doneSeq + 1;
  const steps = [...job.steps, { id: op.id, output, doneSeq }];
  return { next: { ...job, attempt: 0, drops: 0, gen: job.gen + 1, started: true, steps, doneSeq } };
}

async function finish(
  { sql, now, registry }: Store,
  job: ClaimedJob,
  data: unknown,
): Promise<Settled | undefined> {
  if (registry.triggeredBy(EVENT.finished).length + registry.cancelledBy(EVENT.finished).length > 0)
    return undefined;
  const output = canonical(data);
  if (Buffer.byteLength(output) > MAX_OUTPUT_BYTES) return undefined;
  const at = now();
  const [finished] = await sql`
    with run as materialized (
      select id from inngest.runs
      where id = ${job.runId} and ended_at is null and parent_run_id is null
        and not exists (select 1 from inngest.steps where state = 'open' and wait_event = ${EVENT.finished})
      for update
    ), job as materialized (
      select j.key from run join inngest.jobs j on j.run_id = run.id
      where j.key = ${job.key} and j.gen = ${job.gen} for update of j
    ), done as (
      update inngest.runs r
      set status = 'completed', output = ${output}::text::json, ended_at = ${at},
        started_at = coalesce(r.started_at, ${at})
      from run, job where r.id = run.id
      returning r.id
    ), gone as (
      delete from inngest.jobs j using done where j.run_id = done.id
    )
    select 1 from done`;
  return finished ? { next: undefined } : undefined;
}
