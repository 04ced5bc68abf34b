import { type RawBuilder, sql } from "kysely";
import type { Db } from "@/lib/db/principal";

/** Where a subject of that type is kept, and how its family is found from its row `t`; null where it has none. */
type SubjectTable = { readonly table: string; readonly family: string | null };

/** A type of subject that has no row of its own: nothing is looked up for it. */
const NOT_KEPT = null;

/** What a workflow can be about. A new type names its table here, so that a run about nothing is refused. */
const subjectTables = {
  enrollment: { table: "enrollments", family: "t.family_id" },
  payment: { table: "payments", family: "t.family_id" },
  invoice: { table: "invoices", family: "t.family_id" },
  payment_attempt: { table: "payment_attempts", family: "t.family_id" },
  family_card: { table: "family_cards", family: "t.family_id" },
  unpaid_pause: { table: "unpaid_pauses", family: "t.family_id" },
  refund: { table: "refunds", family: "t.family_id" },
  subscription: { table: "subscriptions", family: "t.family_id" },
  lesson: { table: "lessons", family: "t.family_id" },
  lesson_series: { table: "lesson_series", family: "t.family_id" },
  makeup_credit: { table: "makeup_credits", family: "t.family_id" },
  waitlist_offer: { table: "waitlist_offers", family: "t.family_id" },
  student: { table: "students", family: "t.family_id" },
  family: { table: "families", family: "t.id" },
  teacher: { table: "teachers", family: null },
  closure: { table: "closures", family: null },
  stripe_event: NOT_KEPT,
  freed_time: NOT_KEPT,
  outbox: NOT_KEPT,
  retention: NOT_KEPT,
  workflow_run: NOT_KEPT,
  /** Nightly work about the academy as a whole. */
  academy: NOT_KEPT,
  /** An event that could not even be read. */
  event: NOT_KEPT,
} satisfies Readonly<Record<string, SubjectTable | null>>;

export type SubjectType = keyof typeof subjectTables;

/** What a run is about: shown in the monitor, and to the family for its own enrollment. */
export type RunSubject = { readonly type: SubjectType; readonly id: string | null };

/** A subject as the database has it. `isGone`: it does not exist, or its family has been erased. */
export type FoundSubject = { readonly familyId: string | null; readonly isGone: boolean };

/** Looks a subject up. One without an id, or of a type that is kept nowhere, is never gone. */
export async function findSubject(db: Db, subject: RunSubject): Promise<FoundSubject> {
  const kept: SubjectTable | null = subjectTables[subject.type];
  if (!kept || subject.id === null) return { familyId: null, isGone: false };
  const family: RawBuilder<string | null> = sql.raw(kept.family ?? "null::uuid");
  const { rows } = await sql<{ familyId: string | null; isErased: boolean }>`
    select f.id as "familyId", f.deleted_at is not null as "isErased"
      from ${sql.table(kept.table)} t left join families f on f.id = ${family}
     where t.id = ${subject.id}::uuid`.execute(db);
  const row = rows[0];
  return { familyId: row?.familyId ?? null, isGone: !row || row.isErased };
}
