-- Leaving: notice, what it comes to, taking it back, the end. Each change is one function that tells what it came to, so
-- that what is shown before is what happens.

-- Why an enrollment is paused: the family wished it, or its account is overdue. Only what is wished ends by its date.
alter table public.enrollments
  add column pause_reason text constraint enrollments_pause_reason check (pause_reason in ('wished', 'overdue')),
  add column paused_from date,
  add column give_back_cents int constraint enrollments_give_back check (give_back_cents >= 0),
  add column change_note text constraint enrollments_change_note check (length(trim(change_note)) between 3 and 500),
  drop constraint enrollments_paused,
  add constraint enrollments_paused check (
    paused_until is null or status in ('paused', 'withdrawn', 'cancelled') or status = 'active' and paused_from is not null),
  add constraint enrollments_pause_days check (
    paused_from is null or paused_until is not null and paused_until >= paused_from);
comment on column public.enrollments.pause_reason is
  'Why the enrollment is or will be paused: wished by the family, or overdue payment. Null when no pause is on record.';
comment on column public.enrollments.paused_from is
  'The first day of a wished pause, in the academy''s zone; the enrollment stays active until then.';
comment on column public.enrollments.paused_until is 'The last day of a wished pause; lessons go on the day after.';
comment on column public.enrollments.give_back_cents is
  'What goes back to the card after the last day, in cents: tuition that is paid for the time after it. Set with the notice.';
comment on column public.enrollments.change_note is
  'Why the academy last paused, resumed or kept the enrollment; null when the family did. Who and when: see audit_log.';
insert into private.personal_columns (table_name, column_name, erased_as) values ('enrollments', 'change_note', 'null');

alter table public.lessons add column freed_for text
  constraint lessons_freed_for check (freed_for is null or freed_for in ('withdrawal', 'pause'));
comment on column public.lessons.freed_for is
  'The notice or pause for which the lesson was cancelled, without a credit; null again when it was taken back.';
create index lessons_freed on public.lessons (enrollment_id, starts_at) where freed_for is not null;

alter table public.subscriptions add column bills_next_at timestamptz;
comment on column public.subscriptions.bills_next_at is
  'When the next charge is to come instead of at the end of the period; null once Stripe knows it.';

-- Tuition, period by period -----------------------------------------------------------------------------------------------
create function private.local_midnight(of_day date) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select private.local_instant(of_day::timestamp, a.time_zone) from public.academy_settings a
$$;
comment on function private.local_midnight is 'The instant at which a day begins in the academy''s zone.';

create function private.local_today() returns date
language sql stable security definer set search_path = '' as $$
  select (private.now() at time zone a.time_zone)::date from public.academy_settings a
$$;
comment on function private.local_today is 'The day that it is in the academy''s zone.';

create function private.billing_boundary(from_end timestamptz, on_day int, months int) returns timestamptz
language sql immutable set search_path = '' as $$
  select (b.month + (least(on_day, extract(day from b.month + interval '1 month' - interval '1 day')::int) - 1) * interval '1 day'
          + b.of_day) at time zone 'UTC'
    from (select date_trunc('month', s.at) + months * interval '1 month' as month, s.at - date_trunc('day', s.at) as of_day
            from (select from_end at time zone 'UTC' as at) s) b
$$;
comment on function private.billing_boundary is
  'The boundary of a billing period so many months from another one, in UTC as Stripe counts: on_day is the day of the month '
  'that it began on; a short month has it on its last day.';

create type private.tuition_period as (starts_at timestamptz, ends_at timestamptz, cents int, is_paid boolean, charged_at timestamptz, subscription_id uuid);

create function private.tuition_periods(of_enrollment uuid, until timestamptz) returns setof private.tuition_period
language plpgsql stable security definer set search_path = '' as $$
declare
  paying public.subscriptions;
  months int;
  on_day int;
  starting timestamptz;
  ending timestamptz;
