-- How reminders of lessons are wanted: each reader's choice for either, and the zone in which a family reads times.

alter table public.academy_settings
  add column reminder_first_minutes int not null default 1440,
  add column reminder_second_minutes int not null default 120,
  add constraint academy_settings_reminders check (
    reminder_second_minutes >= 15 and reminder_first_minutes > reminder_second_minutes and reminder_first_minutes <= 10080);
comment on column public.academy_settings.reminder_first_minutes is 'How long before a lesson its first reminder goes out.';
comment on column public.academy_settings.reminder_second_minutes is 'How long before a lesson its second reminder goes out.';

-- The second reminder is a choice of its own; who wanted none before wants none of either.
alter table public.notification_choices drop constraint notification_kind, add constraint notification_kind check
  (kind in ('lesson_reminder', 'lesson_reminder_soon', 'schedule_change', 'makeup_offer', 'practice', 'news', 'messages'));
insert into public.notification_choices (profile_id, kind, channel)
select c.profile_id, 'lesson_reminder_soon', c.channel from public.notification_choices c where c.kind = 'lesson_reminder';

-- The family's zone ----------------------------------------------------------------------------------------------------------
alter table public.families add column time_zone text;
comment on column public.families.time_zone is
  'The zone (IANA) in which the family reads the times of its letters; null where that is the academy''s.';

create function private.check_family_zone() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = new.time_zone and z.name ~ '^(UTC|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+)$') then
    raise exception 'there is no zone %', new.time_zone using errcode = 'CH005', constraint = 'family_zone_unknown';
  end if;
  return new;
end $$;
comment on function private.check_family_zone is 'A family''s zone is one that exists, by its IANA name. Error: family_zone_unknown.';
create trigger check_family_zone before insert or update of time_zone on public.families
  for each row when (new.time_zone is not null) execute function private.check_family_zone();

create function private.choose_family_zone(of_family uuid, zone text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not (private.is_admin() or of_family in (select private.my_family_ids())) then
    raise exception 'no such family' using errcode = 'CH404', constraint = 'family_missing';
  end if;
  update public.families f
     set time_zone = nullif(zone, (select a.time_zone from public.academy_settings a))
   where f.id = of_family and f.time_zone is distinct from nullif(zone, (select a.time_zone from public.academy_settings a));
end $$;
comment on function private.choose_family_zone is
  'Sets the zone in which a family reads its letters; the academy''s own, or null, is none of its own. Parents for their family, '
  'administrators. Errors: family_missing, family_zone_unknown.';
revoke execute on function private.check_family_zone, private.choose_family_zone from public;
grant execute on function private.choose_family_zone to authenticated;
