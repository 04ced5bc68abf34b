import fc from "fast-check";
import { families, students } from "./busy-academy";
import { ids } from "./fixture-ids";
import { mostly, nth, oneOf, operation, which } from "./operation";

const enrollmentStatus = oneOf("provisional", "active", "paused", "withdrawn", "lapsed", "cancelled");

export const enrollmentOperations = [
  operation(
    "enroll",
    fc.record({
      student: oneOf(...students),
      family: mostly(null, ...families.map(({ id }) => id)),
      instrument: oneOf(ids.piano, ids.drums, ids.lute),
      kind: oneOf("trial", "plan"),
    }),
    (tx, { student, family, instrument, kind }) => tx`
      insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                               policy_version, status)
      values (${family ?? student.family}, ${student.id}, ${instrument}, ${ids.teacher1}, 30, private.now(), ${kind},
              'monthly', '1', 'active')`,
  ),
  ...[1, 2].map(() =>
    operation(
      "setEnrollmentStatus",
      fc.record({ which, status: enrollmentStatus }),
      async (tx, { which: n, status }) => {
        const enrollment = await nth(n, tx<{ id: string }[]>`select id from enrollments order by number`);
        await tx`update enrollments set status = ${status}, activated_at = coalesce(activated_at, private.now())
                where id = ${enrollment.id}`;
      },
    ),
  ),
  operation(
    "falsifyHistory",
    fc.record({ which, how: oneOf("change", "delete") }),
    async (tx, { which: n, how }) => {
      const event = await nth(n, tx<{ id: string }[]>`select id from enrollment_events order by id`);
      if (how === "change") await tx`update enrollment_events set status = 'lapsed' where id = ${event.id}`;
      else await tx`delete from enrollment_events where id = ${event.id}`;
    },
  ),
];
