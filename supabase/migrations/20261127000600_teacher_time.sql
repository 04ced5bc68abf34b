-- Teachers' time: a week of hours replaced from a day on, time off with the lessons it meets, substitutes.

-- Time off --------------------------------------------------------------------------------------------------------
-- The exclusion's own index finds by teacher and time as well.
drop index public.teacher_exceptions_during;
-- Time off that was entered twice counts once, and one begins where the one before it ends.
delete from public.teacher_exceptions x using public.teacher_exceptions y
 where y.teacher_id = x.teacher_id and y.id <> x.id and x.during <@ y.during and (x.during <> y.during or x.id > y.id);
update public.teacher_exceptions x
   set during = tstzrange(greatest(lower(x.during), before.ends), upper(x.during))
  from (select z.id, (select max(upper(y.during)) from public.teacher_exceptions y
                       where y.teacher_id = z.teacher_id and lower(y.during) < lower(z.during)) as ends
          from public.teacher_exceptions z) before
 where before.id = x.id and before.ends > lower(x.during);
update public.teacher_exceptions x set reason = left(case when length(trim(x.reason)) < 3 then 'Away' else x.reason end, 300)
 where length(trim(x.reason)) not between 3 and 300;
alter table public.teacher_exceptions
  add constraint time_off_does_not_overlap exclude using gist (teacher_id with =, during with &&),
  add constraint teacher_exceptions_reason check (length(trim(reason)) between 3 and 300);

-- Who was meant -----------------------------------------------------------------------------------------------------
alter table public.lessons
  add column substitute_for uuid constraint lessons_substitute_for_fkey references public.teachers (id),
  add constraint lessons_substitute_for_another check (substitute_for <> teacher_id);
comment on column public.lessons.substitute_for is
  'The teacher whose lesson it was meant to be, where teacher_id gives it instead; null for all others. The teacher who '
  'delivers is paid.';
create function private.end_substitution() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.substitute_for := null;
  return new;
end $$;
comment on function private.end_substitution is 'A lesson that goes back to its own teacher, by whatever change, has no substitute any more.';
create trigger end_substitution before update of teacher_id on public.lessons
  for each row when (new.teacher_id = new.substitute_for) execute function private.end_substitution();
revoke execute on function private.end_substitution from public;
create index lessons_substitute_for on public.lessons (substitute_for, starts_at) where substitute_for is not null;

-- Lessons that somebody else gives because the enrollment's teacher is away had no place to say so.
update public.lessons l set substitute_for = e.teacher_id
  from public.enrollments e
 where e.id = l.enrollment_id and l.teacher_id <> e.teacher_id and l.status <> 'cancelled'
   and exists (select from public.teacher_exceptions x where x.teacher_id = e.teacher_id and x.during && l.during);

