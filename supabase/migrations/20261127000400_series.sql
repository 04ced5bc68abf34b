-- Series: weekly or fortnightly lessons, planned, moved and ended as a whole or not at all. Every function that writes
-- takes the calendar's lock before it reads a row, so that what it judged is what it books.

alter table public.lesson_series add column change_note text
  constraint series_change_note check (length(trim(change_note)) between 3 and 500);
comment on column public.lesson_series.change_note is
  'Why the academy last moved or ended the series; null when a family did. Who and when: see audit_log.';
insert into private.personal_columns (table_name, column_name, erased_as) values ('lesson_series', 'change_note', 'null');

create type private.series_week as (
  day date, starts_at timestamptz, state text, reasons text[], conflicts jsonb, room_id uuid, dst text);
create type private.series_move as (
  lesson_id uuid, booking_id uuid, ical_sequence int, moved_from timestamptz, from_teacher uuid, is_own_time boolean,
  day date, starts_at timestamptz, state text, reasons text[], conflicts jsonb, room_id uuid, dst text);

create function private.judge_starts(
  of_teacher uuid, of_room uuid, of_student uuid, of_instrument uuid, of_minutes int, on_starts timestamptz[],
  ignored_bookings uuid[], by_staff boolean, preferred_room uuid
) returns table (starts_at timestamptz, reasons text[], conflicts jsonb, room_id uuid)
language sql stable security definer set search_path = '' as $$
  with judged as materialized (
    select t.at, tstzrange(t.at, t.at + of_minutes * interval '1 minute') as wanted, c.reasons, c.conflicts
      from (select distinct unnest(on_starts) as at) t
     cross join lateral (
       select coalesce(array_agg(c.reason), '{}') as reasons,
              coalesce(jsonb_agg(jsonb_build_object('reason', c.reason, 'startsAt', lower(c.during), 'endsAt', upper(c.during),
                                                    'name', c.name)), '[]') as conflicts
         from private.lesson_conflicts(of_instrument, of_teacher, t.at, of_minutes, of_student, null, of_room,
                                       ignored_bookings, false, by_staff) c
        -- A series is as long as its term: the horizon is for single lessons.
        where c.reason <> 'too_far') c
  ), fit as materialized (
    select r.id, r.name, cardinality(r.equipment) as extras
      from public.rooms r
      join public.instruments i on i.id = of_instrument and (i.required_equipment is null or i.required_equipment = any(r.equipment))
     where r.is_active and (of_room is null or r.id = of_room)
  ), open_rooms as (
    -- How many of the lessons a room could take: the one that takes them all comes first.
    select j.at, f.id, f.name, f.extras, count(*) over (partition by f.id) as lessons
      from judged j cross join fit f
     where j.reasons = '{}'
       and not exists (select from public.bookings b
                        where b.room_id = f.id and b.is_active and b.id <> all(ignored_bookings)
                          and (b.kind = 'lesson' or b.expires_at > private.now()) and b.during && j.wanted)
  ), rooms as (
    select distinct on (o.at) o.at, o.id from open_rooms o
     order by o.at, o.lessons desc, o.id is not distinct from preferred_room desc, o.extras, o.name
  )
  select j.at, j.reasons, j.conflicts, r.id from judged j left join rooms r on r.at = j.at
$$;
comment on function private.judge_starts is
  'Whether lessons can be at these instants, each by the rules of lesson_conflicts but for the horizon, in one statement; '
  'and the room of each: one for all where there is one (the preferred one first), else the one that takes the most.';

