-- Nobody came: the family is asked politely what happened, and of a second time in a term the academy hears.

create function private.tell_of_absence() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- What a person marks, not what is brought in from elsewhere; and not long ago.
  if auth.uid() is not null and exists (
       select from public.lessons l where l.id = new.lesson_id and l.starts_at > private.now() - interval '7 days') then
    perform private.emit('scheduling/student.absent',
                         jsonb_build_object('lessonId', new.lesson_id, 'studentId', new.student_id), new.family_id::text);
  end if;
  return null;
end $$;
comment on function private.tell_of_absence is
  'Tells of a student who was marked as absent without excuse, within a week of the lesson (scheduling/student.absent).';
create trigger tell_of_absence after insert on public.attendance
  for each row when (new.status = 'absent') execute function private.tell_of_absence();
create trigger tell_of_absence_corrected after update of status on public.attendance
  for each row when (new.status = 'absent' and old.status <> 'absent') execute function private.tell_of_absence();
revoke execute on function private.tell_of_absence from public;
