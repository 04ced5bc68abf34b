-- Make-up credits, and the waitlist with its offers.

create type public.credit_origin as enum
  ('family_cancelled', 'illness', 'teacher_cancelled', 'weather', 'guaranteed_lessons', 'goodwill');

create table public.makeup_credits (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null,
  student_id uuid not null,
  minutes int not null constraint makeup_credits_minutes check (minutes between 15 and 120),
  origin public.credit_origin not null,
  origin_lesson_id uuid references public.lessons (id),
  term_id uuid references public.terms (id),
  reason text constraint makeup_credits_reason check (length(reason) <= 500),
  issued_by uuid references public.profiles (id) on delete set null,
  issued_at timestamptz not null default private.now(),
  expires_at timestamptz not null,
  used_lesson_id uuid constraint makeup_credit_used_once unique references public.lessons (id),
  used_at timestamptz,
  voided_at timestamptz,
  updated_at timestamptz not null default private.now(),
  constraint makeup_credits_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint makeup_credit_once_a_lesson unique (origin_lesson_id, student_id),
  constraint makeup_credits_valid check (expires_at > issued_at),
  constraint makeup_credits_used check ((used_lesson_id is null) = (used_at is null) and not (used_at is not null and voided_at is not null)),
  constraint makeup_credits_goodwill_explained check (origin <> 'goodwill' or length(trim(reason)) >= 3),
  constraint makeup_credits_origin check (origin in ('guaranteed_lessons', 'goodwill') or origin_lesson_id is not null)
);
comment on table public.makeup_credits is
  'The right to a lesson of so many minutes: where it comes from, until when it is valid, and the make-up it was used for.';
create index makeup_credits_student on public.makeup_credits (student_id, expires_at);
create index makeup_credits_family on public.makeup_credits (family_id);
create index makeup_credits_term on public.makeup_credits (term_id);
create index makeup_credits_issued_by on public.makeup_credits (issued_by);
call private.protect('makeup_credits', 'id');
create trigger refuse_deleted before insert on public.makeup_credits for each row execute function private.refuse_deleted();
create trigger soft_delete_only before delete on public.makeup_credits for each row execute function private.refuse_delete();
create trigger immutable before update on public.makeup_credits for each row execute function
  private.refuse_column_change('id', 'family_id', 'student_id', 'minutes', 'origin', 'origin_lesson_id', 'term_id', 'issued_at');

create function private.limit_credits() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
begin
  select * into settings from public.academy_settings;
  if tg_op = 'INSERT' and new.origin_lesson_id is not null then
    if not exists (select from public.lessons l where l.id = new.origin_lesson_id and l.student_id = new.student_id)
       and not exists (select from public.lesson_seats s
                        where s.lesson_id = new.origin_lesson_id and s.student_id = new.student_id) then
      raise exception 'the student is not in this lesson' using errcode = 'CH005', constraint = 'student_not_in_lesson';
    end if;
    -- The term is the lesson's, or the last one before it, so that nobody chooses the term that a credit counts in.
    select t.id into new.term_id from public.terms t
     where t.starts_on <= (select lower(l.during) at time zone settings.time_zone from public.lessons l
                            where l.id = new.origin_lesson_id)::date
     order by t.starts_on desc limit 1;
  end if;
  if new.voided_at is not null or tg_op = 'UPDATE' and old.voided_at is null
     or new.origin not in ('family_cancelled', 'illness') then
    return new;
  end if;
  -- Credits of one student are given one after the other.
  perform from public.students s where s.id = new.student_id for no key update;
  if new.origin = 'family_cancelled' and (
       select count(*) from public.makeup_credits c
        where c.student_id = new.student_id and c.origin = 'family_cancelled' and c.voided_at is null
          and c.term_id is not distinct from new.term_id) >= settings.makeups_per_term then
    raise exception 'a term has % make-ups', settings.makeups_per_term
      using errcode = 'CH005', constraint = 'makeups_per_term';
  end if;
  if new.origin = 'illness' and (
       select count(*) from public.makeup_credits c
        where c.student_id = new.student_id and c.origin = 'illness' and c.voided_at is null
          and c.issued_at > private.now() - interval '1 year') >= settings.illness_exceptions_per_year then
    raise exception 'a year has % illness exceptions', settings.illness_exceptions_per_year
      using errcode = 'CH005', constraint = 'illness_exceptions_per_year';
  end if;
  return new;
end $$;
comment on function private.limit_credits is
  'A family''s own cancellations give so many credits a term, illness so many a year (academy_settings); a credit that '
  'is valid again counts again. Errors: student_not_in_lesson, makeups_per_term, illness_exceptions_per_year.';
