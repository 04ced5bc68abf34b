import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import type { LessonStatus } from "@/lib/db/database.gen";
import { toAppError } from "@/lib/db/errors";
import type { Db } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import { listAlternatives } from "@/lib/scheduling/alternatives";
import type { Alternative } from "@/lib/scheduling/rules";
import { rankSubstitutes, type Substitute, type SubstituteFacts } from "./substitute-rules";
import { spanOf } from "./time-off-rules";
import type { SubstituteChoice, TimeOffForm } from "./time-off-schema";

/** Time in which a teacher is away: instants, the end not included. */
export type TimeOff = {
  readonly id: Id<"timeOff">;
  readonly teacherId: Id<"teacher">;
  readonly teacherName: string;
  readonly from: Date;
  readonly until: Date;
  readonly reason: string;
};

/** A lesson that time off meets, and who gives it. */
export type TimeOffLesson = {
  readonly id: Id<"lesson">;
  readonly timeOffId: Id<"timeOff">;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly status: LessonStatus;
  readonly bookingId: string;
  readonly instrumentId: Id<"instrument"> | null;
  readonly studentId: Id<"student"> | null;
  /** The student's name, or the class's. */
  readonly name: string;
  readonly studentName: string | null;
  readonly subject: string;
  readonly roomName: string;
  readonly givenBy: { readonly id: Id<"teacher">; readonly name: string };
  /** Scheduled, to come, and still the absent teacher's. */
  readonly needsSomebody: boolean;
};

/** An open time with the name of whoever gives it. */
export type NamedAlternative = Alternative & { readonly teacherName: string };

/** A lesson that needs somebody: who could give it, or else when it could be. */
export type OpenLesson = TimeOffLesson & {
  readonly substitutes: readonly Substitute[];
  readonly alternatives: readonly NamedAlternative[];
};

const timeOffs = (db: Db) =>
  db
    .selectFrom("teacher_exceptions as x")
    .innerJoin("teachers as t", "t.id", "x.teacher_id")
    .select([
      "x.id",
      "x.teacher_id as teacherId",
      sql<string>`t.first_name || ' ' || t.last_name`.as("teacherName"),
      sql<Date>`lower(x.during)`.as("from"),
      sql<Date>`upper(x.during)`.as("until"),
      "x.reason",
    ]);

/**
 * Time off that the signed-in person may see: coming (running included), soonest first, or past, latest first. Of one
 * teacher, or of all for an administrator.
 */
export async function listTimeOff(
  db: Db,
  filter: { readonly when: "coming" | "past"; readonly teacherId?: Id<"teacher">; readonly limit: number },
): Promise<TimeOff[]> {
  const isComing = filter.when === "coming";
  let query = timeOffs(db).where(
    isComing
      ? sql<boolean>`upper(x.during) > (select private.now())`
      : sql<boolean>`upper(x.during) <= (select private.now())`,
  );
  if (filter.teacherId) query = query.where("x.teacher_id", "=", filter.teacherId);
  const rows = await query
    .orderBy(sql`lower(x.during)`, isComing ? "asc" : "desc")
    .orderBy("x.id")
    .limit(filter.limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    id: row.id as Id<"timeOff">,
    teacherId: row.teacherId as Id<"teacher">,
  }));
}

type LessonRow = Omit<TimeOffLesson, "name" | "subject" | "givenBy"> & {
  readonly instrumentName: string | null;
  readonly className: string | null;
  readonly teacherId: Id<"teacher">;
  readonly teacherName: string;
};

