-- Teaching: series, classes with seats, attendance, notes, assignments, practice.

-- Series ------------------------------------------------------------------------------------------------------
create table public.lesson_series (
  id uuid primary key default gen_random_uuid(),
  enrollment_id uuid not null,
  family_id uuid not null,
  student_id uuid not null,
  teacher_id uuid not null references public.teachers (id),
  room_id uuid not null references public.rooms (id),
  weekday int not null constraint series_weekday check (weekday between 0 and 6),
  starts time not null,
  minutes int not null constraint series_minutes check (minutes in (30, 45, 60)),
  every_weeks int not null default 1 constraint series_every_weeks check (every_weeks in (1, 2)),
  valid daterange not null constraint series_valid
    check (not isempty(valid) and not lower_inf(valid) and not upper_inf(valid) and upper(valid) - lower(valid) <= 400),
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint series_student_of_enrollment foreign key (enrollment_id, student_id, family_id)
    references public.enrollments (id, student_id, family_id),
  constraint series_of_enrollment unique (id, enrollment_id),
  constraint series_one_at_a_time exclude using gist (enrollment_id with =, valid with &&)
);
comment on table public.lesson_series is
  'Weekly or fortnightly lessons of an enrollment: weekday (0 is Monday) and start in local time of the academy''s zone, '
  'length in minutes, and the days between which they are given. Its lessons point here.';
create index lesson_series_family on public.lesson_series (family_id);
create index lesson_series_student on public.lesson_series (student_id);
create index lesson_series_teacher on public.lesson_series (teacher_id, weekday);
create index lesson_series_room on public.lesson_series (room_id);
call private.protect('lesson_series', 'id');
create trigger refuse_deleted before insert on public.lesson_series for each row execute function private.refuse_deleted();
grant select on public.lesson_series to authenticated;
create policy related_reads on public.lesson_series for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or teacher_id = (select private.my_teacher_id())
         or (select private.is_admin()));
create trigger immutable before update on public.lesson_series
  for each row execute function private.refuse_column_change('id', 'enrollment_id', 'family_id', 'student_id');

alter table public.lessons add column series_id uuid;
alter table public.lessons add constraint lessons_series_of_enrollment
  foreign key (series_id, enrollment_id) references public.lesson_series (id, enrollment_id);
create index lessons_series on public.lessons (series_id);

-- Classes: several students, one teacher, one room, and as many seats as there are. A semi-private lesson is a class
-- of two seats.
create type public.class_status as enum ('open', 'closed', 'ended', 'cancelled');

create table public.classes (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint classes_name check (length(name) between 1 and 80),
  description text not null default '' constraint classes_description check (length(description) <= 1000),
  kind public.lesson_kind not null constraint classes_kind check (kind in ('shared', 'group', 'recital')),
  instrument_id uuid references public.instruments (id),
  teacher_id uuid not null references public.teachers (id),
  room_id uuid not null references public.rooms (id),
  term_id uuid not null references public.terms (id),
  weekday int constraint classes_weekday check (weekday between 0 and 6),
  starts time,
  minutes int not null constraint classes_minutes check (minutes between 15 and 480),
  minimum_age int not null default 0,
  maximum_age int not null default 99,
  seats int not null constraint classes_seats check (seats between 1 and 200),
  price_cents int not null constraint classes_price check (price_cents >= 0),
  currency text not null default 'usd' constraint classes_currency check (currency ~ '^[a-z]{3}$'),
  status public.class_status not null default 'open',
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint classes_ages check (minimum_age between 0 and maximum_age),
  constraint classes_weekly_time check ((weekday is null) = (starts is null)),
  constraint classes_of_kind unique (id, kind),
  constraint classes_two_share check (kind <> 'shared' or seats = 2)
);
comment on table public.classes is
  'Group classes, shared lessons and recitals: who teaches, where, when in the week (local time; none for a recital), '
  'ages in years, seats, and the price of a month or of the recital in cents.';