begin
  select * into paying from public.subscriptions s
   where s.enrollment_id = of_enrollment and s.status in ('active', 'trialing', 'past_due', 'paused')
     and s.current_period_end is not null
   order by s.created_at desc, s.id limit 1;
  if not found then return; end if;
  months := case paying.cadence when 'monthly' then 1 when 'semester' then 6 else 12 end;
  ending := coalesce(paying.bills_next_at, paying.current_period_end);
  on_day := extract(day from ending at time zone 'UTC');
  -- The 31st comes back after a short month; a date that was moved counts by itself.
  if paying.bills_next_at is null and paying.current_period_start is not null
     and private.billing_boundary(paying.current_period_start, extract(day from paying.current_period_start at time zone 'UTC')::int, months)
         = paying.current_period_end then
    on_day := greatest(on_day, extract(day from paying.current_period_start at time zone 'UTC')::int);
  end if;
  starting := least(private.billing_boundary(ending, on_day, -months), ending);
  for n in 0..60 loop
    return query select starting, ending, paying.amount_cents, starting <= private.now() or n = 0,
                        case when n = 0 then least(starting, paying.current_period_start) else starting end, paying.id;
    exit when ending >= until and ending > private.now();
    starting := ending;
    ending := private.billing_boundary(ending, on_day, months);
  end loop;
end $$;
comment on function private.tuition_periods is
  'The periods that an enrollment''s tuition is charged for in advance, from the last known one until an instant, by the '
  'subscription''s rhythm; amounts in cents. is_paid: its charge has come, at charged_at. A period that a pause made longer counts '
  'with the length of the others, up to its end.';

create function private.tuition_charges(of_enrollment uuid, from_at timestamptz, until timestamptz)
returns table (due_at timestamptz, paid_until timestamptz, cents int, is_partial boolean)
language sql stable security definer set search_path = '' as $$
  select p.starts_at, least(p.ends_at, until),
         case when p.ends_at <= until then p.cents
              else round(p.cents * extract(epoch from until - p.starts_at) / extract(epoch from p.ends_at - p.starts_at))::int end,
         p.ends_at > until
    from private.tuition_periods(of_enrollment, until) p
   where not p.is_paid and p.starts_at >= from_at and p.starts_at < until
   order by 1
$$;
comment on function private.tuition_charges is
  'What is still charged between two instants, in cents: each period on its first day; the one that the end falls into for '
  'the part before it, by seconds, rounded half up.';

-- Whom and what it concerns -----------------------------------------------------------------------------------------------
create function private.changing_enrollment(of_enrollment uuid) returns public.enrollments
language plpgsql security definer set search_path = '' as $$
declare
  found_one public.enrollments;
begin
  -- Before any row: see lock_calendar.
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into found_one from public.enrollments e where e.id = of_enrollment for update;
  if found_one.id is null
     or not (private.sets_own_notice() or found_one.family_id = any(array(select private.my_family_ids()))) then
    raise exception 'no such enrollment' using errcode = 'CH404', constraint = 'enrollment_missing';
  end if;
  if found_one.kind <> 'plan' then
    raise exception 'a trial ends by itself' using errcode = 'CH005', constraint = 'enrollment_not_a_plan';
  end if;
  if found_one.status not in ('active', 'paused') then
    raise exception 'the enrollment is %', found_one.status using errcode = 'CH004', constraint = 'enrollment_not_running';
  end if;
  return found_one;
end $$;
comment on function private.changing_enrollment is
  'A running plan, locked, for its family, administrators and the academy itself; of another family''s a caller learns '
  'nothing. Errors: enrollment_missing, enrollment_not_a_plan, enrollment_not_running.';

create function private.require_change_reason(why text) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.sets_own_notice() and coalesce(length(trim(why)), 0) not between 3 and 500 then
    raise exception 'the academy says why' using errcode = 'CH005', constraint = 'enrollment_reason_missing';
  end if;
  return case when private.sets_own_notice() then trim(why) end;
end $$;
comment on function private.require_change_reason is
  'The academy changes a family''s plan with a reason of 3 to 500 letters; a family needs none. Error: enrollment_reason_missing.';

create function private.free_lessons(of_enrollment uuid, first_day date, last_day date, purpose text) returns uuid[]
language plpgsql security definer set search_path = '' as $$
declare
  freed uuid[];
