import { canonical } from "./protocol";
import type { ClaimedJob } from "./queue";
import { cancelRun, completeStep, lockRun } from "./runs";
import { holdsLease } from "./settle";
import type { Unit } from "./unit";

/** Carries out a job that needs no call to the app: a sleep, wait or invoke that is over, or a run's timeout. */
export async function endTimer(unit: Unit, job: ClaimedJob): Promise<void> {
  const { tx } = unit;
  const [run, isOurs] = await Promise.all([lockRun(unit, job.runId), holdsLease(unit, job)]);
  if (!run || !isOurs) return;
  if (job.kind === "finish-timeout") {
    await cancelRun(unit, job.runId, "The run did not finish in time (timeouts.finish)");
    return;
  }
  if (job.kind === "start-timeout") {
    if (job.started) await tx`delete from inngest.jobs where key = ${job.key}`;
    else await cancelRun(unit, job.runId, "The run did not start in time (timeouts.start)");
    return;
  }
  const stepId = job.stepId ?? "";
  const [step] = await tx<{ op: string }[]>`
    select op from inngest.steps where run_id = ${run.id} and id = ${stepId}`;
  const isInvoke = step?.op === "InvokeFunction";
  const message = "The invoked function did not finish in time";
  const output = isInvoke ? canonical({ error: { name: "InvokeTimeout", message } }) : '{"data":null}';
  const completed = await completeStep(unit, run, stepId, output, isInvoke);
  if (!completed) await tx`delete from inngest.jobs where key = ${job.key}`;
}