create index classes_teacher on public.classes (teacher_id);
create index classes_room on public.classes (room_id);
create index classes_term on public.classes (term_id);
create index classes_instrument on public.classes (instrument_id);
call private.protect('classes', 'id');
create trigger refuse_deleted before insert on public.classes for each row execute function private.refuse_deleted();
create trigger soft_delete_only before delete on public.classes for each row execute function private.refuse_delete();
grant select on public.classes to anon, authenticated;
grant insert, update, delete on public.classes to authenticated;
create policy everyone_reads on public.classes for select to anon, authenticated
  using (status = 'open' and kind <> 'shared' or (select private.is_admin()));
create policy admin_adds on public.classes for insert to authenticated with check ((select private.is_admin()));
create policy admin_changes on public.classes for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy admin_removes on public.classes for delete to authenticated using ((select private.is_admin()));

create type public.seat_status as enum ('taken', 'left');

create table public.class_seats (
  id uuid primary key default gen_random_uuid(),
  class_id uuid not null references public.classes (id),
  student_id uuid not null,
  family_id uuid not null,
  status public.seat_status not null default 'taken',
  taken_at timestamptz not null default private.now(),
  left_at timestamptz,
  constraint class_seats_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint class_seats_left check ((status = 'left') = (left_at is not null)),
  constraint class_seats_in_order check (left_at >= taken_at)
);
comment on table public.class_seats is 'Students who have a seat in a class, and those who had one.';
create unique index class_seat_once on public.class_seats (class_id, student_id) where status = 'taken';
create index class_seats_class on public.class_seats (class_id);
create index class_seats_student on public.class_seats (student_id);
create index class_seats_family on public.class_seats (family_id);
call private.protect('class_seats', 'id');
create trigger refuse_deleted before insert on public.class_seats for each row execute function private.refuse_deleted();
create trigger soft_delete_only before delete on public.class_seats for each row execute function private.refuse_delete();
create trigger immutable before update on public.class_seats
  for each row execute function private.refuse_column_change('id', 'class_id', 'student_id', 'family_id', 'taken_at');

create function private.take_seat() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  class public.classes;
  born date;
  age int;
begin
  if tg_op = 'UPDATE' and old.status = 'left' and new.status = 'taken' then
    raise exception 'a seat that was left is taken anew' using errcode = 'CH004', constraint = 'seat_transition';
  end if;
  if new.status <> 'taken' or tg_op = 'UPDATE' then return new; end if;
  -- Takers of one class wait for each other here, so that the last seat goes to one of them.
  select * into class from public.classes c where c.id = new.class_id for no key update;
  if not found then return new; end if;
  if class.status <> 'open' then
    raise exception 'class % is %', class.name, class.status using errcode = 'CH005', constraint = 'class_not_open';
  end if;
  if (select count(*) from public.class_seats s where s.class_id = new.class_id and s.status = 'taken') >= class.seats then
    raise exception 'class % is full', class.name using errcode = 'CH005', constraint = 'class_full';
  end if;
  select s.birth_date into born from public.students s where s.id = new.student_id;
  age := extract(year from age((private.now() at time zone (select a.time_zone from public.academy_settings a))::date, born));
  if age not between class.minimum_age and class.maximum_age then
    raise exception 'age % does not fit %', age, class.name using errcode = 'CH005', constraint = 'class_age_out_of_range';
  end if;
  return new;
end $$;
comment on function private.take_seat is
  'A class that is open gives its seats, each once, to students of its ages. Errors: class_not_open, class_full, '
  'class_age_out_of_range, seat_transition.';
create trigger take_seat before insert or update of status on public.class_seats
  for each row execute function private.take_seat();

create function private.keep_class_seats() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (select count(*) from public.class_seats s where s.class_id = new.id and s.status = 'taken') > new.seats then
    raise exception 'class % has more students than %', new.name, new.seats
      using errcode = 'CH005', constraint = 'class_full';
  end if;
  if new.seats < old.seats and exists (
       select from public.lesson_seats s join public.lessons l on l.id = s.lesson_id
        where l.class_id = new.id and l.status = 'scheduled' and s.given_up_at is null
        group by l.id having count(*) > new.seats) then
    raise exception 'a lesson of class % has more students than %', new.name, new.seats
      using errcode = 'CH005', constraint = 'lesson_full';
  end if;
  if old.status in ('ended', 'cancelled') and new.status is distinct from old.status then
    raise exception 'a class that is % stays so', old.status using errcode = 'CH004', constraint = 'class_transition';
  end if;
  return new;
