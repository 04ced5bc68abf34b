-- A weekly time belongs to whoever has weekly lessons at it. What is free of it for one week, because that lesson was cancelled or
-- moved, begins no weekly lessons of somebody else: their later weeks and their next term would not be free.

create function private.weekly_times_taken(
  of_teachers uuid[], of_starts timestamptz[], of_minutes int, of_student uuid default null
) returns table (teacher_id uuid, starts_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with a as (
    select s.time_zone from public.academy_settings s
  ), latest as (
    select distinct on (s.enrollment_id) s.*, e.ends_on
      from public.lesson_series s join public.enrollments e on e.id = s.enrollment_id
     where e.kind = 'plan' and (e.status = 'active' or e.status = 'paused' and e.pause_reason = 'wished')
       and s.teacher_id = any(of_teachers)
     order by s.enrollment_id, lower(s.valid) desc
  ), places as materialized (
    select l.teacher_id, l.student_id, l.weekday, extract(epoch from l.starts)::int / 60 as minute, l.minutes,
           -- One that was ended within its term does not go on; one that is given notice ends with it.
           least(case when upper(l.valid) + (l.weekday + 8 - extract(isodow from upper(l.valid))::int) % 7 <= t.ends_on
                      then upper(l.valid) end, l.ends_on + 1) as until
      from latest l
     cross join lateral (
       select t.ends_on from public.terms t where t.starts_on < upper(l.valid) order by t.starts_on desc limit 1) t
     union all
    select e.teacher_id, e.student_id, extract(isodow from f.moment)::int - 1, extract(epoch from f.moment::time)::int / 60,
           e.minutes, null
      from public.enrollments e cross join a cross join lateral (select e.starts_at at time zone a.time_zone as moment) f
     where e.kind = 'plan' and e.status = 'provisional' and e.teacher_id = any(of_teachers)
  )
  select w.teacher_id, w.starts_at
    from unnest(of_teachers, of_starts) as w(teacher_id, starts_at)
    join public.teachers t on t.id = w.teacher_id
   cross join a
   cross join lateral (select w.starts_at at time zone a.time_zone as moment) f
   cross join lateral (select extract(isodow from f.moment)::int - 1 as weekday, extract(epoch from f.moment::time)::int / 60 as minute) g
   where exists (select from places p
                  where p.teacher_id = w.teacher_id and p.weekday = g.weekday and p.student_id is distinct from of_student
                    and (p.until is null or f.moment::date < p.until)
                    and p.minute - t.buffer_minutes < g.minute + of_minutes
                    and g.minute - t.buffer_minutes < p.minute + p.minutes)
$$;
comment on function private.weekly_times_taken is
  'Which of these starts (teachers and instants in pairs) fall into the weekly time of another student, by local weekday and '
  'hour with the teacher''s buffer: of plans that run or are being paid for, also in weeks that are free of a lesson. What '
  'ends, ends there; fortnightly lessons count in every week. Minutes.';

create function private.refuse_taken_weekly_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Two families who ask for it at the same moment: the second one sees the first one's.
  perform pg_advisory_xact_lock(hashtext('weekly times'));
  if exists (select from private.weekly_times_taken(array[new.teacher_id], array[new.starts_at], new.minutes, new.student_id)) then
    raise exception 'the weekly time is another student''s' using errcode = 'CH005', constraint = 'weekly_time_taken';
  end if;
  return new;
end $$;
comment on function private.refuse_taken_weekly_time is
  'Refuses a new plan at the weekly time of another student. Error: weekly_time_taken.';

create trigger refuse_taken_weekly_time before insert on public.enrollments
  for each row when (new.kind = 'plan' and new.status = 'provisional') execute function private.refuse_taken_weekly_time();

revoke execute on function private.weekly_times_taken, private.refuse_taken_weekly_time from public;
grant execute on function private.weekly_times_taken to service_role;
