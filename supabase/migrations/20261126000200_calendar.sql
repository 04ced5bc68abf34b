-- The calendar's walls: make-up days; lessons inside a term and outside closures; how tuition may be paid.

create table public.makeup_days (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint makeup_days_name check (length(name) between 1 and 80),
  starts_on date not null,
  ends_on date not null,
  constraint makeup_days_in_order check (starts_on <= ends_on),
  constraint makeup_days_do_not_overlap exclude using gist (daterange(starts_on, ends_on, '[]') with &&)
);
comment on table public.makeup_days is
  'Days, both included, in the academy''s zone, on which missed lessons are made up. They may lie outside a term.';
call private.protect('makeup_days', 'id');
grant select on public.makeup_days to anon, authenticated;
grant insert, update, delete on public.makeup_days to authenticated;
create policy everyone_reads on public.makeup_days for select to anon, authenticated using (true);
create policy admin_adds on public.makeup_days for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.makeup_days for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.makeup_days for delete to authenticated using ((select private.is_admin()));

alter table public.lessons add column off_calendar_reason text
  constraint lessons_off_calendar_reason check (length(trim(off_calendar_reason)) between 3 and 300);
comment on column public.lessons.off_calendar_reason is
  'Why a lesson may lie outside the terms or in a closure; null for all others.';

create function private.keep_lesson_in_calendar() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  zone text := (select a.time_zone from public.academy_settings a);
  first_day date := (lower(new.during) at time zone zone)::date;
  -- A lesson that ends at midnight ends on the day before.
  last_day date := ((upper(new.during) - interval '1 microsecond') at time zone zone)::date;
begin
  if first_day <> last_day then
    raise exception 'a lesson begins and ends on one day' using errcode = 'CH005', constraint = 'lesson_over_midnight';
  end if;
  if new.off_calendar_reason is not null then return new; end if;
  if not exists (select from public.terms t where first_day between t.starts_on and t.ends_on)
     and not (new.kind = 'make_up'
              and exists (select from public.makeup_days m where first_day between m.starts_on and m.ends_on)) then
    raise exception '% lies in no term', first_day using errcode = 'CH005', constraint = 'lesson_outside_term';
  end if;
  if exists (select from public.closures c where first_day between c.starts_on and c.ends_on) then
    raise exception 'the academy is closed on %', first_day using errcode = 'CH005', constraint = 'lesson_in_closure';
  end if;
  return new;
end $$;
comment on function private.keep_lesson_in_calendar is
  'A lesson lies on one day of a term (a make-up also on a make-up day) and outside closures, unless it is marked with '
  'a reason. A closure that is added later leaves the lessons it meets to the academy. Errors: lesson_over_midnight, '
  'lesson_outside_term, lesson_in_closure.';
create trigger keep_in_calendar before insert or update of during, kind, off_calendar_reason on public.lessons
  for each row execute function private.keep_lesson_in_calendar();

-- How tuition may be paid: the months of one payment and what paying ahead saves.
create table public.plans (
  id uuid primary key default gen_random_uuid(),
  cadence public.billing_cadence not null,
  name text not null constraint plans_name check (length(name) between 1 and 80),
  months int not null constraint plans_months check (months between 1 and 12),
  discount_bp int not null default 0 constraint plans_discount check (discount_bp between 0 and 10000),
  valid daterange not null default daterange(null, null) constraint plans_valid check (not isempty(valid)),
  constraint plans_months_of_cadence check (
    case cadence when 'monthly' then months = 1 when 'yearly' then months = 12 else true end),
  constraint plans_valid_once exclude using gist (cadence with =, valid with &&)
);
comment on table public.plans is
  'Plans of payment: how many months of tuition one payment covers and its discount (basis points), with their validity.';
call private.protect('plans', 'id');
grant select on public.plans to anon, authenticated;
grant insert, update, delete on public.plans to authenticated;
create policy everyone_reads on public.plans for select to anon, authenticated using (true);
create policy admin_adds on public.plans for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.plans for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.plans for delete to authenticated using ((select private.is_admin()));

