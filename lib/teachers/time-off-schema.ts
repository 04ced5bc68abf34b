import { z } from "zod";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { storable } from "@/lib/storable";
import { minutesOf } from "./availability-rules";

const day = (missing: string) => z.string(missing).trim().refine(isCalendarDate, missing);
const none = z.literal("").transform(() => null);
const time = z.string().refine((text) => minutesOf(text) !== null, "Choose a time of the day.");

/** Time off as it is entered; keys are the form's field names. Days and times are those of the academy's zone. */
export const timeOffForm = z.object({
  teacherId: z.uuid("Choose the teacher."),
  fromDay: day("Choose the first day, one that is in the calendar."),
  /** `HH:MM`; null: from the beginning of the day. */
  fromTime: z.union([none, time]).default(null),
  /** Null: the first day is the last one too. */
  untilDay: z.union([none, day("Choose the last day, one that is in the calendar.")]).default(null),
  /** `HH:MM`; null: to the end of the day. */
  untilTime: z.union([none, time]).default(null),
  reason: z
    .string("Give the reason.")
    .trim()
    .min(3, "Give the reason in a few words; families do not see it.")
    .max(300, "Please keep the reason below 300 characters.")
    .regex(storable, "The reason contains characters that we cannot store."),
});
export type TimeOffForm = z.output<typeof timeOffForm>;

export const withdrawalForm = z.object({ timeOffId: z.uuid("This time off does not exist.") });

const choice = z.object({ lessonId: z.uuid(), teacherId: z.uuid() });
export type SubstituteChoice = z.output<typeof choice>;

/** Who gives which lessons: a field `lesson-<id>` each, with a teacher's id or nothing to leave it open. */
export const substitutesForm = z.record(z.string(), z.unknown()).transform((fields, context) => {
  const choices: SubstituteChoice[] = [];
  for (const [field, teacherId] of Object.entries(fields)) {
    if (!field.startsWith("lesson-") || teacherId === "") continue;
    const read = choice.safeParse({ lessonId: field.slice("lesson-".length), teacherId });
    if (read.success) choices.push(read.data);
    else context.addIssue({ code: "custom", path: [field], message: "Choose a teacher from the list." });
  }
  if (choices.length === 0 && context.issues.length === 0)
    context.addIssue("Choose a substitute for one lesson at least.");
  return choices;
});