end $$;
comment on function private.keep_class_seats is
  'A class keeps a seat for each of its students, in each of its lessons too; one that ended stays ended. '
  'Errors: class_full, lesson_full, class_transition.';
create trigger keep_seats before update of seats, status on public.classes
  for each row execute function private.keep_class_seats();

-- Lessons of a class have many students: each one's time is a booking of the kind seat, in the same calendar as lessons
-- and holds, so that a student is never in two places.
alter table public.lessons
  alter column enrollment_id drop not null,
  alter column family_id drop not null,
  alter column student_id drop not null,
  alter column instrument_id drop not null,
  add column class_id uuid,
  add constraint lessons_of_class foreign key (class_id, kind) references public.classes (id, kind),
  add constraint lessons_one_or_class check (
    (class_id is null) = (enrollment_id is not null)
    and (class_id is null) = (family_id is not null) and (class_id is null) = (student_id is not null)
    and (class_id is not null or instrument_id is not null) and (class_id is null or series_id is null)
    and (class_id is not null) = (kind in ('shared', 'group', 'recital')));
-- A lesson's student is its enrollment's, and an enrollment's student its family's: one key says all three.
alter table public.lessons
  drop constraint lessons_enrollment_id_fkey, drop constraint lessons_family_id_fkey, drop constraint lessons_student_id_fkey;
create index lessons_class on public.lessons (class_id, lower(during));
drop trigger immutable on public.lessons;
create trigger immutable before update on public.lessons for each row execute function
  private.refuse_column_change('id', 'family_id', 'student_id', 'enrollment_id', 'kind', 'class_id', 'booking_id');

alter table public.bookings
  alter column teacher_id drop not null,
  alter column room_id drop not null,
  alter column teacher_busy drop not null,
  add constraint bookings_seat_takes_student_only check (
    (kind = 'seat') = (teacher_id is null) and (kind = 'seat') = (room_id is null)
    and (kind = 'seat') = (teacher_busy is null) and (kind <> 'seat' or student_id is not null));

-- One writer of the calendar at a time. A lock of the day, taken row by row, is not enough: a lesson is moved through
-- its booking and cancelled through the lesson, so that two writers meet in opposite order, and a time that is freed on
-- one day while another is taken on the next is waited for in both directions. This lock comes before any row.
create function private.lock_calendar() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  return null;
end $$;
comment on function private.lock_calendar is
  'Writers of bookings, lessons and seats wait for each other, so that constraints refuse instead of deadlocking.';

create or replace function private.set_teacher_busy() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.teacher_id is null then
    new.teacher_busy := null;
    return new;
  end if;
  new.teacher_busy := tstzrange(lower(new.during), upper(new.during)
    + (select t.buffer_minutes from public.teachers t where t.id = new.teacher_id) * interval '1 minute');
  return new;
end $$;

comment on function private.set_teacher_busy() is 'The lesson and the teacher''s buffer after it; a seat keeps no teacher.';
-- What a teacher's time is follows from the lesson and the buffer, also when somebody writes it by itself.
drop trigger set_teacher_busy on public.bookings;
create trigger set_teacher_busy before insert or update of teacher_id, during, teacher_busy on public.bookings
  for each row execute function private.set_teacher_busy();

create table public.lesson_seats (
  lesson_id uuid not null references public.lessons (id),
  student_id uuid not null,
  family_id uuid not null,
  booking_id uuid not null default gen_random_uuid() unique
    references public.bookings (id) deferrable initially deferred,
  given_up_at timestamptz,
  primary key (lesson_id, student_id),
  constraint lesson_seats_student_of_family foreign key (student_id, family_id) references public.students (id, family_id)
);
comment on table public.lesson_seats is
  'The students of a class''s lesson. The booking that keeps each one''s time is made, moved and freed by triggers.';
create index lesson_seats_student on public.lesson_seats (student_id);
create index lesson_seats_family on public.lesson_seats (family_id);
call private.protect('lesson_seats', 'student_id');
create trigger soft_delete_only before delete on public.lesson_seats for each row execute function private.refuse_delete();
create trigger immutable before update on public.lesson_seats
  for each row execute function private.refuse_column_change('lesson_id', 'student_id', 'family_id', 'booking_id');

