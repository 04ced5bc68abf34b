import fc from "fast-check";
import { rooms, students, teachers } from "./busy-academy";
import { ids } from "./fixture-ids";
import { mostly, nth, oneOf, operation, which } from "./operation";
import type { Tx } from "./principal";

/** Teaching days of winter time, few of them. */
const day = fc.oneof(
  { weight: 8, arbitrary: oneOf("2026-11-02", "2026-11-02", "2026-11-09", "2026-12-14") },
  // A closure, a make-up day outside the term, and a day in no term.
  { weight: 1, arbitrary: oneOf("2026-11-24", "2026-12-21", "2027-01-02") },
);

/** Minutes of the local day: on the grid, a minute beside it, and one that runs over midnight. */
const start = fc.oneof(
  { weight: 6, arbitrary: oneOf(930, 960, 990, 1020) },
  { weight: 2, arbitrary: oneOf(931, 959, 1004) },
  { weight: 1, arbitrary: oneOf(1430) },
);

/** A time in New York in winter, as a range's text. */
const slot = fc
  .record({ day, start, minutes: mostly(30, 45, 60) })
  .map(({ day: date, start: first, minutes }) => {
    const midnight = Date.parse(`${date}T00:00:00-05:00`);
    const at = (minute: number) => new Date(midnight + minute * 60_000).toISOString();
    return `[${at(first)},${at(first + minutes)})`;
  });

const teacher = oneOf(...teachers);
const room = oneOf(...rooms);
const student = oneOf(...students);
/** Who, where and when. */
export const place = fc.record({ teacher, room, slot });
export type Place = { readonly teacher: string; readonly room: string; readonly slot: string };

/** Takes a time for a lesson; gives the booking's id. */
export async function book(tx: Tx, at: Place, studentId: string | null): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into bookings (kind, teacher_id, room_id, student_id, during)
    values ('lesson', ${at.teacher}, ${at.room}, ${studentId}, ${at.slot}) returning id`;
  return row?.id ?? "";
}

type Enrollment = { id: string; family_id: string; student_id: string };
const enrollmentOf = (tx: Tx, n: number) =>
  nth(n, tx<Enrollment[]>`select id, family_id, student_id from enrollments order by number`);

/** Writes the lesson of a booking for an enrollment; gives the lesson's id. */
export async function insertLesson(
  tx: Tx,
  booking: string,
  enrollment: Enrollment,
  more: { kind?: string; status?: string; offCalendar?: string | null } = {},
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind,
                         status, off_calendar_reason)
    select id, ${enrollment.id}, ${enrollment.family_id}, ${enrollment.student_id}, ${ids.piano}, teacher_id, room_id, during,
           ${more.kind ?? "private"}, ${more.status ?? "scheduled"}, ${more.offCalendar ?? null}
      from bookings where id = ${booking} returning id`;
  return row?.id ?? "";
}

type Booking = { id: string; kind: string };
/** The nth hold, those that still count first. */
export const holdOf = (tx: Tx, n: number) =>
  nth(
    n,
    tx<
      Booking[]
    >`select id, kind from bookings where kind = 'hold' order by is_active desc, lower(during), teacher_id, created_at, id`,
  );
type Lesson = { id: string; booking_id: string };
/** The nth lesson, of classes too. */
export const lessonOf = (tx: Tx, n: number) =>
  nth(
    n,
    tx<
      Lesson[]
    >`select id, booking_id from lessons order by status, lower(during), teacher_id, created_at, id`,
  );

