-- Cancelling a lesson, moving it, making it up. Each function does the whole change and tells what it came to, so that a
-- preview is the change itself, undone.

create type public.cancel_kind as enum ('family', 'illness', 'teacher', 'weather', 'academy');
alter type public.credit_origin add value 'academy_cancelled' after 'teacher_cancelled';

alter table public.lessons
  add column cancelled_at timestamptz,
  add column cancelled_by uuid references public.profiles (id) on delete set null,
  add column cancel_kind public.cancel_kind,
  add column cancel_reason text constraint lessons_cancel_reason check (length(trim(cancel_reason)) between 3 and 300),
  add column cancelled_late boolean,
  add column cancel_pays_teacher boolean,
  add constraint lessons_cancelled check (
    (cancelled_at is null) = (cancel_kind is null) and (cancelled_at is null) = (cancelled_late is null)
    and (cancelled_at is null) = (cancel_pays_teacher is null)
    and (cancelled_at is null or status = 'cancelled')
    and (cancelled_at is not null or cancelled_by is null));
create index lessons_cancelled_by on public.lessons (cancelled_by);
comment on column public.lessons.cancelled_late is 'Whether the notice (academy_settings.cancel_notice_minutes) was missed.';
comment on column public.lessons.cancel_pays_teacher is
  'Whether the teacher is paid for the cancelled lesson: the family, or the academy, gave the time back too late.';
insert into private.personal_columns (table_name, column_name, erased_as) values ('lessons', 'cancel_reason', 'word');

alter table public.makeup_credits
  add column money_cents int constraint makeup_credits_money check (money_cents > 0),
  add column returned_lesson_id uuid references public.lessons (id);
create index makeup_credits_returned on public.makeup_credits (returned_lesson_id);
comment on column public.makeup_credits.returned_lesson_id is
  'The make-up that it had been used for, where the academy cancelled that: the credit came back.';
comment on column public.makeup_credits.money_cents is
  'What the family gets instead if it turns the credit into money, in cents; null where it has no such choice.';

-- What a lesson is worth -------------------------------------------------------------------------------------------------
create function private.lesson_worth(of_lesson uuid) returns int
language plpgsql stable security definer set search_path = '' as $$
declare
  zone text := (select a.time_zone from public.academy_settings a);
  lesson public.lessons;
  enrollment public.enrollments;
  origin uuid;
  monthly numeric;
  held int;
begin
  select * into lesson from public.lessons l where l.id = of_lesson;
  if lesson.kind = 'make_up' then
    select c.origin_lesson_id into origin from public.makeup_credits c where c.used_lesson_id = of_lesson;
    if origin is not null then return private.lesson_worth(origin); end if;
  end if;
  select * into enrollment from public.enrollments e where e.id = lesson.enrollment_id;
  case
    when lesson.kind = 'trial' then
      -- What was paid for it; nothing once it has been credited to the enrollment that followed.
      return (select nullif(p.amount_cents - p.refunded_cents, 0) from public.payments p
               where p.enrollment_id = enrollment.id
                 and not exists (select from public.enrollments f
                                  where f.student_id = enrollment.student_id and f.instrument_id = enrollment.instrument_id
                                    and f.status not in ('lapsed', 'cancelled') and f.lines @> '[{"code": "trial_credit"}]')
               order by p.paid_at desc limit 1);
    when lesson.class_id is not null then
      select c.price_cents into monthly from public.classes c where c.id = lesson.class_id and c.kind <> 'recital';
    else
      -- What the family pays for a month: its tuition less its discounts.
      select sum((e.line ->> 'cents')::numeric) / p.months into monthly
        from jsonb_array_elements(enrollment.lines) e (line)
        join public.plans p on p.cadence = enrollment.cadence
                           and p.valid @> (enrollment.submitted_at at time zone zone)::date
       where enrollment.kind = 'plan' and (e.line ->> 'recurring')::boolean
       group by p.months;
      if monthly is null then
        select p.amount_cents into monthly from public.prices p
         where p.kind = 'tuition_monthly' and p.valid @> (lesson.starts_at at time zone zone)::date
           and p.minutes = extract(epoch from upper(lesson.during) - lower(lesson.during)) / 60;
      end if;
  end case;
  select count(*) into held from public.lessons l
   where l.kind = case when lesson.class_id is null then 'private' else lesson.kind end
     and (l.enrollment_id = lesson.enrollment_id or l.class_id = lesson.class_id)
     and date_trunc('month', l.starts_at at time zone zone) = date_trunc('month', lesson.starts_at at time zone zone);
  return nullif(greatest(round(monthly / greatest(held, 1)), 0), 0);
