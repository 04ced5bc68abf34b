import type postgres from "postgres";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { arrangeRecords } from "./fixture-records";

/** The academy's own clock in these tests: a Tuesday noon in New York, whatever the day of the test is. */
export const fixtureNow = new Date("2026-10-20T16:00:00Z");

/** Milliseconds that take the real time to the fixture's. */
export const fixtureOffset = (): number => fixtureNow.getTime() - Date.now();

/** Lessons of both families: Mondays 16:00 and 17:00 in New York. */
export const lessonTimes = {
  a: "[2026-11-02T21:00:00Z,2026-11-02T21:30:00Z)",
  b: "[2026-11-02T22:00:00Z,2026-11-02T22:30:00Z)",
} as const;

/**
 * A small academy with a row in every table: two families, a teacher for each, a student with an account, an inactive
 * parent. Hours: both teachers Mondays to Fridays 15:00 to 19:00; teacher 2 keeps 15 minutes after each lesson.
 */
export async function arrangeAcademy(owner: postgres.Sql): Promise<void> {
  await owner.begin(async (tx) => {
    // A second before the tests' own time, so that nothing of the fixture is later than what they do.
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset() - 1000)}, true)`;
    await arrangeFacts(tx);
    await arrangePeople(tx);
    await arrangeFamilies(tx);
    await arrangeWork(tx);
    await arrangeRecords(tx);
  });
}

async function arrangeFacts(tx: postgres.TransactionSql): Promise<void> {
  await tx`insert into academy_settings (name, email, phone, address, time_zone)
           values ('Test Academy', 'office@test.example', '555-0100', '1 Test Street', 'America/New_York')`;
  await tx`insert into instruments (id, slug, name, minimum_age, description, required_equipment, is_active) values
    (${ids.piano}, 'piano', 'Piano', 4, 'Keys', 'piano', true),
    (${ids.drums}, 'drums', 'Drums', 6, 'Sticks', 'drums', true),
    (${ids.lute}, 'lute', 'Lute', 9, 'Not offered any more', null, false)`;
  await tx`insert into rooms (id, name, equipment, is_active) values
    (${ids.pianoRoom}, 'Piano room', '{piano}', true),
    (${ids.drumRoom}, 'Drum room', '{drums}', true),
    (${ids.plainRoom}, 'Plain room', '{}', true),
    (${ids.closedRoom}, 'Closed room', '{piano,drums}', false)`;
  await tx`insert into terms (name, starts_on, ends_on) values
    ('Fall', '2026-09-08', '2026-12-19'), ('Spring', '2027-01-04', '2027-06-12')`;
  await tx`insert into closures (name, starts_on, ends_on) values ('Thanksgiving week', '2026-11-23', '2026-11-28')`;
  await tx`insert into prices (kind, name, minutes, amount_cents) values
    ('trial', 'Trial', 30, 2500), ('tuition_monthly', 'Tuition', 30, 16000), ('tuition_monthly', 'Tuition', 45, 22500),
    ('tuition_monthly', 'Tuition', 60, 29000), ('registration', 'Registration', null, 4500),
    ('registration_sibling', 'Registration of a sibling', null, 1500)`;
  await tx`insert into plans (cadence, name, months, discount_bp) values
    ('monthly', 'By the month', 1, 0), ('semester', 'By the semester', 6, 300), ('yearly', 'By the year', 12, 800)`;
}

async function arrangePeople(tx: postgres.TransactionSql): Promise<void> {
  for (const [person, userId] of Object.entries(people)) {
    await tx`insert into auth.users (id, email, email_confirmed_at) values (${userId}, ${`${person.toLowerCase()}@test.example`}, now())`;
    await tx`insert into auth.sessions (id, user_id) values (${sessionOf(person as Person)}, ${userId})`;
  }
  await tx`update profiles set role = 'admin' where id = ${people.admin}`;
  await tx`update profiles set role = 'teacher' where id in (${people.teacher1}, ${people.teacher2})`;
  await tx`update profiles set role = 'student' where id = ${people.student}`;
  await tx`update profiles set is_active = false where id = ${people.inactive}`;
  await tx`insert into consent_texts (document, version, body) values ('policies', '1', 'Be on time.')`;
  await tx`insert into consents (profile_id, document, version) values
    (${people.parentA}, 'policies', '1'), (${people.parentB}, 'policies', '1'), (${people.inactive}, 'policies', '1')`;
  await tx`insert into teachers (id, profile_id, slug, first_name, last_name, headline, bio, teaching_since,
                                 buffer_minutes, weekly_capacity_minutes, is_active) values
    (${ids.teacher1}, ${people.teacher1}, 'one', 'One', 'Teacher', 'First', 'First', 2000, 0, 1200, true),
    (${ids.teacher2}, ${people.teacher2}, 'two', 'Two', 'Teacher', 'Second', 'Second', 2001, 15, 1200, true),
    (${ids.formerTeacher}, null, 'former', 'Former', 'Teacher', 'Left', 'Left', 1990, 0, 0, false)`;
  await tx`insert into teacher_employment (teacher_id, email, pay_tier, hired_on) values
    (${ids.teacher1}, 'teacher1@test.example', 1, '2001-01-01'), (${ids.teacher2}, 'teacher2@test.example', 2, '2001-01-01')`;
  await tx`insert into teacher_instruments (teacher_id, instrument_id, minimum_age, maximum_age) values
    (${ids.teacher1}, ${ids.piano}, 5, 18), (${ids.teacher2}, ${ids.drums}, 6, 99), (${ids.teacher2}, ${ids.piano}, 10, 99)`;
  await tx`insert into teacher_availability (teacher_id, weekday, starts, ends)
           select t, d, '15:00', '19:00' from unnest(array[${ids.teacher1}, ${ids.teacher2}]::uuid[]) t, generate_series(0, 4) d`;
  await tx`insert into teacher_exceptions (teacher_id, during, reason) values
    (${ids.teacher1}, '[2026-11-10T05:00:00Z,2026-11-11T05:00:00Z)', 'Away on Tuesday'),
    (${ids.teacher2}, '[2026-11-10T05:00:00Z,2026-11-11T05:00:00Z)', 'Away on Tuesday')`;
  await tx`insert into invitations (email, role, expires_at) values ('invited@test.example', 'admin', private.now() + interval '9 days')`;
}

async function arrangeFamilies(tx: postgres.TransactionSql): Promise<void> {
  await tx`insert into families (id, name) values (${ids.familyA}, 'A family'), (${ids.familyB}, 'B family')`;
  await tx`insert into guardians (id, family_id, profile_id, full_name, email, payer_share_bp) values
    (${ids.guardianA}, ${ids.familyA}, ${people.parentA}, 'Parent A', 'parenta@test.example', 10000),
    (${ids.guardianB}, ${ids.familyB}, ${people.parentB}, 'Parent B', 'parentb@test.example', 10000),
    (gen_random_uuid(), ${ids.familyB}, ${people.inactive}, 'Inactive parent', 'inactive@test.example', 0)`;
  await tx`insert into students (id, family_id, profile_id, first_name, last_name, birth_date) values
    (${ids.studentA1}, ${ids.familyA}, ${people.student}, 'Ann', 'A', '2012-01-01'),
    (${ids.studentA2}, ${ids.familyA}, null, 'Abe', 'A', '2016-01-01'),
    (${ids.studentB1}, ${ids.familyB}, null, 'Bea', 'B', '2014-01-01')`;
  await tx`insert into student_instruments (student_id, instrument_id, level) values
    (${ids.studentA1}, ${ids.piano}, 'beginner'), (${ids.studentA2}, ${ids.drums}, 'beginner'),
    (${ids.studentB1}, ${ids.drums}, 'advanced')`;
}

/** For each family an enrollment with its lesson, payment, books, workflow run and email. */
async function arrangeWork(tx: postgres.TransactionSql): Promise<void> {
  const families = [
    {
      x: "A",
      family: ids.familyA,
      student: ids.studentA1,
      teacher: ids.teacher1,
      instrument: ids.piano,
      room: ids.pianoRoom,
      during: lessonTimes.a,
    },
    {
      x: "B",
      family: ids.familyB,
      student: ids.studentB1,
      teacher: ids.teacher2,
      instrument: ids.drums,
      room: ids.drumRoom,
      during: lessonTimes.b,
    },
  ] as const;
  for (const { x, family, student, teacher, instrument, room, during } of families) {
    const enrollment = ids[`enrollment${x}`];
    const booking = ids[`booking${x}`];
    const payment = ids[`payment${x}`];
    const checkout = ids[`checkout${x}`];
    await tx`insert into bookings (id, kind, teacher_id, room_id, student_id, during, teacher_busy)
             values (${booking}, 'lesson', ${teacher}, ${room}, ${student}, ${during}, 'empty')`;
    await tx`insert into enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id,
                                      kind, cadence, policy_version)
             values (${enrollment}, ${family}, ${student}, ${instrument}, ${teacher}, 30, lower(${during}::tstzrange),
                     ${booking}, 'trial', 'monthly', '1')`;
    await tx`update enrollments set status = 'active', paid_at = private.now(), activated_at = private.now() where id = ${enrollment}`;
    await tx`insert into lessons (id, booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind)
             values (${ids[`lesson${x}`]}, ${booking}, ${enrollment}, ${family}, ${student}, ${instrument}, ${teacher}, ${room}, ${during}, 'trial')`;
    await tx`insert into checkouts (id, enrollment_id, family_id, status, amount_cents, currency)
             values (${checkout}, ${enrollment}, ${family}, 'open', 2500, 'usd')`;
    await tx`insert into payments (id, family_id, enrollment_id, checkout_id, stripe_payment_intent_id, description, amount_cents, currency, paid_at)
             values (${payment}, ${family}, ${enrollment}, ${checkout}, ${`pi_${x}`}, 'Trial', 2500, 'usd', private.now())`;
    await tx`insert into subscriptions (family_id, enrollment_id, stripe_subscription_id, cadence, amount_cents, currency, status)
             values (${family}, ${enrollment}, ${`sub_${x}`}, 'monthly', 16000, 'usd', 'active')`;
    await tx`with posted as (
               insert into ledger_transactions (cause, description, occurred_at) values (${`ch_${x}`}, 'Trial', private.now()) returning id)
             insert into ledger_entries (transaction_id, account, family_id, payment_id, amount_cents, currency)
             select posted.id, e.account::ledger_account, ${family}, ${payment}, e.cents, 'usd'
               from posted, (values ('stripe_balance', 2500), ('trial_revenue', -2500)) e (account, cents)`;
    await tx`insert into stripe_events (id, type, object_id) values (${`evt_${x}`}, 'checkout.session.completed', 'cs_1')`;
    await tx`insert into workflow_runs (id, function_id, subject_type, subject_id, family_id)
             values (${`run_${x}`}, 'begin-enrollment', 'enrollment', ${enrollment}, ${family})`;
    await tx`insert into workflow_steps (run_id, step, position) values (${`run_${x}`}, 'validate', 1)`;
    await tx`insert into email_log (key, kind, recipient, subject, family_id, enrollment_id)
             values (${`welcome-parent:${enrollment}`}, 'welcome-parent', 'p@test.example', 'Welcome', ${family}, ${enrollment})`;
    await tx`insert into enrollment_drafts (data) values ('{}')`;
    await tx`insert into rate_limits (bucket, window_start) values (${`bucket ${x}`}, private.now())`;
  }
}
