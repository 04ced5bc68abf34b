import { z } from "zod";
import { storable } from "@/lib/storable";
import { isDay, isTimeOfDay, readAnswer, type SeriesAnswer } from "./series-rules";

/* Keys are the form's field names; weekday 0 is Monday, times and days are local to the academy's zone. */

const weekday = z.coerce.number("Choose a day of the week.").int().min(0).max(6, "Choose a day of the week.");
const start = z.string("Choose a time.").refine(isTimeOfDay, "Choose a time.");
const day = (words: string) => z.string(words).refine(isDay, words);
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
const reason = z
  .string("Say why.")
  .trim()
  .min(3, "Say why; the audit trail shows it.")
  .max(300, "Please keep the reason below 300 characters.")
  .regex(storable, "The reason contains characters that we cannot store.");

/** What was chosen for weeks that are not free: by the day of a week that is planned, by the lesson's id when it moves. */
const answers = z
  .record(z.string().max(40), z.string().max(100))
  .default({})
  .transform((chosen, context) => {
    const read: Record<string, SeriesAnswer> = {};
    for (const [key, value] of Object.entries(chosen)) {
      const answer = readAnswer(value);
      if (!answer) {
        context.addIssue({
          code: "custom",
          message: "Choose one of the times on offer.",
          path: [key],
        });
        continue;
      }
      read[key] = answer;
    }
    return read;
  });

/** A series that an administrator plans for an enrollment. */
export const planForm = z
  .object({
    enrollmentId: z.uuid("This enrollment does not exist."),
    teacherId: z.uuid("Choose a teacher."),
    weekday,
    start,
    everyWeeks: z.coerce
      .number()
      .refine((weeks) => weeks === 1 || weeks === 2, "Choose every week or every two weeks."),
    firstDay: day("Choose the first day."),
    lastDay: day("Choose the last day."),
    answers,
  })
  .refine((plan) => plan.lastDay >= plan.firstDay, {
    path: ["lastDay"],
    message: "Choose a last day that is not before the first one.",
  });
export type SeriesPlan = z.output<typeof planForm>;

const scopes = ["following", "all"] as const;

const moveFields = {
  lessonId: z.uuid("This lesson does not exist."),
  scope: z.enum(scopes, "Choose which lessons are meant."),
  weekday,
  start,
  answers,
};

/** A series that a parent moves: their own, with its teacher. */
export const familyMoveForm = z.object(moveFields);

/** A series that an administrator moves, from a day on, to another teacher if need be. */
export const staffMoveForm = z.object({
  ...moveFields,
  teacherId: optional(z.uuid("Choose a teacher.")),
  fromDay: optional(day("Choose the first day.")),
  reason,
});

export type SeriesMove = z.output<typeof familyMoveForm> & {
  readonly teacherId?: string | undefined;
  readonly fromDay?: string | undefined;
  readonly reason?: string | undefined;
};

/** A series that an administrator ends with a day, by one of its lessons. */
export const endForm = z.object({
  lessonId: z.uuid("This lesson does not exist."),
  lastDay: day("Choose the last day."),
  reason,
});
export type SeriesEnd = z.output<typeof endForm>;