create function private.judge_days(
  of_teacher uuid, of_room uuid, of_student uuid, of_instrument uuid, of_minutes int, on_days date[], at_start time,
  ignored_bookings uuid[], by_staff boolean, preferred_room uuid
) returns setof private.series_week
language sql stable security definer set search_path = '' as $$
  with times as materialized (
    select d.day, t.at, t.at at time zone a.time_zone <> d.day + at_start as is_skipped,
           t.at <> (d.day + at_start) at time zone a.time_zone as is_twice
      from public.academy_settings a cross join (select distinct unnest(on_days) as day) d
     cross join lateral (select private.local_instant(d.day + at_start, a.time_zone) as at) t
  ), judged as materialized (
    select j.* from private.judge_starts(of_teacher, of_room, of_student, of_instrument, of_minutes,
                                         array(select t.at from times t), ignored_bookings, by_staff, preferred_room) j
  )
  select t.day, t.at,
         case when s.is_closed then 'closed' when t.is_skipped or j.reasons <> '{}' then 'blocked' else 'free' end,
         case when s.is_closed then array(select r from unnest(j.reasons) r where r in ('closure', 'outside_term'))
              when t.is_skipped then array['time_does_not_exist'] else j.reasons end,
         case when s.is_closed
              then (select jsonb_agg(c) from jsonb_array_elements(j.conflicts) c
                     where c ->> 'reason' in ('closure', 'outside_term'))
              when t.is_skipped
              then jsonb_build_array(jsonb_build_object('reason', 'time_does_not_exist', 'startsAt', null, 'endsAt', null, 'name', null))
              else j.conflicts end,
         case when not t.is_skipped then j.room_id end,
         case when t.is_skipped then 'skipped' when t.is_twice then 'twice' else 'none' end
    from times t join judged j on j.starts_at = t.at
   cross join lateral (select j.reasons && array['closure', 'outside_term'] as is_closed) s
   order by t.day
$$;
comment on function private.judge_days is
  'Whether lessons can be on these days at one local time. state: free; blocked, with its reasons; closed: a day on which '
  'there are no lessons. dst: skipped, when clocks go forward over that time (blocked: time_does_not_exist); twice, when they '
  'go back over it and the first of both is meant; none.';

create function private.check_series(of_minutes int, on_weekday int, at_start time, first_day date, last_day date, in_weeks int)
returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if of_minutes is null or of_minutes not in (30, 45, 60) then
    raise exception 'no series of % minutes', of_minutes using errcode = 'CH005', constraint = 'series_minutes';
  end if;
  if on_weekday is null or on_weekday not between 0 and 6 then
    raise exception 'no weekday %', on_weekday using errcode = 'CH005', constraint = 'series_weekday';
  end if;
  if in_weeks is null or in_weeks not in (1, 2) then
    raise exception 'no series every % weeks', in_weeks using errcode = 'CH005', constraint = 'series_every_weeks';
  end if;
  if first_day is null or last_day is null or not isfinite(first_day) or not isfinite(last_day) or last_day < first_day then
    raise exception 'a series ends after it begins' using errcode = 'CH005', constraint = 'series_days_in_order';
  end if;
  if last_day - first_day >= 400 then
    raise exception 'a series of % days', last_day - first_day + 1 using errcode = 'CH005', constraint = 'series_too_long';
  end if;
  if at_start is null or at_start >= '24:00'
     or extract(epoch from at_start)::int % (select a.grid_minutes * 60 from public.academy_settings a) <> 0 then
    raise exception 'a lesson begins on the grid' using errcode = 'CH005', constraint = 'series_off_grid';
  end if;
end $$;
comment on function private.check_series is
  'What no series can be, whatever else is in the calendar. Errors: series_minutes, series_weekday, series_every_weeks, '
  'series_days_in_order, series_too_long (400 days at most), series_off_grid.';

create function private.series_weeks(
  of_teacher uuid,
  of_room uuid,
  of_student uuid,
  of_instrument uuid,
  of_minutes int,
  on_weekday int,
  at_start time,
  first_day date,
  last_day date,
  in_weeks int default 1,
  ignored_bookings uuid[] default '{}',
  by_staff boolean default false,
  preferred_room uuid default null
) returns setof private.series_week
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.check_series(of_minutes, on_weekday, at_start, first_day, last_day, in_weeks);
  return query
    select w.* from private.judge_days(of_teacher, of_room, of_student, of_instrument, of_minutes, array(
      select d.day from generate_series(0, 399, 7 * in_weeks) n
       cross join lateral (select first_day + (on_weekday + 8 - extract(isodow from first_day)::int) % 7 + n as day) d
       where d.day <= last_day), at_start, ignored_bookings, by_staff, preferred_room) w;
