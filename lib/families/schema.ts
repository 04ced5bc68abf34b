import { z } from "zod";
import type { BillingCadence, EnrollmentKind, EnrollmentStatus } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";

export type Level = "beginner" | "intermediate" | "advanced";

export type LearnedInstrument = {
  readonly slug: string;
  readonly name: string;
  readonly level: Level;
  readonly wishes: string;
};

/** A student as the family, the teacher and the student see them: who they are and what they learn. */
export type Student = {
  readonly id: Id<"student">;
  readonly firstName: string;
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly isActive: boolean;
  readonly since: Date;
  readonly instruments: readonly LearnedInstrument[];
  /** Who teaches them, from the lessons that are not cancelled. */
  readonly teachers: readonly { readonly slug: string; readonly name: string }[];
  readonly nextLessonAt: Date | null;
};

/** An enrollment as its family follows it. */
export type FamilyEnrollment = {
  readonly id: Id<"enrollment">;
  readonly number: number;
  readonly status: EnrollmentStatus;
  readonly kind: EnrollmentKind;
  readonly cadence: BillingCadence;
  readonly minutes: number;
  readonly startsAt: Date;
  readonly dueCents: number;
  readonly submittedAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly heldUntil: Date | null;
  readonly failureMessage: string | null;
  readonly endedAt: Date | null;
  readonly refundedCents: number;
  readonly studentId: Id<"student">;
  readonly studentName: string;
  readonly instrumentId: string;
  readonly instrument: string;
  readonly teacher: string;
  readonly history: readonly {
    readonly at: Date;
    readonly status: EnrollmentStatus;
    readonly note: string | null;
  }[];
};

/** What a person may read and change about their own account. */
export type Account = {
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly since: Date;
};

/** No control or invisible formatting characters: they have no place in a name. */
export const oneLine = /^[^\p{Cc}\p{Cf}]*$/u;

/** What a person changes about their own account; keys are the form's field names. */
export const accountForm = z.object({
  name: z
    .string("Enter your name.")
    .trim()
    .min(1, "Enter your name.")
    .max(120, "The name is too long: 120 characters at most.")
    .regex(oneLine, "The name contains characters that we cannot store."),
  phone: z
    .string()
    .trim()
    .max(40, "The telephone number is too long: 40 characters at most.")
    .refine((value) => value === "" || /^[+(\d][\d\s().\-/x]{4,}$/i.test(value), {
      error: "Enter the number with digits, for example +1 555 0100, or leave it empty.",
    })
    .default(""),
});
export type AccountForm = z.output<typeof accountForm>;
