import { declineInWords } from "@/lib/billing/decline-wording";
import type { Check } from "../../chaos/invariants/check";
import { DAY, HOUR } from "../calendar";
import { mailsTo } from "../mailbox";
import type { Story } from "../story";

type Attempt = { id: string; invoiceId: string; code: string; at: Date; letters: number };

/** Every charge that was declined; a short month has its bill before the lessons pause because of the one before. */
const listAttempts = ({ world: { sql }, declined }: Story): Promise<Attempt[]> => sql<Attempt[]>`
  select a.id, a.invoice_id as "invoiceId", a.decline_code as code, a.attempted_at as at,
         (select count(*)::int from email_log m where m.key = 'payment-failed:' || a.id and m.status = 'sent') as letters
    from payment_attempts a where a.family_id = ${declined.familyId} order by a.attempted_at`;

type Pause = {
  id: string;
  invoiceId: string;
  invoiceStatus: string;
  dueAt: Date;
  pausesAt: Date;
  pausedAt: Date;
  resumedAt: Date | null;
  paidAt: Date | null;
  cardAt: Date | null;
};

async function readPause({ world: { sql }, declined }: Story): Promise<Pause> {
  const rows = await sql<Pause[]>`
    select u.id, i.id as "invoiceId", i.status as "invoiceStatus", private.local_midnight(i.due_on) as "dueAt",
           private.unpaid_pause_at(i.id) as "pausesAt", u.paused_at as "pausedAt", u.resumed_at as "resumedAt",
           (select min(p.paid_at) from payments p where p.invoice_id = i.id) as "paidAt",
           (select max(c.saved_at) from family_cards c where c.family_id = i.family_id) as "cardAt"
      from unpaid_pauses u join invoices i on i.id = u.invoice_id where u.enrollment_id = ${declined.enrollmentId}`;
  const [pause] = rows;
  if (!pause || rows.length > 1) throw new Error(`there are ${rows.length} pauses for overdue tuition`);
  return pause;
}

