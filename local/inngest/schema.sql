-- The executor's own state. It creates this at boot and is the only one to read or write it: row level
-- security is on for every table and no policy exists, so only the owner gets in.
-- Payloads are `json`, not `jsonb`: they are kept as the canonical text that gets signed, and \u0000 is legal.

create schema if not exists inngest;
revoke all on schema inngest from public;

-- The texts of a JSON list, null for null.
create or replace function inngest.text_list(list json) returns text[]
language sql immutable strict set search_path = '' as $$
  select coalesce(array_agg(value order by n), '{}')
  from json_array_elements_text(list) with ordinality as l (value, n)
$$;

-- Functions as the app registered them. One that disappears from the app stays, inactive.
create table if not exists inngest.functions (
  id text primary key,
  app_id text not null,
  config json not null,
  active boolean not null default true,
  synced_at timestamptz not null
);

-- The primary key is what makes sending an event twice harmless.
create table if not exists inngest.events (
  id text primary key,
  name text not null,
  payload json not null,
  received_at timestamptz not null
);
create index if not exists events_received_at on inngest.events (received_at desc);

-- done_seq counts finished steps and orders them; open_steps counts those planned, sleeping or waiting.
-- slots are the concurrency keys that each call of this run takes, parallel to the function's limits.
create table if not exists inngest.runs (
  id text primary key,
  function_id text not null,
  event_id text not null references inngest.events (id),
  status text not null default 'queued'
    check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  slots text[],
  parent_run_id text,
  parent_step_id text,
  done_seq integer not null default 0,
  open_steps integer not null default 0 check (open_steps >= 0),
  output json,
  error json,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  check ((ended_at is null) = (status in ('queued', 'running')))
);
create index if not exists runs_event on inngest.runs (event_id);
create index if not exists runs_live on inngest.runs (function_id) where ended_at is null;
create index if not exists runs_created_at on inngest.runs (created_at desc);
-- event_ids: all events of a batch, event_id being the first. priority: seconds by which the run's jobs go first.
-- singleton: the name under which one run at most is live.
alter table inngest.runs add column if not exists event_ids text[];
alter table inngest.runs add column if not exists priority integer not null default 0;
alter table inngest.runs add column if not exists singleton text;
create index if not exists runs_batched on inngest.runs using gin (event_ids) where event_ids is not null;
create unique index if not exists runs_singleton on inngest.runs (singleton) where ended_at is null;

-- output is {"data":…} or {"error":…} once the step is done. eager: look for next steps as soon as this
-- one is done, without waiting for its siblings (a race, or parallelism switched off).
create table if not exists inngest.steps (
  run_id text not null references inngest.runs (id) on delete cascade,
  id text not null,
  name text not null,
  op text not null,
  state text not null check (state in ('open', 'done')),
  failed boolean not null default false,
  eager boolean not null default false,
  output json,
  done_seq integer,
  attempts integer not null default 0,
  wait_event text,
  wait_if text,
  due_at timestamptz,
  child_run_id text,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (run_id, id),
  check ((state = 'done') = (output is not null and done_seq is not null))
);
create index if not exists steps_waiting on inngest.steps (wait_event) where state = 'open';

-- The queue. run_at follows the movable clock; leases follow the real one. gen rises with each claim, so
-- that the answer of an executor that lost its lease is recognised and dropped.
create table if not exists inngest.jobs (
  key text primary key,
  kind text not null check (kind in ('discover', 'step', 'resume', 'start-timeout', 'finish-timeout')),
  run_id text not null references inngest.runs (id) on delete cascade,
  function_id text not null,
  step_id text,
  slots text[],
  run_at timestamptz not null,
  attempt integer not null default 0,
  drops integer not null default 0,
  gen integer not null default 0,
  leased_by text,
  lease_until timestamptz,
  last_error json
);
create index if not exists jobs_due on inngest.jobs (run_at) where leased_by is null;
create index if not exists jobs_due_limited on inngest.jobs (run_at) where leased_by is null and slots is not null;
create index if not exists jobs_leased on inngest.jobs (leased_by) where leased_by is not null;
create index if not exists jobs_run on inngest.jobs (run_id);
-- throttle: the key whose rate the first call of a run waits for; such a job has slots, if only an empty list.
alter table inngest.jobs add column if not exists priority integer not null default 0;
alter table inngest.jobs add column if not exists throttle text;
create index if not exists jobs_throttled on inngest.jobs (function_id, throttle) where throttle is not null;

-- The next tick of each cron trigger; moved on under a row lock, so one executor starts the run.
create table if not exists inngest.crons (
  function_id text not null,
  pattern text not null,
  next_at timestamptz not null,
  primary key (function_id, pattern)
);

-- A function with an idempotency expression starts once a key within 24 hours.
create table if not exists inngest.idempotency_keys (
  function_id text not null,
  key text not null,
  expires_at timestamptz not null,
  primary key (function_id, key)
);

-- The generic cell rate algorithm's one instant of each key of a rate limit or throttle (rate.ts).
create table if not exists inngest.rates (
  function_id text not null,
  kind text not null check (kind in ('rateLimit', 'throttle')),
  key text not null,
  tat timestamptz not null,
  primary key (function_id, kind, key)
);

-- Starts that wait until no further event of their key comes.
create table if not exists inngest.debounces (
  function_id text not null,
  key text not null,
  event_id text not null references inngest.events (id),
  due_at timestamptz not null,
  latest_at timestamptz,
  primary key (function_id, key)
);
create index if not exists debounces_event on inngest.debounces (event_id);

-- Events that gather for one run.
create table if not exists inngest.batches (
  function_id text not null,
  key text not null,
  event_ids text[] not null,
  due_at timestamptz not null,
  primary key (function_id, key)
);

alter table inngest.functions enable row level security;
alter table inngest.events enable row level security;
alter table inngest.runs enable row level security;
alter table inngest.steps enable row level security;
alter table inngest.jobs enable row level security;
alter table inngest.crons enable row level security;
alter table inngest.idempotency_keys enable row level security;
alter table inngest.rates enable row level security;
alter table inngest.debounces enable row level security;
alter table inngest.batches enable row level security;

comment on schema inngest is 'State of the embedded durable executor (local/inngest). Not part of the product''s data.';
comment on function inngest.text_list(json) is 'The texts of a JSON list.';
comment on table inngest.functions is 'Functions registered by the app.';
comment on table inngest.events is 'Accepted events, by id.';
comment on table inngest.runs is 'One execution of one function.';
comment on table inngest.steps is 'Memoised and open steps of a run.';
comment on table inngest.jobs is 'Calls to make to the app, timers and timeouts.';
comment on table inngest.crons is 'Next tick of each cron trigger.';
comment on table inngest.idempotency_keys is 'Keys that already started a run.';
comment on table inngest.rates is 'Where each key of a rate limit or throttle stands.';
comment on table inngest.debounces is 'Starts put off until their key is quiet.';
comment on table inngest.batches is 'Events that gather for one run.';
