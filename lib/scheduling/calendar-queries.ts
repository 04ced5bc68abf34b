import { sql } from "kysely";
import type { LessonKind, LessonStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type {
  CalendarAbsence,
  CalendarDays,
  CalendarHold,
  CalendarHours,
  CalendarLesson,
  CalendarRange,
  CalendarResource,
} from "./calendar";

export type CalendarFilter = {
  /** Whose calendar; row level security leaves the reader no other lessons, but this is how PostgreSQL finds them. */
  readonly of: "family" | "student" | "teacher" | "academy";
  /** The first and the last day, both included, in the academy's zone. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly studentId?: string | undefined;
  readonly teacherId?: string | undefined;
  readonly roomId?: string | undefined;
  readonly instrumentId?: string | undefined;
};

type Found = {
  lessons: {
    id: string;
    kind: LessonKind;
    status: LessonStatus;
    starts: number;
    ends: number;
    subject: string;
    instrumentId: string | null;
    classId: string | null;
    teacherId: string;
    teacherName: string;
    roomId: string;
    roomName: string;
    students: { id: string; firstName: string; name: string }[];
  }[];
  holds: {
    id: string;
    starts: number;
    ends: number;
    expires: number;
    teacherId: string;
    teacherName: string;
    roomId: string;
    roomName: string;
    studentName: string | null;
  }[];
  absences: { teacherId: string; starts: number; ends: number }[];
  closures: CalendarDays[];
  makeupDays: CalendarDays[];
  hours: CalendarHours[];
  teachers: CalendarResource[];
  rooms: CalendarResource[];
  instruments: CalendarResource[];
};

const OWN = {
  family: sql<boolean>`(l.family_id = any(array(select private.my_family_ids()))
                        or l.id = any(array(select private.my_seated_lesson_ids())))`,
  student: sql<boolean>`(l.student_id = any(array(select private.my_student_ids()))
                         or l.id = any(array(select private.my_seated_lesson_ids())))`,
  teacher: sql<boolean>`l.teacher_id = (select private.my_teacher_id())`,
  academy: sql<boolean>`true`,
} as const;

const milliseconds = (expression: ReturnType<typeof sql>) =>
  sql`(extract(epoch from ${expression}) * 1000)::float8`;

const rows = (query: ReturnType<typeof sql>) =>
  sql`coalesce((select json_agg(found) from (${query}) found), '[]')`;
const nothing = sql`'[]'::json`;

/**
 * What lies in some days, and the teachers, rooms and instruments there are to choose from: one statement, however
 * many. Cancelled lessons are not in it. Holds, time off and everybody's weekly hours are for the academy; a teacher
 * has the own ones, families have none.
 */
export async function getCalendar(
  db: Db,
  filter: CalendarFilter,
): Promise<
  CalendarRange & {
    readonly teachers: readonly CalendarResource[];
    readonly rooms: readonly CalendarResource[];
    readonly instruments: readonly CalendarResource[];
  }
> {
  const { of } = filter;
  const isAcademy = of === "academy";
  const isStaff = isAcademy || of === "teacher";
  const teacher = filter.teacherId ?? null;
  const room = filter.roomId ?? null;
  const instrument = filter.instrumentId ?? null;
  const student = filter.studentId ?? null;
  const mine = isAcademy ? sql`true` : sql`x.teacher_id = (select private.my_teacher_id())`;
  // No lesson is longer than a day; only its start can be found by an index.
  const lessons = sql`
    select l.id, l.kind, l.status,
           ${milliseconds(sql`l.starts_at`)} as starts, ${milliseconds(sql`upper(l.during)`)} as ends,
           coalesce(c.name, i.name, 'Music') as subject, coalesce(l.instrument_id, c.instrument_id) as "instrumentId", l.class_id as "classId",
           l.teacher_id as "teacherId", coalesce(t.first_name || ' ' || t.last_name, 'a former teacher') as "teacherName",
           l.room_id as "roomId", coalesce(r.name, 'a former room') as "roomName",
           case when l.class_id is null
                then case when s.id is null then '[]'::json
                          else json_build_array(json_build_object('id', s.id, 'firstName', s.first_name,
                                                                  'name', s.first_name || ' ' || s.last_name)) end
                else coalesce((select json_agg(json_build_object('id', m.id, 'firstName', m.first_name,
                                                                 'name', m.first_name || ' ' || m.last_name)
                                               order by m.first_name)
                                 from lesson_seats p join students m on m.id = p.student_id
                                where p.lesson_id = l.id and p.given_up_at is null), '[]') end as students
      from d cross join lessons l
      left join students s on s.id = l.student_id
      left join instruments i on i.id = l.instrument_id
      left join teachers t on t.id = l.teacher_id
      left join rooms r on r.id = l.room_id
      left join classes c on c.id = l.class_id
     where ${OWN[of]} and l.starts_at > d.from_at - interval '1 day' and l.starts_at < d.until_at
       and upper(l.during) > d.from_at and l.status <> 'cancelled'
       and (${teacher}::uuid is null or l.teacher_id = ${teacher}::uuid)
       and (${room}::uuid is null or l.room_id = ${room}::uuid)
       and (${instrument}::uuid is null or coalesce(l.instrument_id, c.instrument_id) = ${instrument}::uuid)
       and (${student}::uuid is null or l.student_id = ${student}::uuid
            or exists (select from lesson_seats p
                        where p.lesson_id = l.id and p.student_id = ${student}::uuid and p.given_up_at is null))
     order by l.starts_at, l.id`;
  const holds = sql`
    select x.id, ${milliseconds(sql`lower(x.during)`)} as starts, ${milliseconds(sql`upper(x.during)`)} as ends,
           ${milliseconds(sql`x.expires_at`)} as expires, x.teacher_id as "teacherId",
           t.first_name || ' ' || t.last_name as "teacherName", x.room_id as "roomId", r.name as "roomName",
           s.first_name || ' ' || s.last_name as "studentName"
      from d cross join bookings x
      join teachers t on t.id = x.teacher_id join rooms r on r.id = x.room_id
      left join students s on s.id = x.student_id
     where ${mine} and x.kind = 'hold' and x.is_active and x.expires_at > private.now()
       and x.during && tstzrange(d.from_at, d.until_at)
       and (${teacher}::uuid is null or x.teacher_id = ${teacher}::uuid)
       and (${room}::uuid is null or x.room_id = ${room}::uuid)
     order by lower(x.during), x.id`;
  const absences = sql`
    select x.teacher_id as "teacherId", ${milliseconds(sql`greatest(lower(x.during), d.from_at)`)} as starts,
           ${milliseconds(sql`least(upper(x.during), d.until_at)`)} as ends
      from d cross join teacher_exceptions x
     where ${mine} and x.during && tstzrange(d.from_at, d.until_at)
       and (${teacher}::uuid is null or x.teacher_id = ${teacher}::uuid)
     order by lower(x.during), x.id`;
  const hours = sql`
    select x.teacher_id as "teacherId", x.weekday, x.starts, x.ends, lower(x.valid) as "from", upper(x.valid) as until
      from d cross join teacher_availability x
     where ${mine} and x.valid && daterange(d.first_day, d.last_day, '[]')
       and (${teacher}::uuid is null or x.teacher_id = ${teacher}::uuid)
     order by x.teacher_id, x.weekday, x.starts`;
  const days = (table: "closures" | "makeup_days") => sql`
    select x.name, x.starts_on as "startsOn", x.ends_on as "endsOn"
      from d cross join ${sql.table(table)} x
     where x.starts_on <= d.last_day and x.ends_on >= d.first_day
     order by x.starts_on`;
  const { rows: found } = await sql<Found>`
    with d as materialized (
      select ${filter.firstDay}::date as first_day, ${filter.lastDay}::date as last_day,
             (${filter.firstDay}::date)::timestamp at time zone a.time_zone as from_at,
             (${filter.lastDay}::date + 1)::timestamp at time zone a.time_zone as until_at
        from academy_settings a
    )
    select ${rows(lessons)} as lessons,
           ${isStaff ? rows(holds) : nothing} as holds,
           ${isStaff ? rows(absences) : nothing} as absences,
           ${isStaff ? rows(hours) : nothing} as hours,
           ${rows(days("closures"))} as closures,
           ${rows(days("makeup_days"))} as "makeupDays",
           ${
             isAcademy
               ? rows(sql`select t.id, t.first_name || ' ' || t.last_name as name from teachers t
                           where t.is_active and t.deleted_at is null order by t.first_name, t.last_name`)
               : nothing
           } as teachers,
           ${isAcademy ? rows(sql`select r.id, r.name from rooms r where r.is_active order by r.name`) : nothing} as rooms,
           ${isAcademy ? rows(sql`select i.id, i.name from instruments i where i.is_active order by i.sort, i.name`) : nothing} as instruments`.execute(
    db,
  );
  const [range] = found;
  if (!range) throw new Error("unreachable: a select without a table gives one row");
  return {
    lessons: range.lessons.map(toLesson),
    holds: range.holds.map(toHold),
    absences: range.absences.map(toAbsence),
    hours: range.hours,
    closures: range.closures,
    makeupDays: range.makeupDays,
    teachers: range.teachers,
    rooms: range.rooms,
    instruments: range.instruments,
  };
}

function toLesson(row: Found["lessons"][number]): CalendarLesson {
  return {
    id: row.id as Id<"lesson">,
    kind: row.kind,
    status: row.status,
    startsAt: new Date(row.starts),
    endsAt: new Date(row.ends),
    subject: row.subject,
    instrumentId: row.instrumentId,
    classId: row.classId,
    teacher: { id: row.teacherId, name: row.teacherName },
    room: { id: row.roomId, name: row.roomName },
    students: row.students.map((student) => ({ ...student, id: student.id as Id<"student"> })),
  };
}

function toHold(row: Found["holds"][number]): CalendarHold {
  return {
    id: row.id,
    startsAt: new Date(row.starts),
    endsAt: new Date(row.ends),
    expiresAt: new Date(row.expires),
    teacher: { id: row.teacherId, name: row.teacherName },
    room: { id: row.roomId, name: row.roomName },
    studentName: row.studentName,
  };
}

function toAbsence(row: Found["absences"][number]): CalendarAbsence {
  return { teacherId: row.teacherId, startsAt: new Date(row.starts), endsAt: new Date(row.ends) };
}
