import type { ErrorCode } from "@/lib/errors";

/** The one table from error code to HTTP status (RFC 9110). */
export const httpStatus: Readonly<Record<ErrorCode, number>> = {
  malformed: 400,
  unauthenticated: 401,
  session_ended: 401,
  payment_declined: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  slot_taken: 409,
  expired: 410,
  too_large: 413,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};
