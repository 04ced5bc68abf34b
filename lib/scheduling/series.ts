import { sql } from "kysely";
import { jsonb } from "@/lib/db/json";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { Conflict, ConflictReason } from "./conflicts";
import type { Dst, SeriesTime } from "./series-rules";
import type { SeriesEnd, SeriesMove, SeriesPlan } from "./series-schema";

/** Weekly or fortnightly lessons of an enrollment, with how many were given and are to come. */
export type Series = SeriesTime & {
  readonly id: Id<"series">;
  readonly enrollmentId: Id<"enrollment">;
  readonly minutes: number;
  /** First and last day, `YYYY-MM-DD`, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly teacher: { readonly id: Id<"teacher">; readonly name: string };
  readonly roomName: string | null;
  readonly given: number;
  readonly coming: number;
  /** The next lesson; null when none is to come. */
  readonly next: { readonly id: Id<"lesson">; readonly startsAt: Date } | null;
};

const SERIES = sql`
  select s.id, s.enrollment_id as "enrollmentId", s.weekday, to_char(s.starts, 'HH24:MI') as starts, s.every_weeks as "everyWeeks",
         s.minutes, lower(s.valid)::text as "firstDay", (upper(s.valid) - 1)::text as "lastDay", s.teacher_id as "teacherId",
         coalesce(t.first_name || ' ' || t.last_name, 'a former teacher') as "teacherName", r.name as "roomName",
         (select count(*)::int from lessons l where l.series_id = s.id and l.starts_at <= private.now() and l.status <> 'cancelled') as given,
         (select count(*)::int from lessons l where l.series_id = s.id and l.starts_at > private.now() and l.status = 'scheduled') as coming,
         n.id as "nextId", n.starts_at as "nextAt"
    from lesson_series s
    left join teachers t on t.id = s.teacher_id
    left join rooms r on r.id = s.room_id
    left join lateral (select l.id, l.starts_at from lessons l
                        where l.series_id = s.id and l.starts_at > private.now() and l.status = 'scheduled'
                        order by l.starts_at limit 1) n on true`;

type SeriesRow = Omit<Series, "teacher" | "next"> & {
  readonly teacherId: Id<"teacher">;
  readonly teacherName: string;
  readonly nextId: Id<"lesson"> | null;
  readonly nextAt: Date | null;
};

function toSeries({ teacherId, teacherName, nextId, nextAt, ...row }: SeriesRow): Series {
  return {
    ...row,
    teacher: { id: teacherId, name: teacherName },
    next: nextId && nextAt ? { id: nextId, startsAt: nextAt } : null,
  };
}

/** The series of an enrollment, the earliest first. */
export async function listSeries(db: Db, enrollmentId: Id<"enrollment">): Promise<Series[]> {
  const { rows } =
    await sql<SeriesRow>`${SERIES} where s.enrollment_id = ${enrollmentId} order by s.valid`.execute(db);
  return rows.map(toSeries);
}

/** The series of which a lesson is one; null when it is none of a series, or somebody else's. */
export async function getSeriesOfLesson(db: Db, lessonId: Id<"lesson">): Promise<Series | null> {
  const { rows } = await sql<SeriesRow>`
    ${SERIES} where s.id = (select l.series_id from lessons l where l.id = ${lessonId})`.execute(db);
  return rows[0] ? toSeries(rows[0]) : null;
}

/** What an enrollment's lessons are about; null when there is no such enrollment. */
export type SeriesSubject = {
  readonly enrollmentId: Id<"enrollment">;
  /** Whether weekly lessons can be planned: a plan that runs. */
  readonly isPlannable: boolean;
  readonly studentId: string;
  readonly studentName: string;
  readonly firstName: string;
  readonly instrumentId: string;
  readonly instrument: string;
  readonly teacherId: string;
  readonly minutes: number;
  /** Who teaches the instrument. */
  readonly teachers: readonly { readonly id: string; readonly name: string }[];
};

export async function getSeriesSubject(
  db: Db,
  enrollmentId: Id<"enrollment">,
): Promise<SeriesSubject | null> {
  const { rows } = await sql<SeriesSubject>`
    select e.id as "enrollmentId", e.kind = 'plan' and e.status = 'active' as "isPlannable", e.student_id as "studentId",
           s.first_name || ' ' || s.last_name as "studentName", s.first_name as "firstName", e.instrument_id as "instrumentId",
           i.name as instrument, e.teacher_id as "teacherId", e.minutes,
           (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.first_name || ' ' || t.last_name) order by t.last_name, t.first_name), '[]')
              from teachers t join teacher_instruments ti on ti.teacher_id = t.id
             where ti.instrument_id = e.instrument_id and t.is_active and t.deleted_at is null) as teachers
      from enrollments e join students s on s.id = e.student_id join instruments i on i.id = e.instrument_id
     where e.id = ${enrollmentId}`.execute(db);
  return rows[0] ?? null;
}

/** Why a week is not free: a conflict of its lesson, or a local time that its day does not have. */
export type SeriesConflict = Omit<Conflict, "reason"> & {
  readonly reason: ConflictReason | "time_does_not_exist";
};

/** One week of a series, as `private.judge_days` sees it. */
export type SeriesWeek = {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly startsAt: Date;
  readonly state: "free" | "blocked" | "closed";
  readonly conflicts: readonly SeriesConflict[];
  readonly roomId: string | null;
  readonly dst: Dst;
};

type RawConflict = Omit<SeriesConflict, "startsAt" | "endsAt"> & {
  readonly startsAt: string | null;
  readonly endsAt: string | null;
};
type RawWeek = Omit<SeriesWeek, "conflicts"> & { readonly conflicts: readonly RawConflict[] };

