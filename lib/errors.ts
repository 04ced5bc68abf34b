/** What can go wrong, by name. The table in `lib/http/status.ts` gives each its HTTP status. */
export type ErrorCode =
  | "unauthenticated"
  | "session_ended"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "malformed"
  | "too_large"
  | "slot_taken"
  | "conflict"
  | "expired"
  | "payment_declined"
  | "rate_limited"
  | "unavailable"
  | "internal";

/** Messages by form field; the form shows each beside its field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * An error that a person is told about. `message` is evidence for the operator; `userMessage` says what happened
 * and what to do next, and is the only text that leaves the server.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly fieldErrors: FieldErrors | undefined;

  constructor(
    code: ErrorCode,
    options: { message?: string; userMessage: string; fieldErrors?: FieldErrors; cause?: unknown },
  ) {
    super(
      options.message ?? options.userMessage,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = "AppError";
    this.code = code;
    this.userMessage = options.userMessage;
    this.fieldErrors = options.fieldErrors;
  }
}
