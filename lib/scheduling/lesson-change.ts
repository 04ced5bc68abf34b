import type { CancelKind, CreditOrigin, LessonStatus } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";

/** What pages need to change a lesson, beside the lesson itself. */
export type LessonChange = {
  readonly bookingId: string;
  /** Null for a lesson of a class. */
  readonly studentId: Id<"student"> | null;
  readonly familyId: Id<"family"> | null;
  readonly instrumentId: string | null;
  readonly roomId: Id<"room">;
  readonly isInSeries: boolean;
  readonly offCalendarReason: string | null;
  readonly cancelled: {
    readonly at: Date;
    readonly kind: CancelKind;
    readonly reason: string | null;
    readonly isLate: boolean;
    readonly paysTeacher: boolean;
  } | null;
  /** Of a class's lesson: the reader's students who have a seat in it. */
  readonly seats: readonly { readonly studentId: Id<"student">; readonly firstName: string }[];
  /** The credit that came of this lesson's cancellation. */
  readonly credit: {
    readonly id: Id<"makeup-credit">;
    readonly minutes: number;
    readonly expiresAt: Date;
    readonly isOpen: boolean;
  } | null;
  /** Cents that the family got for this lesson. */
  readonly paidOutCents: number | null;
  /** When the credit expires that this make-up was booked with. */
  readonly makeupCreditExpiresAt: Date | null;
};

/** The right to a make-up of so many minutes. */
export type MakeupCredit = {
  readonly id: Id<"makeup-credit">;
  readonly studentId: Id<"student">;
  readonly studentName: string;
  readonly minutes: number;
  readonly origin: CreditOrigin;
  readonly reason: string | null;
  /** The lesson that was missed. */
  readonly originLessonAt: Date | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly usedLesson: {
    readonly id: Id<"lesson">;
    readonly startsAt: Date;
    readonly status: LessonStatus;
  } | null;
  readonly voidedAt: Date | null;
  /** Cents that the family may take instead; null where it may not. */
  readonly moneyCents: number | null;
  /** Whether a make-up can be booked with it now. */
  readonly isOpen: boolean;
  readonly instrument: { readonly id: string; readonly name: string } | null;
  /** The teacher whose lesson was missed, or of the enrollment. */
  readonly teacherId: Id<"teacher"> | null;
};

/** A choice of a form. */
export type Choice = { readonly value: string; readonly label: string };
