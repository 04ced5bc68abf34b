import { AppError, type ErrorCode } from "@/lib/errors";

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

/** What PostgreSQL refuses by name, in words for the person. */
const NAMED: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  teacher_double_booked: ["slot_taken", "This time has just been taken. Please choose another."],
  room_double_booked: [
    "slot_taken",
    "The last free room at this time has just been taken. Please choose another time.",
  ],
  student_double_booked: ["conflict", "The student already has a lesson at this time."],
  session_ended: ["session_ended", "Your session has ended. Please sign in again."],
  parent_only: ["forbidden", "Only a parent's account can enroll a student."],
  profile_protected: ["forbidden", "Please ask the academy to change this."],
  one_trial_per_instrument: [
    "conflict",
    "This student already has a trial lesson for this instrument: continue with it in your family's portal.",
  ],
  enrollment_transition: [
    "conflict",
    "This enrollment has moved on in the meantime. Reload the page to see where it is.",
  ],
  lesson_transition: [
    "conflict",
    "This lesson has changed in the meantime. Reload the page to see how it stands.",
  ],
  refund_within_payment: ["conflict", "A refund cannot be larger than what is left of the payment."],
  draft_missing: [
    "expired",
    "This enrollment is too old to be sent. Please begin again; nothing was charged.",
  ],
  hold_expired: [
    "expired",
    "The time is no longer held for you. Nothing was charged, and your details are kept: please choose a time again.",
  ],
  instrument_not_offered: [
    "invalid",
    "This instrument is not taught at the moment. Please choose another; nothing was charged.",
  ],
  age_out_of_range: [
    "invalid",
    "The teacher does not take students of this age on this instrument. Please choose another teacher.",
  ],
  length_not_offered: [
    "invalid",
    "This time does not have the right length for the lesson. Please choose a time again.",
  ],
  price_missing: [
    "unavailable",
    "There is no price for this lesson length at the moment. Please contact the academy.",
  ],
};

/** Gives a database error its name and words; everything else stays as it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !isDatabaseError(error)) return error;
  const named = error.constraint_name ? NAMED[error.constraint_name] : undefined;
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
