import type { Outcome } from "./app-call";
import { backoffMs, reconnectMs } from "./duration";
import type { RegisteredFunction } from "./functions";
import { applyOps } from "./ops";
import {
  COMPLETE_ID,
  canonical,
  MAX_OUTPUT_BYTES,
  type Op,
  type StepState,
  type StoredError,
  storedError,
} from "./protocol";
import { type ClaimedJob, readSteps } from "./queue";
import { enqueueDiscovery, finishRun, type LockedRun, lockRun } from "./runs";
import type { Unit } from "./unit";

/** After this many dropped connections in a row each further one counts as an attempt. */
const FREE_DROPS = 20;

export type SettleOptions = {
  backoff: readonly number[] | undefined;
  /** False when other jobs wait: then the run queues for its next call instead of keeping its place. */
  mayContinue: boolean;
};

/**
 * Applies what a call came to, in one transaction: run under lock, lease checked by `gen`, steps, next jobs.
 * Answers the job to go on with at once, under a lease already taken. An answer to a lost lease, or to a
 * run that has ended, changes nothing.
 */
export async function settle(
  unit: Unit,
  job: ClaimedJob,
  fn: RegisteredFunction,
  outcome: Outcome,
  options: SettleOptions,
): Promise<ClaimedJob | undefined> {
  // Sent together: one round trip, executed in this order.
  const [run, isOurs] = await Promise.all([lockRun(unit, job.runId), holdsLease(unit, job)]);
  if (!run || !isOurs) return undefined;
  if (!job.started && (outcome.kind !== "away" || outcome.reached)) await markStarted(unit, run.id);

  switch (outcome.kind) {
    case "away":
      return retryAway(unit, run, job, fn, outcome, options);
    case "returned":
      return complete(unit, run, outcome.data);
    case "failed":
      return fail(unit, run, outcome.error);
    case "retry":
      return retryOrFail(unit, run, job, fn, outcome.error, outcome.retryAt, options);
    case "ops":
      return settleOps(unit, run, job, fn, outcome, options);
  }
}

/** Notes that the run's first call has begun. */
export async function markStarted({ tx, now }: Unit, runId: string): Promise<void> {
  await tx`
    update inngest.runs set started_at = ${now}, status = 'running' where id = ${runId} and started_at is null`;
}

/** False when the lease was lost and taken by another: its answer counts, ours does not. */
export async function holdsLease(unit: Unit, job: ClaimedJob): Promise<boolean> {
  const rows =
    await unit.tx`select 1 from inngest.jobs where key = ${job.key} and gen = ${job.gen} for update`;
  return rows.length > 0;
}

async function complete(unit: Unit, run: LockedRun, data: unknown): Promise<undefined> {
  const output = canonical(data);
  if (Buffer.byteLength(output) > MAX_OUTPUT_BYTES) {
    return fail(unit, run, { name: "OutputTooLarge", message: "The function's result is larger than 4 MB" });
  }
  await finishRun(unit, run, { status: "completed", output });
  return undefined;
}

async function fail(unit: Unit, run: LockedRun, error: StoredError): Promise<undefined> {
  await finishRun(unit, run, { status: "failed", error });
  return undefined;
}

/** Nothing reached the function, or the process died with it: come back soon, without using up an attempt. */
async function retryAway(
  unit: Unit,
  run: LockedRun,
  job: ClaimedJob,
  fn: RegisteredFunction,
  { reached, message }: { reached: boolean; message: string },
  options: SettleOptions,
): Promise<undefined> {
  const error = { name: "AppAway", message };
  if (reached && job.drops >= FREE_DROPS) return retryOrFail(unit, run, job, fn, error, undefined, options);
  const runAt = new Date(unit.now.getTime() + reconnectMs(job.drops));
  await requeue(unit, job, { attempt: job.attempt, drops: job.drops + 1, runAt, error });
  return undefined;
}

async function retryOrFail(
  unit: Unit,
  run: LockedRun,
  job: ClaimedJob,
  fn: RegisteredFunction,
  error: StoredError,
  retryAt: Date | undefined,
  { backoff }: SettleOptions,
): Promise<undefined> {
  if (job.attempt + 1 >= fn.maxAttempts) return fail(unit, run, error);
  await requeueAttempt(unit, job, error, retryAt, backoff);
  return undefined;
}

function requeueAttempt(
  unit: Unit,
  job: ClaimedJob,
  error: StoredError,
  retryAt: Date | undefined,
  backoff: readonly number[] | undefined,
): Promise<void> {
  const runAt = retryAt ?? new Date(unit.now.getTime() + backoffMs(job.attempt, backoff));
  return requeue(unit, job, { attempt: job.attempt + 1, drops: job.drops, runAt, error });
}

