-- People: accounts, families, guardians, students, teachers, invitations, consents.

create type public.app_role as enum ('admin', 'teacher', 'parent', 'student');

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  role public.app_role not null default 'parent',
  full_name text not null check (length(full_name) between 1 and 120),
  email text not null check (email = lower(email)),
  phone text check (length(phone) <= 40),
  is_active boolean not null default true,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.profiles is 'One row an account. The role is given by the academy, never by the person.';
create unique index profiles_email on public.profiles (email);

create table public.families (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 120),
  stripe_customer_id text unique,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.families is 'Families: who is billed together and sees the same children.';

create table public.guardians (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  profile_id uuid references public.profiles (id) on delete set null,
  full_name text not null check (length(full_name) between 1 and 120),
  email text not null check (email = lower(email)),
  phone text,
  address text,
  payer_share_bp int not null default 10000 check (payer_share_bp between 0 and 10000),
  created_at timestamptz not null default private.now(),
  unique (family_id, profile_id)
);
comment on table public.guardians is 'Adults of a family, with or without an account, and the share (basis points) each one pays.';
create index guardians_profile on public.guardians (profile_id);

create table public.students (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  profile_id uuid unique references public.profiles (id) on delete set null,
  first_name text not null check (length(first_name) between 1 and 60),
  last_name text not null check (length(last_name) between 1 and 60),
  birth_date date not null check (birth_date > '1900-01-01'),
  is_active boolean not null default true,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.students is 'Children and adults who learn. Contact data live with the guardians.';
create index students_family on public.students (family_id);
create trigger immutable before update on public.students
  for each row execute function private.refuse_column_change('id', 'family_id');

create table public.consents (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  document text not null,
  version text not null,
  given_at timestamptz not null default private.now(),
  unique (profile_id, document, version)
);
comment on table public.consents is 'Which version of which text an account agreed to, and when.';

create table public.teachers (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid unique references public.profiles (id) on delete set null,
  slug text not null unique check (slug ~ '^[a-z0-9-]+$'),
  first_name text not null,
  last_name text not null,
  headline text not null,
  bio text not null check (length(bio) <= 1000),
  gender text check (gender in ('female', 'male', 'non_binary')),
  styles text[] not null default '{}',
  strengths text[] not null default '{}',
  languages text[] not null default '{English}',
  teaching_since int not null,
  buffer_minutes int not null default 0 check (buffer_minutes between 0 and 60),
  weekly_capacity_minutes int not null check (weekly_capacity_minutes between 0 and 3600),
  is_accepting boolean not null default true,
  is_active boolean not null default true,
  created_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now()
);
comment on table public.teachers is 'Teachers as the public sees them, with what scheduling needs (minutes).';

create table public.teacher_employment (
  teacher_id uuid primary key references public.teachers (id) on delete cascade,
  email text not null check (email = lower(email)),
  phone text,
  pay_tier int not null check (pay_tier in (1, 2, 3)),
  hired_on date not null
);
comment on table public.teacher_employment is 'What only the academy and the teacher know: contact and pay tier.';

create table public.teacher_instruments (
  teacher_id uuid not null references public.teachers (id) on delete cascade,
  instrument_id uuid not null references public.instruments (id),
  minimum_age int not null check (minimum_age >= 3),
  maximum_age int not null default 99,
  levels text[] not null default '{beginner,intermediate,advanced}',
  primary key (teacher_id, instrument_id),
  check (minimum_age <= maximum_age)
);
comment on table public.teacher_instruments is 'What a teacher teaches, to which ages (years) and levels.';
create index teacher_instruments_instrument on public.teacher_instruments (instrument_id);

create table public.teacher_availability (
  id uuid primary key default gen_random_uuid(),
  teacher_id uuid not null references public.teachers (id) on delete cascade,
  weekday int not null check (weekday between 0 and 6),
  starts time not null,
  ends time not null,
  valid daterange not null default daterange(null, null),
  check (starts < ends),
  constraint availability_does_not_overlap exclude using gist (
    teacher_id with =, weekday with =, valid with &&,
    int4range((extract(epoch from starts) / 60)::int, (extract(epoch from ends) / 60)::int) with &&)
);
comment on table public.teacher_availability is
  'Weekly teaching hours in local time of the academy''s zone; weekday 0 is Monday.';

create table public.teacher_exceptions (
  id uuid primary key default gen_random_uuid(),
  teacher_id uuid not null references public.teachers (id) on delete cascade,
  during tstzrange not null check (not isempty(during)),
  reason text not null,
  created_at timestamptz not null default private.now()
);
comment on table public.teacher_exceptions is 'Time off: instants at which a teacher is away in spite of the weekly hours.';
create index teacher_exceptions_during on public.teacher_exceptions using gist (teacher_id, during);

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(email)),
  role public.app_role not null,
  teacher_id uuid references public.teachers (id) on delete cascade,
  student_id uuid references public.students (id) on delete cascade,
  family_id uuid references public.families (id) on delete cascade,
  created_at timestamptz not null default private.now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  check ((role = 'teacher') = (teacher_id is not null)),
  check ((role = 'student') = (student_id is not null))
);
comment on table public.invitations is
  'Roles waiting for the account with this address: applied when that account is first confirmed.';
