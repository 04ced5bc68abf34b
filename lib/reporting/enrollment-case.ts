import { sql } from "kysely";
import type { FailedBill } from "@/lib/billing/failed-bill";
import { listFailedBills, listUnpaidPauses, type UnpaidPause } from "@/lib/billing/overdue-queries";
import type {
  BillingCadence,
  CheckoutStatus,
  EmailStatus,
  EnrollmentKind,
  EnrollmentStatus,
  LessonStatus,
} from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { type AuditEntry, listAuditOfRows } from "./audit-queries";
import {
  type LedgerTransaction,
  listLedger,
  type PaymentLine,
  paymentsOfEnrollment,
} from "./payment-queries";
import { listRunsOfSubjects, type WorkflowRun } from "./workflow-queries";

/** Everything the academy knows about one enrollment. */
export type EnrollmentCase = {
  readonly enrollment: EnrollmentFacts;
  readonly runs: readonly WorkflowRun[];
  readonly checkouts: readonly CheckoutLine[];
  readonly failedBills: readonly FailedBill[];
  readonly pauses: readonly UnpaidPause[];
  readonly payments: readonly PaymentLine[];
  readonly ledger: readonly LedgerTransaction[];
  readonly emails: readonly SentEmail[];
  readonly audit: readonly AuditEntry[];
};

export type EnrollmentFacts = {
  readonly id: Id<"enrollment">;
  readonly number: number;
  readonly status: EnrollmentStatus;
  readonly kind: EnrollmentKind;
  readonly cadence: BillingCadence;
  readonly minutes: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly due: Money;
  readonly lines: readonly { readonly label: string; readonly amount: Money }[];
  readonly submittedAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly activatedAt: Date | null;
  readonly policyVersion: string;
  readonly matchReason: string | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly student: {
    readonly id: Id<"student">;
    readonly name: string;
    readonly birthDate: string;
    readonly email: string | null;
    readonly level: string | null;
    readonly wishes: string | null;
  };
  readonly family: {
    readonly id: Id<"family">;
    readonly name: string;
    readonly stripeCustomerId: string | null;
  };
  readonly guardian: { readonly name: string; readonly email: string; readonly phone: string | null } | null;
  readonly instrument: string;
  readonly teacher: { readonly id: Id<"teacher">; readonly name: string };
  readonly booking: {
    readonly id: string;
    readonly kind: "hold" | "lesson";
    readonly isActive: boolean;
    readonly expiresAt: Date | null;
    readonly releasedReason: string | null;
    readonly holdNote: string | null;
    readonly roomName: string;
  } | null;
  readonly lesson: { readonly id: Id<"lesson">; readonly status: LessonStatus } | null;
  readonly lessonCount: number;
  readonly history: readonly {
    readonly at: Date;
    readonly status: EnrollmentStatus;
    readonly note: string | null;
  }[];
};

