-- What open times are read by, and the announcement that drops what a web server keeps of them.

-- A booking begins at most a day before it ends, so those that reach into a window are found by their beginning. Nothing
-- that the academy books is longer: a lesson lies on one day.
alter table public.bookings add constraint bookings_at_most_a_day
  check ((upper(during) - lower(during) <= interval '1 day') is true);

-- In place of the plain ones: a teacher's and a room's time in its order, without looking into the table.
drop index public.bookings_teacher, public.bookings_room;
create index bookings_teacher on public.bookings (teacher_id, lower(during))
  include (id, kind, is_active, during, teacher_busy, expires_at);
create index bookings_room on public.bookings (room_id, lower(during)) include (id, kind, is_active, during, expires_at);

create function private.announce_public_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- Heard once it has committed, once by each listener; the text tells one change from another.
  perform pg_notify('open_times', pg_current_xact_id()::text);
  return null;
end $$;
comment on function private.announce_public_change is
  'Announces on the channel open_times that something changes which the public pages show; see lib/scheduling/public-cache.ts.';
revoke execute on function private.announce_public_change from public;

do $$
declare t text;
begin
  foreach t in array array['bookings', 'teacher_availability', 'teacher_exceptions', 'closures', 'terms', 'makeup_days', 'rooms',
                           'teachers', 'teacher_instruments', 'instruments', 'academy_settings', 'prices', 'plans', 'classes'] loop
    execute format('create trigger announce_public_change after insert or update or delete on public.%I
                    for each statement execute function private.announce_public_change()', t);
  end loop;
end $$;
