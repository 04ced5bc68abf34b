-- What the lists of a big academy need so that PostgreSQL finds their rows instead of reading the table; asserted by
-- supabase/tests/plans.test.ts with 5,000 students.

-- Row level security keeps every comparison that is not leakproof away from the indexes, lower(during) among them: a
-- lesson's start is a column.
alter table public.lessons add column starts_at timestamptz not null generated always as (lower(during)) stored;
comment on column public.lessons.starts_at is
  'The lower bound of during. Conditions on it can use an index under row level security; those on lower(during) cannot.';
drop index public.lessons_teacher, public.lessons_family, public.lessons_student, public.lessons_start, public.lessons_class;
create index lessons_teacher on public.lessons (teacher_id, starts_at) include (id);
create index lessons_family on public.lessons (family_id, starts_at);
create index lessons_student on public.lessons (student_id, starts_at);
create index lessons_class on public.lessons (class_id, starts_at);
create index lessons_start on public.lessons (starts_at);
-- Whom a teacher teaches is asked for by many policies: these answer without the lessons themselves.
create index lessons_taught on public.lessons (teacher_id, student_id) where status <> 'cancelled' and student_id is not null;
create index lessons_taught_classes on public.lessons (teacher_id, id) include (status) where class_id is not null;

-- What waits for somebody is counted on every page of the administrator. An enum's equality is not leakproof either,
-- but a partial index needs no comparison.
create index enrollments_provisional on public.enrollments (expires_at) where status = 'provisional';
create index enrollments_submitted on public.enrollments (submitted_at desc);
create index workflow_runs_failed on public.workflow_runs (started_at desc) where status = 'failed';
create index email_log_failed on public.email_log (queued_at desc) where status = 'failed';
-- Payments arrive in the order of their time; an index that could also sort would be taken where one enrollment's last
-- payment is sought.
create index payments_paid on public.payments using brin (paid_at) with (pages_per_range = 8);

-- Helpers of policies ---------------------------------------------------------------------------------------------------
-- "Either of two columns" reads the whole table; two lists together use an index each.
create or replace function private.my_seated_lesson_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.lesson_id from public.lesson_seats s where s.family_id = any(array(select private.my_family_ids()))
   union
  select s.lesson_id from public.lesson_seats s where s.student_id = any(array(select private.my_student_ids()))
$$;

create or replace function private.my_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.class_id from public.class_seats s where s.family_id = any(array(select private.my_family_ids()))
   union
  select s.class_id from public.class_seats s where s.student_id = any(array(select private.my_student_ids()))
   union
  select c.id from public.classes c where c.teacher_id = (select private.my_teacher_id())
$$;

create or replace function private.my_payment_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.payments p
   where p.family_id = any(array(select private.my_family_ids()))
     and (p.guardian_id is null or p.guardian_id = any(array(select private.my_payer_ids())))
$$;

create or replace function private.my_invoice_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select i.id from public.invoices i
   where i.guardian_id = any(array(select private.my_payer_ids())) and i.status <> 'draft'
$$;

create or replace function private.my_thread_ids() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  mine uuid;
begin
  case (select p.role from public.profiles p where p.id = me and p.is_active)
    when 'parent' then
      return query select t.id from public.message_threads t
                    where t.family_id = any(array(select g.family_id from public.guardians g where g.profile_id = me));
    when 'teacher' then
      select t.id into mine from public.teachers t where t.profile_id = me;
      return query select t.id from public.message_threads t
                    where t.teacher_id = mine
                      and (exists (select from public.students s join public.lessons l on l.student_id = s.id
                                    where s.family_id = t.family_id and l.teacher_id = mine and l.status <> 'cancelled')
                           or exists (select from public.lesson_seats p join public.lessons l on l.id = p.lesson_id
                                       where p.family_id = t.family_id and l.teacher_id = mine and l.status <> 'cancelled'));
    else null;
  end case;
end $$;

create or replace function private.family_run_ids() returns setof text
language sql stable security definer set search_path = '' as $$
  select r.id from public.workflow_runs r where r.family_id = any(array(select private.my_family_ids()))