end $$;
comment on function private.series_weeks is
  'Each week of a series between two days (both included): weekday 0 is Monday, start in local time, every one or two weeks '
  'from the first such day on, whatever is closed. See judge_days. The notice binds the first lesson, unless by_staff; the '
  'horizon none. Errors: those of check_series.';
revoke execute on function private.judge_starts, private.judge_days, private.check_series, private.series_weeks from public;
grant execute on function private.series_weeks to authenticated, service_role;

-- What is booked ----------------------------------------------------------------------------------------------------------
create function private.book_series(of_series uuid, of_weeks private.series_week[]) returns uuid[]
language sql volatile security definer set search_path = '' as $$
  with s as (
    select s.*, e.instrument_id from public.lesson_series s join public.enrollments e on e.id = s.enrollment_id where s.id = of_series
  ), booked as (
    insert into public.bookings (kind, teacher_id, room_id, student_id, during)
    select 'lesson', s.teacher_id, w.room_id, s.student_id, tstzrange(w.starts_at, w.starts_at + s.minutes * interval '1 minute')
      from s cross join unnest(of_weeks) w order by w.starts_at
    returning id, teacher_id, room_id, student_id, during
  ), given as (
    insert into public.lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                kind, series_id)
    select b.id, s.enrollment_id, s.family_id, b.student_id, s.instrument_id, b.teacher_id, b.room_id, b.during, 'private', s.id
      from booked b cross join s order by lower(b.during)
    returning id, starts_at
  )
  select coalesce(array_agg(g.id order by g.starts_at), '{}') from given g
$$;
comment on function private.book_series is 'Books weeks of a series as lessons, in the order of their days; gives the lessons.';

create function private.judge_replacement(
  of_teacher uuid, of_student uuid, of_instrument uuid, of_minutes int, at timestamptz, ignored_bookings uuid[],
  preferred_room uuid
) returns private.series_week
language plpgsql stable security definer set search_path = '' as $$
declare
  judged record;
begin
  select * into judged from private.judge_starts(of_teacher, null, of_student, of_instrument, of_minutes, array[at],
                                                 ignored_bookings, true, preferred_room);
  if not found or judged.reasons <> '{}' then
    raise exception 'the time chosen instead is not free: %, %', at, judged.reasons
      using errcode = 'CH005', constraint = 'series_replacement_taken';
  end if;
  return row(null, at, 'free', '{}', '[]', judged.room_id, 'none')::private.series_week;
end $$;
comment on function private.judge_replacement is
  'The one time that somebody chose for a week of a series. Error: series_replacement_taken.';
revoke execute on function private.book_series, private.judge_replacement from public;