create unique index invitations_open on public.invitations (email) where accepted_at is null;
create index invitations_student on public.invitations (student_id);
create index invitations_family on public.invitations (family_id);

-- Who am I ------------------------------------------------------------------------------------------------
create function private.my_role() returns public.app_role
language sql stable security definer set search_path = '' as $$
  select p.role from public.profiles p where p.id = (select auth.uid()) and p.is_active
$$;
create function private.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.profiles p
                  where p.id = (select auth.uid()) and p.is_active and p.role = 'admin')
$$;
create function private.my_teacher_id() returns uuid
language sql stable security definer set search_path = '' as $$
  select t.id from public.teachers t join public.profiles p on p.id = t.profile_id
   where p.id = (select auth.uid()) and p.is_active and p.role = 'teacher'
$$;
create function private.my_family_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select g.family_id from public.guardians g join public.profiles p on p.id = g.profile_id
   where p.id = (select auth.uid()) and p.is_active and p.role = 'parent'
$$;
create function private.my_student_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.id from public.students s join public.profiles p on p.id = s.profile_id
   where p.id = (select auth.uid()) and p.is_active and p.role = 'student'
$$;
comment on function private.my_role is 'The caller''s role; null when signed out or inactive.';
comment on function private.is_admin is 'Whether the caller is an active administrator.';
comment on function private.my_teacher_id is 'The caller''s teacher id; null for anybody else.';
comment on function private.my_family_ids is 'The families of a parent.';
comment on function private.my_student_ids is 'The student rows of a student with an account.';

create function private.require_session() returns public.app_role
language plpgsql stable security definer set search_path = '' as $$
declare
  found public.app_role;
begin
  select p.role into found
    from auth.sessions s join public.profiles p on p.id = s.user_id
   where s.id = nullif(current_setting('request.jwt.claims', true)::jsonb ->> 'session_id', '')::uuid
     and s.user_id = auth.uid() and p.is_active;
  if found is null then
    raise exception 'the session has ended' using errcode = 'CH401', constraint = 'session_ended';
  end if;
  return found;
end $$;
comment on function private.require_session is
  'First statement of a signed-in transaction: fails when the session was ended or the account is inactive.';

