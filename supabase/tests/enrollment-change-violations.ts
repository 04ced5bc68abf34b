import { addPlan, become, waitMinutes } from "./fixture-builders";
import { ids } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

const DAY = 24 * 60;

/** An active plan of family A with Wednesdays at 16:00 from October 28 on, then its parent. */
async function asParent(tx: Tx): Promise<string> {
  const plan = await addPlan(tx);
  await tx`select private.plan_series(${plan}, ${ids.teacher1}, null, 2, '16:00', '2026-10-26', '2026-12-19')`;
  await become(tx, "parentA");
  return plan;
}
const withdraw = (tx: Tx, plan: string, last: string | null = null) =>
  tx`select private.withdraw_enrollment(${plan}, ${last}::text::date)`;
const keep = (tx: Tx, plan: string, answers: object = {}) =>
  tx`select private.keep_enrollment(${plan}, ${JSON.stringify(answers)}::text::jsonb)`;
const pause = (tx: Tx, plan: string, first = "2026-11-02", last = "2026-11-29") =>
  tx`select private.pause_enrollment(${plan}, ${first}::text::date, ${last}::text::date)`;
const transfer = (tx: Tx, plan: string, from = "2026-11-16", to: string = ids.teacher2) =>
  tx`select private.transfer_enrollment(${plan}, ${to}, ${from}::text::date)`;

export const enrollmentChangeViolations: Violations = {
  enrollment_missing: {
    "another family that gives notice": async (tx) => {
      const plan = await asParent(tx);
      await become(tx, "parentB");
      await withdraw(tx, plan);
    },
    "another family that looks at freed times": async (tx) => {
      const plan = await asParent(tx);
      await become(tx, "parentB");
      await tx`select private.freed_lessons(${plan})`;
    },
  },
  enrollment_not_a_plan: {
    "notice for a trial": async (tx) => {
      await become(tx, "parentA");
      await withdraw(tx, ids.enrollmentA);
    },
  },
  enrollment_not_running: {
    "a pause of what has ended": async (tx) => {
      const plan = await addPlan(tx);
      await tx`update enrollments set status = 'withdrawn' where id = ${plan}`;
      await become(tx, "parentA");
      await pause(tx, plan);
    },
  },
  enrollment_reason_missing: {
    "the academy without a word": async (tx) => withdraw(tx, await addPlan(tx)),
  },
  notice_given_already: {
    "notice twice": async (tx) => {
      const plan = await asParent(tx);
      await withdraw(tx, plan);
      await withdraw(tx, plan);
    },
  },
  notice_days_in_order: {
    "a last day that is over": async (tx) => withdraw(tx, await asParent(tx), "2026-10-01"),
  },
  notice_only_shortened: {
    "a notice that the academy makes longer": async (tx) => {
      const plan = await addPlan(tx);
      await tx`select private.withdraw_enrollment(${plan}, null, 'They ask for it')`;
      await tx`select private.withdraw_enrollment(${plan}, '2026-12-12', 'They ask for it')`;
    },
  },
  pause_before_notice: {
    "notice after a pause that is planned": async (tx) => {
      const plan = await asParent(tx);
      await pause(tx, plan);
      await withdraw(tx, plan, "2026-12-12");
    },
  },
  notice_missing: { "what was never given": async (tx) => keep(tx, await asParent(tx)) },
  notice_over: {
    "a family that changes its mind too late": async (tx) => {
      const plan = await asParent(tx);
      await withdraw(tx, plan);
      await waitMinutes(tx, 32 * DAY);
      await keep(tx, plan);
    },
  },
  freed_time_taken: {
    "a time that somebody has by now": async (tx) => {
      const plan = await asParent(tx);
      await withdraw(tx, plan);
      await tx`select set_config('role', 'service_role', true)`;
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
               values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentB1}, '[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)')`;
      await become(tx, "parentA");
      await keep(tx, plan);
    },
  },
  freed_answer_unknown: {
    "an answer for another lesson": async (tx) => {
      const plan = await asParent(tx);
      await withdraw(tx, plan);
      await keep(tx, plan, { [ids.lessonB]: { skip: true } });
    },
  },
  pause_already: {
    "a second pause": async (tx) => {
      const plan = await asParent(tx);
      await pause(tx, plan);
      await pause(tx, plan, "2026-12-07", "2026-12-31");
    },
  },
  pause_days_in_order: {
    "a pause that ends before it begins": async (tx) =>
      pause(tx, await asParent(tx), "2026-11-29", "2026-11-02"),
  },
  pause_length: {
    "a pause of a week": async (tx) => pause(tx, await asParent(tx), "2026-11-02", "2026-11-08"),
  },
  pause_notice_too_short: {
    "a pause from tomorrow": async (tx) => pause(tx, await asParent(tx), "2026-10-21", "2026-11-21"),
  },
  pause_missing: {
    "going on without a pause": async (tx) => {
      const plan = await asParent(tx);
      await tx`select private.resume_enrollment(${plan})`;
    },
  },
  pause_over: {
    "going on on the last day": async (tx) => {
      const plan = await asParent(tx);
      await pause(tx, plan);
      await waitMinutes(tx, 40 * DAY);
      await tx`select private.resume_enrollment(${plan})`;
    },
  },
  pause_not_wished: {
    "going on with an overdue account": async (tx) => {
      const plan = await addPlan(tx);
      await tx`update enrollments set status = 'paused', pause_reason = 'overdue' where id = ${plan}`;
      await become(tx, "parentA");
      await tx`select private.resume_enrollment(${plan})`;
    },
  },
  transfer_teacher: {
    "a teacher who has left": async (tx) => transfer(tx, await asParent(tx), "2026-11-16", ids.formerTeacher),
  },
  transfer_same_teacher: {
    "the teacher that the student has": async (tx) =>
      transfer(tx, await asParent(tx), "2026-11-16", ids.teacher1),
  },
  transfer_day: {
    "another teacher from tomorrow": async (tx) => transfer(tx, await asParent(tx), "2026-10-21"),
  },
  transfer_time_taken: {
    "a week in which the new teacher is busy": async (tx) => {
      const plan = await asParent(tx);
      await tx`select set_config('role', 'service_role', true)`;
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
               values ('lesson', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentB1}, '[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)')`;
      await become(tx, "parentA");
      await transfer(tx, plan);
    },
  },
  transfer_without_lessons: {
    "another teacher after the last lesson": async (tx) => transfer(tx, await asParent(tx), "2026-12-30"),
  },
};
