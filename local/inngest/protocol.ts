import canonicalize from "canonicalize";
import { z } from "zod";
import { ulid } from "./ulid";

/** Limits of the official server. */
export const MAX_STEPS = 1_000;
export const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
export const MAX_EVENT_BYTES = 512 * 1024;
export const MAX_EVENTS_A_REQUEST = 5_000;
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
/** A call whose state is larger lets the SDK fetch it (`use_api`). */
const MAX_INLINE_STATE = 1024 * 1024;
export const DEFAULT_RETRIES = 4;

export const EVENT = {
  failed: "inngest/function.failed",
  finished: "inngest/function.finished",
  cancelled: "inngest/function.cancelled",
  invoked: "inngest/function.invoked",
  timer: "inngest/scheduled.timer",
} as const;

/** sha1("complete"): a step error under this id is the failure of the function itself. */
export const COMPLETE_ID = "0737c22d3bfae812339732d14d8c7dbd6dc4e09c";

/** RFC 8785 text of a JSON value: what is stored, sent and signed. */
export function canonical(value: unknown): string {
  return canonicalize(value) ?? "null";
}

/** An event with its id: as an object for expressions, as canonical text for storing and sending. */
export type AcceptedEvent = { id: string; name: string; body: Record<string, unknown>; payload: string };

/** An event of the executor's own. */
export function internalEvent(
  name: string,
  data: Record<string, unknown>,
  now: Date,
  id?: string,
): AcceptedEvent {
  const body = { id: id ?? ulid(now.getTime()), name, data, ts: now.getTime() };
  return { id: body.id, name, body, payload: canonical(body) };
}

const concurrencySchema = z.object({
  limit: z.number(),
  key: z.string().optional(),
  scope: z.enum(["fn", "env", "account"]).optional(),
});

/** One function as the SDK registers it. */
export const functionConfigSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().optional(),
  triggers: z.array(
    z.union([
      z.object({ event: z.string(), expression: z.string().optional() }),
      z.object({ cron: z.string(), jitter: z.string().optional() }),
    ]),
  ),
  steps: z.record(
    z.string(),
    z.object({
      runtime: z.object({ type: z.string(), url: z.string() }),
      retries: z.object({ attempts: z.number().optional() }).optional(),
    }),
  ),
  idempotency: z.string().optional(),
  concurrency: z.union([z.number(), concurrencySchema, z.array(concurrencySchema)]).optional(),
  cancel: z
    .array(z.object({ event: z.string(), if: z.string().optional(), timeout: z.string().optional() }))
    .optional(),
  timeouts: z.object({ start: z.string().optional(), finish: z.string().optional() }).optional(),
  rateLimit: z.object({ limit: z.number(), period: z.string(), key: z.string().optional() }).optional(),
  throttle: z
    .object({
      limit: z.number(),
      period: z.string(),
      burst: z.number().optional(),
      key: z.string().optional(),
    })
    .optional(),
  debounce: z
    .object({ period: z.string(), key: z.string().optional(), timeout: z.string().optional() })
    .optional(),
  batchEvents: z
    .object({
      maxSize: z.number(),
      timeout: z.string(),
      key: z.string().optional(),
      if: z.string().optional(),
    })
    .optional(),
  singleton: z.object({ mode: z.enum(["skip", "cancel"]), key: z.string().optional() }).optional(),
  priority: z.object({ run: z.string().optional() }).optional(),
});
export type FunctionConfig = z.infer<typeof functionConfigSchema>;

/** Body of `POST /fn/register` and, with `app_id`, of an in-band sync's answer. */
export const registerSchema = z
  .object({
    appName: z.string().optional(),
    app_id: z.string().optional(),
    functions: z.array(z.unknown()),
  })
  .transform((body, context) => {
    const appId = body.appName ?? body.app_id;
    if (appId) return { appId, functions: body.functions };
    context.addIssue({ code: "custom", message: "The app does not say its name" });
    return z.NEVER;
  });

const opSchema = z.looseObject({
  id: z.string().min(1),
  op: z.string(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
  opts: z
    .looseObject({
      timeout: z.string().nullish(),
      if: z.string().nullish(),
      function_id: z.string().optional(),
      payload: z.looseObject({ data: z.record(z.string(), z.unknown()).nullish() }).nullish(),
      parallelMode: z.string().optional(),
    })
    .nullish(),
});
/** One operation of a 206 answer. */
export type Op = z.infer<typeof opSchema>;
export const opsSchema = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(opSchema));

/** An error as it is stored, shown, and given back to the SDK. */
export type StoredError = { name: string; message: string; stack?: string; [more: string]: unknown };

/** Whatever the app sent as an error, with at least a name and a message. */
export function storedError(raw: unknown, fallback = "Unknown error"): StoredError {
  if (typeof raw === "string") return { name: "Error", message: raw };
  const fields: Record<string, unknown> = typeof raw === "object" && raw !== null ? { ...raw } : {};
  const { name, message, error, stack } = fields;
  return {
    ...fields,
    name: typeof name === "string" && name ? name : "Error",
    message:
      typeof message === "string" && message
        ? message
        : typeof error === "string" && error
          ? error
          : fallback,
    ...(typeof stack === "string" ? { stack } : {}),
  };
}

/** A finished step as the SDK wants it: canonical `{"data":…}` or `{"error":…}`. */
export type StepState = { id: string; output: string; doneSeq: number };

type CallState = {
  runId: string;
  attempt: number;
  maxAttempts: number;
  /** True while steps are open: the SDK then plans new steps instead of running one at once. */
  planOnly: boolean;
  /** Canonical text of the event, the first one of a batch. */
  event: string;
  /** Canonical list of a batch's events; null where there is one event. */
  batch: string | null;
  /** In the order they finished. */
  steps: readonly StepState[];
};

/**
 * The canonical body of an execute call. Its parts are stored canonically, so putting them together in key
 * order is enough. Checkpointing needs `fn_id` and `qi_id`: they are left out on purpose.
 */
export function executeBody(call: CallState): string {
  const list = call.batch ?? `[${call.event}]`;
  const size = list.length + call.steps.reduce((sum, step) => sum + step.output.length, 0);
  const useApi = size > MAX_INLINE_STATE;
  const ctx = canonical({
    attempt: call.attempt,
    disable_immediate_execution: call.planOnly,
    max_attempts: call.maxAttempts,
    run_id: call.runId,
    stack: { current: call.steps.length, stack: call.steps.map((step) => step.id) },
    use_api: useApi,
  });
  const events = useApi ? "[]" : list;
  const steps = useApi ? "{}" : stepsObject(call.steps);
  return `{"ctx":${ctx},"event":${call.event},"events":${events},"steps":${steps},"version":-1}`;
}

/** Canonical JSON object of finished steps by id. */
export function stepsObject(steps: readonly StepState[]): string {
  const members = steps
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((step) => `${JSON.stringify(step.id)}:${step.output}`);
  return `{${members.join(",")}}`;
}
