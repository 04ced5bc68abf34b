import { createRuns } from "./create-runs";
import { isoList } from "./database";
import { parseInstant } from "./duration";
import { storeEvent } from "./events";
import { compileExpression } from "./expression";
import {
  canonical,
  EVENT,
  internalEvent,
  MAX_OUTPUT_BYTES,
  MAX_STEPS,
  type Op,
  type StepState,
  type StoredError,
  storedError,
} from "./protocol";
import { completeStep, type LockedRun, stepKey } from "./runs";
import type { Unit } from "./unit";

/** How long an invoked function may take when the caller says nothing. */
const INVOKE_TIMEOUT = "365d";

type OpsRequest = {
  ops: readonly Op[];
  /** The SDK asked for discovery after every step (parallelism not optimised). */
  eager: boolean;
  attempts: number;
};

type OpsApplied = {
  /** Some step was finished or opened, or the SDK asked to be called again. */
  progressed: boolean;
  /** The steps finished now, in order. */
  results: StepState[];
  /** One of the finished steps wants its run looked at without waiting for siblings. */
  eager: boolean;
  /** The run cannot go on. */
  problem?: StoredError;
};

/** A step as it will be opened, and the job that runs or ends it. */
type OpenStep = {
  op: Op;
  kind: "step" | "resume";
  runAt: Date;
  /** For what ends by itself: sleep, wait and invoke. */
  dueAt: Date | null;
  waitEvent: string | null;
  waitIf: string | null;
};

/** Records finished steps and opens new ones with their jobs. Counters of `run` and its row stay in step. */
export async function applyOps(unit: Unit, run: LockedRun, request: OpsRequest): Promise<OpsApplied> {
  const applied: OpsApplied = { progressed: false, results: [], eager: false };
  const opened: OpenStep[] = [];
  for (const op of request.ops) {
    switch (op.op) {
      case "StepRun":
      case "StepFailed":
        await recordResult(unit, run, op, request, applied);
        break;
      case "DiscoveryRequest":
        applied.progressed = true;
        break;
      default: {
        const step = openStep(op, unit.now);
        if ("name" in step) return { ...applied, problem: step };
        opened.push(step);
      }
    }
  }
  if (opened.length > 0) await insertOpenSteps(unit, run, opened, request, applied);
  if (run.doneSeq + run.openSteps > MAX_STEPS) {
    const message = `The run has more than ${MAX_STEPS} steps`;
    return { ...applied, problem: { name: "TooManySteps", message } };
  }
  return applied;
}

async function recordResult(
  unit: Unit,
  run: LockedRun,
  op: Op,
  { eager, attempts }: OpsRequest,
  applied: OpsApplied,
): Promise<void> {
  const { output, failed } = stepOutput(op);
  // One statement, because this is the way of nearly every step.
  const [row] = await unit.tx<{ wasOpen: boolean; eager: boolean }[]>`
    with recorded as (
      insert into inngest.steps as s
        (run_id, id, name, op, state, failed, eager, output, done_seq, attempts, created_at, ended_at)
      values (${run.id}, ${op.id}, ${stepName(op)}, 'StepRun', 'done', ${failed}, ${isEager(op, eager)},
        ${output}::text::json, ${run.doneSeq + 1}, ${attempts}, ${unit.now}, ${unit.now})
      on conflict (run_id, id) do update
        set state = 'done', failed = excluded.failed, output = excluded.output, done_seq = excluded.done_seq,
          attempts = excluded.attempts, ended_at = excluded.ended_at
        where s.state = 'open'
      returning old.run_id is not null as was_open, s.eager
    ), counted as (
      update inngest.runs r
      set done_seq = r.done_seq + 1, open_steps = r.open_steps - recorded.was_open::int
      from recorded where r.id = ${run.id}
    )
    select was_open as "wasOpen", eager from recorded`;
  // No row: another call's result came first and stands.
  if (!row) return;
  run.doneSeq += 1;
  if (row.wasOpen) run.openSteps -= 1;
  applied.results.push({ id: op.id, output, doneSeq: run.doneSeq });
  applied.progressed = true;
  applied.eager ||= row.eager;
}

/** What is stored of a finished step: canonical `{"data":…}` or `{"error":…}`. */
export function stepOutput(op: Op): { output: string; failed: boolean } {
  const failed = op.op === "StepFailed";
  const output = failed ? canonical({ error: storedError(op.error) }) : canonical({ data: op.data ?? null });
  // A character takes three bytes at most, so most results need not be counted.
  if (output.length * 3 <= MAX_OUTPUT_BYTES || Buffer.byteLength(output) <= MAX_OUTPUT_BYTES) {
    return { output, failed };
  }
  const error = { name: "OutputTooLarge", message: "The step's result is larger than 4 MB" };
  return { output: canonical({ error }), failed: true };
}

