-- Open times and conflicts: the same rules, asked for every start there is or for one proposed lesson.

create function private.local_instant(local timestamp, zone text) returns timestamptz
language sql immutable parallel safe set search_path = '' as $$
  -- PostgreSQL takes the last of two occurrences; the offset of the day before gives the first.
  select case when a.early at time zone zone = local then least(a.early, a.late) else a.late end
    from (select b.late, local at time zone 'UTC'
                 - ((b.late - interval '1 day') at time zone zone - (b.late - interval '1 day') at time zone 'UTC') as early
            from (select local at time zone zone as late) b) a
$$;
comment on function private.local_instant is
  'A wall-clock time of a zone as an instant. One that exists twice, when clocks go back, is its first occurrence; one '
  'that does not exist, when they go forward, is shifted by the gap (RFC 5545, 3.3.5).';

create function private.may_ask_about(student uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select current_setting('role', true) = 'service_role' or private.is_admin()
         or student = any(array(select private.my_learner_ids()))
$$;
comment on function private.may_ask_about is
  'Whether the caller may learn when a student is busy: the academy, the family, the student, the student''s teacher.';

create function private.sets_own_notice() returns boolean
language sql stable security definer set search_path = '' as $$
  select current_setting('role', true) = 'service_role' or private.is_admin()
$$;
comment on function private.sets_own_notice is 'Whether notice and horizon do not bind the caller: the academy itself.';

drop function private.open_times;
create function private.open_times(
  wanted_instrument uuid,
  wanted_minutes int,
  from_at timestamptz default null,
  until_at timestamptz default null,
  wanted_teacher uuid default null,
  wanted_age int default null,
  ignored_bookings uuid[] default '{}',
  wanted_student uuid default null,
  wanted_weekdays int[] default null,
  for_makeup boolean default false,
  by_staff boolean default false
) returns table (teacher_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = ''
  -- Planned once a connection: planning takes as long as a teacher's whole window does.
  set plan_cache_mode = force_generic_plan set jit = off as $$
  with clock as materialized (
    select private.now() as now
  ), s as materialized (
    select b.*,
           tstzrange((date_trunc('week', b.earliest at time zone b.time_zone) - interval '2 days') at time zone b.time_zone,
                     (date_trunc('week', b.latest at time zone b.time_zone) + interval '9 days') at time zone b.time_zone) as around
      from (select a as settings, a.time_zone, a.grid_minutes * interval '1 minute' as grid, i.required_equipment, i.minimum_age, n.now,
                   wanted_minutes * interval '1 minute' as length,
                   greatest(coalesce(from_at, '-infinity'),
                            n.now + case when by_staff and private.sets_own_notice() then 0 else a.notice_minutes end * interval '1 minute') as earliest,
                   case when by_staff and until_at is not null and private.sets_own_notice() then until_at
                        else least(coalesce(until_at, 'infinity'), n.now + a.horizon_days * interval '1 day') end as latest,
                   st.id as student, st.birth_date as born
              from public.academy_settings a cross join clock n cross join public.instruments i
              left join public.students st on st.id = wanted_student and private.may_ask_about(wanted_student)
             where i.id = wanted_instrument and i.is_active and wanted_minutes in (30, 45, 60)) b
     -- A window that is over, or beyond the horizon, has no days.
     where b.earliest <= b.latest and isfinite(b.latest)
  ), calendar as materialized (
    -- Whole weeks. Midnight is its first occurrence, or shifted by the gap: private.local_instant, once a day.
    select c.day, c.midnight, lead(c.midnight) over (order by c.day) as next_midnight
      from (select g::date as day,
                   case when early at time zone s.time_zone = g then least(early, late) else late end as midnight
              from s cross join generate_series(date_trunc('week', s.earliest at time zone s.time_zone),
                                                date_trunc('week', s.latest at time zone s.time_zone) + interval '7 days', interval '1 day') g
             cross join lateral (select g at time zone s.time_zone as late) l
             cross join lateral (select g at time zone 'UTC'
                                        - ((late - interval '1 day') at time zone s.time_zone - (late - interval '1 day') at time zone 'UTC') as early) e) c
  ), weeks as materialized (
    select array_agg(c.midnight order by c.midnight) as mondays from calendar c where extract(isodow from c.day) = 1
  ), days as materialized (
    select c.day, c.midnight, c.next_midnight, c.next_midnight - c.midnight = interval '24 hours' as is_even,
           extract(isodow from c.day)::int - 1 as weekday,
           coalesce(wanted_age, extract(year from age(c.day, s.born))::int) as age
      from s cross join calendar c
     where c.day between (s.earliest at time zone s.time_zone)::date and (s.latest at time zone s.time_zone)::date
       and (exists (select from public.terms t where c.day between t.starts_on and t.ends_on)
            or for_makeup and exists (select from public.makeup_days m where c.day between m.starts_on and m.ends_on))
       and not exists (select from public.closures x where c.day between x.starts_on and x.ends_on)
       and (wanted_weekdays is null or extract(isodow from c.day)::int - 1 = any(wanted_weekdays))
  ), own_teachers as materialized (
    select e.teacher_id as id from s join public.enrollments e on e.student_id = s.student and e.status in ('active', 'paused')
  ), candidates as materialized (
    select t.id, t.buffer_minutes * interval '1 minute' as buffer, t.weekly_capacity_minutes * interval '1 minute' as capacity,
           greatest(ti.minimum_age, s.minimum_age) as minimum_age, ti.maximum_age
      from s cross join public.teachers t join public.teacher_instruments ti on ti.teacher_id = t.id
     where ti.instrument_id = wanted_instrument and t.is_active and t.deleted_at is null
       and (wanted_teacher is null or t.id = wanted_teacher)
       and t.weekly_capacity_minutes >= wanted_minutes
       -- Who takes no new students goes on with the own ones.
       and (t.is_accepting or t.id in (select o.id from own_teachers o))
  ), shifts as materialized (
    select c.*, a.weekday, a.valid, a.starts::interval as starts, a.ends::interval as ends, a.ends = '24:00' as reaches_midnight
      from candidates c join public.teacher_availability a on a.teacher_id = c.id
  ), hours as (
    select c.id, c.buffer, c.capacity, range_agg(tstzrange(h.begins, h.ends)) as open, bool_or(c.reaches_midnight) as reaches_midnight
      from s cross join shifts c
      join days d on d.weekday = c.weekday and c.valid @> d.day
     cross join lateral (select d.midnight + c.starts as begins, d.midnight + c.ends as ends) e
     cross join lateral (
       -- On a day of 23 or 25 hours: counted from the midnight before, else from the one after, else shifted by the gap.
       select case when d.is_even or e.begins at time zone s.time_zone = d.day + c.starts then e.begins
                   when (d.next_midnight - (interval '24 hours' - c.starts)) at time zone s.time_zone = d.day + c.starts
                     then d.next_midnight - (interval '24 hours' - c.starts)
                   else e.begins end as begins,
              case when d.is_even or e.ends at time zone s.time_zone = d.day + c.ends then e.ends
                   when (d.next_midnight - (interval '24 hours' - c.ends)) at time zone s.time_zone = d.day + c.ends
                     then d.next_midnight - (interval '24 hours' - c.ends)
                   else e.ends end as ends) h
     where h.begins < h.ends
       and (d.age is null
            or d.age between c.minimum_age and c.maximum_age
               and (d.age > (s.settings).short_lesson_max_age or wanted_minutes <= (s.settings).short_lesson_minutes))
     group by c.id, c.buffer, c.capacity
  ), spans as materialized (
    -- From the first to the last start of each free while.
    select h.id, h.reaches_midnight, p.begins, p.ends
      from s cross join weeks w cross join hours h
     cross join lateral (
       -- Lessons with the buffers around them, and whole weeks that have no minutes left.
       select coalesce(range_agg(case when y.taught + s.length > h.capacity and y.week between 1 and cardinality(w.mondays) - 1
                                      then y.taken + tstzmultirange(tstzrange(w.mondays[y.week], w.mondays[y.week + 1])) else y.taken end), '{}') as taken
         from (select width_bucket(lower(b.during), w.mondays) as week, sum(upper(b.during) - lower(b.during)) as taught,
                      range_agg(tstzrange(lower(b.during) - h.buffer, upper(b.teacher_busy))) as taken
                 from public.bookings b
                where b.teacher_id = h.id and lower(b.during) >= lower(s.around) and lower(b.during) < upper(s.around) and b.is_active
                  and (b.kind = 'lesson' or b.expires_at > s.now) and b.id <> all(ignored_bookings)
                group by 1) y) busy
     cross join lateral (
       select coalesce(range_agg(e.during), '{}') as taken
         from public.teacher_exceptions e where e.teacher_id = h.id and e.during && s.around) away
     cross join lateral (
       select coalesce(range_agg(b.during), '{}') as taken
         from public.bookings b where b.student_id = s.student and b.is_active and b.during && s.around
          and b.id <> all(ignored_bookings) and (b.kind <> 'hold' or b.expires_at > s.now)) own
     cross join unnest(h.open - busy.taken - away.taken - own.taken) r
     cross join lateral (select greatest(lower(r), s.earliest) as begins, least(upper(r) - s.length, s.latest) as ends) p
     where p.begins <= p.ends
  ), starts as materialized (
    select g.id, g.st as starts_at, g.st + s.length as ends_at
      from s cross join lateral (
        -- From the next local time on the grid.
        select p.id, p.reaches_midnight,
               generate_series(p.begins + (date_bin(s.grid, l.local + s.grid - interval '1 microsecond', '2000-01-01') - l.local), p.ends, s.grid) as st
          from spans p cross join lateral (select p.begins at time zone s.time_zone as local) l) g
     -- A lesson ends on the day on which it begins; only hours until midnight can lead over it.
     where not g.reaches_midnight
        or (g.st at time zone s.time_zone)::date = ((g.st + s.length - interval '1 microsecond') at time zone s.time_zone)::date
  ), fit as materialized (
    -- Rooms with the least equipment beyond the needed come first.
    select r.id, row_number() over (order by cardinality(r.equipment), r.name) as nth
      from s cross join public.rooms r
     where r.is_active and (s.required_equipment is null or s.required_equipment = any(r.equipment))
  ), blocked as (
    -- Starts that a room's bookings make impossible.
    select f.id, f.nth, x.starts
      from s cross join fit f
     cross join lateral (
       select coalesce(range_agg(tstzrange(lower(b.during) - s.length + interval '1 microsecond', upper(b.during))), '{}') as starts
         from public.bookings b
        where b.room_id = f.id and lower(b.during) >= s.earliest - interval '1 day' and lower(b.during) < s.latest + s.length and b.is_active
          and (b.kind = 'lesson' or b.expires_at > s.now) and b.id <> all(ignored_bookings)) x
  ), rooms as materialized (
    -- Each room gets what all before it had to leave.
    select f.id, generate_series(lower(g) + (date_bin(s.grid, l.local + s.grid - interval '1 microsecond', '2000-01-01') - l.local),
                                 upper(g) - interval '1 microsecond', s.grid) as starts_at
      from s cross join (
        select q.id, range_intersect_agg(q.starts) over (order by q.nth rows between unbounded preceding and 1 preceding) - q.starts as given
          from (select null::uuid as id, 0 as nth, range_agg(tstzrange(p.begins, p.ends + interval '1 microsecond')) as starts from spans p
                union all select b.id, b.nth, b.starts from blocked b) q) f
     cross join unnest(f.given) g
     cross join lateral (select lower(g) at time zone s.time_zone as local) l
     where f.id is not null
  )
  select st.id, r.id, st.starts_at, st.ends_at
    from starts st join rooms r on r.starts_at = st.starts_at
   order by st.starts_at, st.id
$$;
comment on function private.open_times is
  'Bookable starts for an instrument and length (minutes): weekly hours minus time off, closures, bookings with buffers, '
  'full weeks and the student''s own bookings, with a free fitting room each, from the notice to the horizon, on the grid '
  'of the academy''s local time. until_at is the latest start. A student counts for those who may ask about them; '
  'for_makeup adds the make-up days; by_staff lifts notice and horizon for the academy. Instants, half-open.';
revoke execute on function private.open_times, private.local_instant, private.may_ask_about, private.sets_own_notice
  from public;
grant execute on function private.open_times, private.local_instant to anon, authenticated, service_role;

create function private.lesson_conflicts(
  of_instrument uuid,
  of_teacher uuid,
  of_start timestamptz,
  of_minutes int,
  of_student uuid default null,
  of_age int default null,
  of_room uuid default null,
  ignored_bookings uuid[] default '{}',
  for_makeup boolean default false,
  by_staff boolean default false
) returns table (reason text, during tstzrange, name text)
language sql stable security definer set search_path = '' as $$
  with s as materialized (
    select b.*, b.first_moment::date as day,
           coalesce(of_age, extract(year from age(b.first_moment::date, b.born))::int) as years,
           tstzrange(of_start, of_start + b.length) as wanted
      from (select a as settings, a.time_zone, a.grid_minutes * 60 as grid, i.id as instrument, i.required_equipment,
                   i.minimum_age, private.now() as now, of_minutes * interval '1 minute' as length,
                   of_start at time zone a.time_zone as first_moment,
                   (of_start + of_minutes * interval '1 minute' - interval '1 microsecond') at time zone a.time_zone as last_moment,
                   by_staff and private.sets_own_notice() as is_free_of_notice,
                   st.id as student, st.birth_date as born
              from public.academy_settings a
              left join public.instruments i on i.id = of_instrument and i.is_active
              left join public.students st on st.id = of_student and private.may_ask_about(of_student)
             where of_minutes > 0 and isfinite(of_start)) b
  ), teacher as materialized (
    select t.*, ti.minimum_age, ti.maximum_age, t.buffer_minutes * interval '1 minute' as buffer
      from s cross join public.teachers t join public.teacher_instruments ti on ti.teacher_id = t.id
     where t.id = of_teacher and ti.instrument_id = s.instrument and t.is_active and t.deleted_at is null
       and (t.is_accepting or exists (select from public.enrollments e
                                       where e.teacher_id = t.id and e.student_id = s.student and e.status in ('active', 'paused')))
  ), fit as materialized (
    select r.id, exists (select from public.bookings b
                          where b.room_id = r.id and b.is_active and b.id <> all(ignored_bookings)
                            and (b.kind = 'lesson' or b.expires_at > s.now) and b.during && s.wanted) as is_taken
      from s cross join public.rooms r
     where r.is_active and (s.required_equipment is null or s.required_equipment = any(r.equipment))
  )
  select 'length', null::tstzrange, null::text
   where not exists (select from s) or of_minutes not in (30, 45, 60)
  union all
  select 'length', null, null from s
   where of_minutes in (30, 45, 60) and s.years <= (s.settings).short_lesson_max_age
     and of_minutes > (s.settings).short_lesson_minutes
  union all
  select 'off_grid', null, null from s where extract(epoch from s.first_moment)::numeric % s.grid <> 0
  union all
  select 'over_midnight', null, null from s where s.last_moment::date <> s.day
  union all
  select 'too_soon', null, null from s
   where of_start < s.now + case when s.is_free_of_notice then 0 else (s.settings).notice_minutes end * interval '1 minute'
  union all
  select 'too_far', null, null from s
   where not s.is_free_of_notice and of_start > s.now + (s.settings).horizon_days * interval '1 day'
  union all
  select 'outside_term', null, null from s
   where not exists (select from public.terms t where s.day between t.starts_on and t.ends_on)
     and not (for_makeup and exists (select from public.makeup_days m where s.day between m.starts_on and m.ends_on))
  union all
  (select 'closure', null, c.name from s join public.closures c on s.day between c.starts_on and c.ends_on
    order by c.starts_on, c.name limit 1)
  union all
  select 'teacher_unavailable', null, null from s where not exists (select from teacher)
  union all
  select 'age', null, null from s cross join teacher t
   where s.years not between greatest(t.minimum_age, s.minimum_age) and t.maximum_age
  union all
  select 'outside_availability', null, null from s
   where not coalesce((
     select range_agg(tstzrange(h.begins, h.ends))
       from public.teacher_availability a cross join lateral (
            select private.local_instant(s.day + a.starts, s.time_zone) as begins,
                   private.local_instant(s.day + a.ends::interval, s.time_zone) as ends) h
      where a.teacher_id = of_teacher and a.weekday = extract(isodow from s.day) - 1 and a.valid @> s.day and h.begins < h.ends
     ) @> s.wanted, false)
  union all
  (select 'teacher_away', e.during, null
     from s join public.teacher_exceptions e on e.teacher_id = of_teacher and e.during && s.wanted
    order by e.during limit 1)
  union all
  (select 'teacher_busy', b.during, null
     from s cross join public.teachers t
     join public.bookings b on b.teacher_id = t.id and b.is_active
      and b.teacher_busy && tstzrange(of_start, upper(s.wanted) + t.buffer_minutes * interval '1 minute')
    where t.id = of_teacher and b.id <> all(ignored_bookings) and (b.kind = 'lesson' or b.expires_at > s.now)
    order by b.during limit 1)
  union all
  select 'teacher_full', null, null
    from s cross join teacher t cross join lateral (
      select coalesce(sum(extract(epoch from upper(b.during) - lower(b.during))), 0) / 60 as minutes
        from public.bookings b
       where b.teacher_id = t.id and b.is_active and b.id <> all(ignored_bookings)
         and (b.kind = 'lesson' or b.expires_at > s.now)
         and b.teacher_busy && tstzrange(private.local_instant(date_trunc('week', s.first_moment), s.time_zone) - interval '1 day',
                                         private.local_instant(date_trunc('week', s.first_moment) + interval '8 days', s.time_zone))
         and date_trunc('week', lower(b.during) at time zone s.time_zone) = date_trunc('week', s.first_moment)) w
   where w.minutes + of_minutes > t.weekly_capacity_minutes
  union all
  (select 'student_busy', b.during, null
     from s join public.bookings b on b.student_id = s.student and b.is_active and b.during && s.wanted
    where b.id <> all(ignored_bookings) and (b.kind <> 'hold' or b.expires_at > s.now)
    order by b.during limit 1)
  union all
  select 'room_unfit', null, null from s where of_room is not null and not exists (select from fit where fit.id = of_room)
  union all
  (select 'room_taken', b.during, null
     from s join fit on fit.id = of_room and fit.is_taken
     join public.bookings b on b.room_id = of_room and b.is_active and b.during && s.wanted
    where b.id <> all(ignored_bookings) and (b.kind = 'lesson' or b.expires_at > s.now)
    order by b.during limit 1)
  union all
  select 'no_room', null, null from s where of_room is null and not exists (select from fit where not fit.is_taken)
$$;
comment on function private.lesson_conflicts is
  'Why a proposed lesson cannot be: one row a reason, none when it can. Reasons: length, off_grid, over_midnight, too_soon, '
  'too_far, outside_term, closure (its name), teacher_unavailable, age, outside_availability, teacher_away, teacher_busy, '
  'teacher_full, student_busy, room_unfit, room_taken, no_room; during is what stands in the way. The rules are those of '
  'open_times; minutes, years; a room that is not named is any that fits.';
revoke execute on function private.lesson_conflicts from public;
grant execute on function private.lesson_conflicts to anon, authenticated, service_role;
