import type { Check } from "../../chaos/invariants/check";
import { players, type Story } from "../story";

type Counted = {
  id: string;
  at: Date;
  isHeld: boolean;
  /** How many of each kind there must be at the least and at the most. */
  least: number;
  mostFirst: number;
  mostSecond: number;
  firsts: number;
  seconds: number;
  astray: number;
};

/** The lessons of the families up to the end, with their reminders of the email log. */
async function countReminders(story: Story): Promise<Counted[]> {
  const { world, endsAt } = story;
  return world.sql<Counted[]>`
    with lesson as (
      select l.*, l.status <> 'cancelled' as held,
             l.starts_at - s.reminder_first_minutes * interval '1 minute' as first_at,
             l.starts_at - s.reminder_second_minutes * interval '1 minute' as second_at
        from lessons l cross join academy_settings s
       where l.starts_at <= ${endsAt}
         and (l.family_id = any(${players(story).map(({ familyId }) => familyId)})
              or l.enrollment_id = ${story.freed?.trialId ?? null})
    ), mail as (
      select split_part(key, ':', 2) as kind, split_part(key, ':', 3) as lesson, sent_at from email_log
       where kind = 'lesson-reminder' and status = 'sent')
    select l.id, l.starts_at as at, l.held as "isHeld", l.held::int as least,
           (l.held or l.cancelled_at > l.first_at)::int as "mostFirst",
           (l.held or l.cancelled_at > l.second_at)::int as "mostSecond",
           count(m.*) filter (where m.kind = 'first')::int as firsts,
           count(m.*) filter (where m.kind = 'second')::int as seconds,
           count(m.*) filter (where m.kind = 'first' and m.sent_at not between l.first_at and l.second_at
                                 or m.kind = 'second' and m.sent_at not between l.second_at and l.starts_at)::int as astray
      from lesson l left join mail m on m.lesson = l.id::text
     group by l.id, l.starts_at, l.held, l.cancelled_at, l.first_at, l.second_at`;
}

export const reminderChecks: readonly Check<Story>[] = [
  {
    name: "each lesson that took place was reminded of a day and two hours before, once each, and no other",
    find: async (story) => {
      const lessons = await countReminders(story);
      const found = lessons.flatMap(({ id, at, least, mostFirst, mostSecond, firsts, seconds, astray }) => {
        const isWrong =
          firsts < least || firsts > mostFirst || seconds < least || seconds > mostSecond || astray > 0;
        return isWrong
          ? [
              `lesson ${id} of ${at.toISOString()}: ${firsts} a day before, ${seconds} two hours before, ${astray} at another time`,
            ]
          : [];
      });
      // With nothing to remind of, nothing was looked at.
      const held = lessons.filter(({ isHeld }) => isHeld).length;
      return held < 20 ? [...found, `only ${held} lessons took place`] : found;
    },
  },
  {
    name: "nobody is reminded while lessons pause",
    find: async (story) => {
      const rows = await story.world.sql<{ key: string }[]>`
        with pause as (
          select enrollment_id, paused_at as from_at, coalesce(resumed_at, ${story.endsAt}) as until from unpaid_pauses
           where enrollment_id = ${story.declined.enrollmentId})
        select m.key from email_log m join pause p on p.enrollment_id = m.enrollment_id
         where m.kind = 'lesson-reminder' and m.sent_at > p.from_at and m.sent_at < p.until`;
      return rows.map(({ key }) => `${key} was sent while the lessons paused`);
    },
  },
];
