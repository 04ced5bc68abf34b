-- Billing: payments, subscriptions, the double-entry ledger, Stripe's events.

create type public.payment_status as enum ('succeeded', 'refunded', 'partially_refunded', 'disputed');

create table public.payments (
  id uuid primary key default gen_random_uuid(),
  receipt_number bigint generated always as identity (start with 1001),
  family_id uuid not null references public.families (id),
  enrollment_id uuid references public.enrollments (id),
  checkout_id uuid references public.checkouts (id),
  stripe_payment_intent_id text unique,
  stripe_charge_id text unique,
  description text not null,
  amount_cents int not null check (amount_cents > 0),
  refunded_cents int not null default 0,
  currency text not null check (currency ~ '^[a-z]{3}$'),
  card_brand text,
  card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
  status public.payment_status not null default 'succeeded',
  paid_at timestamptz not null,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint refund_within_payment check (refunded_cents between 0 and amount_cents)
);
comment on table public.payments is 'Money that arrived, in cents. The receipt number is ours; Stripe''s ids are unique.';
create index payments_family on public.payments (family_id, paid_at desc);
create index payments_enrollment on public.payments (enrollment_id);
create index payments_checkout on public.payments (checkout_id);
create trigger immutable before update on public.payments for each row execute function
  private.refuse_column_change('id', 'family_id', 'amount_cents', 'currency', 'stripe_payment_intent_id');
create trigger touch before update on public.payments for each row execute function private.touch();

create table public.subscriptions (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  enrollment_id uuid not null references public.enrollments (id),
  stripe_subscription_id text not null unique,
  cadence public.billing_cadence not null,
  amount_cents int not null check (amount_cents >= 0),
  currency text not null,
  status text not null,
  current_period_start timestamptz,
  current_period_end timestamptz,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.subscriptions is 'Stripe subscriptions that pay an enrollment''s tuition, as last fetched from Stripe.';
create index subscriptions_family on public.subscriptions (family_id);
create index subscriptions_enrollment on public.subscriptions (enrollment_id);
create trigger touch before update on public.subscriptions for each row execute function private.touch();

create type public.ledger_account as enum
  ('stripe_balance', 'family_receivable', 'family_credit', 'trial_revenue', 'tuition_revenue', 'registration_revenue', 'refunds');

create table public.ledger_transactions (
  id uuid primary key default gen_random_uuid(),
  cause text not null unique,
  description text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default private.now()
);
comment on table public.ledger_transactions is
  'One event in the books. The cause is its natural key at Stripe (ch_, re_, …): the same cause posts once.';

create table public.ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id uuid not null references public.ledger_transactions (id),
  account public.ledger_account not null,
  family_id uuid references public.families (id),
  payment_id uuid references public.payments (id),
  amount_cents int not null check (amount_cents <> 0),
  currency text not null check (currency ~ '^[a-z]{3}$')
);
comment on table public.ledger_entries is 'Debits (positive cents) and credits (negative); each transaction sums to zero by currency.';
create index ledger_entries_transaction on public.ledger_entries (transaction_id);
create index ledger_entries_family on public.ledger_entries (family_id);
create index ledger_entries_payment on public.ledger_entries (payment_id);

create function private.check_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  checked uuid := case tg_table_name when 'ledger_transactions' then new.id end;
begin
  if checked is null then checked := new.transaction_id; end if;
  if (select count(*) from public.ledger_entries e where e.transaction_id = checked) < 2
     or exists (select from public.ledger_entries e where e.transaction_id = checked
                 group by e.currency having sum(e.amount_cents) <> 0) then
    raise exception 'ledger transaction % does not balance', checked
      using errcode = 'CH001', constraint = 'ledger_unbalanced';
  end if;
  return null;
end $$;
comment on function private.check_balance is 'At commit, each touched transaction has two entries or more and sums to zero.';
create constraint trigger ledger_balances after insert on public.ledger_entries
  deferrable initially deferred for each row execute function private.check_balance();
create constraint trigger ledger_has_entries after insert on public.ledger_transactions
  deferrable initially deferred for each row execute function private.check_balance();
create trigger append_only before update or delete on public.ledger_transactions
  for each row execute function private.refuse_change();
create trigger append_only before update or delete on public.ledger_entries
  for each row execute function private.refuse_change();
create trigger never_truncated before truncate on public.ledger_transactions
  for each statement execute function private.refuse_change();
create trigger never_truncated before truncate on public.ledger_entries
  for each statement execute function private.refuse_change();

create table public.stripe_events (
  id text primary key,
  type text not null,
  object_id text not null,
  received_at timestamptz not null default private.now(),
  processed_at timestamptz,
  outcome text
);
comment on table public.stripe_events is 'Stripe''s events, each stored once with what became of it.';
create index stripe_events_waiting on public.stripe_events (received_at) where processed_at is null;

do $$
declare t text;
begin
  foreach t in array array['payments', 'subscriptions', 'ledger_transactions', 'ledger_entries', 'stripe_events'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select on public.%I to authenticated', t);
    execute format('grant all on public.%I to service_role', t);
  end loop;
  foreach t in array array['payments', 'subscriptions'] loop
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit()', t);
  end loop;
end $$;
