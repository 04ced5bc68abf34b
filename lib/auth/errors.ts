import { isAuthApiError, isAuthError, isAuthRetryableFetchError } from "@supabase/supabase-js";
import { AppError } from "@/lib/errors";

const unavailable = "Signing in is not possible at the moment. Nothing was lost; please try again shortly.";

/** The account was closed by the academy; said only to somebody who knows its password or holds its link. */
export function accountClosed(cause?: unknown): AppError {
  return new AppError("forbidden", {
    message: "account closed",
    userMessage: "This account is closed. Please contact the academy if you think that this is a mistake.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The code that Supabase Auth gives its refusal, or undefined for anything else. */
export function refusalCode(error: unknown): string | undefined {
  return isAuthApiError(error) ? error.code : undefined;
}

/** What Supabase Auth answered, in words for the person; refusals with a meaning of their own are handled before. */
export function toSignInError(error: unknown): unknown {
  if (!isAuthError(error)) return error;
  if (error.code === "user_banned") return accountClosed(error);
  if (error.status === 429) {
    return new AppError("rate_limited", {
      message: error.message,
      userMessage: "Too many attempts from here. Please try again in a few minutes.",
      cause: error,
    });
  }
  if (error.code === "weak_password") {
    return new AppError("invalid", {
      message: error.message,
      userMessage: "Please check the marked fields.",
      fieldErrors: { password: ["Choose a longer or less common password."] },
      cause: error,
    });
  }
  if (error.code === "email_address_invalid" || error.code === "email_address_not_authorized") {
    return new AppError("invalid", {
      message: error.message,
      userMessage: "Please check the marked fields.",
      fieldErrors: { email: ["We cannot send email to this address. Please use another."] },
      cause: error,
    });
  }
  if (isAuthRetryableFetchError(error) || (error.status ?? 500) >= 500) {
    return new AppError("unavailable", { message: error.message, userMessage: unavailable, cause: error });
  }
  return error;
}
