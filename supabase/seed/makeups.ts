import { addDays, type Calendar, instantOf, isTeachingDay, localDay, range, timeZone } from "./calendar";
import { insertRows, type Sql } from "./rows";
import type { Month } from "./seed-clock";

const VALID_DAYS = 60;
const DAY_MS = 86_400_000;

/** Who and what is busy at which hour of which Sunday. */
export type SundayHours = Set<string>;

type Cancelled = {
  readonly lessonId: string;
  readonly creditId: string;
  readonly enrollmentId: string;
  readonly familyId: string;
  readonly studentId: string;
  readonly instrumentId: string;
  readonly teacherId: string;
  readonly roomId: string;
  readonly minutes: number;
  readonly startsAt: Date;
  /** Whether a make-up was booked with the credit. */
  readonly isMadeUp: boolean;
};

/**
 * Credits of the lessons that families cancelled in a month, at most two a student and term, and the make-ups that some of
 * them were used for, on the Sunday after the next.
 */
export async function loadMakeups(
  sql: Sql,
  calendar: Calendar,
  now: Date,
  month: Month,
  busy: SundayHours,
): Promise<void> {
  const cancelled = await sql<Cancelled[]>`
    select l.id as "lessonId", md5(l.id || 'credit')::uuid as "creditId", l.enrollment_id as "enrollmentId",
           l.family_id as "familyId", l.student_id as "studentId", l.instrument_id as "instrumentId",
           l.teacher_id as "teacherId", l.room_id as "roomId",
           (extract(epoch from upper(l.during) - lower(l.during)) / 60)::int as minutes, lower(l.during) as "startsAt",
           abs(hashtextextended(l.id::text, 9) % 3) = 0 as "isMadeUp"
      from (select l.*, t.id as term_id, row_number() over (partition by l.student_id, t.id order by lower(l.during)) as nth
              from public.lessons l
              join public.terms t on (lower(l.during) at time zone ${timeZone})::date between t.starts_on and t.ends_on
             where l.status = 'cancelled' and l.kind = 'private'
               -- A time that another family has taken over was given up too late for a credit.
               and not exists (select from public.bookings b where b.teacher_id = l.teacher_id and b.during && l.during and b.is_active)) l
     where l.nth <= 2 and lower(l.during) >= ${month.from} and lower(l.during) < ${month.until}
     order by lower(l.during), l.id`;
  if (cancelled.length === 0) return;
  await sql`
    insert into public.makeup_credits (id, family_id, student_id, minutes, origin, origin_lesson_id, term_id, issued_at, expires_at, updated_at)
    select c.id, l.family_id, l.student_id, (extract(epoch from upper(l.during) - lower(l.during)) / 60)::int, 'family_cancelled', l.id, t.id,
           lower(l.during) - interval '2 days', lower(l.during) - interval '2 days' + ${`${VALID_DAYS} days`}::interval,
           lower(l.during) - interval '2 days'
      from unnest(${cancelled.map((one) => one.creditId)}::uuid[], ${cancelled.map((one) => one.lessonId)}::uuid[]) c (id, lesson_id)
      join public.lessons l on l.id = c.lesson_id
      join public.terms t on (lower(l.during) at time zone ${timeZone})::date between t.starts_on and t.ends_on`;
  await bookMakeups(sql, calendar, now, cancelled, busy);
}

/** Sundays have no lessons of their own. */
async function bookMakeups(
  sql: Sql,
  calendar: Calendar,
  now: Date,
  cancelled: readonly Cancelled[],
  busy: SundayHours,
): Promise<void> {
  const makeups = cancelled
    .filter((one) => one.isMadeUp)
    .flatMap((one) => {
      const day = sundayAfter(localDay(new Date(one.startsAt.getTime() + 7 * DAY_MS)));
      const hour = isTeachingDay(calendar, day) ? freeHour(busy, day, one) : undefined;
      return hour === undefined ? [] : [{ ...one, startsAt: instantOf(day, hour * 60) }];
    });
  if (makeups.length === 0) return;
  const bookingId = (one: Cancelled): string => swap(one.creditId, "b");
  const lessonId = (one: Cancelled): string => swap(one.creditId, "c");
  await insertRows(
    sql,
    "bookings",
    makeups.map((one) => ({
      id: bookingId(one),
      kind: "lesson",
      is_active: true,
      teacher_id: one.teacherId,
      room_id: one.roomId,
      student_id: one.studentId,
      during: range(one.startsAt, one.minutes),
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
    })),
  );
  await insertRows(
    sql,
    "lessons",
    makeups.map((one) => ({
      id: lessonId(one),
      booking_id: bookingId(one),
      enrollment_id: one.enrollmentId,
      family_id: one.familyId,
      student_id: one.studentId,
      instrument_id: one.instrumentId,
      teacher_id: one.teacherId,
      room_id: one.roomId,
      during: range(one.startsAt, one.minutes),
      kind: "make_up",
      status: one.startsAt.getTime() + one.minutes * 60_000 <= now.getTime() ? "completed" : "scheduled",
      ical_sequence: 0,
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
    })),
  );
  await sql`
    update public.makeup_credits c set used_lesson_id = m.lesson_id
      from unnest(${makeups.map((one) => one.creditId)}::uuid[], ${makeups.map(lessonId)}::uuid[]) m (id, lesson_id)
     where c.id = m.id`;
}

