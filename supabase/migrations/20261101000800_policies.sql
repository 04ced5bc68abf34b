-- Row level security: one permissive policy an action and table. Administrators see all; families their own;
-- teachers their own students and lessons, never money or addresses; students never money; visitors the public rows.

create function private.taught_student_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l.student_id from public.lessons l
   where l.teacher_id = (select private.my_teacher_id()) and l.status <> 'cancelled'
$$;
comment on function private.taught_student_ids is 'Students whom the signed-in teacher teaches or has taught.';

create function private.family_run_ids() returns setof text
language sql stable security definer set search_path = '' as $$
  select r.id from public.workflow_runs r where r.family_id in (select private.my_family_ids())
$$;
comment on function private.family_run_ids is 'Workflow runs about the signed-in parent''s family.';
grant execute on function private.taught_student_ids, private.family_run_ids to authenticated, service_role;

-- Public facts.
create policy everyone_reads on public.academy_settings for select to anon, authenticated using (true);
create policy everyone_reads on public.instruments for select to anon, authenticated
  using (is_active or (select private.is_admin()));
create policy everyone_reads on public.rooms for select to anon, authenticated
  using (is_active or (select private.is_admin()));
create policy everyone_reads on public.terms for select to anon, authenticated using (true);
create policy everyone_reads on public.closures for select to anon, authenticated using (true);
create policy everyone_reads on public.prices for select to anon, authenticated using (true);
create policy everyone_reads on public.teachers for select to anon, authenticated
  using (is_active or (select private.is_admin()) or id = (select private.my_teacher_id()));
create policy everyone_reads on public.teacher_instruments for select to anon, authenticated using (true);
create policy everyone_reads on public.teacher_availability for select to anon, authenticated using (true);

-- People.
create policy own_or_admin_reads on public.profiles for select to authenticated
  using (id = (select auth.uid()) or (select private.is_admin()));
create policy own_or_admin_changes on public.profiles for update to authenticated
  using (id = (select auth.uid()) or (select private.is_admin()))
  with check (id = (select auth.uid()) or (select private.is_admin()));
create policy family_or_admin_reads on public.families for select to authenticated
  using (id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.guardians for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy related_reads on public.students for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or id = any(array(select private.my_student_ids()))
         or id = any(array(select private.taught_student_ids()))
         or (select private.is_admin()));
create policy family_or_admin_adds on public.students for insert to authenticated
  with check (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_changes on public.students for update to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()))
  with check (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy related_reads on public.student_instruments for select to authenticated
  using (student_id = any(array(select s.id from public.students s)));
create policy own_or_admin_reads on public.consents for select to authenticated
  using (profile_id = (select auth.uid()) or (select private.is_admin()));
create policy own_adds on public.consents for insert to authenticated with check (profile_id = (select auth.uid()));
create policy own_or_admin_reads on public.teacher_employment for select to authenticated
  using (teacher_id = (select private.my_teacher_id()) or (select private.is_admin()));
create policy own_or_admin_reads on public.teacher_exceptions for select to authenticated
  using (teacher_id = (select private.my_teacher_id()) or (select private.is_admin()));
create policy admin_reads on public.invitations for select to authenticated using ((select private.is_admin()));

-- Lessons and bookings.
create policy related_reads on public.lessons for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or teacher_id = (select private.my_teacher_id())
         or (select private.is_admin()));
create policy related_reads on public.bookings for select to authenticated
  using (teacher_id = (select private.my_teacher_id())
         or student_id = any(array(select private.my_student_ids()))
         or (select private.is_admin()));

-- Enrollment, money, workflows.
create policy related_reads on public.enrollments for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.enrollment_events for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.checkouts for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.payments for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.subscriptions for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.workflow_runs for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
create policy family_or_admin_reads on public.workflow_steps for select to authenticated
  using (run_id = any(array(select private.family_run_ids())) or (select private.is_admin()));

-- The administrator alone.
do $$
declare t text;
begin
  foreach t in array array['audit_log', 'outbox', 'ledger_transactions', 'ledger_entries', 'stripe_events', 'email_log'] loop
    execute format('create policy admin_reads on public.%I for select to authenticated using ((select private.is_admin()))', t);
  end loop;
  foreach t in array array['academy_settings', 'instruments', 'rooms', 'terms', 'closures', 'prices', 'teachers',
                           'teacher_employment', 'teacher_instruments', 'teacher_availability', 'teacher_exceptions',
                           'families', 'guardians', 'invitations'] loop
    execute format('create policy admin_adds on public.%I for insert to authenticated with check ((select private.is_admin()))', t);
    execute format('create policy admin_changes on public.%I for update to authenticated
                    using ((select private.is_admin())) with check ((select private.is_admin()))', t);
    execute format('create policy admin_removes on public.%I for delete to authenticated using ((select private.is_admin()))', t);
  end loop;
end $$;
