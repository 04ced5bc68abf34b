-- Billing: invoices and their lines, refunds, disputes, money credits. Amounts in cents with their currency.

create type public.invoice_status as enum ('draft', 'open', 'paid', 'void', 'uncollectible');

create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity (start with 10001),
  family_id uuid not null references public.families (id),
  guardian_id uuid not null,
  status public.invoice_status not null default 'draft',
  currency text not null constraint invoices_currency check (currency ~ '^[a-z]{3}$'),
  issued_on date,
  due_on date,
  total_cents int not null default 0,
  paid_cents int not null default 0,
  credited_cents int not null default 0,
  stripe_invoice_id text constraint invoices_stripe_once unique,
  note text constraint invoices_note check (length(note) <= 500),
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint invoices_of_family unique (id, family_id, currency),
  constraint invoices_payer_of_family foreign key (guardian_id, family_id) references public.guardians (id, family_id),
  constraint invoices_issued check (status in ('draft', 'void') or issued_on is not null and due_on is not null),
  constraint invoices_due_after_issue check (due_on >= issued_on),
  constraint invoice_overpaid check (paid_cents >= 0 and credited_cents >= 0 and paid_cents + credited_cents <= total_cents),
  constraint invoices_paid check (status <> 'paid' or paid_cents + credited_cents = total_cents)
);
comment on table public.invoices is
  'What one payer of a family is asked for. Totals in cents are kept by triggers: lines, payments and credits applied.';
create unique index invoices_number on public.invoices (number);
create index invoices_family on public.invoices (family_id, issued_on desc);
create index invoices_payer on public.invoices (guardian_id);
create index invoices_due on public.invoices (due_on) where status = 'open';
call private.protect('invoices', 'id');
create trigger soft_delete_only before delete on public.invoices for each row execute function private.refuse_delete();
create trigger immutable before update on public.invoices for each row execute function
  private.refuse_column_change('id', 'number', 'family_id', 'guardian_id', 'currency');

create function private.invoice_transition() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'draft' or new.total_cents + new.paid_cents + new.credited_cents <> 0 then
      raise exception 'an invoice begins as an empty draft' using errcode = 'CH004', constraint = 'invoice_transition';
    end if;
    return new;
  end if;
  if old.status is distinct from new.status and not (
       (old.status = 'draft' and new.status in ('open', 'void'))
    or (old.status = 'open' and new.status in ('paid', 'void', 'uncollectible'))
    or (old.status = 'uncollectible' and new.status in ('paid', 'void'))) then
    raise exception 'an invoice that is % cannot become %', old.status, new.status
      using errcode = 'CH004', constraint = 'invoice_transition';
  end if;
  if new.status = 'void' and new.paid_cents + new.credited_cents > 0 then
    raise exception 'an invoice with payments is not voided' using errcode = 'CH004', constraint = 'invoice_transition';
  end if;
  if old.status <> 'draft' and (new.issued_on, new.due_on, new.total_cents) is distinct from
                               (old.issued_on, old.due_on, old.total_cents) then
    raise exception 'an issued invoice keeps its dates and its total' using errcode = 'CH003', constraint = 'invoice_issued';
  end if;
  if new.total_cents <> old.total_cents and new.total_cents <> greatest(0,
       (select coalesce(sum(l.amount_cents), 0) from public.invoice_lines l where l.invoice_id = new.id))
     or (new.paid_cents, new.credited_cents) is distinct from (old.paid_cents, old.credited_cents)
        and not exists (select from private.received_for_invoice(new.id) r
                         where (r.paid, r.credited) = (new.paid_cents, new.credited_cents)) then
    raise exception 'the sums of an invoice follow from its lines, payments and credits'
      using errcode = 'CH005', constraint = 'invoice_does_not_add_up';
  end if;
  return new;
end $$;
comment on function private.invoice_transition is
  'Invoices move along draft, open, paid; what was issued keeps its dates and total; nobody writes the sums by hand. '
  'Errors: invoice_transition, invoice_issued, invoice_does_not_add_up.';
create trigger invoice_transition before update on public.invoices
  for each row execute function private.invoice_transition();
create trigger invoice_begins after insert on public.invoices
  for each row execute function private.invoice_transition();
grant select on public.invoices to authenticated;
create policy payer_or_admin_reads on public.invoices for select to authenticated
  using (guardian_id = any(array(select private.my_payer_ids())) and status <> 'draft' or (select private.is_admin()));

