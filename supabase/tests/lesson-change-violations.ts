import { addCredit, addLesson, become, FREE, takeLessonSeat, waitMinutes } from "./fixture-builders";
import { ids, type Person } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

/** Thursday 5 November 2026, 16:00 in New York: nobody of the fixture is busy. */
const THURSDAY = "2026-11-05T21:00:00Z";
const SUNDAY = "2026-11-08T21:00:00Z";

const cancel = async (tx: Tx, who: Person, lesson: string, kind: string, reason: string | null = null) => {
  await become(tx, who);
  await tx`select private.cancel_lesson(${lesson}, ${kind}, ${reason})`;
};
const move = async (tx: Tx, who: Person, lesson: string, to: string, isException = false) => {
  await become(tx, who);
  await tx`select private.move_lesson(${lesson}, ${to}, by_exception => ${isException})`;
};
const makeUp = (tx: Tx, to: string, credit: string = ids.creditA) =>
  tx<{ lesson_id: string }[]>`select * from private.book_makeup(${credit}, ${ids.teacher1}, ${to})`;

export const lessonChangeViolations: Violations = {
  lesson_missing: {
    "another family that cancels": (tx) => cancel(tx, "parentB", ids.lessonA, "family"),
    "a student who moves": (tx) => move(tx, "student", ids.lessonA, THURSDAY),
  },
  cancel_kind_of_another: {
    "a family that says the teacher cancelled": (tx) => cancel(tx, "parentA", ids.lessonA, "teacher", "Ill"),
    "a teacher who says the family cancelled": (tx) => cancel(tx, "teacher1", ids.lessonA, "family"),
  },
  cancel_reason_missing: {
    "a teacher without a word": (tx) => cancel(tx, "teacher1", ids.lessonA, "teacher"),
  },
  money_not_offered: {
    "a family that wants money": async (tx) => {
      await become(tx, "parentA");
      await tx`select private.cancel_lesson(${ids.lessonA}, 'family', wants => 'money')`;
    },
    "a credit for a lesson": (tx) => tx`select private.credit_to_money(${ids.creditA})`,
  },
  lesson_begun: {
    "a lesson of this minute": async (tx) => {
      await waitMinutes(tx, 24 * 60 * 13 + 5 * 60 + 1);
      await cancel(tx, "parentA", ids.lessonA, "family");
    },
  },
  seat_student_missing: {
    "one of two children": async (tx) => {
      await takeLessonSeat(tx, ids.studentA2);
      await cancel(tx, "parentA", ids.classLessonA, "family");
    },
  },
  move_too_late: {
    "a lesson of this evening": async (tx) => {
      await waitMinutes(tx, 24 * 60 * 13);
      await move(tx, "parentA", ids.lessonA, THURSDAY);
    },
  },
  makeup_final: {
    "a make-up that its family moves": async (tx) => {
      const [booked] = await makeUp(tx, THURSDAY);
      await move(tx, "parentA", String(booked?.lesson_id), "2026-11-06T21:00:00Z");
    },
  },
  lesson_moved_by_academy: {
    "a teacher who moves": (tx) => move(tx, "teacher1", ids.lessonA, THURSDAY),
    "a class that a family moves": (tx) => move(tx, "parentA", ids.classLessonA, THURSDAY),
  },
  lesson_there_already: {
    "to its own time": (tx) => move(tx, "parentA", ids.lessonA, "2026-11-02T21:00:00Z"),
  },
  lesson_time_over: { "into the past": (tx) => move(tx, "admin", ids.lessonA, "2026-10-19T20:00:00Z") },
  lesson_time_taken: {
    "to the time of another lesson": async (tx) => {
      await addLesson(tx);
      await move(tx, "admin", ids.lessonA, FREE, true);
    },
  },
  lesson_time_not_possible: { "to a Sunday": (tx) => move(tx, "parentA", ids.lessonA, SUNDAY) },
  exception_reason_missing: {
    "to a Sunday without a reason": (tx) => move(tx, "admin", ids.lessonA, SUNDAY, true),
  },
  credit_missing: {
    "another family's credit": async (tx) => {
      await become(tx, "parentB");
      await makeUp(tx, THURSDAY);
    },
  },
  makeup_without_enrollment: {
    "a student who has left": async (tx) => {
      await tx`update enrollments set status = 'withdrawn' where id = ${ids.enrollmentA}`;
      await makeUp(tx, THURSDAY, await addCredit(tx));
    },
  },
};
