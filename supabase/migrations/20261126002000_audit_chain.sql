-- The audit log as a chain: each entry carries the hash of the one before, so that a change of what was written, by
-- whomever, can be found. Personal contents can be erased without breaking it. See docs/decisions/0006.

alter table public.audit_log
  add column position bigint,
  add column salt bytea default uuid_send(gen_random_uuid()),
  add column digest bytea,
  add column previous_hash bytea,
  add column hash bytea,
  add column erased_at timestamptz,
  add column erased_reason text,
  -- Who and in which work, said once for everything that writes entries.
  alter column actor_id set default nullif(current_setting('request.jwt.claim.sub', true), '')::uuid,
  alter column actor_role set default
    coalesce(nullif(current_setting('app.actor_role', true), ''), current_setting('role', true), 'owner'),
  alter column request_id set default nullif(current_setting('app.request_id', true), ''),
  alter column run_id set default nullif(current_setting('app.run_id', true), ''),
  add constraint erased_as_a_whole
    check ((erased_at is null) = (salt is not null) and (erased_at is null) = (erased_reason is null));
comment on column public.audit_log.position is 'Place in the chain, from 1 without gaps: the order in which transactions committed.';
comment on column public.audit_log.salt is
  'Random, so that erased contents cannot be guessed from their digest: erased together with them.';
comment on column public.audit_log.digest is 'SHA-256 of the salt and of what changed; stays when the contents are erased.';
comment on column public.audit_log.previous_hash is 'Hash of the entry before; 32 zero bytes in the first.';
comment on column public.audit_log.hash is
  'SHA-256 of the previous hash, the digest and the facts that are never erased: position, time, who, what was changed.';
comment on column public.audit_log.erased_at is
  'When personal contents were erased: columns are still named, their values are gone. Null where nothing was erased.';

create unique index audit_log_position on public.audit_log (position) where position is not null;
-- What seals look for. Sealed rows leave it, so that it is always small.
create index audit_log_unsealed on public.audit_log (id) where position is null;

create table private.audit_head (
  is_only boolean primary key default true check (is_only),
  position bigint not null,
  hash bytea not null
);
comment on table private.audit_head is
  'The newest entry of the audit chain, in one row: tells when entries at the end are missing, and lets commits take turns.';
alter table private.audit_head enable row level security;
revoke all on private.audit_head from public, anon, authenticated, service_role;
insert into private.audit_head (position, hash) values (0, decode(repeat('00', 32), 'hex'));

create function private.audit_digest(salt bytea, before jsonb, after jsonb) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  return sha256(salt || convert_to(jsonb_build_array(before, after)::text, 'UTF8'));
end $$;
comment on function private.audit_digest is 'What an entry of the audit log says of its contents for ever.';

create function private.audit_hash(entry public.audit_log, at_position bigint, after_hash bytea) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  -- A JSON array keeps neighboring facts apart; microseconds since 1970 do not depend on the session's zone.
  return sha256(after_hash || entry.digest || convert_to(jsonb_build_array(
    at_position, entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor_id, entry.actor_role,
    entry.request_id, entry.run_id, entry.table_name, entry.row_id, entry.action)::text, 'UTF8'));
end $$;
comment on function private.audit_hash is 'The hash of an entry of the audit log at a place of the chain.';

create function private.seal_audit(from_id bigint) returns void
-- Sessions that learned their plans while the log was short must not read all of it when it is long.
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  head private.audit_head;
  entry public.audit_log;
  ids bigint[] := '{}';
  hashes bytea[] := '{}';
  newest bytea;
begin
  -- Commits take turns here, from the first seal to the end of their transaction.
  select * into head from private.audit_head for update;
  -- Only the own entries can be without a seal: everybody else seals before they can be seen.
  for entry in select * from public.audit_log a where a.position is null and a.id >= from_id order by a.id loop
    newest := private.audit_hash(entry, head.position + cardinality(ids) + 1, coalesce(newest, head.hash));
    ids := ids || entry.id;
    hashes := hashes || newest;
  end loop;
  update public.audit_log a
     set position = head.position + s.nth, previous_hash = coalesce(s.previous, head.hash), hash = s.hash
    from (select u.*, lag(u.hash) over (order by u.nth) as previous
            from unnest(ids, hashes) with ordinality u (id, hash, nth)) s
   where a.id = s.id;
  update private.audit_head h
     set position = head.position + cardinality(ids), hash = coalesce(newest, head.hash);
end $$;
comment on function private.seal_audit is
  'Adds the transaction''s entries from an id on to the audit chain. Holds the chain until the transaction ends.';