create table public.invoice_lines (
  id uuid primary key default gen_random_uuid(),
  invoice_id uuid not null references public.invoices (id),
  position int not null constraint invoice_lines_position check (position > 0),
  code text not null constraint invoice_lines_code check (code ~ '^[a-z_]+$'),
  label text not null constraint invoice_lines_label check (length(label) between 1 and 200),
  amount_cents int not null,
  enrollment_id uuid references public.enrollments (id),
  class_id uuid references public.classes (id),
  period daterange,
  constraint invoice_lines_in_order unique (invoice_id, position)
);
comment on table public.invoice_lines is
  'Lines of an invoice in cents, discounts and credits negative: what for, for which enrollment or class, for which days.';
create index invoice_lines_enrollment on public.invoice_lines (enrollment_id);
create index invoice_lines_class on public.invoice_lines (class_id);
call private.protect('invoice_lines', 'id');

create function private.add_up_invoice() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  of_invoice uuid := coalesce(new.invoice_id, old.invoice_id);
  status public.invoice_status;
begin
  -- Erasure puts the line's code in the place of its words (personal_columns); what is counted stays.
  if tg_op = 'UPDATE' and to_jsonb(new) - 'label' = to_jsonb(old) - 'label'
     and new.label = initcap(replace(new.code, '_', ' ')) then
    return null;
  end if;
  select i.status into status from public.invoices i where i.id = of_invoice for no key update;
  if status <> 'draft' then
    raise exception 'an issued invoice keeps its lines' using errcode = 'CH003', constraint = 'invoice_issued';
  end if;
  if tg_op = 'UPDATE' and old.invoice_id <> new.invoice_id then
    raise exception 'a line stays on its invoice' using errcode = 'CH003', constraint = 'immutable_column';
  end if;
  if tg_op <> 'DELETE' and exists (
       select from public.enrollments e join public.invoices i on i.id = of_invoice
        where e.id = new.enrollment_id and e.family_id <> i.family_id) then
    raise exception 'the enrollment is another family''s' using errcode = 'CH005', constraint = 'invoice_line_of_another';
  end if;
  update public.invoices i
     set total_cents = greatest(0, coalesce((select sum(l.amount_cents) from public.invoice_lines l where l.invoice_id = i.id), 0))
   where i.id = of_invoice;
  return null;
end $$;
comment on function private.add_up_invoice is
  'The total of a draft is the sum of its lines, at least nothing; an issued invoice keeps both, but for the words of a '
  'line whose family is erased. Errors: invoice_issued, invoice_line_of_another.';
create trigger add_up after insert or update or delete on public.invoice_lines
  for each row execute function private.add_up_invoice();
grant select on public.invoice_lines to authenticated;

create function private.my_invoice_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select i.id from public.invoices i
   where i.guardian_id in (select private.my_payer_ids()) and i.status <> 'draft'
$$;
comment on function private.my_invoice_ids is 'Invoices that the signed-in parent sees.';
revoke execute on function private.my_invoice_ids from public;
grant execute on function private.my_invoice_ids to authenticated, service_role;
create policy payer_or_admin_reads on public.invoice_lines for select to authenticated
  using (invoice_id = any(array(select private.my_invoice_ids())) or (select private.is_admin()));

-- Payments of an invoice ------------------------------------------------------------------------------------------
alter table public.payments add column invoice_id uuid;
alter table public.payments add constraint payments_invoice_of_family
  foreign key (invoice_id, family_id, currency) references public.invoices (id, family_id, currency);
create index payments_invoice on public.payments (invoice_id);

create table public.account_credits (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  amount_cents int not null constraint account_credits_amount check (amount_cents > 0),
  currency text not null constraint account_credits_currency check (currency ~ '^[a-z]{3}$'),
  origin text not null constraint account_credits_origin check (origin in ('refund', 'cancellation', 'trial', 'overpayment', 'goodwill')),
  reason text not null constraint account_credits_reason check (length(trim(reason)) between 3 and 500),
  lesson_id uuid references public.lessons (id),
  issued_by uuid references public.profiles (id) on delete set null,
  issued_at timestamptz not null default private.now(),
  expires_at timestamptz,
  constraint account_credits_of_family unique (id, family_id, currency),
  constraint account_credits_valid check (expires_at > issued_at)
);
comment on table public.account_credits is
  'Money, in cents, that a family has in hand; it is applied to invoices, the one that expires first before the others.';
create index account_credits_family on public.account_credits (family_id, expires_at);
create index account_credits_lesson on public.account_credits (lesson_id);
create index account_credits_issued_by on public.account_credits (issued_by);
call private.protect('account_credits', 'id');
create trigger soft_delete_only before delete on public.account_credits for each row execute function private.refuse_delete();
create trigger immutable before update on public.account_credits for each row execute function private.refuse_column_change(
  'id', 'family_id', 'amount_cents', 'currency', 'origin', 'lesson_id', 'issued_at', 'expires_at');
