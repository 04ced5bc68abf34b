import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { Lesson } from "./lesson";

export type LessonFilter = {
  /**
   * Whose lessons: of the signed-in parent's families, of the student, of the teacher, or, for an administrator, of the
   * whole academy. Row level security leaves them no others, but this is how PostgreSQL finds them.
   */
  readonly of: "family" | "student" | "teacher" | "academy";
  /** Lessons that end after this instant. */
  readonly from?: Date | undefined;
  /** Lessons that start before this instant. */
  readonly until?: Date | undefined;
  readonly studentId?: Id<"student"> | undefined;
  readonly teacherId?: Id<"teacher"> | undefined;
  readonly familyId?: Id<"family"> | undefined;
  /** Cancelled lessons are left out unless asked for. */
  readonly withCancelled?: boolean;
  /** soonest: in order of time; latest: backwards. */
  readonly order?: "soonest" | "latest";
  readonly limit: number;
  readonly offset?: number;
};

const DAY_MS = 86_400_000;

// A teacher, room or instrument that is no longer active is hidden from families, but not their old lesson.
function lessons(db: Db) {
  return db
    .selectFrom("lessons as l")
    .leftJoin("students as s", "s.id", "l.student_id")
    .leftJoin("instruments as i", "i.id", "l.instrument_id")
    .leftJoin("teachers as t", "t.id", "l.teacher_id")
    .leftJoin("teachers as o", "o.id", "l.substitute_for")
    .leftJoin("rooms as r", "r.id", "l.room_id")
    .leftJoin("classes as c", "c.id", "l.class_id")
    .select([
      "l.id",
      "l.kind",
      "l.status",
      "l.ical_sequence as sequence",
      "l.student_id as studentId",
      "l.teacher_id as teacherId",
      "s.first_name as firstName",
      "s.last_name as lastName",
      "s.birth_date as birthDate",
      "i.slug as instrumentSlug",
      "i.name as instrumentName",
      "t.slug as teacherSlug",
      "t.first_name as teacherFirstName",
      "t.last_name as teacherLastName",
      "o.first_name as ownFirstName",
      "o.last_name as ownLastName",
      "r.name as roomName",
      "c.name as className",
      "l.starts_at as startsAt",
      sql<Date>`upper(l.during)`.as("endsAt"),
      // Of a class's lesson, the first names that the reader may see: of the own children, or of all for its teacher.
      sql<string | null>`case when l.class_id is not null then (
        select string_agg(m.first_name, ', ' order by m.first_name)
          from lesson_seats p join students m on m.id = p.student_id
         where p.lesson_id = l.id and p.given_up_at is null) end`.as("seated"),
    ]);
}

type LessonRow = Awaited<ReturnType<ReturnType<typeof lessons>["execute"]>>[number];

function toLesson(row: LessonRow): Lesson {
  return {
    id: row.id as Id<"lesson">,
    kind: row.kind,
    status: row.status,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    minutes: Math.round((row.endsAt.getTime() - row.startsAt.getTime()) / 60_000),
    sequence: row.sequence,
    student: {
      id: row.studentId as Id<"student"> | null,
      name: row.firstName ? `${row.firstName} ${row.lastName}` : (row.className ?? "Former student"),
      firstName: row.firstName ?? row.seated ?? row.className ?? "Former student",
      birthDate: row.birthDate,
    },
    instrument: { slug: row.instrumentSlug, name: row.instrumentName ?? row.seated ?? "Music" },
    className: row.className,
    teacher: {
      id: row.teacherId as Id<"teacher">,
      slug: row.teacherSlug,
      name: row.teacherFirstName ? `${row.teacherFirstName} ${row.teacherLastName}` : "a former teacher",
    },
    substituteFor: row.ownFirstName ? `${row.ownFirstName} ${row.ownLastName}` : null,
    roomName: row.roomName,
  };
}

// A family's and a student's lessons are their own and those of the classes in which they have a seat.
const OWN = {
  family: sql<boolean>`(l.family_id = any(array(select private.my_family_ids()))
                        or l.id = any(array(select private.my_seated_lesson_ids())))`,
  student: sql<boolean>`(l.student_id = any(array(select private.my_student_ids()))
                         or l.id = any(array(select private.my_seated_lesson_ids())))`,
  teacher: sql<boolean>`l.teacher_id = (select private.my_teacher_id())`,
} as const;

/** The lessons that the signed-in person may see, in order of time. */
export async function listLessons(db: Db, filter: LessonFilter): Promise<Lesson[]> {
  let query = lessons(db);
  if (filter.of !== "academy") query = query.where(OWN[filter.of]);
  if (filter.from) {
    // No lesson is longer than a day; only its start can be found by an index.
    query = query
      .where("l.starts_at", ">", new Date(filter.from.getTime() - DAY_MS))
      .where(sql<boolean>`upper(l.during) > ${filter.from}`);
  }
  if (filter.until) query = query.where("l.starts_at", "<", filter.until);
  if (filter.studentId) query = query.where("l.student_id", "=", filter.studentId);
  if (filter.teacherId) query = query.where("l.teacher_id", "=", filter.teacherId);
  if (filter.familyId) query = query.where("l.family_id", "=", filter.familyId);
  if (!filter.withCancelled) query = query.where("l.status", "!=", "cancelled");
  const rows = await query
    .orderBy("l.starts_at", filter.order === "latest" ? "desc" : "asc")
    .orderBy("l.id")
    .limit(filter.limit)
    .offset(filter.offset ?? 0)
    .execute();
  return rows.map(toLesson);
}

/** One lesson; null when there is none or it is somebody else's. */
export async function getLesson(db: Db, id: Id<"lesson">): Promise<Lesson | null> {
  const row = await lessons(db).where("l.id", "=", id).executeTakeFirst();
  return row ? toLesson(row) : null;
}
