-- An administrator keeps a family's time longer than the minutes of a hold, with a reason that the audit log shows.

alter table public.bookings add column hold_note text check (length(hold_note) between 3 and 500);
comment on column public.bookings.hold_note is 'Why an administrator extended this hold, and so who decided it: see audit_log.';

create function private.extend_hold(of_enrollment uuid, until_at timestamptz, reason text)
returns table (held_before timestamptz, held_until timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  enrollment public.enrollments;
  booking public.bookings;
begin
  if not private.is_admin() then
    raise exception 'only an administrator extends a hold' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  if coalesce(length(trim(reason)), 0) < 3 then
    raise exception 'a hold is extended with a reason' using errcode = 'CH005', constraint = 'hold_reason_missing';
  end if;
  select * into enrollment from public.enrollments e where e.id = of_enrollment for update;
  if not found or enrollment.status <> 'provisional' or enrollment.paid_at is not null then
    raise exception 'only an enrollment that waits for its payment has a hold'
      using errcode = 'CH004', constraint = 'hold_not_waiting';
  end if;
  -- The holds that ran out stop excluding others here as everywhere, this one among them.
  perform private.release_expired_holds();
  select * into booking from public.bookings b where b.id = enrollment.booking_id and b.kind = 'hold' for update;
  if not found then
    raise exception 'enrollment % has no hold', of_enrollment using errcode = 'CH004', constraint = 'hold_missing';
  end if;
  if until_at is null or until_at <= greatest(private.now(), case when booking.is_active then booking.expires_at end) then
    raise exception 'a hold is extended to a later time' using errcode = 'CH005', constraint = 'hold_not_later';
  end if;
  if until_at > enrollment.expires_at then
    raise exception 'a hold ends with its enrollment' using errcode = 'CH005', constraint = 'hold_beyond_enrollment';
  end if;
  if until_at > lower(booking.during) then
    raise exception 'a hold ends when its lesson would begin' using errcode = 'CH005', constraint = 'hold_beyond_lesson';
  end if;
  -- A hold that ran out is taken up again: the exclusion constraints refuse it when somebody else has the time.
  update public.bookings b
     set is_active = true, released_reason = null, expires_at = until_at, hold_note = trim(reason)
   where b.id = booking.id;
  return query select case when booking.is_active then booking.expires_at end, until_at;
end $$;
comment on function private.extend_hold is
  'Keeps the time of an enrollment that waits for its payment until an instant not after its expiry or its lesson. '
  'Administrators only. Errors: admin_only, hold_reason_missing, hold_not_waiting, hold_missing, hold_not_later, '
  'hold_beyond_enrollment, hold_beyond_lesson, or an exclusion constraint when the time is taken.';
revoke execute on function private.extend_hold from public;
grant execute on function private.extend_hold to authenticated;

-- A parent's name and telephone number are kept once: what they change in their account, their family's record follows.
create function private.follow_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.guardians g set full_name = new.full_name, phone = new.phone
   where g.profile_id = new.id and (g.full_name, g.phone) is distinct from (new.full_name, new.phone);
  return null;
end $$;
comment on function private.follow_profile is 'Copies name and telephone number of an account to its guardian rows.';
create trigger follow_profile after update of full_name, phone on public.profiles
  for each row when ((old.full_name, old.phone) is distinct from (new.full_name, new.phone))
  execute function private.follow_profile();
