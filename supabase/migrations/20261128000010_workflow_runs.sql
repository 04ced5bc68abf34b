-- Runs of workflows know the event that began them, what their steps can undo, and for what they wait. An event says
-- which installation it comes from, and whether it is another try of a run.

alter type public.run_status add value 'refused';

alter table public.workflow_runs
  add column name text,
  add column event_id text,
  add column event_name text,
  add column event_data jsonb,
  add column retry_of text constraint workflow_runs_retry_of references public.workflow_runs (id) on delete set null;
comment on column public.workflow_runs.name is 'What the workflow does, in words, as it was when the run began.';
comment on column public.workflow_runs.event_id is
  'The event that began the run, as the executor had it: an id of the outbox unless the run was refused. Null for nightly work.';
comment on column public.workflow_runs.event_data is 'What the event said; null when the run was refused.';
comment on column public.workflow_runs.retry_of is 'The run that ended badly and that this one tries again.';
comment on table public.workflow_runs is
  'Runs of Inngest functions: what they are about, the event that began them, and how they ended.';
create index workflow_runs_retry_of on public.workflow_runs (retry_of);
create unique index workflow_runs_once on public.workflow_runs (function_id, event_id)
  where status in ('running', 'completed');
comment on index public.workflow_runs_once is 'One event has one run of a workflow that goes on or came to its end.';

alter table public.workflow_steps
  add column undo text[] not null default '{}',
  add column undoes text,
  add column waits_for text,
  add column waits_until timestamptz;
comment on column public.workflow_steps.undo is 'Names of what undoes this step, in their order.';
comment on column public.workflow_steps.undoes is 'Set for an undo: the step that it undoes.';
comment on column public.workflow_steps.waits_for is 'The event that a wait may end with; null for a mere sleep.';
comment on column public.workflow_steps.waits_until is 'When a wait ends at the latest; null for a step that does something.';
comment on table public.workflow_steps is
  'Steps, waits and undos of a run: status, attempts, result or error in words. The step `start` stands for what was there before the run.';

alter table public.outbox
  add column retry_of text,
  add column for_function text,
  add column origin_id uuid;
comment on column public.outbox.retry_of is 'The run that this event tries again; null for an event that tells of something new.';
comment on column public.outbox.for_function is 'The one workflow that another try is meant for; others take no notice.';
comment on column public.outbox.origin_id is 'The event that was the first of its tries; null for that event itself.';

-- The events' data may hold a sentence (why a lesson moved): it is exported with the run and removed by an erasure.
insert into private.personal_columns (table_name, column_name, erased_as) values ('workflow_runs', 'event_data', 'null');

create table private.installations (
  id uuid primary key default gen_random_uuid(),
  is_this boolean not null default true constraint installations_one unique constraint installations_this check (is_this)
);
comment on table private.installations is 'One row, made with the database: the mark that events of this installation carry.';
alter table private.installations enable row level security;
insert into private.installations default values;

create function private.installation() returns uuid
language sql stable security definer set search_path = '' as $$
  select i.id from private.installations i
$$;
comment on function private.installation is
  'The mark of this installation. An event with another one came from another environment, and nothing is done for it.';
revoke execute on function private.installation from public;
grant execute on function private.installation to service_role;
