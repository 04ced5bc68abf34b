-- Weekly lessons go on from term to term by themselves: some weeks before a term begins, each running series is planned in it
-- at the same local time. A week that is not free is owed: it becomes a make-up credit.

alter table public.academy_settings add column series_ahead_days int not null default 45
  constraint academy_settings_series_ahead check (series_ahead_days between 1 and 180);
comment on column public.academy_settings.series_ahead_days is
  'How many days before a term begins the running series are planned in it.';

create index outbox_series_due on public.outbox ((data ->> 'enrollmentId'), created_at) where name = 'scheduling/series.due';

create function private.series_to_continue(of_enrollment uuid default null)
returns table (series_id uuid, enrollment_id uuid, family_id uuid, term_id uuid, first_day date, last_day date)
language sql stable security definer set search_path = '' as $$
  with a as (
    select (private.now() at time zone s.time_zone)::date as today, s.series_ahead_days from public.academy_settings s
  ), latest as (
    select distinct on (s.enrollment_id) s.*, e.ends_on,
           date_trunc('week', lower(s.valid)::timestamp)::date + s.weekday as rhythm
      from public.lesson_series s join public.enrollments e on e.id = s.enrollment_id
     where e.kind = 'plan' and e.status = 'active' and (of_enrollment is null or e.id = of_enrollment)
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
  'academy_settings.series_ahead_days or has begun: only of active plans, up to the last day of those under notice.';

create function private.announce_due_series() returns int
language plpgsql security definer set search_path = '' as $$
declare
  due record;
  announced int := 0;
begin
  for due in
    select c.* from private.series_to_continue() c
     -- What could not be planned is tried again after a week; until then the academy has been told.
     where not exists (select from public.outbox o
                        where o.name = 'scheduling/series.due' and o.data ->> 'enrollmentId' = c.enrollment_id::text
                          and o.data ->> 'termId' = c.term_id::text and o.created_at > private.now() - interval '7 days')
     order by c.enrollment_id
  loop
    perform private.emit('scheduling/series.due',
                         jsonb_build_object('enrollmentId', due.enrollment_id, 'termId', due.term_id), due.family_id::text);
    announced := announced + 1;
  end loop;
  return announced;
end $$;
comment on function private.announce_due_series is
  'Tells of each series that is due for the next term (scheduling/series.due), one event an enrollment, so that one that '
  'cannot be planned stops no other. Gives their number.';

create function private.continue_series(of_enrollment uuid, of_term uuid)
returns table (series_id uuid, lessons int, blocked int)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  settings public.academy_settings;
  due record;
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
  select e.instrument_id into instrument from public.enrollments e where e.id = of_enrollment;
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
  for missed in select * from unnest(weeks) w where w.state <> 'free' order by w.day loop
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
  'weeks that are free. Each that is not, but for closed days, is owed and becomes a make-up credit (goodwill, valid from that '
  'day). Safe to repeat: gives no row when there is nothing to do. Errors: series_mostly_blocked (more than half), or an '
  'exclusion constraint.';
revoke execute on function private.series_to_continue, private.announce_due_series, private.continue_series from public;
grant execute on function private.announce_due_series, private.continue_series to service_role;
