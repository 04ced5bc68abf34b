import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { ListParams, ListShape } from "./list-params";

/** One change of one row: who made it, when, and each column from what to what. */
export type AuditEntry = {
  readonly id: number;
  readonly at: Date;
  readonly actorId: string | null;
  /** The person's name; null for the academy itself and for accounts that are gone. */
  readonly actorName: string | null;
  /** A role of the database, or what the academy was doing when it made the change. */
  readonly actorRole: string;
  readonly requestId: string | null;
  readonly runId: string | null;
  readonly table: string;
  readonly rowId: string;
  readonly action: "insert" | "update" | "delete";
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** When the contents were erased: `before` and `after` then name columns, without their values. */
  readonly erasedAt: Date | null;
  readonly erasedReason: string | null;
};

const COLUMNS = sql`a.id, a.at, a.actor_id as "actorId", p.full_name as "actorName", a.actor_role as "actorRole",
  a.request_id as "requestId", a.run_id as "runId", a.table_name as "table", a.row_id as "rowId", a.action,
  a.before, a.after, a.erased_at as "erasedAt", a.erased_reason as "erasedReason"`;

/** The changes of some rows, by table, in the order in which they happened; the newest 200 of them. */
export async function listAuditOfRows(
  db: Db,
  rowsByTable: Readonly<Record<string, readonly string[]>>,
): Promise<AuditEntry[]> {
  const wanted = Object.entries(rowsByTable).flatMap(([table, ids]) =>
    ids.map((rowId) => ({ table, rowId })),
  );
  if (wanted.length === 0) return [];
  const { rows } = await sql<AuditEntry>`
    select ${COLUMNS}
      from (select a.* from audit_log a
              join json_to_recordset(${JSON.stringify(wanted)}::text::json) as w("table" text, "rowId" text)
                on a.table_name = w."table" and a.row_id = w."rowId"
             order by a.id desc limit 200) a
      left join profiles p on p.id = a.actor_id
     order by a.id`.execute(db);
  return rows;
}

export const auditedTables = [
  "academy_settings",
  "account_credits",
  "assignments",
  "attendance",
  "audit_log",
  "bookings",
  "calendar_feeds",
  "checkouts",
  "class_seats",
  "classes",
  "closures",
  "consent_texts",
  "consents",
  "credit_applications",
  "data_requests",
  "disputes",
  "enrollments",
  "families",
  "family_cards",
  "files",
  "guardians",
  "instruments",
  "invitations",
  "invoice_lines",
  "invoices",
  "lesson_notes",
  "lesson_proposals",
  "lesson_seats",
  "lesson_series",
  "lessons",
  "makeup_credits",
  "makeup_days",
  "message_threads",
  "messages",
  "notification_choices",
  "outbox",
  "pay_rates",
  "payment_attempts",
  "payments",
  "payroll_lines",
  "payroll_periods",
  "plans",
  "practice_entries",
  "prices",
  "profiles",
  "refunds",
  "retention_rules",
  "rooms",
  "student_instruments",
  "students",
  "subscriptions",
  "teacher_availability",
  "teacher_employment",
  "teacher_exceptions",
  "teacher_instruments",
  "teachers",
  "terms",
  "unpaid_pauses",
  "waitlist_entries",
  "waitlist_offers",
  "workflow_runs",
] as const;

/** `before` is the id above which the next page ends: the log grows while one reads it. */
export const auditList: ListShape<"at", "table" | "row" | "actor" | "action" | "before"> = {
  sorts: ["at"],
  defaultSort: "-at",
  filters: {
    table: auditedTables,
    row: /^[\w-]{1,64}$/,
    actor: /^[\w@.+ '-]{1,120}$/,
    action: ["insert", "update", "delete"],
    before: /^\d{1,15}$/,
  },
};
export type AuditListParams = ListParams<"at", "table" | "row" | "actor" | "action" | "before">;

const AUDIT_PAGE = 40;

/**
 * The newest changes that fit, and the id from which the next page goes on (null at the end). `actor` is part of a
 * person's name or address, or of what the academy was doing.
 */
export async function listAudit(
  db: Db,
  { filters }: AuditListParams,
): Promise<{ entries: readonly AuditEntry[]; next: number | null }> {
  const { rows } = await sql<AuditEntry>`
    select ${COLUMNS}
      from audit_log a left join profiles p on p.id = a.actor_id
     where (${filters.table} = '' or a.table_name = ${filters.table})
       and (${filters.row} = '' or a.row_id = ${filters.row})
       and (${filters.action} = '' or a.action = ${filters.action})
       and (${filters.before} = '' or a.id < nullif(${filters.before}, '')::bigint)
       and (${filters.actor} = '' or strpos(lower(concat_ws(' ', p.full_name, p.email, a.actor_role)),
                                            lower(${filters.actor})) > 0)
     order by a.id desc
     limit ${AUDIT_PAGE + 1}`.execute(db);
  const entries = rows.slice(0, AUDIT_PAGE);
  return { entries, next: rows.length > AUDIT_PAGE ? (entries.at(-1)?.id ?? null) : null };
}

/** What a check of the audit chain found. */
export type AuditChain = {
  /** Entries in the chain. */
  readonly entries: number;
  /** The newest of them, which were checked. */
  readonly checked: number;
  /** Position of the first entry that is not as it was written, counted from 1; null when the chain is intact. */
  readonly firstBroken: number | null;
  /** A sentence about it. */
  readonly problem: string | null;
};

/** What is checked when nothing else is asked for: some tenths of a second. */
const CHAIN_CHECKED = 20_000;

/** Checks the newest entries of the audit chain, or all of them. Fails with `forbidden` for all but administrators. */
export async function verifyAuditChain(db: Db, which: "newest" | "all"): Promise<AuditChain> {
  const { rows } = await sql<AuditChain>`
    select n.position as entries, v.checked, v.first_broken as "firstBroken", v.problem
      from (select coalesce(max(position), 0) as position from audit_log) n,
           private.verify_audit(${which === "all" ? sql`1` : sql`n.position - ${CHAIN_CHECKED}::bigint + 1`}) v`.execute(
    db,
  );
  const [chain] = rows;
  if (!chain) throw new Error("The check of the audit chain gave no answer.");
  return chain;
}

/** A changed column: from what to what. */
export type ColumnChange = { readonly column: string; readonly from: unknown; readonly to: unknown };

/**
 * What an entry changed, by column; of a new row only what it says, of a removed one what it said. Of erased contents
 * every column, from null to null.
 */
export function changesOf(entry: Pick<AuditEntry, "before" | "after" | "erasedAt">): ColumnChange[] {
  const columns = new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})]);
  columns.delete("updated_at");
  return [...columns]
    .map((column) => ({ column, from: entry.before?.[column] ?? null, to: entry.after?.[column] ?? null }))
    .filter((change) => entry.erasedAt !== null || change.from !== null || change.to !== null);
}
