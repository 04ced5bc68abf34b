import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import {
  type Choice,
  type ConsentText,
  choices,
  type ErasureForm,
  type ErasureOutcome,
  type Removed,
  type RetentionForm,
} from "./schema";

/**
 * Erases a family: what tells who it is, everywhere. Amounts, times and ids stay. Administrators only.
 * @throws AppError "conflict" while something of it is running or when it has been erased, "not_found".
 */
export async function eraseFamily(
  db: Db,
  { familyId, reason }: Pick<ErasureForm, "familyId" | "reason">,
): Promise<ErasureOutcome> {
  const { rows } = await sql<{ outcome: ErasureOutcome }>`
    select private.erase_family(${familyId}, ${reason}) as outcome`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("private.erase_family returned nothing");
  return row.outcome;
}

/**
 * Keeps what a person allows from now on: agrees to today's words of what is chosen, withdraws what is not. The texts
 * must have been published.
 */
export async function chooseConsents(
  db: Db,
  userId: string,
  chosen: Readonly<Record<Choice, boolean>>,
  texts: Readonly<Record<Choice, ConsentText>>,
): Promise<void> {
  for (const document of choices) {
    const { version } = texts[document];
    // Who agrees to today's words does not need the earlier ones any more.
    await db
      .updateTable("consents")
      .set({ withdrawn_at: sql`private.now()` })
      .where("profile_id", "=", userId)
      .where("document", "=", document)
      .where("withdrawn_at", "is", null)
      .$if(chosen[document], (query) => query.where("version", "<>", version))
      .execute();
    if (!chosen[document]) continue;
    await db
      .insertInto("consents")
      .values({ profile_id: userId, document, version })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Changes for how many days something is kept. Administrators only. */
export async function changeRetention(db: Db, { subject, days }: RetentionForm): Promise<void> {
  const changed = await db
    .updateTable("retention_rules")
    .set({ keep_days: days })
    .where("subject", "=", subject)
    .returning("subject")
    .executeTakeFirst();
  if (!changed) throw new AppError("not_found", { userMessage: "This rule does not exist." });
}

/** What the rules would remove now, or one of them: how many rows by subject. The academy's own work. */
export async function removeExpired(db: Db, subject: string | null = null): Promise<Removed[]> {
  const { rows } = await sql<Removed>`
    select subject, removed::int as removed from private.apply_retention(${subject})`.execute(db);
  return rows;
}

/** Removes what the academy keeps no longer. Doing it again removes nothing more. */
export async function applyRetention(): Promise<Removed[]> {
  return withPrincipal(service("retention"), (db) => removeExpired(db));
}
