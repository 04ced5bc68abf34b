import { become, FREE, minutesFrom, takeClassSeat, waitMinutes } from "./fixture-builders";
import { ids, type Person, people } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";

const idOf = ([row]: readonly { id: string }[]): string => row?.id ?? "";

/** A form of parent A with a time that is held for 15 minutes, sent by the parent. */
async function submit(
  tx: Tx,
  {
    instrument = "piano",
    born = "2012-01-01",
    kind = "trial",
    minutes = 30,
    isLate = false,
    isLost = false,
  } = {},
): Promise<void> {
  const held = idOf(
    await tx<{ id: string }[]>`
      insert into bookings (kind, teacher_id, room_id, during, expires_at)
      values ('hold', ${ids.teacher1}, ${ids.pianoRoom}, ${minutesFrom(FREE, minutes)}, private.now() + interval '15 minutes')
      returning id`,
  );
  const student = { firstName: "Ada", lastName: "A", birthDate: born, instrument, level: "beginner" };
  const draft = idOf(
    await tx<{ id: string }[]>`
      insert into enrollment_drafts (data, hold_id) values (${tx.json({ student })}, ${held}) returning id`,
  );
  await become(tx, "parentA");
  if (isLate) await waitMinutes(tx, 15);
  await tx`select private.submit_enrollment(${isLost ? ids.paymentA : draft}, ${kind}, 'monthly', '1')`;
}

/** An enrollment of student A2 that waits for its payment, with a hold until `heldMinutes` from now. */
async function extend(
  tx: Tx,
  {
    until = 60,
    reason = "The new card arrives on Friday",
    as = "admin" as Person,
    start = FREE,
    isHeld = true,
    of = null as string | null,
  } = {},
): Promise<void> {
  const held = idOf(
    await tx<{ id: string }[]>`
      insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at)
      values ('hold', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentA2}, ${minutesFrom(start)},
              private.now() + interval '15 minutes') returning id`,
  );
  const waiting = idOf(
    await tx<{ id: string }[]>`
      insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id, kind,
                               cadence, policy_version)
      values (${ids.familyA}, ${ids.studentA2}, ${ids.piano}, ${ids.teacher1}, 30, ${start}, ${isHeld ? held : null}, 'trial',
              'monthly', '1') returning id`,
  );
  await become(tx, as);
  await tx`select private.extend_hold(${of ?? waiting}, private.now() + ${until} * interval '1 minute', ${reason})`;
}

const erase = async (tx: Tx, family: string, reason = "Asked for by letter", as: Person = "admin") => {
  await become(tx, as);
  await tx`select private.erase_family(${family}, ${reason})`;
};