create function private.series_answers(replacements jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if replacements is not null and jsonb_typeof(replacements) <> 'object' then
    raise exception 'choices are by day or lesson' using errcode = 'CH005', constraint = 'series_replacement_unknown';
  end if;
  return coalesce(replacements, '{}');
end $$;
comment on function private.series_answers is 'The choices for blocked weeks, none at all too. Error: series_replacement_unknown.';

create function private.plan_series(
  of_enrollment uuid,
  of_teacher uuid,
  of_room uuid,
  on_weekday int,
  at_start time,
  first_day date,
  last_day date,
  in_weeks int default 1,
  replacements jsonb default '{}'
) returns table (series_id uuid, lessons int, left_out int, first_start timestamptz, last_start timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  weeks private.series_week[];
  planned private.series_week[];
  blocked date;
  series uuid;
  given uuid[];
  chosen record;
begin
  if not private.sets_own_notice() then
    raise exception 'only the academy plans a series' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  if not found or enrollment.kind <> 'plan' or enrollment.status <> 'active' then
    raise exception 'enrollment % is no active plan', of_enrollment
      using errcode = 'CH004', constraint = 'series_enrollment_inactive';
  end if;
  if exists (select from public.lesson_series s where s.enrollment_id = of_enrollment
                and s.valid && daterange(first_day, greatest(first_day, last_day), '[]')) then
    raise exception 'enrollment % has a series in these days', of_enrollment
      using errcode = 'CH005', constraint = 'series_one_at_a_time';
  end if;
  replacements := private.series_answers(replacements);
  weeks := array(select w from private.series_weeks(of_teacher, of_room, enrollment.student_id, enrollment.instrument_id,
                   enrollment.minutes, on_weekday, at_start, first_day, last_day, in_weeks, '{}', true) w);
  if exists (select from jsonb_object_keys(replacements) r
              where r not in (select w.day::text from unnest(weeks) w where w.state <> 'closed')) then
    raise exception 'a choice for a week that the series does not have'
      using errcode = 'CH005', constraint = 'series_replacement_unknown';
  end if;
  select min(w.day) into blocked from unnest(weeks) w where w.state = 'blocked' and not replacements ? w.day::text;
  if blocked is not null then
    raise exception 'the week of % is not free', blocked using errcode = 'CH005', constraint = 'series_blocked';
  end if;
  planned := array(select w from unnest(weeks) w where w.state = 'free' and not replacements ? w.day::text order by w.day);
  if cardinality(planned) = 0 then
    raise exception 'a series without lessons' using errcode = 'CH005', constraint = 'series_without_lessons';
  end if;
  insert into public.lesson_series as s (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                         every_weeks, valid)
  values (of_enrollment, enrollment.family_id, enrollment.student_id, of_teacher,
          (select mode() within group (order by p.room_id) from unnest(planned) p), on_weekday, at_start, enrollment.minutes,
          in_weeks, daterange((select min(w.day) from unnest(weeks) w), last_day, '[]'))
  returning s.id into series;
  given := private.book_series(series, planned);
  -- What was chosen instead is judged after the other lessons are booked, so that it is none of their times.
  for chosen in
    select coalesce((r.value ->> 'teacherId')::uuid, of_teacher) as teacher, (r.value ->> 'startsAt')::timestamptz as at
      from jsonb_each(replacements) r where not coalesce((r.value ->> 'skip')::boolean, false) order by 2
  loop
    given := given || private.book_replacement(series, chosen.teacher, chosen.at);
  end loop;
  perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', series, 'enrollmentId', of_enrollment,
                       'change', 'planned', 'lessonIds', given), enrollment.family_id::text);
  return query
    select series, count(*)::int, (select count(*)::int from jsonb_each(replacements) r where (r.value ->> 'skip')::boolean),
           min(l.starts_at), max(l.starts_at)
      from public.lessons l where l.id = any(given);
end $$;
comment on function private.plan_series is
  'Plans the lessons of an active plan, all or none: each week is free, closed, or answered in replacements, by its day: '
  '{"startsAt": instant, "teacherId": uuid or left out} or {"skip": true}. The academy alone. Errors: admin_only, '
  'series_enrollment_inactive, series_one_at_a_time, those of check_series, series_replacement_unknown, series_blocked, '
  'series_without_lessons, series_replacement_taken.';

create function private.book_replacement(of_series uuid, of_teacher uuid, at timestamptz) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  series public.lesson_series;
  instrument uuid;
  judged private.series_week;
  booking uuid;
  lesson uuid;
begin
  select * into series from public.lesson_series s where s.id = of_series;
  select e.instrument_id into instrument from public.enrollments e where e.id = series.enrollment_id;
  judged := private.judge_replacement(of_teacher, series.student_id, instrument, series.minutes, at, '{}', series.room_id);
  insert into public.bookings as b (kind, teacher_id, room_id, student_id, during)
  values ('lesson', of_teacher, judged.room_id, series.student_id, tstzrange(at, at + series.minutes * interval '1 minute'))
  returning b.id into booking;
  insert into public.lessons as l (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                   kind, series_id)
  select booking, series.enrollment_id, series.family_id, series.student_id, instrument, of_teacher, judged.room_id,
         tstzrange(at, at + series.minutes * interval '1 minute'), 'private', of_series
  returning l.id into lesson;
  return lesson;
end $$;
comment on function private.book_replacement is
  'Books the lesson that takes the place of a blocked week of a series. Error: series_replacement_taken.';
revoke execute on function private.plan_series, private.series_answers, private.book_replacement from public;
grant execute on function private.plan_series to authenticated, service_role;

