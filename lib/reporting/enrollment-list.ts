import { sql } from "kysely";
import type { BillingCadence, EnrollmentKind, EnrollmentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

const statuses = ["provisional", "active", "paused", "withdrawn", "lapsed", "cancelled"] as const;
export type EnrollmentSort = "number" | "student" | "teacher" | "starts" | "due" | "status" | "submitted";

export const enrollmentList: ListShape<EnrollmentSort, "status" | "kind"> = {
  sorts: ["number", "student", "teacher", "starts", "due", "status", "submitted"],
  defaultSort: "-submitted",
  filters: { status: statuses, kind: ["trial", "plan"] },
};
export type EnrollmentListParams = ListParams<EnrollmentSort, "status" | "kind">;

/** An enrollment as one line of the academy's list. */
export type EnrollmentLine = {
  readonly id: Id<"enrollment">;
  readonly number: number;
  readonly status: EnrollmentStatus;
  readonly kind: EnrollmentKind;
  readonly cadence: BillingCadence;
  readonly minutes: number;
  readonly student: string;
  readonly family: string;
  readonly instrument: string;
  readonly teacher: string;
  readonly startsAt: Date;
  readonly due: Money;
  readonly paidAt: Date | null;
  readonly submittedAt: Date;
  readonly expiresAt: Date;
  /** Whether its newest workflow run failed. */
  readonly isStuck: boolean;
};

const ORDER: Readonly<Record<EnrollmentSort, string>> = {
  number: "e.number",
  student: "lower(s.last_name || ' ' || s.first_name)",
  teacher: "lower(t.last_name || ' ' || t.first_name)",
  starts: "e.starts_at",
  due: "e.due_cents",
  status: "e.status",
  submitted: "e.submitted_at",
};

type Row = Omit<EnrollmentLine, "due"> & { readonly dueCents: number; readonly total: number };

function enrollmentRows(db: Db, params: EnrollmentListParams, limit: number, offset: number) {
  const search = containsPattern(params.search);
  const number = /^#?(\d{1,9})$/.exec(params.search)?.[1] ?? null;
  const direction = sql.raw(params.descending ? "desc" : "asc");
  return sql<Row>`
    select e.id, e.number, e.status, e.kind, e.cadence, e.minutes, s.first_name || ' ' || s.last_name as student,
           f.name as family, i.name as instrument, t.first_name || ' ' || t.last_name as teacher,
           e.starts_at as "startsAt", e.due_cents as "dueCents", e.paid_at as "paidAt",
           e.submitted_at as "submittedAt", e.expires_at as "expiresAt",
           coalesce((select r.status = 'failed' from workflow_runs r where r.subject_id = e.id
                      order by r.started_at desc limit 1), false) as "isStuck",
           count(*) over ()::int as total
      from enrollments e
      join students s on s.id = e.student_id
      join families f on f.id = e.family_id
      join instruments i on i.id = e.instrument_id
      join teachers t on t.id = e.teacher_id
     where (${params.filters.status} = '' or e.status::text = ${params.filters.status})
       and (${params.filters.kind} = '' or e.kind::text = ${params.filters.kind})
       and (${params.search} = '' or e.number = ${number}::bigint
            or s.first_name || ' ' || s.last_name ilike ${search} or f.name ilike ${search}
            or t.first_name || ' ' || t.last_name ilike ${search} or i.name ilike ${search}
            or exists (select from guardians g where g.family_id = e.family_id
                        and (g.full_name ilike ${search} or g.email ilike ${search})))
     order by ${sql.raw(ORDER[params.sort])} ${direction}, e.number desc
     limit ${limit} offset ${offset}`.execute(db);
}

function toLine({ dueCents, total: _, ...row }: Row): EnrollmentLine {
  return { ...row, due: usd(dueCents) };
}

/** One page of the academy's enrollments. The search looks at student, family, guardians, teacher, instrument, number. */
export async function listEnrollments(db: Db, params: EnrollmentListParams): Promise<Page<EnrollmentLine>> {
  const { rows } = await enrollmentRows(db, params, PAGE_SIZE, (params.page - 1) * PAGE_SIZE);
  return { rows: rows.map(toLine), total: rows[0]?.total ?? 0 };
}

/** Rows that a spreadsheet still takes well; more than the academy will have in years. */
const EXPORT_ROWS = 50_000;

/** The whole list as its address asks for it, for a file. */
export async function exportEnrollments(db: Db, params: EnrollmentListParams): Promise<EnrollmentLine[]> {
  const { rows } = await enrollmentRows(db, params, EXPORT_ROWS, 0);
  return rows.map(toLine);
}
