-- Reminders of lessons: a day and two hours ahead, to whoever wants them, each once.

create function private.claim_lesson_reminders(up_to int default 50)
returns table (
  key text, is_first boolean, lesson_id uuid, sequence int, kind public.lesson_kind, class_name text, instrument text,
  starts_at timestamptz, minutes int, teacher_name text, room_name text, student_first_name text, student_last_name text,
  family_id uuid, enrollment_id uuid, reader_name text, reader_is_student boolean, recipient text, family_zone text
)
language sql volatile security definer set search_path = '' as $$
  with a as (
    select private.now() as now, s.reminder_first_minutes * interval '1 minute' as first,
           s.reminder_second_minutes * interval '1 minute' as second
      from public.academy_settings s
  ), due as materialized (
    select l.id, l.starts_at > a.now + a.second as is_first, l.starts_at, l.student_id, l.class_id, l.enrollment_id
      from a join public.lessons l on l.starts_at > a.now and l.starts_at <= a.now + a.first
     where l.status = 'scheduled'
        -- While its family chooses what becomes of it, nobody is to come.
       and not exists (select from public.lesson_proposals p where p.lesson_id = l.id and p.closed_at is null)
  ), learner as (
    select d.id, d.is_first, d.starts_at, d.enrollment_id, d.student_id from due d where d.student_id is not null
     union all
    select d.id, d.is_first, d.starts_at, null, s.student_id
      from due d join public.lesson_seats s on s.lesson_id = d.id and s.given_up_at is null where d.class_id is not null
  ), reader as (
    select distinct on (r.id, r.student_id, lower(r.email)) r.*
      from (select l.*, s.family_id, 0 as rank, g.id as reader_id, g.full_name as name, g.email, g.profile_id, false as is_student
              from learner l join public.students s on s.id = l.student_id and s.deleted_at is null
              join public.guardians g on g.family_id = s.family_id and g.deleted_at is null
             union all
            select l.*, s.family_id, 1, s.id, s.first_name || ' ' || s.last_name, p.email, p.id, true
              from learner l join public.students s on s.id = l.student_id and s.deleted_at is null
              join public.profiles p on p.id = s.profile_id and p.is_active) r
     where not exists (select from public.notification_choices c
                        where c.profile_id = r.profile_id and c.channel = 'none'
                          and c.kind = case when r.is_first then 'lesson_reminder' else 'lesson_reminder_soon' end)
     order by r.id, r.student_id, lower(r.email), r.rank, r.reader_id
  ), keyed as materialized (
    -- The start stands in the key: a lesson that has moved is reminded of again, for its new time.
    select r.*, 'lesson-reminder:' || case when r.is_first then 'first' else 'second' end || ':' || r.id || ':'
                || extract(epoch from r.starts_at)::bigint || ':' || r.student_id || ':' || r.reader_id as key
      from reader r
  ), chosen as materialized (
    select k.* from keyed k cross join a
     where not exists (select from public.email_log e where e.key = k.key)
        -- A worker that fell silent had claimed it.
        or exists (select from public.email_log e where e.key = k.key and e.status = 'queued' and e.attempts < 5
                      and e.queued_at < a.now - interval '10 minutes')
     order by k.starts_at, k.key limit up_to
  ), claimed as (
    insert into public.email_log as e (key, kind, recipient, subject, family_id, enrollment_id)
    select c.key, 'lesson-reminder', c.email, 'Lesson reminder', c.family_id, c.enrollment_id from chosen c
    on conflict on constraint email_log_key_key do update set queued_at = private.now()
     where e.status = 'queued' and e.attempts < 5 and e.queued_at < private.now() - interval '10 minutes'
    returning e.key
  )
  select c.key, c.is_first, c.id, l.ical_sequence, l.kind, k.name, lower(coalesce(i.name, ki.name)), c.starts_at,
         (extract(epoch from upper(l.during) - l.starts_at) / 60)::int, t.first_name || ' ' || t.last_name, r.name,
         s.first_name, s.last_name, c.family_id, c.enrollment_id, c.name, c.is_student, c.email, f.time_zone
    from claimed m join chosen c on c.key = m.key
    join public.lessons l on l.id = c.id
    join public.teachers t on t.id = l.teacher_id
    join public.rooms r on r.id = l.room_id
    join public.students s on s.id = c.student_id
    join public.families f on f.id = c.family_id
    left join public.instruments i on i.id = l.instrument_id
    left join public.classes k on k.id = l.class_id
    left join public.instruments ki on ki.id = k.instrument_id
   order by c.starts_at, c.key
$$;
comment on function private.claim_lesson_reminders is
  'The reminders that are due and nobody sends yet, now the caller''s to send: one a lesson, student, start and reader '
  '(guardians, a student with an account) whose choice is not none. Those of a lesson that is further off than the second '
  'reminder are first reminders, however late; of a lesson that has begun, or whose family is to '
  'choose because the teacher is away, there is none. What was claimed and not sent within '
  'ten minutes is given again, five times at most.';
revoke execute on function private.claim_lesson_reminders from public;
grant execute on function private.claim_lesson_reminders to service_role;
