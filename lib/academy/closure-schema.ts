import { z } from "zod";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { storable } from "@/lib/storable";

const day = (missing: string) => z.string(missing).trim().refine(isCalendarDate, missing);

/** A closure as it is entered; keys are the form's field names. Days are those of the academy's zone, both included. */
export const closureForm = z.object({
  name: z
    .string("Give the closure a name.")
    .trim()
    .min(3, "Give the closure a name of three letters or more; families read it.")
    .max(80, "Please keep the name below 80 characters.")
    .regex(storable, "The name contains characters that we cannot store."),
  firstDay: day("Choose the first day, one that is in the calendar."),
  /** Null: the first day is the last one too. */
  lastDay: z
    .union([z.literal("").transform(() => null), day("Choose the last day, one that is in the calendar.")])
    .default(null),
  kind: z.enum(["academy", "weather"], "Choose why the academy closes."),
});
export type ClosureForm = z.output<typeof closureForm>;