export const calendarOperations = [
  operation("hold", place, async (tx, at) => {
    await tx`select private.release_expired_holds()`;
    await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
             values ('hold', ${at.teacher}, ${at.room}, ${at.slot},
                     private.now() + (select hold_minutes from academy_settings) * interval '1 minute')`;
  }),
  operation("holdInstead", fc.record({ which, at: place }), async (tx, { which: n, at }) => {
    const hold = await holdOf(tx, n);
    await tx`update bookings set is_active = false, released_reason = 'another time chosen' where id = ${hold.id}`;
    await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
             values ('hold', ${at.teacher}, ${at.room}, ${at.slot}, private.now() + interval '15 minutes')`;
  }),
  operation("releaseHold", which, async (tx, n) => {
    const hold = await holdOf(tx, n);
    await tx`update bookings set is_active = false, released_reason = 'let go' where id = ${hold.id}`;
  }),
  operation("takeHoldUpAgain", which, async (tx, n) => {
    const hold = await holdOf(tx, n);
    await tx`update bookings set is_active = true, released_reason = null, expires_at = private.now() + interval '15 minutes'
              where id = ${hold.id} and kind = 'hold'`;
  }),
  operation("expireHolds", fc.constant(null), (tx) => tx`select private.release_expired_holds()`),
  operation(
    "holdToLesson",
    fc.record({
      hold: which,
      enrollment: which,
      how: mostly("whole", "unconverted", "of nobody", "of another"),
    }),
    async (tx, { hold, enrollment, how }) => {
      const held = await holdOf(tx, hold);
      const enrolled = await enrollmentOf(tx, enrollment);
      const other = students.find(({ id }) => id !== enrolled.student_id)?.id ?? null;
      const of = how === "of nobody" ? null : how === "of another" ? other : enrolled.student_id;
      if (how !== "unconverted") {
        await tx`update bookings set kind = 'lesson', expires_at = null, student_id = ${of} where id = ${held.id}`;
      }
      await insertLesson(tx, held.id, enrolled);
    },
  ),
  ...[1, 2, 3].map(() =>
    operation(
      "bookLesson",
      fc.record({
        at: place,
        enrollment: which,
        offCalendar: mostly(null, "by agreement", "no"),
        status: mostly("scheduled", "cancelled", "completed"),
      }),
      async (tx, { at, enrollment, offCalendar, status }) => {
        const enrolled = await enrollmentOf(tx, enrollment);
        await insertLesson(tx, await book(tx, at, enrolled.student_id), enrolled, { offCalendar, status });
      },
    ),
  ),
  operation("bookForAnother", fc.record({ at: place, enrollment: which }), async (tx, { at, enrollment }) => {
    const enrolled = await enrollmentOf(tx, enrollment);
    const other = students.find(({ id }) => id !== enrolled.student_id)?.id ?? null;
    await insertLesson(tx, await book(tx, at, other), enrolled);
  }),
  operation("moveLesson", fc.record({ which, slot }), async (tx, { which: n, slot: to }) => {
    const lesson = await lessonOf(tx, n);
    await tx`update bookings set during = ${to} where id = ${lesson.booking_id}`;
  }),
  operation("substitute", fc.record({ which, teacher }), async (tx, { which: n, teacher: other }) => {
    const lesson = await lessonOf(tx, n);
    await tx`update bookings set teacher_id = ${other} where id = ${lesson.booking_id}`;
  }),
  operation("changeRoom", fc.record({ which, room }), async (tx, { which: n, room: other }) => {
    const lesson = await lessonOf(tx, n);
    await tx`update bookings set room_id = ${other} where id = ${lesson.booking_id}`;
  }),
  operation("unhingeLesson", fc.record({ which, slot }), async (tx, { which: n, slot: to }) => {
    const lesson = await lessonOf(tx, n);
    await tx`update lessons set during = ${to} where id = ${lesson.id}`;
  }),
  ...[1, 2].map(() =>
    operation(
      "setLessonStatus",
      fc.record({ which, status: oneOf("cancelled", "cancelled", "completed", "no_show", "scheduled") }),
      async (tx, { which: n, status }) => {
        const lesson = await lessonOf(tx, n);
        await tx`update lessons set status = ${status} where id = ${lesson.id}`;
      },
    ),
  ),
  operation(
    "falsifyBooking",
    fc.record({
      which,
      how: oneOf("free", "revive", "of another", "into a hold", "seat elsewhere"),
      student,
      slot,
    }),
    async (tx, { which: n, how, student: other, slot: to }) => {
      const booking = await nth(
        n,
        tx<
          Booking[]
        >`select id, kind from bookings where kind <> 'hold' order by is_active, lower(during), teacher_id, student_id, id`,
      );
      if (how === "free") await tx`update bookings set is_active = false where id = ${booking.id}`;
      else if (how === "revive") await tx`update bookings set is_active = true where id = ${booking.id}`;
      else if (how === "of another")
        await tx`update bookings set student_id = ${other.id} where id = ${booking.id}`;
      else if (how === "into a hold")
        await tx`update bookings set kind = 'hold', expires_at = private.now() where id = ${booking.id}`;
      else await tx`update bookings set during = ${to} where id = ${booking.id} and kind = 'seat'`;
    },
  ),
  operation("enrollInPlan", fc.record({ at: place, student }), async (tx, { at, student: of }) => {
    const booking = await book(tx, at, of.id);
    const enrollment = await nth(
      0,
      tx<Enrollment[]>`
      insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id, kind, cadence,
                               policy_version)
      select ${of.family}, ${of.id}, ${ids.piano}, ${at.teacher}, 30, lower(during), id, 'plan', 'monthly', '1'
        from bookings where id = ${booking}
      returning id, family_id, student_id`,
    );
    await insertLesson(tx, booking, enrollment);
    await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${enrollment.id}`;
    await tx`select day, booked from private.book_weekly(${enrollment.id})`;
  }),
  operation("bookWeekly", which, async (tx, n) => {
    const enrollment = await enrollmentOf(tx, n);
    await tx`select day, booked from private.book_weekly(${enrollment.id})`;
  }),
  operation(
    "planSeries",
    fc.record({
      which,
      teacher,
      weekday: oneOf(0, 0, 2),
      at: oneOf("15:30", "16:00", "16:07"),
      every: mostly(1, 2, 3),
    }),
    async (tx, { which: n, teacher: with_, weekday, at, every }) => {
      const enrollment = await enrollmentOf(tx, n);
      await tx`select private.plan_series(${enrollment.id}, ${with_}, null, ${weekday}, ${at}, '2026-11-02', '2026-12-19', ${every})`;
    },
  ),
  operation(
    "moveSeries",
    fc.record({
      which,
      scope: oneOf("following", "all"),
      weekday: oneOf(0, 2, 5),
      at: oneOf("15:30", "16:00"),
      how: oneOf("keep", "skip", "nothing"),
    }),
    async (tx, { which: n, scope, weekday, at, how }) => {
      const lesson = await nth(
        n,
        tx<
          { id: string }[]
        >`select id from lessons where series_id is not null order by starts_at, teacher_id, created_at, id`,
      );
      await tx`
        select private.move_series(${lesson.id}, ${scope}, ${weekday}, ${at}, why => 'At random', replacements => (
          select coalesce(jsonb_object_agg(m.lesson_id, jsonb_build_object(${how}::text, true)), '{}')
            from private.series_moves(${lesson.id}, ${scope}, ${weekday}, ${at}) m
           where m.state <> 'free' and ${how} <> 'nothing'))`;
    },
  ),
  operation(
    "endSeries",
    fc.record({ which, day: oneOf("2026-11-09", "2026-12-14") }),
    async (tx, { which: n, day: last }) => {
      const series = await nth(
        n,
        tx<{ id: string }[]>`select id from lesson_series order by valid, weekday, starts, id`,
      );
      await tx`select private.end_series(${series.id}, ${last}::text::date, 'At random')`;
    },
  ),
];