create function private.book_seat() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
begin
  -- Takers of one lesson wait for each other here.
  select * into lesson from public.lessons l where l.id = new.lesson_id for no key update;
  -- And for whoever changes the seats of the class.
  perform from public.classes c where c.id = lesson.class_id for share;
  if lesson.class_id is null or lesson.status = 'cancelled' then
    raise exception 'lesson % has no seats', new.lesson_id using errcode = 'CH005', constraint = 'lesson_without_seats';
  end if;
  if (select count(*) from public.lesson_seats s where s.lesson_id = new.lesson_id and s.given_up_at is null)
     > (select c.seats from public.classes c where c.id = lesson.class_id) then
    raise exception 'lesson % is full', new.lesson_id using errcode = 'CH005', constraint = 'lesson_full';
  end if;
  insert into public.bookings (id, kind, student_id, during, is_active)
  values (new.booking_id, 'seat', new.student_id, lesson.during, new.given_up_at is null);
  return null;
end $$;
comment on function private.book_seat is
  'A seat in a lesson of a class takes the student''s time. Errors: lesson_without_seats, lesson_full, '
  'student_double_booked.';
create trigger book_seat after insert on public.lesson_seats for each row execute function private.book_seat();

create function private.free_seat() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.given_up_at is not null and new.given_up_at is distinct from old.given_up_at then
    raise exception 'a seat that was given up is not taken again' using errcode = 'CH004', constraint = 'seat_transition';
  end if;
  update public.bookings b set is_active = false, released_reason = 'seat given up'
   where b.id = new.booking_id and b.is_active and new.given_up_at is not null;
  return null;
end $$;
comment on function private.free_seat is 'A seat that is given up frees the student''s time, for good. Error: seat_transition.';
create trigger free_seat after update of given_up_at on public.lesson_seats
  for each row execute function private.free_seat();

create function private.seats_follow_lesson() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.during <> old.during then
    update public.bookings b set during = new.during
      from public.lesson_seats s where s.lesson_id = new.id and b.id = s.booking_id and b.is_active;
  end if;
  if new.status = 'cancelled' and old.status <> 'cancelled' then
    update public.bookings b set is_active = false, released_reason = 'lesson cancelled'
      from public.lesson_seats s where s.lesson_id = new.id and b.id = s.booking_id and b.is_active;
  end if;
  return null;
end $$;
comment on function private.seats_follow_lesson is 'The students'' time moves and ends with the lesson of their class.';
create trigger seats_follow after update of during, status on public.lessons
  for each row when (new.class_id is not null) execute function private.seats_follow_lesson();

-- A lesson has its time ---------------------------------------------------------------------------------------------
create function private.keep_time_taken() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  checked uuid := case tg_table_name when 'bookings' then new.id end;
begin
  if checked is null then checked := new.booking_id; end if;
  if exists (select from public.lessons l join public.bookings b on b.id = l.booking_id
              where b.id = checked
                and (b.kind <> 'lesson' or b.is_active = (l.status = 'cancelled')
                     or b.student_id is distinct from l.student_id))
     or exists (select from public.lesson_seats s
                  join public.lessons l on l.id = s.lesson_id join public.bookings b on b.id = s.booking_id
                 where b.id = checked
                   and (b.kind <> 'seat' or b.is_active = (l.status = 'cancelled' or s.given_up_at is not null)
                        or b.student_id <> s.student_id or b.is_active and b.during <> l.during)) then
    raise exception 'booking % is not the time of its lesson', checked
      using errcode = 'CH001', constraint = 'lesson_without_its_time';
  end if;
  return null;
end $$;
comment on function private.keep_time_taken is
  'At commit each lesson that is not cancelled, and each seat in it, has its student''s time as an active booking; what '
  'is cancelled has none. Error: lesson_without_its_time.';
create constraint trigger has_its_time after insert on public.lessons
  deferrable initially deferred for each row execute function private.keep_time_taken();
create constraint trigger keeps_its_time after update on public.bookings
  deferrable initially deferred for each row
  when ((old.kind, old.is_active, old.student_id, old.during) is distinct from
        (new.kind, new.is_active, new.student_id, new.during))
  execute function private.keep_time_taken();