begin
  freed := array(select l.id from public.lessons l
                  where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.starts_at > private.now()
                    and l.starts_at >= private.local_midnight(first_day)
                    and (last_day is null or l.starts_at < private.local_midnight(last_day + 1))
                  order by l.starts_at);
  -- First: what the freeing of its time is told with depends on it.
  update public.lessons l set freed_for = purpose where l.id = any(freed);
  update public.lessons l
     set status = 'cancelled', ical_sequence = l.ical_sequence + 1, cancelled_at = private.now(), cancelled_by = auth.uid(),
         cancel_kind = case when private.sets_own_notice() then 'academy' else 'family' end::public.cancel_kind,
         cancel_reason = case purpose when 'pause' then 'The lessons pause' else 'The enrollment ends' end,
         cancelled_late = n.is_late, cancel_pays_teacher = n.is_late
    from (select e.id, e.starts_at < private.now() + a.cancel_notice_minutes * interval '1 minute' as is_late
            from public.lessons e cross join public.academy_settings a) n
   where l.id = any(freed) and n.id = l.id;
  -- A make-up that does not take place gives its credit back, with the validity that it has.
  update public.makeup_credits c set returned_lesson_id = c.used_lesson_id, used_lesson_id = null
   where c.used_lesson_id = any(freed);
  return freed;
end $$;
comment on function private.free_lessons is
  'Cancels an enrollment''s coming lessons between two days (both included; to the last one where the second is null) without '
  'credits, and gives them in their order. Make-ups among them give their credits back.';

create or replace function private.tell_of_freed_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.waitlist_entries e where e.class_id is null and e.status = 'waiting')
     and exists (select from public.academy_settings a
                  where lower(old.during) between private.now() + a.notice_minutes * interval '1 minute'
                                              and private.now() + a.horizon_days * interval '1 day')
     and (old.kind = 'lesson'
          or exists (select from public.waitlist_offers o where o.booking_id = old.id and o.status = 'accepted'))
     -- The place of who pauses is kept. Of a weekly time that ends, the first week is offered, and not each of them.
     and not exists (select from public.lessons l
                      where l.booking_id = old.id
                        and (l.freed_for = 'pause'
                             or l.freed_for = 'withdrawal'
                                and exists (select from public.lessons f
                                             where f.enrollment_id = l.enrollment_id and f.freed_for = 'withdrawal'
                                               and f.series_id = l.series_id and f.starts_at < l.starts_at
                                               and f.starts_at > private.now() + (select a.notice_minutes from public.academy_settings a) * interval '1 minute'))) then
    perform private.emit('scheduling/time.freed', jsonb_build_object(
      'teacherId', old.teacher_id, 'startsAt', lower(old.during), 'endsAt', upper(old.during),
      'round', case when new.is_active then gen_random_uuid() else old.id end));
  end if;
  return null;
end $$;
comment on function private.tell_of_freed_time is
  'A lesson that is cancelled or moved, or an accepted offer that is not taken up, frees a time; when it can be booked and '
  'somebody waits for lessons, a workflow offers it. Not what a pause frees, and of a weekly time that ends its first week.';

-- Giving notice -----------------------------------------------------------------------------------------------------------
create function private.withdraw_enrollment(of_enrollment uuid, last_day date default null, why text default null)
returns table (
  ends_on date,
  earliest_on date,
  is_shortened boolean,
  lessons_kept int,
  last_lesson_at timestamptz,
  lessons_freed int,
  first_freed_at timestamptz,
  charges jsonb,
  give_back_cents int,
  credits_lapsing jsonb,
  money_credit_cents int,
  currency text
)
language plpgsql security definer set search_path = '' as $$
declare
  is_staff boolean := private.sets_own_notice();
  enrollment public.enrollments := private.changing_enrollment(of_enrollment);
  settings public.academy_settings;
  today date := private.local_today();
  given_on date := coalesce(enrollment.notice_given_on, private.local_today());
  ends_at timestamptz;
  paid_until timestamptz;
  unused_from timestamptz;
  period private.tuition_period;
  freed uuid[];
  note text := private.require_change_reason(why);
