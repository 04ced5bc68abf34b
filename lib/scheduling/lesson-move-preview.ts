import { type Db, type Principal, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import { listAlternatives } from "./alternatives";
import { conflictWords, listConflicts } from "./conflicts";
import { roomName, teacherNames } from "./lesson-change-queries";
import { bookMakeup, type LessonMove, type MakeupBooking, moveLesson } from "./lesson-changes";

/** A time in place of one that is not to be had, with the name of its teacher. */
export type NamedAlternative = {
  readonly teacherId: string;
  readonly teacherName: string;
  readonly startsAt: Date;
  readonly reason: string;
};

/** Why a time cannot be, in sentences, and up to three others. */
export type TimeRefusal = {
  readonly message: string;
  readonly conflicts: readonly string[];
  readonly alternatives: readonly NamedAlternative[];
};

/** What a lesson at a new time comes to. */
export type TimeOutcome = {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly teacherId: Id<"teacher">;
  readonly teacherName: string;
  readonly roomName: string | null;
  readonly overridden: readonly string[];
  /** Until when it can be changed again; null: it is final. */
  readonly freeUntil: Date | null;
};

export type TimePreview =
  | { readonly ok: true; readonly outcome: TimeOutcome }
  | { readonly ok: false; readonly refusal: TimeRefusal };

/** What the lesson is that wants a time; `studentId` is null for a lesson of a class. */
export type LessonWithoutTime = {
  readonly instrumentId: string | null;
  readonly minutes: number;
  readonly studentId: string | null;
  readonly bookingId?: string | undefined;
  readonly forMakeup: boolean;
  readonly byStaff: boolean;
  readonly timeZone: string;
  /** The latest start of an alternative, where a credit ends. */
  readonly until?: Date | undefined;
};

/** Whether a refusal is about the time, so that another one helps. */
export function isAboutTime(error: unknown): error is AppError {
  return error instanceof AppError && ["slot_taken", "conflict", "invalid", "expired"].includes(error.code);
}

/** Why a time cannot be and what can: each conflict by its name, and the nearest open times. */
export async function explainRefusal(
  principal: Principal,
  of: LessonWithoutTime,
  wanted: { readonly teacherId: string; readonly startsAt: Date; readonly roomId?: string | undefined },
  message: string,
): Promise<TimeRefusal> {
  const { instrumentId } = of;
  if (!instrumentId) return { message, conflicts: [], alternatives: [] };
  return withPrincipal(principal, async (db) => {
    const common = {
      instrumentId,
      minutes: of.minutes,
      studentId: of.studentId ?? undefined,
      ignoredBookingIds: of.bookingId ? [of.bookingId] : [],
      forMakeup: of.forMakeup,
    };
    const conflicts = await listConflicts(db, { ...common, ...wanted, byStaff: of.byStaff });
    const found = await listAlternatives(db, {
      ...common,
      teacherId: wanted.teacherId,
      startsAt: wanted.startsAt,
      until: of.until,
    });
    const names = await teacherNames(db, [...new Set(found.map((time) => time.teacherId))]);
    return {
      message,
      conflicts: conflicts.map((conflict) => conflictWords(conflict, of.timeZone)),
      alternatives: found.map(({ teacherId, startsAt, reason }) => ({
        teacherId,
        teacherName: names.get(teacherId) ?? "another teacher",
        startsAt,
        reason,
      })),
    };
  });
}

async function named(
  db: Db,
  row: Omit<TimeOutcome, "teacherName" | "roomName"> & { readonly roomId: string },
): Promise<TimeOutcome> {
  const names = await teacherNames(db, [row.teacherId]);
  const { roomId, ...outcome } = row;
  return {
    ...outcome,
    teacherName: names.get(row.teacherId) ?? "a former teacher",
    roomName: await roomName(db, roomId),
  };
}

async function previewed(
  principal: Principal,
  of: LessonWithoutTime,
  wanted: { readonly teacherId: string; readonly startsAt: Date; readonly roomId?: string | undefined },
  work: (db: Db) => Promise<TimeOutcome>,
): Promise<TimePreview> {
  try {
    return { ok: true, outcome: await rehearse(principal, work) };
  } catch (error) {
    if (!isAboutTime(error)) throw error;
    return { ok: false, refusal: await explainRefusal(principal, of, wanted, error.userMessage) };
  }
}

/** What moving a lesson comes to, by the statement that moves it; or why it cannot be, with other times. */
export function previewMove(
  principal: Principal,
  of: LessonWithoutTime,
  move: LessonMove & { readonly teacherId: string },
): Promise<TimePreview> {
  return previewed(principal, of, move, async (db) => named(db, await moveLesson(db, move)));
}

/** What booking a make-up comes to, by the statement that books it; or why it cannot be, with other times. */
export function previewMakeup(
  principal: Principal,
  of: LessonWithoutTime,
  booking: MakeupBooking,
): Promise<TimePreview> {
  return previewed(principal, of, booking, async (db) =>
    named(db, { ...(await bookMakeup(db, booking)), freeUntil: null }),
  );
}
