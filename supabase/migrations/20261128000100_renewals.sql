-- Tuition that is charged again by itself: invoices of renewals, failed charges, the pause that follows and its end.

alter table public.academy_settings
  add column retry_hours int not null default 48 constraint academy_settings_retry_hours check (retry_hours between 1 and 336),
  add column retry_limit int not null default 5 constraint academy_settings_retry_limit check (retry_limit between 0 and 20),
  add column unpaid_pause_days int not null default 30 constraint academy_settings_unpaid_pause_days check (unpaid_pause_days between 1 and 365);
comment on column public.academy_settings.retry_hours is 'A failed charge is tried again so many hours later.';
comment on column public.academy_settings.retry_limit is 'How often a failed charge is tried again; never after a decline that is final.';
comment on column public.academy_settings.unpaid_pause_days is 'Lessons pause when their tuition is overdue by so many days.';

-- What Stripe says ----------------------------------------------------------------------------------------------------
create sequence private.stripe_fetches;
grant usage on sequence private.stripe_fetches to service_role;
comment on sequence private.stripe_fetches is
  'Numbers the times at which objects were fetched from Stripe, taken before the request: the later request knows more.';
alter table public.subscriptions add column fetch_number bigint not null default 0;
comment on column public.subscriptions.fetch_number is
  'From which fetch the row is (private.stripe_fetches): an earlier one that comes in later changes nothing.';

-- Failed charges ------------------------------------------------------------------------------------------------------
create table public.payment_attempts (
  id uuid primary key default gen_random_uuid(),
  invoice_id uuid not null,
  family_id uuid not null,
  currency text not null,
  amount_cents int not null constraint payment_attempts_amount check (amount_cents > 0),
  decline_code text not null constraint payment_attempts_decline_code check (decline_code ~ '^[a-z0-9_]{1,60}$'),
  card_brand text,
  card_last4 text constraint payment_attempts_card_last4 check (card_last4 ~ '^[0-9]{4}$'),
  cause text not null constraint payment_attempts_once unique,
  attempted_at timestamptz not null,
  recorded_at timestamptz not null default private.now(),
  constraint attempts_invoice_of_family foreign key (invoice_id, family_id, currency)
    references public.invoices (id, family_id, currency)
);
comment on table public.payment_attempts is
  'Charges for an invoice that the card refused, in cents, with the issuer''s reason. The cause is Stripe''s charge, or its '
  'invoice and count where there was no card: the same attempt is recorded once.';
create index payment_attempts_invoice on public.payment_attempts (invoice_id, attempted_at);
create index payment_attempts_family on public.payment_attempts (family_id);
call private.protect('payment_attempts', 'id');
create trigger soft_delete_only before delete on public.payment_attempts for each row execute function private.refuse_delete();
create trigger immutable before update on public.payment_attempts for each row execute function private.refuse_column_change(
  'id', 'invoice_id', 'family_id', 'currency', 'amount_cents', 'decline_code', 'cause', 'attempted_at', 'recorded_at');
grant select on public.payment_attempts to authenticated;
create policy payer_or_admin_reads on public.payment_attempts for select to authenticated
  using (invoice_id = any(array(select private.my_invoice_ids())) or (select private.is_admin()));

create function private.tell_of_attempt() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- What Stripe tells late, of an invoice that is paid by now, is on record and concerns nobody any more.
  if (select i.status from public.invoices i where i.id = new.invoice_id) <> 'open' then return null; end if;
  perform private.emit('billing/payment.failed', jsonb_build_object('attemptId', new.id), new.family_id::text);
  perform private.emit(
    case when exists (select from public.payment_attempts a where a.invoice_id = new.invoice_id and a.id <> new.id)
         then 'billing/invoice.moved' else 'billing/invoice.overdue' end,
    jsonb_build_object('invoiceId', new.invoice_id), new.family_id::text);
  return null;