grant select on public.account_credits to authenticated;
create policy family_or_admin_reads on public.account_credits for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));

create table public.credit_applications (
  id uuid primary key default gen_random_uuid(),
  credit_id uuid not null,
  invoice_id uuid not null,
  family_id uuid not null,
  currency text not null,
  amount_cents int not null constraint credit_applications_amount check (amount_cents > 0),
  applied_at timestamptz not null default private.now(),
  constraint applications_credit_of_family foreign key (credit_id, family_id, currency)
    references public.account_credits (id, family_id, currency),
  constraint applications_invoice_of_family foreign key (invoice_id, family_id, currency)
    references public.invoices (id, family_id, currency)
);
comment on table public.credit_applications is 'Cents of a family''s credit that an invoice was paid with.';
create index credit_applications_credit on public.credit_applications (credit_id);
create index credit_applications_invoice on public.credit_applications (invoice_id);
create index credit_applications_family on public.credit_applications (family_id);
call private.protect('credit_applications', 'id');
create trigger append_only before update or delete on public.credit_applications
  for each row execute function private.refuse_change();

create function private.received_for_invoice(of_invoice uuid, out paid int, out credited int)
language sql stable security definer set search_path = '' as $$
  select coalesce((select sum(p.amount_cents) from public.payments p where p.invoice_id = of_invoice), 0),
         coalesce((select sum(a.amount_cents) from public.credit_applications a where a.invoice_id = of_invoice), 0)
$$;
comment on function private.received_for_invoice is 'Cents that arrived for an invoice, as payments and as credits.';
revoke execute on function private.received_for_invoice from public;

create function private.settle_invoice(settled uuid) returns void
language sql security definer set search_path = '' as $$
  update public.invoices i
     set paid_cents = s.paid, credited_cents = s.credited,
         status = case when i.status in ('open', 'uncollectible') and s.paid + s.credited = i.total_cents then 'paid'
                       else i.status end::public.invoice_status
    from private.received_for_invoice(settled) s
   where i.id = settled
$$;
comment on function private.settle_invoice is 'Adds up what an invoice has received; in full, it is paid. Error: invoice_overpaid.';

create function private.apply_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    if new.invoice_id is not distinct from old.invoice_id then return null; end if;
    if old.invoice_id is not null then
      raise exception 'a payment stays with its invoice' using errcode = 'CH003', constraint = 'immutable_column';
    end if;
  end if;
  if new.invoice_id is null then return null; end if;
  if (select i.status from public.invoices i where i.id = new.invoice_id for no key update) not in ('open', 'uncollectible') then
    raise exception 'only an open invoice is paid' using errcode = 'CH004', constraint = 'invoice_not_open';
  end if;
  perform private.settle_invoice(new.invoice_id);
  return null;
end $$;
comment on function private.apply_payment is
  'What arrives for an invoice, or is assigned to it later, counts on it, for good. Errors: invoice_not_open, invoice_overpaid, immutable_column.';

create function private.apply_credit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  credit public.account_credits;
begin
  select * into credit from public.account_credits c where c.id = new.credit_id for no key update;
  if credit.expires_at <= private.now() then
    raise exception 'the credit has expired' using errcode = 'CH005', constraint = 'account_credit_expired';
  end if;
  if (select sum(a.amount_cents) from public.credit_applications a where a.credit_id = new.credit_id) > credit.amount_cents then
    raise exception 'the credit is used up' using errcode = 'CH005', constraint = 'account_credit_used_up';
  end if;
  if (select i.status from public.invoices i where i.id = new.invoice_id for no key update) not in ('open', 'uncollectible') then
    raise exception 'only an open invoice is paid' using errcode = 'CH004', constraint = 'invoice_not_open';
  end if;
  perform private.settle_invoice(new.invoice_id);
  return null;
end $$;
comment on function private.apply_credit is
  'A credit is used within its validity and its amount. Errors: account_credit_expired, account_credit_used_up, '
  'invoice_not_open, invoice_overpaid.';
create trigger apply_credit after insert on public.credit_applications for each row execute function private.apply_credit();
create trigger apply_payment after insert or update of invoice_id on public.payments
  for each row execute function private.apply_payment();
grant select on public.credit_applications to authenticated;
create policy payer_or_admin_reads on public.credit_applications for select to authenticated
  using (invoice_id = any(array(select private.my_invoice_ids())) or (select private.is_admin()));

-- Refunds and disputes --------------------------------------------------------------------------------------------
alter table public.payments add constraint payments_of_family unique (id, family_id, currency);

create type public.refund_status as enum ('pending', 'succeeded', 'failed');

