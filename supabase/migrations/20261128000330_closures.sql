-- Closures that are added later: entering one cancels the lessons that it meets, by the academy or for the weather, and each
-- family and each teacher hears of all of theirs in one letter.

alter table public.closures
  add column created_at timestamptz not null default private.now(),
  add constraint closures_name check (length(trim(name)) between 3 and 80);

alter table public.lessons
  add column closure_id uuid constraint lessons_closure_id_fkey references public.closures (id) on delete set null;
create index lessons_closure on public.lessons (closure_id) where closure_id is not null;
comment on column public.lessons.closure_id is
  'The closure that the lesson was cancelled by; its family hears of all of them in one letter. Null for all others.';

create function private.enter_closure(called text, first_day date, last_day date, of_kind public.cancel_kind)
returns table (closure_id uuid, lessons int, class_lessons int, families int, credits int, paid_out_cents bigint)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  settings public.academy_settings;
  entered uuid;
  met record;
  outcome record;
  told record;
begin
  if not private.is_admin() then
    raise exception 'only an administrator closes the academy' using errcode = 'CH403', constraint = 'admin_only';
  end if;
  perform pg_advisory_xact_lock(hashtext('calendar'));
  select * into settings from public.academy_settings;
  if of_kind is null or of_kind not in ('academy', 'weather') then
    raise exception 'the academy closes by itself or for the weather' using errcode = 'CH005', constraint = 'closure_kind';
  end if;
  if first_day is null or last_day is null or not isfinite(first_day) or not isfinite(last_day) or last_day < first_day
     or last_day - first_day > 60 then
    raise exception 'a closure ends after it begins, within 60 days' using errcode = 'CH005', constraint = 'closure_days_in_order';
  end if;
  if first_day < (private.now() at time zone settings.time_zone)::date then
    raise exception 'a closure begins today or later' using errcode = 'CH005', constraint = 'closure_in_past';
  end if;
  if exists (select from public.closures c where daterange(c.starts_on, c.ends_on, '[]') && daterange(first_day, last_day, '[]')) then
    raise exception 'the academy is closed on some of these days already' using errcode = 'CH005', constraint = 'closure_there_already';
  end if;
  insert into public.closures as c (name, starts_on, ends_on) values (trim(called), first_day, last_day) returning c.id into entered;
  closure_id := entered;
  lessons := 0; class_lessons := 0; credits := 0; paid_out_cents := 0;
  for met in
    select l.id, l.class_id from public.lessons l
     where l.status = 'scheduled' and l.starts_at > private.now() and l.off_calendar_reason is null
       and l.starts_at >= private.local_instant(first_day::timestamp, settings.time_zone)
       and l.starts_at < private.local_instant(last_day + interval '1 day', settings.time_zone)
     order by l.starts_at, l.id
  loop
    -- First, so that the letter about a single lesson knows that there is one about all.
    update public.lessons l set closure_id = entered where l.id = met.id;
    lessons := lessons + 1;
    class_lessons := class_lessons + (met.class_id is not null)::int;
    select * into outcome from private.cancel_lesson(met.id, of_kind, trim(called));
    credits := credits + (outcome.credit_id is not null)::int;
  end loop;
  select coalesce(sum(a.amount_cents), 0) into paid_out_cents
    from public.account_credits a join public.lessons l on l.id = a.lesson_id where l.closure_id = entered;
  select count(*)::int into families from private.closure_families(entered);
  for told in select f.family_id from private.closure_families(entered) f order by 1 loop
    perform private.emit('scheduling/closure.entered',
                         jsonb_build_object('closureId', entered, 'familyId', told.family_id, 'teacherId', null), told.family_id::text);
  end loop;
  for told in select distinct l.teacher_id from public.lessons l where l.closure_id = entered order by 1 loop
    perform private.emit('scheduling/closure.entered',
                         jsonb_build_object('closureId', entered, 'familyId', null, 'teacherId', told.teacher_id));
  end loop;
  return next;
end $$;
comment on function private.enter_closure is
  'Closes the academy on some days (both included, in its zone) and cancels what is still to come on them, by the academy or for '
  'the weather, with the credits and the money of such a cancellation; tells what it came to, so that the same call is the '
  'preview, undone. Lessons that were put outside the calendar on purpose stay. Administrators. Errors: admin_only, '
  'closure_kind, closure_days_in_order, closure_in_past, closure_there_already, closures_name, lesson_paid.';

create function private.closure_families(of_closure uuid) returns table (family_id uuid)
language sql stable security definer set search_path = '' as $$
  select l.family_id from public.lessons l where l.closure_id = of_closure and l.family_id is not null
   union
  select s.family_id from public.lessons l join public.lesson_seats s on s.lesson_id = l.id and s.given_up_at is null
   where l.closure_id = of_closure
$$;
comment on function private.closure_families is 'The families whose lessons a closure has cancelled, each once.';
revoke execute on function private.enter_closure, private.closure_families from public;
grant execute on function private.enter_closure to authenticated;
