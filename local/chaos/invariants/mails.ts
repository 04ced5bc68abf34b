import { z } from "zod";
import { messageIdFor } from "@/lib/messaging/smtp";
import type { World } from "../world";
import type { Check } from "./check";

const messages = z.array(
  z.object({ messageId: z.string().nullable(), subject: z.string(), to: z.array(z.string()) }),
);

async function listMessages({ stack }: World) {
  return messages.parse(await (await fetch(`${stack.urls.mailbox}/api/messages`)).json());
}

export const mailChecks: readonly Check[] = [
  {
    name: "each email is in the mailbox once, and none failed",
    find: async ({ world }) => {
      const { sql, begunAt, stack } = world;
      const inBox = new Map<string, number>();
      for (const { messageId } of await listMessages(world))
        inBox.set(messageId ?? "", (inBox.get(messageId ?? "") ?? 0) + 1);
      const rows = await sql<{ key: string; status: string; error: string | null }[]>`
        select key, status, error from email_log where queued_at >= ${begunAt}`;
      return rows.flatMap(({ key, status, error }) => {
        const copies = inBox.get(messageIdFor(key, stack.env.MAIL_FROM ?? "")) ?? 0;
        if (status !== "sent") return [`${key} is ${status}${error ? `: ${error}` : ""}`];
        return copies === 1 ? [] : [`${key} is in the mailbox ${copies} times`];
      });
    },
  },
  {
    name: "nobody got the same words twice",
    find: async ({ world }) => {
      const { sql, begunAt } = world;
      // Two letters of one kind about one enrollment to one reader are one too many, but for reminders and lessons' news.
      const rows = await sql<{ kind: string; enrollment: string; recipient: string; count: number }[]>`
        select kind, enrollment_id as enrollment, recipient, count(*)::int as count from email_log
         where queued_at >= ${begunAt} and enrollment_id is not null
           and (kind like 'welcome-%' or kind in ('slot-lost', 'enrollment-lapsed', 'enrollment-undone'))
         group by kind, enrollment_id, recipient having count(*) > 1`;
      return rows.map(
        ({ kind, enrollment, recipient, count }) =>
          `${kind} of ${enrollment} to ${recipient}: ${count} times`,
      );
    },
  },
  {
    name: "every expected email was sent",
    find: async ({ world: { sql, begunAt } }) => {
      const rows = await sql<{ key: string }[]>`
        select k.key from (
          select 'receipt:' || p.id as key from payments p where p.created_at >= ${begunAt} and p.enrollment_id is not null
           union all
          select w || ':' || e.id from enrollments e, unnest('{welcome-parent,welcome-academy}'::text[]) w
           where e.activated_at >= ${begunAt}
             -- Whoever cancels the first lessons before the letters are written is not welcomed to what is not there.
             and exists (select from lessons l
                          where l.enrollment_id = e.id and l.status <> 'cancelled' and l.kind <> 'make_up'
                            and l.created_at < e.activated_at + interval '1 minute')
           union all
          select 'slot-lost:' || e.id from enrollments e where e.failure_code = 'slot_lost' and e.submitted_at >= ${begunAt}
           union all
          select 'enrollment-lapsed:' || e.id from enrollments e where e.status = 'lapsed' and e.submitted_at >= ${begunAt}
           union all
          select 'enrollment-undone:' || e.id from enrollments e where e.failure_code = 'workflow_failed' and e.submitted_at >= ${begunAt}
           union all
          select 'run-failed:' || r.id from workflow_runs r where r.status = 'failed' and r.started_at >= ${begunAt}
           union all
          -- A payment too many, or too late, is explained.
          select 'refund-notice:' || p.id from payments p join enrollments e on e.id = p.enrollment_id
           where p.created_at >= ${begunAt} and p.refunded_cents = p.amount_cents
             and exists (select from payments f where f.enrollment_id = e.id and f.receipt_number < p.receipt_number)
             and e.failure_code is distinct from 'workflow_failed'
           union all
          select 'waitlist-offer:' || o.id from waitlist_offers o where o.offered_at >= ${begunAt} and o.status = 'expired') k
         where not exists (select from email_log m where m.key = k.key and m.status = 'sent')`;
      const news = await sql<{ id: string; name: string }[]>`
        select o.id, o.name from outbox o
         where o.created_at >= ${begunAt}
           and o.name in ('scheduling/lesson.cancelled', 'scheduling/lesson.moved', 'scheduling/lesson.booked')
           and not exists (select from email_log m where m.key like '%:' || o.id || ':%' and m.status = 'sent')`;
      return [
        ...rows.map(({ key }) => `${key} was not sent`),
        ...news.map(({ id, name }) => `nobody was told of ${name} (event ${id})`),
      ];
    },
  },
];
