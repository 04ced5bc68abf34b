import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { type Money, usd } from "@/lib/money";
import { STUCK } from "./workflow-queries";

/** The academy this morning. Days and months are those of its zone. */
export type Morning = {
  readonly lessonsToday: number;
  readonly newEnrollments: number;
  readonly provisional: number;
  /** Provisional enrollments that lapse within two days. */
  readonly lapsingSoon: number;
  readonly failedRuns: number;
  readonly refusedRuns: number;
  readonly stuckRuns: number;
  /** Events that the executor would not take. */
  readonly setAsideEvents: number;
  readonly failedEmails: number;
  readonly received: Money;
  readonly refunded: Money;
  readonly receivedLastMonth: Money;
  /** The next day with lessons after today; null when none is scheduled. */
  readonly nextDay: { readonly date: string; readonly lessons: number } | null;
  /** The closure that today falls into. */
  readonly closure: string | null;
};

type Row = Omit<Morning, "received" | "refunded" | "receivedLastMonth" | "nextDay"> & {
  readonly received: string;
  readonly refunded: string;
  readonly receivedLastMonth: string;
  readonly nextDate: string | null;
  readonly nextLessons: number;
};

/** Days after which a failure is no news any more. */
export const FAILURE_NEWS_DAYS = 14;

/** What the administrator wants to know first, in one statement. */
export async function getMorning(db: Db): Promise<Morning> {
  const { rows } = await sql<Row>`
    with clock as (
      select n.now, a.time_zone as zone, (n.now at time zone a.time_zone)::date as today
        from academy_settings a, (select private.now() as now) n
    ), span as materialized (
      select now, zone, today, today::timestamp at time zone zone as day_start,
             (today + 1)::timestamp at time zone zone as day_end,
             date_trunc('month', today::timestamp) at time zone zone as month_start,
             (date_trunc('month', today::timestamp) - interval '1 month') at time zone zone as last_month_start
        from clock
    ), next as (
      select (l.starts_at at time zone s.zone)::date as day
        from lessons l, span s
       where l.starts_at >= (select day_end from span) and l.status = 'scheduled'
       order by l.starts_at limit 1
    )
    select (select count(*)::int from lessons l where l.status <> 'cancelled'
              and l.starts_at >= s.day_start and l.starts_at < s.day_end) as "lessonsToday",
           (select count(*)::int from enrollments e where e.submitted_at > s.now - interval '7 days') as "newEnrollments",
           (select count(*)::int from enrollments e where e.status = 'provisional') as provisional,
           (select count(*)::int from enrollments e where e.status = 'provisional'
               and e.expires_at < s.now + interval '2 days') as "lapsingSoon",
           (select count(*)::int from workflow_runs r where r.status = 'failed'
               and r.started_at > s.now - ${FAILURE_NEWS_DAYS} * interval '1 day') as "failedRuns",
           (select count(*)::int from workflow_runs r where r.status = 'refused'
               and r.started_at > s.now - ${FAILURE_NEWS_DAYS} * interval '1 day') as "refusedRuns",
           (select count(*)::int from workflow_runs r where ${STUCK}) as "stuckRuns",
           (select count(*)::int from outbox o where o.set_aside_at is not null
               and o.set_aside_at > s.now - ${FAILURE_NEWS_DAYS} * interval '1 day') as "setAsideEvents",
           (select count(*)::int from email_log m where m.status = 'failed'
               and m.queued_at > s.now - ${FAILURE_NEWS_DAYS} * interval '1 day') as "failedEmails",
           (select coalesce(sum(p.amount_cents), 0) from payments p where p.paid_at >= s.month_start) as received,
           (select coalesce(sum(p.refunded_cents), 0) from payments p where p.paid_at >= s.month_start) as refunded,
           (select coalesce(sum(p.amount_cents), 0) from payments p
             where p.paid_at >= s.last_month_start and p.paid_at < s.month_start) as "receivedLastMonth",
           (select day from next) as "nextDate",
           (select count(*)::int from lessons l, next n where l.status = 'scheduled'
               and (l.starts_at at time zone s.zone)::date = n.day and l.starts_at >= s.day_end
               and l.starts_at < (n.day + 1)::timestamp at time zone s.zone) as "nextLessons",
           (select c.name from closures c where s.today between c.starts_on and c.ends_on limit 1) as closure
      from span s`.execute(db);
  const row = rows[0];
  if (!row) throw new Error("the academy has not been set up");
  const { received, refunded, receivedLastMonth, nextDate, nextLessons, ...morning } = row;
  return {
    ...morning,
    received: usd(Number(received)),
    refunded: usd(Number(refunded)),
    receivedLastMonth: usd(Number(receivedLastMonth)),
    nextDay: nextDate ? { date: nextDate, lessons: nextLessons } : null,
  };
}

/** What waits in the administrator's navigation: enrollments without payment, and runs that failed lately or are stuck. */
export async function getWaitingCounts(db: Db): Promise<{ provisional: number; failedRuns: number }> {
  const { rows } = await sql<{ provisional: number; failedRuns: number }>`
    select (select count(*)::int from enrollments e where e.status = 'provisional') as provisional,
           (select count(*)::int from workflow_runs r where r.status = 'failed'
               and r.started_at > (select private.now()) - ${FAILURE_NEWS_DAYS} * interval '1 day')
           + (select count(*)::int from workflow_runs r where ${STUCK}) as "failedRuns"`.execute(db);
  return rows[0] ?? { provisional: 0, failedRuns: 0 };
}
