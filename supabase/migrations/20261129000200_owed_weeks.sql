-- A week of weekly lessons that is not free is owed, in the first term of a plan as in later ones: the family gets a credit for
-- it, and a letter about which weeks it is.

create function private.owe_weeks(of_enrollment uuid, of_term uuid, missed private.series_week[]) returns uuid[]
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  enrollment public.enrollments;
  week private.series_week;
  credit uuid;
  credits uuid[] := '{}';
begin
  select * into settings from public.academy_settings;
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  foreach week in array missed loop
    insert into public.makeup_credits as c (family_id, student_id, minutes, origin, term_id, reason, expires_at)
    values (enrollment.family_id, enrollment.student_id, enrollment.minutes, 'goodwill', of_term,
            to_char(week.day, 'FMDay, FMMonth FMDD, YYYY') || ': '
              || case when 'teacher_away' = any(week.reasons) then 'the teacher is away'
                      when 'time_does_not_exist' = any(week.reasons) then 'the clocks skip the hour'
                      when week.reasons && '{outside_availability,teacher_unavailable,teacher_full}' then 'the teacher does not teach then'
                      when 'student_busy' = any(week.reasons) then 'the student has another lesson then'
                      else 'the weekly time is taken' end,
            private.local_instant(week.day::timestamp, settings.time_zone) + settings.makeup_valid_days * interval '1 day')
    returning c.id into credit;
    credits := credits || credit;
  end loop;
  return credits;
end $$;
comment on function private.owe_weeks is
  'Gives a make-up credit (goodwill, valid from that day) for each week of a plan''s series that is not free; the credits in the '
  'order given.';
revoke execute on function private.owe_weeks from public;

create or replace function private.book_weekly(of_enrollment uuid) returns table (day date, booked boolean)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  first public.bookings;
  zone text := (select a.time_zone from public.academy_settings a);
  local_start timestamp;
  term public.terms;
  last_day date;
  series uuid;
  weeks private.series_week[];
  given uuid[];
  credits uuid[];
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  select * into first from public.bookings b where b.id = enrollment.booking_id and b.kind = 'lesson';
  if not found then
    raise exception 'enrollment % has no first lesson', of_enrollment
      using errcode = 'CH005', constraint = 'first_lesson_missing';
  end if;
  local_start := lower(first.during) at time zone zone;
  select * into term from public.terms t where local_start::date between t.starts_on and t.ends_on;
  last_day := coalesce(term.ends_on, local_start::date);
  insert into public.lesson_series as s (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                         valid)
  values (of_enrollment, enrollment.family_id, enrollment.student_id, enrollment.teacher_id, first.room_id,
          extract(isodow from local_start) - 1, local_start::time, enrollment.minutes,
          daterange(local_start::date, last_day, '[]'))
  returning s.id into series;
  update public.lessons l set series_id = series where l.booking_id = first.id;
  weeks := array(select w from private.judge_days(enrollment.teacher_id, null, enrollment.student_id, enrollment.instrument_id,
                   enrollment.minutes, array(select local_start::date + n from generate_series(7, 399, 7) n
                                              where local_start::date + n <= last_day),
                   local_start::time, '{}', true, first.room_id) w
                  where w.state <> 'closed');
  given := private.book_series(series, array(select w from unnest(weeks) w where w.state = 'free' order by w.day));
  credits := private.owe_weeks(of_enrollment, term.id, array(select w from unnest(weeks) w where w.state <> 'free' order by w.day));
  -- The welcome tells of the weekly time; which weeks it is not, and what they are worth, is a letter of its own.
  if cardinality(credits) > 0 then
    perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', series,
                         'enrollmentId', of_enrollment, 'change', 'planned',
                         'lessonIds', (select l.id from public.lessons l where l.booking_id = first.id) || given,
                         'creditIds', credits), enrollment.family_id::text);
  end if;
  return query select w.day, w.state = 'free' from unnest(weeks) w order by w.day;
end $$;
comment on function private.book_weekly is
  'Books an enrollment''s lessons at the same local time each week to the end of its term, as a series. Weeks that are not free '
  'are told and owed: each becomes a make-up credit, but for closed days. Error: first_lesson_missing.';

create or replace function private.continue_series(of_enrollment uuid, of_term uuid)
returns table (series_id uuid, lessons int, blocked int)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  due record;
  pausing public.enrollments;
  before public.lesson_series;
  instrument uuid;
  weeks private.series_week[];
  free private.series_week[];
  series uuid;
  given uuid[];
  credits uuid[];
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
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
  credits := private.owe_weeks(of_enrollment, of_term, array(
    select w from unnest(weeks) w
     where w.state <> 'free' and (pausing.paused_from is null or w.day not between pausing.paused_from and pausing.paused_until)
     order by w.day));
  perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', series,
                       'enrollmentId', of_enrollment, 'change', 'continued', 'lessonIds', given, 'creditIds', credits),
                       before.family_id::text);
  return query select series, cardinality(given), cardinality(credits);
end $$;
