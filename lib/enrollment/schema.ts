import { z } from "zod";
import { storable } from "@/lib/storable";

/** Control characters have no place in a name or a wish; line breaks only in the latter. */
const oneLine = /^[^\p{Cc}\p{Cf}]*$/u;

const name = (label: string) =>
  z
    .string(`Enter the ${label}.`)
    .trim()
    .min(1, `Enter the ${label}.`)
    .max(60, `The ${label} is too long: 60 characters at most.`)
    .regex(oneLine, `The ${label} contains characters that we cannot store.`);

const calendarDate = z
  .string("Enter the birth date.")
  .trim()
  .min(1, "Enter the birth date.")
  .refine(
    (value) => {
      const date = new Date(`${value}T00:00:00Z`);
      return (
        /^\d{4}-\d{2}-\d{2}$/.test(value) &&
        !Number.isNaN(date.getTime()) &&
        date.toISOString().startsWith(value)
      );
    },
    { error: "This is not a date. Choose day, month and year.", abort: true },
  )
  .refine((value) => value > "1900-01-01", "Check the year of birth.");

const levels = ["beginner", "intermediate", "advanced"] as const;
const timesOfDay = ["any", "morning", "afternoon", "evening"] as const;
export const cadences = ["monthly", "semester", "yearly"] as const;

const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(7),
  );

/** First page of the enrollment: the student, the instrument and the wishes. Keys are the form's field names. */
export const studentForm = z.object({
  instrument: z.string("Choose an instrument.").trim().min(1, "Choose an instrument.").max(40),
  firstName: name("first name"),
  lastName: name("last name"),
  birthDate: calendarDate,
  email: z.union([z.literal(""), z.email("Check this address, or leave it empty.").max(254)]).default(""),
  level: z.enum(levels, "Choose a level."),
  minutes: z.coerce
    .number("Choose a length.")
    .pipe(z.union([z.literal(30), z.literal(45), z.literal(60)], "Choose a length.")),
  start: z.enum(["trial", "plan"], "Choose how to start.").default("trial"),
  days: listOf(z.coerce.number().int().min(0).max(6)).default([]),
  timeOfDay: z.enum(timesOfDay).default("any"),
  teacherGender: z.enum(["any", "female", "male", "non_binary"]).default("any"),
  style: z.string().trim().max(40).regex(oneLine).default(""),
  wishes: z
    .string()
    .trim()
    .max(1000, "Please keep the wishes below 1,000 characters.")
    .regex(storable, "The wishes contain characters that we cannot store.")
    .default(""),
});
export type StudentForm = z.output<typeof studentForm>;

/** A chosen time; the teacher and the start are checked again by the hold itself. */
export const timeChoice = z.object({
  teacherId: z.uuid("Choose one of the times."),
  startsAt: z.iso
    .datetime({ offset: true, error: "Choose one of the times." })
    .transform((value) => new Date(value)),
  reason: z.string().max(300).default(""),
});
export type TimeChoice = z.output<typeof timeChoice>;

export const planChoice = z.object({
  kind: z.enum(["trial", "plan"], "Choose how to start."),
  cadence: z.enum(cadences, "Choose how to pay."),
  policies: z.literal("yes", "Please confirm that you have read the policies."),
  /** The draft that the page showed, and its state then: what is sent is what was read. */
  draft: z.uuid("This page is out of date. Please open the review again."),
  seen: z.iso.datetime("This page is out of date. Please open the review again."),
});

/** Minutes of the time to hold: a trial lesson has its own length, whatever length is wanted afterwards. */
export function wantedMinutes(student: Pick<StudentForm, "start" | "minutes">, trialMinutes: number): number {
  return student.start === "trial" ? trialMinutes : student.minutes;
}

/** What a draft holds; everything may still be missing. */
export const draftData = z.object({
  student: studentForm.optional(),
  choice: z.object({ teacherId: z.uuid(), startsAt: z.string(), reason: z.string().default("") }).optional(),
});
export type DraftData = z.output<typeof draftData>;

/** The version of the policy text that a family agrees to; raise it when the wording of the policies changes. */
export const POLICY_VERSION = "2026-11";