$$;

create function private.my_learner_ids() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
begin
  -- One look at the role, and only the question that it needs.
  case (select p.role from public.profiles p where p.id = me and p.is_active)
    when 'parent' then
      return query select s.id from public.guardians g join public.students s on s.family_id = g.family_id
                    where g.profile_id = me and s.deleted_at is null;
    when 'student' then
      return query select s.id from public.students s where s.profile_id = me and s.deleted_at is null;
    when 'teacher' then
      return query select s.id from public.students s
                    where s.id = any(array(select private.taught_student_ids())) and s.deleted_at is null;
    else null;
  end case;
end $$;
comment on function private.my_learner_ids is
  'Students whom the signed-in person has to do with: a parent''s children, the student alone, a teacher''s own.';
revoke execute on function private.my_learner_ids from public;
grant execute on function private.my_learner_ids to authenticated, service_role;

-- Seats are in lessons of classes, of which a teacher gives few; the list of all lessons was many times as long.
create function private.my_class_lesson_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l.id from public.lessons l where l.teacher_id = (select private.my_teacher_id()) and l.class_id is not null
$$;
comment on function private.my_class_lesson_ids is 'Lessons of classes that the signed-in teacher gives.';
revoke execute on function private.my_class_lesson_ids from public;
grant execute on function private.my_class_lesson_ids to authenticated, service_role;
drop policy related_reads on public.lesson_seats;
create policy related_reads on public.lesson_seats for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or lesson_id = any(array(select private.my_class_lesson_ids()))
         or (select private.is_admin()));

-- Through the policy of students it read every student there is, for each question.
drop policy related_reads on public.student_instruments;
create policy related_reads on public.student_instruments for select to authenticated
  using (student_id = any(array(select private.my_learner_ids())) or (select private.is_admin()));

-- An administrator is asked for first, everywhere: whoever is one sees every row, and the lists of families, students and
-- lessons that decide for others are then not made at all. What everyone reads stays: its first word is decided by the
-- row itself.
do $$
declare
  policy record;
  last_word constant text := ' OR ( SELECT private.is_admin() AS is_admin))';
begin
  for policy in
    select p.polname, p.polrelid::regclass as of_table, pg_get_expr(p.polqual, p.polrelid) as condition
      from pg_policy p
     where p.polrelid in (select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace)
       and p.polpermissive and p.polcmd = 'r' and p.polname <> 'everyone_reads'
       and right(pg_get_expr(p.polqual, p.polrelid), length(last_word)) = last_word
  loop
    execute format('alter policy %I on %s using ((select private.is_admin()) or %s))', policy.polname, policy.of_table,
                   left(policy.condition, -length(last_word)));
  end loop;
end $$;

-- They read and look at settings of the transaction, which parallel workers share: policies do not forbid these.
alter function private.has_session() parallel safe;
alter function private.is_admin() parallel safe;
alter function private.my_teacher_id() parallel safe;
alter function private.my_family_ids() parallel safe;
alter function private.my_student_ids() parallel safe;
alter function private.my_payer_ids() parallel safe;
alter function private.my_invoice_ids() parallel safe;
alter function private.my_payment_ids() parallel safe;
alter function private.my_thread_ids() parallel safe;
alter function private.my_lesson_ids() parallel safe;
alter function private.my_class_ids() parallel safe;
alter function private.my_class_lesson_ids() parallel safe;
alter function private.my_seated_lesson_ids() parallel safe;
alter function private.my_learner_ids() parallel safe;
alter function private.taught_student_ids() parallel safe;
alter function private.family_run_ids() parallel safe;
alter function private.now() parallel safe;

