-- Scheduling: bookings (lessons and holds share one calendar), lessons, open times.

create type public.booking_kind as enum ('hold', 'lesson');

create table public.bookings (
  id uuid primary key default gen_random_uuid(),
  kind public.booking_kind not null,
  is_active boolean not null default true,
  teacher_id uuid not null references public.teachers (id),
  room_id uuid not null references public.rooms (id),
  student_id uuid references public.students (id),
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
  teacher_busy tstzrange not null,
  expires_at timestamptz,
  released_reason text,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  check ((kind = 'hold') = (expires_at is not null)),
  unique (id, teacher_id, room_id, during),
  constraint teacher_double_booked exclude using gist (teacher_id with =, teacher_busy with &&) where (is_active),
  constraint room_double_booked exclude using gist (room_id with =, during with &&) where (is_active),
  constraint student_double_booked exclude using gist (student_id with =, during with &&)
    where (is_active and student_id is not null)
);
comment on table public.bookings is
  'Time that is taken: by a lesson, or for some minutes by a hold while a family pays. Lessons and holds exclude each other.';
create index bookings_expiry on public.bookings (expires_at) where is_active and kind = 'hold';
create index bookings_student on public.bookings (student_id);

create function private.set_teacher_busy() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- Writers of one day wait for each other here, so that exclusion constraints refuse instead of deadlocking. Series
  -- are written in the order of their days.
  perform pg_advisory_xact_lock(hashtext('bookings of a day'),
    (select (lower(new.during) at time zone a.time_zone)::date from public.academy_settings a) - date '2000-01-01');
  new.teacher_busy := tstzrange(lower(new.during), upper(new.during)
    + (select t.buffer_minutes from public.teachers t where t.id = new.teacher_id) * interval '1 minute');
  return new;
end $$;
comment on function private.set_teacher_busy is 'The lesson and the teacher''s buffer after it; takes the day''s lock.';
create trigger set_teacher_busy before insert or update of teacher_id, during on public.bookings
  for each row execute function private.set_teacher_busy();
create trigger touch before update on public.bookings for each row execute function private.touch();

create type public.lesson_kind as enum ('trial', 'private', 'shared', 'group', 'make_up', 'recital');
create type public.lesson_status as enum ('scheduled', 'completed', 'cancelled', 'no_show');

create table public.lessons (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null,
  enrollment_id uuid not null,
  family_id uuid not null references public.families (id),
  student_id uuid not null references public.students (id),
  instrument_id uuid not null references public.instruments (id),
  teacher_id uuid not null,
  room_id uuid not null,
  during tstzrange not null,
  kind public.lesson_kind not null,
  status public.lesson_status not null default 'scheduled',
  ical_sequence int not null default 0,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  unique (booking_id),
  foreign key (booking_id, teacher_id, room_id, during)
    references public.bookings (id, teacher_id, room_id, during) on update cascade
);
comment on table public.lessons is 'Lessons. Teacher, room and time follow the booking that keeps them free of overlap.';
create index lessons_teacher on public.lessons (teacher_id, lower(during));
create index lessons_family on public.lessons (family_id, lower(during));
create index lessons_student on public.lessons (student_id, lower(during));
create index lessons_enrollment on public.lessons (enrollment_id);
create index lessons_start on public.lessons (lower(during));
create trigger touch before update on public.lessons for each row execute function private.touch();
create trigger immutable before update on public.lessons
  for each row execute function private.refuse_column_change('id', 'family_id', 'student_id', 'enrollment_id', 'kind');

create function private.lesson_transition() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.status is distinct from new.status and old.status <> 'scheduled'
     and not (old.status in ('completed', 'no_show') and new.status in ('completed', 'no_show')) then
    raise exception 'a % lesson cannot become %', old.status, new.status
      using errcode = 'CH004', constraint = 'lesson_transition';
  end if;
  if new.status = 'cancelled' and old.status <> 'cancelled' then
    update public.bookings b set is_active = false, released_reason = 'lesson cancelled' where b.id = new.booking_id;
  end if;
  return new;
end $$;
comment on function private.lesson_transition is 'A cancelled lesson stays cancelled and frees its time.';
create trigger lesson_transition before update of status on public.lessons
  for each row execute function private.lesson_transition();

create function private.instruments_of_room(equipment text[], required text) returns boolean
language sql immutable set search_path = '' as $$ select required is null or required = any(equipment) $$;
comment on function private.instruments_of_room is 'Whether a room has what an instrument needs.';

