-- Privacy: texts that people agree to, what is held on a family, export, erasure, retention.

create table public.consent_texts (
  document text not null constraint consent_texts_document check (document in ('policies', 'privacy', 'photos', 'news')),
  version text not null constraint consent_texts_version check (version ~ '^[0-9a-z.-]{1,40}$'),
  body text not null constraint consent_texts_body check (length(body) between 1 and 100000),
  published_at timestamptz not null default private.now(),
  primary key (document, version)
);
comment on table public.consent_texts is 'The words of each version of a text that people agree to. Never changed.';
call private.protect('consent_texts', 'document');
create trigger append_only before update or delete on public.consent_texts
  for each row execute function private.refuse_change();
grant select on public.consent_texts to anon, authenticated;
grant insert on public.consent_texts to authenticated;
create policy everyone_reads on public.consent_texts for select to anon, authenticated using (true);
create policy admin_adds on public.consent_texts for insert to authenticated with check ((select private.is_admin()));

alter table public.consents add column withdrawn_at timestamptz;
-- What was agreed to before texts were kept: the version is all that is known of them.
insert into public.consent_texts (document, version, body)
select distinct c.document, c.version, 'The text of this version was published before texts were kept here.'
  from public.consents c;
alter table public.consents add constraint consents_text foreign key (document, version)
  references public.consent_texts (document, version);
create index consents_text on public.consents (document, version);
alter table public.consents add constraint consents_withdrawn_later check (withdrawn_at >= given_at);
create trigger immutable before update on public.consents
  for each row execute function private.refuse_column_change('id', 'profile_id', 'document', 'version', 'given_at');
create policy own_withdraws on public.consents for update to authenticated
  using (profile_id = (select auth.uid())) with check (profile_id = (select auth.uid()));
-- What was withdrawn can be given again.
alter table public.consents drop constraint consents_profile_id_document_version_key;
create unique index consents_given_once on public.consents (profile_id, document, version) where withdrawn_at is null;
create index consents_profile on public.consents (profile_id);

create function private.keep_consent() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at then
    raise exception 'a consent is withdrawn once' using errcode = 'CH003', constraint = 'consent_withdrawn';
  end if;
  if new.withdrawn_at is not null and new.document not in ('photos', 'news') then
    raise exception 'the % were agreed to with an enrollment', new.document
      using errcode = 'CH005', constraint = 'consent_not_withdrawable';
  end if;
  if current_setting('role', true) = 'authenticated' then
    if tg_op = 'INSERT' then
      new.given_at := private.now();
      new.withdrawn_at := null;
    elsif new.withdrawn_at is not null and old.withdrawn_at is null then
      new.withdrawn_at := private.now();
    end if;
  end if;
  return new;
end $$;
comment on function private.keep_consent is
  'People say that they agree or no longer do; when they said it is the academy''s clock. Photos and news can be withdrawn, '
  'what an enrollment rests on ends with it. Errors: consent_withdrawn, consent_not_withdrawable.';
create trigger keep_consent before insert or update on public.consents
  for each row execute function private.keep_consent();

create function private.publish_text(of_document text, of_version text, words text) returns void
language sql security definer set search_path = '' as $$
  insert into public.consent_texts (document, version, body) values (of_document, of_version, words)
  on conflict do nothing
$$;
comment on function private.publish_text is 'Keeps the words of a version, before the first person agrees to it.';
revoke execute on function private.publish_text from public;
grant execute on function private.publish_text to service_role;

-- What is personal ----------------------------------------------------------------------------------------------------
create table private.personal_tables (
  table_name text primary key,
  of_family text not null,
  is_removed boolean not null default false
);
comment on table private.personal_tables is
  'Tables that hold data on a family and the condition, with $1 for the family''s id, that finds its rows. Erasure removes '
  'the rows of some and overwrites the personal columns of the others.';

create table private.personal_columns (
  table_name text not null references private.personal_tables (table_name),
  column_name text not null,
  erased_as text not null check (erased_as in ('null', 'word', 'mark', 'name', 'address', 'year', 'code', 'empty')),
  primary key (table_name, column_name)
);
comment on table private.personal_columns is
  'Columns that can tell who somebody is, and what erasure leaves in their place: nothing, the word Erased, the end of the '
  'id alone or with that word, an address made from the id, the first day of the year, the line''s code, an empty text.';
