"use server";

import { refresh } from "next/cache";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { type Db, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { localDate } from "@/lib/format";
import { type ActionResult, authAction } from "@/lib/http/action";
import { type ReplacedWeek, replaceWeek } from "./availability";
import { type WeekForm, weekForm } from "./availability-schema";

export type WeekFormState = {
  /** choosing: the editor · outcome: what would change, waiting to be confirmed · done: it has changed. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly outcome: ReplacedWeek | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
};

async function change(db: Db, form: WeekForm): Promise<ReplacedWeek> {
  const { timeZone } = await getAcademy(db);
  return replaceWeek(db, form, localDate(clock.now(), timeZone));
}

const preview = authAction(
  { name: "availability.preview", roles: ["teacher", "admin"], schema: weekForm },
  async ({ input, principal }) => rehearse(principal, (db) => change(db, input)),
);

const replace = authAction(
  { name: "availability.replace", roles: ["teacher", "admin"], schema: weekForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => change(db, input)),
);

/**
 * Replaces a teacher's week in two steps: fields `teacherId`, `from`, `until`, `hours` (JSON), and `intent` (preview,
 * confirm or back). What is shown comes from the same statement that brings it about.
 */
export async function replaceWeekAction(_before: WeekFormState, form: FormData): Promise<WeekFormState> {
  const intent = form.get("intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? replace(form) : preview(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null };
}
