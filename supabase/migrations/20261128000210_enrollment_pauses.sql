-- Pausing a plan and going on with it: lessons of the pause are freed without credits, the place after it is kept, and every
-- charge moves back by the length of the pause, so that nothing is paid for it.

alter table public.academy_settings
  add column pause_min_weeks int not null default 2 constraint academy_settings_pause_min check (pause_min_weeks between 1 and 52),
  add column pause_max_weeks int not null default 12,
  add column pause_notice_days int not null default 7 constraint academy_settings_pause_notice check (pause_notice_days between 0 and 90),
  add constraint academy_settings_pause_max check (pause_max_weeks between pause_min_weeks and 52);
comment on column public.academy_settings.pause_notice_days is 'How many days ahead a family asks for a pause; the academy, with a reason, on the same day.';

create function private.keep_pause_reason() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'active' then
    new.pause_reason := null;
    new.paused_from := null;
    new.paused_until := null;
  elsif current_setting('app.wished_pause', true) is distinct from new.id::text and old.status = 'active' then
    -- Not the day of a wished pause: one that is planned has nothing to say any more.
    new.pause_reason := case when new.pause_reason is distinct from old.pause_reason then new.pause_reason else 'overdue' end;
    if new.pause_reason = 'overdue' then
      new.paused_from := null;
      new.paused_until := null;
    end if;
  end if;
  return new;
end $$;
comment on function private.keep_pause_reason is
  'A pause that private.begin_pause did not begin is because of overdue payment, unless it says otherwise; what goes on has none.';
create trigger keep_pause_reason before update of status on public.enrollments
  for each row when (old.status is distinct from new.status and new.status in ('active', 'paused'))
  execute function private.keep_pause_reason();

create function private.pause_enrollment(of_enrollment uuid, first_day date, last_day date, why text default null)
returns table (
  paused_from date,
  paused_until date,
  days int,
  lessons_freed int,
  first_freed_at timestamptz,
  last_freed_at timestamptz,
  goes_on_at timestamptz,
  charges_before jsonb,
  charge_was_at timestamptz,
  next_charge_at timestamptz,
  next_charge_cents int,
  currency text
)
language plpgsql security definer set search_path = '' as $$
declare
  is_staff boolean := private.sets_own_notice();
  enrollment public.enrollments := private.changing_enrollment(of_enrollment);
  settings public.academy_settings;
  today date := private.local_today();
  note text := private.require_change_reason(why);
  begins timestamptz;
  ends timestamptz;
  freed uuid[];
  period private.tuition_period;
begin
  select * into settings from public.academy_settings;
  if enrollment.ends_on is not null then
    raise exception 'notice was given on %', enrollment.notice_given_on using errcode = 'CH004', constraint = 'notice_given_already';
  end if;
  if enrollment.status = 'paused' or enrollment.paused_from is not null then
    raise exception 'a pause is planned or on' using errcode = 'CH004', constraint = 'pause_already';
  end if;
  if first_day is null or last_day is null or not isfinite(first_day) or not isfinite(last_day) or last_day < first_day
     or first_day < today or first_day > today + 400 then
    raise exception 'a pause ends after it begins' using errcode = 'CH005', constraint = 'pause_days_in_order';
  end if;
  if last_day - first_day + 1 not between 7 * settings.pause_min_weeks and 7 * settings.pause_max_weeks then
    raise exception 'a pause of % days', last_day - first_day + 1 using errcode = 'CH005', constraint = 'pause_length';
  end if;
  if not is_staff and first_day < today + settings.pause_notice_days then
    raise exception 'a pause is asked for % days ahead', settings.pause_notice_days
      using errcode = 'CH005', constraint = 'pause_notice_too_short';
  end if;
  paused_from := first_day;
  paused_until := last_day;
  days := last_day - first_day + 1;
  begins := private.local_midnight(first_day);
  ends := private.local_midnight(last_day + 1);
  freed := private.free_lessons(of_enrollment, first_day, last_day, 'pause');
  lessons_freed := cardinality(freed);
  select min(l.starts_at), max(l.starts_at) into first_freed_at, last_freed_at from public.lessons l where l.id = any(freed);
  select min(l.starts_at) into goes_on_at from public.lessons l
   where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.starts_at >= ends;
  select coalesce(jsonb_agg(jsonb_build_object('dueAt', c.due_at, 'cents', c.cents) order by c.due_at), '[]')
    into charges_before
    from private.tuition_charges(of_enrollment, private.now(), private.now() + interval '14 months') c where c.due_at < begins;
  select * into period from private.period_at(of_enrollment, begins);
  charge_was_at := period.ends_at;
  next_charge_at := period.ends_at + (ends - begins);
  next_charge_cents := period.cents;
  currency := settings.currency;
  update public.enrollments e
     set paused_from = first_day, paused_until = last_day, pause_reason = 'wished', change_note = note
   where e.id = of_enrollment;
  perform private.emit('enrollment/pause.planned', jsonb_build_object('enrollmentId', of_enrollment, 'pauseId', gen_random_uuid()),
                       enrollment.family_id::text);
  return next;
