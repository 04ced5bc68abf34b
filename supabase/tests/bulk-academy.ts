import { createHash } from "node:crypto";
import type postgres from "postgres";
import { fixtureNow, fixtureOffset } from "./fixture";

/**
 * An academy of 5,000 students for plans and for the bench of row level security, and for nothing else: rows in
 * realistic numbers, spread as in real tables, but without believable people and written past the triggers. The academy
 * of `npm run seed -- --students 5000` is the believable one, and takes longer. No time is booked
 * twice. Its day is the fixture's.
 */
const BULK = {
  families: 3600,
  students: 5000,
  teachers: 400,
  rooms: 220,
  enrollments: 5500,
  classes: 120,
} as const;

/** The id of the nth thing of a kind, as `pg_temp.id` makes it in the SQL below. */
export function bulkId(kind: string, nth: number): string {
  const hex = createHash("md5").update(`${kind} ${nth}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export type BulkPerson = "admin" | "parent" | "teacher" | "student";

/** One account of each role, with a session; family 41 has two children, who are in a class, too. */
export const bulkPeople = {
  admin: { userId: bulkId("admin", 1), sessionId: bulkId("session of admin", 1) },
  parent: { userId: bulkId("parent", 41), sessionId: bulkId("session of parent", 41) },
  teacher: { userId: bulkId("teaching", 41), sessionId: bulkId("session of teaching", 41) },
  student: { userId: bulkId("learning", 41), sessionId: bulkId("session of learning", 41) },
} as const satisfies Record<BulkPerson, { userId: string; sessionId: string }>;

export const bulkIds = {
  family: bulkId("family", 41),
  guardian: bulkId("guardian", 41),
  student: bulkId("student", 41),
  teacher: bulkId("teacher", 41),
  enrollment: bulkId("enrollment", 41),
  instrument: bulkId("instrument", 1),
} as const;

/** Loads it into a database with the migrations and nothing else, as the owner; about half a minute on two cores. */
export async function loadBulkAcademy(owner: postgres.Sql): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`;
    // Neither triggers nor foreign keys are asked: they would take minutes.
    await tx`set local session_replication_role = replica`;
    await tx`set local synchronous_commit = off`;
    await tx.unsafe(`
      create function pg_temp.id(kind text, nth bigint) returns uuid immutable language sql
        as $$ select md5(kind || ' ' || nth)::uuid $$;
      create function pg_temp.family(student bigint) returns bigint immutable language sql
        as $$ select (student - 1) % ${BULK.families} + 1 $$;
      create function pg_temp.student(enrollment bigint) returns bigint immutable language sql
        as $$ select (enrollment - 1) % ${BULK.students} + 1 $$;
      create function pg_temp.teacher(enrollment bigint) returns bigint immutable language sql
        as $$ select (enrollment - 1) % ${BULK.teachers} + 1 $$;`);
    const again = await withoutIndexes(tx);
    for (const part of [FACTS, PEOPLE, CALENDAR, TEACHING, MONEY, CONTACT]) await tx.unsafe(part);
    await tx`set local maintenance_work_mem = '256MB'`;
    for (const index of again) await tx.unsafe(index);
    // What a later migration's trigger adds to an audit row is added here, too.
    await tx`set local session_replication_role = origin`;
    await tx.unsafe(AUDIT);
  });
  await owner`vacuum analyze`;
}

/**
 * Takes off what makes each row cost most, and gives the statements that put it back. Of the exclusion constraints the
 * index alone comes back, which is what a plan is about.
 */
async function withoutIndexes(tx: postgres.TransactionSql): Promise<string[]> {
  const rows = await tx<{ off: string; on: string }[]>`
    select case when k.contype = 'x' then format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname)
                else format('drop index %s', i.indexrelid::regclass) end as off,
           pg_get_indexdef(i.indexrelid) as "on"
      from pg_index i join pg_class c on c.oid = i.indrelid left join pg_constraint k on k.conindid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and coalesce(k.contype, 'x') = 'x'`;
  for (const { off } of rows) await tx.unsafe(off);
  return rows.map((row) => row.on);
}

const NOW = `timestamptz '${fixtureNow.toISOString()}'`;