create function private.keep_cancelled_lesson() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'a cancelled lesson stays where it was' using errcode = 'CH004', constraint = 'lesson_transition';
end $$;
comment on function private.keep_cancelled_lesson is 'A cancelled lesson is not moved. Error: lesson_transition.';
create trigger keep_cancelled before update of teacher_id, room_id, during on public.lessons
  for each row when (old.status = 'cancelled' and (old.teacher_id, old.room_id, old.during)
                       is distinct from (new.teacher_id, new.room_id, new.during))
  execute function private.keep_cancelled_lesson();

do $$
declare t text;
begin
  foreach t in array array['bookings', 'lessons', 'lesson_seats'] loop
    execute format('create trigger lock_calendar before insert or update on public.%I
                    for each statement execute function private.lock_calendar()', t);
  end loop;
end $$;

-- Who is in which lesson, for policies ----------------------------------------------------------------------------
create or replace function private.taught_student_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l.student_id from public.lessons l
   where l.teacher_id = (select private.my_teacher_id()) and l.status <> 'cancelled' and l.student_id is not null
   union
  select s.student_id from public.lessons l join public.lesson_seats s on s.lesson_id = l.id
   where l.teacher_id = (select private.my_teacher_id()) and l.status <> 'cancelled' and l.class_id is not null
$$;

create function private.my_seated_lesson_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.lesson_id from public.lesson_seats s
   where s.family_id in (select private.my_family_ids()) or s.student_id in (select private.my_student_ids())
$$;
comment on function private.my_seated_lesson_ids is 'Lessons of classes in which a child of the parent, or the student, has a seat.';

create function private.my_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.class_id from public.class_seats s
   where s.family_id in (select private.my_family_ids()) or s.student_id in (select private.my_student_ids())
   union
  select c.id from public.classes c where c.teacher_id = (select private.my_teacher_id())
$$;
comment on function private.my_class_ids is 'Classes in which a child of the parent, or the student, has a seat, or that the teacher gives.';

create function private.my_lesson_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l.id from public.lessons l where l.teacher_id = (select private.my_teacher_id())
$$;
comment on function private.my_lesson_ids is 'Lessons that the signed-in teacher gives.';
revoke execute on function private.my_seated_lesson_ids, private.my_class_ids, private.my_lesson_ids from public;
grant execute on function private.my_seated_lesson_ids, private.my_class_ids, private.my_lesson_ids
  to authenticated, service_role;
-- Visitors read open classes: the policy that they share with the signed-in asks for a class of theirs, too.
grant execute on function private.my_class_ids to anon;

drop policy everyone_reads on public.classes;
create policy everyone_reads on public.classes for select to anon, authenticated
  using (status = 'open' and kind <> 'shared' or id = any(array(select private.my_class_ids()))
         or (select private.is_admin()));

drop policy related_reads on public.lessons;
create policy related_reads on public.lessons for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or id = any(array(select private.my_seated_lesson_ids()))
         or teacher_id = (select private.my_teacher_id())
         or (select private.is_admin()));

grant select on public.class_seats, public.lesson_seats to authenticated;
create policy related_reads on public.class_seats for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or student_id = any(array(select private.taught_student_ids()))
         or (select private.is_admin()));
create policy related_reads on public.lesson_seats for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or lesson_id = any(array(select private.my_lesson_ids()))
         or (select private.is_admin()));

-- Attendance ------------------------------------------------------------------------------------------------------
create type public.attendance_status as enum ('present', 'late', 'excused', 'absent');

create table public.attendance (
  lesson_id uuid not null references public.lessons (id),
  student_id uuid not null,
  family_id uuid not null,
  status public.attendance_status not null,
  minutes_late int constraint attendance_minutes_late check (minutes_late between 1 and 120),
  marked_by uuid references public.profiles (id) on delete set null,
  marked_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  primary key (lesson_id, student_id),
  constraint attendance_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint attendance_late check (minutes_late is null or status = 'late')
);
comment on table public.attendance is 'Who was at a lesson, one row a student; minutes_late in minutes.';
create index attendance_student on public.attendance (student_id);
create index attendance_family on public.attendance (family_id);
create index attendance_marked_by on public.attendance (marked_by);
call private.protect('attendance', 'student_id');
create trigger immutable before update on public.attendance
  for each row execute function private.refuse_column_change('lesson_id', 'student_id', 'family_id');