end $$;

create function private.period_at(of_enrollment uuid, at timestamptz) returns private.tuition_period
language sql stable security definer set search_path = '' as $$
  select p from private.tuition_periods(of_enrollment, at + interval '1 microsecond') p
   where p.starts_at <= at or p.is_paid order by p.starts_at desc limit 1
$$;
comment on function private.period_at is 'The period of an enrollment''s tuition that an instant is in; null without a subscription.';
comment on function private.pause_enrollment is
  'Plans a pause between two days (both included) and tells what it comes to; the same call is the preview, undone. Its '
  'lessons are freed at once, without credits; those after it stay, and so does the place. From its first day on each '
  'charge comes later by its length (charge_was_at, next_charge_at). pause_min_weeks to pause_max_weeks, pause_notice_days ahead; the academy, with '
  'a reason, from the same day. Errors: those of changing_enrollment, enrollment_reason_missing, notice_given_already, '
  'pause_already, pause_days_in_order, pause_length, pause_notice_too_short.';

create function private.begin_pause(of_enrollment uuid) returns table (outcome text, paused_until date)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  period private.tuition_period;
begin
  if current_setting('role', true) is distinct from 'service_role' then
    raise exception 'only the academy itself begins a pause' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into enrollment from public.enrollments e where e.id = of_enrollment for update;
  paused_until := enrollment.paused_until;
  outcome := case when enrollment.pause_reason is distinct from 'wished' then 'called_off'
                  when enrollment.status = 'paused' then 'done'
                  when enrollment.status <> 'active' then 'called_off'
                  when enrollment.paused_from > private.local_today() then 'not_due'
                  else 'begun' end;
  if outcome = 'begun' then
    perform private.free_lessons(of_enrollment, enrollment.paused_from, enrollment.paused_until, 'pause');
    period := private.period_at(of_enrollment, private.local_midnight(enrollment.paused_from));
    update public.subscriptions s
       set bills_next_at = period.ends_at
             + (private.local_midnight(enrollment.paused_until + 1) - private.local_midnight(enrollment.paused_from))
     where s.id = period.subscription_id;
    perform set_config('app.wished_pause', of_enrollment::text, true);
    update public.enrollments e set status = 'paused' where e.id = of_enrollment;
  end if;
  return next;
end $$;
comment on function private.begin_pause is
  'On the first day of a pause: status paused, and the next charge comes later by its length. outcome: begun, done (before), not_due, called_off. The academy '
  'itself. Error: admin_only.';

