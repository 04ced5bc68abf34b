-- Seats in classes and the waitlist as people use them: sign-up, leaving, offers that go from family to family, and the
-- classes themselves with all their lessons.

alter table public.academy_settings add column offer_minutes int not null default 120
  constraint academy_settings_offer_minutes check (offer_minutes between 5 and 10080);
comment on column public.academy_settings.offer_minutes is 'How long an offer of the waitlist is open, in minutes.';

alter table public.waitlist_offers
  add column round uuid not null default gen_random_uuid(),
  add column reason text constraint offers_reason check (length(trim(reason)) between 3 and 300);
comment on column public.waitlist_offers.round is
  'The freed time or seat that goes from family to family: each is offered it once. The next one is another round.';
comment on column public.waitlist_offers.reason is 'Why an administrator made this offer by hand; null for the queue''s own.';
create index waitlist_offers_round on public.waitlist_offers (round, entry_id);
drop trigger immutable on public.waitlist_offers;
create trigger immutable before update on public.waitlist_offers for each row execute function private.refuse_column_change(
  'id', 'entry_id', 'family_id', 'booking_id', 'class_id', 'offered_at', 'expires_at', 'round');
insert into private.personal_columns (table_name, column_name, erased_as) values ('waitlist_offers', 'reason', 'word');

-- Seats -----------------------------------------------------------------------------------------------------------------
create function private.seats_promised(of_class uuid, but_student uuid) returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int
    from public.waitlist_offers o join public.waitlist_entries e on e.id = o.entry_id
   where o.class_id = of_class and o.status = 'open' and o.expires_at > private.now()
     and e.student_id is distinct from but_student
     and not exists (select from public.class_seats s
                      where s.class_id = of_class and s.student_id = e.student_id and s.status = 'taken')
$$;
comment on function private.seats_promised is
  'Seats of a class that are offered to somebody at the moment, one student''s own offer left out.';
revoke execute on function private.seats_promised from public;

create function private.seats_free(of_class uuid) returns int
language sql stable security definer set search_path = '' as $$
  select c.seats - (select count(*)::int from public.class_seats s where s.class_id = c.id and s.status = 'taken')
         - private.seats_promised(c.id, null)
    from public.classes c where c.id = of_class
$$;
comment on function private.seats_free is 'Seats of a class that are neither taken nor offered to somebody.';
revoke execute on function private.seats_free from public;

create or replace function private.take_seat() returns trigger
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
  if (select count(*) from public.class_seats s where s.class_id = new.class_id and s.status = 'taken')
     + private.seats_promised(new.class_id, new.student_id) >= class.seats then
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
  'A class that is open gives its seats, each once, to students of its ages; a seat that is offered to somebody of the '
  'waitlist is taken for everybody else. Errors: class_not_open, class_full, class_age_out_of_range, seat_transition.';

create function private.reserve_seat() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  class public.classes;
begin
  select * into class from public.classes c where c.id = new.class_id for no key update;
  if (select count(*) from public.class_seats s where s.class_id = new.class_id and s.status = 'taken')
     + private.seats_promised(new.class_id, null) >= class.seats then
    raise exception 'class % has no seat to offer', class.name using errcode = 'CH005', constraint = 'seat_not_free';
  end if;
  return new;
end $$;
comment on function private.reserve_seat is
  'A seat is offered when there is one, and to one family at a time. Error: seat_not_free.';
create trigger reserve_seat before insert on public.waitlist_offers
  for each row when (new.status = 'open' and new.class_id is not null) execute function private.reserve_seat();

create or replace function private.free_seat() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
begin
  if old.given_up_at is not null and new.given_up_at is distinct from old.given_up_at then
    select * into lesson from public.lessons l where l.id = new.lesson_id for no key update;
    perform from public.classes c where c.id = lesson.class_id for share;
    if new.given_up_at is not null or lesson.status <> 'scheduled' or lower(lesson.during) <= private.now() then
      raise exception 'the seat was given up' using errcode = 'CH004', constraint = 'seat_transition';
    end if;
    if (select count(*) from public.lesson_seats s where s.lesson_id = new.lesson_id and s.given_up_at is null)
       > (select c.seats from public.classes c where c.id = lesson.class_id) then
      raise exception 'lesson % is full', new.lesson_id using errcode = 'CH005', constraint = 'lesson_full';
    end if;
    update public.bookings b set is_active = true, released_reason = null, during = lesson.during where b.id = new.booking_id;
    return null;
  end if;
  update public.bookings b set is_active = false, released_reason = 'seat given up'
   where b.id = new.booking_id and b.is_active and new.given_up_at is not null;
  return null;
end $$;
comment on function private.free_seat is
  'A seat that is given up frees the student''s time; until the lesson begins it can be taken again while there is one. '
  'Errors: seat_transition, lesson_full, student_double_booked.';

create or replace function private.keep_class_seats() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (select count(*) from public.class_seats s where s.class_id = new.id and s.status = 'taken')
     + (case when new.seats < old.seats then private.seats_promised(new.id, null) else 0 end) > new.seats then
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
  'A class keeps a seat for each of its students and each open offer, in each of its lessons too; one that ended stays '
  'ended. Errors: class_full, lesson_full, class_transition.';

