import { sql } from "kysely";
import type { BillingCadence, EnrollmentKind, EnrollmentStatus, StepStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Candidate, SiblingLesson } from "./rules";

export type InstrumentChoice = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly minimumAge: number;
};

export async function listInstrumentChoices(db: Db): Promise<InstrumentChoice[]> {
  return db
    .selectFrom("instruments")
    .select(["id", "slug", "name", "minimum_age as minimumAge"])
    .where("is_active", "=", true)
    .orderBy("sort")
    .execute();
}

/** Teachers of an instrument at an age, with their load: the fullest of the coming five weeks, in minutes. */
export async function listCandidates(db: Db, instrumentId: string, age: number): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select t.id as "teacherId", t.first_name || ' ' || t.last_name as name, t.gender, t.styles, t.strengths,
           t.weekly_capacity_minutes as "capacityMinutes",
           coalesce((select max(w.minutes) from (
              select sum(extract(epoch from upper(b.during) - lower(b.during)) / 60)::int as minutes
                from bookings b
               where b.teacher_id = t.id and b.is_active and b.kind = 'lesson'
                 and b.teacher_busy && tstzrange(n.now, n.now + interval '35 days')
                 and b.during && tstzrange(n.now, n.now + interval '35 days')
               group by floor(extract(epoch from lower(b.during) - n.now) / 604800)) w), 0)::int
             as "bookedMinutes"
      from teachers t join teacher_instruments ti on ti.teacher_id = t.id, (select private.now() as now offset 0) n
     where ti.instrument_id = ${instrumentId} and t.is_active and t.is_accepting
       and ${age}::int between ti.minimum_age and ti.maximum_age`.execute(db);
  return rows;
}

/** The coming lessons of a parent's other children, for times beside them. */
export async function listSiblingLessons(db: Db, profileId: string): Promise<SiblingLesson[]> {
  const { rows } = await sql<SiblingLesson>`
    select l.teacher_id as "teacherId", l.starts_at as "startsAt", upper(l.during) as "endsAt", s.first_name as name
      from lessons l
      join students s on s.id = l.student_id
      join guardians g on g.family_id = l.family_id
     where g.profile_id = ${profileId} and l.status = 'scheduled'
       and l.starts_at between (select private.now()) and (select private.now()) + interval '14 days'`.execute(
    db,
  );
  return rows;
}

export type PriceLine = {
  readonly code: string;
  readonly label: string;
  readonly cents: number;
  readonly recurring: boolean;
};

/** What would be due at Checkout, line by line in cents: what `price_enrollment` stores when the family submits. */
export async function previewLines(
  db: Db,
  enrollment: {
    kind: EnrollmentKind;
    cadence: BillingCadence;
    minutes: number;
    instrumentId: string;
    familyId: string | null;
    studentId: string | null;
  },
): Promise<PriceLine[]> {
  const { rows } = await sql<PriceLine>`
    select code, label, amount_cents as cents, recurring
      from private.enrollment_lines(${enrollment.kind}, ${enrollment.cadence}, ${enrollment.minutes},
                                    ${enrollment.instrumentId}, ${enrollment.familyId}, ${enrollment.studentId})
     order by item`.execute(db);
  return rows;
}

export type KnownStudent = {
  readonly familyId: string | null;
  readonly studentId: string | null;
  readonly hadTrial: boolean;
};

/** Whether the parent's family and this student are known already, and whether a trial was had. */
export async function getKnownStudent(
  db: Db,
  parent: { profileId: string; firstName: string; lastName: string; birthDate: string; instrumentId: string },
): Promise<KnownStudent> {
  const { rows } = await sql<KnownStudent>`
    select g.family_id as "familyId", s.id as "studentId",
           exists (select from enrollments e
                    where e.student_id = s.id and e.instrument_id = ${parent.instrumentId} and e.kind = 'trial'
                      and e.status not in ('lapsed', 'cancelled')) as "hadTrial"
      from guardians g
      left join students s on s.family_id = g.family_id
       and lower(s.first_name) = lower(${parent.firstName}) and lower(s.last_name) = lower(${parent.lastName})
       and s.birth_date = ${parent.birthDate}
     where g.profile_id = ${parent.profileId}
     order by g.created_at limit 1`.execute(db);
  return rows[0] ?? { familyId: null, studentId: null, hadTrial: false };
}

/** An enrollment with all that its page, its mails and its workflow need to know. */
export type EnrollmentDetails = {
  readonly id: string;
  readonly number: number;
  readonly status: EnrollmentStatus;
  readonly kind: EnrollmentKind;
  readonly cadence: BillingCadence;
  readonly minutes: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly dueCents: number;
  readonly lines: readonly PriceLine[];
  readonly currency: string;
  readonly submittedAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly matchReason: string | null;
  readonly studentEmail: string | null;
  readonly familyId: string;
  readonly bookingId: string | null;
  readonly student: {
    readonly id: string;
    readonly firstName: string;
    readonly lastName: string;
    readonly birthDate: string;
  };
  readonly instrument: { readonly id: string; readonly slug: string; readonly name: string };
  readonly teacher: { readonly id: string; readonly name: string; readonly slug: string };
  readonly lessonId: string | null;
  readonly roomName: string | null;
  /** Until when the time is held; null when it is not (any more). */
  readonly heldUntil: Date | null;
  readonly checkoutUrl: string | null;
};

/** Under RLS: null for another family's enrollment as for an unknown one. */
export async function getEnrollment(db: Db, id: string): Promise<EnrollmentDetails | null> {
  const { rows } = await sql<EnrollmentDetails>`
    select e.id, e.number, e.status, e.kind, e.cadence, e.minutes, e.starts_at as "startsAt",
           e.starts_at + e.minutes * interval '1 minute' as "endsAt", e.due_cents as "dueCents", e.lines, e.currency,
           e.submitted_at as "submittedAt", e.expires_at as "expiresAt", e.paid_at as "paidAt",
           e.failure_code as "failureCode", e.failure_message as "failureMessage", e.match_reason as "matchReason",
           e.student_email as "studentEmail", e.family_id as "familyId", e.booking_id as "bookingId",
           json_build_object('id', s.id, 'firstName', s.first_name, 'lastName', s.last_name, 'birthDate', s.birth_date) as student,
           json_build_object('id', i.id, 'slug', i.slug, 'name', i.name) as instrument,
           json_build_object('id', t.id, 'name', t.first_name || ' ' || t.last_name, 'slug', t.slug) as teacher,
           l.id as "lessonId", r.name as "roomName",
           (select c.url from checkouts c where c.enrollment_id = e.id and c.status = 'open') as "checkoutUrl",
           case when e.status = 'provisional' then private.held_until(e.id) end as "heldUntil"
      from enrollments e
      join students s on s.id = e.student_id
      join instruments i on i.id = e.instrument_id
      join teachers t on t.id = e.teacher_id
      left join lateral (select * from lessons l where l.enrollment_id = e.id and l.status <> 'cancelled'
                          order by l.starts_at limit 1) l on true
      left join rooms r on r.id = l.room_id
     where e.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export type RecordedStep = {
  readonly step: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly detail: string | null;
  readonly error: string | null;
};