-- What was written before there was a chain.
drop trigger append_only on public.audit_log;
update public.audit_log set digest = private.audit_digest(salt, before, after);
alter table public.audit_log alter column digest set not null;
select private.seal_audit(0);

create function private.seal_entry() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  if new.position is not null then
    raise exception 'an entry of the audit log gets its place in the chain when it commits'
      using errcode = 'CH002', constraint = 'append_only', table = tg_table_name;
  end if;
  -- The first entry of a transaction seals the others with it.
  if exists (select from public.audit_log a where a.id = new.id and a.position is null) then
    perform private.seal_audit(new.id);
  end if;
  return null;
end $$;
comment on function private.seal_entry is 'At commit, every entry of the audit log is in its chain.';
create constraint trigger sealed_at_commit after insert on public.audit_log
  deferrable initially deferred for each row execute function private.seal_entry();

create function private.without_values(contents jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(k.key, null::text), contents) from jsonb_object_keys(contents) k (key)
$$;
comment on function private.without_values is 'The same keys, nothing but null in them.';

create function private.keep_entry() returns trigger
language plpgsql set search_path = '' as $$
declare
  allowed public.audit_log := old;
begin
  if old.position is null and new.position is not null and pg_trigger_depth() > 1 then
    allowed.position := new.position;
    allowed.previous_hash := new.previous_hash;
    allowed.hash := new.hash;
  elsif old.erased_at is null and new.erased_at is not null
        and current_user = (select pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid) then
    allowed.before := private.without_values(old.before);
    allowed.after := private.without_values(old.after);
    allowed.salt := null;
    allowed.erased_at := new.erased_at;
    allowed.erased_reason := new.erased_reason;
  else
    allowed := null;
  end if;
  if new is distinct from allowed then
    raise exception 'entries of % are sealed once and erased once, and never change otherwise', tg_table_name
      using errcode = 'CH002', constraint = 'append_only', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function private.keep_entry is
  'An entry of the audit log takes its place in the chain at commit, and its contents may be erased. Nothing else.';
create trigger append_only before update on public.audit_log for each row execute function private.keep_entry();
create trigger never_deleted before delete on public.audit_log for each row execute function private.refuse_change();

-- Only sealing moves the head, and that is a trigger.
create trigger moved_by_seals before insert or update or delete on private.audit_head
  for each row when (pg_trigger_depth() = 0) execute function private.refuse_change();
create trigger never_truncated before truncate on private.audit_head
  for each statement execute function private.refuse_change();

create or replace function private.audit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  old_row jsonb := case when tg_op in ('UPDATE', 'DELETE') then to_jsonb(old) end;
  new_row jsonb := case when tg_op in ('INSERT', 'UPDATE') then to_jsonb(new) end;
  row_key text := coalesce(new_row ->> 'id', old_row ->> 'id', new_row ->> coalesce(tg_argv[0], 'id'),
                           old_row ->> coalesce(tg_argv[0], 'id'), '-');
  salt bytea := uuid_send(gen_random_uuid());
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, new_row -> o.key)
      into old_row, new_row
      from jsonb_each(old_row) o
     where o.value is distinct from new_row -> o.key and o.key <> 'updated_at';
    if old_row is null then return null; end if;
  end if;
  insert into public.audit_log (table_name, row_id, action, before, after, salt, digest)
  values (tg_table_name, row_key, lower(tg_op), old_row, new_row, salt, private.audit_digest(salt, old_row, new_row));
  return null;
end $$;
comment on function private.audit() is 'Writes the audit row of a change; the argument names the key column where it is not id.';