/** The lessons that these times off meet, in order of time (`private.time_off_lessons`). */
export async function listTimeOffLessons(
  db: Db,
  timeOffIds: readonly Id<"timeOff">[],
): Promise<TimeOffLesson[]> {
  if (timeOffIds.length === 0) return [];
  const { rows } = await sql<LessonRow>`
    select lesson_id as id, time_off_id as "timeOffId", starts_at as "startsAt", ends_at as "endsAt", status,
           booking_id as "bookingId", instrument_id as "instrumentId", instrument_name as "instrumentName",
           student_id as "studentId", student_name as "studentName", class_name as "className", room_name as "roomName",
           given_by as "teacherId", given_by_name as "teacherName", needs_somebody as "needsSomebody"
      from private.time_off_lessons(${timeOffIds}::uuid[])`.execute(db);
  return rows.map(({ instrumentName, className, teacherId, teacherName, ...row }) => ({
    ...row,
    name: row.studentName ?? className ?? "Former student",
    subject: instrumentName ?? "Class",
    givenBy: { id: teacherId, name: teacherName },
  }));
}

/** Lessons of at most so many get alternatives: each is a search of its own. */
const ALTERNATIVES_FOR = 12;
/** The lengths of lessons for which there are open times, in minutes. */
const OPEN_LENGTHS = [30, 45, 60];

/** For each lesson that needs somebody the substitutes by fit, or, where nobody is simply free, other times. */
export async function proposeFor(db: Db, lessons: readonly TimeOffLesson[]): Promise<OpenLesson[]> {
  const needing = lessons.filter((lesson) => lesson.needsSomebody);
  if (needing.length === 0) return [];
  const { rows } = await sql<SubstituteFacts>`
    select s.lesson_id as "lessonId", s.teacher_id as "teacherId", t.first_name || ' ' || t.last_name as name,
           s.is_outside_hours as "isOutsideHours", s.is_full as "isFull", s.booked_minutes as "bookedMinutes",
           s.capacity_minutes as "capacityMinutes", s.lessons_with_student as "lessonsWithStudent",
           s.lessons_with_family as "lessonsWithFamily", s.shared_styles as "sharedStyles", s.is_there as "isThere"
      from private.substitutes_for(${needing.map(({ id }) => id)}::uuid[]) s join teachers t on t.id = s.teacher_id
     where s.obstacle is null`.execute(db);
  const found = Map.groupBy(rows, ({ lessonId }) => lessonId);
  const names = await teacherNames(db);
  const open: OpenLesson[] = [];
  let searches = 0;
  for (const lesson of needing) {
    const substitutes = rankSubstitutes(found.get(lesson.id) ?? [], lesson);
    const isCovered = substitutes.some(({ cautions }) => cautions.length === 0);
    const minutes = Math.round((lesson.endsAt.getTime() - lesson.startsAt.getTime()) / 60_000);
    const isSought =
      !isCovered &&
      lesson.instrumentId &&
      lesson.studentId &&
      OPEN_LENGTHS.includes(minutes) &&
      searches < ALTERNATIVES_FOR;
    if (isSought) searches++;
    const alternatives = isSought
      ? await listAlternatives(db, {
          instrumentId: lesson.instrumentId ?? "",
          minutes,
          teacherId: lesson.givenBy.id,
          startsAt: lesson.startsAt,
          studentId: lesson.studentId ?? undefined,
          ignoredBookingIds: [lesson.bookingId],
        })
      : [];
    open.push({
      ...lesson,
      substitutes,
      alternatives: alternatives.map((time) => ({
        ...time,
        teacherName: names.get(time.teacherId) ?? "a teacher",
      })),
    });
  }
  return open;
}

async function teacherNames(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom("teachers").select(["id", "first_name", "last_name"]).execute();
  return new Map(rows.map((row) => [row.id, `${row.first_name} ${row.last_name}`]));
}

