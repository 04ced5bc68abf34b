import type { Window } from "./due";
import type { Story } from "./story";
import { players } from "./story";

const MINUTE = 60_000;
/** Ticks come every five minutes. */
const TICK = 6 * MINUTE;

type Row = { readonly what: string; readonly from: Date; readonly until: Date };

/** Everything of the families that falls due by itself, as the database knows it by now. */
export async function listDue(story: Story): Promise<Window[]> {
  const { world } = story;
  const families = [...players(story).map(({ familyId }) => familyId)];
  const trial = story.freed?.trialId ?? null;
  const enrollments = players(story).map(({ enrollmentId }) => enrollmentId);
  const rows = await world.sql<Row[]>`
    with s as (select * from academy_settings), lesson as (
      select l.id, l.starts_at,
             l.starts_at - s.reminder_first_minutes * interval '1 minute' as first,
             l.starts_at - s.reminder_second_minutes * interval '1 minute' as second
        from lessons l cross join s
       where l.status = 'scheduled' and (l.family_id = any(${families}) or l.enrollment_id = ${trial}))
    select 'first reminder ' || id as what, first as from, second as until from lesson
     union all
    select 'second reminder ' || id, second, starts_at from lesson
     union all
    -- An hour after its period a bill is closed and charged.
    select 'renewal ' || b.enrollment_id, b.current_period_end + interval '1 hour',
           least(b.current_period_end + interval '20 hours', private.local_midnight(e.ends_on + 1))
      from subscriptions b join enrollments e on e.id = b.enrollment_id
     where b.enrollment_id = any(${enrollments}) and b.status <> 'canceled'
     union all
    select 'retry ' || i.id, max(a.attempted_at) + s.retry_hours * interval '1 hour',
           max(a.attempted_at) + (s.retry_hours + 20) * interval '1 hour'
      from invoices i join payment_attempts a on a.invoice_id = i.id cross join s
     where i.family_id = any(${families}) and i.status = 'open' group by i.id, s.retry_hours
     union all
    select 'pause ' || i.id, private.unpaid_pause_at(i.id), private.unpaid_pause_at(i.id) + interval '20 hours'
      from invoices i where i.family_id = any(${families}) and i.status = 'open'
     union all
    select 'day ' || d || ' of ' || e.id, private.local_midnight(d), private.local_midnight(d) + interval '20 hours'
      from enrollments e cross join lateral unnest(array[e.paused_from, e.paused_until + 1, e.ends_on + 1]) d
     where e.id = any(${enrollments}) and d is not null`;
  return rows.map(({ what, from, until }) => ({
    what,
    from: from.getTime() + TICK,
    until: until.getTime() - TICK,
  }));
}
