import { sql } from "kysely";
import type { CancelKind } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";

/** What comes of a cancellation; see `private.cancel_lesson`. */
export type CancelOutcomeCode =
  | "credit"
  | "money"
  | "credit_returned"
  | "exception"
  | "used_up"
  | "too_late"
  | "makeup_final"
  | "trial_over"
  | "seat_given_up"
  | "nothing";

/** All that a cancellation comes to: what the preview shows and what has happened are this same row. Cents, minutes. */
export type CancelOutcome = {
  readonly outcome: CancelOutcomeCode;
  readonly isLate: boolean;
  /** The last instant at which the lesson could be, or could have been, cancelled in time. */
  readonly freeUntil: Date;
  readonly paysTeacher: boolean;
  readonly creditId: Id<"makeup-credit"> | null;
  readonly creditMinutes: number | null;
  readonly creditExpiresAt: Date | null;
  /** Money that the family gets, in cents; of a class's lesson each family's. */
  readonly accountCreditCents: number | null;
  /** What the family may take in place of the credit, in cents. */
  readonly moneyChoiceCents: number | null;
  readonly currency: string;
  /** Own cancellations of the term that gave a credit, after this one; null where they do not count. */
  readonly termUsed: number | null;
  readonly termLeft: number | null;
  /** Exceptions for illness within a year, after this one. */
  readonly illnessUsed: number | null;
  readonly illnessLeft: number | null;
};

export type Cancellation = {
  readonly lessonId: Id<"lesson">;
  readonly kind: CancelKind;
  readonly reason?: string | undefined;
  /** Money is the academy's to give, for what it cancels itself. */
  readonly wants?: "credit" | "money" | undefined;
  /** A credit in spite of the rule; administrators, with a reason. */
  readonly isException?: boolean | undefined;
  /** Whose seat is given up, in a lesson of a class. */
  readonly studentId?: Id<"student"> | undefined;
};

/**
 * Cancels a lesson, or gives up a child's seat in a lesson of a class, as the signed-in person. Rehearsed, it is the
 * preview. Refusals: see `private.cancel_lesson`.
 */
export async function cancelLesson(db: Db, of: Cancellation): Promise<CancelOutcome> {
  const { rows } = await sql<CancelOutcome>`
    select outcome, is_late as "isLate", free_until as "freeUntil", pays_teacher as "paysTeacher", credit_id as "creditId",
           credit_minutes as "creditMinutes", credit_expires_at as "creditExpiresAt",
           account_credit_cents as "accountCreditCents", money_choice_cents as "moneyChoiceCents", currency,
           term_used as "termUsed", term_left as "termLeft", illness_used as "illnessUsed", illness_left as "illnessLeft"
      from private.cancel_lesson(${of.lessonId}, ${of.kind}, ${of.reason ?? null}, ${of.wants ?? "credit"},
             ${of.isException ?? false}, ${of.studentId ?? null})`.execute(db);
  return only(rows);
}

export type MoveOutcome = {
  readonly fromStart: Date;
  readonly fromTeacherId: Id<"teacher">;
  readonly fromRoomId: Id<"room">;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly teacherId: Id<"teacher">;
  readonly roomId: Id<"room">;
  /** Until when the lesson, at its new time, can be changed again. */
  readonly freeUntil: Date;
  /** The rules that staff set aside, as `private.lesson_conflicts` names them. */
  readonly overridden: readonly string[];
};

export type LessonMove = {
  readonly lessonId: Id<"lesson">;
  readonly startsAt: Date;
  /** The lesson's own teacher unless given. */
  readonly teacherId?: string | undefined;
  /** The lesson's own room if it is free and fits, else any that does, unless given. */
  readonly roomId?: string | undefined;
  readonly reason?: string | undefined;
  /** Sets rules aside, never what is taken; administrators, with a reason. */
  readonly isException?: boolean | undefined;
};

/**
 * Moves one lesson as the signed-in person. Rehearsed, it is the preview. A time that somebody has is refused with the code
 * `slot_taken`; why a time is not possible is told by `listConflicts`.
 */
export async function moveLesson(db: Db, of: LessonMove): Promise<MoveOutcome> {
  const { rows } = await sql<MoveOutcome>`
    select from_start as "fromStart", from_teacher as "fromTeacherId", from_room as "fromRoomId", starts_at as "startsAt",
           ends_at as "endsAt", teacher_id as "teacherId", room_id as "roomId", free_until as "freeUntil", overridden
      from private.move_lesson(${of.lessonId}, ${of.startsAt}, ${of.teacherId ?? null}, ${of.roomId ?? null},
             ${of.reason ?? null}, ${of.isException ?? false})`.execute(db);
  return only(rows);
}

export type MakeupBooking = {
  readonly creditId: Id<"makeup-credit">;
  readonly startsAt: Date;
  readonly teacherId: string;
  /** Any free room that fits unless given. */
  readonly roomId?: string | undefined;
  readonly reason?: string | undefined;
  readonly isException?: boolean | undefined;
};

export type MakeupOutcome = {
  readonly lessonId: Id<"lesson">;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly teacherId: Id<"teacher">;
  readonly roomId: Id<"room">;
  readonly overridden: readonly string[];
};

/** Books a make-up for a credit, within its validity. Rehearsed, it is the preview. */
export async function bookMakeup(db: Db, of: MakeupBooking): Promise<MakeupOutcome> {
  const { rows } = await sql<MakeupOutcome>`
    select lesson_id as "lessonId", starts_at as "startsAt", ends_at as "endsAt", teacher_id as "teacherId",
           room_id as "roomId", overridden
      from private.book_makeup(${of.creditId}, ${of.teacherId}, ${of.startsAt}, ${of.roomId ?? null}, ${of.reason ?? null},
             ${of.isException ?? false})`.execute(db);
  return only(rows);
}

export type MoneyOutcome = { readonly cents: number; readonly currency: string };

/** Turns a credit for what the academy cancelled into money of the family. Rehearsed, it is the preview. */
export async function turnCreditIntoMoney(db: Db, creditId: Id<"makeup-credit">): Promise<MoneyOutcome> {
  const { rows } = await sql<MoneyOutcome>`
    select account_credit_cents as cents, currency from private.credit_to_money(${creditId})`.execute(db);
  return only(rows);
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (!row) throw new Error("the database function gave no row");
  return row;
}