create function private.family_of_student(of_student uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  family uuid;
begin
  select s.family_id into family from public.students s where s.id = of_student and s.deleted_at is null;
  if family is null or not private.may_see_family(family) then
    raise exception 'no such student in the family' using errcode = 'CH404', constraint = 'student_missing';
  end if;
  return family;
end $$;
comment on function private.family_of_student is
  'The family of a student for whom the caller may act: a parent for their own children, an administrator for all. '
  'Error: student_missing.';
revoke execute on function private.family_of_student from public;

create function private.seat_student(of_class uuid, of_student uuid, of_family uuid)
returns table (seat_id uuid, first_at timestamptz, last_at timestamptz, lessons int)
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.class_seats as s (class_id, student_id, family_id) values (of_class, of_student, of_family)
  returning s.id into seat_id;
  update public.lesson_seats s set given_up_at = null
    from public.lessons l
   where l.id = s.lesson_id and l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
     and s.student_id = of_student and s.given_up_at is not null;
  insert into public.lesson_seats (lesson_id, student_id, family_id)
  select l.id, of_student, of_family
    from public.lessons l
   where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
     and not exists (select from public.lesson_seats s where s.lesson_id = l.id and s.student_id = of_student)
   order by lower(l.during);
  select min(lower(l.during)), max(lower(l.during)), count(*)::int into first_at, last_at, lessons
    from public.lessons l join public.lesson_seats s on s.lesson_id = l.id
   where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
     and s.student_id = of_student and s.given_up_at is null;
  if lessons = 0 then
    raise exception 'the class has no lesson ahead' using errcode = 'CH005', constraint = 'class_over';
  end if;
  return next;
end $$;
comment on function private.seat_student is
  'A seat in a class and in each of its coming lessons, all or none; also in those that the student gave up before. '
  'Errors: class_over, those of take_seat, class_seat_once, lesson_full, student_double_booked.';
revoke execute on function private.seat_student from public;

-- Offers ------------------------------------------------------------------------------------------------------------------
create function private.minute_of_week(at timestamptz, zone text) returns int
language sql immutable set search_path = '' as $$
  select (extract(isodow from l.at)::int - 1) * 1440 + extract(hour from l.at)::int * 60 + extract(minute from l.at)::int
    from (select at at time zone zone as at) l
$$;
comment on function private.minute_of_week is 'Minutes since Monday 0:00 in a zone: what waitlist_entries.times are made of.';
revoke execute on function private.minute_of_week from public;

create function private.fits_class(of_class uuid, of_student uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select extract(year from age((private.now() at time zone a.time_zone)::date, s.birth_date)) between c.minimum_age and c.maximum_age
         and s.deleted_at is null
         and not exists (select from public.class_seats t
                          where t.class_id = c.id and t.student_id = s.id and t.status = 'taken')
         and not exists (select from public.lessons l join public.bookings b on b.during && l.during
                          where l.class_id = c.id and l.status = 'scheduled' and lower(l.during) > private.now()
                            and b.student_id = s.id and b.is_active
                            and (b.kind <> 'hold' or b.expires_at > private.now()))
    from public.classes c, public.students s, public.academy_settings a
   where c.id = of_class and s.id = of_student
$$;
comment on function private.fits_class is
  'Whether a student may take a seat as far as it depends on them: age, no seat yet, nothing else at its times.';
revoke execute on function private.fits_class from public;

-- Whoever makes or answers an offer locks in this order: the calendar, the entry, its offer, the class.
create function private.offer_seat(of_class uuid, of_round uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  entry public.waitlist_entries;
  offer uuid;
begin
  if not exists (select from public.classes c where c.id = of_class and c.status = 'open')
     or coalesce(private.seats_free(of_class), 0) < 1
     or not exists (select from public.lessons l
                     where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()) then
    return null;
  end if;
  for entry in
    select e.* from public.waitlist_entries e
     where e.class_id = of_class and e.status = 'waiting' and private.fits_class(of_class, e.student_id)
       and not exists (select from public.waitlist_offers o where o.entry_id = e.id and o.round = of_round)
     order by e.joined_at, e.id limit 1 for no key update
  loop
    insert into public.waitlist_offers as o (entry_id, family_id, class_id, round, expires_at)
    select entry.id, entry.family_id, of_class, of_round, private.now() + a.offer_minutes * interval '1 minute'
      from public.academy_settings a
    returning o.id into offer;
    update public.waitlist_entries e set status = 'offered' where e.id = entry.id;
  end loop;
  return offer;
end $$;
comment on function private.offer_seat is
  'Offers a free seat of a class to the first family of its waitlist that it fits and that has not had it in this round; '
  'null when there is none.';
revoke execute on function private.offer_seat from public;

create function private.offer_time(of_teacher uuid, freed tstzrange, of_round uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  entry public.waitlist_entries;
  starts timestamptz := lower(freed);
  minute int;
  age int;
  room uuid;
  hold uuid;
  offer uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  -- A round that runs already is not begun again: an event may arrive twice.
  if exists (select from public.waitlist_offers o where o.round = of_round and o.status in ('open', 'accepted')) then
    return null;
  end if;
  select * into settings from public.academy_settings;
  perform private.release_expired_holds();
  minute := private.minute_of_week(starts, settings.time_zone);
  for entry in
    select e.* from public.waitlist_entries e
     where e.class_id is null and e.status = 'waiting' and (e.teacher_id is null or e.teacher_id = of_teacher)
       and e.minutes * interval '1 minute' <= upper(freed) - starts
       and e.times @> int4range(minute, minute + e.minutes)
       and exists (select from public.teacher_instruments t
                    where t.teacher_id = of_teacher and t.instrument_id = e.instrument_id)
       and not exists (select from public.waitlist_offers o where o.entry_id = e.id and o.round = of_round)
       -- Asked here as well: open_times tells of a student's other times only to those who may know them.
       and not exists (select from public.bookings b
                        where b.student_id = e.student_id and b.is_active
                          and b.during && tstzrange(starts, starts + e.minutes * interval '1 minute'))
     order by e.joined_at, e.id for no key update
  loop
    select extract(year from age((starts at time zone settings.time_zone)::date, s.birth_date)) into age
      from public.students s where s.id = entry.student_id;
    continue when age <= settings.short_lesson_max_age and entry.minutes > settings.short_lesson_minutes;
    select o.room_id into room
      from private.open_times(wanted_instrument => entry.instrument_id, wanted_minutes => entry.minutes,
                              from_at => starts, until_at => starts, wanted_teacher => of_teacher, wanted_age => age,
                              wanted_student => entry.student_id) o
     where o.starts_at = starts limit 1;
    continue when not found;
    insert into public.bookings as b (kind, teacher_id, room_id, student_id, during, expires_at)
    values ('hold', of_teacher, room, entry.student_id, tstzrange(starts, starts + entry.minutes * interval '1 minute'),
            least(private.now() + settings.offer_minutes * interval '1 minute', starts))
    returning b.id into hold;
    insert into public.waitlist_offers as o (entry_id, family_id, booking_id, round, expires_at)
    select entry.id, entry.family_id, b.id, of_round, b.expires_at from public.bookings b where b.id = hold
    returning o.id into offer;
    update public.waitlist_entries e set status = 'offered' where e.id = entry.id;
    return offer;
  end loop;
  return null;
end $$;
comment on function private.offer_time is
  'Holds a freed time of a teacher for the first family of the waitlist that it suits (instrument, length, times of the '
  'week, age, teacher, nothing else then) and that has not had it in this round; null when there is none or when the '
  'round is open or was accepted.';
revoke execute on function private.offer_time from public;
grant execute on function private.offer_time to service_role;

create function private.end_offer(of_offer uuid, to_status public.offer_status) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  offer public.waitlist_offers;
  held public.bookings;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform from public.waitlist_entries e
    where e.id = (select o.entry_id from public.waitlist_offers o where o.id = of_offer) for no key update;
  select * into offer from public.waitlist_offers o where o.id = of_offer for no key update;
  if not found or offer.status <> 'open' then return null; end if;
  update public.waitlist_offers o
     set status = to_status, answered_at = case when to_status = 'declined' then private.now() end
   where o.id = of_offer;
  update public.waitlist_entries e set status = 'waiting' where e.id = offer.entry_id and e.status = 'offered';
  if offer.class_id is not null then return private.offer_seat(offer.class_id, offer.round); end if;
  update public.bookings b set is_active = false, released_reason = 'offer ' || to_status
   where b.id = offer.booking_id and b.kind = 'hold' and b.is_active;
  select * into held from public.bookings b where b.id = offer.booking_id;
  return private.offer_time(held.teacher_id, held.during, offer.round);
end $$;
comment on function private.end_offer is
  'An open offer ends as declined or expired: the family keeps its place, and what was offered goes to the next one in '
  'the same step. Returns that offer, null when nobody is next or the offer had ended before.';
revoke execute on function private.end_offer from public;

create function private.expire_offer(of_offer uuid) returns table (ended boolean, next_offer uuid)
language plpgsql security definer set search_path = '' as $$
begin
  ended := exists (select from public.waitlist_offers o
                    where o.id = of_offer and o.status = 'open' and o.expires_at <= private.now());
  if ended then next_offer := private.end_offer(of_offer, 'expired'); end if;
  return next;
end $$;
comment on function private.expire_offer is 'Ends an offer whose time is over and tells to whom it went on; repeating it changes nothing.';
revoke execute on function private.expire_offer from public;
grant execute on function private.expire_offer to service_role;

create function private.expire_class_offers(of_class uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  overdue uuid;
begin
  for overdue in
    select o.id from public.waitlist_offers o
     where o.class_id = of_class and o.status = 'open' and o.expires_at <= private.now() order by o.expires_at, o.id
  loop
    perform private.end_offer(overdue, 'expired');
  end loop;
end $$;
comment on function private.expire_class_offers is
  'Passes on the offers of a class whose time is over, so that nobody comes before the next of the waitlist.';
revoke execute on function private.expire_class_offers from public;

create function private.take_class_seat(of_class uuid, of_student uuid)
returns table (seat_id uuid, first_at timestamptz, last_at timestamptz, lessons int)
language plpgsql security definer set search_path = '' as $$
declare
  family uuid := private.family_of_student(of_student);
  entry uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  if not exists (select from public.classes c where c.id = of_class and (c.kind <> 'shared' or (select private.is_admin()))) then
    raise exception 'no such class' using errcode = 'CH404', constraint = 'class_missing';
  end if;
  perform private.expire_class_offers(of_class);
  for entry in
    select e.id from public.waitlist_entries e
     where e.class_id = of_class and e.student_id = of_student and e.status in ('waiting', 'offered') for no key update
  loop
    update public.waitlist_offers o set status = 'accepted', answered_at = private.now()
     where o.entry_id = entry and o.status = 'open';
    update public.waitlist_entries e set status = 'accepted' where e.id = entry;
  end loop;
  return query select s.seat_id, s.first_at, s.last_at, s.lessons from private.seat_student(of_class, of_student, family) s;
end $$;
comment on function private.take_class_seat is
  'A seat in a class for a child of the caller (an administrator: for any student), in each of its coming lessons, all '
  'or none; who waited for it waits no longer. Instants of the first and the last lesson. Errors: student_missing, '
  'class_missing, and those of seat_student.';
revoke execute on function private.take_class_seat from public;
grant execute on function private.take_class_seat to authenticated;

create function private.leave_class(of_class uuid, of_student uuid)
returns table (lessons int, from_at timestamptz, offered_on boolean)
language plpgsql security definer set search_path = '' as $$
declare
  seat uuid;
begin
  perform private.family_of_student(of_student);
  perform pg_advisory_xact_lock(hashtext('calendar'));
  update public.class_seats s set status = 'left', left_at = private.now()
   where s.class_id = of_class and s.student_id = of_student and s.status = 'taken'
  returning s.id into seat;
  if seat is null then
    raise exception 'the student has no seat in the class' using errcode = 'CH404', constraint = 'seat_missing';
  end if;
  with given_up as (
    update public.lesson_seats s set given_up_at = private.now()
      from public.lessons l
     where l.id = s.lesson_id and l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
       and s.student_id = of_student and s.given_up_at is null
    returning l.during
  )
  select count(*)::int, min(lower(g.during)) into lessons, from_at from given_up g;
  offered_on := private.offer_seat(of_class, seat) is not null;
  return next;
end $$;
comment on function private.leave_class is
  'Gives a seat in a class back, with its coming lessons; it is offered to the first of the waitlist in the same step. '
  'Tells how many lessons are given up, from which on, and whether somebody got an offer. Errors: student_missing, '
  'seat_missing.';
revoke execute on function private.leave_class from public;
grant execute on function private.leave_class to authenticated;

create function private.accept_offer(of_offer uuid)
returns table (class_id uuid, draft_id uuid, first_at timestamptz, lessons int, held_until timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  offer public.waitlist_offers;
  entry public.waitlist_entries;
  held public.bookings;
  settings public.academy_settings;
begin
  select * into offer from public.waitlist_offers o
   where o.id = of_offer and o.family_id = any(array(select private.my_family_ids()));
  if not found then
    raise exception 'no such offer' using errcode = 'CH404', constraint = 'offer_missing';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into entry from public.waitlist_entries e where e.id = offer.entry_id for no key update;
  select * into offer from public.waitlist_offers o where o.id = of_offer for no key update;
  if offer.status = 'expired' or offer.status = 'open' and offer.expires_at <= private.now() then
    raise exception 'the offer has run out' using errcode = 'CH005', constraint = 'offer_expired';
  end if;
  update public.waitlist_offers o set status = 'accepted', answered_at = private.now() where o.id = of_offer;
  update public.waitlist_entries e set status = 'accepted' where e.id = entry.id;
  if offer.class_id is not null then
    return query select offer.class_id, null::uuid, s.first_at, s.lessons, null::timestamptz
                   from private.seat_student(offer.class_id, entry.student_id, entry.family_id) s;
    return;
  end if;
  select * into settings from public.academy_settings;
  update public.bookings b
     set expires_at = greatest(b.expires_at, private.now() + settings.hold_minutes * interval '1 minute')
   where b.id = offer.booking_id and b.kind = 'hold' and b.is_active
  returning b.* into held;
  if held.id is null then
    raise exception 'the time is no longer held' using errcode = 'CH005', constraint = 'offer_expired';
  end if;
  insert into public.enrollment_drafts as d (data, hold_id)
  select jsonb_build_object(
           'student', jsonb_build_object(
             'instrument', i.slug, 'firstName', s.first_name, 'lastName', s.last_name, 'birthDate', s.birth_date,
             'level', coalesce(k.level, 'beginner'), 'wishes', coalesce(k.wishes, ''), 'minutes', entry.minutes,
             'start', case when entry.minutes = settings.trial_minutes then 'trial' else 'plan' end),
           'choice', jsonb_build_object(
             'teacherId', held.teacher_id, 'reason', 'Offered from the waitlist',
             'startsAt', to_char(lower(held.during) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))), held.id
    from public.students s
    join public.instruments i on i.id = entry.instrument_id
    left join public.student_instruments k on k.student_id = s.id and k.instrument_id = i.id
   where s.id = entry.student_id
  returning d.id into draft_id;
  first_at := lower(held.during);
  lessons := 1;
  held_until := held.expires_at;
  return next;
end $$;
comment on function private.accept_offer is
  'A family accepts its offer, once: a seat is taken at once; a time stays held, at least for the minutes of a hold, and '
  'goes on as a draft of an enrollment, which is paid as any other. Errors: offer_missing, offer_expired, '
  'offer_transition, and those of seat_student.';
revoke execute on function private.accept_offer from public;
grant execute on function private.accept_offer to authenticated;

create function private.decline_offer(of_offer uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  offer public.waitlist_offers;
begin
  -- Of two who decline at once, the second one sees that it is answered.
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into offer from public.waitlist_offers o
   where o.id = of_offer and o.family_id = any(array(select private.my_family_ids()));
  if not found then
    raise exception 'no such offer' using errcode = 'CH404', constraint = 'offer_missing';
  end if;
  if offer.status <> 'open' then
    raise exception 'the offer is answered' using errcode = 'CH004', constraint = 'offer_transition';
  end if;
  perform private.end_offer(of_offer, 'declined');
end $$;
comment on function private.decline_offer is
  'A family declines its offer and keeps its place on the waitlist. Errors: offer_missing, offer_transition.';
revoke execute on function private.decline_offer from public;
grant execute on function private.decline_offer to authenticated;

create function private.offer_by_hand(of_entry uuid, why text, of_teacher uuid default null, starts timestamptz default null)
returns table (offer_id uuid, open_until timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  entry public.waitlist_entries;
  settings public.academy_settings;
  open record;
  hold uuid;
  age int;
begin
  if not private.is_admin() then
    raise exception 'only an administrator offers by hand' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  if coalesce(length(trim(why)), 0) < 3 then
    raise exception 'an offer by hand has a reason' using errcode = 'CH005', constraint = 'offer_reason_missing';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  select * into entry from public.waitlist_entries e where e.id = of_entry for no key update;
  if not found then
    raise exception 'no such entry' using errcode = 'CH404', constraint = 'entry_missing';
  end if;
  if entry.status <> 'waiting' then
    raise exception 'the entry is %', entry.status using errcode = 'CH004', constraint = 'entry_not_waiting';
  end if;
  if entry.class_id is not null then
    perform private.expire_class_offers(entry.class_id);
    if not private.fits_class(entry.class_id, entry.student_id)
       or not exists (select from public.classes c where c.id = entry.class_id and c.status = 'open') then
      raise exception 'the class does not fit the student' using errcode = 'CH005', constraint = 'entry_not_eligible';
    end if;
    insert into public.waitlist_offers as o (entry_id, family_id, class_id, reason, expires_at)
    values (entry.id, entry.family_id, entry.class_id, trim(why), private.now() + settings.offer_minutes * interval '1 minute')
    returning o.id, o.expires_at into offer_id, open_until;
  else
    perform private.release_expired_holds();
    select extract(year from age((starts at time zone settings.time_zone)::date, s.birth_date)) into age
      from public.students s where s.id = entry.student_id;
    select o.room_id, o.ends_at into open
      from private.open_times(wanted_instrument => entry.instrument_id, wanted_minutes => entry.minutes,
                              from_at => starts, until_at => starts, wanted_teacher => of_teacher, wanted_age => age,
                              wanted_student => entry.student_id, by_staff => true) o
     where o.teacher_id = of_teacher and o.starts_at = starts limit 1;
    if not found then
      raise exception 'the time is not open' using errcode = 'CH005', constraint = 'time_not_open';
    end if;
    insert into public.bookings as b (kind, teacher_id, room_id, student_id, during, expires_at)
    values ('hold', of_teacher, open.room_id, entry.student_id, tstzrange(starts, open.ends_at),
            least(private.now() + settings.offer_minutes * interval '1 minute', starts))
    returning b.id, b.expires_at into hold, open_until;
    insert into public.waitlist_offers as o (entry_id, family_id, booking_id, reason, expires_at)
    values (entry.id, entry.family_id, hold, trim(why), open_until)
    returning o.id into offer_id;
  end if;
  update public.waitlist_entries e set status = 'offered' where e.id = entry.id;
  return next;
end $$;
comment on function private.offer_by_hand is
  'An administrator offers a free seat, or an open time, to a chosen entry, whatever its place, with a reason that is '
  'kept. Errors: admin_only, offer_reason_missing, entry_missing, entry_not_waiting, entry_not_eligible, seat_not_free, '
  'time_not_open.';
revoke execute on function private.offer_by_hand from public;
grant execute on function private.offer_by_hand to authenticated;

-- Joining and leaving the waitlist ------------------------------------------------------------------------------------------
create function private.join_class_waitlist(of_student uuid, of_class uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  family uuid := private.family_of_student(of_student);
  class public.classes;
  age int;
  entry uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into class from public.classes c where c.id = of_class and c.kind <> 'shared' for no key update;
  if not found then
    raise exception 'no such class' using errcode = 'CH404', constraint = 'class_missing';
  end if;
  if class.status <> 'open' then
    raise exception 'class % is %', class.name, class.status using errcode = 'CH005', constraint = 'class_not_open';
  end if;
  if not exists (select from public.lessons l
                  where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()) then
    raise exception 'the class has no lesson ahead' using errcode = 'CH005', constraint = 'class_over';
  end if;
  if exists (select from public.class_seats s
              where s.class_id = of_class and s.student_id = of_student and s.status = 'taken') then
    raise exception 'the student has a seat' using errcode = 'CH005', constraint = 'class_seat_once';
  end if;
  select extract(year from age((private.now() at time zone a.time_zone)::date, s.birth_date)) into age
    from public.students s, public.academy_settings a where s.id = of_student;
  if age not between class.minimum_age and class.maximum_age then
    raise exception 'age % does not fit %', age, class.name using errcode = 'CH005', constraint = 'class_age_out_of_range';
  end if;
  if private.seats_free(of_class) > 0 then
    raise exception 'class % has a free seat', class.name using errcode = 'CH005', constraint = 'class_has_seats';
  end if;
  insert into public.waitlist_entries as e (family_id, student_id, class_id) values (family, of_student, of_class)
  returning e.id into entry;
  return entry;
end $$;
comment on function private.join_class_waitlist is
  'Puts a child of the caller last on the waitlist of a class that is full. Errors: student_missing, class_missing, '
  'class_not_open, class_over, class_seat_once, class_age_out_of_range, class_has_seats, waitlist_once_for_class.';
revoke execute on function private.join_class_waitlist from public;
grant execute on function private.join_class_waitlist to authenticated;

create function private.join_lesson_waitlist(
  of_student uuid, of_instrument uuid, of_minutes int, of_teacher uuid, of_times int4multirange
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  family uuid := private.family_of_student(of_student);
  settings public.academy_settings;
  instrument public.instruments;
  age int;
  entry uuid;
begin
  select * into settings from public.academy_settings;
  select * into instrument from public.instruments i where i.id = of_instrument and i.is_active;
  if not found then
    raise exception 'instrument not offered' using errcode = 'CH005', constraint = 'instrument_not_offered';
  end if;
  select extract(year from age((private.now() at time zone settings.time_zone)::date, s.birth_date)) into age
    from public.students s where s.id = of_student;
  if age < instrument.minimum_age or not exists (
       select from public.teacher_instruments t join public.teachers p on p.id = t.teacher_id
        where t.instrument_id = of_instrument and p.is_active and (of_teacher is null or t.teacher_id = of_teacher)
          and age between t.minimum_age and t.maximum_age) then
    raise exception 'age % does not fit', age using errcode = 'CH005', constraint = 'age_out_of_range';
  end if;
  if of_minutes is null or of_minutes not in (30, 45, 60)
     or age <= settings.short_lesson_max_age and of_minutes > settings.short_lesson_minutes then
    raise exception '% minutes are not offered', of_minutes using errcode = 'CH005', constraint = 'length_not_offered';
  end if;
  if not exists (select from unnest(of_times) r where upper(r) - lower(r) >= of_minutes) then
    raise exception 'no time is long enough' using errcode = 'CH005', constraint = 'waitlist_times_too_short';
  end if;
  insert into public.waitlist_entries as e (family_id, student_id, instrument_id, teacher_id, minutes, times)
  values (family, of_student, of_instrument, of_teacher, of_minutes, of_times)
  returning e.id into entry;
  return entry;
end $$;
comment on function private.join_lesson_waitlist is
  'Puts a child of the caller last on the waitlist for private lessons: instrument, minutes, the teacher (null: any) and '
  'the times of the week that suit, in minutes from Monday 0:00. Errors: student_missing, instrument_not_offered, '
  'age_out_of_range, length_not_offered, waitlist_times_too_short, waitlist_times, waitlist_once_for_lessons.';
revoke execute on function private.join_lesson_waitlist from public;
grant execute on function private.join_lesson_waitlist to authenticated;

create function private.leave_waitlist(of_entry uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  entry public.waitlist_entries;
  offer uuid;
begin
  select * into entry from public.waitlist_entries e where e.id = of_entry and private.may_see_family(e.family_id);
  if not found then
    raise exception 'no such entry' using errcode = 'CH404', constraint = 'entry_missing';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  -- Withdrawn first, so that what was offered does not come back to this family.
  perform from public.waitlist_entries e where e.id = of_entry for no key update;
  if (select e.status from public.waitlist_entries e where e.id = of_entry) not in ('waiting', 'offered') then
    raise exception 'the entry has ended' using errcode = 'CH004', constraint = 'waitlist_transition';
  end if;
  update public.waitlist_entries e set status = 'withdrawn' where e.id = of_entry;
  for offer in select o.id from public.waitlist_offers o where o.entry_id = of_entry and o.status = 'open' loop
    perform private.end_offer(offer, 'declined');
  end loop;
end $$;
comment on function private.leave_waitlist is
  'A family, or an administrator for it, gives up a place on the waitlist; an open offer goes on to the next one. '
  'Errors: entry_missing, waitlist_transition.';
revoke execute on function private.leave_waitlist from public;
grant execute on function private.leave_waitlist to authenticated;

-- What happens next -----------------------------------------------------------------------------------------------------
create function private.tell_of_offer() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.emit('scheduling/offer.made', jsonb_build_object('offerId', new.id), new.family_id::text);
  else
    perform private.emit('scheduling/offer.answered', jsonb_build_object('offerId', new.id), new.family_id::text);
  end if;
  return null;
end $$;
comment on function private.tell_of_offer is 'The events that begin an offer''s letter and its wait, and end that wait.';
create trigger tell_of_offer after insert on public.waitlist_offers
  for each row when (new.status = 'open') execute function private.tell_of_offer();
create trigger tell_of_answer after update of status on public.waitlist_offers
  for each row when (old.status = 'open' and new.status <> 'open') execute function private.tell_of_offer();

create function private.tell_of_freed_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.waitlist_entries e where e.class_id is null and e.status = 'waiting')
     and exists (select from public.academy_settings a
                  where lower(old.during) between private.now() + a.notice_minutes * interval '1 minute'
                                              and private.now() + a.horizon_days * interval '1 day')
     and (old.kind = 'lesson'
          or exists (select from public.waitlist_offers o where o.booking_id = old.id and o.status = 'accepted')) then
    perform private.emit('scheduling/time.freed', jsonb_build_object(
      'teacherId', old.teacher_id, 'startsAt', lower(old.during), 'endsAt', upper(old.during),
      'round', case when new.is_active then gen_random_uuid() else old.id end));
  end if;
  return null;
end $$;
comment on function private.tell_of_freed_time is
  'A lesson that is cancelled or moved, or an accepted offer that is not taken up, frees a time; when it can be booked and '
  'somebody waits for lessons, a workflow offers it.';
create trigger tell_of_freed_time after update of is_active, during, teacher_id on public.bookings
  for each row when (old.is_active and old.kind <> 'seat'
                     and (not new.is_active or (old.during, old.teacher_id) is distinct from (new.during, new.teacher_id)))
  execute function private.tell_of_freed_time();

-- What people see --------------------------------------------------------------------------------------------------------
create function private.class_counts()
returns table (class_id uuid, taken int, offered int, waiting int, lessons_ahead int, next_at timestamptz,
               next_ends_at timestamptz, last_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select c.id, s.taken, private.seats_promised(c.id, null), w.waiting, l.ahead, l.next_at,
         l.next_at + c.minutes * interval '1 minute', l.last_at
    from public.classes c
   cross join lateral (select count(*)::int as taken from public.class_seats s where s.class_id = c.id and s.status = 'taken') s
   cross join lateral (select count(*)::int as waiting from public.waitlist_entries e
                        where e.class_id = c.id and e.status in ('waiting', 'offered')) w
   cross join lateral (select count(*)::int as ahead, min(lower(l.during)) as next_at, max(lower(l.during)) as last_at
                         from public.lessons l
                        where l.class_id = c.id and l.status = 'scheduled' and lower(l.during) > private.now()) l
   where c.status = 'open' and c.kind <> 'shared' or c.id = any(array(select private.my_class_ids()))
      or (select private.is_admin())
$$;
comment on function private.class_counts is
  'For each class that the caller may see: seats taken and promised, how many wait, its coming lessons. Counts only, '
  'nobody''s name.';
revoke execute on function private.class_counts from public;
grant execute on function private.class_counts to anon, authenticated, service_role;

create function private.waitlist_places() returns table (entry_id uuid, place int, waiting int)
language sql stable security definer set search_path = '' as $$
  select p.id, p.place, p.waiting
    from (select e.id, e.family_id,
                 row_number() over (partition by e.class_id, e.instrument_id order by e.joined_at, e.id)::int as place,
                 count(*) over (partition by e.class_id, e.instrument_id)::int as waiting
            from public.waitlist_entries e where e.status in ('waiting', 'offered')) p
   where p.family_id = any(array(select private.my_family_ids())) or (select private.is_admin())
      or current_setting('role', true) = 'service_role'
$$;
comment on function private.waitlist_places is
  'The place, from 1, of the caller''s entries among all who wait for the same class or instrument, and how many they are.';
revoke execute on function private.waitlist_places from public;
grant execute on function private.waitlist_places to authenticated, service_role;

create function private.offered_times()
returns table (offer_id uuid, teacher_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.id, b.teacher_id, b.room_id, lower(b.during), upper(b.during)
    from public.waitlist_offers o join public.bookings b on b.id = o.booking_id
   where o.family_id = any(array(select private.my_family_ids())) or (select private.is_admin())
      or current_setting('role', true) = 'service_role'
$$;
comment on function private.offered_times is 'The times that offers to the caller''s family are about; an administrator sees all.';
revoke execute on function private.offered_times from public;
grant execute on function private.offered_times to authenticated, service_role;

create function private.class_clashes(of_class uuid, of_student uuid)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.family_of_student(of_student);
  return query
    select lower(l.during), upper(l.during) from public.lessons l
     where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
       and exists (select from public.bookings b where b.student_id = of_student and b.is_active and b.during && l.during
                      and not exists (select from public.lesson_seats s where s.booking_id = b.id and s.lesson_id = l.id))
     order by 1;
end $$;
comment on function private.class_clashes is
  'Coming lessons of a class at which a child of the caller has something else. Error: student_missing.';
revoke execute on function private.class_clashes from public;
grant execute on function private.class_clashes to authenticated;

-- Classes and their lessons ---------------------------------------------------------------------------------------------
create function private.class_weeks(
  of_class uuid, of_teacher uuid, of_room uuid, of_term uuid, of_weekday int, of_starts time, on_day date, of_minutes int
) returns table (lesson_id uuid, starts_at timestamptz, ends_at timestamptz, reason text, name text)
language sql stable security definer set search_path = '' as $$
  with s as (
    select a.time_zone as zone, t.buffer_minutes * interval '1 minute' as buffer, of_minutes * interval '1 minute' as length
      from public.academy_settings a, public.teachers t where t.id = of_teacher
  ), days as (
    select null::uuid as lesson, d::date as day
      from public.terms t, generate_series(t.starts_on, t.ends_on, interval '1 day') d
     where of_class is null and t.id = of_term
       and case when on_day is null then extract(isodow from d) - 1 = of_weekday else d = on_day end
     union all
    -- A lesson that moves stays in its week.
    select l.id, coalesce(on_day, date_trunc('week', lower(l.during) at time zone s.zone)::date + of_weekday)
      from public.lessons l, s where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now()
  ), times as (
    select d.lesson, d.day, i.starts, i.starts + s.length as ends
      from days d, s, lateral (select private.local_instant(d.day + of_starts, s.zone) as starts) i
     where of_class is not null or i.starts > private.now()
  ), taken as (
    select b.* from public.bookings b
     where b.is_active and (b.kind <> 'hold' or b.expires_at > private.now())
       and (b.teacher_id = of_teacher or b.room_id = of_room)
       and b.during && (select tstzrange(min(t.starts) - interval '1 day', max(t.ends) + interval '1 day') from times t)
       and not exists (select from public.lessons l where l.booking_id = b.id and l.class_id = of_class)
  )
  select t.lesson, t.starts, t.ends, r.reason, r.name
    from times t cross join s
    left join lateral (
      select x.reason, x.name from (
        select 1 as rank, 'past' as reason, null::text as name where t.starts <= private.now()
         union all
        select 2, 'closure', c.name from public.closures c where t.day between c.starts_on and c.ends_on
         union all
        select 3, 'outside_term', null where not exists (select from public.terms m where t.day between m.starts_on and m.ends_on)
         union all
        select 4, 'teacher_away', null from public.teacher_exceptions e
         where e.teacher_id = of_teacher and e.during && tstzrange(t.starts, t.ends)
         union all
        select 5, 'teacher_busy', null from taken b
         where b.teacher_id = of_teacher and b.teacher_busy && tstzrange(t.starts, t.ends + s.buffer)
         union all
        select 6, 'room_taken', null from taken b where b.room_id = of_room and b.during && tstzrange(t.starts, t.ends)
         union all
        select 7, 'student_busy', p.first_name
          from public.lesson_seats q join public.students p on p.id = q.student_id
          join public.bookings b on b.student_id = q.student_id and b.is_active and b.during && tstzrange(t.starts, t.ends)
         where q.lesson_id = t.lesson and q.given_up_at is null
           and not exists (select from public.lesson_seats o join public.lessons l on l.id = o.lesson_id
                            where o.booking_id = b.id and l.class_id = of_class)) x
       order by x.rank limit 1) r on true
   order by t.starts
$$;
comment on function private.class_weeks is
  'The lessons that a new class would have in its term, or the coming ones of a class as they would be moved within their '
  'weeks, with what stands in the way: past, closure (with its name), outside_term, teacher_away, teacher_busy, '
  'room_taken, student_busy (with the first name); null for nothing.';
revoke execute on function private.class_weeks from public;

create function private.save_class(
  of_class uuid, of_kind public.lesson_kind, of_name text, of_description text, of_instrument uuid, of_teacher uuid,
  of_room uuid, of_term uuid, of_weekday int, of_starts time, on_day date, of_minutes int, of_minimum_age int,
  of_maximum_age int, of_seats int, of_price_cents int, of_status public.class_status
) returns table (class_id uuid, starts_at timestamptz, ends_at timestamptz, reason text, name text)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  class public.classes;
  week record;
  booking uuid;
  is_recital boolean;
  is_moved boolean := true;
begin
  if not private.is_admin() then
    raise exception 'only an administrator keeps the classes' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  if of_class is not null then
    select * into class from public.classes c where c.id = of_class for no key update;
    if not found then
      raise exception 'no such class' using errcode = 'CH404', constraint = 'class_missing';
    end if;
    -- What kind of class it is and in which term it is given stays.
    of_kind := class.kind;
    of_term := class.term_id;
  end if;
  if of_status not in ('open', 'closed') then
    raise exception 'a class is open or closed here' using errcode = 'CH004', constraint = 'class_transition';
  end if;
  if not exists (select from public.teachers t where t.id = of_teacher and t.is_active)
     or not exists (select from public.rooms r where r.id = of_room and r.is_active)
     or not exists (select from public.terms t where t.id = of_term)
     or of_instrument is not null and not exists (select from public.instruments i where i.id = of_instrument) then
    raise exception 'a teacher, room, term or instrument that does not exist'
      using errcode = 'CH404', constraint = 'class_choice_missing';
  end if;
  is_recital := of_kind = 'recital';
  if of_starts is null or is_recital and on_day is null or not is_recital and of_weekday is null then
    raise exception 'a class has a day and a time' using errcode = 'CH005', constraint = 'class_day_missing';
  end if;
  if of_minutes is null or of_minutes < 1 or of_minutes % settings.grid_minutes <> 0
     or extract(epoch from of_starts)::int % (settings.grid_minutes * 60) <> 0 then
    raise exception 'off the grid of % minutes', settings.grid_minutes using errcode = 'CH005', constraint = 'class_off_grid';
  end if;
  if extract(epoch from of_starts) + of_minutes * 60 > 86400 then
    raise exception 'a lesson begins and ends on one day' using errcode = 'CH005', constraint = 'lesson_over_midnight';
  end if;
  if of_class is not null then
    select not exists (select from public.lessons l
                        where l.class_id = of_class and l.status = 'scheduled' and lower(l.during) > private.now())
           or (class.teacher_id, class.room_id, class.minutes) = (of_teacher, of_room, of_minutes)
              and not exists (
                select from private.class_weeks(of_class, of_teacher, of_room, of_term, of_weekday, of_starts,
                                                case when is_recital then on_day end, of_minutes) w
                  join public.lessons l on l.id = w.lesson_id where lower(l.during) <> w.starts_at)
      into is_moved;
    is_moved := not is_moved;
  end if;
  if is_moved then
    if of_class is null and not exists (
         select from private.class_weeks(null, of_teacher, of_room, of_term, of_weekday, of_starts,
                                         case when is_recital then on_day end, of_minutes) w
          where w.reason is distinct from 'closure') then
      raise exception 'the class has no lesson' using errcode = 'CH005', constraint = 'class_without_weeks';
    end if;
    -- All or nothing: when something stands in the way of a week, it is told and nothing is written. At its beginning a
    -- class leaves out the weeks in which the academy is closed.
    if exists (select from private.class_weeks(of_class, of_teacher, of_room, of_term, of_weekday, of_starts,
                                               case when is_recital then on_day end, of_minutes) w
                where w.reason <> 'closure' or w.reason = 'closure' and of_class is not null) then
      return query
        select null::uuid, w.starts_at, w.ends_at, w.reason, w.name
          from private.class_weeks(of_class, of_teacher, of_room, of_term, of_weekday, of_starts,
                                   case when is_recital then on_day end, of_minutes) w;
      return;
    end if;
  end if;
  if of_class is null then
    insert into public.classes as c (name, description, kind, instrument_id, teacher_id, room_id, term_id, weekday, starts,
                                     minutes, minimum_age, maximum_age, seats, price_cents, currency, status)
    values (of_name, of_description, of_kind, of_instrument, of_teacher, of_room, of_term,
            case when not is_recital then of_weekday end, case when not is_recital then of_starts end, of_minutes,
            of_minimum_age, of_maximum_age, of_seats, of_price_cents, settings.currency, of_status)
    returning c.* into class;
    for week in
      select * from private.class_weeks(null, of_teacher, of_room, of_term, of_weekday, of_starts,
                                        case when is_recital then on_day end, of_minutes) w
    loop
      if week.reason is null then
        insert into public.bookings as b (kind, teacher_id, room_id, during)
        values ('lesson', of_teacher, of_room, tstzrange(week.starts_at, week.ends_at)) returning b.id into booking;
        insert into public.lessons (booking_id, class_id, teacher_id, room_id, during, kind)
        values (booking, class.id, of_teacher, of_room, tstzrange(week.starts_at, week.ends_at), of_kind);
      end if;
      return query select class.id, week.starts_at, week.ends_at, week.reason, week.name;
    end loop;
    return;
  end if;
  if is_moved then
    for week in
      select w.*, l.booking_id as moved
        from private.class_weeks(of_class, of_teacher, of_room, of_term, of_weekday, of_starts,
                                 case when is_recital then on_day end, of_minutes) w
        join public.lessons l on l.id = w.lesson_id
    loop
      update public.bookings b
         set teacher_id = of_teacher, room_id = of_room, during = tstzrange(week.starts_at, week.ends_at)
       where b.id = week.moved;
      return query select of_class, week.starts_at, week.ends_at, null::text, null::text;
    end loop;
  end if;
  update public.classes c
     set name = of_name, description = of_description, instrument_id = of_instrument, teacher_id = of_teacher,
         room_id = of_room, weekday = case when not is_recital then of_weekday end,
         starts = case when not is_recital then of_starts end, minutes = of_minutes, minimum_age = of_minimum_age,
         maximum_age = of_maximum_age, seats = of_seats, price_cents = of_price_cents, status = of_status
   where c.id = of_class;
  -- Seats that are new go to those who wait.
  while private.offer_seat(of_class, gen_random_uuid()) is not null loop end loop;
  if not is_moved then
    return query select of_class, null::timestamptz, null::timestamptz, null::text, null::text;
  end if;
end $$;
comment on function private.save_class is
  'Adds a class (of_class null) with its lessons of the term, or changes one and moves its coming lessons within their '
  'weeks; all or nothing. A week that is blocked has its reason, and then class_id is null and nothing was written. A '
  'recital has one lesson, on on_day. Local times; cents; ages in years. Administrators only. Errors: admin_only, '
  'class_missing, class_transition, class_choice_missing, class_day_missing, class_off_grid, lesson_over_midnight, '
  'class_without_weeks, class_full, lesson_full, and the checks of classes.';
revoke execute on function private.save_class from public;
grant execute on function private.save_class to authenticated;

revoke execute on function private.reserve_seat, private.tell_of_offer, private.tell_of_freed_time from public;
