-- The monitor: events in order within a family, events that the executor will not take, and what an administrator does
-- about a run.

-- Order ---------------------------------------------------------------------------------------------------------------
-- An event takes its place in the order as its transaction commits, one family after the other: see
-- docs/decisions/0011-order-of-events.md.
alter table public.outbox add column tx xid8 not null default pg_current_xact_id();
comment on column public.outbox.tx is 'The transaction that wrote the event: its events take their places together.';
comment on column public.outbox.seq is
  'The order of delivery. Within a stream (a family) it is the order in which the transactions were committed.';
create index outbox_tx on public.outbox (tx) where delivered_at is null;

create function private.place_event() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  -- Families share a thousand locks, so that a transaction about all of them does not run out of locks.
  place constant int := 1023;
  one int;
begin
  -- Handed over in the same transaction: the sample academy is loaded so.
  if not exists (select from public.outbox o where o.id = new.id and o.delivered_at is null) then return null; end if;
  if coalesce(current_setting('app.placed_tx', true), '') <> new.tx::text then
    -- All that this transaction needs, in one order, so that no two transactions wait for each other.
    for one in select distinct pg_catalog.hashtext(o.stream) & place from public.outbox o
                where o.tx = new.tx and o.delivered_at is null and o.stream <> '' order by 1 loop
      perform pg_catalog.pg_advisory_xact_lock(7002, one);
    end loop;
    perform set_config('app.placed_tx', new.tx::text, true);
  end if;
  -- For what was written after that; held already as a rule.
  perform pg_catalog.pg_advisory_xact_lock(7002, pg_catalog.hashtext(new.stream) & place);
  update public.outbox o set seq = default where o.id = new.id;
  return null;
end $$;
comment on function private.place_event is
  'Gives an event its place as its transaction commits, when no other transaction of the family is between its own place and '
  'its commit.';
revoke execute on function private.place_event from public;
create constraint trigger take_place after insert on public.outbox deferrable initially deferred
  for each row when (new.stream <> '') execute function private.place_event();

-- Events that the executor will not take ------------------------------------------------------------------------------
alter table public.outbox
  add column set_aside_at timestamptz,
  add constraint outbox_either_way check (delivered_at is null or set_aside_at is null);
comment on column public.outbox.set_aside_at is
  'When the executor refused this very event (last_error says why); those behind it go on.';
drop index public.outbox_waiting;
create index outbox_waiting on public.outbox (seq) where delivered_at is null and set_aside_at is null;
create index outbox_set_aside on public.outbox (set_aside_at) where set_aside_at is not null;
create unique index outbox_retried_once on public.outbox (retry_of) where retry_of is not null;
comment on index public.outbox_retried_once is 'A run is tried again once; the run that tries it can be tried again in its turn.';

-- What an administrator does about a run ------------------------------------------------------------------------------
create function private.lock_run(of_run text) returns public.workflow_runs
language plpgsql security definer set search_path = '' as $$
declare
  run public.workflow_runs;
begin
  if not private.is_admin() then
    raise exception 'only an administrator acts upon a run' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  select * into run from public.workflow_runs r where r.id = of_run for update;
  if not found then
    raise exception 'there is no run %', of_run using errcode = 'CH404', constraint = 'run_missing';
  end if;
  return run;
end $$;
comment on function private.lock_run is 'A run that an administrator is about to act upon. Errors: admin_only, run_missing.';
revoke execute on function private.lock_run from public;

