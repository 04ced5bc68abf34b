-- Foundations: schemas, the one clock, the login role, shared triggers, audit log, outbox, rate limits.

create schema if not exists extensions;
create extension if not exists btree_gist with schema extensions;

create schema if not exists private;
comment on schema private is 'Helpers and triggers of the academy. Never exposed by an API.';
revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;
alter default privileges in schema private revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from public;

-- The application's login: it owns nothing and can do nothing before it has taken one of the three roles.
do $$
begin
  if not exists (select from pg_roles where rolname = 'app_login') then
    create role app_login login noinherit;
  end if;
end $$;
grant anon, authenticated, service_role to app_login;

create function private.now() returns timestamptz
language sql stable set search_path = '' as $$
  select pg_catalog.now()
    + coalesce(nullif(current_setting('app.clock_offset_ms', true), '')::bigint, 0) * interval '1 millisecond'
$$;
comment on function private.now() is
  'The academy''s time: the transaction''s start plus the offset that the embedded stack''s movable clock sets.';
grant execute on function private.now() to anon, authenticated, service_role;

create function private.touch() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := private.now();
  return new;
end $$;
comment on function private.touch() is 'Sets updated_at.';

create function private.refuse_column_change() returns trigger
language plpgsql set search_path = '' as $$
declare
  name text;
begin
  foreach name in array tg_argv loop
    if to_jsonb(old) -> name is distinct from to_jsonb(new) -> name then
      raise exception 'column %.% cannot change once written', tg_table_name, name
        using errcode = 'CH003', constraint = 'immutable_column', column = name, table = tg_table_name;
    end if;
  end loop;
  return new;
end $$;
comment on function private.refuse_column_change() is 'Trigger arguments name columns that never change after insert.';

create function private.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name
    using errcode = 'CH002', constraint = 'append_only', table = tg_table_name;
end $$;
comment on function private.refuse_change() is 'Makes a table append-only.';

-- Audit ---------------------------------------------------------------------------------------------------
create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default private.now(),
  actor_id uuid,
  actor_role text not null,
  request_id text,
  run_id text,
  table_name text not null,
  row_id text not null,
  action text not null check (action in ('insert', 'update', 'delete')),
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'Who changed which row from what to what, in which request and workflow run. Append-only, written by triggers.';
create index audit_log_row on public.audit_log (table_name, row_id, id desc);
create index audit_log_at on public.audit_log (at desc);
alter table public.audit_log enable row level security;
revoke all on public.audit_log from anon, authenticated;
grant select on public.audit_log to authenticated, service_role;
create trigger append_only before update or delete on public.audit_log
  for each row execute function private.refuse_change();
create trigger never_truncated before truncate on public.audit_log
  for each statement execute function private.refuse_change();

create function private.audit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  old_row jsonb := case when tg_op in ('UPDATE', 'DELETE') then to_jsonb(old) end;
  new_row jsonb := case when tg_op in ('INSERT', 'UPDATE') then to_jsonb(new) end;
  row_key text := coalesce(new_row ->> 'id', old_row ->> 'id', new_row ->> coalesce(tg_argv[0], 'id'),
                           old_row ->> coalesce(tg_argv[0], 'id'), '-');
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, new_row -> o.key)
      into old_row, new_row
      from jsonb_each(old_row) o
     where o.value is distinct from new_row -> o.key and o.key <> 'updated_at';
    if old_row is null then return null; end if;
  end if;
  insert into public.audit_log (actor_id, actor_role, request_id, run_id, table_name, row_id, action, before, after)
  values (nullif(current_setting('request.jwt.claim.sub', true), '')::uuid,
          coalesce(nullif(current_setting('app.actor_role', true), ''), current_setting('role', true), 'owner'),
          nullif(current_setting('app.request_id', true), ''), nullif(current_setting('app.run_id', true), ''),
          tg_table_name, row_key, lower(tg_op), old_row, new_row);
  return null;
end $$;
comment on function private.audit() is 'Writes the audit row of a change; the argument names the key column where it is not id.';

-- Outbox --------------------------------------------------------------------------------------------------
create table public.outbox (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  name text not null check (name ~ '^[a-z]+/[a-z_.]+$'),
  data jsonb not null,
  stream text not null default '',
  created_at timestamptz not null default private.now(),
  delivered_at timestamptz,
  attempts int not null default 0,
  last_error text
);
comment on table public.outbox is
  'Events that commit with the state they tell of. A relay hands them to Inngest in order of seq with id as event id.';
create index outbox_waiting on public.outbox (seq) where delivered_at is null;
alter table public.outbox enable row level security;
revoke all on public.outbox from anon, authenticated;
grant select on public.outbox to authenticated;
grant select, insert, update on public.outbox to service_role;

create function private.announce_outbox() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_notify('outbox', '');
  return null;
end $$;
comment on function private.announce_outbox is 'Wakes the relay when the transaction commits.';
create trigger announce after insert on public.outbox for each statement execute function private.announce_outbox();

create function private.emit(event_name text, event_data jsonb, event_stream text default '') returns uuid
language sql security definer set search_path = '' as $$
  insert into public.outbox (name, data, stream) values (event_name, event_data, event_stream) returning id
$$;
comment on function private.emit is 'Writes one event to the outbox, in the caller''s transaction.';
revoke execute on function private.emit from public;
grant execute on function private.emit to service_role;

-- Rate limits ---------------------------------------------------------------------------------------------
create table public.rate_limits (
  bucket text not null,
  window_start timestamptz not null,
  hits int not null default 1,
  primary key (bucket, window_start)
);
comment on table public.rate_limits is 'Requests counted by bucket and fixed window.';
alter table public.rate_limits enable row level security;
revoke all on public.rate_limits from anon, authenticated;
grant select, insert, update, delete on public.rate_limits to service_role;

create function private.count_hit(hit_bucket text, window_seconds int)
returns table (hits int, resets_at timestamptz)
language sql security definer set search_path = '' as $$
  with this_window as (
    select to_timestamp(floor(extract(epoch from pg_catalog.clock_timestamp()) / window_seconds) * window_seconds) as start
  ), old as (
    delete from public.rate_limits r using this_window w
     where r.bucket = hit_bucket and r.window_start < w.start
  )
  insert into public.rate_limits as r (bucket, window_start)
  select hit_bucket, w.start from this_window w
  on conflict (bucket, window_start) do update set hits = r.hits + 1
  returning r.hits, r.window_start + window_seconds * interval '1 second'
$$;
comment on function private.count_hit is
  'Counts one request in its bucket and window, in real time, and tells the count and the end of the window.';
revoke execute on function private.count_hit from public;
grant execute on function private.count_hit to anon, authenticated, service_role;
