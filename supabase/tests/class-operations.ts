import fc from "fast-check";
import { classes, students } from "./busy-academy";
import { book, holdOf, place } from "./calendar-operations";
import { ids } from "./fixture-ids";
import { mostly, nth, oneOf, operation, which } from "./operation";

const student = oneOf(...students);
type Lesson = { id: string; booking_id: string };

/** Classes with their lessons and seats, and the waitlist. */
export const classOperations = [
  operation(
    "classLesson",
    fc.record({ class: oneOf(...classes), at: place, student: mostly(null, ids.studentA2) }),
    async (tx, { class: of, at, student: extra }) => {
      const booking = await book(tx, at, extra);
      await tx`insert into lessons (booking_id, class_id, teacher_id, room_id, during, kind)
               select b.id, c.id, b.teacher_id, b.room_id, b.during, c.kind from bookings b, classes c
                where b.id = ${booking} and c.id = ${of}`;
    },
  ),
  ...[1, 2].map(() =>
    operation(
      "takeLessonSeat",
      fc.record({ which, student, given: mostly(false, true), any: mostly(false, true) }),
      async (tx, { which: n, student: of, given, any }) => {
        const lesson = await nth(
          n,
          tx<Lesson[]>`
        select id, booking_id from lessons where class_id is not null or ${any}
         order by status, lower(during), teacher_id, id`,
        );
        await tx`insert into lesson_seats (lesson_id, student_id, family_id, given_up_at)
               values (${lesson.id}, ${of.id}, ${of.family}, case when ${given} then private.now() end)`;
      },
    ),
  ),
  operation(
    "giveUpLessonSeat",
    fc.record({ which, back: mostly(false, true) }),
    async (tx, { which: n, back }) => {
      const seat = await nth(
        n,
        tx<{ lesson_id: string; student_id: string }[]>`
        select s.lesson_id, s.student_id from lesson_seats s join lessons l on l.id = s.lesson_id
         order by lower(l.during), s.student_id, s.lesson_id`,
      );
      await tx`update lesson_seats set given_up_at = case when not ${back} then private.now() end
              where lesson_id = ${seat.lesson_id} and student_id = ${seat.student_id}`;
    },
  ),
  operation(
    "joinClass",
    fc.record({ class: oneOf(...classes), student }),
    async (tx, { class: of, student: who }) => {
      await tx`insert into class_seats (class_id, student_id, family_id) values (${of}, ${who.id}, ${who.family})`;
    },
  ),
  operation("leaveClass", fc.record({ which, back: mostly(false, true) }), async (tx, { which: n, back }) => {
    const seat = await nth(
      n,
      tx<{ id: string }[]>`select id from class_seats order by class_id, student_id, taken_at, id`,
    );
    if (back) await tx`update class_seats set status = 'taken', left_at = null where id = ${seat.id}`;
    else await tx`update class_seats set status = 'left', left_at = private.now() where id = ${seat.id}`;
  }),
  operation(
    "resizeClass",
    fc.record({ class: oneOf(...classes), seats: oneOf(0, 1, 2, 3) }),
    (tx, { class: of, seats }) => tx`update classes set seats = ${seats} where id = ${of}`,
  ),
  operation(
    "setClassStatus",
    fc.record({ class: oneOf(...classes), status: mostly("open", "closed", "ended") }),
    (tx, { class: of, status }) => tx`update classes set status = ${status} where id = ${of}`,
  ),
  operation(
    "joinWaitlist",
    fc.record({ class: oneOf(...classes), student }),
    (tx, { class: of, student: who }) =>
      tx`insert into waitlist_entries (family_id, student_id, class_id) values (${who.family}, ${who.id}, ${of})`,
  ),
  operation(
    "offer",
    fc.record({ which, hold: oneOf(0, 0, 1), hours: mostly(2, 0), kind: oneOf("seat", "time") }),
    async (tx, { which: n, hold, hours, kind }) => {
      const entry = await nth(
        n,
        tx<{ id: string; family_id: string; class_id: string }[]>`
          select id, family_id, class_id from waitlist_entries order by joined_at, id`,
      );
      const booking = kind === "time" ? (await holdOf(tx, hold)).id : null;
      await tx`update waitlist_entries set status = 'offered' where id = ${entry.id}`;
      await tx`insert into waitlist_offers (entry_id, family_id, booking_id, class_id, expires_at)
               values (${entry.id}, ${entry.family_id}, ${booking}, ${booking === null ? entry.class_id : null},
                       private.now() + ${hours} * interval '1 hour')`;
    },
  ),
  operation(
    "answerOffer",
    fc.record({ which, status: oneOf("accepted", "accepted", "declined", "expired", "open") }),
    async (tx, { which: n, status }) => {
      const offer = await nth(
        n,
        tx<
          { id: string; entry_id: string }[]
        >`select id, entry_id from waitlist_offers order by offered_at, id`,
      );
      // The entry first, then its offer: whoever makes an offer takes them in this order.
      await tx`select from waitlist_entries where id = ${offer.entry_id} for no key update`;
      await tx`update waitlist_offers
                  set status = ${status}::offer_status,
                      answered_at = case when ${status} in ('accepted', 'declined') then private.now() end
                where id = ${offer.id}`;
      await tx`update waitlist_entries set status = ${status === "accepted" ? "accepted" : "waiting"}
                where id = ${offer.entry_id}`;
    },
  ),
];
