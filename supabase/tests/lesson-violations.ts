import { lessonTimes } from "./fixture";
import {
  addCredit,
  addCreditsOfLessons,
  addLesson,
  addPlan,
  addSeries,
  become,
  FREE,
  minutesFrom,
  moveSeries,
  takeClassSeat,
  takeLessonSeat,
  useCredit,
  waitMinutes,
} from "./fixture-builders";
import { ids } from "./fixture-ids";
import type { Tx } from "./principal";

/** Statements by what they try, each refused by the name above them. */
export type Violations = Readonly<Record<string, Readonly<Record<string, (tx: Tx) => Promise<unknown>>>>>;

const hold = (tx: Tx, teacher: string, room: string, student: string | null, during: string) => tx`
  insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at)
  values ('hold', ${teacher}, ${room}, ${student}, ${during}, private.now() + interval '15 minutes')`;

const moveLesson = (tx: Tx, lesson: string, during: string) =>
  tx`update bookings set during = ${during} where id = (select booking_id from lessons where id = ${lesson})`;

/** A make-up on the Friday before creditA ends, and later ones. */
const BEFORE_EXPIRY = "2026-12-18T21:00:00Z";
const AFTER_EXPIRY = "2026-12-21T21:00:00Z";

export const calendarViolations: Violations = {
  teacher_double_booked: {
    "a second lesson of the teacher": (tx) => hold(tx, ids.teacher1, ids.plainRoom, null, lessonTimes.a),
    "a lesson in the teacher's buffer": (tx) =>
      hold(tx, ids.teacher2, ids.plainRoom, null, minutesFrom("2026-11-02T22:30:00Z")),
    "the teacher's time made smaller by hand": async (tx) => {
      await tx`update bookings set teacher_busy = 'empty' where id = ${ids.bookingA}`;
      await hold(tx, ids.teacher1, ids.plainRoom, null, lessonTimes.a);
    },
    "a booking that is taken up again too late": async (tx) => {
      await hold(tx, ids.teacher1, ids.plainRoom, null, minutesFrom(FREE));
      await tx`update bookings set is_active = false where during = ${minutesFrom(FREE)}`;
      await hold(tx, ids.teacher1, ids.drumRoom, null, minutesFrom(FREE));
      await tx`update bookings set is_active = true where during = ${minutesFrom(FREE)}`;
    },
  },
  room_double_booked: {
    "another teacher in the room": (tx) => hold(tx, ids.teacher2, ids.pianoRoom, null, lessonTimes.a),
    "a lesson that moves into the room": (tx) =>
      tx`update bookings set room_id = ${ids.pianoRoom}, during = ${lessonTimes.a} where id = ${ids.bookingB}`,
  },
  student_double_booked: {
    "another teacher for the student": (tx) =>
      hold(tx, ids.teacher2, ids.plainRoom, ids.studentA1, lessonTimes.a),
    "a seat in a class at the time of a lesson": async (tx) => {
      await moveLesson(tx, ids.classLessonA, minutesFrom("2026-11-09T21:00:00Z", 45));
      await hold(tx, ids.teacher2, ids.plainRoom, ids.studentA1, minutesFrom("2026-11-09T21:15:00Z"));
    },
    "a class that moves to the time of a lesson": async (tx) => {
      await hold(tx, ids.teacher2, ids.plainRoom, ids.studentA1, minutesFrom(FREE));
      await moveLesson(tx, ids.classLessonA, minutesFrom(FREE, 45));
    },
  },
  lesson_without_its_time: {
    "a lesson whose time is freed": (tx) =>
      tx`update bookings set is_active = false where id = ${ids.bookingA}`,
    "a lesson whose time is a hold": async (tx) => {
      await tx`update bookings set kind = 'hold', expires_at = private.now() + interval '1 hour' where id = ${ids.bookingA}`;
    },
    "a lesson in which the student is not booked": (tx) => addLesson(tx, { student: null }),
    "a lesson that loses its student's booking": (tx) =>
      tx`update bookings set student_id = null where id = ${ids.bookingA}`,
    "a seat whose time is freed": (tx) =>
      tx`update bookings set is_active = false where kind = 'seat' and student_id = ${ids.studentA1}`,
    "a seat whose time is another than the lesson's": (tx) =>
      tx`update bookings set during = ${minutesFrom(FREE)} where kind = 'seat' and student_id = ${ids.studentA1}`,
    "a cancelled lesson whose time is taken again": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await tx`update bookings set is_active = true where id = ${ids.bookingA}`;
    },
  },
  terms_do_not_overlap: {
    "a term that begins on another's last day": (tx) =>
      tx`insert into terms (name, starts_on, ends_on) values ('Late', '2026-12-19', '2026-12-22')`,
  },
  makeup_days_do_not_overlap: {
    "days that are make-up days already": (tx) =>
      tx`insert into makeup_days (name, starts_on, ends_on) values ('Again', '2026-12-22', '2026-12-23')`,
  },
  availability_does_not_overlap: {
    "hours within other hours": (tx) =>
      tx`insert into teacher_availability (teacher_id, weekday, starts, ends) values (${ids.teacher1}, 0, '18:00', '20:00')`,
  },
  prices_valid_once: {
    "a second price of the same days": (tx) =>
      tx`insert into prices (kind, name, minutes, amount_cents) values ('trial', 'Trial', 30, 1)`,
  },
  plans_valid_once: {
    "a second plan of the same days": (tx) =>
      tx`insert into plans (cadence, name, months) values ('semester', 'Five months', 5)`,
  },
  series_one_at_a_time: {
    "a second series of the enrollment": (tx) =>
      tx`insert into lesson_series (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes, valid)
         values (${ids.enrollmentA}, ${ids.familyA}, ${ids.studentA1}, ${ids.teacher1}, ${ids.pianoRoom}, 2, '16:00', 30,
                 '[2026-12-18,2027-01-31)')`,
    "a second one that is planned": async (tx) => {
      const plan = await addPlan(tx);
      await addSeries(tx, { plan });
      await addSeries(tx, { plan, weekday: 4 });
    },
  },
  lesson_outside_term: {
    "a lesson after the term": (tx) => addLesson(tx, { during: minutesFrom("2026-12-23T21:00:00Z") }),
    "a lesson on a make-up day": (tx) => addLesson(tx, { during: minutesFrom("2026-12-21T21:00:00Z") }),
    "a lesson that moves out of the term": (tx) =>
      moveLesson(tx, ids.lessonA, minutesFrom("2026-12-28T21:00:00Z")),
    "a reason that is taken away": async (tx) => {
      const lesson = await addLesson(tx, { during: minutesFrom("2026-12-23T21:00:00Z"), reason: "Audition" });
      await tx`update lessons set off_calendar_reason = null where id = ${lesson}`;
    },
  },
  lesson_in_closure: {
    "a lesson in Thanksgiving week": (tx) => addLesson(tx, { during: minutesFrom("2026-11-25T21:00:00Z") }),
    "a lesson that moves into it": (tx) => moveLesson(tx, ids.lessonA, minutesFrom("2026-11-25T21:00:00Z")),
    "a make-up on a make-up day that is closed": async (tx) => {
      await tx`insert into closures (name, starts_on, ends_on) values ('Snow', '2026-12-21', '2026-12-21')`;
      await addLesson(tx, { kind: "make_up", during: minutesFrom("2026-12-21T21:00:00Z") });
    },
  },
  lesson_over_midnight: {
    "a lesson from 23:45 to 0:15": (tx) => addLesson(tx, { during: minutesFrom("2026-11-05T04:45:00Z") }),
    "even with a reason": (tx) =>
      addLesson(tx, { during: minutesFrom("2026-11-05T04:45:00Z"), reason: "A night of music" }),
  },
  lesson_transition: {
    "a cancelled lesson that takes place": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await tx`update lessons set status = 'scheduled' where id = ${ids.lessonA}`;
    },
    "a cancelled lesson that is moved": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await moveLesson(tx, ids.lessonA, "[2026-11-02T20:00:00Z,2026-11-02T20:30:00Z)");
    },
    "a lesson that was given and is cancelled": (tx) =>
      tx`update lessons set status = 'cancelled' where id = ${ids.pastLessonA}`,
  },
};