const FACTS = `
  insert into academy_settings (name, email, phone, address, time_zone)
  values ('Bulk Academy', 'office@bulk.example', '555-0100', '1 Long Street', 'America/New_York');
  insert into instruments (id, slug, name, minimum_age, description, sort)
  select pg_temp.id('instrument', n), 'instrument-' || chr(96 + n), 'Instrument ' || n, 4, 'Strings', n
    from generate_series(1, 12) n;
  insert into rooms (id, name) select pg_temp.id('room', n), 'Room ' || n from generate_series(1, ${BULK.rooms}) n;
  insert into terms (id, name, starts_on, ends_on) values
    (pg_temp.id('term', 1), 'Spring 2026', '2026-01-05', '2026-06-13'),
    (pg_temp.id('term', 2), 'Fall 2026', '2026-09-08', '2026-12-19'),
    (pg_temp.id('term', 3), 'Spring 2027', '2027-01-04', '2027-06-12');
  insert into closures (name, starts_on, ends_on) values
    ('Spring break', '2026-03-30', '2026-04-04'), ('Thanksgiving week', '2026-11-23', '2026-11-28');
  insert into makeup_days (name, starts_on, ends_on) values ('Make-up days', '2026-12-21', '2026-12-22');
  insert into prices (kind, name, minutes, amount_cents) values
    ('trial', 'Trial', 30, 2500), ('tuition_monthly', 'Tuition', 30, 16000), ('tuition_monthly', 'Tuition', 45, 22500),
    ('tuition_monthly', 'Tuition', 60, 29000), ('registration', 'Registration', null, 4500),
    ('registration_sibling', 'Registration of a sibling', null, 1500), ('recital', 'Recital', null, 3500),
    ('single_lesson', 'Single lesson', 30, 4500), ('single_lesson', 'Single lesson', 45, 6500),
    ('single_lesson', 'Single lesson', 60, 8500);
  insert into plans (cadence, name, months, discount_bp) values
    ('monthly', 'By the month', 1, 0), ('semester', 'By the semester', 6, 300), ('yearly', 'By the year', 12, 800);
  insert into pay_rates (kind, tier, amount_cents) values
    ('lesson', 1, 3200), ('lesson', 2, 3800), ('lesson', 3, 4600), ('group', null, 4500);
  insert into payroll_periods (id, starts_on, ends_on)
  select pg_temp.id('period', n), (date '2026-01-01' + (n - 1) * interval '1 month')::date,
         (date '2026-01-01' + n * interval '1 month')::date - 1 from generate_series(1, 12) n;
  insert into consent_texts (document, version, body) values ('policies', '1', 'Be on time.');`;

