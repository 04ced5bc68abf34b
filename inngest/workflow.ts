import {
  durationToMs,
  type EventType,
  type GetStepTools,
  type InngestFunction,
  NonRetriableError,
  type StandardSchemaV1,
} from "inngest";
import { z } from "zod";
import { clock } from "@/lib/clock";
import { AppError, type ErrorCode } from "@/lib/errors";
import { errorFacts, log, withContext } from "@/lib/log";
import { type Acceptance, acceptRun } from "@/lib/workflows/acceptance";
import { beginStep, endRun, endStep, type StepRecord } from "@/lib/workflows/mutations";
import { dataRefusal } from "@/lib/workflows/rules";
import type { RunSubject } from "@/lib/workflows/subjects";
import { inngest } from "./client";
import { noteWaitOf } from "./waits";

type Data = Record<string, unknown>;
type AnyEventType = EventType<string, StandardSchemaV1<Data>>;
type EventOf<On> =
  On extends EventType<infer Name, infer Schema>
    ? Schema extends StandardSchemaV1<Data, infer Said>
      ? { readonly id: string; readonly name: Name; readonly data: Said }
      : never
    : never;
type OneOf<On> = On extends readonly (infer Each)[] ? Each : On;
/** The events that begin a workflow; nightly work has one without data. */
type Begin<On> = [On] extends [undefined]
  ? { readonly id: string; readonly name: "nightly"; readonly data: Record<never, never> }
  : EventOf<OneOf<On>>;

/**
 * One durable step: recorded with attempts, result and error, logged once, its database work tied to the run. `words`
 * tells the result in the monitor. Results are plain JSON. AppErrors that trying again cannot mend end the run at once.
 */
type Step = <T>(id: string, work: () => Promise<T>, words?: (result: T) => string) => Promise<T>;
type AllTools = GetStepTools<typeof inngest>;
/** Inngest's own tools; what a run waits for shows in the monitor. A step of `run` is durable, but not recorded. */
type Tools = Pick<AllTools, "run" | "sleep" | "sleepUntil" | "waitForEvent" | "invoke">;

/** Takes back what a step did. Safe to repeat, and harmless where there is nothing (left) to take back. */
type Undo<Said> = {
  readonly name: string;
  readonly run: (data: Said, about: { readonly runId: string; readonly reason: string }) => Promise<unknown>;
};

type Passed = Pick<
  InngestFunction.Options,
  | "retries"
  | "concurrency"
  | "cancelOn"
  | "timeouts"
  | "priority"
  | "rateLimit"
  | "throttle"
  | "debounce"
  | "singleton"
>;

type CommonOptions<On> = Passed & {
  readonly id: string;
  /** What it does, in words: the monitor's and the executor's name for it. */
  readonly name: string;
  readonly subject: (data: Begin<On>["data"]) => RunSubject;
  /**
   * By the id of a completed step, what takes it back when the run fails for good: the last step first, after them what
   * `start` names, which was there before the run.
   */
  readonly undo?: Readonly<Record<string, Undo<Begin<On>["data"]> | readonly Undo<Begin<On>["data"]>[]>>;
  /** Runs after the undos of a run that failed for good. `reason`: the error in words. */
  readonly onFailed?: (failed: {
    readonly data: Begin<On>["data"];
    readonly reason: string;
    readonly runId: string;
    readonly step: Step;
  }) => Promise<void>;
};

type WorkflowOptions<On> = CommonOptions<On> &
  ([On] extends [undefined]
    ? { /** e.g. `TZ=America/New_York 0 6 * * *`. */ readonly cron: string; readonly on?: undefined }
    : {
        /** What begins it. The frame checks the data itself. */ readonly on: On;
        readonly cron?: undefined;
      });

type Body<On> = (run: {
  readonly data: Begin<On>["data"];
  /** `id`: of the first event, where this run is another try of one that failed. */
  readonly event: Begin<On>;
  readonly runId: string;
  readonly step: Step;
  readonly tools: Tools;
}) => Promise<void>;