end $$;
comment on function private.lesson_worth is
  'What a lesson is worth in cents: a month''s tuition (or the price of its class) divided by the weekly lessons of its '
  'local month, rounded half up; for a trial what was paid; for a make-up its origin''s. Null when that is nothing.';

create function private.price_credit() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.origin::text in ('teacher_cancelled', 'academy_cancelled', 'weather') and new.money_cents is null then
    new.money_cents := private.lesson_worth(new.origin_lesson_id);
  end if;
  return new;
end $$;
comment on function private.price_credit is
  'A credit for what the academy cancelled says what it is worth in money: the family chooses.';
create trigger price_credit before insert on public.makeup_credits for each row execute function private.price_credit();
update public.makeup_credits c set money_cents = private.lesson_worth(c.origin_lesson_id)
 where c.origin in ('teacher_cancelled', 'weather') and c.used_at is null and c.voided_at is null;

create function private.pay_out(of_family uuid, of_lesson uuid, of_student uuid, cents int) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  lesson public.lessons;
  posted uuid;
  result uuid;
begin
  select * into settings from public.academy_settings;
  select * into lesson from public.lessons l where l.id = of_lesson;
  -- The cause is the lesson and the student: what is paid out already is not paid out again.
  insert into public.ledger_transactions (cause, description, occurred_at)
  values ('cancellation:' || of_lesson || ':' || of_student, 'Cancelled lesson turned into credit', private.now())
  returning id into posted;
  insert into public.ledger_entries (transaction_id, account, family_id, amount_cents, currency)
  select posted, p.account::public.ledger_account, of_family, p.cents, settings.currency
    from (values (case when lesson.kind = 'trial' then 'trial_revenue' when lesson.class_id is not null then 'class_revenue'
                       else 'tuition_revenue' end, cents), ('family_credit', -cents)) p (account, cents);
  insert into public.account_credits (family_id, amount_cents, currency, origin, reason, lesson_id, issued_by)
  values (of_family, cents, settings.currency, 'cancellation',
          'Lesson on ' || to_char(lesson.starts_at at time zone settings.time_zone, 'FMMonth FMDD, YYYY') || ', cancelled by the academy',
          of_lesson, auth.uid())
  returning id into result;
  return result;
end $$;
comment on function private.pay_out is
  'Gives a family money, in cents, for a lesson that was cancelled, and posts it: less revenue, more credit of the family.';
revoke execute on function private.lesson_worth, private.price_credit, private.pay_out from public;