const PEOPLE = `
  create temp table accounts on commit drop as
  select kind, nth, pg_temp.id(kind, nth) as id, role::public.app_role
    from (select 'admin' as kind, generate_series(1, 3) as nth, 'admin' as role
          union all select 'teaching', generate_series(1, ${BULK.teachers}), 'teacher'
          union all select 'parent', generate_series(1, ${BULK.families}), 'parent'
          union all select 'second parent', generate_series(4, ${BULK.families}, 8), 'parent'
          union all select 'learning', generate_series(1, ${BULK.students}, 5), 'student') a;
  insert into auth.users (id, email, email_confirmed_at)
  select id, replace(kind, ' ', '.') || nth || '@bulk.example', ${NOW} from accounts;
  insert into auth.sessions (id, user_id) select pg_temp.id('session of ' || kind, nth), id from accounts;
  insert into profiles (id, role, full_name, email)
  select id, role, initcap(kind) || ' ' || nth, replace(kind, ' ', '.') || nth || '@bulk.example' from accounts;
  insert into consents (profile_id, document, version) select id, 'policies', '1' from accounts where role = 'parent';
  insert into calendar_feeds (profile_id, token_hash) select id, sha256(id::text::bytea) from accounts;
  insert into notification_choices (profile_id, kind, channel)
  select id, k, 'none' from accounts, unnest('{news,practice}'::text[]) k where nth % 3 = 0;

  insert into teachers (id, profile_id, slug, first_name, last_name, headline, bio, teaching_since, weekly_capacity_minutes)
  select pg_temp.id('teacher', n), pg_temp.id('teaching', n), 'teacher-' || n, 'Teacher', 'T' || n, 'Teacher', repeat('Teaches. ', 30),
         2000, 1800 from generate_series(1, ${BULK.teachers}) n;
  insert into teacher_employment (teacher_id, email, pay_tier, hired_on)
  select pg_temp.id('teacher', n), 'teaching' || n || '@bulk.example', n % 3 + 1, '2020-01-01' from generate_series(1, ${BULK.teachers}) n;
  insert into teacher_instruments (teacher_id, instrument_id, minimum_age)
  select pg_temp.id('teacher', n), pg_temp.id('instrument', (n + i) % 12 + 1), 5
    from generate_series(1, ${BULK.teachers}) n, generate_series(0, 1) i;
  insert into teacher_availability (teacher_id, weekday, starts, ends)
  select pg_temp.id('teacher', n), d, '14:00', '20:00' from generate_series(1, ${BULK.teachers}) n, generate_series(0, 4) d;
  insert into teacher_exceptions (teacher_id, during, reason)
  select pg_temp.id('teacher', n), tstzrange(d, d + interval '1 day'), 'Away'
    from generate_series(1, ${BULK.teachers}) n, lateral (select ${NOW} + (n % 60 + i * 70 - 80) * interval '1 day' as d
                                                           from generate_series(0, 2) i) days;

  insert into families (id, name, stripe_customer_id, created_at)
  select pg_temp.id('family', n), 'Family ' || md5(n::text), 'cus_' || n, ${NOW} - (n % 700) * interval '1 day'
    from generate_series(1, ${BULK.families}) n;
  insert into guardians (id, family_id, profile_id, full_name, email, payer_share_bp)
  select pg_temp.id('guardian', n), pg_temp.id('family', n), pg_temp.id('parent', n), 'Parent ' || md5(n::text),
         'parent' || n || '@bulk.example', case when n % 16 = 4 then 5000 else 10000 end
    from generate_series(1, ${BULK.families}) n;
  insert into guardians (id, family_id, profile_id, full_name, email, payer_share_bp)
  select pg_temp.id('second guardian', n), pg_temp.id('family', n), case when n % 8 = 4 then pg_temp.id('second parent', n) end,
         'Second parent ' || n, 'second.parent' || n || '@bulk.example', case when n % 16 = 4 then 5000 else 0 end
    from generate_series(4, ${BULK.families}, 4) n;
  insert into students (id, family_id, profile_id, first_name, last_name, birth_date)
  select pg_temp.id('student', n), pg_temp.id('family', pg_temp.family(n)), case when n % 5 = 1 then pg_temp.id('learning', n) end,
         'Child ' || n, md5(n::text), date '2010-01-01' + (n % 3000)::int from generate_series(1, ${BULK.students}) n;
  insert into student_instruments (student_id, instrument_id, level)
  select pg_temp.id('student', n), pg_temp.id('instrument', (n + i) % 12 + 1), 'beginner'
    from generate_series(1, ${BULK.students}) n, generate_series(0, 1) i where i = 0 or n % 4 = 0;
  insert into invitations (email, role, family_id, expires_at, accepted_at)
  select 'parent' || n || '@bulk.example', 'parent', pg_temp.id('family', n), ${NOW}, ${NOW} from generate_series(1, 2500) n;
  insert into data_requests (family_id, kind, requested_by, requested_at)
  select pg_temp.id('family', n), 'export', pg_temp.id('parent', n), ${NOW} from generate_series(1, 2400) n;
  insert into rate_limits (bucket, window_start)
  select 'address ' || n, ${NOW} - n * interval '1 minute' from generate_series(1, 3000) n;`;