end $$;
comment on function private.tell_of_attempt is
  'A failed charge is told to the family; the first one of an invoice begins its collection, a later one moves it on.';
create trigger tell_of_attempt after insert on public.payment_attempts
  for each row execute function private.tell_of_attempt();

create function private.tell_of_settlement() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.payment_attempts a where a.invoice_id = new.id) then return null; end if;
  perform private.emit('billing/invoice.moved', jsonb_build_object('invoiceId', new.id), new.family_id::text);
  if new.status in ('paid', 'void') then
    perform private.emit('billing/invoice.settled', jsonb_build_object('invoiceId', new.id), new.family_id::text);
  end if;
  return null;
end $$;
comment on function private.tell_of_settlement is
  'An invoice that was overdue and is no longer open: its collection ends; paid or given up, what was paused may go on.';
create trigger tell_of_settlement after update of status on public.invoices
  for each row when (old.status is distinct from new.status and new.status <> 'open') execute function private.tell_of_settlement();

-- Cards ---------------------------------------------------------------------------------------------------------------
create table public.family_cards (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null,
  guardian_id uuid,
  stripe_session_id text not null constraint family_cards_once unique,
  stripe_payment_method_id text not null,
  card_brand text,
  card_last4 text constraint family_cards_card_last4 check (card_last4 ~ '^[0-9]{4}$'),
  expires_on date,
  saved_at timestamptz not null default private.now(),
  constraint family_cards_of_family foreign key (family_id) references public.families (id),
  constraint family_cards_payer_of_family foreign key (guardian_id, family_id) references public.guardians (id, family_id)
);
comment on table public.family_cards is
  'Cards that a family put in the place of another on Stripe''s page, which keeps the number; the newest one is charged.';
create index family_cards_family on public.family_cards (family_id, saved_at desc);
create index family_cards_payer on public.family_cards (guardian_id);
call private.protect('family_cards', 'id');
create trigger soft_delete_only before delete on public.family_cards for each row execute function private.refuse_delete();
create trigger immutable before update on public.family_cards for each row execute function private.refuse_column_change(
  'id', 'family_id', 'guardian_id', 'stripe_session_id', 'stripe_payment_method_id', 'saved_at');
grant select on public.family_cards to authenticated;
create policy payer_or_admin_reads on public.family_cards for select to authenticated
  using (family_id = any(array(select private.my_family_ids()))
           and (guardian_id is null or guardian_id = any(array(select private.my_payer_ids())))
         or (select private.is_admin()));

create function private.tell_of_card() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.emit('billing/card.saved', jsonb_build_object('cardId', new.id), new.family_id::text);
  return null;
end $$;
comment on function private.tell_of_card is 'A new card is charged at once for what is overdue.';
create trigger tell_of_card after insert on public.family_cards for each row execute function private.tell_of_card();

-- Lessons pause while their tuition is overdue ---------------------------------------------------------------------------
create table public.unpaid_pauses (
  id uuid primary key default gen_random_uuid(),
  enrollment_id uuid not null constraint unpaid_pauses_enrollment references public.enrollments (id),
  family_id uuid not null constraint unpaid_pauses_family references public.families (id),
  invoice_id uuid not null constraint unpaid_pauses_invoice references public.invoices (id),
  paused_at timestamptz not null default private.now(),
  resumed_at timestamptz,
  constraint unpaid_pauses_in_order check (resumed_at >= paused_at)
);
comment on table public.unpaid_pauses is
  'Since when an enrollment is paused because an invoice is overdue, and until when: unlike a pause that a family wished. The '
  'lessons that were freed by it were cancelled at the very instant paused_at.';