create function private.retry_run(of_run text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  run public.workflow_runs := private.lock_run(of_run);
  sent public.outbox;
  again uuid;
begin
  if run.status not in ('failed', 'cancelled') then
    raise exception 'run % did not fail', of_run using errcode = 'CH004', constraint = 'run_not_failed';
  end if;
  select * into sent from public.outbox o where o.id::text = run.event_id;
  if coalesce(sent.data, run.event_data) is null then
    raise exception 'run % has no event', of_run using errcode = 'CH004', constraint = 'run_without_event';
  end if;
  if exists (select from public.workflow_runs r where r.retry_of = of_run)
     or exists (select from public.outbox o where o.retry_of = of_run) then
    raise exception 'run % is tried again already', of_run using errcode = 'CH004', constraint = 'run_retried';
  end if;
  insert into public.outbox (name, data, stream, retry_of, for_function, origin_id)
  values (coalesce(sent.name, run.event_name), coalesce(sent.data, run.event_data),
          coalesce(sent.stream, run.family_id::text, ''), of_run, run.function_id,
          coalesce(sent.origin_id, sent.id, run.event_id::uuid))
  returning id into again;
  return again;
end $$;
comment on function private.retry_run is
  'Sends the event of a run that failed or was cancelled again, for that workflow alone. Administrators only. Errors: '
  'admin_only, run_missing, run_not_failed, run_without_event, run_retried.';

create function private.cancel_run(of_run text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  run public.workflow_runs := private.lock_run(of_run);
begin
  if run.status <> 'running' then
    raise exception 'run % has ended', of_run using errcode = 'CH004', constraint = 'run_ended';
  end if;
  update public.workflow_runs r set status = 'cancelled', ended_at = private.now() where r.id = of_run;
  update public.workflow_steps s set status = 'completed', ended_at = private.now()
   where s.run_id = of_run and s.waits_until is not null and s.status = 'running';
end $$;
comment on function private.cancel_run is
  'Marks a run as cancelled; the caller has the executor end it in the same transaction. Administrators only. Errors: '
  'admin_only, run_missing, run_ended.';

create function private.undos_left(of_run text) returns table (step text, name text)
language sql stable security definer set search_path = '' as $$
  select s.step, u.name
    from public.workflow_steps s, unnest(s.undo) with ordinality u (name, place)
   where s.run_id = of_run and s.status = 'completed'
     and (coalesce(current_setting('role', true), 'none') not in ('anon', 'authenticated') or (select private.is_admin()))
     and not exists (select from public.workflow_steps d
                      where d.run_id = s.run_id and d.step = 'undo:' || u.name and d.status = 'completed')
   order by s.position desc, s.started_at desc, u.place
$$;
comment on function private.undos_left is
  'What the completed steps of a run ask to have undone and is not undone yet, the last step first. For administrators and '
  'the academy itself; nothing for others.';

create function private.request_undo(of_run text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  run public.workflow_runs := private.lock_run(of_run);
begin
  if run.status = 'running' then
    raise exception 'run % goes on', of_run using errcode = 'CH004', constraint = 'run_goes_on';
  end if;
  if not exists (select from private.undos_left(of_run)) then
    raise exception 'run % has nothing to undo', of_run using errcode = 'CH004', constraint = 'nothing_to_undo';
  end if;
  if exists (select from public.outbox o
              where o.name = 'workflow/undo.requested' and o.data ->> 'runId' = of_run
                and (o.delivered_at is null and o.set_aside_at is null
                     or exists (select from public.workflow_runs r where r.event_id = o.id::text and r.status = 'running')
                     or o.delivered_at is not null
                        and not exists (select from public.workflow_runs r where r.event_id = o.id::text))) then
    raise exception 'run % is being undone', of_run using errcode = 'CH004', constraint = 'undo_requested';
  end if;
  return private.emit('workflow/undo.requested', jsonb_build_object('runId', of_run), coalesce(run.family_id::text, ''));
end $$;
comment on function private.request_undo is
  'Has what the completed steps of an ended run did taken back. Administrators only. Errors: admin_only, run_missing, '
  'run_goes_on, nothing_to_undo, undo_requested.';

revoke execute on function private.retry_run, private.cancel_run, private.request_undo, private.undos_left from public;
grant execute on function private.retry_run, private.cancel_run, private.request_undo to authenticated;
grant execute on function private.undos_left to authenticated, service_role;

create index workflow_steps_running on public.workflow_steps (run_id, waits_until) where status = 'running';
create index workflow_runs_running on public.workflow_runs (started_at) where status = 'running';

-- Who did it is in the audit trail; what the academy does by itself is in the runs.
create trigger audit after insert on public.outbox for each row
  when (new.retry_of is not null or new.name = 'workflow/undo.requested') execute function private.audit();
create trigger audit after update on public.workflow_runs for each row
  when (new.status = 'cancelled' and old.status = 'running') execute function private.audit();
