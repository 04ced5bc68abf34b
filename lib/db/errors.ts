import { AppError } from "@/lib/errors";
import { refusals } from "./refusals";

type DatabaseError = { code: string; constraint_name?: string; message: string };

function isDatabaseError(error: unknown): error is DatabaseError & Error {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

const CONFLICTED = new Set(["40001", "40P01"]);

// PostgreSQL stops or starts (57P01 to 57P03), SQLSTATE class 08, the driver's own names, and those of sockets.
const CONNECTION_LOST =
  /^(57P0[123]|08\w{3}|CONNECTION_\w+|CONNECT_TIMEOUT|EPIPE|ENOTFOUND|E(CONN|TIMEDOUT|HOST|NET|AI)\w*)$/;

/** PostgreSQL could not be reached, is starting or stopping, or the connection broke. */
export function isConnectionLost(error: unknown): boolean {
  return isDatabaseError(error) && CONNECTION_LOST.test(error.code);
}

/** Whether the same unit of work may succeed when it is simply run again. */
export function isTransient(error: unknown): boolean {
  return isConnectionLost(error) || (isDatabaseError(error) && CONFLICTED.has(error.code));
}

/** Gives a database error its name and words; everything else stays as it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !isDatabaseError(error)) return error;
  const named = error.constraint_name ? refusals[error.constraint_name] : undefined;
  if (named) return new AppError(named[0], { message: error.message, userMessage: named[1], cause: error });
  if (error.code === "42501") {
    return new AppError("forbidden", {
      message: error.message,
      userMessage: "You do not have access to this.",
      cause: error,
    });
  }
  if (isTransient(error)) {
    return new AppError("unavailable", {
      message: error.message,
      userMessage:
        "The academy's database is not reachable at the moment. Nothing was lost; please try again shortly.",
      cause: error,
    });
  }
  return error;
}

/** The name of the constraint or rule by which PostgreSQL refused; undefined for any other error. */
export function refusedBy(error: unknown): string | undefined {
  const found = error instanceof AppError ? error.cause : error;
  return isDatabaseError(found) ? found.constraint_name : undefined;
}
