-- What visitors see: views that ask with the visitor's own rights, over the columns that the public pages show.

create view public.public_teachers with (security_invoker = true) as
  select t.id, t.slug, t.first_name, t.last_name, t.headline, t.bio, t.styles, t.strengths, t.languages,
         t.teaching_since, t.is_accepting
    from public.teachers t where t.is_active;
comment on view public.public_teachers is 'Teachers as the public pages show them: nothing of hours, capacity, account or pay.';

create view public.public_teaching_hours with (security_invoker = true) as
  select a.teacher_id, a.weekday, a.starts, a.ends, a.valid from public.teacher_availability a;
comment on view public.public_teaching_hours is 'Weekly hours as a teacher''s public page shows them, local times of the academy''s zone.';

create view public.public_prices with (security_invoker = true) as
  select p.kind, p.name, p.minutes, p.amount_cents, p.currency, p.details, p.valid from public.prices p;
comment on view public.public_prices is 'The price list, in cents.';

create view public.public_classes with (security_invoker = true) as
  select c.id, c.name, c.description, c.kind, c.instrument_id, c.teacher_id, c.term_id, c.weekday, c.starts, c.minutes,
         c.minimum_age, c.maximum_age, c.seats, c.price_cents, c.currency
    from public.classes c where c.status = 'open' and c.kind <> 'shared';
comment on view public.public_classes is 'Classes that take students, without the room and the names of anybody in them.';

grant select on public.public_teachers, public.public_teaching_hours, public.public_prices, public.public_classes
  to anon, authenticated, service_role;

-- Visitors have rights to the columns of these views, not to the tables.
revoke select on public.teachers, public.teacher_availability, public.prices, public.classes, public.rooms from anon;
grant select (id, slug, first_name, last_name, headline, bio, styles, strengths, languages, teaching_since, is_accepting,
              is_active, deleted_at) on public.teachers to anon;
grant select (id, teacher_id, weekday, starts, ends, valid) on public.teacher_availability to anon;
grant select (id, kind, name, minutes, amount_cents, currency, details, valid) on public.prices to anon;
grant select (id, name, description, kind, instrument_id, teacher_id, term_id, weekday, starts, minutes, minimum_age,
              maximum_age, seats, price_cents, currency, status) on public.classes to anon;
drop policy everyone_reads on public.rooms;
create policy everyone_reads on public.rooms for select to authenticated
  using (is_active or (select private.is_admin()));
