-- The academy: settings and policies, instruments, rooms, terms, closures, prices.

create table public.academy_settings (
  id boolean primary key default true check (id),
  name text not null,
  email text not null,
  phone text not null,
  address text not null,
  time_zone text not null,
  currency text not null default 'usd' check (currency ~ '^[a-z]{3}$'),
  notice_minutes int not null default 1440 check (notice_minutes >= 0),
  horizon_days int not null default 45 check (horizon_days between 1 and 365),
  grid_minutes int not null default 15 check (grid_minutes in (5, 10, 15, 30)),
  hold_minutes int not null default 15 check (hold_minutes between 1 and 1440),
  provisional_days int not null default 14 check (provisional_days between 1 and 60),
  reminder_days int[] not null default '{1,5,12}',
  cancel_notice_minutes int not null default 1440,
  makeup_valid_days int not null default 60,
  makeups_per_term int not null default 2,
  illness_exceptions_per_year int not null default 2,
  short_lesson_max_age int not null default 6,
  short_lesson_minutes int not null default 30,
  trial_minutes int not null default 30,
  trial_credit_days int not null default 7,
  semester_months int not null default 6,
  semester_discount_bp int not null default 300 check (semester_discount_bp between 0 and 10000),
  year_discount_bp int not null default 800 check (year_discount_bp between 0 and 10000),
  sibling_discount_bp int not null default 800 check (sibling_discount_bp between 0 and 10000),
  ten_pack_discount_bp int not null default 500 check (ten_pack_discount_bp between 0 and 10000),
  ten_pack_valid_months int not null default 6,
  tuition_due_day int not null default 1,
  late_fee_day int not null default 11,
  late_fee_cents int not null default 2500 check (late_fee_cents >= 0),
  withdrawal_notice_days int not null default 30,
  guaranteed_lessons int not null default 44,
  updated_at timestamptz not null default private.now()
);
comment on table public.academy_settings is
  'One row: who the academy is and each number of its policies. Days, minutes, cents and basis points as named.';

create table public.instruments (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z-]+$'),
  name text not null,
  minimum_age int not null check (minimum_age between 3 and 21),
  description text not null,
  required_equipment text,
  sort int not null default 0,
  is_active boolean not null default true
);
comment on table public.instruments is 'What is taught, from which age (years), and the equipment its room must have.';

create table public.rooms (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  equipment text[] not null default '{}',
  capacity int not null default 2 check (capacity > 0),
  is_active boolean not null default true
);
comment on table public.rooms is 'Rooms, tagged by equipment (drums, grand_piano …).';

create table public.terms (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  starts_on date not null,
  ends_on date not null,
  check (starts_on <= ends_on),
  constraint terms_do_not_overlap exclude using gist (daterange(starts_on, ends_on, '[]') with &&)
);
comment on table public.terms is 'Teaching terms, both days included, dates in the academy''s zone.';

create table public.closures (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  starts_on date not null,
  ends_on date not null,
  check (starts_on <= ends_on)
);
comment on table public.closures is 'Days, both included, without lessons.';

create type public.price_kind as enum
  ('trial', 'tuition_monthly', 'single_lesson', 'registration', 'registration_sibling', 'recital', 'group_class');

create table public.prices (
  id uuid primary key default gen_random_uuid(),
  kind public.price_kind not null,
  name text not null,
  minutes int,
  amount_cents int not null check (amount_cents >= 0),
  currency text not null default 'usd' check (currency ~ '^[a-z]{3}$'),
  details jsonb not null default '{}',
  valid daterange not null default daterange(null, null),
  constraint prices_valid_once exclude using gist
    (kind with =, name with =, coalesce(minutes, 0) with =, valid with &&)
);
comment on table public.prices is 'Prices in cents with their validity. Semester, year and sibling prices are computed from the monthly one.';

do $$
declare t text;
begin
  foreach t in array array['academy_settings', 'instruments', 'rooms', 'terms', 'closures', 'prices'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select on public.%I to anon, authenticated', t);
    execute format('grant insert, update, delete on public.%I to authenticated', t);
    execute format('grant all on public.%I to service_role', t);
    execute format('create trigger audit after insert or update or delete on public.%I
                    for each row execute function private.audit()', t);
  end loop;
end $$;
create trigger touch before update on public.academy_settings for each row execute function private.touch();