/** How many lessons need somebody because their teacher is away. For administrators. */
export async function countOpenLessons(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct l.id)::int as count
      from teacher_exceptions x
      join lessons l on l.teacher_id = x.teacher_id and l.starts_at > lower(x.during) - interval '1 day'
                    and l.starts_at < upper(x.during) and l.during && x.during
     where upper(x.during) > (select private.now()) and l.status = 'scheduled'
       and upper(l.during) > (select private.now())`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What time off comes to: when, and the lessons that it meets. */
export type EnteredTimeOff = {
  readonly id: Id<"timeOff">;
  readonly from: Date;
  readonly until: Date;
  readonly lessons: readonly OpenLesson[];
};

/**
 * Enters time off (`private.enter_time_off`) and tells the lessons that need somebody. Its unit of work fails with
 * `invalid` or `conflict` and the reason, and `forbidden` for anybody but the teacher and administrators.
 */
export async function enterTimeOff(db: Db, form: TimeOffForm): Promise<EnteredTimeOff> {
  const { timeZone } = await getAcademy(db);
  const { from, until } = spanOf(form, timeZone);
  const { rows } = await sql<{ id: Id<"timeOff"> }>`
    select private.enter_time_off(${form.teacherId}, ${from}, ${until}, ${form.reason}) as id`.execute(db);
  const id = rows[0]?.id;
  if (!id) throw new Error("private.enter_time_off returned nothing");
  return { id, from, until, lessons: await proposeFor(db, await listTimeOffLessons(db, [id])) };
}

/** What withdrawing comes to: the lessons that stay with their substitutes. */
export type WithdrawnTimeOff = { readonly kept: readonly TimeOffLesson[] };

/** Withdraws time off, or ends it now. Fails with `conflict` when it is over, `forbidden` for others. */
export async function withdrawTimeOff(db: Db, id: Id<"timeOff">): Promise<WithdrawnTimeOff> {
  const lessons = await listTimeOffLessons(db, [id]);
  await sql`select private.withdraw_time_off(${id})`.execute(db);
  return {
    kept: lessons.filter((lesson) => lesson.status === "scheduled" && !lesson.needsSomebody),
  };
}

/** A lesson that changes hands. */
export type AssignedSubstitute = {
  readonly lessonId: Id<"lesson">;
  readonly name: string;
  readonly subject: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly teacherBefore: string;
  readonly teacher: string;
  readonly room: string;
  /** Null where the room is kept. */
  readonly roomBefore: string | null;
};

/**
 * Gives each lesson to its substitute, all or none (`private.assign_substitute`). Fails with the reason beside the lesson's
 * field, `forbidden` for anybody but an administrator.
 */
export async function assignSubstitutes(
  db: Db,
  choices: readonly SubstituteChoice[],
): Promise<AssignedSubstitute[]> {
  const assigned: AssignedSubstitute[] = [];
  for (const { lessonId, teacherId } of choices) {
    try {
      const { rows } = await sql<AssignedSubstitute>`
        select l.id as "lessonId", coalesce(s.first_name || ' ' || s.last_name, c.name, 'Former student') as name,
               coalesce(i.name, 'Class') as subject, l.starts_at as "startsAt", upper(l.during) as "endsAt",
               b.first_name || ' ' || b.last_name as "teacherBefore", t.first_name || ' ' || t.last_name as teacher,
               r.name as room, case when a.room_before <> a.room_id then q.name end as "roomBefore"
          from private.assign_substitute(${lessonId}, ${teacherId}) a
          join lessons l on l.id = ${lessonId}
          join teachers t on t.id = a.teacher_id join teachers b on b.id = a.teacher_before
          join rooms r on r.id = a.room_id join rooms q on q.id = a.room_before
          left join students s on s.id = l.student_id left join classes c on c.id = l.class_id
          left join instruments i on i.id = l.instrument_id`.execute(db);
      assigned.push(...rows);
    } catch (error) {
      const named = toAppError(error);
      if (!(named instanceof AppError) || named.code === "forbidden" || named.code === "unavailable")
        throw error;
      throw new AppError(named.code, {
        message: named.message,
        userMessage: "Nothing was changed: one of the lessons cannot be given to this substitute.",
        fieldErrors: { [`lesson-${lessonId}`]: [named.userMessage] },
        cause: named,
      });
    }
  }
  return assigned;
}
