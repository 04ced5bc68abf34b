import { refusals } from "@/lib/db/refusals";
import type { Check } from "./check";

/** What a run of the planning of a term says when it leaves the decision to the office. */
const NO_PLACE = refusals.series_mostly_blocked?.[1] ?? "";

export const workflowChecks: readonly Check[] = [
  {
    name: "every event left the outbox",
    find: async ({ world: { sql } }) => {
      const rows = await sql<
        { id: string; name: string }[]
      >`select id, name from outbox where delivered_at is null`;
      return rows.map(({ id, name }) => `event ${id} (${name}) still waits`);
    },
  },
  {
    name: "no run lost: every event started each of its functions once",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string; name: string; fn: string; runs: number }[]>`
        select o.id, o.name, f.id as fn, count(r.id)::int as runs
          from outbox o
          join inngest.functions f on f.active and exists (
                 select from json_array_elements(f.config->'triggers') t where t->>'event' = o.name)
          left join inngest.runs r on r.event_id = o.id::text and r.function_id = f.id
         where o.created_at >= ${begunAt}
         group by o.id, o.name, f.id having count(r.id) <> 1`;
      return rows.map(({ id, name, fn, runs }) => `event ${id} (${name}) started ${fn} ${runs} times`);
    },
  },
  {
    name: "no run is left unfinished",
    find: async ({ world: { sql } }) => {
      const rows = await sql<{ id: string; fn: string; status: string; waits: string | null }[]>`
        select r.id, r.function_id as fn, r.status,
               (select string_agg(s.name, ', ') from inngest.steps s where s.run_id = r.id and s.state = 'open') as waits
          from inngest.runs r where r.ended_at is null`;
      return rows.map(
        ({ id, fn, status, waits }) => `run ${id} of ${fn} is ${status}${waits ? `, waits in ${waits}` : ""}`,
      );
    },
  },
  {
    name: "the monitor knows how every run ended",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string; fn: string; ended: string; known: string | null }[]>`
        select r.id, r.function_id as fn, r.status as ended, w.status::text as known
          from inngest.runs r join outbox o on o.id::text = r.event_id
          left join workflow_runs w on w.id = r.id
         where o.created_at >= ${begunAt}
           and w.status::text is distinct from r.status`;
      return rows.map(
        ({ id, fn, ended, known }) => `run ${id} of ${fn} ${ended}, the monitor says ${known ?? "nothing"}`,
      );
    },
  },
  {
    name: "no run failed for good but those that were undone or say that the next term has no place",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string; fn: string; error: string | null }[]>`
        select r.id, r.function_id as fn, r.error from workflow_runs r
         where r.started_at >= ${begunAt} and r.status in ('failed', 'refused', 'cancelled')
           and r.error is distinct from ${NO_PLACE}
           and not exists (select from workflow_steps s where s.run_id = r.id and s.undoes is not null)`;
      return rows.map(
        ({ id, fn, error }) => `run ${id} of ${fn} ended badly: ${error ?? "without a reason"}`,
      );
    },
  },
  {
    name: "seldom has a plan no place in the next term",
    find: async ({ world: { sql, begunAt } }) => {
      const [row] = await sql<{ without: number; plans: number }[]>`
        select (select count(distinct subject_id)::int from workflow_runs where started_at >= ${begunAt} and error = ${NO_PLACE}) as without,
               (select count(*)::int from enrollments where submitted_at >= ${begunAt} and kind = 'plan') as plans`;
      const { without = 0, plans = 0 } = row ?? {};
      // Rooms that classes and others take meanwhile: the office is asked. As a rule it would be a weekly time sold twice.
      return without <= Math.max(1, plans * 0.05) ? [] : [`${without} of ${plans} plans`];
    },
  },
  {
    name: "what failed for good was undone, step by step",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ run: string; fn: string; step: string; error: string | null }[]>`
        select r.id as run, r.function_id as fn, s.step, s.error
          from workflow_runs r join workflow_steps s on s.run_id = r.id
         where r.started_at >= ${begunAt} and r.status = 'failed' and s.undoes is not null and s.status <> 'completed'`;
      return rows.map(
        ({ run, fn, step, error }) =>
          `run ${run} of ${fn}: ${step} did not succeed${error ? `: ${error}` : ""}`,
      );
    },
  },
  {
    name: "every webhook that came was handled",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string; type: string }[]>`
        select id, type from stripe_events where processed_at is null and received_at >= ${begunAt}`;
      return rows.map(({ id, type }) => `Stripe's event ${id} (${type}) waits to be handled`);
    },
  },
  {
    name: "every webhook of Stripe came, but those that were lost for good",
    find: async ({ world: { sql } }) => {
      const rows = await sql<{ id: string; state: string }[]>`
        select d.event_id as id, string_agg(distinct d.state, ', ') as state
          from stripe_local.deliveries d
         where not exists (select from stripe_events e where e.id = d.event_id)
           -- What is only foreseen, an invoice that comes up, has no id and is not kept.
           and not exists (select from stripe_local.objects o
                            where o.id = d.event_id and o.data #> '{data,object}' is not null
                              and o.data #>> '{data,object,id}' is null)
         group by d.event_id having bool_or(d.state <> 'dropped')`;
      return rows.map(({ id, state }) => `Stripe's event ${id} is ${state}, and not among ours`);
    },
  },
];