async function requeue(
  unit: Unit,
  job: ClaimedJob,
  next: { attempt: number; drops: number; runAt: Date; error: StoredError | null },
): Promise<void> {
  await unit.tx`
    update inngest.jobs
    set attempt = ${next.attempt}, drops = ${next.drops}, run_at = ${next.runAt},
      last_error = ${next.error ? canonical(next.error) : null}::text::json, leased_by = null, lease_until = null
    where key = ${job.key}`;
  unit.due.push(next.runAt);
}

async function settleOps(
  unit: Unit,
  run: LockedRun,
  job: ClaimedJob,
  fn: RegisteredFunction,
  outcome: Extract<Outcome, { kind: "ops" }>,
  options: SettleOptions,
): Promise<ClaimedJob | undefined> {
  const { ops, eager, retryAt } = outcome;
  const done = ops.find((op) => op.op === "RunComplete");
  if (done) return complete(unit, run, done.data ?? null);
  const failure = ops.find(
    (op) => op.id === COMPLETE_ID && (op.op === "StepError" || op.op === "StepFailed"),
  );
  if (failure) {
    const error = storedError(failure.error);
    if (failure.op === "StepFailed") return fail(unit, run, error);
    return retryOrFail(unit, run, job, fn, error, retryAt, options);
  }

  const isLastAttempt = job.attempt + 1 >= fn.maxAttempts;
  const failedStep = isLastAttempt ? undefined : ops.find((op) => op.op === "StepError");
  const applied = await applyOps(unit, run, {
    ops: ops.filter((op) => op !== failedStep).map(asFinal),
    eager,
    attempts: job.attempt + 1,
  });
  if (applied.problem) return fail(unit, run, applied.problem);
  if (failedStep) {
    const error = { ...storedError(failedStep.error), step: failedStep.displayName ?? failedStep.name ?? "" };
    await requeueAttempt(unit, job, error, retryAt, options.backoff);
    return undefined;
  }

  if (job.kind === "step") {
    await unit.tx`delete from inngest.jobs where key = ${job.key}`;
    if (run.openSteps === 0 || applied.eager) await enqueueDiscovery(unit, run);
    return undefined;
  }
  // Steps that ended while this call was under way were not in its state: look again.
  const mustDiscover = run.openSteps === 0 || run.doneSeq > job.doneSeq;
  if (!mustDiscover) {
    await unit.tx`delete from inngest.jobs where key = ${job.key}`;
    return undefined;
  }
  if (!applied.progressed && run.doneSeq === job.doneSeq) {
    const error = {
      name: "ProtocolError",
      message: "The app answered with no operation that moves the run on",
    };
    return retryOrFail(unit, run, job, fn, error, undefined, options);
  }
  return discoverAgain(unit, run, job, applied.results, options);
}

/** An error on the last attempt is final even if the SDK did not say so. */
function asFinal(op: Op): Op {
  return op.op === "StepError" ? { ...op, op: "StepFailed" } : op;
}

/** Keeps the place for the next call where nobody waits for it; else queues again. */
async function discoverAgain(
  unit: Unit,
  run: LockedRun,
  job: ClaimedJob,
  results: readonly StepState[],
  { mayContinue }: SettleOptions,
): Promise<ClaimedJob | undefined> {
  const { tx } = unit;
  if (!mayContinue || (await isSlotWanted(unit, job))) {
    await requeue(unit, job, { attempt: 0, drops: 0, runAt: unit.now, error: null });
    return undefined;
  }
  // The state in hand is complete unless another call of this run finished steps meanwhile.
  const isComplete = job.doneSeq + results.length === run.doneSeq;
  const [, read] = await Promise.all([
    tx`
      update inngest.jobs
      set attempt = 0, drops = 0, gen = gen + 1, last_error = null, lease_until = now() + interval '10 seconds'
      where key = ${job.key}`,
    isComplete ? undefined : readSteps(tx, [run.id]),
  ]);
  return {
    ...job,
    started: true,
    attempt: 0,
    drops: 0,
    gen: job.gen + 1,
    openSteps: run.openSteps,
    steps: read?.get(run.id) ?? [...job.steps, ...results],
    doneSeq: run.doneSeq,
  };
}

/** Whether another run waits for a concurrency slot that this one holds: then they take turns. */
async function isSlotWanted({ tx, now }: Unit, { slots }: ClaimedJob): Promise<boolean> {
  if (!slots) return false;
  const waiting = await tx`
    select 1 from inngest.jobs
    where leased_by is null and slots is not null and run_at <= ${now} and slots && ${slots}::text[] limit 1`;
  return waiting.length > 0;
}