/** What the frame knows of a workflow when a run of it has failed. */
export type FailureHandling = {
  readonly name: string;
  readonly undos: ReadonlyMap<string, Undo<Data>["run"]>;
  readonly onFailed:
    | ((failed: { data: Data; reason: string; runId: string; step: Step }) => Promise<void>)
    | undefined;
};

const handlings = new Map<string, FailureHandling>();

/** How failures of a workflow are handled; undefined for a function that is none. */
export function failureHandlingOf(functionId: string): FailureHandling | undefined {
  return handlings.get(functionId);
}

/** Errors that trying again cannot mend. */
const FINAL: readonly ErrorCode[] = ["invalid", "not_found", "forbidden", "conflict", "expired", "malformed"];

/**
 * A workflow of the academy as an Inngest function. Its runs begin only with an event of our own outbox whose data
 * fits and whose subject exists; others end as refused, with the reason in the monitor. What fails for good is undone
 * by `follow-failure`.
 */
export function workflow<const On extends AnyEventType | readonly AnyEventType[] | undefined = undefined>(
  options: WorkflowOptions<On>,
  body: Body<On>,
): InngestFunction.Any {
  const given: CommonOptions<On> & { readonly on?: On | undefined; readonly cron?: string | undefined } =
    options;
  const { id, name, on, cron, subject, undo, onFailed, ...passed } = given;
  const types: readonly AnyEventType[] =
    on === undefined ? [] : Array.isArray(on) ? on : [on as AnyEventType];
  const undosOf = (step: string) => {
    const wanted = undo?.[step];
    return wanted === undefined ? [] : "run" in wanted ? [wanted] : wanted;
  };
  const undoNames = (step: string) => undosOf(step).map((each) => each.name);
  handlings.set(id, {
    name,
    undos: new Map(
      Object.keys(undo ?? {}).flatMap((step) =>
        undosOf(step).map((each) => [each.name, each.run as Undo<Data>["run"]] as const),
      ),
    ),
    onFailed: onFailed as FailureHandling["onFailed"],
  });

  return inngest.createFunction(
    {
      ...passed,
      id,
      name,
      // By name only: data that does not fit is refused by the frame with a reason, not by the SDK with an error.
      triggers: cron === undefined ? types.map((type) => ({ event: type.name })) : [{ cron }],
    },
    async ({ event, step: tools, runId }) => {
      const arrived = readArrival(event, cron === undefined ? types : null);
      const verdict = (await tools.run("accept", () =>
        inRun(runId, () =>
          acceptRun({
            runId,
            functionId: id,
            name,
            event: arrived.isOwn ? arrived.event : null,
            dataProblem: arrived.problem,
            subject:
              arrived.problem === null
                ? subject(arrived.event.data as Begin<On>["data"])
                : { type: "event", id: null },
            undo: undoNames("start"),
          }),
        ),
      )) as Acceptance;
      if (verdict.verdict !== "accepted") {
        log("warn", `run.${verdict.verdict}`, { function: id, run: runId, ...verdict });
        return verdict;
      }

      let position = 0;
      const begun = {
        id: verdict.originId ?? arrived.event.id,
        name: cron === undefined ? arrived.event.name : "nightly",
        data: arrived.event.data,
      } as Begin<On>;
      await body({
        data: begun.data,
        event: begun,
        runId,
        step: trackedStep(tools, (step) => ({
          runId,
          step,
          position: ++position,
          undo: undoNames(step),
        })),
        tools: waitingTools(tools, (step, waitsFor, waitsUntil) =>
          noteWaitOf({ runId, step, position: ++position, waitsFor, waitsUntil }),
        ),
      });
      await endRun(runId, "completed");
      return null;
    },
  );
}

/** The steps of a run, each recorded as `place` says. */
export function trackedStep(tools: Pick<AllTools, "run">, place: (id: string) => StepRecord): Step {
  return async <T>(id: string, work: () => Promise<T>, words?: (result: T) => string) => {
    const record = place(id);
    const result = await tools.run(record.step, () =>
      inRun(record.runId, () => recorded(record, work, words)),
    );
    // What a step returns passes through JSON: callers return plain data only.
    return result as T;
  };
}

