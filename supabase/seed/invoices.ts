import type { Sql } from "./rows";
import type { Month } from "./seed-clock";

/** An invoice for each payment of a month, with the lines it was for; refunds and disputes as rows of their own. */
export async function loadInvoices(sql: Sql, { from, until }: Month): Promise<void> {
  const ofMonth = sql`p.paid_at >= ${from} and p.paid_at < ${until}`;
  await sql`
    insert into public.invoices (id, family_id, guardian_id, currency, issued_on, due_on, created_at, updated_at)
    select md5(p.id || 'invoice')::uuid, p.family_id, coalesce(p.guardian_id, private.payer_of(p.family_id)), p.currency,
           d.day, d.day, p.paid_at, p.paid_at
      from public.payments p, lateral (select (p.paid_at at time zone a.time_zone)::date as day from public.academy_settings a) d
     where ${ofMonth}
     order by p.paid_at, p.receipt_number`;
  await sql`
    insert into public.invoice_lines (id, invoice_id, position, code, label, amount_cents, enrollment_id)
    select md5(p.id || 'line' || n.position)::uuid, md5(p.id || 'invoice')::uuid, n.position, n.code, n.label, n.cents, p.enrollment_id
      from public.payments p
      join public.enrollments e on e.id = p.enrollment_id
      cross join lateral (
        select t.position, t.line ->> 'code' as code, t.line ->> 'label' as label, (t.line ->> 'cents')::int as cents
          from jsonb_array_elements(e.lines) with ordinality t (line, position)
         where p.checkout_id is not null and p.amount_cents = e.due_cents
         union all
        select 1, case e.kind when 'trial' then 'trial' else 'tuition' end, p.description, p.amount_cents
         where not (p.checkout_id is not null and p.amount_cents = e.due_cents)) n
     where ${ofMonth}`;
  await sql`
    update public.invoices i set status = 'open'
      from public.payments p where ${ofMonth} and i.id = md5(p.id || 'invoice')::uuid`;
  await sql`update public.payments p set invoice_id = md5(p.id || 'invoice')::uuid where ${ofMonth}`;
}

/** What was given back and what is disputed, as Stripe and the books tell it. */
export async function loadRefundsAndDisputes(sql: Sql): Promise<void> {
  await sql`
    insert into public.refunds (id, payment_id, family_id, amount_cents, currency, status, reason, stripe_refund_id, created_at)
    select md5(t.cause)::uuid, p.id, p.family_id, l.amount_cents, p.currency, 'succeeded',
           case when l.amount_cents = p.amount_cents then 'The time was lost to another family' else 'Half a month after leaving' end,
           t.cause, t.occurred_at
      from public.ledger_entries l
      join public.ledger_transactions t on t.id = l.transaction_id
      join public.payments p on p.id = l.payment_id
     where l.account = 'refunds' and t.cause like 're\\_%'`;
  await sql`
    insert into public.disputes (id, payment_id, family_id, amount_cents, currency, reason, stripe_dispute_id, evidence_due_at, opened_at)
    select md5(t.cause)::uuid, p.id, p.family_id, l.amount_cents, p.currency, 'unrecognized', t.cause,
           t.occurred_at + interval '14 days', t.occurred_at
      from public.ledger_entries l
      join public.ledger_transactions t on t.id = l.transaction_id
      join public.payments p on p.id = l.payment_id
     where l.account = 'refunds' and t.cause like 'dp\\_%'`;
}

/**
 * A family whose card has expired: the recital's fee is overdue, with the late fee, and Stripe calls the subscription past
 * due. And a credit for a lesson that began late, part of it used.
 */
export async function loadOverdueInvoice(sql: Sql, today: string): Promise<void> {
  const [late, lucky] = await sql<{ familyId: string; guardianId: string; enrollmentId: string }[]>`
    select s.family_id as "familyId", private.payer_of(s.family_id) as "guardianId", s.enrollment_id as "enrollmentId"
      from public.subscriptions s join public.families f on f.id = s.family_id
     where s.status = 'active' and s.cadence = 'monthly'
       and not exists (select from public.guardians g where g.family_id = s.family_id
                        and (g.payer_share_bp not in (0, 10000) or g.email like '%rahman%'))
     order by md5(s.id::text) limit 2`;
  if (late) {
    await sql`update public.subscriptions set status = 'past_due' where enrollment_id = ${late.enrollmentId}`;
    await sql`
      insert into public.invoices (id, family_id, guardian_id, currency, issued_on, due_on, note)
      values (md5('overdue')::uuid, ${late.familyId}, ${late.guardianId}, 'usd', ${today}::date - 40, ${today}::date - 25,
              'The card on file has expired; we have asked for another one.')`;
    await sql`
      insert into public.invoice_lines (invoice_id, position, code, label, amount_cents, enrollment_id) values
        (md5('overdue')::uuid, 1, 'recital', 'Recital', 3500, ${late.enrollmentId}),
        (md5('overdue')::uuid, 2, 'late_fee', 'Late fee', 2500, ${late.enrollmentId})`;
    await sql`update public.invoices set status = 'open' where id = md5('overdue')::uuid`;
  }
  if (lucky) {
    await sql`
      insert into public.account_credits (id, family_id, amount_cents, currency, origin, reason)
      values (md5('credit')::uuid, ${lucky.familyId}, 4000, 'usd', 'goodwill', 'Two lessons began late')`;
    await sql`
      insert into public.invoices (id, family_id, guardian_id, currency, issued_on, due_on)
      values (md5('credited')::uuid, ${lucky.familyId}, ${lucky.guardianId}, 'usd', ${today}, ${today}::date + 14)`;
    await sql`
      insert into public.invoice_lines (invoice_id, position, code, label, amount_cents, enrollment_id)
      values (md5('credited')::uuid, 1, 'recital', 'Recital', 3500, ${lucky.enrollmentId})`;
    await sql`update public.invoices set status = 'open' where id = md5('credited')::uuid`;
    await sql`
      insert into public.credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
      values (md5('credit')::uuid, md5('credited')::uuid, ${lucky.familyId}, 'usd', 2000)`;
  }
}
