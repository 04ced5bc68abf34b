-- Enrollment: drafts before there is an account, enrollments with their history, checkouts.

create table public.enrollment_drafts (
  id uuid primary key default gen_random_uuid(),
  data jsonb not null default '{}' check (length(data::text) < 20000),
  hold_id uuid references public.bookings (id) on delete set null,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.enrollment_drafts is
  'What a visitor typed so far; the id is the secret of an httpOnly cookie. Only the server reads it.';
create index enrollment_drafts_hold on public.enrollment_drafts (hold_id);
create trigger touch before update on public.enrollment_drafts for each row execute function private.touch();

create table public.student_instruments (
  student_id uuid not null references public.students (id),
  instrument_id uuid not null references public.instruments (id),
  level text not null check (level in ('beginner', 'intermediate', 'advanced')),
  wishes text not null default '' check (length(wishes) <= 1000),
  updated_at timestamptz not null default private.now(),
  primary key (student_id, instrument_id)
);
comment on table public.student_instruments is
  'What a student learns, at which level and with which wishes: what a teacher needs to know, apart from the money.';
create index student_instruments_instrument on public.student_instruments (instrument_id);
create trigger touch before update on public.student_instruments for each row execute function private.touch();

create type public.enrollment_status as enum ('provisional', 'active', 'paused', 'withdrawn', 'lapsed', 'cancelled');
create type public.enrollment_kind as enum ('trial', 'plan');
create type public.billing_cadence as enum ('monthly', 'semester', 'yearly');

create table public.enrollments (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity,
  draft_id uuid unique,
  family_id uuid not null references public.families (id),
  student_id uuid not null references public.students (id),
  instrument_id uuid not null references public.instruments (id),
  teacher_id uuid not null references public.teachers (id),
  match_reason text,
  minutes int not null check (minutes in (30, 45, 60)),
  starts_at timestamptz not null,
  booking_id uuid references public.bookings (id),
  kind public.enrollment_kind not null,
  cadence public.billing_cadence not null,
  status public.enrollment_status not null default 'provisional',
  due_cents int not null default 0 check (due_cents >= 0),
  lines jsonb not null default '[]',
  currency text not null default 'usd' check (currency ~ '^[a-z]{3}$'),
  policy_version text not null,
  student_email text check (student_email = lower(student_email)),
  failure_code text,
  failure_message text,
  submitted_at timestamptz not null default private.now(),
  expires_at timestamptz not null default private.now(),
  paid_at timestamptz,
  activated_at timestamptz,
  updated_at timestamptz not null default private.now()
);
comment on table public.enrollments is
  'A student''s enrollment in an instrument: provisional until paid, then active. due_cents is set by the database.';
create index enrollments_family on public.enrollments (family_id);
create index enrollments_student on public.enrollments (student_id);
create index enrollments_teacher on public.enrollments (teacher_id);
create index enrollments_booking on public.enrollments (booking_id);
create index enrollments_status on public.enrollments (status, submitted_at desc);
create unique index one_trial_per_instrument on public.enrollments (student_id, instrument_id)
  where kind = 'trial' and status not in ('lapsed', 'cancelled');
create unique index students_once on public.students (family_id, lower(first_name), lower(last_name), birth_date);

alter table public.lessons add foreign key (enrollment_id) references public.enrollments (id);

create table public.enrollment_events (
  id bigint generated always as identity primary key,
  enrollment_id uuid not null references public.enrollments (id),
  family_id uuid not null references public.families (id),
  at timestamptz not null default private.now(),
  status public.enrollment_status not null,
  note text
);
comment on table public.enrollment_events is 'History of an enrollment''s status, written by a trigger.';
create index enrollment_events_enrollment on public.enrollment_events (enrollment_id, id);
create index enrollment_events_family on public.enrollment_events (family_id);

create function private.enrollment_lines(
  of_kind public.enrollment_kind, of_cadence public.billing_cadence, of_minutes int,
  of_instrument uuid, of_family uuid default null, of_student uuid default null
) returns table (item int, code text, label text, amount_cents int, recurring boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  today date;
  monthly int;
  tuition int;
  siblings int;
  credit int;
begin
  select * into settings from public.academy_settings;
  today := (private.now() at time zone settings.time_zone)::date;
  -- Of another family a caller learns nothing: they get a newcomer's prices.
  if current_setting('role', true) = 'authenticated' and not private.is_admin()
     and of_family is not null and not of_family in (select private.my_family_ids()) then
    of_family := null;
    of_student := null;
  end if;
  if of_kind = 'trial' then
    return query select 1, 'trial', 'Trial lesson, ' || settings.trial_minutes || ' minutes', p.amount_cents, false
                   from public.prices p where p.kind = 'trial' and p.valid @> today;
    if not found then
      raise exception 'no price for a trial' using errcode = 'CH005', constraint = 'price_missing';
    end if;
    return;
  end if;
  select p.amount_cents into monthly from public.prices p
   where p.kind = 'tuition_monthly' and p.minutes = of_minutes and p.valid @> today;
  if monthly is null then
    raise exception 'no tuition for % minutes', of_minutes using errcode = 'CH005', constraint = 'price_missing';
  end if;
  -- numeric: a year of tuition times basis points does not fit into an int.
  tuition := case of_cadence
    when 'monthly' then monthly
    when 'semester' then round(monthly::numeric * settings.semester_months * (10000 - settings.semester_discount_bp) / 10000.0)
    else round(monthly::numeric * 12 * (10000 - settings.year_discount_bp) / 10000.0)
  end;
  return query select 1, 'tuition', 'Tuition, ' || of_minutes || ' minutes a week, ' || case of_cadence
    when 'monthly' then 'by the month' when 'semester' then 'by the semester' else 'by the year' end, tuition, true;
  select count(distinct e.student_id) into siblings
    from public.enrollments e
   where e.family_id = of_family and e.kind = 'plan' and e.status in ('active', 'paused')
     and e.student_id is distinct from of_student;
  if siblings > 0 then
    return query select 2, 'sibling_discount', 'Sibling discount',
      -round(tuition * settings.sibling_discount_bp / 10000.0)::int, true;
  end if;
  if not exists (select from public.enrollments e
                  where e.student_id = of_student and e.kind = 'plan' and e.status in ('active', 'paused')
                    and e.activated_at > private.now() - interval '1 year') then
    return query select 3, 'registration',
      case when siblings > 0 then 'Registration for a sibling, one year' else 'Registration, one year' end,
      p.amount_cents, false
      from public.prices p
     where p.valid @> today
       and p.kind = (case when siblings > 0 then 'registration_sibling' else 'registration' end)::public.price_kind;
  end if;
  select p.amount_cents - p.refunded_cents into credit
    from public.enrollments e
    join public.payments p on p.enrollment_id = e.id
    join public.lessons l on l.enrollment_id = e.id
   where e.student_id = of_student and e.instrument_id = of_instrument and e.kind = 'trial'
     and e.status in ('active', 'withdrawn')
     and upper(l.during) + settings.trial_credit_days * interval '1 day' > private.now()
   order by p.paid_at desc limit 1;
  if credit > 0 then
    return query select 4, 'trial_credit', 'Credit for the trial lesson', -credit, false;
  end if;
end $$;
comment on function private.enrollment_lines is
  'What is due at Checkout, line by line in cents: the one source for the preview, the charge and the receipt.';
revoke execute on function private.enrollment_lines from public;
grant execute on function private.enrollment_lines to service_role, authenticated;

create function private.price_enrollment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
begin
  select * into settings from public.academy_settings;
  new.status := 'provisional';
  new.currency := settings.currency;
  new.submitted_at := private.now();
  new.expires_at := private.now() + settings.provisional_days * interval '1 day';
  select jsonb_agg(jsonb_build_object('code', l.code, 'label', l.label, 'cents', l.amount_cents, 'recurring', l.recurring)
                   order by l.item), sum(l.amount_cents)
    into new.lines, new.due_cents
    from private.enrollment_lines(new.kind, new.cadence, new.minutes, new.instrument_id, new.family_id, new.student_id) l;
  return new;
end $$;
comment on function private.price_enrollment() is
  'What is due never comes from a form: it is computed from the prices of the day, in cents.';

create function private.enrollment_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.emit('enrollment/submitted', jsonb_build_object('enrollmentId', new.id), new.family_id::text);
  end if;
  if tg_op = 'UPDATE' and old.status = 'provisional' and new.status = 'active' then
    perform private.emit('enrollment/activated', jsonb_build_object('enrollmentId', new.id), new.family_id::text);
  end if;
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    insert into public.enrollment_events (enrollment_id, family_id, status, note)
    values (new.id, new.family_id, new.status, new.failure_message);
  end if;
  return null;
end $$;
comment on function private.enrollment_changed is 'Writes the history, and the events that begin the workflow and, once active, the welcome.';

create function private.enrollment_transition() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.status is distinct from new.status and not (
       (old.status = 'provisional' and new.status in ('active', 'lapsed', 'cancelled'))
    or (old.status = 'active' and new.status in ('paused', 'withdrawn', 'cancelled'))
    or (old.status = 'paused' and new.status in ('active', 'withdrawn', 'cancelled'))) then
    raise exception 'an enrollment that is % cannot become %', old.status, new.status
      using errcode = 'CH004', constraint = 'enrollment_transition';
  end if;
  return new;
end $$;
comment on function private.enrollment_transition is 'Statuses move along the allowed ways only.';

create trigger price_enrollment before insert on public.enrollments
  for each row execute function private.price_enrollment();
create trigger enrollment_transition before update of status on public.enrollments
  for each row execute function private.enrollment_transition();
create trigger immutable before update on public.enrollments for each row execute function
  private.refuse_column_change('id', 'family_id', 'student_id', 'instrument_id', 'kind', 'due_cents', 'lines', 'currency', 'draft_id');
create trigger enrollment_changed after insert or update on public.enrollments
  for each row execute function private.enrollment_changed();
create trigger touch before update on public.enrollments for each row execute function private.touch();

create type public.checkout_status as enum ('open', 'paid', 'expired');

create table public.checkouts (
  id uuid primary key default gen_random_uuid(),
  enrollment_id uuid not null references public.enrollments (id),
  family_id uuid not null references public.families (id),
  status public.checkout_status not null default 'open',
  amount_cents int not null check (amount_cents >= 0),
  currency text not null,
  stripe_session_id text unique,
  url text,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.checkouts is 'Visits to Stripe Checkout for an enrollment; at most one is open.';
create unique index one_open_checkout on public.checkouts (enrollment_id) where status = 'open';
create index checkouts_family on public.checkouts (family_id);
create trigger touch before update on public.checkouts for each row execute function private.touch();

do $$
declare t text;
begin
  foreach t in array array['enrollment_drafts', 'student_instruments', 'enrollments', 'enrollment_events', 'checkouts'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant all on public.%I to service_role', t);
  end loop;
  foreach t in array array['enrollments', 'checkouts'] loop
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit()', t);
  end loop;
end $$;
create trigger audit after insert or update or delete on public.student_instruments
  for each row execute function private.audit('student_id');

create function private.held_until(of_enrollment uuid) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select b.expires_at from public.enrollments e join public.bookings b on b.id = e.booking_id
   where e.id = of_enrollment and b.kind = 'hold' and b.is_active and b.expires_at > private.now()
     and (e.family_id in (select private.my_family_ids()) or (select private.is_admin())
          or current_setting('role', true) = 'service_role')
$$;
comment on function private.held_until is 'Until when an enrollment''s time is held for its family; null when it is not.';
revoke execute on function private.held_until from public;
grant execute on function private.held_until to authenticated, service_role;

-- Submitting ----------------------------------------------------------------------------------------------
create function private.submit_enrollment(
  of_draft uuid, of_kind public.enrollment_kind, of_cadence public.billing_cadence, agreed_policy text
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  draft public.enrollment_drafts;
  hold public.bookings;
  instrument public.instruments;
  teaches public.teacher_instruments;
  settings public.academy_settings;
  family uuid := private.my_family();
  student uuid;
  born date;
  age int;
  length int;
  result uuid;
begin
  select * into draft from public.enrollment_drafts d where d.id = of_draft for update;
  if not found then
    raise exception 'no such draft' using errcode = 'CH404', constraint = 'draft_missing';
  end if;
  select e.id into result from public.enrollments e where e.draft_id = of_draft and e.family_id = family;
  if found then return result; end if;
  select * into settings from public.academy_settings;
  select * into instrument from public.instruments i where i.slug = draft.data #>> '{student,instrument}' and i.is_active;
  if not found then
    raise exception 'instrument not offered' using errcode = 'CH005', constraint = 'instrument_not_offered';
  end if;
  select * into hold from public.bookings b
   where b.id = draft.hold_id and b.kind = 'hold' and b.is_active and b.expires_at > private.now() for update;
  if not found then
    raise exception 'the held time has run out' using errcode = 'CH005', constraint = 'hold_expired';
  end if;
  born := (draft.data #>> '{student,birthDate}')::date;
  length := extract(epoch from upper(hold.during) - lower(hold.during)) / 60;
  age := extract(year from age((lower(hold.during) at time zone settings.time_zone)::date, born));
  select * into teaches from public.teacher_instruments t
   where t.teacher_id = hold.teacher_id and t.instrument_id = instrument.id;
  if not found or age not between teaches.minimum_age and teaches.maximum_age or age < instrument.minimum_age then
    raise exception 'age % does not fit', age using errcode = 'CH005', constraint = 'age_out_of_range';
  end if;
  if age <= settings.short_lesson_max_age and length > settings.short_lesson_minutes
     or of_kind = 'trial' and length <> settings.trial_minutes then
    raise exception '% minutes do not fit', length using errcode = 'CH005', constraint = 'length_not_offered';
  end if;
  insert into public.students as s (family_id, first_name, last_name, birth_date)
  values (family, draft.data #>> '{student,firstName}', draft.data #>> '{student,lastName}', born)
  on conflict (family_id, lower(first_name), lower(last_name), birth_date) do update set is_active = true
  returning s.id into student;
  insert into public.student_instruments (student_id, instrument_id, level, wishes)
  values (student, instrument.id, draft.data #>> '{student,level}', coalesce(draft.data #>> '{student,wishes}', ''))
  on conflict (student_id, instrument_id) do update set level = excluded.level, wishes = excluded.wishes;
  update public.bookings b set student_id = student where b.id = hold.id;
  insert into public.enrollments (draft_id, family_id, student_id, instrument_id, teacher_id, match_reason, minutes,
                                  starts_at, booking_id, kind, cadence, policy_version, student_email)
  values (of_draft, family, student, instrument.id, hold.teacher_id, draft.data #>> '{choice,reason}', length,
          lower(hold.during), hold.id, of_kind, of_cadence, agreed_policy,
          nullif(lower(draft.data #>> '{student,email}'), ''))
  returning id into result;
  insert into public.consents (profile_id, document, version) values (auth.uid(), 'policies', agreed_policy)
  on conflict do nothing;
  return result;
end $$;
comment on function private.submit_enrollment is
  'Turns a draft with a live hold into a provisional enrollment of the signed-in parent; the same draft gives the same enrollment.';
revoke execute on function private.submit_enrollment from public;
grant execute on function private.submit_enrollment to authenticated;

grant select on public.enrollments, public.enrollment_events, public.checkouts, public.student_instruments to authenticated;

-- The weekly lessons of a plan --------------------------------------------------------------------------------
create function private.book_weekly(of_enrollment uuid) returns table (day date, booked boolean)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  settings public.academy_settings;
  first public.bookings;
  needed text;
  local_start timestamp;
  start timestamptz;
  room uuid;
  booking uuid;
begin
  select * into enrollment from public.enrollments e where e.id = of_enrollment;
  select * into first from public.bookings b where b.id = enrollment.booking_id;
  select * into settings from public.academy_settings;
  select i.required_equipment into needed from public.instruments i where i.id = enrollment.instrument_id;
  local_start := lower(first.during) at time zone settings.time_zone;
  for week in 1..60 loop
    day := (local_start + week * interval '7 days')::date;
    exit when not exists (select from public.terms t
                           where day between t.starts_on and t.ends_on and local_start::date between t.starts_on and t.ends_on);
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
                                      room_id, during, kind)
          select booking, of_enrollment, enrollment.family_id, enrollment.student_id, enrollment.instrument_id,
                 b.teacher_id, b.room_id, b.during, 'private' from public.bookings b where b.id = booking;
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
  'Books an enrollment''s lessons at the same local time each week to the end of its term; weeks that are taken are told.';
revoke execute on function private.book_weekly from public;
grant execute on function private.book_weekly to service_role;
