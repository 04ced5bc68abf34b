import { brokenInvariants } from "../../../supabase/tests/invariants";
import type { Check } from "./check";

export const calendarChecks: readonly Check[] = [
  {
    // No overlap of teacher, room or student, seats within limits, credits used once: the rules of the property tests.
    name: "the rules of the database hold",
    find: async ({ world: { sql } }) =>
      Object.entries(await brokenInvariants(sql)).map(
        ([rule, rows]) => `not so: ${rule}: ${rows.length}, such as ${JSON.stringify(rows.slice(0, 3))}`,
      ),
  },
  {
    name: "no hold is left over",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string; of: string | null }[]>`
        select b.id, e.id as of from bookings b left join enrollments e on e.booking_id = b.id
         where b.kind = 'hold' and b.is_active and b.created_at >= ${begunAt}
           and (e.id is not null or b.expires_at > now() + interval '15 days'
                or exists (select from waitlist_offers o where o.booking_id = b.id and o.status <> 'accepted'))`;
      return rows.map(({ id, of }) => `hold ${id}${of ? ` of enrollment ${of}` : ""} is left over`);
    },
  },
  {
    name: "no offer is left open",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ id: string }[]>`
        select id from waitlist_offers where status = 'open' and offered_at >= ${begunAt}`;
      return rows.map(({ id }) => `offer ${id} is still open`);
    },
  },
  {
    name: "the audit chain is whole",
    find: async ({ world: { sql } }) => {
      const rows = await sql<{ at: string | null; problem: string | null }[]>`
        select first_broken as at, problem from private.verify_audit()`;
      return rows.flatMap(({ at, problem }) => (problem ? [`at ${at}: ${problem}`] : []));
    },
  },
];