-- What is moved -----------------------------------------------------------------------------------------------------------
create function private.series_of_lesson(of_lesson uuid) returns public.lesson_series
language plpgsql stable security definer set search_path = '' as $$
declare
  series public.lesson_series;
begin
  select s.* into series from public.lesson_series s join public.lessons l on l.series_id = s.id where l.id = of_lesson;
  -- Of another family's lessons a caller learns nothing, not even that they are there.
  if not found or not (private.sets_own_notice() or series.family_id = any(array(select private.my_family_ids()))) then
    raise exception 'lesson % is in no series', of_lesson using errcode = 'CH005', constraint = 'series_missing';
  end if;
  return series;
end $$;
comment on function private.series_of_lesson is
  'The series of a lesson, for the academy and the family whose lesson it is. Error: series_missing.';

create function private.series_moves(
  of_lesson uuid,
  scope text,
  on_weekday int,
  at_start time,
  of_teacher uuid default null,
  of_room uuid default null,
  from_day date default null,
  named jsonb default '{}'
) returns setof private.series_move
language plpgsql stable security definer set search_path = '' as $$
declare
  series public.lesson_series := private.series_of_lesson(of_lesson);
  teacher uuid := coalesce(of_teacher, series.teacher_id);
  zone text := (select a.time_zone from public.academy_settings a);
  starting timestamptz;
begin
  if scope is null or scope not in ('following', 'all') then
    raise exception 'no scope %', scope using errcode = 'CH005', constraint = 'series_scope';
  end if;
  perform private.check_series(series.minutes, on_weekday, at_start, lower(series.valid), lower(series.valid), series.every_weeks);
  starting := greatest(case scope when 'following' then (select l.starts_at from public.lessons l where l.id = of_lesson) end,
                       private.local_instant(from_day, zone), private.now());
  return query
    with coming as materialized (
      select l.id, l.booking_id, l.ical_sequence, l.starts_at, l.teacher_id, o.own,
             (date_trunc('week', l.starts_at at time zone zone))::date + on_weekday as day
        from public.lessons l
       cross join lateral (
         select (extract(isodow from l.starts_at at time zone zone) - 1, (l.starts_at at time zone zone)::time, l.teacher_id)
                is distinct from (series.weekday::numeric, series.starts, series.teacher_id) as own) o
       where l.series_id = series.id and l.status = 'scheduled' and l.starts_at >= starting
    ), judged as materialized (
      select j.* from private.judge_days(
               teacher, of_room, series.student_id, (select e.instrument_id from public.enrollments e where e.id = series.enrollment_id),
               series.minutes, array(select c.day from coming c where not c.own), at_start,
               -- What moves is not in its own way; lessons with a time of their own are, unless they move too.
               array(select c.booking_id from coming c where not c.own or coalesce(named, '{}') ? c.id::text),
               true, series.room_id) j
    )
    select c.id, c.booking_id, c.ical_sequence, c.starts_at, c.teacher_id, c.own, j.day, j.starts_at, j.state, j.reasons, j.conflicts, j.room_id, j.dst
      from coming c left join judged j on not c.own and j.day = c.day
     order by c.starts_at;
end $$;
comment on function private.series_moves is
  'Where each coming lesson of a series would go, one row a lesson: within its own week to the new weekday and local start; '
  'see judge_days for the rest. Lessons that were moved singly before have is_own_time and stay, unless named. scope: all that '
  'have not begun, or this lesson and the following; from_day leaves earlier ones alone. Errors: series_missing, series_scope, '
  'series_weekday, series_off_grid.';