create trigger limit_credits before insert or update of voided_at on public.makeup_credits
  for each row execute function private.limit_credits();

create function private.use_credit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
  used timestamptz := private.now();
begin
  -- A credit that is written as used says when that was.
  if tg_op = 'INSERT' then
    used := coalesce(new.used_at, used);
  elsif old.used_lesson_id is not null then
    if new.used_lesson_id is not null
       and (new.used_lesson_id, new.expires_at) is distinct from (old.used_lesson_id, old.expires_at)
       or new.used_lesson_id is null
          and (select l.status from public.lessons l where l.id = old.used_lesson_id) <> 'cancelled' then
      raise exception 'the credit is used' using errcode = 'CH004', constraint = 'makeup_credit_used_once';
    end if;
    if new.used_lesson_id is null then new.used_at := null; end if;
    return new;
  end if;
  select * into lesson from public.lessons l where l.id = new.used_lesson_id;
  if not found then return new; end if;
  if lesson.student_id is distinct from new.student_id then
    raise exception 'the credit is another student''s' using errcode = 'CH005', constraint = 'makeup_credit_of_another';
  end if;
  if new.voided_at is not null or lower(lesson.during) >= new.expires_at or used >= new.expires_at then
    raise exception 'the credit is not valid then' using errcode = 'CH005', constraint = 'makeup_credit_expired';
  end if;
  if lesson.kind <> 'make_up'
     or extract(epoch from upper(lesson.during) - lower(lesson.during)) > new.minutes * 60 then
    raise exception 'the credit is for a make-up of % minutes', new.minutes
      using errcode = 'CH005', constraint = 'makeup_credit_too_short';
  end if;
  new.used_at := used;
  return new;
end $$;
comment on function private.use_credit is
  'A credit is used once, by its own student, for a make-up of at most its minutes that begins before it expires; it '
  'comes back when the academy cancels that lesson. Errors: makeup_credit_used_once, makeup_credit_of_another, '
  'makeup_credit_expired, makeup_credit_too_short.';
create trigger use_credit before update of used_lesson_id, expires_at on public.makeup_credits
  for each row when (old.used_lesson_id is distinct from new.used_lesson_id
                     or old.used_lesson_id is not null and old.expires_at <> new.expires_at)
  execute function private.use_credit();
create trigger use_credit_at_once before insert on public.makeup_credits
  for each row when (new.used_lesson_id is not null) execute function private.use_credit();

create function private.require_credit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  lesson public.lessons;
  credit public.makeup_credits;
begin
  select * into lesson from public.lessons l where l.id = new.id;
  if lesson.status = 'cancelled' then return null; end if;
  select * into credit from public.makeup_credits c where c.used_lesson_id = new.id;
  if not found then
    raise exception 'a make-up takes a credit' using errcode = 'CH001', constraint = 'makeup_without_credit';
  end if;
  if lower(lesson.during) >= credit.expires_at then
    raise exception 'the credit is not valid then' using errcode = 'CH005', constraint = 'makeup_credit_expired';
  end if;
  if extract(epoch from upper(lesson.during) - lower(lesson.during)) > credit.minutes * 60 then
    raise exception 'the credit is for a make-up of % minutes', credit.minutes
      using errcode = 'CH005', constraint = 'makeup_credit_too_short';
  end if;
  return null;
end $$;
comment on function private.require_credit is
  'At commit each make-up lesson has the credit it is given for, and stays within it when it is moved. '
  'Errors: makeup_without_credit, makeup_credit_expired, makeup_credit_too_short.';
create constraint trigger makeup_takes_credit after insert or update of status, during on public.lessons
  deferrable initially deferred for each row when (new.kind = 'make_up') execute function private.require_credit();

grant select on public.makeup_credits to authenticated;
create policy related_reads on public.makeup_credits for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
         or student_id = any(array(select private.my_student_ids()))
         or (select private.is_admin()));

-- Waitlist --------------------------------------------------------------------------------------------------------
create type public.waitlist_status as enum ('waiting', 'offered', 'accepted', 'withdrawn');

create table public.waitlist_entries (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null,
  student_id uuid not null,
  instrument_id uuid references public.instruments (id),
  class_id uuid references public.classes (id),
  teacher_id uuid references public.teachers (id),
  minutes int constraint waitlist_minutes check (minutes in (30, 45, 60)),
  times int4multirange not null default '{[0,10080)}'
    constraint waitlist_times check (not isempty(times) and times <@ '{[0,10080)}'::int4multirange),
  status public.waitlist_status not null default 'waiting',
  joined_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint waitlist_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint waitlist_entries_of_family unique (id, family_id),
  constraint waitlist_entries_of_class unique (id, class_id),
  constraint waitlist_for_lessons_or_class check (
    (class_id is null) = (instrument_id is not null) and (class_id is null) = (minutes is not null))
);
comment on table public.waitlist_entries is
  'Who waits for lessons on an instrument or for a seat in a class, in order of joined_at; times are minutes of the week '
  'in the academy''s zone, from Monday 0:00.';