-- Open times, in one statement: weekly hours minus time off, closures, bookings and buffers, for each free room,
-- from the notice to the horizon, on the academy's grid. Local hours become instants day by day, so a 16:00 lesson
-- stays at 16:00 across daylight saving.
create function private.open_times(
  wanted_instrument uuid,
  wanted_minutes int,
  from_at timestamptz default null,
  until_at timestamptz default null,
  wanted_teacher uuid default null,
  wanted_age int default null,
  ignored_booking uuid default null
) returns table (teacher_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with s as (
    select a.time_zone, a.grid_minutes, i.required_equipment,
           greatest(coalesce(from_at, '-infinity'), private.now() + a.notice_minutes * interval '1 minute') as earliest,
           least(coalesce(until_at, 'infinity'), private.now() + a.horizon_days * interval '1 day') as latest
      from public.academy_settings a, public.instruments i
     where i.id = wanted_instrument and i.is_active
  ), days as (
    select d::date as day
      from s, generate_series((s.earliest at time zone s.time_zone)::date,
                              (s.latest at time zone s.time_zone)::date, interval '1 day') d
     where exists (select from public.terms t where d::date between t.starts_on and t.ends_on)
       and not exists (select from public.closures c where d::date between c.starts_on and c.ends_on)
  ), candidates as (
    select t.id, t.buffer_minutes * interval '1 minute' as buffer
      from public.teachers t join public.teacher_instruments ti on ti.teacher_id = t.id
     where ti.instrument_id = wanted_instrument and t.is_active and t.is_accepting
       and (wanted_teacher is null or t.id = wanted_teacher)
       and (wanted_age is null or wanted_age between ti.minimum_age and ti.maximum_age)
  ), hours as (
    select c.id, c.buffer, range_agg(tstzrange((days.day + a.starts) at time zone s.time_zone,
                                               (days.day + a.ends) at time zone s.time_zone)) as open
      from candidates c
      join public.teacher_availability a on a.teacher_id = c.id
      join days on extract(isodow from days.day) - 1 = a.weekday and a.valid @> days.day
      cross join s
     group by c.id, c.buffer
  ), free as (
    select h.id, h.open
           - coalesce((select range_agg(tstzrange(lower(b.during) - h.buffer, upper(b.teacher_busy)))
                         from public.bookings b, s
                        where b.teacher_id = h.id and b.is_active and b.id is distinct from ignored_booking
                          and (b.kind = 'lesson' or b.expires_at > private.now())
                          and b.teacher_busy && tstzrange(s.earliest - interval '1 day', s.latest + interval '1 day')),
                      '{}'::tstzmultirange)
           - coalesce((select range_agg(e.during) from public.teacher_exceptions e where e.teacher_id = h.id),
                      '{}'::tstzmultirange) as open
      from hours h
  ), starts as (
    select f.id, st as starts_at, st + wanted_minutes * interval '1 minute' as ends_at
      from s, free f, unnest(f.open) r,
           generate_series(
             to_timestamp(ceil(extract(epoch from lower(r)) / (s.grid_minutes * 60)) * s.grid_minutes * 60),
             upper(r) - wanted_minutes * interval '1 minute',
             s.grid_minutes * interval '1 minute') st
     where st >= s.earliest and st <= s.latest
  ), taken as (
    select b.room_id, range_agg(b.during) as during
      from public.bookings b, s
     where b.is_active and b.id is distinct from ignored_booking
       and (b.kind = 'lesson' or b.expires_at > private.now())
       and b.during && tstzrange(s.earliest - interval '1 day', s.latest + interval '1 day')
     group by b.room_id
  ), fit as (
    select r.id, r.name, cardinality(r.equipment) as extras, coalesce(t.during, '{}'::tstzmultirange) as taken
      from s, public.rooms r left join taken t on t.room_id = r.id
     where r.is_active and private.instruments_of_room(r.equipment, s.required_equipment)
  )
  select st.id, room.id, st.starts_at, st.ends_at
    from starts st
    cross join lateral (select fit.id from fit
                         where not fit.taken && tstzrange(st.starts_at, st.ends_at)
                         order by fit.extras, fit.name limit 1) room
   order by st.starts_at, st.id
$$;
comment on function private.open_times is
  'Bookable starts for an instrument and length (minutes), with a free fitting room each. Instants, half-open.';
revoke execute on function private.open_times from public;
grant execute on function private.open_times to anon, authenticated, service_role;

create function private.release_expired_holds() returns void
language sql security definer set search_path = '' as $$
  update public.bookings set is_active = false, released_reason = 'hold expired'
   where kind = 'hold' and is_active and expires_at <= private.now()
$$;
comment on function private.release_expired_holds is 'Lets go of holds whose time is over, so that they stop excluding others.';
revoke execute on function private.release_expired_holds from public;
grant execute on function private.release_expired_holds to service_role;

do $$
declare t text;
begin
  foreach t in array array['bookings', 'lessons'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select on public.%I to authenticated', t);
    execute format('grant all on public.%I to service_role', t);
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit()', t);
  end loop;
end $$;
