import { ApiError, type ErrorDetails } from "./api-error";
import type { Decline } from "./cards";

/** The 402 of a refused card. */
export function cardError(decline: Decline, details: ErrorDetails = {}): ApiError {
  const param = decline.code === "incorrect_cvc" ? { param: "cvc" } : {};
  return new ApiError(402, "card_error", decline.message, {
    code: decline.code,
    decline_code: decline.decline_code,
    ...param,
    ...details,
  });
}