create unique index waitlist_once_for_lessons on public.waitlist_entries (student_id, instrument_id)
  where status in ('waiting', 'offered') and class_id is null;
create unique index waitlist_once_for_class on public.waitlist_entries (student_id, class_id)
  where status in ('waiting', 'offered') and class_id is not null;
create index waitlist_entries_family on public.waitlist_entries (family_id);
create index waitlist_entries_student on public.waitlist_entries (student_id);
create index waitlist_entries_instrument on public.waitlist_entries (instrument_id, joined_at);
create index waitlist_entries_class on public.waitlist_entries (class_id, joined_at);
create index waitlist_entries_teacher on public.waitlist_entries (teacher_id);
call private.protect('waitlist_entries', 'id');
create trigger refuse_deleted before insert on public.waitlist_entries for each row execute function private.refuse_deleted();
create trigger immutable before update on public.waitlist_entries for each row execute function
  private.refuse_column_change('id', 'family_id', 'student_id', 'instrument_id', 'class_id', 'joined_at');

create function private.waitlist_transition() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.status is distinct from new.status and not (
       (old.status = 'waiting' and new.status in ('offered', 'withdrawn', 'accepted'))
    or (old.status = 'offered' and new.status in ('waiting', 'accepted', 'withdrawn'))) then
    raise exception 'a waitlist entry that is % cannot become %', old.status, new.status
      using errcode = 'CH004', constraint = 'waitlist_transition';
  end if;
  return new;
end $$;
comment on function private.waitlist_transition is 'Entries that were accepted or withdrawn stay so. Error: waitlist_transition.';
create trigger waitlist_transition before update of status on public.waitlist_entries
  for each row execute function private.waitlist_transition();
grant select on public.waitlist_entries to authenticated;
create policy family_or_admin_reads on public.waitlist_entries for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));

create type public.offer_status as enum ('open', 'accepted', 'declined', 'expired');

create table public.waitlist_offers (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null,
  family_id uuid not null,
  booking_id uuid references public.bookings (id),
  class_id uuid,
  status public.offer_status not null default 'open',
  offered_at timestamptz not null default private.now(),
  expires_at timestamptz not null,
  answered_at timestamptz,
  constraint offers_entry_of_family foreign key (entry_id, family_id) references public.waitlist_entries (id, family_id),
  constraint offers_class_of_entry foreign key (entry_id, class_id) references public.waitlist_entries (id, class_id),
  constraint offers_time_or_seat check ((booking_id is null) <> (class_id is null)),
  constraint offers_in_order check (expires_at > offered_at),
  constraint offers_answered check ((status in ('accepted', 'declined')) = (answered_at is not null))
);
comment on table public.waitlist_offers is
  'A free time (held by the booking) or seat offered to one family of the waitlist until expires_at.';
create unique index offer_open_once on public.waitlist_offers (entry_id) where status = 'open';
create unique index offer_time_once on public.waitlist_offers (booking_id) where status in ('open', 'accepted');
create index waitlist_offers_entry on public.waitlist_offers (entry_id, family_id);
create index waitlist_offers_family on public.waitlist_offers (family_id);
create index waitlist_offers_booking on public.waitlist_offers (booking_id);
create index waitlist_offers_class on public.waitlist_offers (class_id);
create index waitlist_offers_open on public.waitlist_offers (expires_at) where status = 'open';
call private.protect('waitlist_offers', 'id');
create trigger immutable before update on public.waitlist_offers for each row execute function
  private.refuse_column_change('id', 'entry_id', 'family_id', 'booking_id', 'class_id', 'offered_at', 'expires_at');

create function private.answer_offer() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- Also to say the same again is refused: of two who accept at once, one has accepted.
  if old.status <> 'open' then
    raise exception 'the offer is %', old.status using errcode = 'CH004', constraint = 'offer_transition';
  end if;
  if new.status = 'accepted' and old.expires_at <= private.now() then
    raise exception 'the offer has run out' using errcode = 'CH005', constraint = 'offer_expired';
  end if;
  return new;
end $$;
comment on function private.answer_offer is 'An offer is answered once, before it runs out. Errors: offer_transition, offer_expired.';
create trigger answer_offer before update of status on public.waitlist_offers
  for each row execute function private.answer_offer();
grant select on public.waitlist_offers to authenticated;
create policy family_or_admin_reads on public.waitlist_offers for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));