/** The first hour of a Sunday morning at which teacher, room and student are free; it is taken then. */
function freeHour(busy: SundayHours, day: string, of: Cancelled): number | undefined {
  // A whole hour and the teacher's buffer after it reach into the next one.
  const hours = of.minutes > 45 ? 2 : 1;
  for (let hour = 9; hour < 14; hour++) {
    const keys = [of.teacherId, of.roomId, of.studentId].flatMap((id) =>
      Array.from({ length: hours }, (_, later) => `${day} ${hour + later} ${id}`),
    );
    if (keys.some((key) => busy.has(key))) continue;
    for (const key of keys) busy.add(key);
    return hour;
  }
  return undefined;
}

const sundayAfter = (day: string): string => {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return addDays(day, weekday === 0 ? 0 : 7 - weekday);
};

/** Another id, made from one by its first digit. */
const swap = (id: string, digit: string): string => `${digit}${id.slice(1)}`;

/** The credits that are nobody's cancellation: guaranteed lessons, a teacher's absence, and one that expires tomorrow. */
export async function loadOtherCredits(sql: Sql, calendar: Calendar): Promise<void> {
  const yearStart = instantOf(calendar.yearStartsOn, 8 * 60);
  // Whoever has lessons on Mondays gets fewer than are guaranteed.
  await sql`
    insert into public.makeup_credits (id, family_id, student_id, minutes, origin, reason, issued_at, expires_at, updated_at)
    select md5(e.id || 'guaranteed')::uuid, e.family_id, e.student_id, e.minutes, 'guaranteed_lessons',
           'The calendar has ' || count(*) || ' of the ' || a.guaranteed_lessons || ' lessons on this weekday',
           least(${yearStart}, private.now()), ${instantOf(calendar.yearEndsOn, 24 * 60)}, least(${yearStart}, private.now())
      from public.enrollments e
      join public.lessons l on l.enrollment_id = e.id and l.kind = 'private'
      cross join public.academy_settings a
     where e.status = 'active' and e.starts_at < ${yearStart}::timestamptz + interval '7 days'
     group by e.id, a.guaranteed_lessons
    having count(*) = a.guaranteed_lessons - 1 and max(upper(l.during)) > ${instantOf(calendar.yearEndsOn, 0)}::timestamptz - interval '14 days'`;
  await sql`
    insert into public.makeup_credits (id, family_id, student_id, minutes, origin, origin_lesson_id, expires_at)
    select md5(l.id || 'absence')::uuid, l.family_id, l.student_id, e.minutes, 'teacher_cancelled', l.id,
           lower(l.during) + ${`${VALID_DAYS} days`}::interval
      from public.lessons l
      join public.enrollments e on e.id = l.enrollment_id
      join public.teacher_exceptions x on x.teacher_id = l.teacher_id and x.during && l.during
     where l.status = 'cancelled' and lower(l.during) > private.now()`;
  await sql`
    insert into public.makeup_credits (id, family_id, student_id, minutes, origin, reason, issued_at, expires_at, updated_at)
    select md5(e.id || 'expiring')::uuid, e.family_id, e.student_id, e.minutes, 'goodwill', 'The room was being repaired',
           ${instantOf(addDays(calendar.today, 1 - VALID_DAYS), 24 * 60 - 1)}, ${instantOf(addDays(calendar.today, 1), 24 * 60 - 1)},
           private.now()
      from public.enrollments e where e.status = 'active' and e.kind = 'plan' order by md5(e.id::text) limit 1`;
}

/** A family that leaves in three weeks, nine days after it gave notice; paused enrollments with the day they go on. */
export async function loadNotices(sql: Sql, calendar: Calendar): Promise<void> {
  await sql`
    update public.enrollments e
       set notice_given_on = ${addDays(calendar.today, -9)}, ends_on = ${addDays(calendar.today, 21)}, end_reason = 'Moving to another town'
     where e.id = (select n.id from public.enrollments n
                    where n.status = 'active' and n.kind = 'plan' order by md5('notice' || n.id) limit 1)`;
  await sql`
    update public.lessons l set status = 'cancelled', freed_for = 'withdrawal'
      from public.enrollments e
     where e.id = l.enrollment_id and l.status = 'scheduled'
       and (lower(l.during) at time zone ${timeZone})::date > e.ends_on`;
  await sql`
    update public.enrollments
       set paused_from = ${addDays(calendar.today, -10)}, paused_until = ${addDays(calendar.today, 20)}, pause_reason = 'wished'
     where status = 'paused'`;
}
