-- Where pauses, the next term and notice meet: weeks of a wished pause are not given, whoever pauses keeps the place in the next
-- term, what comes back after a payment comes back up to the last day, and tuition that is overdue while a family pauses by
-- wish, or plans to, is neither forgotten nor paused for twice.

create or replace function private.series_to_continue(of_enrollment uuid default null)
returns table (series_id uuid, enrollment_id uuid, family_id uuid, term_id uuid, first_day date, last_day date)
language sql stable security definer set search_path = '' as $$
  with a as (
    select (private.now() at time zone s.time_zone)::date as today, s.series_ahead_days from public.academy_settings s
  ), latest as (
    select distinct on (s.enrollment_id) s.*, e.ends_on,
           date_trunc('week', lower(s.valid)::timestamp)::date + s.weekday as rhythm
      from public.lesson_series s join public.enrollments e on e.id = s.enrollment_id
     where e.kind = 'plan' and (e.status = 'active' or e.status = 'paused' and e.pause_reason = 'wished')
       and (of_enrollment is null or e.id = of_enrollment)
     order by s.enrollment_id, lower(s.valid) desc
  )
  select l.id, l.enrollment_id, l.family_id, n.id, d.first_day, d.last_day
    from a cross join latest l
   cross join lateral (
     select t.ends_on from public.terms t where t.starts_on < upper(l.valid) order by t.starts_on desc limit 1) old
   cross join lateral (
     select t.* from public.terms t where t.starts_on > old.ends_on order by t.starts_on limit 1) n
   cross join lateral (
     -- The rhythm of the weeks goes on through the break. What has begun already begins tomorrow.
     select min(g.day) filter (where g.day >= greatest(n.starts_on, a.today + 1)) as first_day,
            least(n.ends_on, l.ends_on) as last_day,
            min(g.day) filter (where g.day >= upper(l.valid)) as next_day
       from (select l.rhythm + i as day from generate_series(0, 1200, 7 * l.every_weeks) i) g) d
   where n.starts_on <= a.today + a.series_ahead_days and n.ends_on > a.today
      -- One that was ended within its term does not go on; one that is given notice ends with it.
     and d.next_day > old.ends_on and d.first_day <= d.last_day
$$;
comment on function private.series_to_continue is
  'The series that ran to the end of their term and are not planned yet in the next one, which begins within '
  'academy_settings.series_ahead_days or has begun: of active plans and of those that pause because their family wished it, up to '
  'the last day of those under notice.';

create or replace function private.continue_series(of_enrollment uuid, of_term uuid)
returns table (series_id uuid, lessons int, blocked int)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  settings public.academy_settings;
  due record;
  pausing public.enrollments;
  before public.lesson_series;
  instrument uuid;
  weeks private.series_week[];
  free private.series_week[];
  missed private.series_week;
  series uuid;
  given uuid[];
  credits uuid[] := '{}';
  credit uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into settings from public.academy_settings;
  -- Nothing to do when it was planned, ended or paused meanwhile.
  select * into due from private.series_to_continue(of_enrollment) c where c.term_id = of_term;
  if not found then return; end if;
  select * into before from public.lesson_series s where s.id = due.series_id;
  select * into pausing from public.enrollments e where e.id = of_enrollment;
  instrument := pausing.instrument_id;
  weeks := array(select w from private.series_weeks(before.teacher_id, null, before.student_id, instrument, before.minutes,
                   before.weekday, before.starts, due.first_day, due.last_day, before.every_weeks, '{}', true, before.room_id) w
                  where w.state <> 'closed');
  free := array(select w from unnest(weeks) w where w.state = 'free' order by w.day);
  if cardinality(weeks) = 0 then return; end if;
  if cardinality(free) * 2 < cardinality(weeks) then
    raise exception '% of % weeks are not free', cardinality(weeks) - cardinality(free), cardinality(weeks)
      using errcode = 'CH005', constraint = 'series_mostly_blocked';
  end if;
  insert into public.lesson_series as s (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                         every_weeks, valid)
  values (of_enrollment, before.family_id, before.student_id, before.teacher_id,
          (select mode() within group (order by f.room_id) from unnest(free) f), before.weekday, before.starts, before.minutes,
          before.every_weeks, daterange(due.first_day, due.last_day, '[]'))
  returning s.id into series;
  given := private.book_series(series, free);
  -- Weeks of a wished pause are freed as its others are: they come back with it, and nothing is owed for them.
  if pausing.paused_from is not null then
    perform private.free_lessons(of_enrollment, pausing.paused_from, pausing.paused_until, 'pause');
    given := array(select l.id from public.lessons l where l.id = any(given) and l.status = 'scheduled' order by l.starts_at);
  end if;
  for missed in
    select * from unnest(weeks) w
     where w.state <> 'free' and (pausing.paused_from is null or w.day not between pausing.paused_from and pausing.paused_until)
     order by w.day
  loop
    insert into public.makeup_credits as c (family_id, student_id, minutes, origin, term_id, reason, expires_at)
    values (before.family_id, before.student_id, before.minutes, 'goodwill', of_term,
            to_char(missed.day, 'FMDay, FMMonth FMDD, YYYY') || ': '
              || case when 'teacher_away' = any(missed.reasons) then 'the teacher is away'
                      when 'time_does_not_exist' = any(missed.reasons) then 'the clocks skip the hour'
                      when missed.reasons && '{outside_availability,teacher_unavailable,teacher_full}' then 'the teacher does not teach then'
                      when 'student_busy' = any(missed.reasons) then 'the student has another lesson then'
                      else 'the weekly time is taken' end,
            private.local_instant(missed.day::timestamp, settings.time_zone) + settings.makeup_valid_days * interval '1 day')
    returning c.id into credit;
    credits := credits || credit;
  end loop;
  perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', series,
                       'enrollmentId', of_enrollment, 'change', 'continued', 'lessonIds', given, 'creditIds', credits),
                       before.family_id::text);
  return query select series, cardinality(given), cardinality(credits);
