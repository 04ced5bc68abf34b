import type { Check } from "../../chaos/invariants/check";
import { type Player, players, type Story } from "../story";

type Week = { day: string; lessons: number; why: string };

/**
 * The weeks of a plan from its first lesson to the end, by the academy's calendar: the same weekday in a term and on no
 * closed day, with the lessons that stand and what may stand in their place.
 */
async function listWeeks(
  { world: { sql }, endsAt, freed, pause }: Story,
  { enrollmentId }: Player,
): Promise<Week[]> {
  return sql<Week[]>`
    with a as (select * from academy_settings), e as (select * from enrollments where id = ${enrollmentId}),
    lesson as (
      select l.id, l.status, l.starts_at, (l.starts_at at time zone a.time_zone)::date as day
        from lessons l cross join a where l.enrollment_id = ${enrollmentId} and l.kind = 'private'),
    week as (
      select g::date as day from e cross join a,
             generate_series((select min(day) from lesson)::timestamp, (${endsAt}::timestamptz at time zone a.time_zone) - interval '1 day',
                             interval '7 days') g)
    select w.day::text as day,
           (select count(*)::int from lesson l where l.day = w.day and l.status <> 'cancelled') as lessons,
           case when w.day > e.ends_on then 'after the last day'
                when ${pause.enrollmentId}::uuid = e.id and w.day between ${pause.firstDay}::date and ${pause.dayAfter}::date - 1 then 'wished pause'
                when exists (select from unpaid_pauses u where u.enrollment_id = e.id
                              and w.day between (u.paused_at at time zone a.time_zone)::date
                                            and ((u.resumed_at + a.notice_minutes * interval '1 minute') at time zone a.time_zone)::date)
                  then 'overdue tuition'
                when exists (select from lesson l where l.day = w.day and l.id = ${freed?.lessonId ?? null}) then 'cancelled by the family'
                when exists (select from makeup_credits c where c.student_id = e.student_id and c.origin = 'goodwill'
                              and c.reason like '%' || to_char(w.day, 'FMMonth FMDD, YYYY') || '%') then 'owed, with a credit'
                when exists (select from workflow_runs r join workflow_steps p on p.run_id = r.id
                              where r.subject_id = e.id and p.step = 'schedule-lesson'
                                and split_part(p.detail, 'taken on ', 2) like '%' || w.day || '%')
                  then 'taken when the lessons were bought, as the monitor says'
                when not exists (select from terms t where w.day between t.starts_on and t.ends_on) then 'between the terms'
                when exists (select from closures c where w.day between c.starts_on and c.ends_on) then 'closed'
                else '' end as why
      from week w cross join e cross join a order by w.day`;
}

export const lessonChecks: readonly Check<Story>[] = [
  {
    name: "every week of the calendar has its lesson, but those of a pause, a closed day or after the last day",
    find: async (story) => {
      const found: string[] = [];
      for (const player of players(story)) {
        const weeks = await listWeeks(story, player);
        for (const { day, lessons, why } of weeks) {
          // On the day of a pause itself the lesson may have been over.
          const most = why === "overdue tuition" ? 1 : 0;
          if (why === "" ? lessons !== 1 : lessons > most)
            found.push(`enrollment ${player.enrollmentId}, ${day}${why && ` (${why})`}: ${lessons} lessons`);
        }
        if (weeks.filter(({ lessons }) => lessons === 1).length < 5)
          found.push(`enrollment ${player.enrollmentId} had hardly a lesson`);
      }
      return found;
    },
  },
  {
    name: "the lessons went on from term to term, and each family was told of the new term once",
    find: async (story) => {
      const { world, endsAt } = story;
      const rows = await world.sql<{ enrollment: string; term: string; series: number; letters: number }[]>`
        select e.id as enrollment, t.name as term,
               (select count(*)::int from lesson_series s where s.enrollment_id = e.id
                   and lower(s.valid) between t.starts_on and t.ends_on) as series,
               -- The family's letter, on the night on which the term was planned.
               (select count(*)::int from email_log m join lesson_series s on s.enrollment_id = m.enrollment_id
                 where m.kind = 'series-changed' and m.status = 'sent' and s.enrollment_id = e.id
                   and m.sent_at between s.created_at and s.created_at + interval '1 day'
                   and lower(s.valid) between t.starts_on and t.ends_on) as letters
          from enrollments e cross join terms t cross join academy_settings a
         where e.id = any(${players(story).map(({ enrollmentId }) => enrollmentId)})
           and t.starts_on > (select min((l.starts_at at time zone a.time_zone)::date) from lessons l where l.enrollment_id = e.id)
           and t.starts_on <= (${endsAt}::timestamptz at time zone a.time_zone)::date
           and (e.ends_on is null or e.ends_on > t.starts_on + 7)`;
      return rows.flatMap(({ enrollment, term, series, letters }) =>
        series === 1 && letters === 1
          ? []
          : [`enrollment ${enrollment}, ${term}: ${series} series, ${letters} letters`],
      );
    },
  },
  {
    name: "the wished pause and the notice were each told once to the family and the teacher",
    find: async (story) => {
      const { world, leaving } = story;
      const rows = await world.sql<{ kind: string; family: number; teacher: number }[]>`
        select k.kind, count(m.*) filter (where m.recipient = ${leaving.family.email})::int as family,
               count(m.*) filter (where m.recipient <> ${leaving.family.email})::int as teacher
          from unnest('{enrollment-pausing,enrollment-going-on,enrollment-leaving,enrollment-left,lessons-paused}'::text[]) k(kind)
          left join email_log m on m.kind = k.kind and m.enrollment_id = ${leaving.enrollmentId} and m.status = 'sent'
         group by 1`;
      const found = rows.flatMap(({ kind, family, teacher }) => {
        const isTold = kind === "lessons-paused" ? 0 : 1;
        const toTeacher = kind === "enrollment-left" ? 0 : isTold;
        return family === isTold && teacher === toTeacher
          ? []
          : [`${kind}: ${family} to the family, ${teacher} to the teacher`];
      });
      const [end] = await world.sql<{ status: string }[]>`
        select status from enrollments where id = ${leaving.enrollmentId}`;
      return end?.status === "withdrawn" ? found : [...found, `the enrollment is ${end?.status}`];
    },
  },
];
