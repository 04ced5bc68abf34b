import type { Context, Hono } from "hono";
import type { z } from "zod";
import { ORIGIN_MARK } from "./account";
import { ApiError, invalid } from "./api-error";
import { takeInjectedFailure } from "./control";
import { expandPaths } from "./expand";
import { parseForm } from "./form";
import { findResult, type HeldKey, holdKey, keepResult, releaseKey } from "./idempotency";
import { newId } from "./ids";
import { log } from "./log";
import { readParams } from "./params";
import { inTransaction, type Runtime, type Work } from "./work";

const MAX_BODY_BYTES = 1_000_000;

/** One operation of the API: a method, a path with at most two ids, its parameters and what it does. */
export interface Operation {
  method: "get" | "post" | "delete";
  path: string;
  run: (work: Work, form: ReturnType<typeof parseForm>, ids: string[]) => Promise<object>;
}

/**
 * Declares an operation. What `run` returns is answered with 200; an ApiError it *returns* is answered as
 * such and keeps what was written, one it throws undoes it.
 */
export function operation<Schema extends z.ZodType>(
  method: Operation["method"],
  path: string,
  schema: Schema,
  run: (work: Work, params: z.output<Schema>, id: string, subId: string) => Promise<object>,
): Operation {
  return {
    method,
    path,
    run: async (work, form, [id = "", subId = ""]) => {
      const params = readParams(schema, form);
      const result = await run(work, params, id, subId);
      if (result instanceof ApiError) return result;
      const paths = (params as { expand?: string[] | undefined }).expand ?? [];
      return paths.length > 0 ? expandPaths(work, result, paths) : result;
    },
  };
}

interface Answer {
  status: number;
  body: string;
  replayed?: boolean;
}

/** Mounts the operations under the rules common to all: key, failure injection, idempotency, errors. */
export function mountApi(app: Hono, runtime: Runtime, operations: Operation[]): void {
  for (const { method, path, run } of operations) {
    app[method](path, (context) => answer(context, runtime, run));
  }
  app.all("/v1/*", (context) =>
    answer(context, runtime, async () => {
      const { method, path } = context.req;
      throw new ApiError(
        404,
        "invalid_request_error",
        `Unrecognized request URL (${method}: ${path}). The stand-in does not have it.`,
      );
    }),
  );
}

async function answer(context: Context, runtime: Runtime, run: Operation["run"]): Promise<Response> {
  const requestId = newId("req", 14);
  const started = performance.now();
  let result: Answer;
  try {
    result = await handle(context, runtime, requestId, run);
  } catch (error) {
    result = errorAnswer(error, requestId);
  }
  log("api.request", {
    id: requestId,
    method: context.req.method,
    path: context.req.path,
    status: result.status,
    ms: Math.round(performance.now() - started),
    ...(result.replayed ? { replayed: true } : {}),
  });
  const headers: Record<string, string> = { "content-type": "application/json", "request-id": requestId };
  const key = context.req.header("idempotency-key");
  if (key) headers["idempotency-key"] = key;
  if (result.replayed) headers["idempotent-replayed"] = "true";
  return new Response(result.body.replaceAll(ORIGIN_MARK, runtime.origin), {
    status: result.status,
    headers,
  });
}

function errorAnswer(error: unknown, requestId: string): Answer {
  if (error instanceof ApiError) return { status: error.status, body: JSON.stringify(error.toBody()) };
  log("api.failed", {
    id: requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  const failure = new ApiError(500, "api_error", "The Stripe stand-in failed; its log has the reason.");
  return { status: 500, body: JSON.stringify(failure.toBody()) };
}

async function handle(
  context: Context,
  runtime: Runtime,
  requestId: string,
  run: Operation["run"],
): Promise<Answer> {
  checkKey(context.req.header("authorization"), runtime.config.secretKey);
  const failure = await takeInjectedFailure(runtime.db);
  if (failure?.when === "before") throw failure.error;
  const body = await readBody(context);
  const form = parseForm(body);
  const ids = Object.values(context.req.param()).map(String);
  const idempotencyKey = context.req.header("idempotency-key") ?? null;
  const execute = (held: HeldKey | null): Promise<Answer> =>
    inTransaction(runtime, { id: requestId, idempotencyKey }, async (work) => {
      const outcome = await run(work, form, ids);
      const done: Answer =
        outcome instanceof ApiError
          ? { status: outcome.status, body: JSON.stringify(outcome.toBody()) }
          : { status: 200, body: JSON.stringify(outcome) };
      if (held) await keepResult(work, held, done.status, done.body);
      return done;
    });
  if (context.req.method !== "POST" || idempotencyKey === null) return lose(failure, await execute(null));
  const held = holdKey(runtime, idempotencyKey, `${context.req.path} ${body}`);
  try {
    const earlier = await findResult(runtime, held);
    return earlier ? { ...earlier, replayed: true } : lose(failure, await execute(held));
  } finally {
    releaseKey(runtime, held);
  }
}

/** The control API may want an answer lost after the work was done. */
function lose(failure: { error: ApiError } | null, answer: Answer): Answer {
  if (failure) throw failure.error;
  return answer;
}

async function readBody(context: Context): Promise<string> {
  if (context.req.method !== "POST") return new URL(context.req.url).search.slice(1);
  const declared = Number(context.req.header("content-length") ?? "0");
  if (declared > MAX_BODY_BYTES) throw tooLarge();
  const type = context.req.header("content-type") ?? "";
  const body = await context.req.text();
  if (body.length > MAX_BODY_BYTES) throw tooLarge();
  if (body !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
    throw invalid("Invalid request: the body must be application/x-www-form-urlencoded.");
  }
  return body;
}

function tooLarge(): ApiError {
  return new ApiError(413, "invalid_request_error", "The request is too large.");
}

function checkKey(authorization: string | undefined, secretKey: string): void {
  const [scheme = "", value = ""] = (authorization ?? "").split(" ");
  const given =
    scheme.toLowerCase() === "basic" ? (Buffer.from(value, "base64").toString().split(":")[0] ?? "") : value;
  if (given === "") {
    throw new ApiError(
      401,
      "invalid_request_error",
      "You did not provide an API key. Send it as 'Authorization: Bearer YOUR_SECRET_KEY'.",
    );
  }
  if (given !== secretKey) {
    const shown = `${given.slice(0, 8)}${"*".repeat(Math.max(0, given.length - 12))}${given.slice(-4)}`;
    throw new ApiError(401, "invalid_request_error", `Invalid API Key provided: ${shown}`);
  }
}
