-- State of the Stripe stand-in. Owner only: row-level security is on and nobody is granted anything.
create schema if not exists stripe_local;
revoke all on schema stripe_local from public;

-- Every Stripe object, as the API shows it (`data`), with what only Stripe itself would know (`hidden`).
create table if not exists stripe_local.objects (
  id      text primary key,
  kind    text not null,
  created bigint not null,
  seq     bigint generated always as identity,
  data    jsonb not null,
  hidden  jsonb not null default '{}',
  -- Simulated time, in seconds, at which the scheduler has to look at the object again.
  wake_at bigint
);
create index if not exists objects_newest on stripe_local.objects (kind, created desc, seq desc);
create index if not exists objects_due on stripe_local.objects (wake_at) where wake_at is not null;
create index if not exists objects_customer on stripe_local.objects (kind, (data->>'customer'));
create index if not exists objects_payment_intent on stripe_local.objects (kind, (data->>'payment_intent'));
create index if not exists objects_charge on stripe_local.objects (kind, (data->>'charge'));
create index if not exists objects_source on stripe_local.objects (kind, (data->>'source'));
create index if not exists objects_invoice on stripe_local.objects (kind, (data->>'invoice'));
create index if not exists objects_type on stripe_local.objects (kind, (data->>'type'));

-- One delivery of one event to one endpoint. Times are real, not simulated.
create table if not exists stripe_local.deliveries (
  id              bigint generated always as identity primary key,
  event_id        text not null,
  url             text not null,
  secret          text not null,
  lane            text not null,
  position        bigint not null,
  state           text not null default 'pending' check (state in ('pending', 'delivered', 'dropped', 'failed')),
  attempts        integer not null default 0,
  next_at         timestamptz not null default clock_timestamp(),
  delivered_at    timestamptz,
  response_status integer,
  error           text
);
create index if not exists deliveries_due on stripe_local.deliveries (next_at) where state = 'pending';
create index if not exists deliveries_event on stripe_local.deliveries (event_id);

-- What a request with an idempotency key answered, written in the transaction that did its work.
drop table if exists stripe_local.idempotency_keys;
create table if not exists stripe_local.idempotent_results (
  key         text primary key,
  fingerprint text not null,
  status      integer not null,
  body        text not null,
  created_at  timestamptz not null default clock_timestamp()
);

-- One row: what the control API asked for.
create table if not exists stripe_local.control (
  singleton    boolean primary key default true check (singleton),
  webhook_mode text not null default 'normal'
               check (webhook_mode in ('normal', 'duplicate', 'reverse', 'drop', 'delay')),
  delay_ms     integer not null default 0,
  event_types  text[],
  fail_count   integer not null default 0,
  fail_status  integer not null default 500,
  fail_when    text not null default 'before' check (fail_when in ('before', 'after'))
);
-- A bad network on top of the mode: further copies, each held back by chance up to so long; of each attempt, a chance
-- that it or its answer is lost; and objects whose events are lost for good.
alter table stripe_local.control
  add column if not exists copies integer not null default 1 check (copies between 1 and 5),
  add column if not exists shuffle_ms integer not null default 0 check (shuffle_ms >= 0),
  add column if not exists loss_percent integer not null default 0 check (loss_percent between 0 and 90),
  add column if not exists lost_objects text[] not null default '{}';
insert into stripe_local.control (singleton) values (true) on conflict do nothing;

alter table stripe_local.objects enable row level security;
alter table stripe_local.deliveries enable row level security;
alter table stripe_local.idempotent_results enable row level security;
alter table stripe_local.control enable row level security;
