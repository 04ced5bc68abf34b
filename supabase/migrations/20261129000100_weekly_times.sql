-- A weekly time belongs to whoever has weekly lessons at it, with its room and its share of the teacher's week. What is free of it
-- for one week, because that lesson was cancelled or moved, begins no weekly lessons of somebody else: their later weeks and
-- their next term would not be free.

create function private.weekly_times_taken(
  of_instrument uuid, of_teachers uuid[], of_starts timestamptz[], of_minutes int, of_student uuid default null
) returns table (teacher_id uuid, starts_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with a as (
    select s.time_zone from public.academy_settings s
  ), latest as (
    select distinct on (s.enrollment_id) s.*, e.ends_on
      from public.lesson_series s join public.enrollments e on e.id = s.enrollment_id
     where e.kind = 'plan' and (e.status = 'active' or e.status = 'paused' and e.pause_reason = 'wished')
       and e.student_id is distinct from of_student
     order by s.enrollment_id, lower(s.valid) desc
  ), places as materialized (
    select l.enrollment_id, l.teacher_id, l.room_id, l.weekday, extract(epoch from l.starts)::int / 60 as minute, l.minutes, l.every_weeks,
           -- One that was ended within its term does not go on; one that is given notice ends with it.
           coalesce(least(case when upper(l.valid) + (l.weekday + 8 - extract(isodow from upper(l.valid))::int) % 7 <= t.ends_on
                               then upper(l.valid) end, l.ends_on + 1), 'infinity') as until
      from latest l
     cross join lateral (
       select t.ends_on from public.terms t where t.starts_on < upper(l.valid) order by t.starts_on desc limit 1) t
     union all
    select e.id, e.teacher_id, b.room_id, extract(isodow from f.moment)::int - 1, extract(epoch from f.moment::time)::int / 60,
           e.minutes, 1, 'infinity'
      from public.enrollments e left join public.bookings b on b.id = e.booking_id
     cross join a cross join lateral (select e.starts_at at time zone a.time_zone as moment) f
     where e.kind = 'plan' and e.status = 'provisional' and e.student_id is distinct from of_student
  ), wanted as materialized (
    select w.teacher_id, w.starts_at, t.buffer_minutes as buffer, t.weekly_capacity_minutes as capacity, f.moment::date as day,
           extract(isodow from f.moment)::int - 1 as weekday, extract(epoch from f.moment::time)::int / 60 as minute
      from unnest(of_teachers, of_starts) as w(teacher_id, starts_at) join public.teachers t on t.id = w.teacher_id
     cross join a cross join lateral (select w.starts_at at time zone a.time_zone as moment) f
  ), fit as materialized (
    select r.id from public.instruments i
      join public.rooms r on r.is_active and (i.required_equipment is null or i.required_equipment = any(r.equipment))
     where i.id = of_instrument
  ), roomed as materialized (
    select p.* from places p join fit on fit.id = p.room_id
  )
  select w.teacher_id, w.starts_at
    from wanted w join places p on p.teacher_id = w.teacher_id and p.weekday = w.weekday
   where w.day < p.until and p.minute - w.buffer < w.minute + of_minutes and w.minute - w.buffer < p.minute + p.minutes
   union
  select w.teacher_id, w.starts_at
    from wanted w join places p on p.teacher_id = w.teacher_id
   where w.day < p.until
   group by w.teacher_id, w.starts_at, w.capacity
  having sum(p.minutes::numeric / p.every_weeks) + of_minutes > w.capacity
   union
  select w.teacher_id, w.starts_at
    from wanted w join roomed p on p.weekday = w.weekday
   where w.day < p.until and p.minute < w.minute + of_minutes and w.minute < p.minute + p.minutes
   group by w.teacher_id, w.starts_at
  having count(distinct p.room_id) >= (select count(*) from fit)
   union
  -- Two who stand in one room, on the book, need two: one of them has begun in a week that was free.
  select w.teacher_id, w.starts_at
    from wanted w join roomed q on q.weekday = w.weekday and q.minute < w.minute + of_minutes and w.minute < q.minute + q.minutes
    join roomed p on p.weekday = w.weekday
     and greatest(q.minute, w.minute) between p.minute and p.minute + p.minutes - 1
   where w.day < q.until and w.day < p.until
   group by w.teacher_id, w.starts_at, greatest(q.minute, w.minute), q.enrollment_id
  having count(*) >= (select count(*) from fit)
$$;
comment on function private.weekly_times_taken is
  'At which of these starts (teachers and instants in pairs) no weekly lessons of an instrument may begin, because of the weekly '
  'lessons of other students, also in weeks that are free of one: their time with the teacher''s buffer, the teacher''s full '
  'week, or each fitting room. Of plans that run, pause by wish or are being paid for; what ends, ends there; fortnightly lessons '
  'keep their time in every week. Minutes; by local weekday and hour.';

create function private.refuse_taken_weekly_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Two families who ask for it at the same moment: the second one sees the first one's.
  perform pg_advisory_xact_lock(hashtext('weekly times'));
  if exists (select from private.weekly_times_taken(new.instrument_id, array[new.teacher_id], array[new.starts_at], new.minutes, new.student_id)) then
    raise exception 'the weekly time is another student''s' using errcode = 'CH005', constraint = 'weekly_time_taken';
  end if;
  return new;
end $$;
comment on function private.refuse_taken_weekly_time is
  'Refuses a new plan where weekly lessons of other students take its weekly time. Error: weekly_time_taken.';

create trigger refuse_taken_weekly_time before insert on public.enrollments
  for each row when (new.kind = 'plan' and new.status = 'provisional') execute function private.refuse_taken_weekly_time();

revoke execute on function private.weekly_times_taken, private.refuse_taken_weekly_time from public;
grant execute on function private.weekly_times_taken to service_role;
