import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "@/lib/db/principal";
import { storable } from "@/lib/storable";

/** What an administrator says to keep a family's time longer; keys are the form's field names. */
export const holdExtensionForm = z.object({
  enrollmentId: z.uuid("This enrollment does not exist."),
  until: z.iso
    .datetime({ offset: true, error: "Choose until when the time is kept." })
    .transform((value) => new Date(value)),
  reason: z
    .string("Say why the time is kept.")
    .trim()
    .min(3, "Say why the time is kept; the audit trail shows it.")
    .max(500, "Please keep the reason below 500 characters.")
    .regex(storable, "The reason contains characters that we cannot store."),
});
export type HoldExtension = z.output<typeof holdExtensionForm>;

/** Until when the time was held before (null: no longer), and until when it is now. */
export type ExtendedHold = { readonly heldBefore: Date | null; readonly heldUntil: Date };

/**
 * Keeps the time of an enrollment that waits for its payment. Its unit of work fails with `conflict` and the reason
 * when it cannot be kept, `slot_taken` when somebody else has it by now, `forbidden` for everybody but an administrator.
 */
export async function extendHold(db: Db, extension: HoldExtension): Promise<ExtendedHold> {
  const { rows } = await sql<ExtendedHold>`
    select held_before as "heldBefore", held_until as "heldUntil"
      from private.extend_hold(${extension.enrollmentId}, ${extension.until}, ${extension.reason})`.execute(
    db,
  );
  const extended = rows[0];
  if (!extended) throw new Error("private.extend_hold returned nothing");
  return extended;
}

/** A moment until which a hold can be extended. */
export type HoldChoice = { readonly until: Date; readonly label: string };

const HOUR_MS = 3_600_000;
const LENGTHS = [
  { hours: 1, label: "1 hour" },
  { hours: 4, label: "4 hours" },
  { hours: 24, label: "1 day" },
  { hours: 72, label: "3 days" },
  { hours: 168, label: "7 days" },
] as const;

/**
 * The moments on offer: some lengths from now, and the last one possible. Only those after what is held already, and
 * none after the enrollment lapses or its lesson would begin.
 */
export function holdChoices(hold: {
  now: Date;
  heldUntil: Date | null;
  lapsesAt: Date;
  lessonAt: Date;
}): HoldChoice[] {
  const last = new Date(Math.min(hold.lapsesAt.getTime(), hold.lessonAt.getTime()));
  const earliest = Math.max(hold.now.getTime(), hold.heldUntil?.getTime() ?? 0);
  const choices: HoldChoice[] = LENGTHS.map(({ hours, label }) => ({
    until: new Date(hold.now.getTime() + hours * HOUR_MS),
    label,
  })).filter(({ until }) => until.getTime() > earliest && until < last);
  if (last.getTime() <= earliest) return choices;
  return [...choices, { until: last, label: last < hold.lapsesAt ? "Until the lesson" : "Until it lapses" }];
}
