import fc from "fast-check";
import { teachers } from "./busy-academy";
import { lessonOf } from "./calendar-operations";
import { mostly, nth, oneOf, operation, which } from "./operation";
import type { Tx } from "./principal";

type Period = { id: string };
const periodOf = (tx: Tx, n: number) =>
  nth(n, tx<Period[]>`select id from payroll_periods order by starts_on`);

export const payrollOperations = [
  ...[1, 2, 3].map(() =>
    operation(
      "payTeacher",
      fc.record({ which, period: mostly("of the lesson", "another"), teacher: mostly(null, ...teachers) }),
      async (tx, { which: n, period, teacher }) => {
        const lesson = await lessonOf(tx, n);
        const paidIn = await nth(
          n,
          tx<Period[]>`
            select p.id from payroll_periods p, lessons l
             where l.id = ${lesson.id}
               and (lower(l.during)::date between p.starts_on and p.ends_on) = ${period === "of the lesson"}
             order by p.starts_on`,
        );
        await tx`insert into payroll_lines (period_id, teacher_id, kind, lesson_id, minutes, rate_cents, amount_cents, currency,
                                            explanation)
                 select ${paidIn.id}, coalesce(${teacher}, teacher_id), 'lesson', id, 30, 3200, 1600, 'usd', 'A lesson'
                   from lessons where id = ${lesson.id}`;
      },
    ),
  ),
  operation(
    "adjustPay",
    fc.record({ which, teacher: oneOf(...teachers) }),
    async (tx, { which: n, teacher }) => {
      const period = await periodOf(tx, n);
      await tx`insert into payroll_lines (period_id, teacher_id, kind, amount_cents, currency, explanation)
             values (${period.id}, ${teacher}, 'adjustment', -500, 'usd', 'Paid too much in September')`;
    },
  ),
  operation(
    "closePeriod",
    fc.record({ which, status: mostly("closed", "open") }),
    async (tx, { which: n, status }) => {
      const period = await periodOf(tx, n);
      await tx`update payroll_periods set status = ${status}, closed_at = case ${status} when 'closed' then private.now() end
              where id = ${period.id}`;
    },
  ),
  operation(
    "changePayLine",
    fc.record({ which, how: oneOf("amount", "delete") }),
    async (tx, { which: n, how }) => {
      const line = await nth(
        n,
        tx<{ id: string }[]>`select id from payroll_lines order by created_at, teacher_id, during, id`,
      );
      if (how === "amount")
        await tx`update payroll_lines set amount_cents = amount_cents + 1 where id = ${line.id}`;
      else await tx`delete from payroll_lines where id = ${line.id}`;
    },
  ),
];
