-- Workflows as the academy sees them (whichever executor drives them), and the email log.

create type public.run_status as enum ('running', 'completed', 'failed', 'cancelled');
create type public.step_status as enum ('running', 'completed', 'failed');

create table public.workflow_runs (
  id text primary key,
  function_id text not null,
  subject_type text not null,
  subject_id uuid,
  family_id uuid references public.families (id),
  status public.run_status not null default 'running',
  error text,
  started_at timestamptz not null default private.now(),
  ended_at timestamptz
);
comment on table public.workflow_runs is 'Runs of Inngest functions with what they are about.';
create index workflow_runs_subject on public.workflow_runs (subject_id);
create index workflow_runs_family on public.workflow_runs (family_id);
create index workflow_runs_started on public.workflow_runs (started_at desc);

create table public.workflow_steps (
  run_id text not null references public.workflow_runs (id) on delete cascade,
  step text not null,
  position int not null,
  status public.step_status not null default 'running',
  attempts int not null default 1,
  detail text,
  error text,
  started_at timestamptz not null default private.now(),
  ended_at timestamptz,
  primary key (run_id, step)
);
comment on table public.workflow_steps is 'Steps of a run: status, attempts, result or error in words.';

create type public.email_status as enum ('queued', 'sent', 'failed');

create table public.email_log (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  kind text not null,
  recipient text not null,
  subject text not null,
  family_id uuid references public.families (id),
  enrollment_id uuid references public.enrollments (id),
  status public.email_status not null default 'queued',
  attempts int not null default 0,
  error text,
  queued_at timestamptz not null default private.now(),
  sent_at timestamptz
);
comment on table public.email_log is 'Each email once: the key names its cause and reader.';
create index email_log_enrollment on public.email_log (enrollment_id);
create index email_log_family on public.email_log (family_id);

do $$
declare t text;
begin
  foreach t in array array['workflow_runs', 'workflow_steps', 'email_log'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select on public.%I to authenticated', t);
    execute format('grant all on public.%I to service_role', t);
  end loop;
end $$;