create function private.check_attendance() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
begin
  select * into lesson from public.lessons l where l.id = new.lesson_id;
  if not found then return new; end if;
  if lesson.student_id is distinct from new.student_id
     and not exists (select from public.lesson_seats s
                      where s.lesson_id = new.lesson_id and s.student_id = new.student_id and s.given_up_at is null) then
    raise exception 'the student is not in this lesson' using errcode = 'CH005', constraint = 'attendance_of_another';
  end if;
  if lesson.status = 'cancelled' or lower(lesson.during) > private.now() then
    raise exception 'the lesson has not begun' using errcode = 'CH005', constraint = 'attendance_too_early';
  end if;
  return new;
end $$;
comment on function private.check_attendance is
  'Attendance is taken of the lesson''s students, once it has begun. Errors: attendance_of_another, attendance_too_early.';
create trigger mark_in_lesson before insert or update on public.attendance
  for each row execute function private.check_attendance();
grant select, insert, update on public.attendance to authenticated;
create policy related_reads on public.attendance for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or lesson_id = any(array(select private.my_lesson_ids()))
         or (select private.is_admin()));
create policy teacher_or_admin_marks on public.attendance for insert to authenticated
  with check (lesson_id = any(array(select private.my_lesson_ids())) or (select private.is_admin()));
create policy teacher_or_admin_corrects on public.attendance for update to authenticated
  using (lesson_id = any(array(select private.my_lesson_ids())) or (select private.is_admin()))
  with check (lesson_id = any(array(select private.my_lesson_ids())) or (select private.is_admin()));

-- Notes, assignments, practice ------------------------------------------------------------------------------------
create type public.note_audience as enum ('family', 'academy');

create table public.lesson_notes (
  id uuid primary key default gen_random_uuid(),
  lesson_id uuid not null references public.lessons (id),
  student_id uuid not null,
  family_id uuid not null,
  teacher_id uuid not null references public.teachers (id),
  audience public.note_audience not null default 'family',
  body text not null constraint lesson_notes_body check (length(body) between 1 and 10000),
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint lesson_notes_student_of_family foreign key (student_id, family_id) references public.students (id, family_id)
);
comment on table public.lesson_notes is 'What a teacher writes down after a lesson: for the family, or for the academy alone.';
create index lesson_notes_lesson on public.lesson_notes (lesson_id);
create index lesson_notes_student on public.lesson_notes (student_id, created_at desc);
create index lesson_notes_family on public.lesson_notes (family_id);
create index lesson_notes_teacher on public.lesson_notes (teacher_id);
call private.protect('lesson_notes', 'id');
create trigger immutable before update on public.lesson_notes
  for each row execute function private.refuse_column_change('id', 'lesson_id', 'student_id', 'family_id', 'teacher_id');

create function private.keep_to_students() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.lesson_id is not null
     and not exists (select from public.lessons l where l.id = new.lesson_id and l.student_id = new.student_id)
     and not exists (select from public.lesson_seats s
                      where s.lesson_id = new.lesson_id and s.student_id = new.student_id) then
    raise exception 'the student is not in this lesson' using errcode = 'CH005', constraint = 'student_not_in_lesson';
  end if;
  return new;
end $$;
comment on function private.keep_to_students is
  'What is written about a lesson is about one of its students. Error: student_not_in_lesson.';
create trigger keep_to_students before insert on public.lesson_notes
  for each row execute function private.keep_to_students();
grant select, insert, update, delete on public.lesson_notes to authenticated;
create policy related_reads on public.lesson_notes for select to authenticated
  using (audience = 'family' and (family_id = any(array(select private.my_family_ids()))
                                  or student_id = any(array(select private.my_student_ids())))
         or teacher_id = (select private.my_teacher_id())
         or (select private.is_admin()));
create policy teacher_adds on public.lesson_notes for insert to authenticated
  with check (teacher_id = (select private.my_teacher_id()) and lesson_id = any(array(select private.my_lesson_ids())));
