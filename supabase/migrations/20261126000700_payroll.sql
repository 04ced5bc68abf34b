-- Teachers' pay: rates, periods, lines that explain themselves.

create type public.pay_kind as enum ('lesson', 'group', 'group_head', 'administration');

create table public.pay_rates (
  id uuid primary key default gen_random_uuid(),
  kind public.pay_kind not null,
  tier int constraint pay_rates_tier check (tier in (1, 2, 3)),
  amount_cents int not null constraint pay_rates_amount check (amount_cents >= 0),
  currency text not null default 'usd' constraint pay_rates_currency check (currency ~ '^[a-z]{3}$'),
  valid daterange not null default daterange(null, null) constraint pay_rates_valid check (not isempty(valid)),
  constraint pay_rates_tiers check ((kind = 'lesson') = (tier is not null)),
  constraint pay_rates_valid_once exclude using gist (kind with =, (coalesce(tier, 0)) with =, valid with &&)
);
comment on table public.pay_rates is
  'Pay in cents with its validity: an hour of a lesson by tier, of a group, of administration; and for each head of a '
  'group above the fourth.';
call private.protect('pay_rates', 'id');
grant select, insert, update, delete on public.pay_rates to authenticated;
create policy staff_reads on public.pay_rates for select to authenticated
  using ((select private.my_teacher_id()) is not null or (select private.is_admin()));
create policy admin_adds on public.pay_rates for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.pay_rates for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.pay_rates for delete to authenticated using ((select private.is_admin()));

create type public.payroll_status as enum ('open', 'closed');

create table public.payroll_periods (
  id uuid primary key default gen_random_uuid(),
  starts_on date not null,
  ends_on date not null,
  status public.payroll_status not null default 'open',
  closed_at timestamptz,
  closed_by uuid references public.profiles (id) on delete set null,
  updated_at timestamptz not null default private.now(),
  constraint payroll_periods_in_order check (starts_on <= ends_on),
  constraint payroll_periods_closed check ((status = 'closed') = (closed_at is not null)),
  constraint payroll_periods_do_not_overlap exclude using gist (daterange(starts_on, ends_on, '[]') with &&)
);
comment on table public.payroll_periods is 'Days, both included, in the academy''s zone, that are paid together.';
create index payroll_periods_closed_by on public.payroll_periods (closed_by);
call private.protect('payroll_periods', 'id');

create function private.keep_closed_period() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.status = 'closed' and (tg_op = 'DELETE'
     or (new.status, new.starts_on, new.ends_on) is distinct from (old.status, old.starts_on, old.ends_on)) then
    raise exception 'the payroll of % to % is closed', old.starts_on, old.ends_on
      using errcode = 'CH004', constraint = 'payroll_period_closed';
  end if;
  if tg_op = 'UPDATE' and exists (
       select from public.payroll_lines l, public.academy_settings a
        where l.period_id = new.id
          and not (lower(l.during) at time zone a.time_zone)::date between new.starts_on and new.ends_on) then
    raise exception 'the period has lessons of other days' using errcode = 'CH005', constraint = 'pay_in_another_period';
  end if;
  return coalesce(new, old);
end $$;
comment on function private.keep_closed_period is
  'A closed period stays closed, an open one keeps the days of its lessons. '
  'Errors: payroll_period_closed, pay_in_another_period.';
create trigger keep_closed before update or delete on public.payroll_periods
  for each row execute function private.keep_closed_period();
grant select, insert, update, delete on public.payroll_periods to authenticated;
create policy staff_reads on public.payroll_periods for select to authenticated
  using ((select private.my_teacher_id()) is not null or (select private.is_admin()));
create policy admin_adds on public.payroll_periods for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.payroll_periods for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.payroll_periods for delete to authenticated using ((select private.is_admin()));

create type public.payroll_line_kind as enum
  ('lesson', 'late_cancellation', 'no_show', 'make_up', 'group', 'substitution', 'administration', 'adjustment');