create function private.move_series(
  of_lesson uuid,
  scope text,
  on_weekday int,
  at_start time,
  of_teacher uuid default null,
  of_room uuid default null,
  from_day date default null,
  replacements jsonb default '{}',
  why text default null
) returns table (series_id uuid, moved int, kept int, cancelled int, first_start timestamptz, last_start timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  is_staff boolean := private.sets_own_notice();
  settings public.academy_settings;
  series public.lesson_series;
  instrument uuid;
  teacher uuid;
  moves private.series_move[];
  chosen record;
  judged private.series_week;
  parts uuid[];
  changed uuid[];
  skipped uuid[];
  target uuid;
  boundary timestamptz;
  room uuid;
  blocked date;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  series := private.series_of_lesson(of_lesson);
  teacher := coalesce(of_teacher, series.teacher_id);
  replacements := private.series_answers(replacements);
  select * into settings from public.academy_settings;
  if is_staff and coalesce(length(trim(why)), 0) < 3 then
    raise exception 'the academy moves a series with a reason' using errcode = 'CH005', constraint = 'series_reason_missing';
  end if;
  if not is_staff and (teacher <> series.teacher_id or of_room is not null
                       or exists (select from jsonb_each(replacements) r
                                   where (r.value ->> 'skip')::boolean
                                      or (r.value ->> 'teacherId')::uuid is distinct from series.teacher_id
                                         and r.value ->> 'teacherId' is not null)) then
    raise exception 'only the academy changes teacher or room, or leaves lessons out'
      using errcode = 'CH403', constraint = 'series_for_staff';
  end if;
  moves := array(select m from private.series_moves(of_lesson, scope, on_weekday, at_start, of_teacher, of_room, from_day,
                                                    replacements) m);
  parts := array(select m.lesson_id from unnest(moves) m where not m.is_own_time or replacements ? m.lesson_id::text);
  if cardinality(parts) = 0 then
    raise exception 'nothing of the series is to come' using errcode = 'CH005', constraint = 'series_without_lessons';
  end if;
  if exists (select from jsonb_object_keys(replacements) r where r not in (select m.lesson_id::text from unnest(moves) m)) then
    raise exception 'a choice for a lesson that does not move'
      using errcode = 'CH005', constraint = 'series_replacement_unknown';
  end if;
  if replacements = '{}' and (on_weekday, at_start, teacher) = (series.weekday, series.starts, series.teacher_id)
     and coalesce(of_room, series.room_id) = series.room_id then
    raise exception 'the series is at this time already' using errcode = 'CH005', constraint = 'series_unchanged';
  end if;
  if not is_staff and exists (
       select from unnest(moves) m
        where m.lesson_id = any(parts) and not coalesce((replacements -> m.lesson_id::text ->> 'keep')::boolean, false)
          and (m.moved_from < private.now() + settings.cancel_notice_minutes * interval '1 minute'
               or coalesce((replacements -> m.lesson_id::text ->> 'startsAt')::timestamptz, m.starts_at)
                  < private.now() + settings.notice_minutes * interval '1 minute')) then
    raise exception 'a lesson of the series is too soon' using errcode = 'CH005', constraint = 'series_notice_too_short';
  end if;
  select min(m.day) into blocked from unnest(moves) m
   where not m.is_own_time and m.state <> 'free' and not replacements ? m.lesson_id::text;
  if blocked is not null then
    raise exception 'the week of % is not free', blocked using errcode = 'CH005', constraint = 'series_blocked';
  end if;

  -- The row of the series: the same one, or a new one for what follows.
  boundary := (select min(m.moved_from) from unnest(moves) m);
  room := coalesce((select mode() within group (order by m.room_id) from unnest(moves) m
                     where not m.is_own_time and not replacements ? m.lesson_id::text), series.room_id);
  target := private.divide_series(series, scope = 'all' and from_day is null, boundary,
                                  (select min(m.day) from unnest(moves) m where not m.is_own_time));
  update public.lesson_series s
     set weekday = on_weekday, starts = at_start, teacher_id = teacher, room_id = room, change_note = case when is_staff then trim(why) end,
         -- Its days reach to its last lesson, as far as no other series of the enrollment begins before.
         valid = daterange(lower(s.valid), least(greatest(upper(s.valid), (select max(m.day) + 1 from unnest(moves) m)),
                   lower(s.valid) + 400,
                   (select min(lower(o.valid)) from public.lesson_series o
                     where o.enrollment_id = s.enrollment_id and lower(o.valid) >= upper(s.valid))))
   where s.id = target;

  -- What goes elsewhere than the others makes room first.
  update public.bookings b set is_active = false, released_reason = 'moved with its series'
   where b.id in (select m.booking_id from unnest(moves) m where replacements -> m.lesson_id::text ? 'startsAt');
  update public.bookings b
     set teacher_id = teacher, room_id = m.room_id,
         during = tstzrange(m.starts_at, m.starts_at + series.minutes * interval '1 minute')
    from unnest(moves) m
   where b.id = m.booking_id and not m.is_own_time and not replacements ? m.lesson_id::text;
  changed := array(select m.lesson_id from unnest(moves) m where not m.is_own_time and not replacements ? m.lesson_id::text);
  select e.instrument_id into instrument from public.enrollments e where e.id = series.enrollment_id;
  for chosen in
    select m.lesson_id, m.booking_id, coalesce((r.value ->> 'teacherId')::uuid, teacher) as teacher, (r.value ->> 'startsAt')::timestamptz as at
      from jsonb_each(replacements) r join unnest(moves) m on m.lesson_id::text = r.key
     where r.value ? 'startsAt' order by 4
  loop
    judged := private.judge_replacement(chosen.teacher, series.student_id, instrument, series.minutes, chosen.at,
                                        array[chosen.booking_id], room);
    update public.bookings b
       set is_active = true, released_reason = null, teacher_id = chosen.teacher, room_id = judged.room_id,
           during = tstzrange(chosen.at, chosen.at + series.minutes * interval '1 minute')
     where b.id = chosen.booking_id;
    changed := changed || chosen.lesson_id;
  end loop;
  update public.lessons l set ical_sequence = greatest(l.ical_sequence, m.ical_sequence + 1)
    from unnest(moves) m where l.id = m.lesson_id and l.id = any(changed);

  -- A lesson that is left out is not lost: the academy cancels it, and owes it.
  skipped := array(select m.lesson_id from unnest(moves) m where (replacements -> m.lesson_id::text ->> 'skip')::boolean);
  perform private.cancel_lesson(l, 'academy', trim(why)) from unnest(skipped) l;

  perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', target, 'enrollmentId', series.enrollment_id,
                       'change', 'moved', 'lessonIds', changed, 'leftOutIds', skipped), series.family_id::text);
  return query
    select target, cardinality(changed), cardinality(moves) - cardinality(changed) - cardinality(skipped), cardinality(skipped),
           min(l.starts_at), max(l.starts_at)
      from public.lessons l where l.id = any(changed);