alter table private.personal_tables enable row level security;
alter table private.personal_columns enable row level security;
revoke all on private.personal_tables, private.personal_columns from public, anon, authenticated;
-- The catalogue says where things are, not what they are: an export runs with the rights of whoever asks for it.
grant select on private.personal_tables, private.personal_columns to authenticated, service_role;
create policy everyone_reads on private.personal_tables for select to authenticated using (true);
create policy everyone_reads on private.personal_columns for select to authenticated using (true);

insert into private.personal_tables (table_name, of_family) values
  ('families', 'id = $1'),
  ('guardians', 'family_id = $1'),
  ('students', 'family_id = $1'),
  ('student_instruments', 'student_id in (select s.id from public.students s where s.family_id = $1)'),
  ('enrollments', 'family_id = $1'),
  ('enrollment_events', 'family_id = $1'),
  ('lesson_series', 'family_id = $1'),
  ('lessons', 'family_id = $1'),
  ('bookings', 'student_id in (select s.id from public.students s where s.family_id = $1)'),
  ('class_seats', 'family_id = $1'),
  ('lesson_seats', 'family_id = $1'),
  ('attendance', 'family_id = $1'),
  ('lesson_notes', 'family_id = $1'),
  ('assignments', 'family_id = $1'),
  ('practice_entries', 'family_id = $1'),
  ('makeup_credits', 'family_id = $1'),
  ('waitlist_entries', 'family_id = $1'),
  ('waitlist_offers', 'family_id = $1'),
  ('checkouts', 'family_id = $1'),
  ('invoices', 'family_id = $1'),
  ('invoice_lines', 'invoice_id in (select i.id from public.invoices i where i.family_id = $1)'),
  ('payments', 'family_id = $1'),
  ('refunds', 'family_id = $1'),
  ('disputes', 'family_id = $1'),
  ('subscriptions', 'family_id = $1'),
  ('account_credits', 'family_id = $1'),
  ('credit_applications', 'family_id = $1'),
  ('ledger_entries', 'family_id = $1'),
  ('message_threads', 'family_id = $1'),
  ('messages', 'family_id = $1'),
  ('files', 'family_id = $1'),
  ('email_log', 'family_id = $1 or family_id is null and recipient in (select private.family_addresses($1))'),
  ('workflow_runs', 'id in (select private.runs_about_family($1))'),
  ('workflow_steps', 'run_id in (select private.runs_about_family($1))'),
  ('profiles', 'id in (select private.family_account_ids($1))'),
  ('consents', 'profile_id in (select private.family_account_ids($1))'),
  ('notification_choices', 'profile_id in (select private.family_account_ids($1))'),
  ('message_reads', 'profile_id in (select private.family_account_ids($1))'),
  ('data_requests', 'family_id = $1');
