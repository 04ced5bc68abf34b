import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

export type StudentSort = "name" | "age" | "family" | "next" | "since";

export const studentList: ListShape<StudentSort, "instrument" | "state"> = {
  sorts: ["name", "age", "family", "next", "since"],
  defaultSort: "name",
  filters: { instrument: /^[a-z-]{1,40}$/, state: ["learning", "waiting", "none"] },
};
export type StudentListParams = ListParams<StudentSort, "instrument" | "state">;

/** A student as one line of the academy's list. */
export type StudentLine = {
  readonly id: Id<"student">;
  readonly name: string;
  readonly birthDate: string;
  readonly familyId: Id<"family">;
  readonly familyName: string;
  readonly instruments: readonly string[];
  readonly teachers: readonly string[];
  /** learning: an enrollment is active or paused; waiting: one is provisional; none: neither. */
  readonly state: "learning" | "waiting" | "none";
  readonly nextLessonAt: Date | null;
};

const STUDENT_ORDER: Readonly<Record<StudentSort, string>> = {
  name: "lower(x.name)",
  // The youngest has the latest birth date.
  age: 'x."birthDate"',
  family: 'lower(x."familyName")',
  next: 'x."nextLessonAt"',
  since: "x.since",
};

/** One page of the students. The search looks at the student's and the family's name. */
export async function listStudentLines(db: Db, params: StudentListParams): Promise<Page<StudentLine>> {
  const search = containsPattern(params.search);
  const descending = params.sort === "age" ? !params.descending : params.descending;
  const { rows } = await sql<StudentLine & { total: number; since: Date }>`
    select x.*, count(*) over ()::int as total,
           coalesce((select json_agg(i.name order by i.sort) from student_instruments si
                       join instruments i on i.id = si.instrument_id where si.student_id = x.id), '[]') as instruments,
           coalesce((select json_agg(distinct t.first_name || ' ' || t.last_name) from enrollments e
                       join teachers t on t.id = e.teacher_id
                      where e.student_id = x.id and e.status in ('provisional', 'active', 'paused')), '[]') as teachers
      from (select s.id, s.last_name || ', ' || s.first_name as name, s.birth_date as "birthDate",
                   f.id as "familyId", f.name as "familyName", s.created_at as since,
                   case when exists (select from enrollments e where e.student_id = s.id and e.status in ('active', 'paused'))
                        then 'learning'
                        when exists (select from enrollments e where e.student_id = s.id and e.status = 'provisional')
                        then 'waiting' else 'none' end as state,
                   (select min(l.starts_at) from lessons l where l.student_id = s.id and l.status = 'scheduled'
                       and l.starts_at > (select private.now())) as "nextLessonAt"
              from students s join families f on f.id = s.family_id
             where s.deleted_at is null
               and (${params.search} = '' or s.first_name || ' ' || s.last_name ilike ${search} or f.name ilike ${search})
               and (${params.filters.instrument} = ''
                    or exists (select from student_instruments si join instruments i on i.id = si.instrument_id
                                where si.student_id = s.id and i.slug = ${params.filters.instrument}))) x
     where ${params.filters.state} = '' or x.state = ${params.filters.state}
     order by ${sql.raw(STUDENT_ORDER[params.sort])} ${sql.raw(descending ? "desc" : "asc")} nulls last, x.name, x.id
     limit ${PAGE_SIZE} offset ${(params.page - 1) * PAGE_SIZE}`.execute(db);
  return { rows: rows.map(({ total: _t, since: _s, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** A teacher with what they do for the academy. */
export type TeacherLine = {
  readonly id: Id<"teacher">;
  readonly slug: string;
  readonly name: string;
  readonly headline: string;
  readonly instruments: readonly string[];
  readonly isActive: boolean;
  readonly isAccepting: boolean;
  readonly hasAccount: boolean;
  readonly students: number;
  readonly capacityMinutes: number;
  /** Minutes of lessons in the fullest of the next four weeks (Monday to Sunday). */
  readonly bookedMinutes: number;
  readonly lessonsToday: number;
};

/** Every teacher with their load, by last name. The weeks are those of the academy's zone. */
export async function listTeacherLines(db: Db): Promise<TeacherLine[]> {
  const { rows } = await sql<TeacherLine>`
    with academy as materialized (
      select a.time_zone, a.today, a.today::timestamp at time zone a.time_zone as day_start,
             (a.today + 1)::timestamp at time zone a.time_zone as day_end,
             date_trunc('week', a.today::timestamp) at time zone a.time_zone as weeks_start,
             (date_trunc('week', a.today::timestamp) + interval '28 days') at time zone a.time_zone as weeks_end
        from (select s.time_zone, (private.now() at time zone s.time_zone)::date as today from academy_settings s) a
    ), load as (
      select l.teacher_id, date_trunc('week', l.starts_at at time zone a.time_zone) as week,
             sum(extract(epoch from upper(l.during) - l.starts_at) / 60)::int as minutes
        from lessons l, academy a
       where l.status <> 'cancelled' and l.starts_at >= a.weeks_start and l.starts_at < a.weeks_end
       group by 1, 2
    ), today as (
      select l.teacher_id, count(*)::int as lessons
        from lessons l, academy a
       where l.status <> 'cancelled' and l.starts_at >= a.day_start and l.starts_at < a.day_end
       group by 1
    ), learners as (
      select e.teacher_id, count(distinct e.student_id)::int as students
        from enrollments e where e.status in ('active', 'paused') group by 1
    )
    select t.id, t.slug, t.first_name || ' ' || t.last_name as name, t.headline, t.is_active as "isActive",
           t.is_accepting as "isAccepting", t.profile_id is not null as "hasAccount",
           t.weekly_capacity_minutes as "capacityMinutes",
           coalesce((select json_agg(i.name order by i.sort) from teacher_instruments ti
                       join instruments i on i.id = ti.instrument_id where ti.teacher_id = t.id), '[]') as instruments,
           coalesce(learners.students, 0) as students, coalesce(fullest.minutes, 0)::int as "bookedMinutes",
           coalesce(today.lessons, 0) as "lessonsToday"
      from teachers t
      left join learners on learners.teacher_id = t.id
      left join (select load.teacher_id, max(load.minutes) as minutes from load group by 1) fullest on fullest.teacher_id = t.id
      left join today on today.teacher_id = t.id
     order by t.is_active desc, t.last_name, t.first_name`.execute(db);
  return rows;
}
