import { sql } from "kysely";
import type { EnrollmentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

export type FamilySort = "name" | "since" | "students";

/** Erased families have their own list. */
export const familyList: ListShape<FamilySort, "state"> = {
  sorts: ["name", "since", "students"],
  defaultSort: "name",
  filters: { state: ["erased"] },
};
export type FamilyListParams = ListParams<FamilySort, "state">;

/** A family as one line of the list. */
export type FamilyLine = {
  readonly id: Id<"family">;
  readonly name: string;
  readonly guardians: readonly string[];
  readonly email: string | null;
  readonly students: readonly string[];
  readonly since: Date;
};

const ORDER: Readonly<Record<FamilySort, string>> = {
  name: "lower(f.name)",
  since: "f.created_at",
  students: "(select count(*) from students s where s.family_id = f.id)",
};

/** One page of the families. The search looks at the family's name, its guardians and its students. */
export async function listFamilies(db: Db, params: FamilyListParams): Promise<Page<FamilyLine>> {
  const search = containsPattern(params.search);
  const { rows } = await sql<FamilyLine & { total: number }>`
    select f.id, f.name, f.created_at as since, count(*) over ()::int as total,
           coalesce((select json_agg(g.full_name order by g.payer_share_bp desc, g.created_at)
                       from guardians g where g.family_id = f.id), '[]') as guardians,
           (select g.email from guardians g where g.family_id = f.id and g.deleted_at is null
             order by g.payer_share_bp desc, g.created_at limit 1) as email,
           coalesce((select json_agg(s.first_name order by s.birth_date) from students s where s.family_id = f.id),
                    '[]') as students
      from families f
     where (f.deleted_at is null) = (${params.filters.state} = '')
       and (${params.search} = '' or f.name ilike ${search}
        or exists (select from guardians g where g.family_id = f.id
                    and (g.full_name ilike ${search} or g.email ilike ${search} or g.phone ilike ${search}))
        or exists (select from students s where s.family_id = f.id
                    and s.first_name || ' ' || s.last_name ilike ${search}))
     order by ${sql.raw(ORDER[params.sort])} ${sql.raw(params.descending ? "desc" : "asc")}, f.name, f.id
     limit ${PAGE_SIZE} offset ${(params.page - 1) * PAGE_SIZE}`.execute(db);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

export type FamilyStudent = {
  readonly id: Id<"student">;
  readonly name: string;
  readonly birthDate: string;
  readonly isActive: boolean;
  readonly hasAccount: boolean;
  readonly instruments: readonly string[];
};

export type FamilyEnrollmentLine = {
  readonly id: Id<"enrollment">;
  readonly number: number;
  readonly status: EnrollmentStatus;
  readonly kind: "trial" | "plan";
  readonly student: string;
  readonly instrument: string;
  readonly teacher: string;
  readonly submittedAt: string;
};

/** A family with its people and its enrollments. */
export type Family = {
  readonly id: Id<"family">;
  readonly name: string;
  readonly stripeCustomerId: string | null;
  readonly since: Date;
  /** When its names were erased; null for families that are there. */
  readonly erasedAt: Date | null;
  readonly paid: Money;
  readonly refunded: Money;
  readonly guardians: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly phone: string | null;
    readonly address: string | null;
    /** Of the family's charges, in hundredths of a percent. */
    readonly shareBp: number;
    readonly hasAccount: boolean;
  }[];
  readonly students: readonly FamilyStudent[];
  readonly enrollments: readonly FamilyEnrollmentLine[];
};

type FamilyRow = Omit<Family, "paid" | "refunded"> & {
  readonly paidCents: string;
  readonly refundedCents: string;
};

/** One family; null when there is none. */
export async function getFamily(db: Db, id: Id<"family">): Promise<Family | null> {
  const { rows } = await sql<FamilyRow>`
    select f.id, f.name, f.stripe_customer_id as "stripeCustomerId", f.created_at as since,
           (select max(r.done_at) from data_requests r where r.family_id = f.id and r.kind = 'erasure') as "erasedAt",
           coalesce((select sum(p.amount_cents) from payments p where p.family_id = f.id), 0) as "paidCents",
           coalesce((select sum(p.refunded_cents) from payments p where p.family_id = f.id), 0) as "refundedCents",
           coalesce((select json_agg(json_build_object('id', g.id, 'name', g.full_name, 'email', g.email,
                       'phone', g.phone, 'address', g.address, 'shareBp', g.payer_share_bp,
                       'hasAccount', g.profile_id is not null) order by g.payer_share_bp desc, g.created_at)
                       from guardians g where g.family_id = f.id), '[]') as guardians,
           coalesce((select json_agg(json_build_object('id', s.id, 'name', s.first_name || ' ' || s.last_name,
                       'birthDate', s.birth_date, 'isActive', s.is_active, 'hasAccount', s.profile_id is not null,
                       'instruments', coalesce((select json_agg(i.name || ', ' || si.level order by i.sort)
                                                  from student_instruments si join instruments i on i.id = si.instrument_id
                                                 where si.student_id = s.id), '[]')) order by s.birth_date)
                       from students s where s.family_id = f.id), '[]') as students,
           coalesce((select json_agg(json_build_object('id', e.id, 'number', e.number, 'status', e.status,
                       'kind', e.kind, 'student', s.first_name, 'instrument', i.name,
                       'teacher', t.first_name || ' ' || t.last_name, 'submittedAt', e.submitted_at)
                       order by e.submitted_at desc)
                       from enrollments e
                       join students s on s.id = e.student_id
                       join instruments i on i.id = e.instrument_id
                       join teachers t on t.id = e.teacher_id
                      where e.family_id = f.id), '[]') as enrollments
      from families f where f.id = ${id}`.execute(db);
  const row = rows[0];
  if (!row) return null;
  const { paidCents, refundedCents, ...family } = row;
  return { ...family, paid: usd(Number(paidCents)), refunded: usd(Number(refundedCents)) };
}