// Teachers teach on weekdays, each hour one student: half of them from 14:00, half from 17:00, so that a room serves two.
const CALENDAR = `
  create temp table weeks on commit drop as
  select row_number() over (order by term, monday)::int as week, term, monday
    from (select 1 as term, d::date as monday from generate_series(date '2026-01-05', date '2026-06-08', interval '7 days') d
           where d <> '2026-03-30'
          union all
          select 2, d::date from generate_series(date '2026-09-14', date '2026-12-14', interval '7 days') d
           where d <> '2026-11-23') w;
  create temp table plan on commit drop as
  select e as enrollment, pg_temp.student(e) as student, pg_temp.teacher(e) as teacher,
         pg_temp.id('enrollment', e) as enrollment_id, pg_temp.id('family', pg_temp.family(pg_temp.student(e))) as family_id,
         pg_temp.id('student', pg_temp.student(e)) as student_id, pg_temp.id('teacher', pg_temp.teacher(e)) as teacher_id,
         pg_temp.id('room', (pg_temp.teacher(e) + 1) / 2) as room_id, pg_temp.id('instrument', pg_temp.student(e) % 12 + 1) as instrument_id,
         (e - 1) / ${BULK.teachers} % 5 as weekday,
         make_time(((pg_temp.teacher(e) % 2) * 3 + 14 + (e - 1) / ${BULK.teachers} / 5)::int, 0, 0) as starts,
         (array[30, 45, 60])[e % 3 + 1] as minutes,
         (case when e > 5400 then 'provisional' when e > 5300 then 'lapsed' when e > 5200 then 'withdrawn' else 'active' end)::public.enrollment_status as status
    from generate_series(1, ${BULK.enrollments}) e;
  create temp table given on commit drop as
  select p.enrollment * 100 + w.week as nth, pg_temp.id('lesson', p.enrollment * 100 + w.week) as lesson_id, p.*, w.term, w.week, tstzrange(s.at, s.at + p.minutes * interval '1 minute') as during,
         s.at < ${NOW} as is_past, (p.enrollment + w.week) % 23 = 0 as is_cancelled
    from plan p, weeks w, lateral (select (w.monday + p.weekday::int + p.starts) at time zone 'America/New_York' as at) s
   where p.status in ('active', 'withdrawn')
   order by w.term, p.enrollment, w.week;
  analyze given;
  insert into enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id, kind, cadence, status,
                           due_cents, lines, policy_version, submitted_at, expires_at, paid_at, activated_at)
  select p.enrollment_id, p.family_id, p.student_id,
         p.instrument_id, p.teacher_id, p.minutes,
         (date '2026-01-05' + p.weekday::int + p.starts) at time zone 'America/New_York',
         case when p.status in ('active', 'withdrawn') then pg_temp.id('lesson', p.enrollment * 100 + 1) end, 'plan', 'monthly', p.status, 20500,
         '[{"code": "tuition", "label": "Tuition", "cents": 16000, "recurring": true}]', '1', at, at + interval '14 days',
         case when p.status in ('active', 'withdrawn') then at end, case when p.status in ('active', 'withdrawn') then at end
    from plan p, lateral (select ${NOW} - (case when p.enrollment > 5400 then p.enrollment % 14 else 300 - p.enrollment / 25 end)
                                          * interval '1 day' as at) t;
  insert into enrollment_events (enrollment_id, family_id, at, status)
  select e.id, e.family_id, e.submitted_at, s from enrollments e, unnest('{provisional,active}'::public.enrollment_status[]) s
   where s = 'provisional' or e.status = 'active';
  insert into lesson_series (id, enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes, valid)
  select pg_temp.id('series', p.enrollment * 10 + t), p.enrollment_id, p.family_id,
         p.student_id, p.teacher_id, p.room_id, p.weekday, p.starts, p.minutes,
         case t when 1 then daterange('2026-01-05', '2026-06-13') else daterange('2026-09-08', '2026-12-19') end
    from plan p, generate_series(1, 2) t where p.status in ('active', 'withdrawn');
  insert into bookings (id, kind, is_active, teacher_id, room_id, student_id, during, teacher_busy, released_reason)
  select g.lesson_id, 'lesson', not g.is_cancelled, g.teacher_id, g.room_id,
         g.student_id, g.during, g.during, case when g.is_cancelled then 'lesson cancelled' end from given g;
  insert into lessons (id, booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind, status, series_id)
  select g.lesson_id, g.lesson_id, g.enrollment_id,
         g.family_id, g.student_id, g.instrument_id,
         g.teacher_id, g.room_id, g.during, 'private',
         (case when g.is_cancelled then 'cancelled' when g.is_past then 'completed' else 'scheduled' end)::public.lesson_status,
         pg_temp.id('series', g.enrollment * 10 + g.term)
    from given g;
  insert into bookings (kind, teacher_id, room_id, student_id, during, teacher_busy, expires_at)
  select 'hold', pg_temp.id('teacher', n), pg_temp.id('room', n), pg_temp.id('student', n), s, s, ${NOW} + interval '10 minutes'
    from generate_series(1, 40) n, lateral (select tstzrange('2026-11-01T17:00:00Z', '2026-11-01T17:30:00Z') as s) t;

  insert into classes (id, name, kind, instrument_id, teacher_id, room_id, term_id, weekday, starts, minutes, seats, price_cents)
  select pg_temp.id('class', n), 'Class ' || n, (case when n % 3 = 0 then 'shared' else 'group' end)::public.lesson_kind,
         pg_temp.id('instrument', n % 12 + 1), pg_temp.id('teacher', n), pg_temp.id('room', n), pg_temp.id('term', 2), 5, '10:00', 45,
         case when n % 3 = 0 then 2 else 8 end, 7900 from generate_series(1, ${BULK.classes}) n;
  create temp table seated on commit drop as
  select c as class, (c - 1) * 8 + i as student from generate_series(1, ${BULK.classes}) c, generate_series(1, 8) i
   where c % 3 <> 0 or i <= 2;
  insert into class_seats (class_id, student_id, family_id)
  select pg_temp.id('class', class), pg_temp.id('student', student), pg_temp.id('family', pg_temp.family(student)) from seated;
  create temp table class_days on commit drop as
  select c as class, c * 100 + w.week as nth, tstzrange(s.at, s.at + interval '45 minutes') as during, s.at < ${NOW} as is_past
    from weeks w, generate_series(1, ${BULK.classes}) c,
         lateral (select (w.monday + 5 + time '10:00') at time zone 'America/New_York' as at) s where w.term = 2;
  insert into bookings (id, kind, teacher_id, room_id, during, teacher_busy)
  select pg_temp.id('class booking', nth), 'lesson', pg_temp.id('teacher', class), pg_temp.id('room', class), during, during from class_days;
  insert into lessons (id, booking_id, class_id, teacher_id, room_id, during, kind, status)
  select pg_temp.id('class lesson', nth), pg_temp.id('class booking', nth), pg_temp.id('class', class), pg_temp.id('teacher', class),
         pg_temp.id('room', class), during, (case when class % 3 = 0 then 'shared' else 'group' end)::public.lesson_kind,
         (case when is_past then 'completed' else 'scheduled' end)::public.lesson_status from class_days;
  insert into bookings (id, kind, student_id, during)
  select pg_temp.id('seat', d.nth * 10000 + s.student), 'seat', pg_temp.id('student', s.student), d.during from class_days d join seated s using (class);
  insert into lesson_seats (lesson_id, student_id, family_id, booking_id)
  select pg_temp.id('class lesson', d.nth), pg_temp.id('student', s.student), pg_temp.id('family', pg_temp.family(s.student)),
         pg_temp.id('seat', d.nth * 10000 + s.student) from class_days d join seated s using (class);`;

