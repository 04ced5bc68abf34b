-- Messages between families, teachers and the academy; notification choices; files.

create table public.message_threads (
  id uuid primary key default gen_random_uuid(),
  family_id uuid not null references public.families (id),
  teacher_id uuid references public.teachers (id),
  subject text not null constraint message_threads_subject check (length(subject) between 1 and 200),
  created_at timestamptz not null default private.now(),
  closed_at timestamptz,
  constraint message_threads_of_family unique (id, family_id)
);
comment on table public.message_threads is
  'Conversations of a family with the academy or, where a teacher is named, with that teacher; the administrator reads all.';
create index message_threads_family on public.message_threads (family_id, created_at desc);
create index message_threads_teacher on public.message_threads (teacher_id);
call private.protect('message_threads', 'id');
create trigger immutable before update on public.message_threads
  for each row execute function private.refuse_column_change('id', 'family_id', 'teacher_id', 'created_at');

create function private.my_thread_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select t.id from public.message_threads t where t.family_id in (select private.my_family_ids())
   union
  select t.id from public.message_threads t
   where t.teacher_id = (select private.my_teacher_id())
     and t.family_id in (select s.family_id from public.students s where s.id in (select private.taught_student_ids()))
$$;
comment on function private.my_thread_ids is
  'Conversations of the parent''s family, or of the teacher with families whose children they teach.';
revoke execute on function private.my_thread_ids from public;
grant execute on function private.my_thread_ids to authenticated, service_role;

create table public.messages (
  id uuid primary key default gen_random_uuid(),
  thread_id uuid not null,
  family_id uuid not null,
  author_id uuid references public.profiles (id) on delete set null,
  body text not null constraint messages_body check (length(body) between 1 and 5000),
  sent_at timestamptz not null default private.now(),
  constraint messages_of_family foreign key (thread_id, family_id) references public.message_threads (id, family_id)
);
comment on table public.messages is 'What was written in a conversation; never changed once sent.';
create index messages_thread on public.messages (thread_id, sent_at);
create index messages_family on public.messages (family_id);
create index messages_author on public.messages (author_id);
call private.protect('messages', 'id');
create trigger immutable before update on public.messages
  for each row execute function private.refuse_column_change('id', 'thread_id', 'family_id', 'sent_at');

create function private.send_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (select t.closed_at from public.message_threads t where t.id = new.thread_id) is not null then
    raise exception 'the conversation is closed' using errcode = 'CH005', constraint = 'thread_closed';
  end if;
  new.sent_at := private.now();
  return new;
end $$;
comment on function private.send_message is 'A closed conversation takes no more messages. Error: thread_closed.';
create trigger send before insert on public.messages for each row execute function private.send_message();

grant select, insert on public.message_threads, public.messages to authenticated;
create policy related_reads on public.message_threads for select to authenticated
  using (id = any(array(select private.my_thread_ids())) or (select private.is_admin()));
create policy related_adds on public.message_threads for insert to authenticated
  with check (family_id = any(array(select private.my_family_ids())) or (select private.is_admin())
              or teacher_id = (select private.my_teacher_id())
                 and family_id = any(array(select s.family_id from public.students s
                                            where s.id = any(array(select private.taught_student_ids())))));
create policy related_reads on public.messages for select to authenticated
  using (thread_id = any(array(select private.my_thread_ids())) or (select private.is_admin()));
create policy author_adds on public.messages for insert to authenticated
  with check (author_id = (select auth.uid())
              and (thread_id = any(array(select private.my_thread_ids())) or (select private.is_admin())));

create table public.message_reads (
  thread_id uuid not null references public.message_threads (id),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  read_at timestamptz not null default private.now(),
  primary key (thread_id, profile_id)
);
comment on table public.message_reads is 'Until when each account has read a conversation.';
create index message_reads_profile on public.message_reads (profile_id);
call private.protect('message_reads');
grant select, insert, update on public.message_reads to authenticated;
create policy own_reads on public.message_reads for select to authenticated using (profile_id = (select auth.uid()));
create policy own_adds on public.message_reads for insert to authenticated
  with check (profile_id = (select auth.uid())
              and (thread_id = any(array(select private.my_thread_ids())) or (select private.is_admin())));
create policy own_changes on public.message_reads for update to authenticated
  using (profile_id = (select auth.uid()))
  with check (profile_id = (select auth.uid())
              and (thread_id = any(array(select private.my_thread_ids())) or (select private.is_admin())));

create table public.notification_choices (
  profile_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null constraint notification_kind check
    (kind in ('lesson_reminder', 'schedule_change', 'makeup_offer', 'practice', 'news', 'messages')),
  channel text not null constraint notification_channel check (channel in ('email', 'none')),
  updated_at timestamptz not null default private.now(),
  primary key (profile_id, kind)
);
comment on table public.notification_choices is
  'How an account wants to be told of what may be turned off; what is not listed goes by email. Money and safety are '
  'always told.';
call private.protect('notification_choices', 'profile_id');
grant select, insert, update, delete on public.notification_choices to authenticated;
create policy own_or_admin_reads on public.notification_choices for select to authenticated
  using (profile_id = (select auth.uid()) or (select private.is_admin()));
create policy own_adds on public.notification_choices for insert to authenticated
  with check (profile_id = (select auth.uid()));
create policy own_changes on public.notification_choices for update to authenticated
  using (profile_id = (select auth.uid())) with check (profile_id = (select auth.uid()));
create policy own_removes on public.notification_choices for delete to authenticated
  using (profile_id = (select auth.uid()));

create table public.files (
  id uuid primary key default gen_random_uuid(),
  family_id uuid references public.families (id),
  student_id uuid,
  lesson_id uuid references public.lessons (id),
  teacher_id uuid references public.teachers (id),
  name text not null constraint files_name check (length(name) between 1 and 200 and name !~ '[/\\\x01-\x1f]'),
  media_type text not null constraint files_media_type check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  size_bytes bigint not null constraint files_size check (size_bytes between 1 and 52428800),
  sha256 bytea not null constraint files_sha256 check (length(sha256) = 32),
  storage_path text not null constraint files_path_once unique,
  uploaded_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default private.now(),
  deleted_at timestamptz,
  constraint files_student_of_family foreign key (student_id, family_id) references public.students (id, family_id),
  constraint files_owner check (num_nonnulls(family_id, teacher_id) = 1 and (family_id is not null or student_id is null))
);
comment on table public.files is
  'Documents, sheet music and recordings: whose they are and where the storage keeps them; sizes in bytes.';
create index files_family on public.files (family_id);
create index files_student on public.files (student_id);
create index files_lesson on public.files (lesson_id);
create index files_teacher on public.files (teacher_id);
create index files_uploaded_by on public.files (uploaded_by);
call private.protect('files', 'id');
create trigger immutable before update on public.files for each row execute function private.refuse_column_change(
  'id', 'family_id', 'student_id', 'teacher_id', 'media_type', 'size_bytes', 'sha256', 'storage_path', 'created_at');
grant select on public.files to authenticated;
create policy related_reads on public.files for select to authenticated
  using (deleted_at is null and (family_id = any(array(select private.my_family_ids()))
                                 or student_id = any(array(select private.my_student_ids()))
                                 or teacher_id = (select private.my_teacher_id())
                                 or student_id = any(array(select private.taught_student_ids())))
         or (select private.is_admin()));