begin
  select * into settings from public.academy_settings;
  earliest_on := given_on + settings.withdrawal_notice_days;
  ends_on := coalesce(last_day, greatest(earliest_on, today));
  if enrollment.ends_on is not null and not is_staff then
    raise exception 'notice was given on %', enrollment.notice_given_on using errcode = 'CH004', constraint = 'notice_given_already';
  end if;
  if not isfinite(ends_on) or ends_on < today or ends_on > today + 400 then
    raise exception 'the last day is none of the coming ones' using errcode = 'CH005', constraint = 'notice_days_in_order';
  end if;
  if ends_on >= enrollment.ends_on then
    raise exception 'a notice is shortened only' using errcode = 'CH005', constraint = 'notice_only_shortened';
  end if;
  is_shortened := ends_on < earliest_on;
  if is_shortened and not is_staff then
    raise exception 'notice is given % days before', settings.withdrawal_notice_days
      using errcode = 'CH005', constraint = 'notice_too_short';
  end if;
  if enrollment.status = 'active' and enrollment.paused_from <= ends_on then
    raise exception 'a pause begins before the last day' using errcode = 'CH004', constraint = 'pause_before_notice';
  end if;
  ends_at := private.local_midnight(ends_on + 1);

  freed := private.free_lessons(of_enrollment, ends_on + 1, null, 'withdrawal');
  lessons_freed := cardinality(freed);
  select min(l.starts_at) into first_freed_at from public.lessons l where l.id = any(freed);
  select count(*)::int, max(l.starts_at) into lessons_kept, last_lesson_at
    from public.lessons l where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.starts_at > private.now();
  update public.lesson_series s set valid = daterange(lower(s.valid), withdraw_enrollment.ends_on, '[]')
   where s.enrollment_id = of_enrollment and lower(s.valid) <= withdraw_enrollment.ends_on
     and upper(s.valid) > withdraw_enrollment.ends_on + 1;

  select coalesce(jsonb_agg(jsonb_build_object('dueAt', c.due_at, 'cents', c.cents, 'paidUntil', c.paid_until, 'isPartial', c.is_partial)
                            order by c.due_at), '[]')
    into charges from private.tuition_charges(of_enrollment, private.now(), ends_at) c where c.cents > 0;
  -- The last period that is paid already: the time after the last day goes back, a pause in it is not counted twice.
  select p.* into period from private.tuition_periods(of_enrollment, private.now()) p where p.is_paid order by p.starts_at desc limit 1;
  -- A charge that came under an earlier notice was for the time before its end only.
  paid_until := case when enrollment.ends_on is not null and (period.charged_at at time zone settings.time_zone)::date > given_on
                     then least(period.ends_at, private.local_midnight(enrollment.ends_on + 1)) else period.ends_at end;
  unused_from := case when enrollment.status = 'paused' and enrollment.pause_reason = 'wished'
                      then greatest(ends_at, private.local_midnight(enrollment.paused_until + 1)) else ends_at end;
  give_back_cents := coalesce(greatest(round(period.cents * extract(epoch from paid_until - unused_from)
                       / extract(epoch from period.ends_at - period.starts_at)), 0), 0)::int;

  select coalesce(jsonb_agg(jsonb_build_object('minutes', c.minutes, 'expiresAt', c.expires_at) order by c.expires_at, c.id)
                    filter (where c.money_cents is null), '[]'),
         coalesce(sum(c.money_cents), 0)::int
    into credits_lapsing, money_credit_cents
    from private.credits_at_end(of_enrollment, ends_at) c;
  currency := settings.currency;
  -- A pause that would begin after the last day is called off with it.
  update public.enrollments e
     set notice_given_on = given_on, ends_on = withdraw_enrollment.ends_on, give_back_cents = withdraw_enrollment.give_back_cents,
         end_reason = coalesce(nullif(left(trim(why), 500), ''), e.end_reason),
         change_note = note,
         paused_from = case when e.status = 'paused' then e.paused_from end,
         paused_until = case when e.status = 'paused' then e.paused_until end,
         pause_reason = case when e.status = 'paused' then e.pause_reason end
   where e.id = of_enrollment;
  perform private.emit('enrollment/notice.given', jsonb_build_object('enrollmentId', of_enrollment, 'noticeId', gen_random_uuid()),
                       enrollment.family_id::text);
  return next;
