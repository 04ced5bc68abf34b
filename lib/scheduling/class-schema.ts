import { z } from "zod";
import type { ClassStatus, LessonKind } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";
import type { Money } from "@/lib/money";
import { storable } from "@/lib/storable";

export const classKinds = ["group", "shared", "recital"] as const satisfies readonly LessonKind[];
export type ClassKind = (typeof classKinds)[number];

/** A class as everybody may see it. Weekday 0 is Monday; `starts` is a local time of the academy's zone, `16:15`. */
export type ClassSummary = {
  readonly id: Id<"class">;
  readonly name: string;
  readonly description: string;
  readonly kind: ClassKind;
  readonly status: ClassStatus;
  readonly instrument: { readonly slug: string; readonly name: string } | null;
  readonly teacher: { readonly slug: string; readonly name: string } | null;
  readonly termName: string;
  readonly weekday: number | null;
  readonly starts: string | null;
  readonly minutes: number;
  readonly minimumAge: number;
  readonly maximumAge: number;
  readonly seats: number;
  /** A month's price, or the recital's. */
  readonly price: Money;
  readonly taken: number;
  /** Seats that are offered to families of the waitlist at the moment. */
  readonly offered: number;
  readonly waiting: number;
  /** Lessons that have not begun; the first and the last of them. */
  readonly lessonsAhead: number;
  readonly nextAt: Date | null;
  readonly nextEndsAt: Date | null;
  readonly lastAt: Date | null;
};

const line = (most: number, missing: string) =>
  z
    .string(missing)
    .trim()
    .min(1, missing)
    .max(most, `At most ${most} letters, please.`)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, "This contains characters that we cannot store.");

const whole = (message: string, least: number, most: number) =>
  z
    .string(message)
    .trim()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .pipe(z.number().min(least, message).max(most, message));

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A class as an administrator writes it; keys are the form's field names. Whether its weeks are free, the database says. */
export const classForm = z
  .object({
    classId: z.union([z.literal(""), z.uuid("This class does not exist.")]).default(""),
    kind: z.enum(classKinds, "Choose what it is."),
    name: line(80, "Give the class a name."),
    description: z
      .string()
      .trim()
      .max(1000, "Please keep the description below 1,000 characters.")
      .regex(storable, "This contains characters that we cannot store.")
      .default(""),
    instrumentId: z.union([z.literal(""), z.uuid("Choose an instrument of the list.")]).default(""),
    teacherId: z.uuid("Choose the teacher."),
    roomId: z.uuid("Choose the room."),
    termId: z.uuid("Choose the term."),
    weekday: z
      .union(
        [z.literal(""), z.string().regex(/^[0-6]$/, "Choose a day of the week.")],
        "Choose a day of the week.",
      )
      .default(""),
    day: z.union([z.literal(""), z.iso.date("This is not a date.")], "This is not a date.").default(""),
    starts: z.string("Give the time at which it begins.").regex(TIME, "Give the time at which it begins."),
    minutes: whole("Give a length between 15 and 480 minutes.", 15, 480).refine(
      (value) => value % 15 === 0,
      "Give a length of whole quarter hours.",
    ),
    minimumAge: whole("Give an age between 0 and 99.", 0, 99),
    maximumAge: whole("Give an age between 0 and 99.", 0, 99),
    seats: whole("Give between 1 and 200 seats.", 1, 200),
    price: z
      .string("Give a price.")
      .trim()
      .regex(/^\d{1,5}(\.\d{2})?$/, "Give a price such as 79 or 79.50.")
      .transform((value) => Math.round(Number(value) * 100)),
    status: z.enum(["open", "closed"], "Choose whether it takes students."),
  })
  .refine(({ minimumAge, maximumAge }) => minimumAge <= maximumAge, {
    path: ["maximumAge"],
    error: "Choose a highest age that is not below the lowest one.",
  })
  .refine(({ kind, weekday }) => kind === "recital" || weekday !== "", {
    path: ["weekday"],
    error: "Choose a day of the week.",
  })
  .refine(({ kind, day }) => kind !== "recital" || day !== "", {
    path: ["day"],
    error: "Choose the day of the recital.",
  })
  .refine(({ kind, seats }) => kind !== "shared" || seats === 2, {
    path: ["seats"],
    error: "A shared lesson has two seats.",
  });
export type ClassForm = z.output<typeof classForm>;

/** Why a lesson of a class cannot be; see `private.class_weeks`. */
export type WeekReason =
  | "past"
  | "closure"
  | "outside_term"
  | "teacher_away"
  | "teacher_busy"
  | "room_taken"
  | "student_busy";

export type ClassWeek = {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** What stands in the way; null for nothing. */
  readonly reason: WeekReason | null;
  /** Name of the closure, first name of the student. */
  readonly name: string | null;
};

/** What saving a class comes to. Blocked: at least one week is, and nothing was written. */
export type SavedClass =
  | { readonly outcome: "blocked"; readonly weeks: readonly ClassWeek[] }
  | {
      readonly outcome: "saved";
      readonly classId: string;
      /** The lessons that are made or moved, and the closed weeks that are left out; none when only facts change. */
      readonly weeks: readonly ClassWeek[];
    };

export const childForm = z.object({
  firstName: line(60, "Enter the first name."),
  lastName: line(60, "Enter the last name."),
  birthDate: z.iso
    .date("Enter the birth date.")
    .refine((value) => value > "1900-01-01", "Check the year of birth."),
});