/** Reads an operation that opens a step; an error where it cannot be done. */
function openStep(op: Op, now: Date): OpenStep | StoredError {
  const base = { op, waitEvent: null, waitIf: null };
  const timed = (text: string): OpenStep | StoredError => {
    const at = parseInstant(text, now);
    if (!at) return { name: "InvalidDuration", message: `"${text}" is neither a duration nor a date` };
    return { ...base, kind: "resume", runAt: at, dueAt: at };
  };
  switch (op.op) {
    case "StepPlanned":
      return { ...base, kind: "step", runAt: now, dueAt: null };
    case "Sleep":
      return timed(op.name ?? "");
    case "InvokeFunction":
      return timed(op.opts?.timeout || INVOKE_TIMEOUT);
    case "WaitForEvent": {
      const step = timed(op.opts?.timeout ?? "");
      if ("name" in step) return step;
      const waitIf = op.opts?.if || null;
      try {
        if (waitIf) compileExpression(waitIf);
      } catch {
        return { name: "InvalidExpression", message: `waitForEvent: "${waitIf}" is not a valid expression` };
      }
      return { ...step, waitEvent: op.name ?? "", waitIf };
    }
    default:
      return {
        name: "UnsupportedOperation",
        message: `This executor does not support the operation ${op.op}`,
      };
  }
}

async function insertOpenSteps(
  unit: Unit,
  run: LockedRun,
  wanted: readonly OpenStep[],
  { eager }: OpsRequest,
  applied: OpsApplied,
): Promise<void> {
  const { tx, now } = unit;
  const inserted = await tx<{ id: string }[]>`
    with opened as (
      insert into inngest.steps (run_id, id, name, op, state, eager, wait_event, wait_if, due_at, created_at)
      select ${run.id}, id, name, op, 'open', eager::boolean, wait_event, wait_if, due_at, ${now}
      from unnest(
        ${wanted.map(({ op }) => op.id)}::text[], ${wanted.map(({ op }) => stepName(op))}::text[],
        ${wanted.map(({ op }) => op.op)}::text[], ${wanted.map(({ op }) => String(isEager(op, eager)))}::text[],
        ${wanted.map((step) => step.waitEvent)}::text[], ${wanted.map((step) => step.waitIf)}::text[],
        ${isoList(wanted.map((step) => step.dueAt))}::timestamptz[]
      ) as w (id, name, op, eager, wait_event, wait_if, due_at)
      on conflict (run_id, id) do nothing
      returning id
    ), counted as (
      update inngest.runs r
      set open_steps = r.open_steps + (select count(*) from opened) where r.id = ${run.id}
    )
    select id from opened`;
  const ids = new Set(inserted.map((row) => row.id));
  const fresh = wanted.filter(({ op }) => ids.delete(op.id));
  if (fresh.length === 0) return;
  run.openSteps += fresh.length;
  applied.progressed = true;

  await tx`
    insert into inngest.jobs (key, kind, run_id, function_id, step_id, slots, priority, run_at)
    select w.key, w.kind, r.id, r.function_id, w.step_id, case when w.kind = 'step' then r.slots end, r.priority,
      w.run_at
    from unnest(
      ${fresh.map(({ op }) => stepKey(run.id, op.id))}::text[], ${fresh.map((step) => step.kind)}::text[],
      ${fresh.map(({ op }) => op.id)}::text[], ${isoList(fresh.map((step) => step.runAt))}::timestamptz[]
    ) as w (key, kind, step_id, run_at)
    join inngest.runs r on r.id = ${run.id}
    on conflict (key) do nothing`;
  unit.due.push(...fresh.map((step) => step.runAt));
  for (const { op } of fresh) if (op.op === "InvokeFunction") await invoke(unit, run, op);
}

/** Starts the invoked function's run; the step is answered by its end, or at once when it cannot start. */
async function invoke(unit: Unit, run: LockedRun, op: Op): Promise<void> {
  const { tx, now, registry } = unit;
  const functionId = op.opts?.function_id ?? "";
  const fn = registry.get(functionId);
  const refuse = (message: string) =>
    completeStep(unit, run, op.id, canonical({ error: { name: "InvokeFailed", message } }), true);
  if (!fn) {
    await refuse(`There is no function "${functionId}" to invoke`);
    return;
  }
  const event = internalEvent(EVENT.invoked, op.opts?.payload?.data ?? {}, now);
  await storeEvent(unit, event);
  const parent = { runId: run.id, stepId: op.id };
  const [childId] = await createRuns(unit, [{ fn, eventId: event.id, event: event.body, parent }]);
  if (childId === undefined) {
    await refuse(`"${functionId}" has run with this idempotency key, or is a singleton that is running`);
    return;
  }
  await tx`update inngest.steps set child_run_id = ${childId} where run_id = ${run.id} and id = ${op.id}`;
}

function isEager(op: Op, eager: boolean): boolean {
  return eager || op.opts?.parallelMode === "race";
}

export function stepName(op: Op): string {
  return (op.displayName ?? op.name ?? op.id).replaceAll("\0", "");
}