const TEACHING = `
  create temp table taught on commit drop as
  select g.nth, g.week, g.lesson_id as lesson, g.student_id as student, g.during, g.minutes, g.family_id as family,
         g.teacher_id as teacher, pg_temp.id('teaching', g.teacher) as account
    from given g where g.is_past and not g.is_cancelled order by g.week, g.enrollment;
  insert into lesson_proposals (lesson_id, family_id, kind, position, made_at, expires_at, closed_at)
  select lesson, family, 'credit', 1, lower(during) - interval '9 days', lower(during) - interval '2 days', lower(during) - interval '3 days'
    from taught order by nth limit 3000;
  insert into attendance (lesson_id, student_id, family_id, status, marked_by, marked_at)
  select lesson, student, family, 'present', account, upper(during) from taught;
  insert into lesson_notes (lesson_id, student_id, family_id, teacher_id, audience, body, created_at)
  select lesson, student, family, teacher, (case when nth % 9 = 0 then 'academy' else 'family' end)::public.note_audience,
         'Went well; the left hand waits for the right one.', upper(during) from taught where nth % 3 = 0;
  insert into assignments (id, lesson_id, student_id, family_id, teacher_id, title, created_at)
  select pg_temp.id('assignment', nth), lesson, student, family, teacher, 'Scales', upper(during) from taught where nth % 4 = 0;
  insert into practice_entries (student_id, family_id, assignment_id, practiced_on, minutes)
  select student, family, pg_temp.id('assignment', nth), (upper(during) + d * interval '1 day')::date, 20
    from taught, generate_series(1, 2) d where nth % 4 = 0;
  insert into payroll_lines (period_id, teacher_id, kind, lesson_id, during, minutes, rate_cents, amount_cents, currency, explanation)
  select pg_temp.id('period', extract(month from lower(during))::int), teacher, 'lesson', lesson, during, minutes, 3200,
         3200 * minutes / 60, 'usd', 'A lesson' from taught where week > 15;
  insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, issued_at, expires_at)
  select g.family_id, g.student_id, g.minutes, 'family_cancelled', g.lesson_id, lower(g.during), lower(g.during) + interval '60 days' from given g where g.is_past and g.is_cancelled;
  insert into waitlist_entries (id, family_id, student_id, instrument_id, minutes, status)
  select pg_temp.id('waiting', n), pg_temp.id('family', pg_temp.family(n)), pg_temp.id('student', n), pg_temp.id('instrument', n % 12 + 1), 30, 'waiting'
    from generate_series(1, 2600) n;
  insert into waitlist_offers (entry_id, family_id, class_id, status, offered_at, expires_at)
  select pg_temp.id('waiting', n), pg_temp.id('family', pg_temp.family(n)), pg_temp.id('class', n % ${BULK.classes} + 1), 'expired',
         ${NOW} - interval '9 days', ${NOW} - interval '8 days' from generate_series(1, 2400) n;
  insert into files (family_id, student_id, name, media_type, size_bytes, sha256, storage_path)
  select pg_temp.id('family', pg_temp.family(n)), pg_temp.id('student', n), 'Etude.pdf', 'application/pdf', 1000, sha256('x'), 'student/' || n
    from generate_series(1, ${BULK.students}) n;
  insert into files (teacher_id, name, media_type, size_bytes, sha256, storage_path)
  select pg_temp.id('teacher', n), 'Contract.pdf', 'application/pdf', 1000, sha256('x'), 'teacher/' || n from generate_series(1, ${BULK.teachers}) n;`;

