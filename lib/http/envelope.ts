import { clock } from "@/lib/clock";
import { AppError, type ErrorCode, type FieldErrors } from "@/lib/errors";
import { RateLimitError } from "./rate-limit";
import { httpStatus } from "./status";

/** What stands beside the data of every answer. `startedAt` is of performance.now(). */
export type RequestFacts = { readonly requestId: string; readonly startedAt: number };

function metadataOf({ requestId, startedAt }: RequestFacts, more: object = {}) {
  return {
    timestamp: clock.now().toISOString(),
    request_id: requestId,
    execution_time_ms: Math.round(performance.now() - startedAt),
    ...more,
  };
}

/** The envelope of what went well. */
export function successOf(
  facts: RequestFacts,
  answer: { readonly data: unknown; readonly message?: string; readonly totalCount?: number },
) {
  return {
    success: true,
    data: answer.data,
    message: answer.message ?? "",
    errors: null,
    metadata: metadataOf(facts, answer.totalCount === undefined ? {} : { total_count: answer.totalCount }),
  };
}

const titles: Readonly<Record<ErrorCode, string>> = {
  malformed: "Malformed request",
  unauthenticated: "Not signed in",
  session_ended: "Session ended",
  payment_declined: "Payment declined",
  forbidden: "Forbidden",
  not_found: "Not found",
  conflict: "Conflict",
  slot_taken: "Time taken",
  expired: "Expired",
  too_large: "Too large",
  invalid: "Validation failed",
  rate_limited: "Too many requests",
  internal: "Internal error",
  unavailable: "Unavailable",
};

/** What a client is told of an error nobody foresaw. */
export const unforeseen = new AppError("internal", {
  userMessage: "Something went wrong on our side. Nothing was lost; please try again in a moment.",
});

/** A refusal of what was sent, by field. */
export function invalidInput(fieldErrors: FieldErrors): AppError {
  const [first] = Object.entries(fieldErrors);
  return new AppError("invalid", {
    message: "input refused",
    userMessage: first ? `${first[0]}: ${first[1].join(" ")}` : "Please check what you sent.",
    fieldErrors,
  });
}

/** A refusal that a client can go on from: `more` are members beside those of RFC 9457. */
export class Problem extends AppError {
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, userMessage: string, more: Readonly<Record<string, unknown>>) {
    super(code, { userMessage });
    this.more = more;
  }
}

/** The envelope of an error, with the members of RFC 9457 beside it. */
export function failureOf(facts: RequestFacts, error: AppError) {
  const { code, userMessage, fieldErrors } = error;
  const errors = fieldErrors
    ? Object.entries(fieldErrors).flatMap(([field, messages]) =>
        messages.map((message) => ({ field, message, code })),
      )
    : [{ field: null, message: userMessage, code }];
  const limit =
    error instanceof RateLimitError
      ? { rate_limit: { limit: error.most, remaining: 0, reset_time: error.resetsAt.toISOString() } }
      : {};
  return {
    success: false,
    data: null,
    message: userMessage,
    errors,
    metadata: metadataOf(facts, limit),
    type: "about:blank",
    title: titles[code],
    status: httpStatus[code],
    detail: userMessage,
    ...(error instanceof Problem ? error.more : {}),
  };
}