-- Whose time ----------------------------------------------------------------------------------------------------------
create function private.claim_teacher_time(of_teacher uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if of_teacher is null or not (private.is_admin() or of_teacher is not distinct from private.my_teacher_id()) then
    raise exception 'hours and time off are the teacher''s and the academy''s to change'
      using errcode = 'CH403', constraint = 'teacher_time_forbidden';
  end if;
  -- Writers of one teacher's time wait for each other here.
  perform from public.teachers t where t.id = of_teacher and t.deleted_at is null for no key update;
  if not found then
    raise exception 'there is no teacher %', of_teacher using errcode = 'CH403', constraint = 'teacher_time_forbidden';
  end if;
end $$;
comment on function private.claim_teacher_time is
  'Lets the teacher and administrators go on, one after the other, and nobody else. Error: teacher_time_forbidden.';

-- Weekly hours --------------------------------------------------------------------------------------------------------
create function private.lessons_outside_hours(of_teacher uuid, on_days daterange) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l.id
    from public.academy_settings a cross join public.lessons l
   cross join lateral (select (l.starts_at at time zone a.time_zone)::date as day) d
   where l.teacher_id = of_teacher and l.status = 'scheduled' and l.starts_at > private.now() and on_days @> d.day
     and not coalesce((
       select range_agg(tstzrange(h.begins, h.ends))
         from public.teacher_availability w cross join lateral (
              select private.local_instant(d.day + w.starts, a.time_zone) as begins,
                     private.local_instant(d.day + w.ends::interval, a.time_zone) as ends) h
        where w.teacher_id = of_teacher and w.weekday = extract(isodow from d.day) - 1 and w.valid @> d.day
          and h.begins < h.ends) @> l.during, false)
$$;
comment on function private.lessons_outside_hours is
  'The teacher''s lessons to come on some days that their weekly hours do not cover.';

create function private.replace_week(of_teacher uuid, from_day date, until_day date, hours jsonb)
returns table (lesson_id uuid)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  span daterange;
  resumed jsonb;
begin
  perform private.claim_teacher_time(of_teacher);
  select * into settings from public.academy_settings;
  if from_day is null or not isfinite(from_day) or until_day is not null and (not isfinite(until_day) or until_day < from_day) then
    raise exception 'hours hold from a day on, until a day that is not before it'
      using errcode = 'CH005', constraint = 'availability_days_in_order';
  end if;
  if from_day < (private.now() at time zone settings.time_zone)::date then
    raise exception 'hours hold from today on, or later' using errcode = 'CH005', constraint = 'availability_in_past';
  end if;
  if jsonb_typeof(hours) is distinct from 'array' or exists (
       select from jsonb_to_recordset(hours) h (starts time, ends time) where h.starts is null or h.ends is null or h.starts >= h.ends) then
    raise exception 'hours begin before they end' using errcode = 'CH005', constraint = 'availability_hours_in_order';
  end if;
  if exists (select from jsonb_to_recordset(hours) h (starts time, ends time)
              where extract(epoch from h.starts)::numeric % (settings.grid_minutes * 60) <> 0
                 or extract(epoch from h.ends)::numeric % (settings.grid_minutes * 60) <> 0) then
    raise exception 'hours begin and end on the grid of % minutes', settings.grid_minutes
      using errcode = 'CH005', constraint = 'availability_off_grid';
  end if;
  span := daterange(from_day, until_day + 1);
  -- What held beyond the last day holds again after it.
  resumed := (select jsonb_agg(jsonb_build_object('weekday', w.weekday, 'starts', w.starts, 'ends', w.ends,
                                                  'valid', w.valid - daterange(null, until_day + 1)))
                from public.teacher_availability w
               where w.teacher_id = of_teacher and w.valid && span and until_day is not null
                 and (upper_inf(w.valid) or upper(w.valid) > until_day + 1));
  update public.teacher_availability w set valid = daterange(lower(w.valid), from_day)
   where w.teacher_id = of_teacher and w.valid && span and (lower_inf(w.valid) or lower(w.valid) < from_day);
  delete from public.teacher_availability w where w.teacher_id = of_teacher and w.valid && span;
  insert into public.teacher_availability (teacher_id, weekday, starts, ends, valid)
  select of_teacher, h.weekday, h.starts, h.ends, h.valid
    from jsonb_to_recordset(resumed) h (weekday int, starts time, ends time, valid daterange)
   union all
  select of_teacher, h.weekday, h.starts, h.ends, span
    from jsonb_to_recordset(hours) h (weekday int, starts time, ends time);
  return query select o.id from private.lessons_outside_hours(of_teacher, span) o (id);
end $$;
comment on function private.replace_week is
  'Replaces a teacher''s weekly hours from a day on, until a last day or for good: what held before ends the day before, and '
  'what held beyond the last day holds again after it. hours: [{"weekday": 0, "starts": "15:00", "ends": "19:00"}], local '
  'time, 0 is Monday, on the academy''s grid. Gives the lessons of these days that the hours do not cover; they stay '
  'booked. The teacher and administrators. Errors: teacher_time_forbidden, availability_days_in_order, '
  'availability_in_past, availability_hours_in_order, availability_off_grid, availability_does_not_overlap.';

-- Away ------------------------------------------------------------------------------------------------------------------
create function private.enter_time_off(of_teacher uuid, from_at timestamptz, until_at timestamptz, why text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  zone text := (select a.time_zone from public.academy_settings a);
  entered uuid;
begin
  perform private.claim_teacher_time(of_teacher);
  if from_at is null or until_at is null or not isfinite(from_at) or not isfinite(until_at) or from_at >= until_at then
    raise exception 'time off ends after it begins' using errcode = 'CH005', constraint = 'time_off_in_order';
  end if;
  -- Whoever is ill today is away from its beginning.
  if from_at < private.local_instant((private.now() at time zone zone)::date::timestamp, zone) or until_at <= private.now() then
    raise exception 'time off is today or later' using errcode = 'CH005', constraint = 'time_off_in_past';
  end if;
  if until_at > from_at + interval '400 days' then
    raise exception 'time off is 400 days at most' using errcode = 'CH005', constraint = 'time_off_too_long';
  end if;
  insert into public.teacher_exceptions (teacher_id, during, reason)
  values (of_teacher, tstzrange(from_at, until_at), trim(coalesce(why, '')))
  returning id into entered;
  return entered;
end $$;
comment on function private.enter_time_off is
  'Enters time in which a teacher is away. Lessons that it meets stay booked and need somebody: see time_off_lessons. The '
  'teacher and administrators. Errors: teacher_time_forbidden, time_off_in_order, time_off_in_past, time_off_too_long, '
  'time_off_does_not_overlap, teacher_exceptions_reason.';

create function private.withdraw_time_off(of_time_off uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  entry public.teacher_exceptions;
begin
  select * into entry from public.teacher_exceptions x where x.id = of_time_off;
  perform private.claim_teacher_time(entry.teacher_id);
  select * into entry from public.teacher_exceptions x where x.id = of_time_off;
  if entry.id is null or upper(entry.during) <= private.now() then
    raise exception 'this time off is over' using errcode = 'CH004', constraint = 'time_off_over';
  end if;
  if lower(entry.during) < private.now() then
    -- What has been of it stays on record.
    update public.teacher_exceptions x set during = tstzrange(lower(x.during), private.now()) where x.id = of_time_off;
  else
    delete from public.teacher_exceptions x where x.id = of_time_off;
  end if;
end $$;
comment on function private.withdraw_time_off is
  'Withdraws time off that is to come, or ends now what has begun. Substitutes keep their lessons. The teacher and '
  'administrators. Errors: teacher_time_forbidden, time_off_over.';

create function private.time_off_lessons(of_time_off uuid[])
returns table (time_off_id uuid, lesson_id uuid, starts_at timestamptz, ends_at timestamptz, status public.lesson_status,
               booking_id uuid, instrument_id uuid, instrument_name text, student_id uuid, student_name text, class_name text,
               room_name text, given_by uuid, given_by_name text, needs_somebody boolean)
language sql stable security definer set search_path = '' as $$
  select x.id, l.id, l.starts_at, upper(l.during), l.status, l.booking_id, l.instrument_id, i.name, l.student_id,
         s.first_name || ' ' || s.last_name, c.name, r.name, l.teacher_id, t.first_name || ' ' || t.last_name,
         l.status = 'scheduled' and l.teacher_id = x.teacher_id and upper(l.during) > private.now()
    from public.teacher_exceptions x
   cross join lateral (
     select m.* from public.lessons m
      where m.teacher_id = x.teacher_id and m.starts_at > lower(x.during) - interval '1 day' and m.starts_at < upper(x.during)
      union all
     select m.* from public.lessons m
      where m.substitute_for = x.teacher_id and m.starts_at > lower(x.during) - interval '1 day' and m.starts_at < upper(x.during)) l
    join public.teachers t on t.id = l.teacher_id
    join public.rooms r on r.id = l.room_id
    left join public.instruments i on i.id = l.instrument_id
    left join public.students s on s.id = l.student_id
    left join public.classes c on c.id = l.class_id
   where x.id = any(of_time_off) and l.during && x.during
     and (private.is_admin() or x.teacher_id = private.my_teacher_id())
   order by l.starts_at, l.id
$$;
comment on function private.time_off_lessons is
  'The lessons that time off meets: those that need somebody, those a substitute gives, those that were cancelled. For the '
  'teacher and administrators.';

-- Substitutes -----------------------------------------------------------------------------------------------------------
create function private.substitutes_for(of_lessons uuid[])
returns table (lesson_id uuid, teacher_id uuid, obstacle text, is_outside_hours boolean, is_full boolean,
               booked_minutes int, capacity_minutes int, lessons_with_student int, lessons_with_family int,
               shared_styles text[], is_there boolean)
language sql stable security definer set search_path = '' as $$
  with wanted as materialized (
    select l.id, l.during, l.starts_at, l.booking_id, l.teacher_id, l.student_id, l.family_id, l.class_id, a.time_zone,
           coalesce(l.instrument_id, c.instrument_id) as instrument,
           (l.starts_at at time zone a.time_zone)::date as day,
           date_trunc('week', l.starts_at at time zone a.time_zone) as monday,
           (select k.level from public.student_instruments k
             where k.student_id = l.student_id and k.instrument_id = l.instrument_id) as level,
           (select o.styles from public.teachers o where o.id = coalesce(l.substitute_for, l.teacher_id)) as styles,
           extract(epoch from upper(l.during) - lower(l.during)) / 60 as minutes
      from public.academy_settings a cross join public.lessons l
      left join public.classes c on c.id = l.class_id
     where l.id = any(of_lessons) and (private.is_admin() or l.teacher_id = private.my_teacher_id())
  ), learners as materialized (
    select w.id, s.id as student, extract(year from age(w.day, s.birth_date))::int as age
      from wanted w join public.students s on s.id = w.student_id
     union all
    select w.id, s.id, extract(year from age(w.day, s.birth_date))::int
      from wanted w join public.lesson_seats p on p.lesson_id = w.id and p.given_up_at is null
      join public.students s on s.id = p.student_id
  )
  select w.id, t.id,
         case when not fit.teaches then 'unfit'
              when exists (select from public.teacher_exceptions x where x.teacher_id = t.id and x.during && w.during) then 'away'
              when exists (select from public.bookings b
                            where b.teacher_id = t.id and b.is_active and b.id <> w.booking_id
                              and (b.kind = 'lesson' or b.expires_at > private.now())
                              and b.teacher_busy && tstzrange(lower(w.during), upper(w.during) + t.buffer_minutes * interval '1 minute'))
              then 'busy' end,
         not coalesce((
           select range_agg(tstzrange(h.begins, h.ends))
             from public.teacher_availability v cross join lateral (
                  select private.local_instant(w.day + v.starts, w.time_zone) as begins,
                         private.local_instant(w.day + v.ends::interval, w.time_zone) as ends) h
            where v.teacher_id = t.id and v.weekday = extract(isodow from w.day) - 1 and v.valid @> w.day and h.begins < h.ends)
           @> w.during, false),
         load.minutes + w.minutes > t.weekly_capacity_minutes, load.minutes::int, t.weekly_capacity_minutes,
         (select count(*)::int from public.lessons p
           where p.teacher_id = t.id and p.student_id = w.student_id and p.status <> 'cancelled' and p.starts_at < private.now()),
         (select count(*)::int from public.lessons p
           where p.teacher_id = t.id and p.family_id = w.family_id and p.student_id <> w.student_id
             and p.status <> 'cancelled' and p.starts_at < private.now()),
         array(select unnest(t.styles) intersect select unnest(w.styles) order by 1),
         exists (select from public.lessons p
                  where p.teacher_id = t.id and p.status = 'scheduled' and p.id <> w.id
                    and p.starts_at >= private.local_instant(w.day::timestamp, w.time_zone)
                    and p.starts_at < private.local_instant(w.day + interval '1 day', w.time_zone))
    from wanted w
    join public.teachers t on t.id <> w.teacher_id and t.is_active and t.deleted_at is null
   cross join lateral (
     select (w.instrument is null or ti.teacher_id is not null)
            and (w.level is null or w.level = any(ti.levels))
            and not exists (select from learners s
                             where s.id = w.id and ti.teacher_id is not null and s.age not between ti.minimum_age and ti.maximum_age) as teaches
       from (select) one left join public.teacher_instruments ti on ti.teacher_id = t.id and ti.instrument_id = w.instrument) fit
   cross join lateral (
     select coalesce(sum(extract(epoch from upper(b.during) - lower(b.during))), 0) / 60 as minutes
       from public.bookings b
      where b.teacher_id = t.id and b.is_active and (b.kind = 'lesson' or b.expires_at > private.now())
        and b.teacher_busy && tstzrange(private.local_instant(w.monday, w.time_zone) - interval '1 day',
                                        private.local_instant(w.monday + interval '8 days', w.time_zone))
        and date_trunc('week', lower(b.during) at time zone w.time_zone) = w.monday) load
$$;
comment on function private.substitutes_for is
  'Every other teacher for each of the lessons, at its time and in its room: the obstacle (unfit: does not teach the '
  'instrument, age or level; away; busy) or null, whether the lesson lies outside their hours or beyond their week''s '
  'capacity (minutes), and what speaks for them. For administrators, and for the teacher of the lesson.';

create function private.assign_substitute(of_lesson uuid, to_teacher uuid)
returns table (teacher_before uuid, room_before uuid, teacher_id uuid, room_id uuid, sequence int)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  lesson public.lessons;
  required text;
  room uuid;
  found_obstacle text;
begin
  if not private.is_admin() then
    raise exception 'only an administrator chooses substitutes' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  -- Before any row, as every writer of the calendar.
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into lesson from public.lessons l where l.id = of_lesson for no key update;
  if not found or lesson.status <> 'scheduled' or lesson.starts_at <= private.now() then
    raise exception 'a substitute is chosen before the lesson' using errcode = 'CH004', constraint = 'substitute_too_late';
  end if;
  select s.obstacle into found_obstacle from private.substitutes_for(array[of_lesson]) s where s.teacher_id = to_teacher;
  if not found or found_obstacle = 'unfit' then
    raise exception 'teacher % does not teach this lesson''s instrument, age or level', to_teacher
      using errcode = 'CH005', constraint = 'substitute_unfit';
  elsif found_obstacle = 'away' then
    raise exception 'teacher % is away', to_teacher using errcode = 'CH005', constraint = 'substitute_away';
  elsif found_obstacle = 'busy' then
    raise exception 'teacher % is busy', to_teacher using errcode = 'CH005', constraint = 'substitute_busy';
  end if;
  -- The room is kept, unless it has been closed or refitted: then the plainest free one that fits.
  select i.required_equipment into required
    from public.instruments i left join public.classes c on c.id = lesson.class_id
   where i.id = coalesce(lesson.instrument_id, c.instrument_id);
  select r.id into room
    from public.rooms r
   where r.is_active and (required is null or required = any(r.equipment))
     and (r.id = lesson.room_id or not exists (
           select from public.bookings b
            where b.room_id = r.id and b.is_active and b.during && lesson.during and (b.kind = 'lesson' or b.expires_at > private.now())))
   order by r.id <> lesson.room_id, cardinality(r.equipment), r.name limit 1;
  if room is null then
    raise exception 'no fitting room is free' using errcode = 'CH005', constraint = 'substitute_without_room';
  end if;
  perform private.release_expired_holds();
  update public.bookings b set teacher_id = to_teacher, room_id = room where b.id = lesson.booking_id;
  update public.lessons l
     set substitute_for = nullif(coalesce(lesson.substitute_for, lesson.teacher_id), to_teacher)
   where l.id = of_lesson;
  perform private.emit('scheduling/lesson.substituted',
                       jsonb_build_object('lessonId', of_lesson, 'sequence', lesson.ical_sequence + 1, 'teacherBefore', lesson.teacher_id),
                       coalesce(lesson.family_id::text, ''));
  return query select lesson.teacher_id, lesson.room_id, to_teacher, room, lesson.ical_sequence + 1;
end $$;
comment on function private.assign_substitute is
  'Gives one lesson to another teacher, at its time, in its room or, where that is closed by now, another fitting one; the '
  'own teacher may take it back so. The family hears of it (scheduling/lesson.substituted). Administrators only. Errors: '
  'admin_only, substitute_too_late, substitute_unfit, substitute_away, substitute_busy, substitute_without_room, lesson_paid.';

revoke execute on function private.claim_teacher_time, private.lessons_outside_hours, private.replace_week,
  private.enter_time_off, private.withdraw_time_off, private.time_off_lessons, private.substitutes_for,
  private.assign_substitute from public;
grant execute on function private.replace_week, private.enter_time_off, private.withdraw_time_off, private.time_off_lessons,
  private.substitutes_for, private.assign_substitute to authenticated;
