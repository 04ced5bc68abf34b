type ErrorType = "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";

export interface ErrorDetails {
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  /** Whole objects ride along on a decline, as they do at Stripe. */
  payment_intent?: unknown;
  payment_method?: unknown;
}

/**
 * An answer of the API that is not a success. Thrown, it undoes the request's transaction; returned by an
 * operation, it is answered and what was written stays (a declined charge is a fact).
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  toBody(): { error: Record<string, unknown> } {
    const { code } = this.details;
    return {
      error: {
        ...this.details,
        ...(code ? { doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll("_", "-")}` } : {}),
        message: this.message,
        type: this.type,
      },
    };
  }
}

export function invalid(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, "invalid_request_error", message, {
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

/** 404 for an id in the path, 400 for an id in a parameter. */
export function missing(noun: string, id: string, param = "id"): ApiError {
  return new ApiError(param === "id" ? 404 : 400, "invalid_request_error", `No such ${noun}: '${id}'`, {
    code: "resource_missing",
    param,
  });
}
