import type postgres from "postgres";
import { ids, people } from "./fixture-ids";

/** Mondays before the fixture's day, 16:00 and 17:00 in New York: lessons that have been given. */
const PAST = {
  A: "[2026-10-12T20:00:00Z,2026-10-12T20:30:00Z)",
  B: "[2026-10-12T21:00:00Z,2026-10-12T21:30:00Z)",
};
/** Tuesdays, 17:00 in New York: lessons of the two classes. */
const CLASS = {
  A: "[2026-11-03T22:00:00Z,2026-11-03T22:45:00Z)",
  B: "[2026-11-17T22:00:00Z,2026-11-17T22:45:00Z)",
};

/** For each family a row of everything that teaching, billing, pay, messages and privacy keep. */
export async function arrangeRecords(tx: postgres.TransactionSql): Promise<void> {
  await tx`insert into makeup_days (name, starts_on, ends_on) values ('Make-up days', '2026-12-21', '2026-12-22')`;
  await tx`insert into pay_rates (kind, tier, amount_cents) values
    ('lesson', 1, 3200), ('lesson', 2, 3800), ('lesson', 3, 4600), ('group', null, 4500), ('group_head', null, 200),
    ('administration', null, 2000)`;
  await tx`insert into payroll_periods (id, starts_on, ends_on) values (${ids.payrollPeriod}, '2026-10-01', '2026-10-31')`;
  await arrangeTeaching(tx);
  await arrangeBilling(tx);
  await arrangePrivacy(tx);
}

const families = [
  {
    x: "A",
    family: ids.familyA,
    guardian: ids.guardianA,
    parent: people.parentA,
    student: ids.studentA1,
    teacher: ids.teacher1,
    teacherAccount: people.teacher1,
    instrument: ids.piano,
    room: ids.pianoRoom,
  },
  {
    x: "B",
    family: ids.familyB,
    guardian: ids.guardianB,
    parent: people.parentB,
    student: ids.studentB1,
    teacher: ids.teacher2,
    teacherAccount: people.teacher2,
    instrument: ids.drums,
    room: ids.drumRoom,
  },
] as const;

async function arrangeTeaching(tx: postgres.TransactionSql): Promise<void> {
  for (const { x, family, student, teacher, teacherAccount, instrument, room, parent } of families) {
    const past = ids[`pastLesson${x}`];
    const enrollment = ids[`enrollment${x}`];
    const taught = ids[`class${x}`];
    const classLesson = ids[`classLesson${x}`];
    await tx`insert into lesson_series (id, enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes, valid)
             values (${ids[`series${x}`]}, ${enrollment}, ${family}, ${student}, ${teacher}, ${room}, 0, '16:00', 30, '[2026-10-12,2026-12-19)')`;
    const booking = async (during: string, of: string | null) => {
      const [row] = await tx<{ id: string }[]>`
        insert into bookings (kind, teacher_id, room_id, student_id, during)
        values ('lesson', ${teacher}, ${room}, ${of}, ${during}) returning id`;
      return row?.id ?? "";
    };
    await tx`insert into lessons (id, booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind, status, series_id)
             values (${past}, ${await booking(PAST[x], student)}, ${enrollment}, ${family}, ${student}, ${instrument}, ${teacher},
                     ${room}, ${PAST[x]}, 'private', 'completed', ${ids[`series${x}`]})`;
    await tx`insert into classes (id, name, kind, instrument_id, teacher_id, room_id, term_id, weekday, starts, minutes, seats, price_cents)
             select ${taught}, ${x === "A" ? "Theory" : "Duo"}, ${x === "A" ? "group" : "shared"}, ${instrument}, ${teacher}, ${room},
                    t.id, 1, '17:00', 45, 2, 7900 from terms t where t.name = 'Fall'`;
    await tx`insert into class_seats (class_id, student_id, family_id) values (${taught}, ${student}, ${family})`;
    await tx`insert into lessons (id, booking_id, class_id, teacher_id, room_id, during, kind)
             values (${classLesson}, ${await booking(CLASS[x], null)}, ${taught}, ${teacher}, ${room}, ${CLASS[x]},
                     ${x === "A" ? "group" : "shared"})`;
    await tx`insert into lesson_seats (lesson_id, student_id, family_id) values (${classLesson}, ${student}, ${family})`;
    await tx`insert into attendance (lesson_id, student_id, family_id, status, marked_by)
             values (${past}, ${student}, ${family}, 'present', ${teacherAccount})`;
    await tx`insert into lesson_notes (id, lesson_id, student_id, family_id, teacher_id, audience, body) values
      (${ids[`note${x}`]}, ${past}, ${student}, ${family}, ${teacher}, 'family', 'Went well'),
      (${ids[`privateNote${x}`]}, ${past}, ${student}, ${family}, ${teacher}, 'academy', 'Ask about the school concert')`;
    await tx`insert into assignments (id, lesson_id, student_id, family_id, teacher_id, title, due_on)
             values (${ids[`assignment${x}`]}, ${past}, ${student}, ${family}, ${teacher}, 'Scales', '2026-10-26')`;
    await tx`insert into practice_entries (student_id, family_id, assignment_id, practiced_on, minutes)
             values (${student}, ${family}, ${ids[`assignment${x}`]}, '2026-10-19', 20)`;
    await tx`insert into makeup_credits (id, family_id, student_id, minutes, origin, reason, expires_at)
             values (${ids[`credit${x}`]}, ${family}, ${student}, 30, 'goodwill', 'A late start', private.now() + interval '60 days')`;
    await tx`insert into lesson_proposals (lesson_id, family_id, kind, position, expires_at, closed_at)
             values (${past}, ${family}, 'credit', 99, private.now() + interval '1 day', private.now())`;
    await tx`insert into waitlist_entries (id, family_id, student_id, class_id, status)
             values (${ids[`waiting${x}`]}, ${family}, ${student}, ${taught}, 'offered')`;
    await tx`insert into waitlist_entries (family_id, student_id, instrument_id, minutes)
             values (${family}, ${student}, ${x === "A" ? ids.drums : ids.piano}, 30)`;
    await tx`insert into waitlist_offers (id, entry_id, family_id, class_id, expires_at)
             values (${ids[`offer${x}`]}, ${ids[`waiting${x}`]}, ${family}, ${taught}, private.now() + interval '2 hours')`;
    await tx`insert into payroll_lines (period_id, teacher_id, kind, lesson_id, minutes, rate_cents, amount_cents, currency, explanation)
             values (${ids.payrollPeriod}, ${teacher}, 'lesson', ${past}, 30, 3200, 1600, 'usd', 'A lesson of 30 minutes')`;
    await tx`insert into message_threads (id, family_id, teacher_id, subject)
             values (${ids[`thread${x}`]}, ${family}, ${teacher}, 'Next piece')`;
    await tx`insert into messages (thread_id, family_id, author_id, body)
             values (${ids[`thread${x}`]}, ${family}, ${parent}, 'Which edition do you use?')`;
    await tx`insert into message_reads (thread_id, profile_id) values (${ids[`thread${x}`]}, ${parent})`;
    await tx`insert into files (family_id, student_id, lesson_id, name, media_type, size_bytes, sha256, storage_path)
             values (${family}, ${student}, ${past}, 'Etude.pdf', 'application/pdf', 1000, sha256('x'), ${`family/${x}/etude.pdf`})`;
    await tx`insert into files (teacher_id, name, media_type, size_bytes, sha256, storage_path)
             values (${teacher}, 'Contract.pdf', 'application/pdf', 1000, sha256('x'), ${`teacher/${x}/contract.pdf`})`;
  }
}