create policy author_changes on public.lesson_notes for update to authenticated
  using (teacher_id = (select private.my_teacher_id())) with check (teacher_id = (select private.my_teacher_id()));
create policy author_or_admin_removes on public.lesson_notes for delete to authenticated
  using (teacher_id = (select private.my_teacher_id()) or (select private.is_admin()));

create type public.assignment_status as enum ('open', 'done');

create table public.assignments (
  id uuid primary key default gen_random_uuid(),
  lesson_id uuid references public.lessons (id),
  student_id uuid not null,
  family_id uuid not null,
  teacher_id uuid not null references public.teachers (id),
  title text not null constraint assignments_title check (length(title) between 1 and 200),
  body text not null default '' constraint assignments_body check (length(body) <= 10000),
  due_on date,
  status public.assignment_status not null default 'open',
  done_at timestamptz,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint assignments_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint assignments_of_student unique (id, student_id),
  constraint assignments_done check ((status = 'done') = (done_at is not null))
);
comment on table public.assignments is 'What a student is asked to work on, until which day.';
create index assignments_student on public.assignments (student_id, created_at desc);
create index assignments_family on public.assignments (family_id);
create index assignments_teacher on public.assignments (teacher_id);
create index assignments_lesson on public.assignments (lesson_id);
call private.protect('assignments', 'id');
create trigger immutable before update on public.assignments
  for each row execute function private.refuse_column_change('id', 'lesson_id', 'student_id', 'family_id', 'teacher_id');

create trigger keep_to_students before insert on public.assignments
  for each row execute function private.keep_to_students();

create function private.keep_assignment_text() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_setting('role', true) = 'authenticated' and (select private.my_teacher_id()) is distinct from new.teacher_id
     and not (select private.is_admin())
     and (new.title, new.body, new.due_on) is distinct from (old.title, old.body, old.due_on) then
    raise exception 'only its teacher changes an assignment' using errcode = 'CH003', constraint = 'assignment_protected';
  end if;
  if new.status <> old.status then
    new.done_at := case when new.status = 'done' then private.now() end;
  end if;
  return new;
end $$;
comment on function private.keep_assignment_text is
  'Students and parents mark an assignment as done; its text is the teacher''s. Error: assignment_protected.';
create trigger keep_text before update on public.assignments
  for each row execute function private.keep_assignment_text();
grant select, insert, update, delete on public.assignments to authenticated;
create policy related_reads on public.assignments for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or teacher_id = (select private.my_teacher_id())
         or (select private.is_admin()));
create policy teacher_adds on public.assignments for insert to authenticated
  with check (teacher_id = (select private.my_teacher_id())
              and student_id = any(array(select private.taught_student_ids())));
create policy related_changes on public.assignments for update to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or teacher_id = (select private.my_teacher_id()))
  with check (family_id = any(array(select private.my_family_ids()))
              or student_id = any(array(select private.my_student_ids()))
              or teacher_id = (select private.my_teacher_id()));
create policy author_removes on public.assignments for delete to authenticated
  using (teacher_id = (select private.my_teacher_id()));

create table public.practice_entries (
  id uuid primary key default gen_random_uuid(),
  student_id uuid not null,
  family_id uuid not null,
  assignment_id uuid,
  practiced_on date not null,
  minutes int not null constraint practice_minutes check (minutes between 1 and 600),
  note text not null default '' constraint practice_note check (length(note) <= 1000),
  created_at timestamptz not null default private.now(),
  constraint practice_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint practice_assignment_of_student foreign key (assignment_id, student_id)
    references public.assignments (id, student_id) on delete set null (assignment_id)
);
comment on table public.practice_entries is 'Practice at home: the day in the academy''s zone and the minutes.';
create index practice_entries_student on public.practice_entries (student_id, practiced_on desc);
create index practice_entries_family on public.practice_entries (family_id);
create index practice_entries_assignment on public.practice_entries (assignment_id);
call private.protect('practice_entries', 'id');
create trigger immutable before update on public.practice_entries
  for each row execute function private.refuse_column_change('id', 'student_id', 'family_id');

create function private.check_practice() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.practiced_on > (private.now() at time zone (select a.time_zone from public.academy_settings a))::date then
    raise exception 'practice is noted once it is done' using errcode = 'CH005', constraint = 'practice_in_future';
  end if;
  return new;