end $$;
comment on function private.continue_series is
  'Plans an enrollment''s running series in the next term, in its rhythm, at the same local time, with the same teacher: all '
  'weeks that are free, but for those of a wished pause, which are freed with it. Each other one that is not free, but for closed '
  'days, is owed and becomes a make-up credit (goodwill, valid from that day). Safe to repeat: gives no row when there is '
  'nothing to do. Errors: series_mostly_blocked (more than half), or an exclusion constraint.';

create or replace function private.resume_paid(of_invoice uuid) returns table (pause_id uuid, lessons_booked int, lessons_lost int)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  pause record;
  freed record;
  judged record;
  booking uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into settings from public.academy_settings;
  for pause in
    select p.*, e.status as enrollment_status, e.instrument_id, e.ends_on
      from public.unpaid_pauses p join public.enrollments e on e.id = p.enrollment_id
     where p.resumed_at is null
       and p.enrollment_id in (select l.enrollment_id from public.invoice_lines l where l.invoice_id = of_invoice)
       -- Of all that failed nothing may be open.
       and not exists (select from public.invoice_lines l join public.invoices i on i.id = l.invoice_id
                        where l.enrollment_id = p.enrollment_id and i.status = 'open'
                          and exists (select from public.payment_attempts a where a.invoice_id = i.id))
     order by p.id for update of p
  loop
    update public.unpaid_pauses p set resumed_at = private.now() where p.id = pause.id;
    continue when pause.enrollment_status <> 'paused';
    update public.enrollments e set status = 'active' where e.id = pause.enrollment_id;
    pause_id := pause.id;
    lessons_booked := 0;
    lessons_lost := 0;
    for freed in
      select l.*, extract(epoch from upper(l.during) - lower(l.during))::int / 60 as minutes
        from public.lessons l
       where l.enrollment_id = pause.enrollment_id and l.cancelled_at = pause.paused_at and l.cancel_kind = 'academy'
         and l.starts_at > private.now() + settings.notice_minutes * interval '1 minute'
         and (pause.ends_on is null or l.starts_at < private.local_midnight(pause.ends_on + 1))
       order by l.starts_at
    loop
      select * into judged
        from private.judge_starts(freed.teacher_id, null, freed.student_id, freed.instrument_id, freed.minutes,
                                  array[freed.starts_at], '{}', true, freed.room_id);
      if judged.reasons <> '{}' or judged.room_id is null then
        lessons_lost := lessons_lost + 1;
        continue;
      end if;
      insert into public.bookings as b (kind, teacher_id, room_id, student_id, during)
      values ('lesson', freed.teacher_id, judged.room_id, freed.student_id, freed.during) returning b.id into booking;
      insert into public.lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                  kind, series_id, off_calendar_reason)
      values (booking, freed.enrollment_id, freed.family_id, freed.student_id, freed.instrument_id, freed.teacher_id,
              judged.room_id, freed.during, 'private', freed.series_id, freed.off_calendar_reason);
      lessons_booked := lessons_booked + 1;
    end loop;
    perform private.emit('enrollment/lessons.resumed', jsonb_build_object('pauseId', pause.id), pause.family_id::text);
    return next;
  end loop;
