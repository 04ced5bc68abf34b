import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { Lesson } from "./lesson";

export type LessonFilter = {
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

// A teacher, room or instrument that is no longer active is hidden from families, but not their old lesson.
function lessons(db: Db) {
  return db
    .selectFrom("lessons as l")
    .leftJoin("students as s", "s.id", "l.student_id")
    .leftJoin("instruments as i", "i.id", "l.instrument_id")
    .leftJoin("teachers as t", "t.id", "l.teacher_id")
    .leftJoin("rooms as r", "r.id", "l.room_id")
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
      "r.name as roomName",
      sql<Date>`lower(l.during)`.as("startsAt"),
      sql<Date>`upper(l.during)`.as("endsAt"),
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
      id: row.studentId as Id<"student">,
      name: row.firstName ? `${row.firstName} ${row.lastName}` : "Former student",
      firstName: row.firstName ?? "Former student",
      birthDate: row.birthDate,
    },
    instrument: { slug: row.instrumentSlug, name: row.instrumentName ?? "Music" },
    teacher: {
      id: row.teacherId as Id<"teacher">,
      slug: row.teacherSlug,
      name: row.teacherFirstName ? `${row.teacherFirstName} ${row.teacherLastName}` : "a former teacher",
    },
    roomName: row.roomName,
  };
}

/** The lessons that the signed-in person may see, in order of time. */
export async function listLessons(db: Db, filter: LessonFilter): Promise<Lesson[]> {
  let query = lessons(db);
  if (filter.from) query = query.where(sql<boolean>`upper(l.during) > ${filter.from}`);
  if (filter.until) query = query.where(sql<boolean>`lower(l.during) < ${filter.until}`);
  if (filter.studentId) query = query.where("l.student_id", "=", filter.studentId);
  if (filter.teacherId) query = query.where("l.teacher_id", "=", filter.teacherId);
  if (filter.familyId) query = query.where("l.family_id", "=", filter.familyId);
  if (!filter.withCancelled) query = query.where("l.status", "!=", "cancelled");
  const rows = await query
    .orderBy(sql`lower(l.during)`, filter.order === "latest" ? "desc" : "asc")
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