insert into public.plans (cadence, name, months, discount_bp)
select p.cadence::public.billing_cadence, p.name, p.months, p.discount_bp
  from public.academy_settings a,
       lateral (values ('monthly', 'By the month', 1, 0),
                       ('semester', 'By the semester', a.semester_months, a.semester_discount_bp),
                       ('yearly', 'By the year', 12, a.year_discount_bp)) p (cadence, name, months, discount_bp);
alter table public.academy_settings
  drop column semester_months, drop column semester_discount_bp, drop column year_discount_bp;

create or replace function private.enrollment_lines(
  of_kind public.enrollment_kind, of_cadence public.billing_cadence, of_minutes int,
  of_instrument uuid, of_family uuid default null, of_student uuid default null
) returns table (item int, code text, label text, amount_cents int, recurring boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  plan public.plans;
  today date;
  monthly int;
  tuition int;
  siblings int;
  credit int;
begin
  select * into settings from public.academy_settings;
  today := (private.now() at time zone settings.time_zone)::date;
  -- Of another family a caller learns nothing: they get a newcomer's prices.
  if current_setting('role', true) = 'authenticated' and not private.is_admin()
     and of_family is not null and not of_family in (select private.my_family_ids()) then
    of_family := null;
    of_student := null;
  end if;
  if of_kind = 'trial' then
    return query select 1, 'trial', 'Trial lesson, ' || settings.trial_minutes || ' minutes', p.amount_cents, false
                   from public.prices p where p.kind = 'trial' and p.valid @> today;
    if not found then
      raise exception 'no price for a trial' using errcode = 'CH005', constraint = 'price_missing';
    end if;
    return;
  end if;
  select p.amount_cents into monthly from public.prices p
   where p.kind = 'tuition_monthly' and p.minutes = of_minutes and p.valid @> today;
  select * into plan from public.plans p where p.cadence = of_cadence and p.valid @> today;
  if monthly is null or plan.id is null then
    raise exception 'no tuition for % minutes %', of_minutes, of_cadence
      using errcode = 'CH005', constraint = 'price_missing';
  end if;
  -- numeric: a year of tuition times basis points does not fit into an int.
  tuition := round(monthly::numeric * plan.months * (10000 - plan.discount_bp) / 10000.0);
  return query select 1, 'tuition', 'Tuition, ' || of_minutes || ' minutes a week, ' || case of_cadence
    when 'monthly' then 'by the month' when 'semester' then 'by the semester' else 'by the year' end, tuition, true;
  select count(distinct e.student_id) into siblings
    from public.enrollments e
   where e.family_id = of_family and e.kind = 'plan' and e.status in ('active', 'paused')
     and e.student_id is distinct from of_student;
  if siblings > 0 then
    return query select 2, 'sibling_discount', 'Sibling discount',
      -round(tuition * settings.sibling_discount_bp / 10000.0)::int, true;
  end if;
  if not exists (select from public.enrollments e
                  where e.student_id = of_student and e.kind = 'plan' and e.status in ('active', 'paused')
                    and e.activated_at > private.now() - interval '1 year') then
    return query select 3, 'registration',
      case when siblings > 0 then 'Registration for a sibling, one year' else 'Registration, one year' end,
      p.amount_cents, false
      from public.prices p
     where p.valid @> today
       and p.kind = (case when siblings > 0 then 'registration_sibling' else 'registration' end)::public.price_kind;
  end if;
  select p.amount_cents - p.refunded_cents into credit
    from public.enrollments e
    join public.payments p on p.enrollment_id = e.id
    join public.lessons l on l.enrollment_id = e.id
   where e.student_id = of_student and e.instrument_id = of_instrument and e.kind = 'trial'
     and e.status in ('active', 'withdrawn')
     and upper(l.during) + settings.trial_credit_days * interval '1 day' > private.now()
   order by p.paid_at desc limit 1;
  if credit > 0 then
    return query select 4, 'trial_credit', 'Credit for the trial lesson', -credit, false;
  end if;
end $$;
