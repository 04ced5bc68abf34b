import { z } from "zod";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { minutesOf } from "./availability-rules";

const day = (missing: string) =>
  z.string(missing).trim().refine(isCalendarDate, "Choose a day that is in the calendar.");

const time = z.string("Choose a time.").transform((text, context) => {
  const minutes = minutesOf(text);
  if (minutes === null) context.addIssue("Choose a time of the day.");
  return minutes ?? 0;
});

const blocks = z
  .array(z.object({ weekday: z.int().min(0).max(6), starts: time, ends: time }), "Choose the hours anew.")
  .max(200, "These are more hours than a week has.");

/** The hours of a week as the editor sends them: JSON in the field `hours`. */
const hours = z.string("Choose the hours.").transform((text, context) => {
  try {
    const read = blocks.safeParse(JSON.parse(text));
    if (read.success) return read.data;
  } catch {
    // Falls through: what cannot be read is as wrong as what does not fit.
  }
  context.addIssue("These hours cannot be read. Reload the page and choose them anew.");
  return z.NEVER;
});

/** A teacher's new week; keys are the form's field names. An empty `until`: for good. */
export const weekForm = z
  .object({
    teacherId: z.uuid("This teacher does not exist."),
    from: day("Choose from when the hours hold."),
    until: z.union([z.literal("").transform(() => null), day("Choose a last day.")]).default(null),
    hours,
  })
  .refine(({ from, until }) => until === null || until >= from, {
    path: ["until"],
    error: "Choose a last day that is not before the first.",
  });
export type WeekForm = z.output<typeof weekForm>;