async function arrangeBilling(tx: postgres.TransactionSql): Promise<void> {
  for (const { x, family, guardian } of families) {
    const invoice = ids[`invoice${x}`];
    await tx`insert into invoices (id, family_id, guardian_id, currency, issued_on, due_on)
             values (${invoice}, ${family}, ${guardian}, 'usd', '2026-10-01', '2026-10-01')`;
    await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents, enrollment_id)
             values (${invoice}, 1, 'tuition', 'Tuition', 16000, ${ids[`enrollment${x}`]})`;
    await tx`update invoices set status = 'open' where id = ${invoice}`;
    await tx`insert into account_credits (id, family_id, amount_cents, currency, origin, reason)
             values (${ids[`moneyCredit${x}`]}, ${family}, 5000, 'usd', 'goodwill', 'A lesson that began late')`;
    await tx`insert into credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
             values (${ids[`moneyCredit${x}`]}, ${invoice}, ${family}, 'usd', 1000)`;
    await tx`insert into refunds (id, payment_id, family_id, amount_cents, currency, reason)
             values (${ids[`refund${x}`]}, ${ids[`payment${x}`]}, ${family}, 500, 'usd', 'Part of the trial')`;
    await tx`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, card_brand, card_last4, cause, attempted_at)
             values (${invoice}, ${family}, 'usd', 15000, 'insufficient_funds', 'visa', '9995', ${`ch_failed_${x}`}, private.now() - interval '3 days')`;
    await tx`insert into family_cards (family_id, guardian_id, stripe_session_id, stripe_payment_method_id, card_brand, card_last4, expires_on)
             values (${family}, ${guardian}, ${`cs_card_${x}`}, ${`pm_${x}`}, 'visa', '4242', '2030-12-31')`;
    await tx`insert into unpaid_pauses (enrollment_id, family_id, invoice_id, paused_at, resumed_at)
             values (${ids[`enrollment${x}`]}, ${family}, ${invoice}, private.now() - interval '2 days', private.now() - interval '1 day')`;
    await tx`insert into disputes (id, payment_id, family_id, amount_cents, currency, reason, stripe_dispute_id)
             values (${ids[`dispute${x}`]}, ${ids[`payment${x}`]}, ${family}, 2500, 'usd', 'duplicate', ${`dp_${x}`})`;
  }
}

async function arrangePrivacy(tx: postgres.TransactionSql): Promise<void> {
  for (const person of ["parentA", "parentB", "teacher1", "teacher2", "student", "admin"] as const)
    await tx`insert into calendar_feeds (profile_id, token_hash) values (${people[person]}, sha256(${person}))`;
  for (const person of ["parentA", "parentB"] as const) {
    await tx`insert into notification_choices (profile_id, kind, channel) values (${people[person]}, 'news', 'none')`;
    await tx`insert into data_requests (family_id, kind, requested_by)
             values (${person === "parentA" ? ids.familyA : ids.familyB}, 'export', ${people[person]})`;
  }
}
