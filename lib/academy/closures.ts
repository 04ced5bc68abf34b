import { type RawBuilder, sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { ClosureForm } from "./closure-schema";

/** Days without lessons, both included, `YYYY-MM-DD` in the academy's zone, and how many lessons it cancelled. */
export type Closure = {
  readonly id: string;
  readonly name: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly cancelled: number;
};

/** Closures that last until a day or begin later, soonest first, and the latest of those before it. */
export async function listAllClosures(
  db: Db,
  today: string,
): Promise<{ readonly coming: Closure[]; readonly past: Closure[] }> {
  const closures = (where: RawBuilder<unknown>) =>
    sql<Closure>`
      select c.id, c.name, c.starts_on::text as "startsOn", c.ends_on::text as "endsOn",
             (select count(*)::int from lessons l where l.closure_id = c.id) as cancelled
        from closures c ${where}`
      .execute(db)
      .then(({ rows }) => rows);
  return {
    coming: await closures(sql`where c.ends_on >= ${today}::text::date order by c.starts_on limit 100`),
    past: await closures(sql`where c.ends_on < ${today}::text::date order by c.starts_on desc limit 20`),
  };
}

/** A lesson that a closure cancels. */
export type ClosedLesson = {
  readonly id: string;
  readonly startsAt: Date;
  /** The student's name, or the class's. */
  readonly name: string;
  readonly subject: string;
  readonly teacherName: string;
};

/** What a closure comes to: what the preview shows and what has happened are this same row. */
export type ClosureOutcome = {
  readonly id: string;
  readonly lessons: number;
  readonly classLessons: number;
  readonly families: number;
  readonly credits: number;
  readonly paidOutCents: number;
  /** The first of them, in order of time. */
  readonly listed: readonly ClosedLesson[];
};

const LISTED = 60;

/**
 * Closes the academy and cancels what is still to come on those days (`private.enter_closure`); rehearsed, it is the
 * preview. Refusals: see there.
 */
export async function enterClosure(db: Db, form: ClosureForm): Promise<ClosureOutcome> {
  const { rows } = await sql<Omit<ClosureOutcome, "listed">>`
    select closure_id as id, lessons, class_lessons as "classLessons", families, credits,
           paid_out_cents::int as "paidOutCents"
      from private.enter_closure(${form.name}, ${form.firstDay}::text::date, ${form.lastDay ?? form.firstDay}::text::date,
                                 ${form.kind}::text::public.cancel_kind)`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("private.enter_closure returned nothing");
  const { rows: listed } = await sql<ClosedLesson>`
    select l.id, l.starts_at as "startsAt", coalesce(c.name, s.first_name || ' ' || s.last_name, 'Former student') as name,
           coalesce(i.name, 'Class') as subject, t.first_name || ' ' || t.last_name as "teacherName"
      from lessons l
      join teachers t on t.id = l.teacher_id
      left join students s on s.id = l.student_id
      left join classes c on c.id = l.class_id
      left join instruments i on i.id = l.instrument_id
     where l.closure_id = ${row.id}
     order by l.starts_at, l.id
     limit ${LISTED}`.execute(db);
  return { ...row, listed };
}