export const seriesViolations: Violations = {
  series_enrollment_inactive: {
    "a series of a trial": (tx) => addSeries(tx, { plan: ids.enrollmentA }),
    "a series of a plan that was withdrawn": async (tx) => {
      const plan = await addPlan(tx);
      await tx`update enrollments set status = 'withdrawn' where id = ${plan}`;
      await addSeries(tx, { plan });
    },
  },
  series_minutes: {
    "weeks of lessons of no minutes": (tx) =>
      tx`select private.series_weeks(${ids.teacher1}, null, null, ${ids.piano}, 0, 2, '16:00', '2026-11-04', '2026-11-18')`,
  },
  series_weekday: {
    "a series on an eighth day": (tx) => addSeries(tx, { weekday: 7 }),
  },
  series_every_weeks: {
    "a series every zero weeks": (tx) => addSeries(tx, { every: 0 }),
  },
  series_days_in_order: {
    "a series that ends before it begins": (tx) => addSeries(tx, { last: "2026-11-03" }),
    "a series that is ended on a day that is none of its own": async (tx) => {
      const lesson = await addSeries(tx);
      await tx`select private.end_series(${lesson}, '2026-11-19', 'They asked')`;
    },
  },
  series_too_long: {
    "a series of 500 weeks": (tx) => addSeries(tx, { last: "2036-06-04" }),
  },
  series_off_grid: {
    "a series at seven past four": (tx) => addSeries(tx, { start: "16:07" }),
  },
  series_without_lessons: {
    "a series of days without its weekday": (tx) => addSeries(tx, { last: "2026-11-04", weekday: 3 }),
    "a series that is ended on its last day": async (tx) => {
      const lesson = await addSeries(tx);
      await tx`select private.end_series(${lesson}, '2026-11-18', 'They asked')`;
    },
    "a series that is over and is moved": async (tx) => {
      const lesson = await addSeries(tx);
      await waitMinutes(tx, 60 * 24 * 60);
      await moveSeries(tx, lesson);
    },
  },
  series_blocked: {
    "a series with one lesson at somebody else's time": async (tx) => {
      await hold(tx, ids.teacher1, ids.plainRoom, null, minutesFrom("2026-11-11T21:00:00Z"));
      await addSeries(tx);
    },
    "a series that moves to somebody else's time": async (tx) => {
      const lesson = await addSeries(tx);
      await hold(tx, ids.teacher1, ids.plainRoom, null, minutesFrom("2026-11-12T22:00:00Z"));
      await moveSeries(tx, lesson);
    },
  },
  series_mostly_blocked: {
    "a series whose teacher is away for most of the next term": async (tx) => {
      const lesson = await addSeries(tx, { last: "2026-12-19" });
      await tx`insert into teacher_exceptions (teacher_id, during, reason)
               values (${ids.teacher1}, '[2027-01-01,2027-05-01)', 'On leave')`;
      await waitMinutes(tx, 40 * 24 * 60);
      await tx`select private.continue_series(
                 (select enrollment_id from lessons where id = ${lesson}), (select id from terms where name = 'Spring'))`;
    },
  },
  weekly_time_taken: {
    "weekly lessons at the weekly time of another student": async (tx) => {
      await addSeries(tx, { last: "2026-12-19" });
      await tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
               values (${ids.familyB}, ${ids.studentB1}, ${ids.piano}, ${ids.teacher1}, 30, '2026-11-18T21:00:00Z', 'plan', 'monthly', '1')`;
    },
  },
  series_replacement_taken: {
    "a time instead that is another lesson's of the series": (tx) =>
      addSeries(tx, { replacements: { "2026-11-11": { startsAt: "2026-11-18T21:00:00Z" } } }),
  },
  series_replacement_unknown: {
    "a choice for a week that is none of the series": (tx) =>
      addSeries(tx, { replacements: { "2026-11-12": { skip: true } } }),
    "a choice for a lesson of somebody else": async (tx) =>
      moveSeries(tx, await addSeries(tx), { replacements: { [ids.lessonB]: { keep: true } } }),
    "choices in a list": (tx) => addSeries(tx, { replacements: [] }),
  },
  series_missing: {
    "a lesson that is in no series": (tx) => moveSeries(tx, ids.lessonA),
    "a lesson of another family": async (tx) => {
      const lesson = await addSeries(tx);
      await become(tx, "parentB");
      await moveSeries(tx, lesson);
    },
    "a series that does not exist": (tx) =>
      tx`select private.end_series(${ids.lute}, '2026-11-18', 'They asked')`,
  },
  series_scope: {
    "a move of one alone": async (tx) => moveSeries(tx, await addSeries(tx), { scope: "one" }),
  },
  series_reason_missing: {
    "a move by the academy without a reason": async (tx) => moveSeries(tx, await addSeries(tx), { why: " " }),
    "an end without a reason": async (tx) =>
      tx`select private.end_series(${await addSeries(tx)}, '2026-11-11', null)`,
  },
  series_for_staff: {
    "a family that leaves a lesson out": async (tx) => {
      const lesson = await addSeries(tx);
      await become(tx, "parentA");
      await moveSeries(tx, lesson, { replacements: { [lesson]: { skip: true } } });
    },
  },
  series_unchanged: {
    "a move to the same time": async (tx) =>
      moveSeries(tx, await addSeries(tx), { weekday: 2, start: "16:00" }),
  },
  series_notice_too_short: {
    "a family that moves tomorrow morning's lesson": async (tx) => {
      const lesson = await addSeries(tx);
      await become(tx, "parentA");
      await waitMinutes(tx, (15 * 24 - 18) * 60);
      await moveSeries(tx, lesson);
    },
  },
};

export const teachingViolations: Violations = {
  first_lesson_missing: {
    "a series of an enrollment that has only a hold": async (tx) => {
      await tx`update enrollments set booking_id = null where id = ${ids.enrollmentA}`;
      await tx`select private.book_weekly(${ids.enrollmentA})`;
    },
  },
  class_full: {
    "a third student of two": async (tx) => {
      await takeClassSeat(tx, ids.studentA2);
      await takeClassSeat(tx, ids.studentB1);
    },
    "three students in one statement": (tx) =>
      tx`insert into class_seats (class_id, student_id, family_id)
         select ${ids.classA}, id, family_id from students where id <> ${ids.studentA1}`,
    "a class made smaller than its students": async (tx) => {
      await takeClassSeat(tx, ids.studentA2);
      await tx`update classes set seats = 1 where id = ${ids.classA}`;
    },
  },
  class_not_open: {
    "a seat in a closed class": async (tx) => {
      await tx`update classes set status = 'closed' where id = ${ids.classA}`;
      await takeClassSeat(tx, ids.studentA2);
    },
  },
  class_age_out_of_range: {
    "a student who is too young": async (tx) => {
      await tx`update classes set minimum_age = 11 where id = ${ids.classA}`;
      await takeClassSeat(tx, ids.studentA2);
    },
    "a student who is too old": async (tx) => {
      await tx`update classes set maximum_age = 9 where id = ${ids.classA}`;
      await takeClassSeat(tx, ids.studentA2);
    },
  },
  class_transition: {
    "a class that ended and opens again": async (tx) => {
      await tx`update classes set status = 'ended' where id = ${ids.classA}`;
      await tx`update classes set status = 'open' where id = ${ids.classA}`;
    },
  },
  seat_transition: {
    "a class seat that was left": async (tx) => {
      await tx`update class_seats set status = 'left', left_at = private.now() where class_id = ${ids.classA}`;
      await tx`update class_seats set status = 'taken', left_at = null where class_id = ${ids.classA}`;
    },
    "a seat that was given up, when its lesson has begun": async (tx) => {
      await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonA}`;
      await waitMinutes(tx, 60 * 24 * 15);
      await tx`update lesson_seats set given_up_at = null where lesson_id = ${ids.classLessonA}`;
    },
    "a seat that was given up, at another time": async (tx) => {
      await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonA}`;
      await tx`update lesson_seats set given_up_at = given_up_at + interval '1 second' where lesson_id = ${ids.classLessonA}`;
    },
  },
  lesson_full: {
    "a third student of two": async (tx) => {
      await takeLessonSeat(tx, ids.studentA2);
      await takeLessonSeat(tx, ids.studentB1);
    },
    "a class made smaller than its next lesson": async (tx) => {
      await takeLessonSeat(tx, ids.studentA2);
      await tx`update classes set seats = 1 where id = ${ids.classA}`;
    },
  },
  lesson_without_seats: {
    "a seat in a private lesson": (tx) => takeLessonSeat(tx, ids.studentA2, ids.lessonA),
    "a seat in a cancelled lesson": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.classLessonA}`;
      await takeLessonSeat(tx, ids.studentA2);
    },
  },
  attendance_of_another: {
    "a student of another lesson": (tx) =>
      tx`insert into attendance (lesson_id, student_id, family_id, status)
         values (${ids.pastLessonA}, ${ids.studentB1}, ${ids.familyB}, 'present')`,
    "a student who gave up the seat": async (tx) => {
      await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonA}`;
      await waitMinutes(tx, 30 * 24 * 60);
      await tx`insert into attendance (lesson_id, student_id, family_id, status)
               values (${ids.classLessonA}, ${ids.studentA1}, ${ids.familyA}, 'absent')`;
    },
  },
  attendance_too_early: {
    "a lesson of next month": (tx) =>
      tx`insert into attendance (lesson_id, student_id, family_id, status)
         values (${ids.lessonA}, ${ids.studentA1}, ${ids.familyA}, 'present')`,
    "a lesson that was cancelled": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await waitMinutes(tx, 30 * 24 * 60);
      await tx`insert into attendance (lesson_id, student_id, family_id, status)
               values (${ids.lessonA}, ${ids.studentA1}, ${ids.familyA}, 'present')`;
    },
  },
  student_not_in_lesson: {
    "a note to another family": (tx) =>
      tx`insert into lesson_notes (lesson_id, student_id, family_id, teacher_id, body)
         values (${ids.pastLessonA}, ${ids.studentB1}, ${ids.familyB}, ${ids.teacher1}, 'Hello')`,
    "an assignment of another's lesson": (tx) =>
      tx`insert into assignments (lesson_id, student_id, family_id, teacher_id, title)
         values (${ids.pastLessonA}, ${ids.studentA2}, ${ids.familyA}, ${ids.teacher1}, 'Scales')`,
    "a credit for another's lesson": (tx) =>
      tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, expires_at)
         values (${ids.familyA}, ${ids.studentA2}, 30, 'weather', ${ids.lessonA}, private.now() + interval '9 days')`,
  },
  practice_in_future: {
    "practice of tomorrow": (tx) =>
      tx`insert into practice_entries (student_id, family_id, practiced_on, minutes)
         values (${ids.studentA1}, ${ids.familyA}, '2026-10-21', 20)`,
    "practice moved to tomorrow": (tx) => tx`update practice_entries set practiced_on = '2026-10-21'`,
  },
};