-- Who changes lessons ------------------------------------------------------------------------------------------------------
create function private.lesson_changer(of_lesson uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  lesson public.lessons;
begin
  select * into lesson from public.lessons l where l.id = of_lesson;
  return case
    when lesson.id is null then null
    when private.sets_own_notice() then 'staff'
    when lesson.family_id in (select private.my_family_ids()) then 'family'
    when lesson.class_id is not null and exists (
      select from public.lesson_seats s where s.lesson_id = of_lesson and s.family_id in (select private.my_family_ids())) then 'family'
    when lesson.teacher_id = private.my_teacher_id() then 'teacher'
  end;
end $$;
comment on function private.lesson_changer is
  'As whom the caller may change a lesson: staff (administrators, the academy itself), family, teacher; null: not at all.';
revoke execute on function private.lesson_changer from public;

-- Cancelling -----------------------------------------------------------------------------------------------------------------
create function private.cancel_lesson(
  of_lesson uuid,
  kind public.cancel_kind,
  reason text default null,
  wants text default 'credit',
  staff_exception boolean default false,
  of_student uuid default null
) returns table (
  outcome text,
  is_late boolean,
  free_until timestamptz,
  pays_teacher boolean,
  credit_id uuid,
  credit_minutes int,
  credit_expires_at timestamptz,
  account_credit_cents int,
  money_choice_cents int,
  currency text,
  term_used int,
  term_left int,
  illness_used int,
  illness_left int
)
language plpgsql security definer set search_path = '' as $$
declare
  changer text := private.lesson_changer(of_lesson);
  settings public.academy_settings;
  lesson public.lessons;
  credit public.makeup_credits;
  seat record;
  why text := nullif(trim(reason), '');
  term uuid;
  origin text;
  worth int;
  is_by_academy boolean := kind in ('teacher', 'weather', 'academy');
begin
  if changer is null then
    raise exception 'no such lesson' using errcode = 'CH404', constraint = 'lesson_missing';
  end if;
  if kind is null or changer = 'family' and is_by_academy or changer = 'teacher' and kind <> 'teacher' then
    raise exception 'a % does not cancel as %', changer, kind using errcode = 'CH403', constraint = 'cancel_kind_of_another';
  end if;
  if staff_exception and changer <> 'staff' then
    raise exception 'only an administrator makes exceptions' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  if why is null and (staff_exception or kind in ('teacher', 'academy')) or length(why) < 3 then
    raise exception 'the cancellation is explained' using errcode = 'CH005', constraint = 'cancel_reason_missing';
  end if;
  if wants is null or wants not in ('credit', 'money') or wants = 'money' and not (is_by_academy and changer = 'staff') then
    raise exception 'there is no money for this cancellation' using errcode = 'CH005', constraint = 'money_not_offered';
  end if;
  -- Before any row: see lock_calendar.
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  select * into lesson from public.lessons l where l.id = of_lesson for update;
  if lesson.status <> 'scheduled' then
    raise exception 'the lesson is %', lesson.status using errcode = 'CH004', constraint = 'lesson_transition';
  end if;
  if changer <> 'staff' and lesson.starts_at <= private.now() then
    raise exception 'the lesson has begun' using errcode = 'CH005', constraint = 'lesson_begun';
  end if;
  if exists (select from public.payroll_lines p where p.lesson_id = of_lesson) then
    raise exception 'the lesson has been paid' using errcode = 'CH004', constraint = 'lesson_paid';
  end if;
  currency := settings.currency;
  free_until := lesson.starts_at - settings.cancel_notice_minutes * interval '1 minute';
  is_late := private.now() > free_until;

  if lesson.class_id is not null and not is_by_academy then
    -- One child does not come: the class takes place.
    select s.student_id, s.family_id, count(*) over () as found into seat
      from public.lesson_seats s
     where s.lesson_id = of_lesson and s.given_up_at is null and (of_student is null or s.student_id = of_student)
       and (changer = 'staff' or s.family_id in (select private.my_family_ids()))
     limit 1;
    if seat.found is distinct from 1 then
      raise exception 'whose seat is given up' using errcode = 'CH005', constraint = 'seat_student_missing';
    end if;
    update public.lesson_seats s set given_up_at = private.now()
     where s.lesson_id = of_lesson and s.student_id = seat.student_id;
    perform private.emit('scheduling/lesson.cancelled',
                         jsonb_build_object('lessonId', of_lesson, 'studentId', seat.student_id), seat.family_id::text);
    outcome := 'seat_given_up';
    pays_teacher := true;
    return next;
    return;
  end if;

  pays_teacher := is_late and kind in ('family', 'illness', 'academy');
  worth := private.lesson_worth(of_lesson);
  update public.lessons l
     set status = 'cancelled', cancelled_at = private.now(), cancelled_by = auth.uid(), cancel_kind = cancel_lesson.kind,
         cancel_reason = left(why, 300), cancelled_late = is_late, cancel_pays_teacher = pays_teacher
   where l.id = of_lesson;

  if lesson.class_id is not null then
    outcome := case when worth is null then 'nothing' else 'money' end;
    account_credit_cents := worth;
    for seat in select s.student_id, s.family_id from public.lesson_seats s
                 where s.lesson_id = of_lesson and s.given_up_at is null order by s.student_id loop
      if worth is not null then perform private.pay_out(seat.family_id, of_lesson, seat.student_id, worth); end if;
      perform private.emit('scheduling/lesson.cancelled',
                           jsonb_build_object('lessonId', of_lesson, 'studentId', seat.student_id), seat.family_id::text);
    end loop;
    if not found then
      perform private.emit('scheduling/lesson.cancelled', jsonb_build_object('lessonId', of_lesson, 'studentId', null));
    end if;
    if changer = 'teacher' then account_credit_cents := null; end if;
    return next;
    return;
  end if;

  perform private.emit('scheduling/lesson.cancelled',
                       jsonb_build_object('lessonId', of_lesson, 'studentId', lesson.student_id), lesson.family_id::text);
  -- Credits of one student are counted and given one after the other.
  perform from public.students s where s.id = lesson.student_id for no key update;
  select t.id into term from public.terms t
   where t.starts_on <= (lesson.starts_at at time zone settings.time_zone)::date order by t.starts_on desc limit 1;
  select count(*) filter (where c.origin = 'family_cancelled' and c.term_id is not distinct from term),
         count(*) filter (where c.origin = 'illness' and c.issued_at > private.now() - interval '1 year')
    into term_used, illness_used
    from public.makeup_credits c where c.student_id = lesson.student_id and c.voided_at is null;

  if lesson.kind = 'make_up' then
    if is_by_academy or staff_exception then
      -- The credit comes back, as fresh as a new one; what the academy called off may be money, too.
      update public.makeup_credits c
         set used_lesson_id = null, used_at = null, returned_lesson_id = of_lesson,
             expires_at = greatest(c.expires_at, private.now() + settings.makeup_valid_days * interval '1 day'),
             money_cents = coalesce(c.money_cents, case when is_by_academy then worth end)
       where c.used_lesson_id = of_lesson
      returning * into credit;
      outcome := 'credit_returned';
    else
      outcome := 'makeup_final';
    end if;
  else
    case
      when is_by_academy then
        outcome := 'credit';
        origin := case cancel_lesson.kind when 'weather' then 'weather' else cancel_lesson.kind::text || '_cancelled' end;
      when lesson.kind = 'trial' then
        outcome := 'trial_over';
      when not is_late and term_used < settings.makeups_per_term then
        outcome := 'credit';
        origin := 'family_cancelled';
        term_used := term_used + 1;
      -- An illness excuses the hour, and the number.
      when kind = 'illness' and illness_used < settings.illness_exceptions_per_year then
        outcome := 'credit';
        origin := 'illness';
        illness_used := illness_used + 1;
      when not is_late then
        outcome := 'used_up';
      else
        outcome := 'too_late';
    end case;
    if origin is null and staff_exception then
      outcome := 'exception';
      origin := 'goodwill';
    end if;
    if origin is not null then
      insert into public.makeup_credits as c
        (family_id, student_id, minutes, origin, origin_lesson_id, reason, issued_by, expires_at)
      values (lesson.family_id, lesson.student_id, extract(epoch from upper(lesson.during) - lower(lesson.during)) / 60,
              origin::public.credit_origin, of_lesson, why, auth.uid(),
              private.now() + settings.makeup_valid_days * interval '1 day')
      returning * into credit;
    end if;
  end if;
  term_left := greatest(settings.makeups_per_term - term_used, 0);
  illness_left := greatest(settings.illness_exceptions_per_year - illness_used, 0);

  if wants = 'money' then
    if credit.money_cents is null then
      raise exception 'there is no money for this cancellation' using errcode = 'CH005', constraint = 'money_not_offered';
    end if;
    account_credit_cents := credit.money_cents;
    perform private.credit_to_money(credit.id);
    outcome := 'money';
  elsif credit.id is not null then
    credit_id := credit.id;
    credit_minutes := credit.minutes;
    credit_expires_at := credit.expires_at;
    money_choice_cents := case when changer <> 'teacher' then credit.money_cents end;
  end if;
  return next;
end $$;
comment on function private.cancel_lesson is
  'Cancels a lesson, or gives up a child''s seat in a lesson of a class, by the academy''s policy, and tells all that comes '
  'of it: the same call is the preview, undone. outcome: credit, money, credit_returned (of a make-up that the academy '
  'cancels), exception (by staff), used_up (the term''s credits), too_late, makeup_final, trial_over, seat_given_up, nothing. '
  'Counts are those after it; a class lesson''s cents are each family''s. Parents for their children (family, illness), '
  'teachers for their lessons (teacher), administrators and the academy itself. Errors: lesson_missing, '
  'cancel_kind_of_another, admin_only, cancel_reason_missing, money_not_offered, lesson_transition, lesson_begun, lesson_paid, '
  'seat_student_missing.';

create function private.credit_to_money(of_credit uuid)
returns table (account_credit_id uuid, account_credit_cents int, currency text)
language plpgsql security definer set search_path = '' as $$
declare
  credit public.makeup_credits;
begin
  select * into credit from public.makeup_credits c where c.id = of_credit for update;
  if credit.id is null or not (private.sets_own_notice() or credit.family_id in (select private.my_family_ids())) then
    raise exception 'no such credit' using errcode = 'CH404', constraint = 'credit_missing';
  end if;
  if credit.used_at is not null then
    raise exception 'the credit is used' using errcode = 'CH004', constraint = 'makeup_credit_used_once';
  end if;
  if credit.voided_at is not null or credit.expires_at <= private.now() then
    raise exception 'the credit is not valid any more' using errcode = 'CH005', constraint = 'makeup_credit_expired';
  end if;
  if credit.money_cents is null then
    raise exception 'the credit is for a lesson' using errcode = 'CH005', constraint = 'money_not_offered';
  end if;
  update public.makeup_credits c set voided_at = private.now() where c.id = of_credit;
  account_credit_id := private.pay_out(credit.family_id, coalesce(credit.returned_lesson_id, credit.origin_lesson_id),
                                       credit.student_id, credit.money_cents);
  account_credit_cents := credit.money_cents;
  currency := (select a.currency from public.academy_settings a);
  return next;
end $$;
comment on function private.credit_to_money is
  'Turns an unused make-up credit for what the academy cancelled into money of the family, in cents, and posts it. Parents for '
  'their family, administrators, the academy itself. Errors: credit_missing, makeup_credit_used_once, makeup_credit_expired, '
  'money_not_offered.';

-- Moving, and making up --------------------------------------------------------------------------------------------------
create function private.check_lesson_time(
  of_instrument uuid, of_teacher uuid, of_start timestamptz, of_minutes int, of_student uuid, of_room uuid,
  ignored_bookings uuid[], for_makeup boolean, is_class boolean, is_staff boolean, reason text, by_exception boolean
) returns text[]
language plpgsql stable security definer set search_path = '' as $$
declare
  -- What stands in the way of anybody, and what only a rule has against it.
  hard text[];
  soft text[];
  is_teacher_there boolean := exists (
    select from public.teachers t where t.id = of_teacher and t.is_active and t.deleted_at is null
       and (is_class or exists (select from public.teacher_instruments i
                                 where i.teacher_id = t.id and i.instrument_id = of_instrument)));
begin
  if of_start is null or not isfinite(of_start) or of_start <= private.now() then
    raise exception 'the time is over' using errcode = 'CH005', constraint = 'lesson_time_over';
  end if;
  select array_agg(c.reason) filter (where not c.is_soft), array_agg(c.reason) filter (where c.is_soft)
    into hard, soft
    from (select distinct c.reason,
                 is_staff and (c.reason in ('too_soon', 'too_far', 'outside_term', 'closure', 'outside_availability',
                                            'teacher_full', 'age', 'length')
                               or c.reason = 'teacher_unavailable' and is_teacher_there) as is_soft
            from private.lesson_conflicts(of_instrument, of_teacher, of_start, of_minutes, of_student, null, of_room,
                                          ignored_bookings, for_makeup, is_staff) c
            -- A class has its own length, ages and students.
           where not (is_class and (c.reason in ('length', 'age') or c.reason = 'teacher_unavailable' and is_teacher_there))) c;
  if hard && '{teacher_busy,room_taken,no_room,teacher_full}' then
    raise exception 'the time is taken: %', array_to_string(hard, ', ')
      using errcode = 'CH005', constraint = 'lesson_time_taken', detail = array_to_string(hard, ',');
  end if;
  if hard is not null or soft is not null and by_exception is not true then
    raise exception 'the time is not possible: %', array_to_string(hard || soft, ', ')
      using errcode = 'CH005', constraint = 'lesson_time_not_possible', detail = array_to_string(hard || soft, ',');
  end if;
  if soft is not null and coalesce(length(trim(reason)), 0) < 3 then
    raise exception 'an exception is explained' using errcode = 'CH005', constraint = 'exception_reason_missing';
  end if;
  return coalesce(soft, '{}');
end $$;
comment on function private.check_lesson_time is
  'Refuses a time that private.lesson_conflicts has something against; returns the rules that staff overrides with a reason. '
  'Errors: lesson_time_over, lesson_time_taken, lesson_time_not_possible (detail: the reasons), exception_reason_missing.';

create function private.fitting_room(of_instrument uuid, during tstzrange, ignored_bookings uuid[], preferred uuid)
returns uuid
language sql stable security definer set search_path = '' as $$
  select r.id
    from public.rooms r left join public.instruments i on i.id = of_instrument
   where r.is_active and private.instruments_of_room(r.equipment, i.required_equipment)
     and not exists (select from public.bookings b
                      where b.room_id = r.id and b.is_active and b.during && fitting_room.during
                        and b.id <> all(ignored_bookings) and (b.kind = 'lesson' or b.expires_at > private.now()))
   order by r.id is distinct from preferred, cardinality(r.equipment), r.name
   limit 1
$$;
comment on function private.fitting_room is 'A free room that has what the instrument needs: the preferred one, else the plainest.';
revoke execute on function private.check_lesson_time, private.fitting_room from public;

create function private.move_lesson(
  of_lesson uuid,
  to_start timestamptz,
  to_teacher uuid default null,
  to_room uuid default null,
  reason text default null,
  by_exception boolean default false
) returns table (
  from_start timestamptz,
  from_teacher uuid,
  from_room uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  teacher_id uuid,
  room_id uuid,
  free_until timestamptz,
  overridden text[]
)
language plpgsql security definer set search_path = '' as $$
declare
  changer text := private.lesson_changer(of_lesson);
  settings public.academy_settings;
  lesson public.lessons;
  minutes int;
  wanted tstzrange;
  why text := nullif(left(trim(reason), 300), '');
  off_calendar text;
  credit_ends timestamptz;
begin
  if changer is null then
    raise exception 'no such lesson' using errcode = 'CH404', constraint = 'lesson_missing';
  end if;
  if changer = 'teacher' then
    raise exception 'teachers ask the academy to move a lesson' using errcode = 'CH403', constraint = 'lesson_moved_by_academy';
  end if;
  if by_exception and changer <> 'staff' then
    raise exception 'only an administrator makes exceptions' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into settings from public.academy_settings;
  select * into lesson from public.lessons l where l.id = of_lesson for update;
  if lesson.status <> 'scheduled' then
    raise exception 'the lesson is %', lesson.status using errcode = 'CH004', constraint = 'lesson_transition';
  end if;
  if changer = 'family' then
    if lesson.class_id is not null then
      raise exception 'a class keeps its time' using errcode = 'CH403', constraint = 'lesson_moved_by_academy';
    end if;
    if lesson.kind = 'make_up' then
      raise exception 'a booked make-up is final' using errcode = 'CH005', constraint = 'makeup_final';
    end if;
    if private.now() > lesson.starts_at - settings.cancel_notice_minutes * interval '1 minute' then
      raise exception 'a lesson is moved % minutes ahead', settings.cancel_notice_minutes
        using errcode = 'CH005', constraint = 'move_too_late';
    end if;
  end if;
  from_start := lesson.starts_at;
  from_teacher := lesson.teacher_id;
  from_room := lesson.room_id;
  minutes := extract(epoch from upper(lesson.during) - lower(lesson.during)) / 60;
  wanted := tstzrange(to_start, to_start + minutes * interval '1 minute');
  teacher_id := coalesce(to_teacher, lesson.teacher_id);
  room_id := coalesce(to_room, private.fitting_room(lesson.instrument_id, wanted, array[lesson.booking_id], lesson.room_id));
  if (to_start, teacher_id, coalesce(to_room, lesson.room_id)) = (lesson.starts_at, lesson.teacher_id, lesson.room_id) then
    raise exception 'the lesson is there already' using errcode = 'CH005', constraint = 'lesson_there_already';
  end if;
  overridden := private.check_lesson_time(lesson.instrument_id, teacher_id, to_start, minutes, lesson.student_id, room_id,
    array[lesson.booking_id], lesson.kind = 'make_up', lesson.class_id is not null, changer = 'staff', why, by_exception);
  if lesson.kind = 'make_up' then
    select c.expires_at into credit_ends from public.makeup_credits c where c.used_lesson_id = of_lesson;
    if to_start >= credit_ends then
      raise exception 'the credit is not valid then' using errcode = 'CH005', constraint = 'makeup_credit_expired';
    end if;
  end if;
  off_calendar := case when overridden && '{outside_term,closure}' then why end;
  if off_calendar is not null then
    update public.lessons l set off_calendar_reason = off_calendar where l.id = of_lesson;
  end if;
  update public.bookings b set teacher_id = move_lesson.teacher_id, room_id = move_lesson.room_id, during = wanted
   where b.id = lesson.booking_id;
  if off_calendar is null and lesson.off_calendar_reason is not null and to_start <> lesson.starts_at then
    update public.lessons l set off_calendar_reason = null where l.id = of_lesson;
  end if;
  perform private.emit('scheduling/lesson.moved', jsonb_build_object(
      'lessonId', of_lesson, 'fromStart', from_start, 'fromTeacherId', from_teacher, 'reason', why),
    coalesce(lesson.family_id::text, ''));
  starts_at := lower(wanted);
  ends_at := upper(wanted);
  free_until := starts_at - settings.cancel_notice_minutes * interval '1 minute';
  return next;
end $$;
comment on function private.move_lesson is
  'Moves one lesson to another start, teacher or room (its own, else any free one that fits), in one step; its series keeps it. '
  'A family moves its own lessons with the notice of a cancellation, staff any lesson at any notice, and overrides rules (not '
  'what is taken) by exception with a reason: overridden. Errors: lesson_missing, lesson_moved_by_academy, admin_only, '
  'lesson_transition, makeup_final, move_too_late, lesson_there_already, lesson_time_over, lesson_time_taken, '
  'lesson_time_not_possible, exception_reason_missing, makeup_credit_expired, lesson_paid, or an exclusion constraint.';

create function private.book_makeup(
  of_credit uuid,
  of_teacher uuid,
  of_start timestamptz,
  of_room uuid default null,
  reason text default null,
  by_exception boolean default false
) returns table (
  lesson_id uuid,
  credit_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  teacher_id uuid,
  room_id uuid,
  overridden text[]
)
language plpgsql security definer set search_path = '' as $$
declare
  is_staff boolean := private.sets_own_notice();
  credit public.makeup_credits;
  enrollment public.enrollments;
  wanted tstzrange;
  why text := nullif(left(trim(reason), 300), '');
  booking uuid;
begin
  if by_exception and not is_staff then
    raise exception 'only an administrator makes exceptions' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into credit from public.makeup_credits c where c.id = of_credit for update;
  if credit.id is null or not (is_staff or credit.family_id in (select private.my_family_ids())) then
    raise exception 'no such credit' using errcode = 'CH404', constraint = 'credit_missing';
  end if;
  if credit.used_at is not null then
    raise exception 'the credit is used' using errcode = 'CH004', constraint = 'makeup_credit_used_once';
  end if;
  if credit.voided_at is not null or credit.expires_at <= private.now() or of_start >= credit.expires_at then
    raise exception 'the credit is not valid then' using errcode = 'CH005', constraint = 'makeup_credit_expired';
  end if;
  -- The enrollment whose lesson was missed; else the student's own that this teacher can teach.
  select e.* into enrollment
    from public.enrollments e left join public.lessons l on l.id = credit.origin_lesson_id
   where e.student_id = credit.student_id and (e.id = l.enrollment_id or e.status in ('active', 'paused'))
   order by e.id is distinct from l.enrollment_id,
            not exists (select from public.teacher_instruments i where i.teacher_id = of_teacher and i.instrument_id = e.instrument_id),
            e.kind <> 'plan', e.activated_at desc nulls last
   limit 1;
  if not found then
    raise exception 'the student is not enrolled' using errcode = 'CH005', constraint = 'makeup_without_enrollment';
  end if;
  credit_id := of_credit;
  teacher_id := of_teacher;
  wanted := tstzrange(of_start, of_start + credit.minutes * interval '1 minute');
  room_id := coalesce(of_room, private.fitting_room(enrollment.instrument_id, wanted, '{}', null));
  overridden := private.check_lesson_time(enrollment.instrument_id, of_teacher, of_start, credit.minutes, credit.student_id,
    room_id, '{}', true, false, is_staff, why, by_exception);
  insert into public.bookings as b (kind, teacher_id, room_id, student_id, during)
  values ('lesson', of_teacher, book_makeup.room_id, credit.student_id, wanted)
  returning b.id into booking;
  insert into public.lessons as l (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                   kind, off_calendar_reason)
  values (booking, enrollment.id, credit.family_id, credit.student_id, enrollment.instrument_id, of_teacher,
          book_makeup.room_id, wanted, 'make_up', case when overridden && '{outside_term,closure}' then why end)
  returning l.id into lesson_id;
  update public.makeup_credits c set used_lesson_id = book_makeup.lesson_id where c.id = of_credit;
  perform private.emit('scheduling/lesson.booked', jsonb_build_object('lessonId', lesson_id), credit.family_id::text);
  starts_at := lower(wanted);
  ends_at := upper(wanted);
  return next;
end $$;
comment on function private.book_makeup is
  'Books a make-up of a credit''s minutes at a start within its validity, make-up days included, in any free room that fits. '
  'Parents for their family; staff may override rules by exception with a reason. Errors: admin_only, credit_missing, '
  'makeup_credit_used_once, makeup_credit_expired, makeup_without_enrollment, lesson_time_over, lesson_time_taken, '
  'lesson_time_not_possible, exception_reason_missing, or an exclusion constraint.';

revoke execute on function private.cancel_lesson, private.credit_to_money, private.move_lesson, private.book_makeup from public;
grant execute on function private.cancel_lesson, private.credit_to_money, private.move_lesson, private.book_makeup
  to authenticated, service_role;
