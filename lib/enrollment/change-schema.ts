import { z } from "zod";
import type { Id } from "@/lib/ids";
import { storable } from "@/lib/storable";

/** What is chosen and typed to leave, pause or go on with a plan; keys are the forms' field names. */

const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const enrollmentId = z
  .guid("This enrollment does not exist.")
  .transform((value) => value.toLowerCase() as Id<"enrollment">);

const reason = optional(
  z
    .string()
    .trim()
    .min(3, "Say it in at least 3 characters.")
    .max(500, "Please keep it below 500 characters.")
    .regex(storable, "It contains characters that we cannot store."),
);

/** For each freed lesson that cannot come back at its own time: another start, or that it is left out. */
const answers = z.record(
  z.guid("Choose again for each date."),
  z.union([
    z.literal("skip").transform(() => ({ skip: true })),
    z.iso
      .datetime({ offset: true, error: "Choose a time for each date, or leave it out." })
      .transform((startsAt) => ({ startsAt })),
  ]),
);

export const withdrawalForm = z.object({
  enrollmentId,
  /** ISO day in the academy's zone; the earliest one when none is chosen. */
  lastDay: optional(z.iso.date("Choose a day that exists.")),
  reason,
});

export const pauseForm = z.object({
  enrollmentId,
  firstDay: z.iso.date("Choose the first day of the pause."),
  lastDay: z.iso.date("Choose the last day of the pause."),
  reason,
});

/** Taking notice back, and going on after or before a pause. */
export const goOnForm = z.object({ enrollmentId, answers, reason });

/** Another teacher from a day on. */
export const transferForm = z.object({
  enrollmentId,
  teacherId: z.guid("Choose a teacher."),
  firstDay: z.iso.date("Choose the first day with the new teacher."),
  /** `2 16:15`: another weekday (0 is Monday) and local start; the usual time when it is left out. */
  weekly: z.preprocess(
    (value) => (value === "" || value === "each" ? undefined : value),
    z
      .string()
      .regex(/^[0-6] \d\d:\d\d$/, "Choose a time of the week.")
      .transform((value) => ({ weekday: Number(value[0]), starts: value.slice(2) }))
      .optional(),
  ),
  answers,
  reason,
});

export type Withdrawal = z.output<typeof withdrawalForm>;
export type Pause = z.output<typeof pauseForm>;
export type GoOn = z.output<typeof goOnForm>;
export type Transfer = z.output<typeof transferForm>;
