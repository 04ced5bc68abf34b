import { z } from "zod";
import type { Id } from "@/lib/ids";
import { storable } from "@/lib/storable";

/** What is typed and chosen to change a lesson; keys are the forms' field names. */

const id = <Kind extends string>(sentence: string) =>
  z.uuid(sentence).transform((value) => value as Id<Kind>);
const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
const lessonId = id<"lesson">("This lesson does not exist.");
const reason = optional(
  z
    .string()
    .trim()
    .min(3, "Say it in at least 3 characters.")
    .max(300, "Please keep it below 300 characters.")
    .regex(storable, "It contains characters that we cannot store."),
);
const isTicked = z.preprocess((value) => value === "on" || value === true, z.boolean());

const cancelKinds = ["family", "illness", "teacher", "weather", "academy"] as const;

export const cancellationForm = z.object({
  lessonId,
  kind: z.enum(cancelKinds, "Choose why the lesson is cancelled."),
  reason,
  wants: optional(z.enum(["credit", "money"], "Choose a credit or money.")),
  isException: isTicked,
  studentId: optional(id<"student">("Choose the child.")),
});

const instant = z.iso
  .datetime({ offset: true, error: "Choose a day and a time that exist." })
  .transform((value) => new Date(value));

/** A start that was chosen among open ones. */
export const moveForm = z.object({ lessonId, at: instant, teacherId: z.uuid("Choose a teacher.") });

/** A start as the academy types it: a local date and time in its zone. */
export const staffMoveForm = z.object({
  lessonId,
  date: z.iso.date("Choose a day that exists."),
  time: z.iso.time({ precision: -1, error: "Choose a time such as 16:15." }),
  teacherId: z.uuid("Choose a teacher."),
  roomId: optional(z.uuid("Choose a room.")),
  reason,
  isException: isTicked,
  intent: z.enum(["preview", "confirm"], "Choose what to do."),
});

export const makeupForm = z.object({
  creditId: id<"makeup-credit">("This credit does not exist."),
  at: instant,
  teacherId: z.uuid("Choose a teacher."),
});

export const creditForm = z.object({ creditId: id<"makeup-credit">("This credit does not exist.") });
