import { lessonTimes } from "./fixture";
import { become, minutesFrom } from "./fixture-builders";
import { ids, type Person } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

const MONDAY = { from: "2026-11-02T05:00:00Z", until: "2026-11-03T05:00:00Z" } as const;

async function replaceWeek(
  tx: Tx,
  {
    from = "2026-11-09",
    until = null as string | null,
    starts = "14:00",
    ends = "18:00",
    as = "teacher1" as Person,
    teacher = ids.teacher1 as string,
  } = {},
): Promise<void> {
  await become(tx, as);
  await tx`select private.replace_week(${teacher}, ${from}::text::date, ${until}::text::date,
                                       ${tx.json([{ weekday: 0, starts, ends }])})`;
}

async function enterTimeOff(
  tx: Tx,
  { from = MONDAY.from as string, until = MONDAY.until as string, as = "teacher1" as Person } = {},
): Promise<void> {
  await become(tx, as);
  await tx`select private.enter_time_off(${ids.teacher1}, ${from}, ${until}, 'Concert tour')`;
}

async function assign(
  tx: Tx,
  { lesson = ids.lessonA as string, as = "admin" as Person } = {},
): Promise<void> {
  await become(tx, as);
  await tx`select private.assign_substitute(${lesson}, ${ids.teacher2})`;
}

/** A credit that is proposed for lesson A. */
async function proposal(tx: Tx): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into lesson_proposals (lesson_id, family_id, kind, position, expires_at)
    values (${ids.lessonA}, ${ids.familyA}, 'credit', 99, private.now() + interval '1 day') returning id`;
  return row?.id ?? "";
}

const close = async (
  tx: Tx,
  { first = "2026-11-02", last = "2026-11-02", kind = "academy" as string | null } = {},
): Promise<void> => {
  await become(tx, "admin");
  await tx`select private.enter_closure('Staff training', ${first}::text::date, ${last}::text::date, ${kind}::text::public.cancel_kind)`;
};

export const teacherTimeViolations: Violations = {
  teacher_time_forbidden: {
    "hours of a colleague": (tx) => replaceWeek(tx, { as: "teacher2" }),
    "hours of a teacher, by a parent": (tx) => replaceWeek(tx, { as: "parentA" }),
    "hours of nobody": (tx) => replaceWeek(tx, { as: "admin", teacher: ids.familyA }),
    "time off of a colleague": (tx) => enterTimeOff(tx, { as: "teacher2" }),
  },
  availability_days_in_order: {
    "a last day before the first": (tx) => replaceWeek(tx, { until: "2026-11-08" }),
    "hours from a day that never comes": (tx) => replaceWeek(tx, { from: "infinity" }),
  },
  availability_in_past: { "hours from yesterday on": (tx) => replaceWeek(tx, { from: "2026-10-19" }) },
  availability_hours_in_order: {
    "hours that end when they begin": (tx) => replaceWeek(tx, { ends: "14:00" }),
    "hours that end before they begin": (tx) => replaceWeek(tx, { ends: "13:00" }),
  },
  availability_off_grid: { "hours from five past two": (tx) => replaceWeek(tx, { starts: "14:05" }) },
  time_off_in_order: {
    "no time at all": (tx) => enterTimeOff(tx, { until: MONDAY.from }),
    "an end before the start": (tx) => enterTimeOff(tx, { from: MONDAY.until, until: MONDAY.from }),
  },
  time_off_in_past: { "from yesterday on": (tx) => enterTimeOff(tx, { from: "2026-10-20T03:59:59Z" }) },
  time_off_too_long: { "for two years": (tx) => enterTimeOff(tx, { until: "2028-11-02T05:00:00Z" }) },
  time_off_does_not_overlap: {
    "on a day that is off": (tx) =>
      enterTimeOff(tx, { from: "2026-11-09T05:00:00Z", until: "2026-11-12T05:00:00Z" }),
  },
  time_off_over: {
    "yesterday's, withdrawn": async (tx) => {
      await tx`update teacher_exceptions set during = '[2026-10-19T04:00:00Z,2026-10-20T04:00:00Z)' where teacher_id = ${ids.teacher1}`;
      await become(tx, "teacher1");
      await tx`select private.withdraw_time_off(x.id) from teacher_exceptions x`;
    },
  },
  substitute_too_late: {
    "for a lesson that was": (tx) => assign(tx, { lesson: ids.pastLessonA }),
    "for a cancelled lesson": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await assign(tx);
    },
  },
  substitute_unfit: {
    "who teaches other ages": async (tx) => {
      await tx`update teacher_instruments set minimum_age = 18 where teacher_id = ${ids.teacher2}`;
      await assign(tx);
    },
    "who gives the lesson already": (tx) => assign(tx, { lesson: ids.lessonB }),
  },
  substitute_away: {
    "who is away, too": async (tx) => {
      await tx`insert into teacher_exceptions (teacher_id, during, reason) values (${ids.teacher2}, ${lessonTimes.a}, 'Dentist')`;
      await assign(tx);
    },
  },
  substitute_busy: {
    "whose next lesson is nearer than the buffer": async (tx) => {
      await tx`update bookings set during = ${minutesFrom("2026-11-02T21:40:00Z")} where id = ${ids.bookingB}`;
      await assign(tx);
    },
  },
  substitute_without_room: {
    "in a room that has been closed": async (tx) => {
      await tx`update rooms set is_active = false where id = ${ids.pianoRoom}`;
      await assign(tx);
    },
  },
  proposal_missing: {
    "by another family": async (tx) => {
      const id = await proposal(tx);
      await become(tx, "parentB");
      await tx`select private.accept_proposal(${id})`;
    },
    "one that does not exist": async (tx) => {
      await become(tx, "parentA");
      await tx`select private.accept_proposal(gen_random_uuid())`;
    },
  },
  proposal_answered: {
    "the same one again": async (tx) => {
      const id = await proposal(tx);
      await become(tx, "parentA");
      await tx`select private.accept_proposal(${id})`;
      await tx`select private.accept_proposal(${id})`;
    },
  },
  proposal_expired: {
    "after its end": async (tx) => {
      const id = await proposal(tx);
      await tx`update lesson_proposals set made_at = private.now() - interval '2 days', expires_at = private.now() where id = ${id}`;
      await become(tx, "parentA");
      await tx`select private.accept_proposal(${id})`;
    },
  },
  closure_kind: {
    "for illness": (tx) => close(tx, { kind: "illness" }),
    "for nothing": (tx) => close(tx, { kind: null }),
  },
  closure_days_in_order: {
    "a last day before the first": (tx) => close(tx, { last: "2026-11-01" }),
    "a year": (tx) => close(tx, { last: "2027-11-01" }),
    "days that never come": (tx) => close(tx, { first: "infinity", last: "infinity" }),
  },
  closure_in_past: { yesterday: (tx) => close(tx, { first: "2026-10-19" }) },
  closure_there_already: {
    "in Thanksgiving week": (tx) => close(tx, { first: "2026-11-20", last: "2026-11-23" }),
  },
};