create function private.erase_audit(of_table text, row_ids text[], reason text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  erased jsonb;
  record_salt bytea := uuid_send(gen_random_uuid());
  record jsonb;
begin
  if of_table = 'audit_log' then
    raise exception 'the records of erasures are kept' using errcode = 'CH005', constraint = 'erasure_record_kept';
  end if;
  if coalesce(length(trim(reason)), 0) < 3 then
    raise exception 'contents are erased with a reason' using errcode = 'CH005', constraint = 'erasure_reason_missing';
  end if;
  with entries as (
    update public.audit_log a
       set before = private.without_values(a.before), after = private.without_values(a.after), salt = null,
           erased_at = private.now(), erased_reason = trim(reason)
     where a.table_name = of_table and a.row_id = any(row_ids) and a.erased_at is null
    returning a.id
  )
  select jsonb_agg(e.id order by e.id) into erased from entries e;
  if erased is null then return 0; end if;
  -- Who erased is part of the trail, and an entry that looks erased without such a record has been tampered with.
  record := jsonb_build_object('erased_entries', erased, 'reason', trim(reason));
  insert into public.audit_log (table_name, row_id, action, after, salt, digest)
  values ('audit_log', of_table, 'update', record, record_salt, private.audit_digest(record_salt, null, record));
  return jsonb_array_length(erased);
end $$;
comment on function private.erase_audit is
  'Erases what the audit log holds of the contents of rows, for good: columns stay named, who and when stay, the chain '
  'stays verifiable. Rows are named by the key under which they are audited: their id; for student_instruments the '
  'student''s, for teacher_employment and teacher_instruments the teacher''s. The reason is shown to administrators and must '
  'not name a person. Gives the number of entries; those erased before do not count. Changes that others have not '
  'committed yet are not seen: lock the rows first. Errors: erasure_reason_missing, erasure_record_kept.';

create function private.verify_audit(from_position bigint default 1)
returns table (checked bigint, erased bigint, first_broken bigint, problem text)
language plpgsql stable security definer set search_path = '' as $$
declare
  first bigint := greatest(coalesce(from_position, 1), 1);
begin
  -- As the login itself, without a role, only the owner may call this.
  if not (private.is_admin() or current_setting('role', true) in ('service_role', 'none')) then
    raise exception 'only an administrator verifies the audit log' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  return query
  with recorded as materialized (
    select e.id::bigint as id
      from public.audit_log r, jsonb_array_elements_text(r.after -> 'erased_entries') e (id)
     where r.table_name = 'audit_log' and r.position is not null and r.erased_at is null
  ), links as (
    -- The entry before the first is read for its hash only.
    select a as entry, a.position,
           lag(a.position, 1, first - 1) over w as prior_position,
           lag(a.hash, 1, case when first = 1 then decode(repeat('00', 32), 'hex') end) over w as prior_hash
      from public.audit_log a where a.position >= first - 1
    window w as (order by a.position)
  ), judged as (
    select l.position, (l.entry).erased_at is not null as is_erased, l.prior_position,
           case
             when l.position <> l.prior_position + 1 then 'Entries are missing.'
             when (l.entry).previous_hash is distinct from l.prior_hash then 'It does not follow the entry before it.'
             when (l.entry).erased_at is null
                  and (l.entry).digest is distinct from
                      private.audit_digest((l.entry).salt, (l.entry).before, (l.entry).after)
               then 'What it says was changed has been altered.'
             when (l.entry).erased_at is not null
                  and ((l.entry).before is distinct from private.without_values((l.entry).before)
                       or (l.entry).after is distinct from private.without_values((l.entry).after)
                       or not exists (select from recorded r where r.id = (l.entry).id))
               then 'Its contents are gone, and no erasure tells of it.'
             when (l.entry).hash is distinct from private.audit_hash(l.entry, l.position, l.prior_hash)
               then 'Who, when or which row has been altered.'
           end as problem
      from links l where l.position >= first
  ), problems as (
    select case when j.problem = 'Entries are missing.' then j.prior_position + 1 else j.position end as position, j.problem
      from judged j where j.problem is not null
    union all
    select least(h.position, newest.position) + 1, 'The newest entries are not those that were written.'
      from private.audit_head h,
           (select coalesce(max(a.position), 0) as position from public.audit_log a) newest
     where newest.position <> h.position
        or h.position > 0 and h.hash is distinct from (select a.hash from public.audit_log a where a.position = h.position)
    union all
    select 1, 'The record of the newest entry is missing.' where not exists (select from private.audit_head)
    union all
    -- A transaction that writes sees its own entries before they have their place.
    select h.position + 1, format('Entry %s was written past the chain.', min(a.id))
      from public.audit_log a, private.audit_head h
     where a.position is null and pg_current_xact_id_if_assigned() is null group by h.position
  )
  select c.checked, c.erased, f.position, f.problem
    from (select count(*) as checked, count(*) filter (where j.is_erased) as erased from judged j) c
    left join (select p.position, p.problem from problems p order by p.position limit 1) f on true;
end $$;
comment on function private.verify_audit is
  'Checks the audit chain from a position to its end: how many entries were checked, how many of them are erased, and '
  'where and how it is broken first (null: nowhere). For administrators and the server, in a transaction of its own. '
  'Errors: admin_only.';

revoke execute on function private.audit_digest, private.audit_hash, private.seal_audit, private.seal_entry,
  private.without_values, private.keep_entry, private.erase_audit, private.verify_audit from public;
grant execute on function private.erase_audit to service_role;
grant execute on function private.verify_audit to authenticated, service_role;