-- Open times --------------------------------------------------------------------------------------------------------------
-- As before, but the clock is read once, bookings are found by teacher and by room, and a room is sought once for each
-- start, however many teachers are free then.
create or replace function private.open_times(
  wanted_instrument uuid,
  wanted_minutes int,
  from_at timestamptz default null,
  until_at timestamptz default null,
  wanted_teacher uuid default null,
  wanted_age int default null,
  ignored_booking uuid default null
) returns table (teacher_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with clock as materialized (
    select private.now() as now
  ), s as materialized (
    select b.*, tstzrange(b.earliest - interval '1 day', b.latest + interval '1 day') as around
      from (select a.time_zone, a.grid_minutes, i.required_equipment, n.now,
                   greatest(coalesce(from_at, '-infinity'), n.now + a.notice_minutes * interval '1 minute') as earliest,
                   least(coalesce(until_at, 'infinity'), n.now + a.horizon_days * interval '1 day') as latest
              from public.academy_settings a, public.instruments i, clock n
             where i.id = wanted_instrument and i.is_active) b
     -- A window that is over, or beyond the horizon, has no days.
     where b.earliest <= b.latest
  ), days as (
    select d::date as day
      from s, generate_series((s.earliest at time zone s.time_zone)::date,
                              (s.latest at time zone s.time_zone)::date, interval '1 day') d
     where exists (select from public.terms t where d::date between t.starts_on and t.ends_on)
       and not exists (select from public.closures c where d::date between c.starts_on and c.ends_on)
  ), candidates as (
    select t.id, t.buffer_minutes * interval '1 minute' as buffer
      from public.teachers t join public.teacher_instruments ti on ti.teacher_id = t.id
     where ti.instrument_id = wanted_instrument and t.is_active and t.is_accepting
       and (wanted_teacher is null or t.id = wanted_teacher)
       and (wanted_age is null or wanted_age between ti.minimum_age and ti.maximum_age)
  ), hours as (
    select c.id, c.buffer, range_agg(tstzrange((days.day + a.starts) at time zone s.time_zone,
                                               (days.day + a.ends) at time zone s.time_zone)) as open
      from candidates c
      join public.teacher_availability a on a.teacher_id = c.id
      join days on extract(isodow from days.day) - 1 = a.weekday and a.valid @> days.day
      cross join s
     group by c.id, c.buffer
  ), free as (
    select h.id, h.open
           - coalesce((select range_agg(tstzrange(lower(b.during) - h.buffer, upper(b.teacher_busy)))
                         from public.bookings b
                        where b.teacher_id = h.id and b.is_active and b.id is distinct from ignored_booking
                          and (b.kind = 'lesson' or b.expires_at > s.now)
                          and b.teacher_busy && s.around),
                      '{}'::tstzmultirange)
           - coalesce((select range_agg(e.during) from public.teacher_exceptions e
                        where e.teacher_id = h.id and e.during && s.around),
                      '{}'::tstzmultirange) as open
      from hours h, s
  ), starts as materialized (
    select f.id, st as starts_at, st + wanted_minutes * interval '1 minute' as ends_at
      from s, free f, unnest(f.open) r,
           generate_series(
             to_timestamp(ceil(extract(epoch from lower(r)) / (s.grid_minutes * 60)) * s.grid_minutes * 60),
             upper(r) - wanted_minutes * interval '1 minute',
             s.grid_minutes * interval '1 minute') st
     where st >= s.earliest and st <= s.latest
  ), fit as materialized (
    select r.id, r.name, cardinality(r.equipment) as extras,
           coalesce((select range_agg(b.during) from public.bookings b
                      where b.room_id = r.id and b.is_active and b.id is distinct from ignored_booking
                        and (b.kind = 'lesson' or b.expires_at > s.now) and b.during && s.around),
                    '{}'::tstzmultirange) as taken
      from s, public.rooms r
     where r.is_active and (s.required_equipment is null or s.required_equipment = any(r.equipment))
  ), rooms as materialized (
    select d.starts_at, room.id as room_id
      from (select distinct st.starts_at, st.ends_at from starts st) d
     cross join lateral (select fit.id from fit
                          where not fit.taken && tstzrange(d.starts_at, d.ends_at)
                          order by fit.extras, fit.name limit 1) room
  )
  select st.id, room.room_id, st.starts_at, st.ends_at
    from starts st join rooms room on room.starts_at = st.starts_at
   order by st.starts_at, st.id
$$;
