-- Refunds: what a payment gave back is the sum of its refunds, each posts itself, and an administrator makes them by one
-- function that says beforehand what it comes to.

alter table public.refunds
  add column ends_tuition boolean not null default false,
  add column failure_reason text constraint refunds_failure_reason check (length(failure_reason) between 1 and 100);
comment on column public.refunds.ends_tuition is 'Whether the tuition that renews itself ends with this refund.';
comment on column public.refunds.failure_reason is 'Why the bank sent the money back, in Stripe''s word.';

create or replace function private.limit_refunds() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  payment public.payments;
  back int;
begin
  -- A bank may send a refund back days after it succeeded; nothing else changes.
  if tg_op = 'UPDATE' and old.status <> new.status and old.status <> 'pending'
     and not (old.status = 'succeeded' and new.status = 'failed' and new.target = 'card') then
    raise exception 'a refund that % stays so', old.status using errcode = 'CH004', constraint = 'refund_transition';
  end if;
  -- Refunds of one payment are written one after the other.
  select * into payment from public.payments p where p.id = new.payment_id for no key update;
  select coalesce(sum(r.amount_cents) filter (where r.status <> 'failed'), 0) into back
    from public.refunds r where r.payment_id = new.payment_id;
  if back > payment.amount_cents then
    raise exception 'more is given back than was paid' using errcode = 'CH005', constraint = 'refund_within_payment';
  end if;
  return null;
end $$;
comment on function private.limit_refunds is
  'Refunds of a payment come to no more than was paid; a refund to a card may fail after it succeeded. Errors: '
  'refund_within_payment, refund_transition.';

create function private.refund_postings(of_target text, cents int)
returns table (account public.ledger_account, amount_cents int)
language sql immutable set search_path = '' as $$
  values ('refunds'::public.ledger_account, cents),
         ((case of_target when 'card' then 'stripe_balance' else 'family_credit' end)::public.ledger_account, -cents)
$$;
comment on function private.refund_postings is 'What a refund posts, in cents: debits positive, credits negative.';
revoke execute on function private.refund_postings from public;

create function private.post_refund() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  natural_key text := coalesce(new.stripe_refund_id, 'refund:' || new.id);
  posted uuid;
begin
  if tg_op = 'UPDATE' and old.status = new.status then return null; end if;
  -- Of what never arrived nothing was posted.
  if new.status = 'succeeded' or tg_op = 'UPDATE' and old.status = 'succeeded' then
    insert into public.ledger_transactions as t (cause, description, occurred_at)
    values (natural_key || case new.status when 'failed' then ':failed' else '' end,
            case when new.status = 'failed' then 'Refund that the bank sent back'
                 when new.target = 'card' then 'Refund to the card' else 'Refund as credit' end,
            case tg_op when 'INSERT' then new.created_at else private.now() end)
    on conflict (cause) do nothing
    returning t.id into posted;
    insert into public.ledger_entries (transaction_id, account, family_id, payment_id, amount_cents, currency)
    select posted, p.account, new.family_id, new.payment_id,
           case new.status when 'failed' then -p.amount_cents else p.amount_cents end, new.currency
      from private.refund_postings(new.target, new.amount_cents) p
     where posted is not null;
  end if;
  update public.payments p
     set refunded_cents = s.back,
         status = case when p.status = 'disputed' then p.status
                       when s.back = 0 then 'succeeded' when s.back < p.amount_cents then 'partially_refunded'
                       else 'refunded' end::public.payment_status
    from (select coalesce(sum(r.amount_cents) filter (where r.status = 'succeeded'), 0) as back
            from public.refunds r where r.payment_id = new.payment_id) s
   where p.id = new.payment_id
     and (p.refunded_cents <> s.back or (s.back = 0) <> (p.status = 'succeeded') and p.status <> 'disputed');
  if new.requested_by is not null and new.status <> 'pending' then
    perform private.emit('billing/refund.settled', jsonb_build_object('refundId', new.id), new.family_id::text);
  end if;
  return null;
end $$;
comment on function private.post_refund is
  'A refund that succeeds is posted once under its natural key, one that fails later is posted back; the payment says what '
  'it gave back altogether; what an administrator gave back is told to the family.';
create trigger post_refund after insert or update of status on public.refunds
  for each row execute function private.post_refund();

create function private.refund_payment(
  of_payment uuid, cents int, of_target text, why text, end_tuition boolean default false
) returns table (
  refund_id uuid,
  amount_cents int,
  currency text,
  left_before_cents int,
  left_after_cents int,
  target text,
  card_brand text,
  card_last4 text,
  ends_tuition boolean,
  tuition_cents int,
  postings jsonb
)
language plpgsql security definer set search_path = '' as $$
declare
  payment public.payments;
begin
  if not private.is_admin() then
    raise exception 'only an administrator gives money back' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  select * into payment from public.payments p where p.id = of_payment for no key update;
  if not found then
    raise exception 'no such payment' using errcode = 'CH404', constraint = 'payment_missing';
  end if;
  if payment.status = 'disputed' then
    raise exception 'the payment is disputed' using errcode = 'CH004', constraint = 'refund_disputed';
  end if;
  if of_target = 'card' and payment.stripe_payment_intent_id is null then
    raise exception 'the payment was not made by card' using errcode = 'CH005', constraint = 'refund_without_card';
  end if;
  select payment.amount_cents - coalesce(sum(r.amount_cents) filter (where r.status <> 'failed'), 0) into left_before_cents
    from public.refunds r where r.payment_id = of_payment;
  tuition_cents := (select sum(s.amount_cents) from public.subscriptions s
                     where s.enrollment_id = payment.enrollment_id and s.status not in ('canceled', 'incomplete_expired'));
  insert into public.refunds as r (payment_id, family_id, amount_cents, currency, target, status, reason, requested_by, ends_tuition)
  values (of_payment, payment.family_id, cents, payment.currency, of_target,
          case of_target when 'card' then 'pending' else 'succeeded' end::public.refund_status, trim(why), auth.uid(),
          end_tuition and tuition_cents is not null)
  returning r.id, r.amount_cents, r.currency, r.target, r.ends_tuition
    into refund_id, amount_cents, currency, target, ends_tuition;
  if of_target = 'credit' then
    insert into public.account_credits (family_id, amount_cents, currency, origin, reason, issued_by)
    values (payment.family_id, cents, payment.currency, 'refund', trim(why), auth.uid());
  end if;
  perform private.emit('billing/refund.requested', jsonb_build_object('refundId', refund_id), payment.family_id::text);
  left_after_cents := left_before_cents - cents;
  card_brand := payment.card_brand;
  card_last4 := payment.card_last4;
  postings := (select jsonb_agg(jsonb_build_object('account', p.account, 'cents', p.amount_cents))
                 from private.refund_postings(of_target, cents) p);
  return next;
end $$;
comment on function private.refund_payment is
  'Gives back cents of a payment to its card (Stripe does it afterwards) or as credit of the family (at once), and ends the '
  'tuition of its enrollment when asked to; administrators only. The same call is the preview, undone. Errors: admin_only, '
  'payment_missing, refund_disputed, refund_without_card, refund_within_payment, refunds_amount, refunds_target, refunds_reason.';
revoke execute on function private.refund_payment, private.post_refund from public;
grant execute on function private.refund_payment to authenticated;

insert into private.personal_columns (table_name, column_name, erased_as) values ('refunds', 'failure_reason', 'null');