export type CheckoutLine = {
  readonly id: Id<"checkout">;
  readonly status: CheckoutStatus;
  readonly amount: Money;
  readonly stripeSessionId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type SentEmail = {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly subject: string;
  readonly status: EmailStatus;
  readonly attempts: number;
  readonly error: string | null;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
};

type FactsRow = Omit<EnrollmentFacts, "due" | "lines" | "history" | "booking"> & {
  readonly dueCents: number;
  readonly lines: readonly { label: string; cents: number }[];
  readonly history: readonly { at: string; status: EnrollmentStatus; note: string | null }[] | null;
  readonly booking:
    | (Omit<NonNullable<EnrollmentFacts["booking"]>, "expiresAt"> & { readonly expiresAt: string | null })
    | null;
};

async function getFacts(db: Db, id: Id<"enrollment">): Promise<EnrollmentFacts | null> {
  const { rows } = await sql<FactsRow>`
    select e.id, e.number, e.status, e.kind, e.cadence, e.minutes, e.starts_at as "startsAt",
           e.starts_at + e.minutes * interval '1 minute' as "endsAt", e.due_cents as "dueCents", e.lines,
           e.submitted_at as "submittedAt", e.expires_at as "expiresAt", e.paid_at as "paidAt",
           e.activated_at as "activatedAt", e.policy_version as "policyVersion", e.match_reason as "matchReason",
           e.failure_code as "failureCode", e.failure_message as "failureMessage",
           json_build_object('id', s.id, 'name', s.first_name || ' ' || s.last_name, 'birthDate', s.birth_date,
                             'email', e.student_email, 'level', si.level, 'wishes', nullif(si.wishes, '')) as student,
           json_build_object('id', f.id, 'name', f.name, 'stripeCustomerId', f.stripe_customer_id) as family,
           (select json_build_object('name', g.full_name, 'email', g.email, 'phone', g.phone)
              from guardians g where g.family_id = f.id and g.id = private.payer_of(f.id)) as guardian,
           i.name as instrument,
           json_build_object('id', t.id, 'name', t.first_name || ' ' || t.last_name) as teacher,
           case when b.id is not null then
             json_build_object('id', b.id, 'kind', b.kind, 'isActive', b.is_active, 'expiresAt', b.expires_at,
                               'releasedReason', b.released_reason, 'holdNote', b.hold_note, 'roomName', r.name)
           end as booking,
           (select json_build_object('id', l.id, 'status', l.status) from lessons l
             where l.enrollment_id = e.id order by l.starts_at limit 1) as lesson,
           (select count(*)::int from lessons l where l.enrollment_id = e.id) as "lessonCount",
           (select json_agg(json_build_object('at', v.at, 'status', v.status, 'note', v.note) order by v.id)
              from enrollment_events v where v.enrollment_id = e.id) as history
      from enrollments e
      join students s on s.id = e.student_id
      join families f on f.id = e.family_id
      join instruments i on i.id = e.instrument_id
      join teachers t on t.id = e.teacher_id
      left join student_instruments si on si.student_id = e.student_id and si.instrument_id = e.instrument_id
      left join bookings b on b.id = e.booking_id
      left join rooms r on r.id = b.room_id
     where e.id = ${id}`.execute(db);
  const row = rows[0];
  if (!row) return null;
  const { dueCents, lines, history, booking, ...facts } = row;
  return {
    ...facts,
    due: usd(dueCents),
    lines: lines.map((line) => ({ label: line.label, amount: usd(line.cents) })),
    history: (history ?? []).map((event) => ({ ...event, at: new Date(event.at) })),
    booking: booking && { ...booking, expiresAt: booking.expiresAt ? new Date(booking.expiresAt) : null },
  };
}

async function listCheckouts(db: Db, id: Id<"enrollment">): Promise<CheckoutLine[]> {
  const rows = await db
    .selectFrom("checkouts")
    .select(["id", "status", "amount_cents as amountCents", "stripe_session_id as stripeSessionId"])
    .select(["created_at as createdAt", "updated_at as updatedAt"])
    .where("enrollment_id", "=", id)
    .orderBy("created_at")
    .execute();
  return rows.map(({ amountCents, ...row }) => ({
    ...row,
    id: row.id as Id<"checkout">,
    amount: usd(amountCents),
  }));
}

async function listEmails(db: Db, id: Id<"enrollment">): Promise<SentEmail[]> {
  return db
    .selectFrom("email_log")
    .select(["id", "kind", "recipient", "subject", "status", "attempts", "error"])
    .select(["queued_at as queuedAt", "sent_at as sentAt"])
    .where("enrollment_id", "=", id)
    .orderBy("queued_at")
    .orderBy("id")
    .execute();
}

/** The case of an enrollment; null when there is none. For administrators: others see only what is theirs of it. */
export async function getEnrollmentCase(db: Db, id: Id<"enrollment">): Promise<EnrollmentCase | null> {
  const enrollment = await getFacts(db, id);
  if (!enrollment) return null;
  const checkouts = await listCheckouts(db, id);
  const payments = await paymentsOfEnrollment(db, id);
  const paymentIds = payments.map((payment) => payment.id);
  const failedBills = await listFailedBills(db, id);
  const pauses = await listUnpaidPauses(db, id);
  const runs = await listRunsOfSubjects(db, [
    id,
    ...paymentIds,
    ...failedBills.map((bill) => bill.id),
    ...pauses.map((pause) => pause.id),
  ]);
  const ledger = paymentIds.length > 0 ? await listLedger(db, paymentIds) : [];
  const emails = await listEmails(db, id);
  const audit = await listAuditOfRows(db, {
    enrollments: [id],
    students: [enrollment.student.id],
    student_instruments: [enrollment.student.id],
    bookings: enrollment.booking ? [enrollment.booking.id] : [],
    lessons: enrollment.lesson ? [enrollment.lesson.id] : [],
    checkouts: checkouts.map((checkout) => checkout.id),
    payments: paymentIds,
  });
  return { enrollment, runs, checkouts, failedBills, pauses, payments, ledger, emails, audit };
}
