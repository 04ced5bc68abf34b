-- Inactive people and ended sessions are refused by row level security itself, on every table; and every later table
-- is protected by the same few lines.

create function private.has_session() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from auth.sessions s join public.profiles p on p.id = s.user_id
     where s.id = nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id', '')::uuid
       and s.user_id = (select auth.uid()) and p.is_active)
$$;
comment on function private.has_session is
  'Whether the caller''s session exists and the account is active: what the restrictive policy of every table asks.';
revoke execute on function private.has_session from public;
grant execute on function private.has_session to authenticated, service_role;

create procedure private.protect(protected text, audit_key text default null)
language plpgsql set search_path = '' as $$
begin
  execute format('alter table public.%I enable row level security', protected);
  execute format('revoke all on public.%I from anon, authenticated', protected);
  execute format('grant all on public.%I to service_role', protected);
  execute format('create policy live_session on public.%I as restrictive for all to authenticated
                  using ((select private.has_session())) with check ((select private.has_session()))', protected);
  if audit_key is not null then
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit(%L)', protected, audit_key);
  end if;
  if exists (select from pg_catalog.pg_attribute a
              where a.attrelid = format('public.%I', protected)::regclass and a.attname = 'updated_at') then
    execute format('create trigger touch before update on public.%I for each row execute function private.touch()',
                   protected);
  end if;
end $$;
comment on procedure private.protect is
  'For migrations: what each new table of the schema public gets. Row level security, no rights for anon and '
  'authenticated until they are granted, a policy that refuses ended sessions and inactive people, updated_at, and, '
  'with the name of a key column, the audit trigger.';
revoke execute on procedure private.protect from public;

do $$
declare t text;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' loop
    execute format('create policy live_session on public.%I as restrictive for all to authenticated
                    using ((select private.has_session())) with check ((select private.has_session()))', t);
  end loop;
end $$;

-- Kinds of later migrations: a new value of an enum can be used from the next transaction on.
alter type public.booking_kind add value 'seat';
alter type public.ledger_account add value 'class_revenue';
alter type public.ledger_account add value 'recital_revenue';
alter type public.ledger_account add value 'late_fees';
alter type public.ledger_account add value 'disputes';