export const accountViolations: Violations = {
  session_ended: {
    "a session that ended": async (tx) => {
      await become(tx, "parentA", people.parentB);
    },
    "an account that is not active": (tx) => become(tx, "inactive"),
  },
  family_zone_unknown: {
    "a zone of another planet": (tx) => tx`update families set time_zone = 'Mars/Olympus'`,
    "an abbreviation": (tx) => tx`update families set time_zone = 'EST'`,
  },
  parent_only: {
    "a teacher's family": async (tx) => {
      await become(tx, "teacher1");
      await tx`select private.my_family()`;
    },
  },
  profile_protected: {
    "a role for oneself": async (tx) => {
      await become(tx, "parentA");
      await tx`update profiles set role = 'admin' where id = ${people.parentA}`;
    },
    "another address": async (tx) => {
      await become(tx, "parentA");
      await tx`update profiles set email = 'other@test.example' where id = ${people.parentA}`;
    },
    "an activity of one's own choice": async (tx) => {
      await become(tx, "parentA");
      await tx`update profiles set is_active = false where id = ${people.parentA}`;
    },
  },
  admin_only: {
    "a hold that a parent extends": (tx) => extend(tx, { as: "parentA" }),
    "a family that a teacher erases": (tx) => erase(tx, ids.familyA, "Asked for", "teacher1"),
  },
  payer_shares_incomplete: {
    "a share of half": (tx) => tx`update guardians set payer_share_bp = 5000 where id = ${ids.guardianA}`,
    "a payer too many": (tx) =>
      tx`insert into guardians (family_id, full_name, email, payer_share_bp)
         values (${ids.familyA}, 'Grandparent A', 'grand@test.example', 1)`,
    "a payer who leaves": async (tx) => {
      await tx`insert into guardians (family_id, full_name, email, payer_share_bp)
               values (${ids.familyA}, 'Grandparent A', 'grand@test.example', 0)`;
      await tx`update guardians set deleted_at = private.now() where id = ${ids.guardianA}`;
    },
  },
  assignment_protected: {
    "a parent's own words": async (tx) => {
      await become(tx, "parentA");
      await tx`update assignments set title = 'Nothing' where id = ${ids.assignmentA}`;
    },
    "a student's later day": async (tx) => {
      await become(tx, "student");
      await tx`update assignments set due_on = due_on + 7 where id = ${ids.assignmentA}`;
    },
  },
  thread_closed: {
    "a message in a closed conversation": async (tx) => {
      await tx`update message_threads set closed_at = private.now() where id = ${ids.threadA}`;
      await tx`insert into messages (thread_id, family_id, author_id, body)
               values (${ids.threadA}, ${ids.familyA}, ${people.parentA}, 'One more thing')`;
    },
  },
  still_needed: {
    "a student who has lessons ahead": (tx) =>
      tx`update students set deleted_at = private.now() where id = ${ids.studentA1}`,
    "a family with an enrollment that runs": async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await tx`update families set deleted_at = private.now() where id = ${ids.familyA}`;
    },
    "a teacher who has lessons ahead": async (tx) => {
      await tx`update enrollments set status = 'withdrawn'`;
      await tx`update teachers set deleted_at = private.now() where id = ${ids.teacher1}`;
    },
  },
  person_deleted: {
    "an enrollment of a student who is deleted": async (tx) => {
      await tx`update students set deleted_at = private.now() where id = ${ids.studentA2}`;
      await tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                                        policy_version)
               values (${ids.familyA}, ${ids.studentA2}, ${ids.drums}, ${ids.teacher2}, 30, private.now(), 'trial', 'monthly', '1')`;
    },
    "a seat for a student who is deleted": async (tx) => {
      await tx`update students set deleted_at = private.now() where id = ${ids.studentA2}`;
      await takeClassSeat(tx, ids.studentA2);
    },
    "a class of a teacher who is deleted": async (tx) => {
      await tx`update teachers set deleted_at = private.now() where id = ${ids.formerTeacher}`;
      await tx`insert into classes (name, kind, teacher_id, room_id, term_id, minutes, seats, price_cents)
               select 'Choir', 'group', ${ids.formerTeacher}, ${ids.pianoRoom}, t.id, 45, 9, 7900 from terms t limit 1`;
    },
  },
  erasure_record_kept: {
    "the records of erasures": (tx) => tx`select private.erase_audit('audit_log', '{families}', 'a test')`,
  },
  erasure_reason_missing: { "no reason": (tx) => erase(tx, ids.familyA, "   ") },
  family_erased: {
    "a family that was erased": async (tx) => {
      await tx`insert into data_requests (family_id, kind, done_at) values (${ids.familyA}, 'erasure', private.now())`;
      await erase(tx, ids.familyA);
    },
  },
  consent_withdrawn: {
    "a consent that is taken back again": async (tx) => {
      await tx`insert into consent_texts (document, version, body) values ('news', '1', 'News by email.')`;
      await tx`insert into consents (profile_id, document, version, withdrawn_at)
               values (${people.parentA}, 'news', '1', private.now())`;
      await tx`update consents set withdrawn_at = null where document = 'news'`;
    },
  },
  feed_revoked: {
    "a calendar address that is to work again": async (tx) => {
      await tx`update calendar_feeds set revoked_at = private.now()`;
      await tx`update calendar_feeds set revoked_at = null`;
    },
  },
  consent_not_withdrawable: {
    "the policies of an enrollment": (tx) =>
      tx`update consents set withdrawn_at = private.now() where document = 'policies'`,
  },
  family_missing: { "no such family": (tx) => erase(tx, ids.paymentA) },
  erasure_too_early: { "a family with lessons ahead": (tx) => erase(tx, ids.familyA) },
};

export const enrollmentViolations: Violations = {
  draft_missing: { "a form that is not there": (tx) => submit(tx, { isLost: true }) },
  hold_expired: { "a time that was held until now": (tx) => submit(tx, { isLate: true }) },
  instrument_not_offered: {
    "an instrument of the past": (tx) => submit(tx, { instrument: "lute" }),
    "an instrument of nobody": (tx) => submit(tx, { instrument: "kazoo" }),
  },
  age_out_of_range: {
    "a child of four with a teacher from five on": (tx) => submit(tx, { born: "2022-01-01" }),
    "an instrument that the teacher does not teach": (tx) => submit(tx, { instrument: "drums" }),
  },
  length_not_offered: {
    "a trial of an hour": (tx) => submit(tx, { minutes: 60 }),
    "an hour for a child of six": (tx) => submit(tx, { kind: "plan", minutes: 60, born: "2020-01-01" }),
  },
  price_missing: {
    "lessons without a price": async (tx) => {
      await tx`update prices set valid = daterange(null, '2026-10-01') where kind = 'tuition_monthly'`;
      await submit(tx, { kind: "plan" });
    },
    "a trial without a price": async (tx) => {
      await tx`update prices set valid = daterange(null, '2026-10-01') where kind = 'trial'`;
      await submit(tx);
    },
    "a way to pay that is not offered any more": async (tx) => {
      await tx`update plans set valid = daterange(null, '2026-10-01') where cadence = 'monthly'`;
      await submit(tx, { kind: "plan" });
    },
  },
  enrollment_transition: {
    "an active enrollment that waits again": (tx) =>
      tx`update enrollments set status = 'provisional' where id = ${ids.enrollmentA}`,
  },
  notice_too_short: {
    "a family that leaves in three weeks": (tx) =>
      tx`update enrollments set notice_given_on = '2026-10-20', ends_on = '2026-11-10' where id = ${ids.enrollmentA}`,
  },
  hold_reason_missing: { "no reason": (tx) => extend(tx, { reason: "  " }) },
  hold_not_waiting: { "an enrollment that is paid": (tx) => extend(tx, { of: ids.enrollmentA }) },
  hold_missing: { "an enrollment without a hold": (tx) => extend(tx, { isHeld: false }) },
  hold_not_later: { "an earlier end": (tx) => extend(tx, { until: 10 }) },
  hold_beyond_enrollment: { "an end after fourteen days": (tx) => extend(tx, { until: 14 * 24 * 60 + 1 }) },
  hold_beyond_lesson: {
    "an end after the lesson began": (tx) =>
      extend(tx, { start: "2026-10-29T21:00:00Z", until: 10 * 24 * 60 }),
  },
};