export const declineChecks: readonly Check<Story>[] = [
  {
    name: "the declined card was charged again every 48 hours, as often as the academy's rule says",
    find: async (story) => {
      const { invoiceId } = await readPause(story);
      const attempts = (await listAttempts(story)).filter((attempt) => attempt.invoiceId === invoiceId);
      const [rule] = await story.world.sql<{ hours: number; times: number }[]>`
        select retry_hours as hours, retry_limit as times from academy_settings`;
      const { hours = 0, times = 0 } = rule ?? {};
      const found =
        attempts.length === times + 1 ? [] : [`${attempts.length} attempts, expected ${times + 1}`];
      for (const [nth, { id, at }] of attempts.entries()) {
        const before = attempts[nth - 1];
        const passed = before ? (at.getTime() - before.at.getTime()) / HOUR : hours;
        // A stop of the clock serves several things: it may come some hours later, never earlier.
        if (passed < hours || passed > hours + 24)
          found.push(`attempt ${id} came ${passed.toFixed(1)} hours after the one before`);
      }
      return found;
    },
  },
  {
    name: "each decline was told once, in the words of its code, with what follows",
    find: async (story) => {
      const attempts = await listAttempts(story);
      const letters = (await mailsTo(story.world, story.declined.family.email)).filter(({ subject }) =>
        subject.startsWith("We could not charge "),
      );
      const found = attempts.flatMap(({ id, letters: sent }) =>
        sent === 1 ? [] : [`attempt ${id} was told ${sent} times`],
      );
      if (letters.length !== attempts.length)
        found.push(`${letters.length} letters in the mailbox about ${attempts.length} declines`);
      for (const [nth, { words }] of letters.entries()) {
        const { code = "" } = attempts[nth] ?? {};
        const { why, remedy } = declineInWords(code);
        if (!words.includes(why) || !words.includes(remedy))
          found.push(`letter ${nth + 1} does not have the words of ${code}`);
      }
      const [last] = await story.world.sql<{ count: number }[]>`
        select count(*)::int as count from (
          select from payment_attempts a cross join academy_settings s where a.family_id = ${story.declined.familyId}
           group by a.invoice_id, s.retry_limit having count(*) > s.retry_limit) i`;
      const without = letters.filter(({ words }) => !words.includes("We try again on")).length;
      if (without !== last?.count)
        found.push(`${without} letters say that there is no other try, expected ${last?.count}`);
      return found;
    },
  },
  {
    name: "30 days overdue the lessons paused: all freed, family and academy told once, in one kind of letter",
    find: async (story) => {
      const { world, declined } = story;
      const pause = await readPause(story);
      const found: string[] = [];
      if (pause.pausedAt < pause.pausesAt || pause.pausedAt.getTime() > pause.pausesAt.getTime() + DAY)
        found.push(`paused at ${pause.pausedAt.toISOString()}, due at ${pause.pausesAt.toISOString()}`);
      const still = await world.sql<{ id: string }[]>`
        select id from lessons where enrollment_id = ${declined.enrollmentId} and status <> 'cancelled'
           and starts_at > ${pause.pausedAt} and starts_at <= ${pause.resumedAt ?? story.endsAt}`;
      found.push(...still.map(({ id }) => `lesson ${id} took place though the lessons paused`));
      const letters = await world.sql<{ kind: string; recipient: string; count: number }[]>`
        select kind, recipient, count(*)::int as count from email_log
         where enrollment_id = ${declined.enrollmentId} and status = 'sent' and sent_at >= ${pause.pausedAt}
           and kind not in ('lesson-reminder', 'payment-failed', 'receipt', 'series-changed') group by 1, 2 order by 1, 2`;
      const told = letters.map(({ kind, recipient, count }) => `${kind} to ${recipient} ×${count}`);
      const expected = [
        `lessons-paused to ${declined.family.email} ×1`,
        `lessons-paused to ${world.stack.env.ACADEMY_EMAIL} ×1`,
        `lessons-resumed to ${declined.family.email} ×1`,
      ];
      if (told.toSorted().join() !== expected.toSorted().join())
        found.push(`the letters were ${told.join(", ")}; expected ${expected.join(", ")}`);
      return found;
    },
  },
  {
    name: "the new card was charged at once for what was overdue, and the lessons are back",
    find: async (story) => {
      const { world, declined } = story;
      const pause = await readPause(story);
      const found: string[] = [];
      const { cardAt, paidAt, resumedAt } = pause;
      if (pause.invoiceStatus !== "paid") found.push(`invoice ${pause.invoiceId} is ${pause.invoiceStatus}`);
      if (!cardAt || !paidAt || !resumedAt || paidAt.getTime() > cardAt.getTime() + HOUR)
        found.push(
          `card ${cardAt?.toISOString()}, paid ${paidAt?.toISOString()}, resumed ${resumedAt?.toISOString()}`,
        );
      const [enrollment] = await world.sql<{ status: string; reason: string | null }[]>`
        select status, pause_reason as reason from enrollments where id = ${declined.enrollmentId}`;
      if (enrollment?.status !== "active" || enrollment.reason !== null)
        found.push(`the enrollment is ${enrollment?.status} (${enrollment?.reason})`);
      const missing = await world.sql<{ id: string; at: Date }[]>`
        select l.id, l.starts_at as at from lessons l cross join academy_settings s
         where l.enrollment_id = ${declined.enrollmentId} and l.cancelled_at = ${pause.pausedAt}
           and l.starts_at > ${resumedAt}::timestamptz + s.notice_minutes * interval '1 minute'
           and not exists (select from lessons b where b.enrollment_id = l.enrollment_id and b.starts_at = l.starts_at
                              and b.status <> 'cancelled')`;
      found.push(...missing.map(({ id, at }) => `lesson ${id} of ${at.toISOString()} was not booked again`));
      return found;
    },
  },
];
