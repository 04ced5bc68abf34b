-- Calendar feeds: a secret address for each person from which calendar programs fetch their lessons; and the revision
-- of a lesson's calendar entry, which rises by itself.

create function private.raise_ical_sequence() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.ical_sequence := greatest(new.ical_sequence, old.ical_sequence + case
    when (new.during, new.teacher_id, new.room_id, new.status)
         is distinct from (old.during, old.teacher_id, old.room_id, old.status) then 1 else 0 end);
  return new;
end $$;
comment on function private.raise_ical_sequence is
  'Each change of a lesson''s time, teacher, room or status is a new revision of its calendar entry; a revision never falls.';
create trigger raise_ical_sequence before update of during, teacher_id, room_id, status, ical_sequence on public.lessons
  for each row execute function private.raise_ical_sequence();

create table public.calendar_feeds (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  token_hash bytea not null constraint calendar_feeds_token_once unique
    constraint calendar_feeds_token check (octet_length(token_hash) = 32),
  created_at timestamptz not null default private.now(),
  revoked_at timestamptz,
  last_read_at timestamptz,
  content_hash bytea,
  content_since timestamptz,
  constraint calendar_feeds_content check (
    (content_hash is null) = (content_since is null) and octet_length(content_hash) = 32)
);
comment on table public.calendar_feeds is
  'Secret addresses from which a person''s calendar programs read their lessons: one that works for each person, and those '
  'that were revoked.';
comment on column public.calendar_feeds.token_hash is 'SHA-256 of the secret in the address, which is stored nowhere.';
comment on column public.calendar_feeds.last_read_at is 'When the feed was read, written once an hour at most.';
comment on column public.calendar_feeds.content_hash is
  'SHA-256 of what was last given out, and content_since when it was first: HTTP''s Last-Modified.';
create unique index calendar_feeds_one_live on public.calendar_feeds (profile_id) where revoked_at is null;
create index calendar_feeds_profile on public.calendar_feeds (profile_id);
call private.protect('calendar_feeds');
-- That a feed was read is no change to keep a record of.
create trigger audit after insert or delete or update of profile_id, token_hash, revoked_at on public.calendar_feeds
  for each row execute function private.audit('id');
create trigger immutable before update on public.calendar_feeds
  for each row execute function private.refuse_column_change('id', 'profile_id', 'token_hash', 'created_at');
create function private.keep_feed_revoked() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'a calendar feed is revoked once' using errcode = 'CH004', constraint = 'feed_revoked';
end $$;
comment on function private.keep_feed_revoked is 'An address that was revoked never works again. Error: feed_revoked.';
create trigger stays_revoked before update of revoked_at on public.calendar_feeds
  for each row when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
  execute function private.keep_feed_revoked();
revoke execute on function private.raise_ical_sequence, private.keep_feed_revoked from public;
grant select on public.calendar_feeds to authenticated;
create policy own_or_admin_reads on public.calendar_feeds for select to authenticated
  using (profile_id = (select auth.uid()) or (select private.is_admin()));

insert into private.personal_tables (table_name, of_family) values
  ('calendar_feeds', 'profile_id in (select private.family_account_ids($1))');

create function private.make_feed(of_token bytea) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not private.has_session() then
    raise exception 'the session has ended' using errcode = 'CH401', constraint = 'session_ended';
  end if;
  -- Whoever makes two at once waits here, and the later one counts.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  update public.calendar_feeds f set revoked_at = private.now() where f.profile_id = auth.uid() and f.revoked_at is null;
  insert into public.calendar_feeds (profile_id, token_hash) values (auth.uid(), of_token);
end $$;
comment on function private.make_feed is
  'Makes the caller''s calendar feed from the SHA-256 of its secret. The one before stops working. Error: session_ended.';

create function private.revoke_feed() returns boolean
language sql security definer set search_path = '' as $$
  with revoked as (
    update public.calendar_feeds f set revoked_at = private.now()
     where f.profile_id = auth.uid() and f.revoked_at is null and private.has_session()
    returning 1
  )
  select exists (select from revoked)
$$;
comment on function private.revoke_feed is 'Stops the caller''s calendar feed for good; tells whether there was one.';
revoke execute on function private.make_feed, private.revoke_feed from public;
grant execute on function private.make_feed, private.revoke_feed to authenticated;

create function private.open_feed(of_token bytea)
returns table (feed_id uuid, profile_id uuid, role public.app_role)
language sql stable security definer set search_path = '' as $$
  select f.id, p.id, p.role
    from public.calendar_feeds f join public.profiles p on p.id = f.profile_id
   where f.token_hash = of_token and f.revoked_at is null and p.is_active
$$;
comment on function private.open_feed is
  'Whose feed a secret opens, by its SHA-256; no row when it was never given, is revoked, or its person is inactive.';