export const makeupViolations: Violations = {
  makeups_per_term: {
    "a third cancellation of the term": (tx) => addCreditsOfLessons(tx, "family_cancelled", 3),
    "a third one that claims another term": async (tx) => {
      await addCreditsOfLessons(tx, "family_cancelled", 2);
      await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, term_id, expires_at)
               select ${ids.familyA}, ${ids.studentA1}, 30, 'family_cancelled', ${ids.lessonA}, t.id,
                      private.now() + interval '60 days' from terms t where t.name = 'Spring'`;
    },
    "a voided one that is valid again": async (tx) => {
      const first = await addCredit(tx, { origin: "family_cancelled", lesson: ids.lessonA });
      await tx`update makeup_credits set voided_at = private.now() where id = ${first}`;
      await addCreditsOfLessons(tx, "family_cancelled", 2);
      await tx`update makeup_credits set voided_at = null where id = ${first}`;
    },
  },
  illness_exceptions_per_year: {
    "a third illness": (tx) => addCreditsOfLessons(tx, "illness", 3),
  },
  makeup_without_credit: {
    "a make-up for nothing": (tx) => addLesson(tx, { kind: "make_up" }),
  },
  makeup_credit_used_once: {
    "a second lesson for one credit": async (tx) => {
      const first = await addLesson(tx, { kind: "make_up" });
      await useCredit(tx, first);
      await useCredit(
        tx,
        await addLesson(tx, { kind: "make_up", during: minutesFrom("2026-11-05T21:00:00Z") }),
      );
    },
    "a credit taken back from a lesson that takes place": async (tx) => {
      await useCredit(tx, await addLesson(tx, { kind: "make_up" }));
      await tx`update makeup_credits set used_lesson_id = null where id = ${ids.creditA}`;
    },
    "two credits for one lesson": async (tx) => {
      const lesson = await addLesson(tx, { kind: "make_up" });
      await useCredit(tx, lesson);
      await useCredit(tx, lesson, await addCredit(tx));
    },
  },
  makeup_credit_of_another: {
    "a credit of the other family": async (tx) =>
      useCredit(tx, await addLesson(tx, { kind: "make_up" }), ids.creditB),
    "a credit that is used as it is written": async (tx) => {
      const lesson = await addLesson(tx, { kind: "make_up" });
      await tx`insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at, used_lesson_id)
               values (${ids.familyB}, ${ids.studentB1}, 30, 'goodwill', 'A reason', '2027-01-01', ${lesson})`;
    },
  },
  makeup_credit_expired: {
    "a lesson after its end": async (tx) =>
      useCredit(tx, await addLesson(tx, { kind: "make_up", during: minutesFrom(AFTER_EXPIRY) })),
    "a lesson that moves beyond its end": async (tx) => {
      const lesson = await addLesson(tx, { kind: "make_up", during: minutesFrom(BEFORE_EXPIRY) });
      await useCredit(tx, lesson);
      await moveLesson(tx, lesson, minutesFrom(AFTER_EXPIRY));
    },
    "a credit that was voided": async (tx) => {
      await tx`update makeup_credits set voided_at = private.now() where id = ${ids.creditA}`;
      await useCredit(tx, await addLesson(tx, { kind: "make_up" }));
    },
    "a credit whose days are over": async (tx) => {
      const lesson = await addLesson(tx, { kind: "make_up" });
      await waitMinutes(tx, 60 * 24 * 60 + 1);
      await useCredit(tx, lesson);
    },
  },
  makeup_credit_too_short: {
    "a longer lesson": async (tx) =>
      useCredit(tx, await addLesson(tx, { kind: "make_up", during: minutesFrom(FREE, 45) })),
    "a lesson that becomes longer": async (tx) => {
      const lesson = await addLesson(tx, { kind: "make_up" });
      await useCredit(tx, lesson);
      await moveLesson(tx, lesson, minutesFrom(FREE, 45));
    },
    "a lesson that is no make-up": async (tx) => useCredit(tx, await addLesson(tx)),
  },
  waitlist_transition: {
    "an entry that was withdrawn": async (tx) => {
      await tx`update waitlist_entries set status = 'withdrawn' where id = ${ids.waitingA}`;
      await tx`update waitlist_entries set status = 'waiting' where id = ${ids.waitingA}`;
    },
  },
  offer_transition: {
    "an answer to an offer that was declined": async (tx) => {
      await tx`update waitlist_offers set status = 'declined', answered_at = private.now() where id = ${ids.offerA}`;
      await tx`update waitlist_offers set status = 'accepted' where id = ${ids.offerA}`;
    },
    "a second acceptance": async (tx) => {
      await tx`update waitlist_offers set status = 'accepted', answered_at = private.now() where id = ${ids.offerA}`;
      await tx`update waitlist_offers set status = 'accepted', answered_at = private.now() where id = ${ids.offerA}`;
    },
  },
  offer_expired: {
    "an acceptance after two hours": async (tx) => {
      await waitMinutes(tx, 121);
      await tx`update waitlist_offers set status = 'accepted', answered_at = private.now() where id = ${ids.offerA}`;
    },
  },
};