// One invoice a family and month, one payment an enrollment and month, with its posting, event and mail.
const MONEY = `
  create temp table months on commit drop as
  select n as month, (date '2026-02-01' + (n - 1) * interval '1 month')::date as due from generate_series(1, 8) n;
  insert into invoices (id, family_id, guardian_id, status, currency, issued_on, due_on, total_cents, paid_cents)
  select pg_temp.id('invoice', f * 10 + month), pg_temp.id('family', f), pg_temp.id('guardian', f),
         (case when month = 8 and f % 20 = 0 then 'open' else 'paid' end)::public.invoice_status, 'usd', due, due, 16000,
         case when month = 8 and f % 20 = 0 then 0 else 16000 end from months, generate_series(1, ${BULK.families}) f;
  insert into invoice_lines (invoice_id, position, code, label, amount_cents, enrollment_id)
  select pg_temp.id('invoice', pg_temp.family(pg_temp.student(e)) * 10 + month), 1 + (e - 1) / ${BULK.families} + (e - 1) / ${BULK.students} * 2,
         'tuition', 'Tuition', 16000, pg_temp.id('enrollment', e)
    from months, generate_series(1, ${BULK.enrollments}) e;
  insert into checkouts (id, enrollment_id, family_id, status, amount_cents, currency)
  select pg_temp.id('checkout', e), pg_temp.id('enrollment', e), pg_temp.id('family', pg_temp.family(pg_temp.student(e))),
         (case when e > 5400 then 'open' else 'paid' end)::public.checkout_status, 20500, 'usd' from generate_series(1, ${BULK.enrollments}) e;
  insert into subscriptions (family_id, enrollment_id, stripe_subscription_id, cadence, amount_cents, currency, status)
  select pg_temp.id('family', pg_temp.family(pg_temp.student(e))), pg_temp.id('enrollment', e), 'sub_' || e, 'monthly', 16000, 'usd', 'active'
    from generate_series(1, 5200) e;
  insert into payments (id, family_id, enrollment_id, invoice_id, guardian_id, stripe_payment_intent_id, stripe_charge_id, description,
                        amount_cents, currency, card_brand, card_last4, paid_at)
  select pg_temp.id('payment', e * 10 + month), pg_temp.id('family', f), pg_temp.id('enrollment', e), pg_temp.id('invoice', f * 10 + month),
         pg_temp.id('guardian', f), 'pi_' || e * 10 + month, 'ch_' || e * 10 + month, 'Tuition', 16000, 'usd', 'visa', '4242', due + e * interval '2 minutes'
    from months, generate_series(1, 5200) e, lateral (select pg_temp.family(pg_temp.student(e)) as f) x order by month, e;
  insert into ledger_transactions (id, cause, description, occurred_at)
  select pg_temp.id('posting', e * 10 + month), 'ch_' || e * 10 + month, 'Tuition', due + e * interval '2 minutes'
    from months, generate_series(1, 5200) e order by month, e;
  insert into ledger_entries (transaction_id, account, family_id, payment_id, amount_cents, currency)
  select pg_temp.id('posting', e * 10 + month), a.account::public.ledger_account, pg_temp.id('family', pg_temp.family(pg_temp.student(e))),
         pg_temp.id('payment', e * 10 + month), a.cents, 'usd'
    from months, generate_series(1, 5200) e, (values ('stripe_balance', 16000), ('tuition_revenue', -16000)) a (account, cents);
  insert into stripe_events (id, type, object_id, received_at, processed_at)
  select 'evt_' || e * 10 + month, 'charge.succeeded', 'ch_' || e * 10 + month, due + e * interval '2 minutes', due + e * interval '2 minutes'
    from months, generate_series(1, 5200) e;
  insert into refunds (payment_id, family_id, amount_cents, currency, reason, status)
  select pg_temp.id('payment', e * 10 + 1), pg_temp.id('family', pg_temp.family(pg_temp.student(e))), 500, 'usd', 'A lesson less', 'succeeded'
    from generate_series(1, 2400) e;
  insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, card_brand, card_last4, cause, attempted_at)
  select pg_temp.id('invoice', f * 10 + 1), pg_temp.id('family', f), 'usd', 16000, 'insufficient_funds', 'visa', '4242',
         'ch_failed_' || f || '_' || k, ${NOW} - (f % 200 + k) * interval '1 day'
    from generate_series(1, 1200) f, generate_series(1, 3) k;
  insert into family_cards (family_id, guardian_id, stripe_session_id, stripe_payment_method_id, card_brand, card_last4, expires_on)
  select pg_temp.id('family', f), pg_temp.id('guardian', f), 'cs_' || f, 'pm_' || f, 'visa', '4242', '2030-12-31'
    from generate_series(1, 1500) f;
  insert into unpaid_pauses (enrollment_id, family_id, invoice_id, paused_at, resumed_at)
  select pg_temp.id('enrollment', e), pg_temp.id('family', pg_temp.family(pg_temp.student(e))),
         pg_temp.id('invoice', pg_temp.family(pg_temp.student(e)) * 10 + 1), ${NOW} - interval '20 days', ${NOW} - interval '15 days'
    from generate_series(1, 400) e;
  insert into disputes (payment_id, family_id, amount_cents, currency, reason, stripe_dispute_id)
  select pg_temp.id('payment', e * 10 + 1), pg_temp.id('family', pg_temp.family(pg_temp.student(e))), 500, 'usd', 'duplicate', 'dp_' || e
    from generate_series(1, 120) e;
  insert into account_credits (id, family_id, amount_cents, currency, origin, reason)
  select pg_temp.id('money', f), pg_temp.id('family', f), 1000, 'usd', 'goodwill', 'A late start' from generate_series(1, 3000) f;
  insert into credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
  select pg_temp.id('money', f), pg_temp.id('invoice', f * 10 + 1), pg_temp.id('family', f), 'usd', 500 from generate_series(1, 2500) f;`;