function inRun<T>(runId: string, work: () => Promise<T>): Promise<T> {
  return withContext({ requestId: runId, runId }, work);
}

async function recorded<T>(
  record: StepRecord,
  work: () => Promise<T>,
  words: ((result: T) => string) | undefined,
): Promise<T> {
  const start = performance.now();
  const { runId, step } = record;
  await beginStep(record);
  try {
    const result = await work();
    await endStep(runId, step, { status: "completed", detail: words?.(result) ?? null });
    log("info", "step", { step, ms: Math.round(performance.now() - start) });
    return result;
  } catch (error) {
    const reason =
      error instanceof AppError ? error.userMessage : error instanceof Error ? error.message : String(error);
    await endStep(runId, step, { status: "failed", error: reason });
    log("error", "step", { step, ...errorFacts(error) });
    if (error instanceof AppError && FINAL.includes(error.code)) {
      throw new NonRetriableError(reason, { cause: error });
    }
    throw error;
  }
}

type Arrived = {
  readonly event: { id: string; name: string; data: Data; installation: string | null; sentAt: Date | null };
  /** Whether the event must be of our outbox: not for nightly work, nor for a run that another run invoked. */
  readonly isOwn: boolean;
  readonly problem: string | null;
};

/** `types`: the events that begin the workflow; null for nightly work. */
function readArrival(
  raw: {
    id?: string | undefined;
    name: string;
    data?: unknown;
    v?: string | undefined;
    ts?: number | undefined;
  },
  types: readonly AnyEventType[] | null,
): Arrived {
  const isInvoked = raw.name === "inngest/function.invoked";
  const { _inngest: _, ...data } = z
    .record(z.string(), z.unknown())
    .catch({})
    .parse(raw.data ?? {});
  const event = {
    id: raw.id ?? "",
    name: raw.name,
    data: types ? data : {},
    installation: raw.v ?? null,
    sentAt: raw.ts === undefined ? null : new Date(raw.ts),
  };
  if (!types) return { event, isOwn: false, problem: null };
  const type = isInvoked ? types[0] : types.find((each) => each.name === raw.name);
  return {
    event,
    isOwn: !isInvoked,
    problem: type
      ? findDataProblem(type, isInvoked ? data : raw.data)
      : `No ${raw.name} begins this workflow.`,
  };
}

/** A field that nobody asked for is a mistake too. */
function findDataProblem(type: AnyEventType, data: unknown): string | null {
  const { schema } = type;
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  const result = strict["~standard"].validate(data);
  if (result instanceof Promise) throw new TypeError(`the schema of ${type.name} must not be asynchronous`);
  if (!result.issues) return null;
  return dataRefusal(
    result.issues.map((issue) => ({
      path: (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join("."),
      message: issue.message,
    })),
  );
}

type NoteWait = (id: string, waitsFor: string | null, waitsUntil: Date) => void;

function waitingTools(tools: AllTools, note: NoteWait): Tools {
  const named = (id: string | { id: string }) => (typeof id === "string" ? id : id.id);
  return {
    sleep: (id, time) => {
      note(named(id), null, endOf(time));
      return tools.sleep(id, time);
    },
    sleepUntil: (id, time) => {
      note(named(id), null, new Date(time instanceof Date ? time : String(time)));
      return tools.sleepUntil(id, time);
    },
    waitForEvent: (id, opts) => {
      note(named(id), typeof opts.event === "string" ? opts.event : opts.event.name, endOf(opts.timeout));
      return tools.waitForEvent(id, opts);
    },
    run: tools.run,
    invoke: tools.invoke,
  };
}

/** When a wait ends that begins now and lasts so long, or until a date. */
function endOf(time: unknown): Date {
  return time instanceof Date ? time : new Date(clock.now().getTime() + durationToMs(time));
}
