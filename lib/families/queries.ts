import { sql } from "kysely";
import type { EnrollmentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { Account, FamilyEnrollment, Student } from "./schema";

type StudentRow = Omit<Student, "name"> & { readonly lastName: string };

const STUDENT = sql`
    select s.id, s.first_name as "firstName", s.last_name as "lastName", s.birth_date as "birthDate",
           s.is_active as "isActive", s.created_at as since,
           coalesce((select json_agg(json_build_object('slug', i.slug, 'name', i.name, 'level', si.level,
                                                       'wishes', si.wishes) order by i.sort)
                       from student_instruments si join instruments i on i.id = si.instrument_id
                      where si.student_id = s.id), '[]') as instruments,
           coalesce((select json_agg(distinct jsonb_build_object('slug', t.slug,
                                                                 'name', t.first_name || ' ' || t.last_name))
                       from lessons l join teachers t on t.id = l.teacher_id
                      where l.student_id = s.id and l.status <> 'cancelled'), '[]') as teachers,
           (select min(l.starts_at) from lessons l
             where l.student_id = s.id and l.status = 'scheduled' and l.starts_at > (select private.now())) as "nextLessonAt"
      from students s`;

function toStudent({ lastName, ...row }: StudentRow): Student {
  return { ...row, name: `${row.firstName} ${lastName}` };
}

/**
 * The students that the signed-in person has to do with, by first name: a parent's children, a student alone, a teacher's
 * own. `search` looks anywhere in the name (an ILIKE pattern).
 */
export async function listStudents(db: Db, search = "%"): Promise<Student[]> {
  const { rows } = await sql<StudentRow>`${STUDENT}
     where s.id = any(array(select private.my_learner_ids())) and s.first_name || ' ' || s.last_name ilike ${search}
     order by s.first_name, s.last_name, s.id`.execute(db);
  return rows.map(toStudent);
}

/** One student; null when there is none or the signed-in person has nothing to do with them. */
export async function getStudent(db: Db, id: Id<"student">): Promise<Student | null> {
  const { rows } = await sql<StudentRow>`${STUDENT} where s.id = ${id}`.execute(db);
  return rows[0] ? toStudent(rows[0]) : null;
}

type EnrollmentRow = Omit<FamilyEnrollment, "history"> & {
  readonly history: readonly { at: string; status: EnrollmentStatus; note: string | null }[];
};

/** The enrollments of the signed-in parent's families, newest first; those of one child when asked for. */
export async function listFamilyEnrollments(db: Db, studentId?: Id<"student">): Promise<FamilyEnrollment[]> {
  const { rows } = await sql<EnrollmentRow>`
    select e.id, e.number, e.status, e.kind, e.cadence, e.minutes, e.starts_at as "startsAt",
           e.due_cents as "dueCents", e.submitted_at as "submittedAt", e.expires_at as "expiresAt",
           e.paid_at as "paidAt", e.failure_message as "failureMessage", e.student_id as "studentId",
           e.instrument_id as "instrumentId",
           s.first_name as "studentName", coalesce(i.name, 'Music') as instrument,
           coalesce(t.first_name || ' ' || t.last_name, 'a former teacher') as teacher,
           case when e.status = 'provisional' then private.held_until(e.id) end as "heldUntil",
           (select max(v.at) from enrollment_events v
             where v.enrollment_id = e.id and v.status in ('lapsed', 'cancelled')) as "endedAt",
           coalesce((select sum(p.refunded_cents) from payments p where p.enrollment_id = e.id), 0)::int as "refundedCents",
           (select json_agg(json_build_object('at', v.at, 'status', v.status, 'note', v.note) order by v.id)
              from enrollment_events v where v.enrollment_id = e.id) as history
      from enrollments e
      join students s on s.id = e.student_id
      left join instruments i on i.id = e.instrument_id
      left join teachers t on t.id = e.teacher_id
     where e.family_id = any(array(select private.my_family_ids()))
       and (${studentId ?? null}::uuid is null or e.student_id = ${studentId ?? null})
     order by e.submitted_at desc, e.number desc
     limit 100`.execute(db);
  return rows.map((row) => ({
    ...row,
    history: (row.history ?? []).map((event) => ({ ...event, at: new Date(event.at) })),
  }));
}

/** The signed-in person's account; null when there is none. */
export async function getAccount(db: Db, userId: string): Promise<Account | null> {
  const row = await db
    .selectFrom("profiles")
    .select(["full_name as name", "email", "phone", "created_at as since"])
    .where("id", "=", userId)
    .executeTakeFirst();
  return row ?? null;
}