create table public.payroll_lines (
  id uuid primary key default gen_random_uuid(),
  period_id uuid not null references public.payroll_periods (id),
  teacher_id uuid not null references public.teachers (id),
  kind public.payroll_line_kind not null,
  lesson_id uuid references public.lessons (id),
  during tstzrange,
  minutes int constraint payroll_lines_minutes check (minutes between 1 and 1440),
  heads int constraint payroll_lines_heads check (heads >= 0),
  rate_cents int constraint payroll_lines_rate check (rate_cents >= 0),
  amount_cents int not null,
  currency text not null constraint payroll_lines_currency check (currency ~ '^[a-z]{3}$'),
  explanation text not null constraint payroll_lines_explained check (length(trim(explanation)) between 3 and 500),
  adjusts_line_id uuid references public.payroll_lines (id),
  created_at timestamptz not null default private.now(),
  constraint payroll_lines_of_lesson check ((kind not in ('administration', 'adjustment')) = (lesson_id is not null)),
  constraint payroll_lines_time check ((lesson_id is null) = (during is null)),
  constraint payroll_lines_amount check (amount_cents >= 0 or kind = 'adjustment'),
  constraint payroll_lines_adjusts check (adjusts_line_id is null or kind = 'adjustment'),
  constraint lesson_paid_once unique (lesson_id),
  constraint teacher_slot_paid_once exclude using gist (teacher_id with =, during with &&)
);
comment on table public.payroll_lines is
  'What a teacher is paid for, line by line in cents, with the minutes, the rate of an hour and a sentence that explains it. '
  'A teacher''s time is paid once.';
create index payroll_lines_period on public.payroll_lines (period_id, teacher_id);
create index payroll_lines_teacher on public.payroll_lines (teacher_id);
create index payroll_lines_adjusts on public.payroll_lines (adjusts_line_id);
call private.protect('payroll_lines', 'id');

create function private.check_payroll_line() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  period public.payroll_periods;
  lesson public.lessons;
begin
  -- Lines of one period are written one after the other, so that its constraints refuse instead of deadlocking.
  select * into period from public.payroll_periods p where p.id = coalesce(new.period_id, old.period_id) for no key update;
  if period.status = 'closed' then
    raise exception 'the payroll of % to % is closed', period.starts_on, period.ends_on
      using errcode = 'CH004', constraint = 'payroll_period_closed';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  if tg_op = 'UPDATE' and new.period_id <> old.period_id then
    raise exception 'a line stays in its period' using errcode = 'CH003', constraint = 'immutable_column';
  end if;
  if exists (select from public.payroll_lines a where a.id = new.adjusts_line_id and a.teacher_id <> new.teacher_id) then
    raise exception 'a teacher''s own line is adjusted' using errcode = 'CH005', constraint = 'pay_for_another';
  end if;
  if new.lesson_id is null then return new; end if;
  select * into lesson from public.lessons l where l.id = new.lesson_id for share;
  if not found then return new; end if;
  new.during := lesson.during;
  if lesson.teacher_id <> new.teacher_id then
    raise exception 'the teacher who gave the lesson is paid' using errcode = 'CH005', constraint = 'pay_for_another';
  end if;
  if not (lower(lesson.during) at time zone (select a.time_zone from public.academy_settings a))::date
         between period.starts_on and period.ends_on then
    raise exception 'the lesson is of another period' using errcode = 'CH005', constraint = 'pay_in_another_period';
  end if;
  return new;
end $$;
comment on function private.check_payroll_line is
  'The teacher who delivered is paid, in the period of the lesson, while it is open; later by adjustment in an open one. '
  'Errors: payroll_period_closed, pay_for_another, pay_in_another_period.';
create trigger check_line before insert or update or delete on public.payroll_lines
  for each row execute function private.check_payroll_line();

create function private.keep_paid_lesson() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (new.teacher_id, new.during) is distinct from (old.teacher_id, old.during)
     and exists (select from public.payroll_lines p where p.lesson_id = new.id) then
    raise exception 'the lesson has been paid' using errcode = 'CH004', constraint = 'lesson_paid';
  end if;
  return new;
end $$;
comment on function private.keep_paid_lesson is
  'A lesson that a teacher is paid for keeps its teacher and its time: take the line out, or adjust. Error: lesson_paid.';
create trigger keep_paid before update of teacher_id, during on public.lessons
  for each row execute function private.keep_paid_lesson();
grant select, insert, update, delete on public.payroll_lines to authenticated;
create policy own_or_admin_reads on public.payroll_lines for select to authenticated
  using (teacher_id = (select private.my_teacher_id()) or (select private.is_admin()));
create policy admin_adds on public.payroll_lines for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.payroll_lines for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.payroll_lines for delete to authenticated using ((select private.is_admin()));