const CONTACT = `
  insert into message_threads (id, family_id, teacher_id, subject, created_at)
  select pg_temp.id('thread', s), pg_temp.id('family', pg_temp.family(s)), case when s % 4 <> 0 then pg_temp.id('teacher', pg_temp.teacher(s)) end,
         'Next piece', ${NOW} - (s % 280) * interval '1 day' from generate_series(1, ${BULK.students}) s;
  insert into messages (thread_id, family_id, author_id, body, sent_at)
  select pg_temp.id('thread', s), pg_temp.id('family', pg_temp.family(s)), pg_temp.id('parent', pg_temp.family(s)), 'Which edition?',
         ${NOW} - (s % 280) * interval '1 day' + m * interval '1 hour' from generate_series(1, ${BULK.students}) s, generate_series(1, 5) m;
  insert into message_reads (thread_id, profile_id)
  select pg_temp.id('thread', s), pg_temp.id('parent', pg_temp.family(s)) from generate_series(1, ${BULK.students}) s;
  insert into workflow_runs (id, function_id, subject_type, subject_id, family_id, status, started_at, ended_at)
  select 'run_' || e * 10 + k, (array['begin-enrollment', 'welcome-family', 'send-receipt', 'remind'])[k], 'enrollment',
         case when k = 3 then pg_temp.id('payment', e * 10 + 1) else pg_temp.id('enrollment', e) end, pg_temp.id('family', pg_temp.family(pg_temp.student(e))),
         (case when (e + k) % 90 = 0 then 'failed' else 'completed' end)::public.run_status, at, at + interval '3 seconds'
    from generate_series(1, ${BULK.enrollments}) e, generate_series(1, 4) k,
         lateral (select ${NOW} - (300 - e / 25) * interval '1 day' + k * interval '1 hour' as at) t;
  insert into workflow_steps (run_id, step, position, status)
  select 'run_' || e * 10 + k, 'step-' || p, p, 'completed'
    from generate_series(1, ${BULK.enrollments}) e, generate_series(1, 4) k, generate_series(1, 5) p;
  insert into email_log (key, kind, recipient, subject, family_id, enrollment_id, status, queued_at, sent_at)
  select 'mail:' || e || ':' || k, 'receipt', 'parent@bulk.example', 'Your receipt', pg_temp.id('family', pg_temp.family(pg_temp.student(e))),
         pg_temp.id('enrollment', e), (case when (e + k) % 400 = 0 then 'failed' else 'sent' end)::public.email_status, at, at
    from generate_series(1, ${BULK.enrollments}) e, generate_series(1, 10) k,
         lateral (select ${NOW} - (300 - k * 29) * interval '1 day' + e * interval '1 minute' as at) t order by k, e;
  insert into outbox (name, data, created_at, delivered_at)
  select 'enrollment/submitted', '{}', at, at
    from generate_series(1, 20000) n, lateral (select ${NOW} - (20000 - n) * interval '6 minutes' as at) t;
  insert into enrollment_drafts (data, updated_at) select '{}', ${NOW} - n * interval '3 minutes' from generate_series(1, 3000) n;`;

const AUDIT = `
  insert into audit_log (at, actor_id, actor_role, table_name, row_id, action, after, digest)
  select ${NOW} - (60000 - n) * interval '6 minutes', pg_temp.id('parent', n % ${BULK.families} + 1), 'authenticated',
         (array['enrollments', 'lessons', 'payments', 'students'])[n % 4 + 1],
         pg_temp.id((array['enrollment', 'lesson', 'payment', 'student'])[n % 4 + 1], n % 5000 + 1)::text, 'update', '{"status": "active"}', sha256('')
    from generate_series(1, 60000) n;`;
