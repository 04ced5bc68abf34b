import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { type ChoiceForm, type ChoiceKind, choiceKinds } from "./choice-schema";

export type Choices = {
  /** What comes by email; what was never chosen does. */
  readonly chosen: Readonly<Record<ChoiceKind, boolean>>;
  /** The family of a parent, with the zone of its own (IANA) if it has one; null for everybody else. */
  readonly family: { readonly id: string; readonly zone: string | null } | null;
};

/** How an account wants to be told of what may be turned off. */
export async function getChoices(db: Db, userId: string): Promise<Choices> {
  const { rows } = await sql<{ kind: string }>`
    select c.kind from notification_choices c where c.profile_id = ${userId} and c.channel = 'none'`.execute(
    db,
  );
  const off = new Set(rows.map(({ kind }) => kind));
  const { rows: families } = await sql<{ id: string; zone: string | null }>`
    select f.id, f.time_zone as zone from guardians g join families f on f.id = g.family_id
     where g.profile_id = ${userId} and g.deleted_at is null order by g.created_at limit 1`.execute(db);
  return {
    chosen: {
      lesson_reminder: !off.has("lesson_reminder"),
      lesson_reminder_soon: !off.has("lesson_reminder_soon"),
      makeup_offer: !off.has("makeup_offer"),
    },
    family: families[0] ?? null,
  };
}

/** Keeps a person's choices, and the zone of a parent's family. Error: family_zone_unknown. */
export async function saveChoices(db: Db, userId: string, form: ChoiceForm): Promise<void> {
  // A student has no make-ups to book: that choice is a parent's.
  const { family } = await getChoices(db, userId);
  for (const kind of choiceKinds) {
    if (kind === "makeup_offer" && !family) continue;
    await sql`
      insert into notification_choices (profile_id, kind, channel)
      values (${userId}, ${kind}, ${form[kind] ? "email" : "none"})
      on conflict (profile_id, kind) do update set channel = excluded.channel, updated_at = private.now()
       where notification_choices.channel <> excluded.channel`.execute(db);
  }
  if (form.zone !== undefined && family)
    await sql`select private.choose_family_zone(${family.id}, ${form.zone})`.execute(db);
}
