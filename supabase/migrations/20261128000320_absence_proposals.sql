-- A teacher is away: each lesson that it meets gets proposals, of which the family takes one. Nobody answers: the lesson is
-- cancelled by the teacher, with a credit.

create type public.proposal_kind as enum ('substitute', 'time', 'credit');

create table public.lesson_proposals (
  id uuid primary key default gen_random_uuid(),
  lesson_id uuid not null references public.lessons (id),
  family_id uuid not null references public.families (id),
  time_off_id uuid constraint lesson_proposals_time_off_id_fkey references public.teacher_exceptions (id) on delete set null,
  kind public.proposal_kind not null,
  position int not null constraint lesson_proposals_position check (position between 1 and 99),
  teacher_id uuid references public.teachers (id),
  starts_at timestamptz,
  made_at timestamptz not null default private.now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  closed_at timestamptz,
  constraint lesson_proposals_what check (
    case kind when 'substitute' then teacher_id is not null and starts_at is null
              when 'time' then teacher_id is not null and starts_at is not null
              else teacher_id is null and starts_at is null end),
  constraint lesson_proposals_expire check (expires_at > made_at)
);
comment on table public.lesson_proposals is
  'What a family may choose for a lesson whose teacher is away, until expires_at: a substitute at its time, another time with its '
  'teacher, a credit. closed_at: it can be chosen no more; accepted_at: it was the one.';
create index lesson_proposals_lesson on public.lesson_proposals (lesson_id) where closed_at is null;
create index lesson_proposals_all on public.lesson_proposals (lesson_id, time_off_id);
create index lesson_proposals_family on public.lesson_proposals (family_id);
create index lesson_proposals_time_off on public.lesson_proposals (time_off_id);
create index lesson_proposals_teacher on public.lesson_proposals (teacher_id);
call private.protect('lesson_proposals', 'id');
grant select on public.lesson_proposals to authenticated;
create policy family_or_admin_reads on public.lesson_proposals for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
insert into private.personal_tables (table_name, of_family) values ('lesson_proposals', 'family_id = $1');