insert into private.personal_tables (table_name, of_family, is_removed) values
  ('enrollment_drafts', 'id in (select private.family_drafts($1))', true),
  ('invitations', 'family_id = $1 or student_id in (select s.id from public.students s where s.family_id = $1)
                   or family_id is null and role in (''parent'', ''student'')
                      and email in (select private.family_addresses($1))', true);

insert into private.personal_columns (table_name, column_name, erased_as) values
  ('families', 'name', 'name'),
  ('guardians', 'full_name', 'name'), ('guardians', 'email', 'address'), ('guardians', 'phone', 'null'),
  ('guardians', 'address', 'null'),
  ('students', 'first_name', 'word'), ('students', 'last_name', 'mark'), ('students', 'birth_date', 'year'),
  ('student_instruments', 'wishes', 'empty'),
  ('enrollments', 'match_reason', 'null'), ('enrollments', 'student_email', 'null'),
  ('enrollments', 'failure_message', 'null'), ('enrollments', 'end_reason', 'word'),
  ('enrollment_events', 'note', 'null'),
  ('lessons', 'off_calendar_reason', 'word'),
  ('bookings', 'hold_note', 'null'), ('bookings', 'released_reason', 'null'),
  ('lesson_notes', 'body', 'word'),
  ('assignments', 'title', 'word'), ('assignments', 'body', 'empty'),
  ('practice_entries', 'note', 'empty'),
  ('makeup_credits', 'reason', 'word'),
  ('invoices', 'note', 'null'), ('invoice_lines', 'label', 'code'),
  ('payments', 'description', 'word'), ('payments', 'card_brand', 'null'), ('payments', 'card_last4', 'null'),
  ('refunds', 'reason', 'word'), ('disputes', 'reason', 'word'), ('account_credits', 'reason', 'word'),
  ('checkouts', 'url', 'null'),
  ('message_threads', 'subject', 'word'), ('messages', 'body', 'word'),
  ('files', 'name', 'word'),
  ('email_log', 'recipient', 'address'), ('email_log', 'subject', 'word'), ('email_log', 'error', 'null'),
  ('workflow_runs', 'error', 'null'), ('workflow_steps', 'detail', 'null'), ('workflow_steps', 'error', 'null'),
  ('profiles', 'full_name', 'name'), ('profiles', 'email', 'address'), ('profiles', 'phone', 'null'),
  ('data_requests', 'reason', 'word');

create function private.may_see_family(of_family uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('role', true), 'none') not in ('anon', 'authenticated')
      or private.is_admin() or of_family in (select private.my_family_ids())
$$;
comment on function private.may_see_family is 'Whether the caller is a parent of the family, an administrator or the academy itself.';
revoke execute on function private.may_see_family from public;

create function private.family_account_ids(of_family uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.profiles p
   where (select private.may_see_family(of_family)) and p.role in ('parent', 'student')
     and (exists (select from public.guardians g where g.family_id = of_family and g.profile_id = p.id)
          or exists (select from public.students s where s.family_id = of_family and s.profile_id = p.id))
$$;
comment on function private.family_account_ids is
  'Accounts of a family''s guardians and students; not those of people who work for the academy.';

create function private.family_only_account_ids(of_family uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select a from private.family_account_ids(of_family) a
   where not exists (select from public.guardians g join public.families f on f.id = g.family_id
                      where g.profile_id = a and g.family_id <> of_family and f.deleted_at is null)
$$;
comment on function private.family_only_account_ids is
  'Accounts that a family''s erasure removes: those of its people who belong to no other family.';

create function private.family_addresses(of_family uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select a.email
    from (select g.email from public.guardians g where g.family_id = of_family
           union
          select e.student_email from public.enrollments e where e.family_id = of_family and e.student_email is not null
           union
          select p.email from public.profiles p where p.id in (select private.family_account_ids(of_family))) a (email)
   where (select private.may_see_family(of_family))
$$;
comment on function private.family_addresses is 'Email addresses of a family''s people.';

create function private.runs_about_family(of_family uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select r.id from public.workflow_runs r
   where (select private.may_see_family(of_family))
     and (r.family_id = of_family
          or r.subject_id in (select e.id from public.enrollments e where e.family_id = of_family
                               union all
                              select p.id from public.payments p where p.family_id = of_family))
$$;
comment on function private.runs_about_family is 'Workflow runs about a family, its enrollments and its payments.';

create function private.family_drafts(of_family uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.id from public.enrollment_drafts d
   where (select private.may_see_family(of_family))
     and (exists (select from public.enrollments e where e.family_id = of_family and e.draft_id = d.id)
          or exists (select from public.students s
                      where s.family_id = of_family and s.birth_date::text = d.data #>> '{student,birthDate}'
                        and lower(s.first_name) = lower(d.data #>> '{student,firstName}')
                        and lower(s.last_name) = lower(d.data #>> '{student,lastName}')))
$$;
comment on function private.family_drafts is 'Forms that a family sent, or began for one of its students.';
revoke execute on function private.family_account_ids, private.family_only_account_ids, private.family_addresses,
  private.runs_about_family, private.family_drafts from public;

-- Requests ------------------------------------------------------------------------------------------------------------
create type public.data_request_kind as enum ('export', 'erasure');

create table public.data_requests (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  kind public.data_request_kind not null,
  reason text constraint data_requests_reason check (length(reason) <= 500),
  requested_by uuid references public.profiles (id) on delete set null,
  requested_at timestamptz not null default private.now(),
  done_at timestamptz,
  outcome jsonb
);
comment on table public.data_requests is 'Who asked for a family''s data or for their erasure, when, and what was done.';
create index data_requests_family on public.data_requests (family_id, requested_at desc);
create index data_requests_requested_by on public.data_requests (requested_by);
call private.protect('data_requests', 'id');
create trigger soft_delete_only before delete on public.data_requests for each row execute function private.refuse_delete();
grant select, insert on public.data_requests to authenticated;
create policy family_or_admin_reads on public.data_requests for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_adds on public.data_requests for insert to authenticated
  with check (requested_by = (select auth.uid()) and done_at is null
              and (family_id = any(array(select private.my_family_ids())) or (select private.is_admin())));

create function private.record_export(of_family uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  result uuid;
begin
  if not private.is_admin() and not of_family in (select private.my_family_ids())
     or not exists (select from public.families f where f.id = of_family) then
    raise exception 'no such family' using errcode = 'CH404', constraint = 'family_missing';
  end if;
  insert into public.data_requests (family_id, kind, requested_by, done_at)
  values (of_family, 'export', auth.uid(), private.now()) returning id into result;
  return result;
end $$;
comment on function private.record_export is
  'Keeps that a parent of the family or an administrator got its data, in the transaction that reads them. '
  'Error: family_missing.';
revoke execute on function private.record_export from public;
grant execute on function private.record_export to authenticated;

-- Export --------------------------------------------------------------------------------------------------------------
create function private.collect_family(of_family uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  part record;
  found jsonb;
  result jsonb := '{}';
begin
  for part in
    select t.table_name, t.of_family as condition from private.personal_tables t
     where has_table_privilege(current_user, format('public.%I', t.table_name), 'select') order by t.table_name
  loop
    execute format('select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from public.%I t where %s', part.table_name, part.condition)
      into found using of_family;
    if found <> '[]' then result := result || jsonb_build_object(part.table_name, found); end if;
  end loop;
  return result;
end $$;
comment on function private.collect_family is 'What is held on a family, by table, as far as its caller may read the tables.';

create function private.collect_everything(of_family uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.is_admin() then
    raise exception 'only an administrator reads everything' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  return private.collect_family(of_family);
end $$;
comment on function private.collect_everything is
  'What is held on a family, by table, drafts and reading marks included, which nobody reads otherwise. Error: admin_only.';

create function private.export_family(of_family uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  result jsonb;
begin
  if private.is_admin() then return private.collect_everything(of_family); end if;
  if not of_family in (select private.my_family_ids()) then return '{}'; end if;
  result := private.collect_family(of_family);
  if not exists (select from public.guardians g
                  where g.family_id = of_family and g.payer_share_bp = 10000 and g.deleted_at is null) then
    select jsonb_set(result, '{guardians}', jsonb_agg(case
             when g.value ->> 'profile_id' = auth.uid()::text then g.value
             else g.value - 'phone' - 'address' end))
      into result from jsonb_array_elements(result -> 'guardians') g;
  end if;
  return result;
end $$;
comment on function private.export_family is
  'What is held on a family, by table, as far as whoever asks may see it: an administrator everything, a parent what row '
  'level security shows them, so that separated parents do not learn each other''s payments, nor telephone and address.';
revoke execute on function private.collect_family, private.collect_everything, private.export_family from public;
grant execute on function private.collect_family, private.collect_everything, private.export_family to authenticated;
-- The conditions of personal_tables ask these.
grant execute on function private.family_account_ids, private.family_addresses, private.runs_about_family, private.family_drafts
  to authenticated;

-- Erasure -------------------------------------------------------------------------------------------------------------
create function private.erasure_obstacles(of_family uuid) returns table (obstacle text, found bigint)
language sql stable security definer set search_path = '' as $$
  select o.obstacle, o.found
    from (values
      ('running_enrollments', (select count(*) from public.enrollments e
                                where e.family_id = of_family and e.status in ('provisional', 'active', 'paused'))),
      ('lessons_ahead', (select count(*) from public.lessons l
                          where l.family_id = of_family and l.status = 'scheduled' and upper(l.during) > private.now())),
      ('class_seats', (select count(*) from public.class_seats c where c.family_id = of_family and c.status = 'taken')),
      ('open_invoices', (select count(*) from public.invoices i where i.family_id = of_family and i.status = 'open')),
      ('running_subscriptions', (select count(*) from public.subscriptions s
                                  where s.family_id = of_family and s.status not in ('canceled', 'incomplete_expired'))),
      ('open_disputes', (select count(*) from public.disputes d
                          where d.family_id = of_family and d.closed_at is null)),
      ('pending_refunds', (select count(*) from public.refunds r
                            where r.family_id = of_family and r.status = 'pending'))) o (obstacle, found)
   where o.found > 0 and ((select private.is_admin()) or current_setting('role', true) = 'service_role')
$$;
comment on function private.erasure_obstacles is 'What must end before a family''s data can be erased, counted; for the administrator.';
revoke execute on function private.erasure_obstacles from public;
grant execute on function private.erasure_obstacles to authenticated, service_role;

create function private.remove_accounts(accounts uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- Supabase Auth keeps a log and unfinished sign-ins of its own, which no foreign key ties to the account.
  if to_regclass('auth.audit_log_entries') is not null then
    execute 'delete from auth.audit_log_entries e
              where exists (select from unnest($1) a (id) where strpos(e.payload::text, a.id::text) > 0)'
      using accounts;
    execute 'delete from auth.audit_log_entries e
              where exists (select from auth.users u
                             where u.id = any($1) and length(u.email) > 3 and strpos(lower(e.payload::text), lower(u.email)) > 0)'
      using accounts;
  end if;
  if to_regclass('auth.flow_state') is not null then
    execute 'delete from auth.flow_state f where f.user_id = any($1)' using accounts;
  end if;
  delete from auth.users u where u.id = any(accounts);
end $$;
comment on function private.remove_accounts is
  'Removes accounts and all that Supabase Auth keeps of them: sessions, identities and tokens go by its foreign keys.';
revoke execute on function private.remove_accounts from public;

create function private.overwrite_family(of_family uuid, why text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  part record;
  accounts uuid[] := array(select private.family_only_account_ids(of_family));
  students uuid[] := array(select s.id from public.students s where s.family_id = of_family);
  addresses text[] := array(select private.family_addresses(of_family));
  keys text[];
  seen jsonb := '{}';
  touched int;
  result jsonb := '{}';
begin
  -- Places on the waitlist are free for others.
  update public.waitlist_offers o set status = 'expired' where o.family_id = of_family and o.status = 'open';
  update public.waitlist_entries w set status = 'withdrawn'
   where w.family_id = of_family and w.status in ('waiting', 'offered');
  for part in
    select t.table_name, t.is_removed, c.columns, c.words,
           -- An account that belongs to another family as well stays, with what is its own.
           replace(t.of_family, 'private.family_account_ids', 'private.family_only_account_ids') as condition,
           (select a.attname from pg_catalog.pg_attribute a
             where a.attrelid = format('public.%I', t.table_name)::regclass
               and a.attname in ('id', 'student_id', 'profile_id', 'run_id')
             order by array_position(array['id', 'student_id', 'profile_id', 'run_id'], a.attname::text) limit 1) as key
      from private.personal_tables t
      left join lateral (
        select string_agg(format('%I', c.column_name), ', ' order by c.column_name) as columns,
               string_agg(case c.erased_as
                 when 'null' then 'null'
                 when 'word' then format('case when %I is not null then ''Erased'' end', c.column_name)
                 when 'mark' then 'right(id::text, 8)'
                 when 'name' then '''Erased '' || right(id::text, 8)'
                 when 'address' then '''erased-'' || id || ''@erased.invalid'''
                 when 'year' then format('date_trunc(''year'', %I)::date', c.column_name)
                 when 'code' then 'initcap(replace(code, ''_'', '' ''))'
                 when 'empty' then '''''' end, ', ' order by c.column_name) as words
          from private.personal_columns c where c.table_name = t.table_name) c on true
     -- Guardians and students tell which rows of the others are the family's.
     order by t.table_name in ('families', 'guardians', 'students', 'enrollments'), t.table_name
  loop
    execute format('select array_agg(t.%I::text) from public.%I t where %s', part.key, part.table_name, part.condition)
      into keys using of_family;
    if keys is not null then seen := seen || jsonb_build_object(part.table_name, to_jsonb(keys)); end if;
    touched := 0;
    if part.is_removed then
      execute format('delete from public.%I where %s', part.table_name, part.condition) using of_family;
      get diagnostics touched = row_count;
    elsif part.columns is not null and part.table_name <> 'profiles' then
      execute format('update public.%I set (%s) = row(%s) where (%s) and row(%s) is distinct from row(%s)',
                     part.table_name, part.columns, part.words, part.condition, part.columns, part.words)
        using of_family;
      get diagnostics touched = row_count;
    end if;
    if touched > 0 then result := result || jsonb_build_object(part.table_name, touched); end if;
  end loop;
  update public.files f set deleted_at = private.now() where f.family_id = of_family and f.deleted_at is null;
  update public.students s set is_active = false, profile_id = null, deleted_at = coalesce(s.deleted_at, private.now())
   where s.family_id = of_family;
  update public.guardians g set profile_id = null, deleted_at = coalesce(g.deleted_at, private.now())
   where g.family_id = of_family;
  update public.families f set deleted_at = coalesce(f.deleted_at, private.now()) where f.id = of_family;
  -- Accounts go with their sessions, profiles, consents and choices.
  perform private.remove_accounts(accounts);
  -- The trail of these rows, of those that were removed before, and what this erasure itself has just added to it.
  for part in
    select t.table_name,
           array(select jsonb_array_elements_text(coalesce(seen -> t.table_name, '[]'))
                  union
                 select a.row_id from public.audit_log a, lateral (select coalesce(a.before, a.after) as of) r
                  where a.table_name = t.table_name and a.action <> 'update'
                    and (r.of ->> 'family_id' = overwrite_family.of_family::text or r.of ->> 'student_id' = any(students::text[])
                         or r.of ->> 'profile_id' = any(accounts::text[])
                         or t.table_name = 'invitations' and r.of ->> 'email' = any(addresses))) as keys
      from private.personal_tables t
  loop
    if cardinality(part.keys) > 0 then perform private.erase_audit(part.table_name, part.keys, why); end if;
  end loop;
  return result || jsonb_build_object('accounts', cardinality(accounts));
end $$;
comment on function private.overwrite_family is
  'Overwrites what tells who a family is, in its rows and in their audit trail, and removes its accounts. Amounts, times '
  'and ids stay: the books and the calendar go on adding up. Tells how many rows changed, by table.';
revoke execute on function private.overwrite_family from public;

create function private.erase_family(of_family uuid, why text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  obstacles text;
  result jsonb;
begin
  if not private.is_admin() then
    raise exception 'only an administrator erases a family' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  if coalesce(length(trim(why)), 0) < 3 then
    raise exception 'an erasure has a reason' using errcode = 'CH005', constraint = 'erasure_reason_missing';
  end if;
  perform from public.families f where f.id = of_family for update;
  if not found then
    raise exception 'no such family' using errcode = 'CH404', constraint = 'family_missing';
  end if;
  if exists (select from public.data_requests r
              where r.family_id = of_family and r.kind = 'erasure' and r.done_at is not null) then
    raise exception 'the family has been erased' using errcode = 'CH004', constraint = 'family_erased';
  end if;
  select string_agg(o.found || ' ' || o.obstacle, ', ') into obstacles from private.erasure_obstacles(of_family) o;
  if obstacles is not null then
    raise exception 'the family still has %', obstacles using errcode = 'CH004', constraint = 'erasure_too_early';
  end if;
  result := private.overwrite_family(of_family, 'erasure');
  insert into public.data_requests (family_id, kind, reason, requested_by, done_at, outcome)
  values (of_family, 'erasure', trim(why), auth.uid(), private.now(), result);
  return result;
end $$;
comment on function private.erase_family is
  'Erases a family on request, once nothing of it is running: rows changed by table. The reason names no person. '
  'Administrators only. Errors: admin_only, erasure_reason_missing, family_missing, family_erased, erasure_too_early.';
revoke execute on function private.erase_family from public;
grant execute on function private.erase_family to authenticated;

-- Retention -----------------------------------------------------------------------------------------------------------
create table public.retention_rules (
  subject text primary key constraint retention_rules_subject check (subject in
    ('enrollment_drafts', 'rate_limits', 'outbox', 'stripe_events', 'workflow_runs', 'email_log', 'invitations',
     'families_never_enrolled')),
  keep_days int not null constraint retention_rules_days check (keep_days between 1 and 36500),
  explanation text not null constraint retention_rules_explained check (length(explanation) between 3 and 300),
  updated_at timestamptz not null default private.now()
);
comment on table public.retention_rules is 'For how many days what is kept, and why; applied every night.';
insert into public.retention_rules (subject, keep_days, explanation) values
  ('enrollment_drafts', 30, 'Forms that were begun and never sent'),
  ('rate_limits', 2, 'Counted requests, which name addresses of machines'),
  ('outbox', 90, 'Events that were handed over'),
  ('stripe_events', 400, 'Stripe''s events, beyond the year in which a payment can be disputed'),
  ('workflow_runs', 400, 'Workflow runs that ended'),
  ('email_log', 730, 'What was written to whom'),
  ('invitations', 30, 'Invitations that were accepted or ran out'),
  ('families_never_enrolled', 730, 'Families who never paid and have not been heard of since: their names are erased');
call private.protect('retention_rules', 'subject');
grant select, update on public.retention_rules to authenticated;
create policy admin_reads on public.retention_rules for select to authenticated using ((select private.is_admin()));
create policy admin_changes on public.retention_rules for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create trigger immutable before update on public.retention_rules
  for each row execute function private.refuse_column_change('subject');
create function private.apply_retention(only_subject text default null) returns table (subject text, removed bigint)
language plpgsql security definer set search_path = '' as $$
declare
  rule public.retention_rules;
  since timestamptz;
  keys text[];
  one uuid;
begin
  for rule in
    select * from public.retention_rules r where only_subject is null or r.subject = only_subject order by r.subject
  loop
    since := private.now() - rule.keep_days * interval '1 day';
    subject := rule.subject;
    case rule.subject
      when 'enrollment_drafts' then
        delete from public.enrollment_drafts d
         where d.updated_at < since
           and not exists (select from public.enrollments e where e.draft_id = d.id and e.status = 'provisional');
        get diagnostics removed = row_count;
      when 'rate_limits' then
        delete from public.rate_limits r where r.window_start < since;
        get diagnostics removed = row_count;
      when 'outbox' then
        delete from public.outbox o where o.delivered_at < since;
        get diagnostics removed = row_count;
      when 'stripe_events' then
        delete from public.stripe_events e where e.processed_at < since;
        get diagnostics removed = row_count;
      when 'workflow_runs' then
        delete from public.workflow_runs r where r.ended_at < since;
        get diagnostics removed = row_count;
      when 'email_log' then
        delete from public.email_log m where coalesce(m.sent_at, m.queued_at) < since;
        get diagnostics removed = row_count;
      when 'invitations' then
        with gone as (
          delete from public.invitations i where coalesce(i.accepted_at, i.expires_at) < since returning i.id
        )
        select array_agg(g.id::text) into keys from gone g;
        removed := coalesce(cardinality(keys), 0);
        if removed > 0 then perform private.erase_audit('invitations', keys, 'retention'); end if;
      when 'families_never_enrolled' then
        removed := 0;
        for one in
          select f.id from public.families f
           where f.deleted_at is null and f.created_at < since
             and not exists (select from public.payments p where p.family_id = f.id)
             and not exists (select from public.enrollments e where e.family_id = f.id
                              and (e.status not in ('lapsed', 'cancelled') or e.updated_at >= since))
             and not exists (select from public.waitlist_entries w where w.family_id = f.id
                              and (w.status in ('waiting', 'offered') or w.updated_at >= since))
             and not exists (select from public.messages m where m.family_id = f.id and m.sent_at >= since)
             and not exists (select from private.erasure_obstacles(f.id))
             and not exists (select from auth.users u
                              where u.id in (select private.family_account_ids(f.id))
                                and (u.last_sign_in_at >= since
                                     or exists (select from auth.sessions s where s.user_id = u.id and s.updated_at >= since)))
           order by f.id for update skip locked
        loop
          insert into public.data_requests (family_id, kind, reason, done_at, outcome)
          values (one, 'erasure', 'Kept for ' || rule.keep_days || ' days without an enrollment', private.now(),
                  private.overwrite_family(one, 'retention'));
          removed := removed + 1;
        end loop;
    end case;
    return next;
  end loop;
end $$;
comment on function private.apply_retention is
  'Removes what retention_rules keep no longer, by every rule or by one; tells how many rows by subject.';
revoke execute on function private.apply_retention from public;
grant execute on function private.apply_retention to service_role;