-- Each new account gets a profile. -------------------------------------------------------------------------
create function private.create_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  facts jsonb := new.raw_user_meta_data;
begin
  -- The embedded Auth service stores the object as text within JSON, the hosted one as an object.
  if jsonb_typeof(facts) = 'string' then facts := (facts #>> '{}')::jsonb; end if;
  insert into public.profiles (id, full_name, email)
  values (new.id,
          left(coalesce(nullif(trim(facts ->> 'full_name'), ''), split_part(new.email, '@', 1)), 120),
          lower(new.email))
  on conflict (id) do nothing;
  return new;
end $$;
comment on function private.create_profile is 'A new account is a parent until an invitation says otherwise.';

create function private.accept_invitation() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  invitation public.invitations;
begin
  if new.email_confirmed_at is null or old.email_confirmed_at is not null then return new; end if;
  update public.invitations i set accepted_at = private.now()
   where i.email = lower(new.email) and i.accepted_at is null and i.expires_at > private.now()
  returning i.* into invitation;
  if not found then return new; end if;
  update public.profiles p set role = invitation.role where p.id = new.id;
  if invitation.teacher_id is not null then
    update public.teachers t set profile_id = new.id where t.id = invitation.teacher_id and t.profile_id is null;
  end if;
  if invitation.student_id is not null then
    update public.students s set profile_id = new.id where s.id = invitation.student_id and s.profile_id is null;
  end if;
  if invitation.family_id is not null and invitation.role = 'parent' then
    update public.guardians g set profile_id = new.id
     where g.family_id = invitation.family_id and g.email = invitation.email and g.profile_id is null;
  end if;
  return new;
end $$;
comment on function private.accept_invitation is 'A confirmed address proves who was invited: gives the account its role.';

create trigger create_profile after insert on auth.users
  for each row execute function private.create_profile();
create trigger accept_invitation after update on auth.users
  for each row execute function private.accept_invitation();

create function private.my_family() returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  me public.profiles;
  family uuid;
begin
  select * into me from public.profiles p where p.id = auth.uid() and p.is_active and p.role = 'parent' for update;
  if not found then
    raise exception 'only a parent has a family' using errcode = 'CH403', constraint = 'parent_only';
  end if;
  select g.family_id into family from public.guardians g where g.profile_id = me.id order by g.created_at limit 1;
  if family is null then
    insert into public.families (name)
    values (regexp_replace(me.full_name, '^.*\s', '') || ' family') returning id into family;
    insert into public.guardians (family_id, profile_id, full_name, email, phone)
    values (family, me.id, me.full_name, me.email, me.phone);
  end if;
  return family;
end $$;
comment on function private.my_family is 'The family of the signed-in parent, made at the first call.';

create function private.keep_role() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_setting('role', true) = 'authenticated' and not (select private.is_admin())
     and (new.role, new.is_active, new.email) is distinct from (old.role, old.is_active, old.email) then
    raise exception 'role, address and activity of an account are the academy''s to change'
      using errcode = 'CH003', constraint = 'profile_protected';
  end if;
  return new;
end $$;
comment on function private.keep_role is 'Nobody gives themselves a role.';
create trigger keep_role before update on public.profiles for each row execute function private.keep_role();

grant execute on function private.my_role, private.is_admin, private.my_teacher_id, private.my_family_ids,
  private.my_student_ids, private.require_session, private.my_family to authenticated;
grant execute on function private.is_admin, private.my_teacher_id, private.my_family_ids, private.my_student_ids to anon, service_role;

do $$
declare t text;
begin
  foreach t in array array['profiles', 'families', 'guardians', 'students', 'consents', 'teachers', 'teacher_employment',
                           'teacher_instruments', 'teacher_availability', 'teacher_exceptions', 'invitations'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select, insert, update, delete on public.%I to authenticated', t);
    execute format('grant all on public.%I to service_role', t);
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit(%s)', t,
                    case when t like 'teacher_%' then quote_literal('teacher_id') else '' end);
  end loop;
  foreach t in array array['profiles', 'families', 'students', 'teachers'] loop
    execute format('create trigger touch before update on public.%I for each row execute function private.touch()', t);
  end loop;
end $$;
grant select on public.teachers, public.teacher_instruments, public.teacher_availability to anon;