end $$;
comment on function private.move_series is
  'Moves the coming lessons of a series, or one and the following, to another weekday and local start, all or none. Each stays '
  'in its week, so none is added or lost; cancelled ones stay cancelled; those moved singly before keep their time. '
  'replacements answer for a lesson by its id: {"startsAt": instant, "teacherId": uuid or left out}, {"keep": true}, or, for '
  'the academy, {"skip": true}, by which the academy cancels it (see cancel_lesson). A family keeps the notice with each old and new '
  'time, its teacher and room; the academy says why. Errors: those of series_moves, series_reason_missing, series_for_staff, '
  'series_without_lessons, series_replacement_unknown, series_unchanged, series_notice_too_short, series_blocked, '
  'series_replacement_taken, series_one_at_a_time.';

create function private.divide_series(of_series public.lesson_series, as_a_whole boolean, boundary timestamptz, first_day date)
returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  zone text := (select a.time_zone from public.academy_settings a);
  first date := least(first_day, (boundary at time zone zone)::date);
  made uuid;
begin
  if as_a_whole or first <= lower(of_series.valid)
     or not exists (select from public.lessons l where l.series_id = of_series.id and l.starts_at < boundary) then
    return of_series.id;
  end if;
  update public.lesson_series s set valid = daterange(lower(s.valid), first) where s.id = of_series.id;
  insert into public.lesson_series as s (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                         every_weeks, valid)
  values (of_series.enrollment_id, of_series.family_id, of_series.student_id, of_series.teacher_id, of_series.room_id,
          of_series.weekday, of_series.starts, of_series.minutes, of_series.every_weeks,
          daterange(first, greatest(upper(of_series.valid), first + 1)))
  returning s.id into made;
  update public.lessons l set series_id = made where l.series_id = of_series.id and l.starts_at >= boundary;
  return made;