end $$;
comment on function private.check_practice is 'Nobody has practiced tomorrow. Error: practice_in_future.';
create trigger check_practice before insert or update of practiced_on on public.practice_entries
  for each row execute function private.check_practice();
grant select, insert, update, delete on public.practice_entries to authenticated;
create policy related_reads on public.practice_entries for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or student_id = any(array(select private.taught_student_ids()))
         or (select private.is_admin()));
create policy family_adds on public.practice_entries for insert to authenticated
  with check (family_id = any(array(select private.my_family_ids()))
              or student_id = any(array(select private.my_student_ids())));
create policy family_changes on public.practice_entries for update to authenticated
  using (family_id = any(array(select private.my_family_ids())) or student_id = any(array(select private.my_student_ids())))
  with check (family_id = any(array(select private.my_family_ids()))
              or student_id = any(array(select private.my_student_ids())));
create policy family_removes on public.practice_entries for delete to authenticated
  using (family_id = any(array(select private.my_family_ids())) or student_id = any(array(select private.my_student_ids())));

-- A plan's weekly lessons belong to a series ------------------------------------------------------------------------
create or replace function private.book_weekly(of_enrollment uuid) returns table (day date, booked boolean)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  settings public.academy_settings;
  first public.bookings;
  needed text;
  series uuid;
  last_day date;
  local_start timestamp;
  start timestamptz;
  room uuid;
  booking uuid;
begin
  -- Two calls for one enrollment wait for each other here, instead of at the series.
  select * into enrollment from public.enrollments e where e.id = of_enrollment for no key update;
  select * into first from public.bookings b where b.id = enrollment.booking_id and b.kind = 'lesson';
  if not found then
    raise exception 'enrollment % has no first lesson', of_enrollment
      using errcode = 'CH005', constraint = 'first_lesson_missing';
  end if;
  select * into settings from public.academy_settings;
  select i.required_equipment into needed from public.instruments i where i.id = enrollment.instrument_id;
  local_start := lower(first.during) at time zone settings.time_zone;
  select t.ends_on into last_day from public.terms t where local_start::date between t.starts_on and t.ends_on;
  insert into public.lesson_series as s (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes,
                                         valid)
  values (of_enrollment, enrollment.family_id, enrollment.student_id, enrollment.teacher_id, first.room_id,
          extract(isodow from local_start) - 1, local_start::time, enrollment.minutes,
          daterange(local_start::date, coalesce(last_day, local_start::date), '[]'))
  returning s.id into series;
  update public.lessons l set series_id = series where l.booking_id = first.id;
  for week in 1..60 loop
    day := (local_start + week * interval '7 days')::date;
    exit when last_day is null or day > last_day;
    continue when exists (select from public.closures c where day between c.starts_on and c.ends_on);
    start := (local_start + week * interval '7 days') at time zone settings.time_zone;
    booked := false;
    if not exists (select from public.teacher_exceptions x where x.teacher_id = enrollment.teacher_id
                      and x.during && tstzrange(start, start + enrollment.minutes * interval '1 minute')) then
      for room in
        select r.id from public.rooms r
         where r.is_active and private.instruments_of_room(r.equipment, needed)
         order by r.id <> first.room_id, cardinality(r.equipment), r.name
      loop
        insert into public.bookings as b (kind, teacher_id, room_id, student_id, during, teacher_busy)
        values ('lesson', enrollment.teacher_id, room, enrollment.student_id,
                tstzrange(start, start + enrollment.minutes * interval '1 minute'), 'empty')
        on conflict do nothing
        returning b.id into booking;
        if booking is not null then
          insert into public.lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id,
                                      room_id, during, kind, series_id)
          select booking, of_enrollment, enrollment.family_id, enrollment.student_id, enrollment.instrument_id,
                 b.teacher_id, b.room_id, b.during, 'private', series from public.bookings b where b.id = booking;
          booked := true;
          booking := null;
          exit;
        end if;
      end loop;
    end if;
    return next;
  end loop;
end $$;
comment on function private.book_weekly is
  'Books an enrollment''s lessons at the same local time each week to the end of its term, as a series; weeks that are '
  'taken are told. Error: first_lesson_missing.';
