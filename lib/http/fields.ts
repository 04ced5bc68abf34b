import { z } from "zod";

const INSTANT = "Give an instant, like 2027-02-26T16:00:00-05:00.";

/** An instant in a body, with its offset from UTC; of years that a calendar and PostgreSQL can both write. */
export const instant = z.iso
  .datetime({ offset: true, error: INSTANT })
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 1900 && value.getUTCFullYear() < 3000, INSTANT);

/** An instrument by its name, or by the last part of its page's address. */
export const instrumentName = z
  .string("Name the instrument.")
  .min(1, "Name the instrument.")
  .max(100, "Names of instruments have 100 characters at most.")
  .regex(/^\P{Cc}*$/u, "This is not the name of an instrument.");