end $$;

create function private.credits_at_end(of_enrollment uuid, ends_at timestamptz) returns setof public.makeup_credits
language sql stable security definer set search_path = '' as $$
  select c.* from public.makeup_credits c join public.enrollments e on e.id = of_enrollment and e.student_id = c.student_id
   where c.used_at is null and c.voided_at is null and c.expires_at > ends_at
     and not exists (select from public.enrollments o
                      where o.student_id = e.student_id and o.id <> e.id and o.kind = 'plan' and o.status in ('active', 'paused')
                        and (o.ends_on is null or private.local_midnight(o.ends_on + 1) > ends_at))
$$;
comment on function private.credits_at_end is
  'Make-up credits that would be valid longer than a student''s last enrollment: none while another one runs.';
comment on function private.withdraw_enrollment is
  'Gives notice for a plan, and tells what it comes to; the same call is the preview, undone. The last day is '
  'withdrawal_notice_days ahead, or later; the academy, with a reason, also sooner, and shortens a notice that was given. Lessons '
  'after it are freed at once. charges: what Stripe still charges, [{dueAt, cents, paidUntil, isPartial}], the last one for the part before the '
  'end. give_back_cents: of what is paid, the time after the end, by seconds, rounded half up. credits_lapsing: [{minutes, expiresAt}] '
  'of credits that end unused with the last day; money_credit_cents: what others, for lessons that the academy cancelled, turn into. Parents '
  'for their family, administrators, the academy. Errors: those of changing_enrollment, enrollment_reason_missing, '
  'notice_given_already, notice_days_in_order, notice_only_shortened, notice_too_short, pause_before_notice.';

-- Lessons that were freed, and whether they can come back -------------------------------------------------------------------
create function private.freed_lessons(of_enrollment uuid, from_at timestamptz default null)
returns table (lesson_id uuid, starts_at timestamptz, minutes int, teacher_id uuid, instrument_id uuid, series_id uuid, room_id uuid, reasons text[])
language plpgsql stable security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
begin
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  if enrollment.id is null
     or not (private.sets_own_notice() or enrollment.family_id = any(array(select private.my_family_ids()))) then
    raise exception 'no such enrollment' using errcode = 'CH404', constraint = 'enrollment_missing';
  end if;
  return query
    with freed as materialized (
      select l.*, (extract(epoch from upper(l.during) - lower(l.during)) / 60)::int as long
        from public.lessons l
       where l.enrollment_id = of_enrollment and l.freed_for is not null and l.status = 'cancelled' and l.kind = 'private'
         and l.starts_at >= coalesce(from_at, private.now()) and l.starts_at > private.now()
    ), judged as materialized (
      select t.teacher_id as teacher, t.long, j.* from (select distinct f.teacher_id, f.long from freed f) t
       cross join lateral private.judge_starts(t.teacher_id, null, enrollment.student_id, enrollment.instrument_id, t.long,
                    array(select f.starts_at from freed f where f.teacher_id = t.teacher_id and f.long = t.long), '{}', true,
                    (select mode() within group (order by f.room_id) from freed f)) j
    )
    select f.id, f.starts_at, f.long, f.teacher_id, f.instrument_id, f.series_id, j.room_id, j.reasons
      from freed f join judged j on j.teacher = f.teacher_id and j.long = f.long and j.starts_at = f.starts_at
     order by f.starts_at;
end $$;
comment on function private.freed_lessons is
  'Lessons to come that a notice or a pause freed, whether their times can be booked again (reasons: see lesson_conflicts; none '
  'when free), and the room of each. Parents for their family, administrators, the academy. Error: enrollment_missing.';

create function private.rebook_freed(of_enrollment uuid, from_at timestamptz, answers jsonb)
returns uuid[]
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  freed record;
  booking uuid;
  at timestamptz;
  room uuid;
  made uuid;
  given uuid[] := '{}';
  replaced private.series_week;
