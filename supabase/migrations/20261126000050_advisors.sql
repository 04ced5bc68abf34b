-- Foreign keys that no index covers: each deletion of the row they name, and each list by it, read the whole table. The
-- partial indexes of open bookings and open checkouts answer only for the open ones.

create index invitations_teacher on public.invitations (teacher_id);
create index enrollments_instrument on public.enrollments (instrument_id);
create index lessons_instrument on public.lessons (instrument_id);
create index bookings_teacher on public.bookings (teacher_id);
create index bookings_room on public.bookings (room_id);
create index checkouts_enrollment on public.checkouts (enrollment_id);
