-- One family's rows belong together, its charges are shared out whole, and nobody is deleted by accident.

alter table public.families add column deleted_at timestamptz;
alter table public.guardians add column deleted_at timestamptz;
alter table public.students add column deleted_at timestamptz;
alter table public.teachers add column deleted_at timestamptz;
comment on column public.families.deleted_at is 'Soft deletion: the family is hidden from everybody but the administrator.';

create function private.refuse_delete() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'rows of % are marked as deleted, never removed', tg_table_name
    using errcode = 'CH006', constraint = 'soft_delete_only', table = tg_table_name;
end $$;
comment on function private.refuse_delete is
  'Books, history and other families'' data hang on these rows: they get a deleted_at or a status instead.';

do $$
declare t text;
begin
  foreach t in array array['families', 'guardians', 'students', 'teachers', 'enrollments', 'lessons', 'bookings',
                           'payments', 'subscriptions', 'checkouts'] loop
    execute format('create trigger soft_delete_only before delete on public.%I
                    for each row execute function private.refuse_delete()', t);
  end loop;
  foreach t in array array['families', 'guardians', 'students', 'teachers'] loop
    execute format('create policy not_deleted on public.%I as restrictive for select to authenticated
                    using (deleted_at is null or (select private.is_admin()))', t);
  end loop;
end $$;
-- The history of an enrollment is written once; only its note can be erased.
create trigger immutable before update on public.enrollment_events for each row execute function
  private.refuse_column_change('id', 'enrollment_id', 'family_id', 'at', 'status');
create trigger soft_delete_only before delete on public.enrollment_events
  for each row execute function private.refuse_delete();
create policy not_deleted_for_visitors on public.teachers as restrictive for select to anon using (deleted_at is null);

create function private.keep_while_needed() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  is_needed boolean;
begin
  if old.deleted_at is not null or new.deleted_at is null then return new; end if;
  execute format('select exists (select from public.enrollments e
                                  where e.%1$I = $1 and e.status in (''provisional'', ''active'', ''paused''))
                      or exists (select from public.lessons l
                                  where l.%1$I = $1 and l.status = ''scheduled'' and upper(l.during) > private.now())',
                 tg_argv[0])
    into is_needed using new.id;
  if is_needed then
    raise exception 'the row of % has enrollments or lessons ahead', tg_table_name
      using errcode = 'CH004', constraint = 'still_needed', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function private.keep_while_needed is
  'Nobody is deleted whose enrollments run or who has lessons ahead; the argument names the column. Error: still_needed.';
create trigger keep_while_needed before update of deleted_at on public.families
  for each row execute function private.keep_while_needed('family_id');
create trigger keep_while_needed before update of deleted_at on public.students
  for each row execute function private.keep_while_needed('student_id');
create trigger keep_while_needed before update of deleted_at on public.teachers
  for each row execute function private.keep_while_needed('teacher_id');

create function private.refuse_deleted() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  added jsonb := to_jsonb(new);
begin
  if exists (select from public.students s where s.id = (added ->> 'student_id')::uuid and s.deleted_at is not null)
     or exists (select from public.families f where f.id = (added ->> 'family_id')::uuid and f.deleted_at is not null)
     or exists (select from public.teachers t where t.id = (added ->> 'teacher_id')::uuid and t.deleted_at is not null) then
    raise exception 'a row of % names somebody who is deleted', tg_table_name
      using errcode = 'CH005', constraint = 'person_deleted', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function private.refuse_deleted is
  'Nothing new is begun with a family, student or teacher who is marked as deleted. Error: person_deleted.';
create trigger refuse_deleted before insert on public.enrollments
  for each row execute function private.refuse_deleted();

-- A row that names a family and one of its students or enrollments names the right one.
alter table public.students add constraint students_of_family unique (id, family_id);
alter table public.enrollments add constraint enrollments_of_student unique (id, student_id, family_id);
alter table public.enrollments add constraint enrollments_student_of_family
  foreign key (student_id, family_id) references public.students (id, family_id);
alter table public.lessons add constraint lessons_student_of_enrollment
  foreign key (enrollment_id, student_id, family_id) references public.enrollments (id, student_id, family_id);
alter table public.enrollments add constraint enrollments_of_family unique (id, family_id);
alter table public.checkouts drop constraint checkouts_enrollment_id_fkey, add constraint checkouts_enrollment_of_family
  foreign key (enrollment_id, family_id) references public.enrollments (id, family_id);
alter table public.payments drop constraint payments_enrollment_id_fkey, add constraint payments_enrollment_of_family
  foreign key (enrollment_id, family_id) references public.enrollments (id, family_id);
alter table public.subscriptions drop constraint subscriptions_enrollment_id_fkey,
  add constraint subscriptions_enrollment_of_family
  foreign key (enrollment_id, family_id) references public.enrollments (id, family_id);

create function private.keep_shares_whole() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  of_family uuid := new.family_id;
  total int;
begin
  -- The first guardians of a family are counted one after the other.
  perform from public.families f where f.id = of_family for no key update;
  select sum(g.payer_share_bp) into total from public.guardians g
   where g.family_id = of_family and g.deleted_at is null;
  if total <> 10000 then
    raise exception 'the shares of family % come to % basis points', of_family, total
      using errcode = 'CH001', constraint = 'payer_shares_incomplete';
  end if;
  return null;
end $$;
comment on function private.keep_shares_whole is
  'At commit the guardians of a family pay 10,000 basis points together. Error: payer_shares_incomplete.';
create constraint trigger shares_whole after insert or update of payer_share_bp, deleted_at on public.guardians
  deferrable initially deferred for each row execute function private.keep_shares_whole();
create trigger immutable before update on public.guardians
  for each row execute function private.refuse_column_change('id', 'family_id');
create unique index guardians_email_once on public.guardians (family_id, email) where deleted_at is null;

-- Who pays for what: separated parents see their own invoices and payments, other parents all of their family's.
create function private.my_payer_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with mine as (
    select g.id, g.family_id from public.guardians g join public.profiles p on p.id = g.profile_id
     where p.id = (select auth.uid()) and p.is_active and p.role = 'parent' and g.deleted_at is null
  )
  select m.id from mine m
   union
  select g.id from mine m join public.guardians g on g.family_id = m.family_id
   where exists (select from public.guardians w where w.family_id = m.family_id and w.payer_share_bp = 10000)
$$;
comment on function private.my_payer_ids is
  'Guardians whose invoices and payments the signed-in parent sees: the own ones, and in a family where one guardian '
  'pays everything, all of them.';
revoke execute on function private.my_payer_ids from public;
grant execute on function private.my_payer_ids to authenticated, service_role;

create function private.payer_of(of_family uuid) returns uuid
language sql stable set search_path = '' as $$
  select g.id from public.guardians g where g.family_id = of_family and g.deleted_at is null
   order by g.payer_share_bp desc, g.profile_id is null, g.created_at limit 1
$$;
comment on function private.payer_of is
  'The guardian whom the academy writes to about a family''s money: the largest share, then who has an account, then the oldest.';
grant execute on function private.payer_of to authenticated, service_role;

alter table public.guardians add constraint guardians_of_family unique (id, family_id);
alter table public.payments add column guardian_id uuid;
alter table public.payments add constraint payments_payer_of_family
  foreign key (guardian_id, family_id) references public.guardians (id, family_id);
create index payments_payer on public.payments (guardian_id);
comment on column public.payments.guardian_id is 'Who paid; null for a payment of the family as a whole.';
drop policy family_or_admin_reads on public.payments;
create policy payer_or_admin_reads on public.payments for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
           and (guardian_id is null or guardian_id = any(array(select private.my_payer_ids())))
         or (select private.is_admin()));

-- Leaving and pausing ---------------------------------------------------------------------------------------------------
alter table public.enrollments
  add column notice_given_on date,
  add column ends_on date,
  add column end_reason text constraint enrollments_end_reason check (length(end_reason) <= 500),
  add column paused_until date,
  add constraint enrollments_notice check ((notice_given_on is null) = (ends_on is null) and ends_on >= notice_given_on),
  add constraint enrollments_paused check (paused_until is null or status in ('paused', 'withdrawn', 'cancelled'));
comment on column public.enrollments.ends_on is
  'The last day after notice was given, in the academy''s zone; until then lessons and tuition go on.';

create function private.keep_notice() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  days int := (select a.withdrawal_notice_days from public.academy_settings a);
begin
  if new.ends_on < new.notice_given_on + days and new.end_reason is null then
    raise exception 'notice is given % days before', days using errcode = 'CH005', constraint = 'notice_too_short';
  end if;
  return new;
end $$;
comment on function private.keep_notice is
  'A family gives notice so many days before it leaves (academy_settings); staff may shorten it with a reason. '
  'Error: notice_too_short.';
create trigger keep_notice before insert or update of notice_given_on, ends_on, end_reason on public.enrollments
  for each row execute function private.keep_notice();