begin
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  if answers is not null and jsonb_typeof(answers) <> 'object'
     or exists (select from jsonb_object_keys(answers) k
                 where k not in (select f.lesson_id::text from private.freed_lessons(of_enrollment, from_at) f)) then
    raise exception 'an answer for a lesson that was not freed' using errcode = 'CH005', constraint = 'freed_answer_unknown';
  end if;
  -- All that come back at their own times first, so that no other one is put there.
  for freed in
    select f.*, answers -> f.lesson_id::text as answer from private.freed_lessons(of_enrollment, from_at) f
     order by answers ? f.lesson_id::text, f.starts_at
  loop
    at := freed.starts_at;
    room := freed.room_id;
    if freed.answer is not null then
      if coalesce((freed.answer ->> 'skip')::boolean, false) then continue; end if;
      at := (freed.answer ->> 'startsAt')::timestamptz;
      replaced := private.judge_replacement(freed.teacher_id, enrollment.student_id, freed.instrument_id, freed.minutes, at, '{}', room);
      room := replaced.room_id;
    elsif freed.reasons <> '{}' then
      raise exception 'the time on % is not free any more: %', at, freed.reasons
        using errcode = 'CH005', constraint = 'freed_time_taken', detail = freed.lesson_id::text;
    end if;
    insert into public.bookings as b (kind, teacher_id, room_id, student_id, during)
    values ('lesson', freed.teacher_id, room, enrollment.student_id, tstzrange(at, at + freed.minutes * interval '1 minute'))
    returning b.id into booking;
    insert into public.lessons as l (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                     kind, series_id)
    values (booking, of_enrollment, enrollment.family_id, enrollment.student_id, freed.instrument_id, freed.teacher_id, room,
            tstzrange(at, at + freed.minutes * interval '1 minute'), 'private', freed.series_id)
    returning l.id into made;
    given := given || made;
  end loop;
  update public.lessons l set freed_for = null
   where l.enrollment_id = of_enrollment and l.freed_for is not null and l.starts_at >= from_at;
  update public.lesson_series s
     set valid = daterange(lower(s.valid), least(greatest(upper(s.valid), n.last + 1), lower(s.valid) + 400,
                   (select min(lower(o.valid)) from public.lesson_series o
                     where o.enrollment_id = s.enrollment_id and lower(o.valid) >= upper(s.valid))))
    from (select l.series_id, max((l.starts_at at time zone a.time_zone)::date) as last
            from public.lessons l cross join public.academy_settings a where l.id = any(given) group by l.series_id) n
   where s.id = n.series_id;
  return given;
end $$;
comment on function private.rebook_freed is
  'Books freed lessons again from an instant on, all or none. answers, by the lesson: {"startsAt": instant} for another time, {"skip": true} to '
  'leave it out. Errors: freed_answer_unknown, freed_time_taken, series_replacement_taken.';

create function private.keep_enrollment(of_enrollment uuid, answers jsonb default '{}', why text default null)
returns table (rebooked int, left_out int, first_at timestamptz, last_at timestamptz, next_charge_at timestamptz,
               next_charge_cents int, currency text)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments := private.changing_enrollment(of_enrollment);
  settings public.academy_settings;
  note text := private.require_change_reason(why);
  given uuid[];
  waiting int;
  period private.tuition_period;
