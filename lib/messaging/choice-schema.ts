import { z } from "zod";

/** What a person may turn off, in the order of the form. Money and safety are always told. */
export const choiceKinds = ["lesson_reminder", "lesson_reminder_soon", "makeup_offer"] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

const ticked = z
  .literal("yes")
  .optional()
  .transform((value) => value === "yes");

/** Fields of the form: each kind, ticked for by email; for parents the zone (IANA) in which letters name times. */
export const choiceForm = z.object({
  lesson_reminder: ticked,
  lesson_reminder_soon: ticked,
  makeup_offer: ticked,
  zone: z
    .string()
    .max(64)
    .refine((zone) => Intl.supportedValuesOf("timeZone").includes(zone), {
      error: "Choose a time zone from the list.",
    })
    .optional(),
});
export type ChoiceForm = z.output<typeof choiceForm>;