create function private.end_pause(of_enrollment uuid) returns table (outcome text, next_lesson_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
begin
  if current_setting('role', true) is distinct from 'service_role' then
    raise exception 'only the academy itself ends a pause' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  select * into enrollment from public.enrollments e where e.id = of_enrollment for update;
  outcome := case when enrollment.status = 'paused' and enrollment.pause_reason = 'wished'
                  then case when enrollment.paused_until >= private.local_today() then 'not_due' else 'ended' end
                  else 'done' end;
  if outcome = 'ended' then
    update public.enrollments e set status = 'active', paused_from = null, paused_until = null, pause_reason = null
     where e.id = of_enrollment;
    -- What the pause freed is over; it is not to be booked again by anything that comes later.
    update public.lessons l set freed_for = null where l.enrollment_id = of_enrollment and l.freed_for = 'pause';
    perform private.emit('enrollment/pause.ended', jsonb_build_object('enrollmentId', of_enrollment, 'changeId', gen_random_uuid()),
                         enrollment.family_id::text);
  end if;
  select min(l.starts_at) into next_lesson_at from public.lessons l
   where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.starts_at > private.now();
  return next;
end $$;
comment on function private.end_pause is
  'After the last day of a wished pause the enrollment goes on. outcome: ended, done (before, or no such pause), not_due. The '
  'academy itself. Error: admin_only.';

create function private.resume_enrollment(of_enrollment uuid, answers jsonb default '{}', why text default null)
returns table (resumes_on date, was_until date, rebooked int, left_out int, first_at timestamptz, next_charge_at timestamptz,
               next_charge_cents int, currency text)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments := private.changing_enrollment(of_enrollment);
  note text := private.require_change_reason(why);
  starting timestamptz;
  waiting int;
begin
  if enrollment.status = 'paused' and enrollment.pause_reason is distinct from 'wished' then
    raise exception 'the enrollment is paused until its account is settled' using errcode = 'CH004', constraint = 'pause_not_wished';
  end if;
  if enrollment.paused_until is null then
    raise exception 'there is no pause' using errcode = 'CH004', constraint = 'pause_missing';
  end if;
  if enrollment.paused_until <= private.local_today() then
    raise exception 'the pause ends today' using errcode = 'CH005', constraint = 'pause_over';
  end if;
  was_until := enrollment.paused_until;
  resumes_on := greatest(private.local_today() + 1, case when enrollment.status = 'active' then enrollment.paused_from end);
  starting := case when enrollment.status = 'active' then private.now() else private.local_midnight(resumes_on) end;
  waiting := (select count(*)::int from private.freed_lessons(of_enrollment, starting) f);
  rebooked := cardinality(private.rebook_freed(of_enrollment, starting, answers));
  left_out := waiting - rebooked;
  if enrollment.status = 'paused' then
    update public.subscriptions s
       set bills_next_at = coalesce(s.bills_next_at, s.current_period_end)
             - (private.local_midnight(enrollment.paused_until + 1) - starting)
     where s.enrollment_id = of_enrollment and s.status in ('active', 'trialing', 'past_due', 'paused')
       and coalesce(s.bills_next_at, s.current_period_end) is not null;
  end if;
  update public.enrollments e
     set status = 'active', paused_from = null, paused_until = null, pause_reason = null, change_note = note
   where e.id = of_enrollment;
  update public.lessons l set freed_for = null where l.enrollment_id = of_enrollment and l.freed_for = 'pause';
  select min(l.starts_at) into first_at from public.lessons l
   where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.starts_at > private.now();
  select c.due_at, c.cents into next_charge_at, next_charge_cents
    from private.tuition_charges(of_enrollment, private.now(), private.now() + interval '16 months') c limit 1;
  currency := (select a.currency from public.academy_settings a);
  perform private.emit('enrollment/pause.ended', jsonb_build_object('enrollmentId', of_enrollment, 'changeId', gen_random_uuid()),
                       enrollment.family_id::text);
  return next;
end $$;
comment on function private.resume_enrollment is
  'Goes on with a paused plan from tomorrow, or calls a pause off that has not begun; the freed lessons are booked again (answers: see rebook_freed) '
  'and the charges come earlier by the days that are left. Parents for their family, administrators with a reason, the academy. Errors: those of '
  'changing_enrollment and rebook_freed, enrollment_reason_missing, pause_not_wished, pause_missing, pause_over.';

revoke execute on function private.keep_pause_reason, private.pause_enrollment, private.period_at, private.begin_pause, private.end_pause,
  private.resume_enrollment from public;
grant execute on function private.pause_enrollment, private.resume_enrollment to authenticated, service_role;
grant execute on function private.begin_pause, private.end_pause to service_role;
