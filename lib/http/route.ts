import { randomUUID } from "node:crypto";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { requirePrincipal, type SignedIn } from "@/lib/auth/session";
import type { AppRole } from "@/lib/db/database.gen";
import { AppError } from "@/lib/errors";
import { errorFacts, log, withContext } from "@/lib/log";
import { failureOf, invalidInput, type RequestFacts, successOf, unforeseen } from "./envelope";
import { countRequest, isLoopback, placeOf, RateLimitError } from "./rate-limit";
import { httpStatus } from "./status";

/** Bytes. No body of the API comes near it. */
const BODY_LIMIT = 100_000;

type Auth = "public" | readonly [AppRole, ...AppRole[]];
type PrincipalOf<A extends Auth> = A extends "public" ? null : SignedIn;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** How often one place may ask each process, in a window of so many seconds. What it may keep is counted elsewhere. */
type RateLimit = { readonly most: number; readonly seconds: number };

type Options<A extends Auth, Q, B, R extends z.ZodType> = {
  /** Names the route in the log and in its counts. */
  readonly name: string;
  /** Whom it answers: anybody, or signed-in people with one of the roles. */
  readonly auth: A;
  readonly rateLimit?: RateLimit;
  /** Keys are the parameters' names; every value arrives as text. */
  readonly query?: Q;
  readonly body?: B;
  /** What `data` looks like. Members that are not in it do not leave the server. */
  readonly response: R;
  /** `Cache-Control` of an answer that went well; nothing is kept otherwise. */
  readonly cacheControl?: string;
};

type Call<A extends Auth, Q, B> = {
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly principal: PrincipalOf<A>;
  /** Where the request comes from, for counting only. */
  readonly place: string | null;
};

type Answer<R extends z.ZodType> = {
  readonly data: z.input<R>;
  /** 200 unless it is given. */
  readonly status?: 200 | 201 | 202;
  readonly message?: string;
  /** How many there are of a list of which `data` is a part. */
  readonly totalCount?: number;
};

/**
 * A route of the REST API: credentials, then the role, then the limit, then the input; the answer in the envelope of the
 * contract, with the members of RFC 9457 when it is an error. Throw an AppError (or a Problem) to refuse.
 */
export function route<
  A extends Auth,
  R extends z.ZodType,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  options: Options<A, Q, B, R>,
  handler: (call: Call<A, Q, B>) => Promise<Answer<R>>,
): (request: Request) => Promise<Response> {
  return (request) => {
    const facts = { requestId: randomUUID(), startedAt: performance.now() };
    return withContext({ requestId: facts.requestId }, () => answer(options, handler, request, facts));
  };
}

async function answer<
  A extends Auth,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
  R extends z.ZodType,
>(
  options: Options<A, Q, B, R>,
  handler: (call: Call<A, Q, B>) => Promise<Answer<R>>,
  request: Request,
  facts: RequestFacts,
): Promise<Response> {
  const took = () => ({ route: options.name, ms: Math.round(performance.now() - facts.startedAt) });
  try {
    const principal = options.auth === "public" ? null : await requirePrincipal(options.auth);
    const place = placeOf(request.headers);
    if (options.rateLimit && place !== null && !isLoopback(place))
      countRequest(options.name, { subject: place, ...options.rateLimit });
    const call = {
      query: options.query ? parse(options.query, readQuery(request)) : undefined,
      body: options.body ? parse(options.body, await readBody(request)) : undefined,
      principal,
      place,
    } as Call<A, Q, B>;
    const { data, status = 200, ...more } = await handler(call);
    const body = successOf(facts, { ...more, data: options.response.parse(data) });
    log("info", "request", { ...took(), status });
    return Response.json(body, {
      status,
      headers: {
        "cache-control": options.cacheControl ?? "private, no-store",
        "x-request-id": facts.requestId,
      },
    });
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof AppError)
      log("info", "request", { ...took(), status: httpStatus[error.code], reason: error.message });
    else log("error", "request", { ...took(), status: 500, ...errorFacts(error) });
    return refuse(facts, error instanceof AppError ? error : unforeseen);
  }
}

function refuse(facts: RequestFacts, error: AppError): Response {
  return Response.json(failureOf(facts, error), {
    status: httpStatus[error.code],
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": facts.requestId,
      ...(error instanceof RateLimitError ? { "retry-after": String(error.waitSeconds()) } : {}),
    },
  });
}

/** Parameters by name. One that is empty is none; of one that is there twice the last counts. */
function readQuery(request: Request): Record<string, string> {
  return Object.fromEntries([...new URL(request.url).searchParams].filter(([, value]) => value !== ""));
}

function malformed(userMessage: string): AppError {
  return new AppError("malformed", { userMessage });
}

/**
 * A body in JSON.
 * @throws AppError "malformed" for anything else, "too_large".
 */
async function readBody(request: Request): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw malformed("Send a body of the type application/json.");
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("The body is not JSON.");
  }
}

async function readText(request: Request): Promise<string> {
  const bytes: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > BODY_LIMIT)
      throw new AppError("too_large", { userMessage: "The body is too large: 100 kB at most." });
    bytes.push(chunk);
  }
  return Buffer.concat(bytes).toString("utf8");
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fieldErrors: Record<string, string[]> = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path.join(".") || "body";
    fieldErrors[field] = [...(fieldErrors[field] ?? []), issue.message];
  }
  throw invalidInput(fieldErrors);
}