end $$;
comment on function private.resume_paid is
  'Ends the pauses of an invoice''s enrollments once nothing of them that failed is open, and books again each lesson that was '
  'freed, lies beyond the notice, not after the last day of a plan under notice, and is still possible, in its room or another. '
  'Doing it again changes nothing.';

create function private.tell_of_unpaid_return() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.emit('billing/invoice.overdue', jsonb_build_object('invoiceId', i.id), i.family_id::text)
     from public.invoices i
    where i.status = 'open' and private.unpaid_pause_at(i.id) <= private.now()
      and exists (select from public.invoice_lines l where l.invoice_id = i.id and l.enrollment_id = new.id)
      and exists (select from public.payment_attempts a where a.invoice_id = i.id);
  return null;
end $$;
comment on function private.tell_of_unpaid_return is
  'While a family pauses by wish there are no lessons that overdue tuition could pause, and the collection of an invoice may end. '
  'When the lessons go on, that of each one that is long overdue begins again.';
revoke execute on function private.tell_of_unpaid_return from public;
create trigger tell_of_unpaid_return after update of status on public.enrollments
  for each row when (old.status = 'paused' and new.status = 'active') execute function private.tell_of_unpaid_return();

create or replace function private.pause_unpaid(of_invoice uuid) returns table (pause_id uuid, lessons_freed int)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  invoice public.invoices;
  enrollment record;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  select * into invoice from public.invoices i where i.id = of_invoice for update;
  if not found then
    raise exception 'no such invoice' using errcode = 'CH404', constraint = 'invoice_missing';
  end if;
  if invoice.status <> 'open' then return; end if;
  if private.now() < private.unpaid_pause_at(of_invoice) then
    raise exception 'the invoice is not overdue by % days', settings.unpaid_pause_days
      using errcode = 'CH005', constraint = 'pause_too_early';
  end if;
  for enrollment in
    select e.id, e.family_id from public.enrollments e
     where e.id in (select l.enrollment_id from public.invoice_lines l where l.invoice_id = of_invoice)
       and e.kind = 'plan' and e.status = 'active' order by e.id for update
  loop
    update public.enrollments e set status = 'paused' where e.id = enrollment.id;
    insert into public.unpaid_pauses as p (enrollment_id, family_id, invoice_id)
    values (enrollment.id, enrollment.family_id, of_invoice) returning p.id into pause_id;
    -- A pause that the family had planned is called off by this one: what it had freed comes back with the rest.
    update public.lessons l set freed_for = null, cancelled_at = private.now(), cancel_kind = 'academy'
     where l.enrollment_id = enrollment.id and l.freed_for = 'pause' and l.status = 'cancelled' and l.kind = 'private'
       and l.starts_at > private.now();
    with freed as (
      update public.lessons l
         set status = 'cancelled', ical_sequence = l.ical_sequence + 1, cancelled_at = private.now(), cancel_kind = 'academy',
             cancel_reason = 'Paused: the tuition is overdue', cancelled_late = n.is_late, cancel_pays_teacher = n.is_late
        from (select x.id, x.starts_at < private.now() + settings.cancel_notice_minutes * interval '1 minute' as is_late
                from public.lessons x) n
       -- A make-up is paid for already.
       where n.id = l.id and l.enrollment_id = enrollment.id and l.kind = 'private' and l.status = 'scheduled'
         and l.starts_at > private.now()
      returning l.id)
    select count(*) into lessons_freed from freed;
    perform private.emit('enrollment/lessons.paused', jsonb_build_object('pauseId', pause_id), enrollment.family_id::text);
    return next;
  end loop;
end $$;
comment on function private.pause_unpaid is
  'Pauses the enrollments of an invoice that is overdue by the academy''s days and frees their lessons to come, make-ups '
  'excepted; those that a planned pause had freed count among them. Nothing happens where that was done or the invoice is not '
  'open. Errors: invoice_missing, pause_too_early.';