end $$;
comment on function private.divide_series is
  'Ends a series on the day before its lessons from an instant on, cancelled ones too, begin a new one of the same rhythm; gives '
  'the new one. The same one where nothing comes before, or where it is to change as a whole.';

create function private.end_series(of_id uuid, last_day date, why text)
returns table (series_id uuid, cancelled int, first_start timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  series public.lesson_series;
  zone text := (select a.time_zone from public.academy_settings a);
  ended uuid[];
begin
  if not private.sets_own_notice() then
    raise exception 'only the academy ends a series' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  if coalesce(length(trim(why)), 0) < 3 then
    raise exception 'the academy ends a series with a reason' using errcode = 'CH005', constraint = 'series_reason_missing';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select s.* into series from public.lesson_series s
   where s.id = of_id or s.id = (select l.series_id from public.lessons l where l.id = of_id);
  if not found then
    raise exception 'there is no series %', of_id using errcode = 'CH005', constraint = 'series_missing';
  end if;
  if last_day is null or not series.valid @> last_day then
    raise exception 'a series ends on one of its days' using errcode = 'CH005', constraint = 'series_days_in_order';
  end if;
  ended := array(select l.id from public.lessons l
                  where l.series_id = series.id and l.status = 'scheduled' and l.starts_at > private.now()
                    and (l.starts_at at time zone zone)::date > last_day);
  if cardinality(ended) = 0 then
    raise exception 'nothing of the series is to come' using errcode = 'CH005', constraint = 'series_without_lessons';
  end if;
  return query
    select series.id, cardinality(ended), min(l.starts_at) from public.lessons l where l.id = any(ended);
  update public.lessons l
     set status = 'cancelled', ical_sequence = l.ical_sequence + 1, cancelled_at = private.now(), cancelled_by = auth.uid(),
         cancel_kind = 'academy', cancel_reason = left(trim(why), 300), cancelled_late = n.is_late, cancel_pays_teacher = n.is_late
    from (select e.id, e.starts_at < private.now() + a.cancel_notice_minutes * interval '1 minute' as is_late
            from public.lessons e cross join public.academy_settings a) n
   where l.id = any(ended) and n.id = l.id;
  update public.lesson_series s set valid = daterange(lower(s.valid), last_day, '[]'), change_note = trim(why) where s.id = series.id;
  perform private.emit('scheduling/series.changed', jsonb_build_object('changeId', gen_random_uuid(), 'seriesId', series.id, 'enrollmentId', series.enrollment_id,
                       'change', 'ended', 'lessonIds', ended), series.family_id::text);
end $$;
comment on function private.end_series is
  'Ends a series (its id, or that of a lesson of it) with a day, and cancels what has not begun after it, without credits: '
  'the student stops, or goes on in another series. The academy alone. '
  'Errors: admin_only, series_reason_missing, series_missing, series_days_in_order, series_without_lessons.';
revoke execute on function private.series_of_lesson, private.series_moves, private.move_series, private.divide_series,
  private.end_series from public;
grant execute on function private.series_moves, private.move_series, private.end_series to authenticated, service_role;

-- The workflow's weekly lessons come the same way -----------------------------------------------------------------------
create or replace function private.book_weekly(of_enrollment uuid) returns table (day date, booked boolean)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  first public.bookings;
  zone text := (select a.time_zone from public.academy_settings a);
  local_start timestamp;
  last_day date;
  series uuid;
  weeks private.series_week[];
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
  select t.ends_on into last_day from public.terms t where local_start::date between t.starts_on and t.ends_on;
  last_day := coalesce(last_day, local_start::date);
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
  perform private.book_series(series, array(select w from unnest(weeks) w where w.state = 'free' order by w.day));
  return query select w.day, w.state = 'free' from unnest(weeks) w order by w.day;
end $$;
comment on function private.book_weekly is
  'Books an enrollment''s lessons at the same local time each week to the end of its term, as a series; weeks that are '
  'not free are told. Error: first_lesson_missing.';