create table public.refunds (
  id uuid primary key default gen_random_uuid(),
  payment_id uuid not null,
  family_id uuid not null,
  amount_cents int not null constraint refunds_amount check (amount_cents > 0),
  currency text not null,
  target text not null default 'card' constraint refunds_target check (target in ('card', 'credit')),
  status public.refund_status not null default 'pending',
  reason text not null constraint refunds_reason check (length(trim(reason)) between 3 and 500),
  stripe_refund_id text constraint refunds_stripe_once unique,
  requested_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint refunds_payment_of_family foreign key (payment_id, family_id, currency)
    references public.payments (id, family_id, currency)
);
comment on table public.refunds is 'Money given back of a payment, in cents: to the card, or as a credit of the family.';
create index refunds_payment on public.refunds (payment_id);
create index refunds_family on public.refunds (family_id);
create index refunds_requested_by on public.refunds (requested_by);
call private.protect('refunds', 'id');
create trigger soft_delete_only before delete on public.refunds for each row execute function private.refuse_delete();
create trigger immutable before update on public.refunds for each row execute function
  private.refuse_column_change('id', 'payment_id', 'family_id', 'amount_cents', 'currency', 'target');

create function private.limit_refunds() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  payment public.payments;
  back int;
begin
  if tg_op = 'UPDATE' and old.status <> new.status and old.status <> 'pending' then
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
  'Refunds of a payment come to no more than was paid. Errors: refund_within_payment, refund_transition.';
create trigger limit_refunds after insert or update of status on public.refunds
  for each row execute function private.limit_refunds();
grant select on public.refunds to authenticated;

create function private.my_payment_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.payments p
   where p.family_id in (select private.my_family_ids())
     and (p.guardian_id is null or p.guardian_id in (select private.my_payer_ids()))
$$;
comment on function private.my_payment_ids is 'Payments that the signed-in parent sees.';
revoke execute on function private.my_payment_ids from public;
grant execute on function private.my_payment_ids to authenticated, service_role;
create policy payer_or_admin_reads on public.refunds for select to authenticated
  using (payment_id = any(array(select private.my_payment_ids())) or (select private.is_admin()));

create type public.dispute_status as enum ('needs_response', 'under_review', 'won', 'lost');

create table public.disputes (
  id uuid primary key default gen_random_uuid(),
  payment_id uuid not null,
  family_id uuid not null,
  amount_cents int not null constraint disputes_amount check (amount_cents > 0),
  currency text not null,
  reason text not null,
  status public.dispute_status not null default 'needs_response',
  stripe_dispute_id text not null constraint disputes_stripe_once unique,
  evidence_due_at timestamptz,
  opened_at timestamptz not null default private.now(),
  closed_at timestamptz,
  updated_at timestamptz not null default private.now(),
  constraint disputes_payment_of_family foreign key (payment_id, family_id, currency)
    references public.payments (id, family_id, currency),
  constraint disputes_closed check ((status in ('won', 'lost')) = (closed_at is not null))
);
comment on table public.disputes is 'Payments that a card holder disputes at their bank, as last fetched from Stripe; cents.';
create index disputes_payment on public.disputes (payment_id);
create index disputes_family on public.disputes (family_id);
call private.protect('disputes', 'id');
create trigger immutable before update on public.disputes for each row execute function
  private.refuse_column_change('id', 'payment_id', 'family_id', 'currency', 'stripe_dispute_id');

create function private.dispute_transition() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.status in ('won', 'lost') and new.status <> old.status then
    raise exception 'a dispute that was % stays so', old.status using errcode = 'CH004', constraint = 'dispute_transition';
  end if;
  return new;
end $$;
comment on function private.dispute_transition is 'A dispute that was decided stays decided. Error: dispute_transition.';
create trigger dispute_transition before update of status on public.disputes
  for each row execute function private.dispute_transition();
grant select on public.disputes to authenticated;
create policy admin_reads on public.disputes for select to authenticated using ((select private.is_admin()));

-- The books: what was posted gets no further entries ----------------------------------------------------------------
alter table public.ledger_transactions add column posted_in xid8 not null default pg_current_xact_id();
comment on column public.ledger_transactions.posted_in is
  'The database transaction that posted it: entries that balance each other could otherwise be added later.';

create function private.keep_posted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (select t.posted_in from public.ledger_transactions t where t.id = new.transaction_id) <> pg_current_xact_id() then
    raise exception 'transaction % is posted', new.transaction_id
      using errcode = 'CH002', constraint = 'append_only', table = tg_table_name;
  end if;
  return null;
end $$;
comment on function private.keep_posted is 'A transaction''s entries are written together with it. Error: append_only.';
create trigger keep_posted after insert on public.ledger_entries for each row execute function private.keep_posted();