create unique index unpaid_pauses_one_open on public.unpaid_pauses (enrollment_id) where resumed_at is null;
create index unpaid_pauses_of_enrollment on public.unpaid_pauses (enrollment_id);
create index unpaid_pauses_of_family on public.unpaid_pauses (family_id);
create index unpaid_pauses_of_invoice on public.unpaid_pauses (invoice_id);
call private.protect('unpaid_pauses', 'id');
create trigger soft_delete_only before delete on public.unpaid_pauses for each row execute function private.refuse_delete();
create trigger immutable before update on public.unpaid_pauses for each row execute function private.refuse_column_change(
  'id', 'enrollment_id', 'family_id', 'invoice_id', 'paused_at');
grant select on public.unpaid_pauses to authenticated;
create policy family_or_admin_reads on public.unpaid_pauses for select to authenticated
  using (family_id = any(array(select private.my_family_ids())) or (select private.is_admin()));

create function private.keep_unpaid_pause() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.unpaid_pauses p where p.enrollment_id = new.id and p.resumed_at is null) then
    raise exception 'tuition of enrollment % is overdue', new.id using errcode = 'CH004', constraint = 'enrollment_unpaid';
  end if;
  return new;
end $$;
comment on function private.keep_unpaid_pause is
  'Lessons that pause because they are not paid go on by payment alone (private.resume_paid). Error: enrollment_unpaid.';
create trigger keep_unpaid_pause before update of status on public.enrollments
  for each row when (old.status = 'paused' and new.status = 'active') execute function private.keep_unpaid_pause();

