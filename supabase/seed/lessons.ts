import { addDays, type Calendar, instantOf, range, teachingDays } from "./calendar";
import type { Enrollment, Year } from "./enrollments";
import type { Random } from "./random";
import { insertRows, type Row, type Sql } from "./rows";
import type { Teacher } from "./teachers";

export type Lesson = {
  readonly id: string;
  readonly bookingId: string;
  readonly startsAt: Date;
  readonly teacher: Teacher;
  readonly status: "scheduled" | "completed" | "cancelled" | "no_show";
};

/** Each enrollment's booked times in order; the first one is what it was made for. */
export type Lessons = ReadonlyMap<Enrollment, readonly Lesson[]>;

const SUBSTITUTED = "samuel.adeyemi@cedarheights.example";

/** The week of a teacher's absence: the first Monday with lessons, at least ten days ahead. */
function weekOff(calendar: Calendar): { readonly from: string; readonly until: string } {
  const monday = teachingDays(calendar, 0, addDays(calendar.today, 10), addDays(calendar.today, 120))[0];
  const from = monday ?? calendar.today;
  return { from, until: addDays(from, 6) };
}

/** Tells what becomes of every booked time of the year. */
export function planLessons(random: Random, calendar: Calendar, now: Date, year: Year): Lessons {
  const off = weekOff(calendar);
  return new Map(
    year.enrollments.map((enrollment) => {
      const { slot, student, kind } = enrollment;
      const isAway = (day: string): boolean =>
        kind === "plan" && slot.teacher.email === SUBSTITUTED && off.from <= day && day <= off.until;
      const substitute = enrollment.days.some(isAway)
        ? year.timetable.substituteFor(slot, {
            studentId: student.id,
            familyId: enrollment.family.id,
            age: student.age,
            instrument: enrollment.instrument,
            minutes: slot.minutes,
          })
        : undefined;
      const lessons = enrollment.days.map((day): Lesson => {
        const startsAt = instantOf(day, slot.start);
        const isGivenUp = year.freedLesson?.enrollmentId === enrollment.id && year.freedLesson.day === day;
        const isOver = startsAt.getTime() + slot.minutes * 60_000 <= now.getTime();
        const status = lessonStatus(random, isOver, kind === "trial" || day === enrollment.days[0]);
        return {
          id: random.uuid(),
          bookingId: random.uuid(),
          startsAt,
          teacher: isAway(day) && substitute ? substitute : slot.teacher,
          status: isGivenUp || (isAway(day) && !substitute) ? "cancelled" : status,
        };
      });
      return [enrollment, lessons];
    }),
  );
}

function lessonStatus(random: Random, isOver: boolean, isFirst: boolean): Lesson["status"] {
  const dice = isFirst ? 100 : random.between(1, 100);
  if (isOver) return dice <= 4 ? "cancelled" : dice <= 6 ? "no_show" : "completed";
  return dice === 1 ? "cancelled" : "scheduled";
}

/** Holds the first time, as it was when the enrollment was submitted. */
export async function insertHold(
  sql: Sql,
  { slot, student, fate }: Enrollment,
  first: Lesson,
  submittedAt: Date,
): Promise<void> {
  const isExtended = fate === "waiting";
  const until = submittedAt.getTime() + (isExtended ? 14 * 86_400_000 : 15 * 60_000);
  await insertRows(sql, "bookings", [
    {
      id: first.bookingId,
      kind: "hold",
      is_active: true,
      teacher_id: first.teacher.id,
      room_id: slot.room.id,
      student_id: student.id,
      during: range(first.startsAt, slot.minutes),
      expires_at: new Date(Math.min(until, first.startsAt.getTime())).toISOString(),
      hold_note: isExtended ? "The family is travelling and pays on its return." : null,
      ...dated(submittedAt),
    },
  ]);
}

/** Turns the held time into the first lesson and books the later ones. */
export async function insertLessons(
  sql: Sql,
  { id, family, student, instrument, slot, kind, days }: Enrollment,
  lessons: readonly Lesson[],
  paidAt: Date,
): Promise<void> {
  const [first, ...later] = lessons;
  if (!first) return;
  // Most of the rows of the whole academy: columns as arrays cost PostgreSQL less than rows as JSON.
  const columns = (of: readonly Lesson[]) => sql`
    unnest(${of.map((lesson) => lesson.id)}::uuid[], ${of.map((lesson) => lesson.bookingId)}::uuid[],
           ${of.map((lesson) => lesson.teacher.id)}::uuid[],
           ${of.map((lesson) => lesson.startsAt.toISOString())}::timestamptz[],
           ${of.map((lesson) => lesson.status)}::public.lesson_status[])
      l (id, booking_id, teacher_id, starts_at, status)`;
  const during = sql`tstzrange(l.starts_at, l.starts_at + ${slot.minutes} * interval '1 minute')`;
  const isSeries = kind === "plan";
  await sql`
    with series as (
      insert into public.lesson_series (id, enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                        valid, created_at, updated_at)
      select md5(${id} || 'series')::uuid, ${id}::uuid, ${family.id}::uuid, ${student.id}::uuid, ${slot.teacher.id}::uuid,
             ${slot.room.id}::uuid, ${slot.weekday}::int, time '00:00' + ${slot.start}::int * interval '1 minute',
             ${slot.minutes}::int, daterange(${days[0] ?? null}, ${days.at(-1) ?? null}, '[]'), ${paidAt}::timestamptz,
             ${paidAt}::timestamptz
       where ${isSeries}::boolean
    ), held as (
      update public.bookings set kind = 'lesson', expires_at = null, is_active = ${first.status !== "cancelled"}
       where id = ${first.bookingId}
    ), booked as (
      insert into public.bookings (id, kind, is_active, teacher_id, room_id, student_id, during, released_reason,
                                   created_at, updated_at)
      select l.booking_id, 'lesson', l.status <> 'cancelled', l.teacher_id, ${slot.room.id}, ${student.id}, ${during},
             case l.status when 'cancelled' then 'lesson cancelled' end, ${paidAt}, ${paidAt}
        from ${columns(later)}
    )
    insert into public.lessons (id, booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id,
                                substitute_for, room_id, during, kind, status, ical_sequence, series_id, created_at, updated_at)
    select l.id, l.booking_id, ${id}, ${family.id}, ${student.id}, ${instrument.id}, l.teacher_id,
           nullif(${slot.teacher.id}::uuid, l.teacher_id), ${slot.room.id}, ${during}, ${kind === "trial" ? "trial" : "private"}, l.status,
           case l.status when 'cancelled' then 1 else 0 end, ${isSeries ? sql`md5(${id} || 'series')::uuid` : null}, ${paidAt}, ${paidAt}
      from ${columns(lessons)}`;
}

const dated = (at: Date): Row => ({ created_at: at.toISOString(), updated_at: at.toISOString() });

/** The week off of the teacher who is substituted. */
export async function insertWeekOff(
  sql: Sql,
  random: Random,
  calendar: Calendar,
  teachers: readonly Teacher[],
): Promise<void> {
  const absent = teachers.find((teacher) => teacher.email === SUBSTITUTED);
  if (!absent) return;
  const off = weekOff(calendar);
  const start = instantOf(off.from, 0);
  const minutes = (instantOf(addDays(off.until, 1), 0).getTime() - start.getTime()) / 60_000;
  await sql`
    insert into public.teacher_exceptions (id, teacher_id, during, reason)
    values (${random.uuid()}, ${absent.id}, ${range(start, minutes)}, 'Concert tour')`;
}