create function private.feed_lessons(of_profile uuid)
returns table (
  id uuid, kind public.lesson_kind, status public.lesson_status, sequence int, changed_at timestamptz,
  starts_at timestamptz, ends_at timestamptz, student_names text, instrument_name text, teacher_name text,
  room_name text, class_name text
)
language sql stable security definer set search_path = '' as $$
  with me as materialized (
    select p.id, p.role from public.profiles p where p.id = of_profile and p.is_active
  ), span as materialized (
    select private.now() as today, private.now() - interval '90 days' as since,
           coalesce((select max(d.ends_on) + 1
                       from (select t.ends_on from public.terms t union all select m.ends_on from public.makeup_days m) d
                    )::timestamp at time zone a.time_zone, 'infinity') as until
      from public.academy_settings a
  ), families as materialized (
    select g.family_id as id from me join public.guardians g on g.profile_id = me.id where me.role = 'parent'
  ), learners as materialized (
    select s.id from me join public.students s on s.profile_id = me.id where me.role = 'student'
  -- An end that a subquery gives, not a join, is one that an index can stop at.
  ), mine as (
    select l.id from families f join public.lessons l on l.family_id = f.id
     where l.starts_at >= (select since from span) and l.starts_at < (select until from span)
     union
    select p.lesson_id from families f join public.lesson_seats p on p.family_id = f.id
     union
    select l.id from learners s join public.lessons l on l.student_id = s.id
     where l.starts_at >= (select since from span) and l.starts_at < (select until from span)
     union
    select p.lesson_id from learners s join public.lesson_seats p on p.student_id = s.id
     union
    select l.id from me join public.teachers t on t.profile_id = me.id join public.lessons l on l.teacher_id = t.id
     where me.role = 'teacher'
       and l.starts_at >= (select since from span) and l.starts_at < (select until from span)
     union
    -- The academy's calendar has no end: what is next comes first.
    (select l.id from public.lessons l
      where (select me.role from me) = 'admin'
        and l.starts_at >= (select today from span) and l.starts_at < (select until from span)
      order by l.starts_at limit 4000)
     union
    (select l.id from public.lessons l
      where (select me.role from me) = 'admin'
        and l.starts_at >= (select since from span) and l.starts_at < (select today from span)
      order by l.starts_at desc limit 1000)
  )
  select l.id, l.kind,
         -- For a family whose seats are all given up there is no lesson any more.
         case when me.role in ('parent', 'student') and l.class_id is not null and seats.given_up = seats.taken
              then 'cancelled'::public.lesson_status else l.status end,
         l.ical_sequence + coalesce(seats.given_up, 0)::int, greatest(l.updated_at, seats.given_up_at),
         l.starts_at, upper(l.during),
         coalesce(s.first_name || case me.role when 'admin' then ' ' || s.last_name else '' end, seats.names),
         i.name, t.first_name || ' ' || t.last_name, r.name, c.name
    from mine
    cross join me
    join public.lessons l on l.id = mine.id
    join public.teachers t on t.id = l.teacher_id
    join public.rooms r on r.id = l.room_id
    left join public.students s on s.id = l.student_id
    left join public.instruments i on i.id = l.instrument_id
    left join public.classes c on c.id = l.class_id
    left join lateral (
      select coalesce(string_agg(m.first_name, ', ' order by m.first_name) filter (where p.given_up_at is null),
                      string_agg(m.first_name, ', ' order by m.first_name)) as names,
             count(p.student_id) as taken, count(p.given_up_at) as given_up, max(p.given_up_at) as given_up_at
        from public.lesson_seats p join public.students m on m.id = p.student_id
       where l.class_id is not null and p.lesson_id = l.id
         and (me.role in ('teacher', 'admin') or p.family_id in (select f.id from families f)
              or p.student_id in (select n.id from learners n))
    ) seats on true
   where l.starts_at >= (select since from span) and l.starts_at < (select until from span)
   order by l.starts_at, l.id
$$;
comment on function private.feed_lessons is
  'The lessons of a person''s calendar feed, cancelled ones too, from 90 days ago to the end of the last planned term or '
  'make-up day: a parent''s of the families, with the names of the own children only; a student''s and a teacher''s own; for '
  'an administrator the whole academy''s, 4,000 to come and 1,000 past ones at most. None for an inactive person.';

create function private.record_feed_reading(of_feed uuid, of_content bytea) returns timestamptz
language sql security definer set search_path = '' as $$
  update public.calendar_feeds f
     set last_read_at = private.now()
   where f.id = of_feed
     and (f.last_read_at is null or f.last_read_at not between private.now() - interval '1 hour' and private.now());
  update public.calendar_feeds f
     set content_hash = of_content, content_since = private.now()
   where f.id = of_feed and f.content_hash is distinct from of_content;
  select f.content_since from public.calendar_feeds f where f.id = of_feed
$$;
comment on function private.record_feed_reading is
  'Keeps that a feed was read, once an hour at most, and tells since when its content, by its SHA-256, has been what it is.';
revoke execute on function private.open_feed, private.feed_lessons, private.record_feed_reading from public;
grant execute on function private.open_feed, private.feed_lessons, private.record_feed_reading to service_role;