/** The newest record of each workflow step of an enrollment, whichever run made it. */
export async function listEnrollmentSteps(db: Db, enrollmentId: string): Promise<RecordedStep[]> {
  const { rows } = await sql<RecordedStep>`
    select distinct on (st.step) st.step, st.status, st.attempts, st.detail, st.error
      from workflow_runs r join workflow_steps st on st.run_id = r.id
     where r.subject_id = ${enrollmentId}
     order by st.step, st.started_at desc`.execute(db);
  return rows;
}

/** What a trial lesson costs today, in cents. */
export async function getTrialPrice(db: Db): Promise<number> {
  const price = await db
    .selectFrom("public_prices")
    .select("amount_cents")
    .where("kind", "=", "trial")
    .where(
      sql<boolean>`valid @> (select (private.now() at time zone a.time_zone)::date from academy_settings a)`,
    )
    .executeTakeFirst();
  return price?.amount_cents ?? 0;
}

/** The styles that teachers name, in alphabetical order. */
export async function listTeachingStyles(db: Db): Promise<string[]> {
  const { rows } = await sql<{ style: string }>`
    select distinct unnest(styles) as style from teachers where is_active and is_accepting order by 1`.execute(
    db,
  );
  return rows.map((row) => row.style);
}

export type EnrollmentPayment = {
  readonly id: string;
  readonly amountCents: number;
  readonly refundedCents: number;
};

/** The first payment of an enrollment, under RLS; null while there is none. */
export async function getPaymentOf(db: Db, enrollmentId: string): Promise<EnrollmentPayment | null> {
  const payment = await db
    .selectFrom("payments")
    .select(["id", "amount_cents as amountCents", "refunded_cents as refundedCents"])
    .where("enrollment_id", "=", enrollmentId)
    .orderBy("receipt_number")
    .limit(1)
    .executeTakeFirst();
  return payment ?? null;
}

/** Names and slugs of the teachers by id. */
export async function listTeacherNames(db: Db): Promise<Map<string, { name: string; slug: string }>> {
  const rows = await db.selectFrom("teachers").select(["id", "slug", "first_name", "last_name"]).execute();
  return new Map(rows.map((row) => [row.id, { name: `${row.first_name} ${row.last_name}`, slug: row.slug }]));
}