function toConflicts(conflicts: readonly RawConflict[]): SeriesConflict[] {
  return conflicts.map(({ startsAt, endsAt, ...conflict }) => ({
    ...conflict,
    startsAt: startsAt ? new Date(startsAt) : null,
    endsAt: endsAt ? new Date(endsAt) : null,
  }));
}

const WEEK = sql`w.day::text as day, w.starts_at as "startsAt", w.state, w.conflicts, w.room_id as "roomId", w.dst`;

/** Every week of a series that is to be planned: one statement, however many there are. */
export async function listSeriesWeeks(
  db: Db,
  subject: SeriesSubject,
  plan: Omit<SeriesPlan, "answers" | "enrollmentId">,
): Promise<SeriesWeek[]> {
  const { rows } = await sql<RawWeek>`
    select ${WEEK}
      from private.series_weeks(${plan.teacherId}, null, ${subject.studentId}, ${subject.instrumentId}, ${subject.minutes},
             ${plan.weekday}, ${plan.start}::time, ${plan.firstDay}::date, ${plan.lastDay}::date, ${plan.everyWeeks},
             '{}', true) w`.execute(db);
  return rows.map((week) => ({ ...week, conflicts: toConflicts(week.conflicts) }));
}

export type PlannedSeries = {
  readonly seriesId: Id<"series">;
  readonly lessons: number;
  readonly leftOut: number;
  readonly firstStart: Date;
  readonly lastStart: Date;
};

/**
 * Plans the lessons of an active plan, all or none. Its unit of work fails with `slot_taken` when a week is not free and
 * not answered, `forbidden` for everybody but the academy, `conflict` or `invalid` with the reason otherwise.
 */
export async function planSeries(db: Db, plan: SeriesPlan): Promise<PlannedSeries> {
  const { rows } = await sql<PlannedSeries>`
    select series_id as "seriesId", lessons, left_out as "leftOut", first_start as "firstStart", last_start as "lastStart"
      from private.plan_series(${plan.enrollmentId}, ${plan.teacherId}, null, ${plan.weekday}, ${plan.start}::time,
             ${plan.firstDay}::date, ${plan.lastDay}::date, ${plan.everyWeeks}, ${jsonb(plan.answers)})`.execute(
    db,
  );
  const planned = rows[0];
  if (!planned) throw new Error("private.plan_series returned nothing");
  return planned;
}

/** Where a coming lesson of a series would go; one that was moved singly before has a time of its own and stays. */
export type SeriesLessonMove = {
  readonly lessonId: Id<"lesson">;
  readonly bookingId: string;
  readonly movedFrom: Date;
  readonly to: SeriesWeek | null;
};

/** Each coming lesson of a series that a move is about. `not_found` when the lesson is in no series of the caller's. */
export async function listSeriesMoves(
  db: Db,
  move: Omit<SeriesMove, "answers" | "reason">,
): Promise<SeriesLessonMove[]> {
  const { rows } = await sql<
    Omit<RawWeek, "state"> & {
      lessonId: Id<"lesson">;
      bookingId: string;
      movedFrom: Date;
      isOwn: boolean;
      state: SeriesWeek["state"];
    }
  >`
    select w.lesson_id as "lessonId", w.booking_id as "bookingId", w.moved_from as "movedFrom", w.is_own_time as "isOwn", ${WEEK}
      from private.series_moves(${move.lessonId}, ${move.scope}, ${move.weekday}, ${move.start}::time,
             ${move.teacherId ?? null}, null, ${move.fromDay ?? null}::date) w`.execute(db);
  return rows.map(({ lessonId, bookingId, movedFrom, isOwn, ...week }) => ({
    lessonId,
    bookingId,
    movedFrom,
    to: isOwn ? null : { ...week, conflicts: toConflicts(week.conflicts) },
  }));
}

export type MovedSeries = {
  readonly seriesId: Id<"series">;
  readonly moved: number;
  /** Lessons that stay at their time: moved singly before, or chosen to. */
  readonly kept: number;
  /** Lessons that the academy leaves out, each with a make-up credit. */
  readonly cancelled: number;
  readonly firstStart: Date | null;
  readonly lastStart: Date | null;
};

/**
 * Moves the coming lessons of a series, or one and the following, all or none. Its unit of work fails with `slot_taken`
 * when a week is not free and not answered, `not_found` when the series is not the caller's, `invalid` when it is too late.
 */
export async function moveSeries(db: Db, move: SeriesMove): Promise<MovedSeries> {
  const { rows } = await sql<MovedSeries>`
    select series_id as "seriesId", moved, kept, cancelled, first_start as "firstStart", last_start as "lastStart"
      from private.move_series(${move.lessonId}, ${move.scope}, ${move.weekday}, ${move.start}::time,
             ${move.teacherId ?? null}, null, ${move.fromDay ?? null}::date, ${jsonb(move.answers)}, ${move.reason ?? null})`.execute(
    db,
  );
  const moved = rows[0];
  if (!moved) throw new Error("private.move_series returned nothing");
  return moved;
}

type EndedSeries = { readonly cancelled: number; readonly firstStart: Date };

/** Ends a series with a day and cancels its lessons after it. For the academy alone. */
export async function endSeries(db: Db, end: SeriesEnd): Promise<EndedSeries> {
  const { rows } = await sql<EndedSeries>`
    select cancelled, first_start as "firstStart"
      from private.end_series(${end.lessonId}, ${end.lastDay}::date, ${end.reason})`.execute(db);
  const ended = rows[0];
  if (!ended) throw new Error("private.end_series returned nothing");
  return ended;
}