-- What a family has accepted is the academy's own word: while it is carried out, the change is one of staff. No transaction
-- ends in that state.
create or replace function private.lesson_changer(of_lesson uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  lesson public.lessons;
begin
  select * into lesson from public.lessons l where l.id = of_lesson;
  return case
    when lesson.id is null then null
    when private.sets_own_notice() then 'staff'
    when exists (select from public.lesson_proposals p
                  where p.lesson_id = of_lesson and p.closed_at is null and p.accepted_at is not null) then 'staff'
    when lesson.family_id in (select private.my_family_ids()) then 'family'
    when lesson.class_id is not null and exists (
      select from public.lesson_seats s where s.lesson_id = of_lesson and s.family_id in (select private.my_family_ids())) then 'family'
    when lesson.teacher_id = private.my_teacher_id() then 'teacher'
  end;
end $$;
comment on function private.lesson_changer is
  'As whom the caller may change a lesson: staff (administrators, the academy itself, a family that accepts what the academy '
  'proposed), family, teacher; null: not at all.';

create or replace function private.substitutes_for(of_lessons uuid[])
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
     where l.id = any(of_lessons) and (l.teacher_id = private.my_teacher_id() or private.lesson_changer(l.id) = 'staff')
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

create or replace function private.assign_substitute(of_lesson uuid, to_teacher uuid)
returns table (teacher_before uuid, room_before uuid, teacher_id uuid, room_id uuid, sequence int)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  lesson public.lessons;
  required text;
  room uuid;
  found_obstacle text;
begin
  if not private.is_admin() and private.lesson_changer(of_lesson) is distinct from 'staff' then
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
  'own teacher may take it back so. The family hears of it (scheduling/lesson.substituted). Administrators, the academy itself, '
  'and a family that accepts the proposal. Errors: admin_only, substitute_too_late, substitute_unfit, substitute_away, '
  'substitute_busy, substitute_without_room, lesson_paid.';

-- Proposing ------------------------------------------------------------------------------------------------------------------
create function private.proposal_deadline(of_start timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case when private.now() + interval '2 hours' <= n.notice then n.notice
              else least(date_trunc('minute', private.now()) + interval '2 hours', of_start - interval '1 hour') end
    from (select of_start - a.cancel_notice_minutes * interval '1 minute' as notice from public.academy_settings a) n
$$;
comment on function private.proposal_deadline is
  'Until when a family chooses: the notice of a cancellation before the lesson; where that is less than two hours away, two '
  'hours from now, and one before the lesson at the latest.';

create function private.fill_proposals(of_lesson uuid, of_time_off uuid, until timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  zone text := (select a.time_zone from public.academy_settings a);
  lesson public.lessons;
  minutes int;
  credit_ends timestamptz;
begin
  select * into lesson from public.lessons l where l.id = of_lesson;
  minutes := extract(epoch from upper(lesson.during) - lower(lesson.during)) / 60;
  select c.expires_at into credit_ends from public.makeup_credits c where c.used_lesson_id = of_lesson;
  insert into public.lesson_proposals (lesson_id, family_id, time_off_id, kind, position, teacher_id, starts_at, expires_at)
  select of_lesson, lesson.family_id, of_time_off, o.kind, o.position, o.teacher_id, o.starts_at, until
    from (
      select n.*, row_number() over (order by n.kind, n.position) as place
        from (
          (select 'substitute'::public.proposal_kind as kind, 1 as position, s.teacher_id, null::timestamptz as starts_at
             from private.substitutes_for(array[of_lesson]) s
            where s.obstacle is null and not s.is_outside_hours and not s.is_full
            order by s.lessons_with_student desc, s.is_there desc, s.lessons_with_family desc, cardinality(s.shared_styles) desc,
                     s.booked_minutes::numeric / nullif(s.capacity_minutes, 0), s.teacher_id
            limit 1)
          union all
          -- One a day: times of the same hour are hardly a choice.
          (select 'time', (1 + row_number() over (order by d.distance, d.starts_at))::int, d.teacher_id, d.starts_at
             from (select distinct on ((t.starts_at at time zone zone)::date) t.teacher_id, t.starts_at,
                          abs(extract(epoch from t.starts_at - lesson.starts_at)) as distance
                     from private.open_times(lesson.instrument_id, minutes, null, null, lesson.teacher_id, null,
                                             array[lesson.booking_id], lesson.student_id, null, lesson.kind = 'make_up') t
                    where t.starts_at > until and t.starts_at < coalesce(credit_ends, 'infinity')
                    order by (t.starts_at at time zone zone)::date, 3, t.starts_at) d
            order by 2 limit 3)) n
       where not exists (select from public.lesson_proposals p
                          where p.lesson_id = of_lesson and p.closed_at is null and p.kind = n.kind
                            and (p.kind = 'substitute' or p.starts_at = n.starts_at))
      union all
      select 'credit', 99, null, null, 0
       where not exists (select from public.lesson_proposals p
                          where p.lesson_id = of_lesson and p.closed_at is null and p.kind = 'credit')) o
   where o.place <= 3 - (select count(*) from public.lesson_proposals p
                          where p.lesson_id = of_lesson and p.closed_at is null and p.kind <> 'credit');
end $$;
comment on function private.fill_proposals is
  'Adds what a lesson lacks of its proposals: a substitute at its time who fits, else the nearest open times with its own '
  'teacher, one a day, three of both together; and a credit.';

create function private.propose(of_lesson uuid, of_time_off uuid)
returns table (outcome text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  lesson public.lessons;
  away public.teacher_exceptions;
  deadline timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into lesson from public.lessons l where l.id = of_lesson for update;
  select * into away from public.teacher_exceptions x where x.id = of_time_off;
  if lesson.id is null or away.id is null or lesson.status <> 'scheduled' or lesson.class_id is not null
     or lesson.teacher_id <> away.teacher_id or not lesson.during && away.during or lesson.starts_at <= private.now() then
    return query select 'settled', null::timestamptz;
    return;
  end if;
  select min(p.expires_at) into deadline from public.lesson_proposals p
   where p.lesson_id = of_lesson and p.time_off_id = of_time_off and p.closed_at is null;
  if deadline is null and exists (select from public.lesson_proposals p
                                   where p.lesson_id = of_lesson and p.time_off_id = of_time_off) then
    return query select 'settled', null::timestamptz;
    return;
  end if;
  if deadline is null then
    deadline := private.proposal_deadline(lesson.starts_at);
    if deadline <= private.now() + interval '5 minutes' then
      perform private.cancel_lesson(of_lesson, 'teacher', 'The teacher cannot come');
      return query select 'cancelled', null::timestamptz;
      return;
    end if;
    perform private.fill_proposals(of_lesson, of_time_off, deadline);
  end if;
  return query select 'proposed', deadline;
end $$;
comment on function private.propose is
  'Makes the proposals of a lesson that a teacher''s time off meets. outcome: proposed, until expires_at; cancelled, by the '
  'teacher with a credit, where there is no time left to choose; settled, where there is nothing to propose any more. Safe to repeat.';

create function private.renew_proposals(of_lesson uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
  of_time_off uuid;
  deadline timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into lesson from public.lessons l where l.id = of_lesson for update;
  select p.time_off_id, p.expires_at into of_time_off, deadline from public.lesson_proposals p
   where p.lesson_id = of_lesson and p.closed_at is null and p.expires_at > private.now() limit 1;
  if not found or lesson.status <> 'scheduled' then return 0; end if;
  update public.lesson_proposals p set closed_at = private.now()
   where p.lesson_id = of_lesson and p.closed_at is null
     and (p.kind = 'substitute' and not exists (
            select from private.substitutes_for(array[of_lesson]) s where s.teacher_id = p.teacher_id and s.obstacle is null)
          or p.kind = 'time' and exists (
            select from private.lesson_conflicts(lesson.instrument_id, p.teacher_id, p.starts_at,
              (extract(epoch from upper(lesson.during) - lower(lesson.during)) / 60)::int, lesson.student_id, null, null,
              array[lesson.booking_id], lesson.kind = 'make_up', false)));
  perform private.fill_proposals(of_lesson, of_time_off, deadline);
  return (select count(*)::int from public.lesson_proposals p where p.lesson_id = of_lesson and p.closed_at is null);
end $$;
comment on function private.renew_proposals is
  'Ends the open proposals of a lesson that have been taken meanwhile and adds others in their place; gives how many there are.';

-- Answering ------------------------------------------------------------------------------------------------------------------
create function private.accept_proposal(of_proposal uuid)
returns table (kind public.proposal_kind, lesson_id uuid, starts_at timestamptz, teacher_id uuid, credit_id uuid)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  proposal public.lesson_proposals;
  given uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into proposal from public.lesson_proposals p where p.id = of_proposal for update;
  if proposal.id is null or not (private.is_admin() or proposal.family_id in (select private.my_family_ids())) then
    raise exception 'no such proposal' using errcode = 'CH404', constraint = 'proposal_missing';
  end if;
  if proposal.closed_at is not null then
    raise exception 'the proposal is answered' using errcode = 'CH004', constraint = 'proposal_answered';
  end if;
  if proposal.expires_at <= private.now() then
    raise exception 'the proposal ended at %', proposal.expires_at using errcode = 'CH005', constraint = 'proposal_expired';
  end if;
  update public.lesson_proposals p set accepted_at = private.now() where p.id = of_proposal;
  case proposal.kind
    when 'substitute' then
      perform private.assign_substitute(proposal.lesson_id, proposal.teacher_id);
    when 'time' then
      perform private.move_lesson(proposal.lesson_id, proposal.starts_at, proposal.teacher_id, null, 'The teacher is away');
    else
      select c.credit_id into given from private.cancel_lesson(proposal.lesson_id, 'teacher', 'The teacher cannot come') c;
  end case;
  update public.lesson_proposals p set closed_at = private.now() where p.id = of_proposal;
  return query select proposal.kind, l.id, l.starts_at, l.teacher_id, given from public.lessons l where l.id = proposal.lesson_id;
end $$;
comment on function private.accept_proposal is
  'Takes one of the proposals of a lesson, whole or not at all: the substitute, the time, or the credit. Parents for their '
  'family, administrators. Errors: proposal_missing, proposal_answered, proposal_expired, and what assign_substitute, '
  'move_lesson and cancel_lesson refuse when it has been taken meanwhile.';

create function private.close_unanswered(of_lesson uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  if not exists (select from public.lesson_proposals p join public.lessons l on l.id = p.lesson_id
                  where p.lesson_id = of_lesson and p.closed_at is null and p.expires_at <= private.now()
                    and l.status = 'scheduled') then
    return false;
  end if;
  perform private.cancel_lesson(of_lesson, 'teacher', 'The teacher cannot come, and no other time was chosen');
  return true;
end $$;
comment on function private.close_unanswered is
  'Cancels a lesson whose proposals nobody answered in time, by the teacher, with a credit. Safe to repeat: tells whether it did.';

create function private.end_proposals() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.lesson_proposals p set closed_at = private.now()
   where p.lesson_id = new.id and p.closed_at is null and p.accepted_at is null;
  if found or exists (select from public.lesson_proposals p where p.lesson_id = new.id and p.closed_at is null) then
    perform private.emit('scheduling/proposals.closed', jsonb_build_object('lessonId', new.id), coalesce(new.family_id::text, ''));
  end if;
  return null;
end $$;
comment on function private.end_proposals is 'A lesson that is cancelled, moved or given by another teacher needs no proposals any more.';
create trigger end_proposals after update on public.lessons
  for each row when ((old.teacher_id, old.during, old.status) is distinct from (new.teacher_id, new.during, new.status))
  execute function private.end_proposals();

create function private.end_absence() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  ended record;
begin
  for ended in
    with closed as (
      update public.lesson_proposals p set closed_at = private.now()
        from public.lessons l
       where p.time_off_id = old.id and p.closed_at is null and p.accepted_at is null and l.id = p.lesson_id
         and (tg_op = 'DELETE' or not l.during && new.during)
      returning p.lesson_id, p.family_id)
    select distinct c.lesson_id, c.family_id from closed c order by 1
  loop
    perform private.emit('scheduling/absence.withdrawn', jsonb_build_object('lessonId', ended.lesson_id), ended.family_id::text);
    perform private.emit('scheduling/proposals.closed', jsonb_build_object('lessonId', ended.lesson_id), ended.family_id::text);
  end loop;
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function private.end_absence is
  'Time off that is withdrawn or shortened ends the proposals of the lessons that it meets no more; their families are told.';
create trigger end_absence before delete or update of during on public.teacher_exceptions
  for each row execute function private.end_absence();

-- Which lessons need them --------------------------------------------------------------------------------------------------
create function private.announce_absences(of_time_off uuid default null) returns int
language plpgsql security definer set search_path = '' as $$
declare
  met record;
  announced int := 0;
begin
  for met in
    select l.id, x.id as time_off_id, l.family_id
      from public.teacher_exceptions x
      join public.academy_settings a on true
      join public.lessons l on l.teacher_id = x.teacher_id and l.during && x.during
                           and l.starts_at > lower(x.during) - interval '1 day' and l.starts_at < upper(x.during)
     where (of_time_off is null or x.id = of_time_off) and upper(x.during) > private.now()
       and l.status = 'scheduled' and l.class_id is null and l.starts_at > private.now()
       and l.starts_at <= private.now() + a.horizon_days * interval '1 day'
       and not exists (select from public.lesson_proposals p where p.lesson_id = l.id and p.time_off_id = x.id)
     order by l.starts_at, l.id
  loop
    perform private.emit('scheduling/absence.found', jsonb_build_object('lessonId', met.id, 'timeOffId', met.time_off_id),
                         met.family_id::text);
    announced := announced + 1;
  end loop;
  return announced;
end $$;
comment on function private.announce_absences is
  'Tells of each lesson that time off meets within the horizon and that has no proposals yet (scheduling/absence.found). Classes '
  'are the academy''s to look after.';

create or replace function private.enter_time_off(of_teacher uuid, from_at timestamptz, until_at timestamptz, why text) returns uuid
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
  perform private.announce_absences(entered);
  return entered;
end $$;

comment on function private.enter_time_off is
  'Enters time in which a teacher is away. Lessons that it meets stay booked, and their families get proposals '
  '(scheduling/absence.found). The teacher and administrators. Errors: teacher_time_forbidden, time_off_in_order, '
  'time_off_in_past, time_off_too_long, time_off_does_not_overlap, teacher_exceptions_reason.';

revoke execute on function private.proposal_deadline, private.fill_proposals, private.propose, private.renew_proposals,
  private.accept_proposal, private.close_unanswered, private.end_proposals, private.end_absence, private.announce_absences
  from public;
grant execute on function private.accept_proposal to authenticated;
grant execute on function private.propose, private.renew_proposals, private.close_unanswered, private.announce_absences
  to service_role;