create function private.unpaid_pause_at(of_invoice uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select private.local_instant((i.due_on + a.unpaid_pause_days)::timestamp, a.time_zone)
    from public.invoices i cross join public.academy_settings a where i.id = of_invoice
$$;
comment on function private.unpaid_pause_at is
  'When the lessons of an invoice pause, should it still be open then: the beginning of that day in the academy''s zone.';
revoke execute on function private.unpaid_pause_at from public;
grant execute on function private.unpaid_pause_at to authenticated, service_role;

create function private.pause_unpaid(of_invoice uuid) returns table (pause_id uuid, lessons_freed int)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  invoice public.invoices;
  enrollment record;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  select * into invoice from public.invoices i where i.id = of_invoice for update;
  if not found then
    raise exception 'no such invoice' using errcode = 'CH404', constraint = 'invoice_missing';
  end if;
  if invoice.status <> 'open' then return; end if;
  if private.now() < private.unpaid_pause_at(of_invoice) then
    raise exception 'the invoice is not overdue by % days', settings.unpaid_pause_days
      using errcode = 'CH005', constraint = 'pause_too_early';
  end if;
  for enrollment in
    select e.id, e.family_id from public.enrollments e
     where e.id in (select l.enrollment_id from public.invoice_lines l where l.invoice_id = of_invoice)
       and e.kind = 'plan' and e.status = 'active' order by e.id for update
  loop
    update public.enrollments e set status = 'paused' where e.id = enrollment.id;
    insert into public.unpaid_pauses as p (enrollment_id, family_id, invoice_id)
    values (enrollment.id, enrollment.family_id, of_invoice) returning p.id into pause_id;
    with freed as (
      update public.lessons l
         set status = 'cancelled', ical_sequence = l.ical_sequence + 1, cancelled_at = private.now(), cancel_kind = 'academy',
             cancel_reason = 'Paused: the tuition is overdue', cancelled_late = n.is_late, cancel_pays_teacher = n.is_late
        from (select x.id, x.starts_at < private.now() + settings.cancel_notice_minutes * interval '1 minute' as is_late
                from public.lessons x) n
       -- A make-up is paid for already.
       where n.id = l.id and l.enrollment_id = enrollment.id and l.kind = 'private' and l.status = 'scheduled'
         and l.starts_at > private.now()
      returning l.id)
    select count(*) into lessons_freed from freed;
    perform private.emit('enrollment/lessons.paused', jsonb_build_object('pauseId', pause_id), enrollment.family_id::text);
    return next;
  end loop;
end $$;
comment on function private.pause_unpaid is
  'Pauses the enrollments of an invoice that is overdue by the academy''s days and frees their lessons to come, make-ups '
  'excepted. Nothing happens where that was done or the invoice is not open. Errors: invoice_missing, pause_too_early.';

create function private.resume_paid(of_invoice uuid) returns table (pause_id uuid, lessons_booked int, lessons_lost int)
language plpgsql security definer set search_path = '' as $$
declare
  settings public.academy_settings;
  pause record;
  freed record;
  judged record;
  booking uuid;
begin
  perform pg_advisory_xact_lock(hashtext('calendar'));
  perform private.release_expired_holds();
  select * into settings from public.academy_settings;
  for pause in
    select p.*, e.status as enrollment_status, e.instrument_id
      from public.unpaid_pauses p join public.enrollments e on e.id = p.enrollment_id
     where p.resumed_at is null
       and p.enrollment_id in (select l.enrollment_id from public.invoice_lines l where l.invoice_id = of_invoice)
       -- Of all that failed nothing may be open.
       and not exists (select from public.invoice_lines l join public.invoices i on i.id = l.invoice_id
                        where l.enrollment_id = p.enrollment_id and i.status = 'open'
                          and exists (select from public.payment_attempts a where a.invoice_id = i.id))
     order by p.id for update of p
  loop
    update public.unpaid_pauses p set resumed_at = private.now() where p.id = pause.id;
    continue when pause.enrollment_status <> 'paused';
    update public.enrollments e set status = 'active' where e.id = pause.enrollment_id;
    pause_id := pause.id;
    lessons_booked := 0;
    lessons_lost := 0;
    for freed in
      select l.*, extract(epoch from upper(l.during) - lower(l.during))::int / 60 as minutes
        from public.lessons l
       where l.enrollment_id = pause.enrollment_id and l.cancelled_at = pause.paused_at and l.cancel_kind = 'academy'
         and l.starts_at > private.now() + settings.notice_minutes * interval '1 minute'
       order by l.starts_at
    loop
      select * into judged
        from private.judge_starts(freed.teacher_id, null, freed.student_id, freed.instrument_id, freed.minutes,
                                  array[freed.starts_at], '{}', true, freed.room_id);
      if judged.reasons <> '{}' or judged.room_id is null then
        lessons_lost := lessons_lost + 1;
        continue;
      end if;
      insert into public.bookings as b (kind, teacher_id, room_id, student_id, during)
      values ('lesson', freed.teacher_id, judged.room_id, freed.student_id, freed.during) returning b.id into booking;
      insert into public.lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during,
                                  kind, series_id, off_calendar_reason)
      values (booking, freed.enrollment_id, freed.family_id, freed.student_id, freed.instrument_id, freed.teacher_id,
              judged.room_id, freed.during, 'private', freed.series_id, freed.off_calendar_reason);
      lessons_booked := lessons_booked + 1;
    end loop;
    perform private.emit('enrollment/lessons.resumed', jsonb_build_object('pauseId', pause.id), pause.family_id::text);
    return next;
  end loop;
end $$;
comment on function private.resume_paid is
  'Ends the pauses of an invoice''s enrollments once nothing of them that failed is open, and books again each lesson that was '
  'freed, lies beyond the notice and is still possible, in its room or another. Doing it again changes nothing.';
revoke execute on function private.pause_unpaid, private.resume_paid, private.tell_of_attempt, private.tell_of_settlement,
  private.tell_of_card, private.keep_unpaid_pause from public;
grant execute on function private.pause_unpaid, private.resume_paid to service_role;

insert into private.personal_tables (table_name, of_family) values
  ('payment_attempts', 'family_id = $1'), ('family_cards', 'family_id = $1'), ('unpaid_pauses', 'family_id = $1');
insert into private.personal_columns (table_name, column_name, erased_as) values
  ('payment_attempts', 'card_brand', 'null'), ('payment_attempts', 'card_last4', 'null'),
  ('family_cards', 'card_brand', 'null'), ('family_cards', 'card_last4', 'null');
