import { z } from "zod";
import { lessonMinutes } from "@/lib/academy/schema";
import { storable } from "@/lib/storable";

/** Minutes from Monday 0:00 in the academy's zone, half-open. */
export type WeekSpan = { readonly from: number; readonly until: number };

const DAY_MINUTES = 1440;

const weekdayList = z.preprocess(
  (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
  z
    .array(z.coerce.number().int().min(0, "Choose days of the week.").max(6, "Choose days of the week."))
    .min(1, "Choose at least one day that suits.")
    .max(7, "Choose days of the week."),
);

const hour = (message: string) =>
  z.coerce.number(message).int(message).min(0, message).max(DAY_MINUTES, message).multipleOf(15, message);

/** What a family waits for: private lessons. Keys are the form's field names; `from` and `until` minutes of the day. */
export const lessonWishForm = z
  .object({
    studentId: z.uuid("Choose who would like to learn."),
    instrumentId: z.uuid("Choose an instrument."),
    minutes: z.coerce
      .number("Choose a length.")
      .refine(
        (value) => (lessonMinutes as readonly number[]).includes(value),
        "Choose a length of the list.",
      ),
    teacherId: z.union([z.literal(""), z.uuid("Choose a teacher of the list.")]).default(""),
    days: weekdayList,
    from: hour("Choose the earliest start."),
    until: hour("Choose the latest end."),
  })
  .refine(({ from, until }) => from < until, {
    path: ["until"],
    error: "Choose an end that is later than the start.",
  })
  .refine(({ from, until, minutes }) => from >= until || until - from >= minutes, {
    path: ["until"],
    error: "Choose times that are at least as long as the lesson.",
  });

export type LessonWish = {
  readonly studentId: string;
  readonly instrumentId: string;
  readonly minutes: number;
  readonly teacherId: string | null;
  readonly times: readonly WeekSpan[];
};

/** The wish as the waitlist keeps it: each chosen day's hours as minutes of the week. */
export function readLessonWish(form: z.output<typeof lessonWishForm>): LessonWish {
  const days = [...new Set(form.days)].sort((a, b) => a - b);
  return {
    studentId: form.studentId,
    instrumentId: form.instrumentId,
    minutes: form.minutes,
    teacherId: form.teacherId || null,
    times: days.map((day) => ({
      from: day * DAY_MINUTES + form.from,
      until: day * DAY_MINUTES + form.until,
    })),
  };
}

export const classChoice = z.object({
  classId: z.uuid("Choose a class."),
  studentId: z.uuid("Choose who would like to come."),
});

export const offerChoice = z.object({ offerId: z.uuid("This offer does not exist.") });
export const entryChoice = z.object({ entryId: z.uuid("This place on the waitlist does not exist.") });

/** What an administrator says to offer something by hand. `time` is `<teacher's id> <start>` for lessons, empty for a seat. */
export const handOfferForm = z.object({
  entryId: z.uuid("This place on the waitlist does not exist."),
  time: z
    .string()
    .max(80)
    .default("")
    .transform((value, context) => {
      if (value === "") return null;
      const [teacherId, startsAt] = value.split(" ");
      const parsed = z
        .object({ teacherId: z.uuid(), startsAt: z.iso.datetime({ offset: true }) })
        .safeParse({ teacherId, startsAt });
      if (parsed.success)
        return { teacherId: parsed.data.teacherId, startsAt: new Date(parsed.data.startsAt) };
      context.addIssue({ code: "custom", message: "Choose one of the open times." });
      return z.NEVER;
    }),
  reason: z
    .string("Say why this family comes first.")
    .trim()
    .min(3, "Say why this family comes first; it is kept with the offer.")
    .max(300, "Please keep the reason below 300 characters.")
    .regex(storable, "The reason contains characters that we cannot store."),
});
