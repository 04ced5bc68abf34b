-- Another teacher: the coming lessons of a plan go to somebody else, at their own times where those are free.

create function private.transfer_weeks(
  of_enrollment uuid, to_teacher uuid, from_day date, on_weekday int default null, at_start time default null
) returns table (lesson_id uuid, starts_at timestamptz, goes_at timestamptz, minutes int, booking_id uuid, series_id uuid, room_id uuid,
                 reasons text[])
language plpgsql stable security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  zone text := (select a.time_zone from public.academy_settings a);
begin
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  if enrollment.id is null
     or not (private.sets_own_notice() or enrollment.family_id = any(array(select private.my_family_ids()))) then
    raise exception 'no such enrollment' using errcode = 'CH404', constraint = 'enrollment_missing';
  end if;
  if on_weekday is not null or at_start is not null then
    perform private.check_series(enrollment.minutes, on_weekday, at_start, from_day, from_day, 1);
  end if;
  return query
    with coming as materialized (
      select l.*, (extract(epoch from upper(l.during) - lower(l.during)) / 60)::int as long,
             case when on_weekday is null then l.starts_at
                  else private.local_instant(date_trunc('week', l.starts_at at time zone zone) + on_weekday * interval '1 day' + at_start,
                                             zone) end as goes
        from public.lessons l
       where l.enrollment_id = of_enrollment and l.status = 'scheduled' and l.kind = 'private'
         and l.starts_at > private.now() and l.starts_at >= private.local_midnight(from_day)
    ), judged as materialized (
      select t.long, j.* from (select distinct c.long from coming c) t
       cross join lateral private.judge_starts(to_teacher, null, enrollment.student_id, enrollment.instrument_id, t.long,
                    array(select c.goes from coming c where c.long = t.long),
                    array(select c.booking_id from coming c), true,
                    (select mode() within group (order by c.room_id) from coming c)) j
    )
    select c.id, c.starts_at, c.goes, c.long, c.booking_id, c.series_id, j.room_id, j.reasons
      from coming c join judged j on j.long = c.long and j.starts_at = c.goes
     order by c.starts_at;
end $$;
comment on function private.transfer_weeks is
  'The coming lessons of a plan from a day on, and whether another teacher can give each at its time, or within its week at '
  'another weekday (0 is Monday) and local start, both or neither (reasons: see lesson_conflicts; none '
  'when free), in which room. Make-ups stay where they are. Parents for their family, administrators, the academy. Errors: enrollment_missing, those of check_series.';

create function private.transfer_enrollment(
  of_enrollment uuid, to_teacher uuid, from_day date, answers jsonb default '{}', why text default null,
  on_weekday int default null, at_start time default null
) returns table (moved int, left_out int, first_at timestamptz, last_at timestamptz, from_teacher uuid)
language plpgsql security definer set search_path = '' as $$
declare
  is_staff boolean := private.sets_own_notice();
  enrollment public.enrollments := private.changing_enrollment(of_enrollment);
  note text := private.require_change_reason(why);
  series public.lesson_series;
  target uuid;
  week record;
  at timestamptz;
  room uuid;
  judged private.series_week;
  changed uuid[] := '{}';