begin
  select * into settings from public.academy_settings;
  if enrollment.ends_on is null then
    raise exception 'no notice was given' using errcode = 'CH004', constraint = 'notice_missing';
  end if;
  if enrollment.ends_on < private.local_today() then
    raise exception 'the last day is over' using errcode = 'CH005', constraint = 'notice_over';
  end if;
  waiting := (select count(*)::int from private.freed_lessons(of_enrollment, private.now()) f);
  given := private.rebook_freed(of_enrollment, private.now(), answers);
  rebooked := cardinality(given);
  left_out := waiting - rebooked;
  select min(l.starts_at), max(l.starts_at) into first_at, last_at from public.lessons l where l.id = any(given);
  -- A charge that came under the notice was for the time before its end: the next one follows there.
  select p.* into period from private.tuition_periods(of_enrollment, private.now()) p where p.is_paid order by p.starts_at desc limit 1;
  if (period.charged_at at time zone settings.time_zone)::date > enrollment.notice_given_on then
    update public.subscriptions s set bills_next_at = private.local_midnight(enrollment.ends_on + 1)
     where s.id = period.subscription_id and private.local_midnight(enrollment.ends_on + 1) < period.ends_at;
  end if;
  update public.enrollments e
     set notice_given_on = null, ends_on = null, end_reason = null, give_back_cents = null, change_note = note
   where e.id = of_enrollment;
  select c.due_at, c.cents into next_charge_at, next_charge_cents
    from private.tuition_charges(of_enrollment, private.now(), private.now() + interval '14 months') c limit 1;
  currency := settings.currency;
  perform private.emit('enrollment/notice.retracted', jsonb_build_object('enrollmentId', of_enrollment, 'changeId', gen_random_uuid()),
                       enrollment.family_id::text);
  return next;
end $$;
comment on function private.keep_enrollment is
  'Takes notice back until the last day, and books the freed lessons again (answers: see rebook_freed); tells what it came to. Parents for their family, '
  'administrators with a reason, the academy. Errors: those of changing_enrollment and rebook_freed, enrollment_reason_missing, notice_missing, notice_over.';

create function private.finish_withdrawal(of_enrollment uuid)
returns table (outcome text, give_back_cents int, credits_lapsed int, money_credit_cents int)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  credit public.makeup_credits;
begin
  if current_setting('role', true) is distinct from 'service_role' then
    raise exception 'only the academy itself ends an enrollment' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into enrollment from public.enrollments e where e.id = of_enrollment for update;
  if enrollment.id is null then
    raise exception 'no such enrollment' using errcode = 'CH404', constraint = 'enrollment_missing';
  end if;
  give_back_cents := coalesce(enrollment.give_back_cents, 0);
  credits_lapsed := 0;
  money_credit_cents := 0;
  outcome := case when enrollment.status = 'withdrawn' then 'done'
                  when enrollment.status not in ('active', 'paused') or enrollment.ends_on is null then 'kept'
                  when enrollment.ends_on >= private.local_today() then 'not_due'
                  else 'ended' end;
  if outcome = 'ended' then
    perform private.free_lessons(of_enrollment, enrollment.ends_on + 1, null, 'withdrawal');
    for credit in select * from private.credits_at_end(of_enrollment, private.local_midnight(enrollment.ends_on + 1)) loop
      if credit.money_cents is not null and credit.expires_at > private.now() then
        money_credit_cents := money_credit_cents + credit.money_cents;
        perform private.credit_to_money(credit.id);
      else
        credits_lapsed := credits_lapsed + 1;
        update public.makeup_credits c set voided_at = private.now() where c.id = credit.id;
      end if;
    end loop;
    update public.enrollments e set status = 'withdrawn' where e.id = of_enrollment;
    perform private.emit('enrollment/withdrawn', jsonb_build_object('enrollmentId', of_enrollment), enrollment.family_id::text);
  end if;
  return next;
end $$;
comment on function private.finish_withdrawal is
  'After the last day: the enrollment is withdrawn, credits that nobody can use any more end or turn into money. outcome: ended, done (before), '
  'not_due, kept (the notice was taken back). The academy itself. Errors: admin_only, enrollment_missing.';

revoke execute on function private.local_midnight, private.local_today, private.billing_boundary, private.tuition_periods,
  private.tuition_charges, private.changing_enrollment, private.require_change_reason, private.free_lessons, private.credits_at_end,
  private.rebook_freed, private.freed_lessons, private.withdraw_enrollment, private.keep_enrollment, private.finish_withdrawal from public;
grant execute on function private.withdraw_enrollment, private.keep_enrollment, private.freed_lessons to authenticated, service_role;
grant execute on function private.finish_withdrawal, private.tuition_periods, private.tuition_charges, private.local_midnight, private.local_today to service_role;
