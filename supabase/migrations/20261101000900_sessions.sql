-- Sessions: people end their own; an address that was never confirmed can be registered afresh.

create function private.end_my_session() returns void
language sql security definer set search_path = '' as $$
  delete from auth.sessions s
   where s.user_id = auth.uid()
     and s.id = nullif(current_setting('request.jwt.claims', true)::jsonb ->> 'session_id', '')::uuid
$$;
comment on function private.end_my_session is
  'Ends the session of this transaction; its refresh tokens go with it (foreign key of Supabase Auth).';

create function private.end_my_sessions(kept uuid default null) returns int
language sql security definer set search_path = '' as $$
  with ended as (
    delete from auth.sessions s where s.user_id = auth.uid() and s.id is distinct from kept returning 1
  )
  select count(*)::int from ended
$$;
comment on function private.end_my_sessions is
  'Ends every session of the caller, web and API, but the one to keep; tells how many.';

create function private.discard_unconfirmed_account(address text) returns boolean
language sql security definer set search_path = '' as $$
  with discarded as (
    delete from auth.users u
     where lower(u.email) = lower(address) and u.email_confirmed_at is null and u.last_sign_in_at is null
       and not u.is_sso_user
       and not exists (select from public.students s where s.profile_id = u.id)
       and not exists (select from public.teachers t where t.profile_id = u.id)
       and not exists (select from public.guardians g where g.profile_id = u.id)
    returning 1
  )
  select exists (select from discarded)
$$;
comment on function private.discard_unconfirmed_account is
  'Removes an account nobody has confirmed or used, so that registering again counts with its own password: Supabase '
  'Auth would keep the first one, which may have been chosen by somebody who does not own the address.';

revoke execute on function private.end_my_session, private.end_my_sessions, private.discard_unconfirmed_account
  from public;
grant execute on function private.end_my_session, private.end_my_sessions to authenticated;
grant execute on function private.discard_unconfirmed_account to service_role;