begin
  if not exists (select from public.teachers t join public.teacher_instruments i on i.teacher_id = t.id
                  where t.id = to_teacher and t.is_active and t.deleted_at is null and i.instrument_id = enrollment.instrument_id) then
    raise exception 'this teacher does not teach the instrument' using errcode = 'CH005', constraint = 'transfer_teacher';
  end if;
  if to_teacher = enrollment.teacher_id then
    raise exception 'the student has this teacher' using errcode = 'CH004', constraint = 'transfer_same_teacher';
  end if;
  if from_day is null or not isfinite(from_day) or from_day < private.local_today() + (case when is_staff then 0 else 2 end)
     or from_day > private.local_today() + 400 then
    raise exception 'a transfer begins on a coming day' using errcode = 'CH005', constraint = 'transfer_day';
  end if;
  answers := coalesce(answers, '{}');
  if jsonb_typeof(answers) <> 'object'
     or exists (select from jsonb_object_keys(answers) k
                 where k not in (select w.lesson_id::text from private.transfer_weeks(of_enrollment, to_teacher, from_day, on_weekday, at_start) w)) then
    raise exception 'an answer for a lesson that does not move' using errcode = 'CH005', constraint = 'freed_answer_unknown';
  end if;
  moved := 0;
  left_out := 0;
  from_teacher := enrollment.teacher_id;
  for week in
    select w.*, answers -> w.lesson_id::text as answer from private.transfer_weeks(of_enrollment, to_teacher, from_day, on_weekday, at_start) w
     order by answers ? w.lesson_id::text, w.starts_at
  loop
    if coalesce((week.answer ->> 'skip')::boolean, false) then
      perform private.cancel_lesson(week.lesson_id, case when is_staff then 'academy' else 'family' end::public.cancel_kind,
                                    coalesce(note, 'Another teacher'));
      left_out := left_out + 1;
      continue;
    end if;
    at := week.goes_at;
    room := week.room_id;
    if week.answer is not null then
      at := (week.answer ->> 'startsAt')::timestamptz;
      judged := private.judge_replacement(to_teacher, enrollment.student_id, enrollment.instrument_id, week.minutes, at,
                                          array[week.booking_id], room);
      room := judged.room_id;
    elsif week.reasons <> '{}' then
      raise exception 'the teacher is not free on %: %', at, week.reasons
        using errcode = 'CH005', constraint = 'transfer_time_taken', detail = week.lesson_id::text;
    end if;
    update public.bookings b
       set teacher_id = to_teacher, room_id = room, during = tstzrange(at, at + week.minutes * interval '1 minute')
     where b.id = week.booking_id;
    changed := changed || week.lesson_id;
    moved := moved + 1;
  end loop;
  if moved = 0 then
    raise exception 'no lesson is left to be moved' using errcode = 'CH005', constraint = 'transfer_without_lessons';
  end if;
  update public.lessons l set ical_sequence = l.ical_sequence + 1 where l.id = any(changed);
  for series in
    select distinct s.* from public.lesson_series s join public.lessons l on l.series_id = s.id where l.id = any(changed)
  loop
    target := private.divide_series(series, false,
                (select min(l.starts_at) from public.lessons l where l.series_id = series.id and l.id = any(changed)),
                (select min((l.starts_at at time zone a.time_zone)::date)
                   from public.lessons l cross join public.academy_settings a where l.series_id = series.id and l.id = any(changed)));
    update public.lesson_series s
       set teacher_id = to_teacher, change_note = note,
           weekday = coalesce(on_weekday, s.weekday), starts = coalesce(at_start, s.starts),
           room_id = (select mode() within group (order by l.room_id) from public.lessons l where l.series_id = target and l.id = any(changed))
     where s.id = target;
  end loop;
  update public.enrollments e set teacher_id = to_teacher, change_note = note where e.id = of_enrollment;
  select min(l.starts_at), max(l.starts_at) into first_at, last_at from public.lessons l where l.id = any(changed);
  perform private.emit('enrollment/teacher.changed', jsonb_build_object('enrollmentId', of_enrollment, 'changeId', gen_random_uuid(),
                       'fromTeacherId', from_teacher, 'toTeacherId', to_teacher), enrollment.family_id::text);
  return next;
end $$;
comment on function private.transfer_enrollment is
  'Gives the coming lessons of a plan from a day on to another teacher, all or none, and tells what it came to. Each keeps its time, or has the new weekday and start in its week, or '
  'goes where answers say, by the lesson: {"startsAt": instant}, or {"skip": true}, which cancels it (see cancel_lesson). Series, enrollment and '
  'lessons follow; notes and credits are the student''s. Parents for their family from the day after tomorrow on, administrators with a reason. Errors: those of '
  'changing_enrollment, enrollment_reason_missing, transfer_teacher, transfer_same_teacher, transfer_day, freed_answer_unknown, '
  'transfer_time_taken, transfer_without_lessons, series_replacement_taken, those of check_series.';

revoke execute on function private.transfer_weeks, private.transfer_enrollment from public;
grant execute on function private.transfer_weeks, private.transfer_enrollment to authenticated, service_role;
