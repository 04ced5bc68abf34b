import fc from "fast-check";
import { book, insertLesson, lessonOf, place } from "./calendar-operations";
import { mostly, nth, oneOf, operation, which } from "./operation";
import type { Tx } from "./principal";

type Credit = { id: string; student_id: string; family_id: string };
const creditOf = (tx: Tx, n: number) =>
  nth(
    n,
    tx<Credit[]>`
      select id, student_id, family_id from makeup_credits
       order by used_at nulls first, voided_at nulls first, issued_at, student_id, minutes, id`,
  );
const days = oneOf(60, 60, 30, 1);

export const makeupOperations = [
  ...[1, 2].map(() =>
    operation(
      "issueCredit",
      fc.record({
        which,
        origin: oneOf("family_cancelled", "family_cancelled", "illness", "teacher_cancelled"),
        term: mostly("of the lesson", "none", "another"),
        days,
        minutes: oneOf(30, 45),
      }),
      async (tx, { which: n, origin, term, days: valid, minutes }) => {
        const lesson = await nth(
          n,
          tx<{ id: string; student_id: string; family_id: string }[]>`
            select id, student_id, family_id from lessons where student_id is not null
             order by status desc, lower(during), teacher_id, id`,
        );
        await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, term_id, expires_at)
                 select ${lesson.family_id}, ${lesson.student_id}, ${minutes}, ${origin}, ${lesson.id},
                        (select t.id from terms t
                          where t.name = case ${term} when 'of the lesson' then 'Fall' when 'another' then 'Spring' end),
                        private.now() + ${valid} * interval '1 day'`;
      },
    ),
  ),
  ...[1, 2].map(() =>
    operation(
      "cancelForCredit",
      // One family's two students, so that a term's credits run out.
      fc.record({
        at: place,
        enrollment: oneOf(0, 1),
        origin: oneOf("family_cancelled", "family_cancelled", "illness"),
        term: oneOf("Fall", "Spring"),
      }),
      async (tx, { at, enrollment: n, origin, term }) => {
        const enrollment = await nth(
          n,
          tx<{ id: string; family_id: string; student_id: string }[]>`
            select distinct on (student_id) id, family_id, student_id from enrollments order by student_id, number limit 2`,
        );
        const lesson = await insertLesson(tx, await book(tx, at, enrollment.student_id), enrollment);
        await tx`update lessons set status = 'cancelled' where id = ${lesson}`;
        await tx`insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, term_id, expires_at)
                 select ${enrollment.family_id}, ${enrollment.student_id}, 30, ${origin}, ${lesson}, id,
                        private.now() + interval '60 days'
                   from terms where name = ${term}`;
      },
    ),
  ),
  operation(
    "grantCredit",
    fc.record({ which, days, minutes: oneOf(30, 45) }),
    async (tx, { which: n, days: valid, minutes }) => {
      const student = await nth(
        n,
        tx<{ id: string; family_id: string }[]>`select id, family_id from students order by id`,
      );
      await tx`insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at)
             values (${student.family_id}, ${student.id}, ${minutes}, 'goodwill', 'A late start',
                     private.now() + ${valid} * interval '1 day')`;
    },
  ),
  ...[1, 2, 3].map(() =>
    operation(
      "makeUp",
      fc.record({ which, at: place, how: mostly("own", "own", "another's", "without") }),
      async (tx, { which: n, at, how }) => {
        const credit = await creditOf(tx, n);
        const enrollment = await nth(
          n,
          tx<{ id: string; family_id: string; student_id: string }[]>`
            select id, family_id, student_id from enrollments where (student_id = ${credit.student_id}) = ${how !== "another's"}
             order by number`,
        );
        const lesson = await insertLesson(tx, await book(tx, at, enrollment.student_id), enrollment, {
          kind: "make_up",
        });
        if (how !== "without")
          await tx`update makeup_credits set used_lesson_id = ${lesson} where id = ${credit.id}`;
      },
    ),
  ),
  operation("useCredit", fc.record({ which, lesson: which }), async (tx, { which: n, lesson: m }) => {
    const credit = await creditOf(tx, n);
    const lesson = await lessonOf(tx, m);
    await tx`update makeup_credits set used_lesson_id = ${lesson.id} where id = ${credit.id}`;
  }),
  operation(
    "changeCreditLesson",
    fc.record({ which, lesson: which }),
    async (tx, { which: n, lesson: m }) => {
      const used = await nth(
        n,
        tx<Credit[]>`
        select id, student_id, family_id from makeup_credits where used_lesson_id is not null order by used_at, student_id, id`,
      );
      const lesson = await nth(
        m,
        tx<{ id: string | null }[]>`
        select null as id union all (select id from lessons where kind = 'make_up' order by lower(during), teacher_id, id)`,
      );
      await tx`update makeup_credits set used_lesson_id = ${lesson.id} where id = ${used.id}`;
    },
  ),
  operation("voidCredit", fc.record({ which, back: oneOf(false, true) }), async (tx, { which: n, back }) => {
    const credit = await nth(
      n,
      tx<Credit[]>`
        select id, student_id, family_id from makeup_credits where (voided_at is not null) = ${back}
         order by issued_at, student_id, id`,
    );
    await tx`update makeup_credits set voided_at = case when not ${back} then private.now() end where id = ${credit.id}`;
  }),
  operation("changeExpiry", fc.record({ which, days }), async (tx, { which: n, days: valid }) => {
    const credit = await creditOf(tx, n);
    await tx`update makeup_credits set expires_at = issued_at + ${valid} * interval '1 day' where id = ${credit.id}`;
  }),
  operation("issueUsedCredit", fc.record({ which, lesson: which }), async (tx, { which: n, lesson: m }) => {
    const lesson = await lessonOf(tx, m);
    const student = await nth(
      n,
      tx<{ id: string; family_id: string }[]>`select id, family_id from students order by id`,
    );
    await tx`insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at, used_lesson_id, used_at)
             values (${student.family_id}, ${student.id}, 30, 'goodwill', 'Used at once',
                     private.now() + interval '60 days', ${lesson.id}, private.now())`;
  }),
  operation(
    "changeCredit",
    fc.record({ which, column: oneOf("minutes", "student") }),
    async (tx, { which: n, column }) => {
      const credit = await creditOf(tx, n);
      if (column === "minutes")
        await tx`update makeup_credits set minutes = minutes + 15 where id = ${credit.id}`;
      else await tx`delete from makeup_credits where id = ${credit.id}`;
    },
  ),
];
