import { sql } from "kysely";
import { cancellationPolicy } from "@/lib/academy/policies";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { localDate } from "@/lib/format";
import { deliver } from "@/lib/messaging/deliver";
import {
  renderEnrollmentLapsed,
  renderEnrollmentUndone,
  renderProvisionalReminder,
  renderSlotLost,
} from "@/lib/messaging/enrollment-mails";
import type {
  AcademyFacts,
  LessonFacts,
  PaymentFacts,
  PlanFacts,
  RefundFacts,
  SlotFacts,
} from "@/lib/messaging/facts";
import { renderPaymentReceipt, renderRefundNotice } from "@/lib/messaging/payment-mails";
import {
  renderWelcomeAcademy,
  renderWelcomeParent,
  renderWelcomeStudent,
  renderWelcomeTeacher,
} from "@/lib/messaging/welcome-mails";
import { usd } from "@/lib/money";
import { findAlternatives } from "@/lib/scheduling/holds";
import { type EnrollmentDetails, getEnrollment, listTeacherNames } from "./queries";
import { ageOn } from "./rules";

const academyItself = service("messaging");

type Case = {
  enrollment: EnrollmentDetails;
  academy: AcademyFacts;
  timeZone: string;
  trialCreditDays: number;
  holdMinutes: number;
  policy: readonly string[];
  parent: { firstName: string; fullName: string; email: string; phone: string | null };
  teacher: { firstName: string; email: string | null };
  level: string;
  wishes: string | null;
  payment: PaymentFacts | null;
  refund: RefundFacts | null;
  nextChargeOn: string | null;
};

/** All that the letters about an enrollment tell, read in one transaction. */
async function readCase(db: Db, enrollmentId: string, paymentId?: string): Promise<Case> {
  const enrollment = await getEnrollment(db, enrollmentId);
  if (!enrollment) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
  const settings = await getAcademy(db);
  const parent = await db
    .selectFrom("guardians")
    .select(["full_name", "email", "phone"])
    .where("id", "=", sql<string>`private.payer_of(${enrollment.familyId})`)
    .executeTakeFirstOrThrow();
  const teacher = await db
    .selectFrom("teachers as t")
    .leftJoin("teacher_employment as e", "e.teacher_id", "t.id")
    .select(["t.first_name", "e.email"])
    .where("t.id", "=", enrollment.teacher.id)
    .executeTakeFirstOrThrow();
  const learning = await db
    .selectFrom("student_instruments")
    .select(["level", "wishes"])
    .where("student_id", "=", enrollment.student.id)
    .where("instrument_id", "=", enrollment.instrument.id)
    .executeTakeFirst();
  let payments = db.selectFrom("payments").selectAll().where("enrollment_id", "=", enrollmentId);
  if (paymentId) payments = payments.where("id", "=", paymentId);
  const payment = await payments.orderBy("receipt_number").limit(1).executeTakeFirst();
  const subscription = await db
    .selectFrom("subscriptions")
    .select("current_period_end")
    .where("enrollment_id", "=", enrollmentId)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  const siteUrl = env().SITE_URL;
  const card =
    payment?.card_brand && payment.card_last4
      ? { brand: payment.card_brand, last4: payment.card_last4 }
      : null;
  const lines = enrollment.lines.map((line) => ({ label: line.label, amount: usd(line.cents) }));
  const due = enrollment.lines.reduce((sum, line) => sum + line.cents, 0);
  return {
    enrollment,
    academy: {
      name: settings.name,
      email: settings.email,
      phone: settings.phone,
      address: settings.address,
      siteUrl,
    },
    timeZone: settings.timeZone,
    trialCreditDays: settings.trialCreditDays,
    holdMinutes: settings.holdMinutes,
    policy: cancellationPolicy(settings).sentences,
    parent: {
      firstName: parent.full_name.split(" ")[0] ?? parent.full_name,
      fullName: parent.full_name,
      email: parent.email,
      phone: parent.phone,
    },
    teacher: { firstName: teacher.first_name, email: teacher.email },
    level: learning?.level ?? "beginner",
    wishes: learning?.wishes || null,
    payment: payment
      ? {
          receiptNumber: String(payment.receipt_number),
          paidAt: payment.paid_at,
          timeZone: settings.timeZone,
          lines:
            due === payment.amount_cents
              ? lines
              : [{ label: payment.description, amount: usd(payment.amount_cents) }],
          total: usd(payment.amount_cents),
          card,
          receiptUrl: `${siteUrl}/family/billing/receipts/${payment.id}`,
        }
      : null,
    refund: payment && payment.refunded_cents > 0 ? { amount: usd(payment.refunded_cents), card } : null,
    nextChargeOn: subscription?.current_period_end
      ? localDate(subscription.current_period_end, settings.timeZone)
      : null,
  };
}

function read(enrollmentId: string, paymentId?: string): Promise<Case> {
  return withPrincipal(academyItself, (db) => readCase(db, enrollmentId, paymentId));
}

function studentFacts({ enrollment, parent }: Case) {
  const { firstName, lastName } = enrollment.student;
  return {
    firstName,
    lastName,
    isReader: `${firstName} ${lastName}`.toLowerCase() === parent.fullName.toLowerCase(),
  };
}

function slotFacts({ enrollment, timeZone }: Case): SlotFacts {
  return {
    kind: enrollment.kind === "trial" ? "trial" : "regular",
    instrument: enrollment.instrument.name.toLowerCase(),
    teacherName: enrollment.teacher.name,
    roomName: enrollment.roomName,
    startsAt: enrollment.startsAt,
    minutes: enrollment.minutes,
    timeZone,
  };
}

/** Null when the family has cancelled what was scheduled before its letters were written: it knows more than they would say. */
function lessonFacts(of: Case): LessonFacts | null {
  if (!of.enrollment.lessonId) return null;
  return {
    ...slotFacts(of),
    id: of.enrollment.lessonId,
    sequence: 0,
    isWeekly: of.enrollment.kind === "plan",
  };
}

const INTERVALS = { monthly: "month", semester: "semester", yearly: "year" } as const;

function planFacts({ enrollment, nextChargeOn }: Case): PlanFacts | null {
  if (enrollment.kind !== "plan") return null;
  const tuition = enrollment.lines
    .filter((line) => line.recurring)
    .reduce((sum, line) => sum + line.cents, 0);
  return {
    interval: INTERVALS[enrollment.cadence],
    minutes: enrollment.minutes,
    price: usd(tuition),
    nextChargeOn,
  };
}

function letter(of: Case, kind: string, to: string, suffix = "") {
  return {
    key: `${kind}:${of.enrollment.id}${suffix}`,
    kind,
    to,
    familyId: of.enrollment.familyId,
    enrollmentId: of.enrollment.id,
  };
}

/** The page on which the family goes on with its enrollment. */
function enrollmentUrl({ academy, enrollment }: Case): string {
  return `${academy.siteUrl}/enroll/${enrollment.id}`;
}

/** The letters of welcome, each once. False when it had been sent, or no lesson is ahead any more. */
export async function sendParentWelcome(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  const lesson = lessonFacts(of);
  if (!lesson) return false;
  return deliver(letter(of, "welcome-parent", of.parent.email), () =>
    renderWelcomeParent({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      student: studentFacts(of),
      lesson,
      payment: of.payment,
      plan: planFacts(of),
      trialCreditDays: of.enrollment.kind === "trial" ? of.trialCreditDays : null,
      policy: of.policy,
      portalUrl: `${of.academy.siteUrl}/family`,
      policyUrl: `${of.academy.siteUrl}/policies`,
    }),
  );
}

/** False as well when the teacher has no address of their own. */
export async function sendTeacherWelcome(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  if (!of.teacher.email) return false;
  const lesson = lessonFacts(of);
  if (!lesson) return false;
  return deliver(letter(of, "welcome-teacher", of.teacher.email), () =>
    renderWelcomeTeacher({
      academy: of.academy,
      teacherFirstName: of.teacher.firstName,
      student: {
        firstName: of.enrollment.student.firstName,
        age: studentAge(of),
        level: of.level,
        wishes: of.wishes,
      },
      lesson,
      lessonUrl: `${of.academy.siteUrl}/teach/students/${of.enrollment.student.id}`,
    }),
  );
}

function studentAge({ enrollment, timeZone }: Case): number {
  return ageOn(enrollment.student.birthDate, localDate(enrollment.startsAt, timeZone));
}

export async function sendAcademyWelcome(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  const lesson = lessonFacts(of);
  if (!lesson) return false;
  return deliver(letter(of, "welcome-academy", env().ACADEMY_EMAIL), () =>
    renderWelcomeAcademy({
      academy: of.academy,
      enrollmentNumber: String(of.enrollment.number),
      student: studentFacts(of),
      studentAge: studentAge(of),
      level: of.level,
      wishes: of.wishes,
      parent: { name: of.parent.fullName, email: of.parent.email, phone: of.parent.phone },
      lesson,
      payment: of.payment,
      plan: planFacts(of),
      matchReason: of.enrollment.matchReason,
      caseUrl: `${of.academy.siteUrl}/admin/enrollments/${of.enrollment.id}`,
    }),
  );
}

/** Only for a student with an address of their own. */
export async function sendStudentWelcome(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  if (!of.enrollment.studentEmail) return false;
  const lesson = lessonFacts(of);
  if (!lesson) return false;
  return deliver(letter(of, "welcome-student", of.enrollment.studentEmail), () =>
    renderWelcomeStudent({
      academy: of.academy,
      student: studentFacts(of),
      lesson,
      portalUrl: `${of.academy.siteUrl}/student`,
      setPasswordUrl: `${of.academy.siteUrl}/register`,
    }),
  );
}

/** The receipt of one payment, to the family's first payer. */
export async function sendReceipt(enrollmentId: string, paymentId: string): Promise<boolean> {
  const of = await read(enrollmentId, paymentId);
  const { payment } = of;
  if (!payment) throw new AppError("not_found", { userMessage: "This payment does not exist." });
  return deliver({ ...letter(of, "receipt", of.parent.email), key: `receipt:${paymentId}` }, () =>
    renderPaymentReceipt({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      studentName: `${of.enrollment.student.firstName} ${of.enrollment.student.lastName}`,
      payment,
    }),
  );
}

const GIVEN_BACK = {
  duplicate: "The enrollment had been paid for already; it is paid once.",
  too_late: "The payment arrived after the enrollment had ended.",
} as const;

/** Why a payment that could not count went back to the card. */
export async function sendRefundNotice(
  enrollmentId: string,
  paymentId: string,
  why: keyof typeof GIVEN_BACK,
): Promise<boolean> {
  const of = await read(enrollmentId, paymentId);
  const { payment, refund } = of;
  if (!payment || !refund) throw new AppError("not_found", { userMessage: "This refund does not exist." });
  return deliver({ ...letter(of, "refund-notice", of.parent.email), key: `refund-notice:${paymentId}` }, () =>
    renderRefundNotice({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      refundNumber: `R-${payment.receiptNumber}`,
      receiptNumber: payment.receiptNumber,
      refundedAt: clock.now(),
      timeZone: of.timeZone,
      refund,
      paidTotal: payment.total,
      reason: GIVEN_BACK[why],
      billingUrl: `${of.academy.siteUrl}/family/billing`,
    }),
  );
}

const TURNS = { 1: "first", 5: "second", 12: "last" } as const;

/** One of the reminders of an enrollment that waits for its payment, on day 1, 5 or 12. */
export async function sendReminder(enrollmentId: string, dayNumber: 1 | 5 | 12): Promise<boolean> {
  const of = await read(enrollmentId);
  return deliver(letter(of, "provisional-reminder", of.parent.email, `:${dayNumber}`), () =>
    renderProvisionalReminder({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      student: studentFacts(of),
      slot: slotFacts(of),
      turn: TURNS[dayNumber],
      heldUntil: of.enrollment.heldUntil,
      lapsesAt: of.enrollment.expiresAt,
      amountDue: usd(of.enrollment.dueCents),
      resumeUrl: enrollmentUrl(of),
    }),
  );
}

/** The time went to somebody else: three alternatives, and what became of the money. */
export async function sendSlotLost(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  const { enrollment } = of;
  const alternatives = await findAlternatives({
    teacherId: enrollment.teacher.id,
    instrumentId: enrollment.instrument.id,
    startsAt: enrollment.startsAt,
    minutes: enrollment.minutes,
    age: studentAge(of),
  });
  const names = await withPrincipal(academyItself, listTeacherNames);
  return deliver(letter(of, "slot-lost", of.parent.email), () =>
    renderSlotLost({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      student: studentFacts(of),
      slot: slotFacts(of),
      alternatives: alternatives.map((time) => {
        const teacher = names.get(time.teacherId);
        const query = new URLSearchParams({
          instrument: enrollment.instrument.slug,
          teacher: teacher?.slug ?? enrollment.teacher.slug,
          starts_at: time.startsAt.toISOString(),
          minutes: String(enrollment.minutes),
        });
        return {
          ...slotFacts(of),
          teacherName: teacher?.name ?? enrollment.teacher.name,
          roomName: null,
          startsAt: time.startsAt,
          url: `${of.academy.siteUrl}/enroll?${query}`,
        };
      }),
      refund: of.refund,
      holdMinutes: of.holdMinutes,
      chooseUrl: `${of.academy.siteUrl}/timeslots?instrument=${enrollment.instrument.slug}`,
    }),
  );
}

export async function sendLapsed(enrollmentId: string): Promise<boolean> {
  const of = await read(enrollmentId);
  const days = Math.round(
    (of.enrollment.expiresAt.getTime() - of.enrollment.submittedAt.getTime()) / 86_400_000,
  );
  return deliver(letter(of, "enrollment-lapsed", of.parent.email), () =>
    renderEnrollmentLapsed({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      student: studentFacts(of),
      instrument: of.enrollment.instrument.name.toLowerCase(),
      startedOn: of.enrollment.submittedAt,
      timeZone: of.timeZone,
      days,
      enrollUrl: `${of.academy.siteUrl}/enroll?instrument=${of.enrollment.instrument.slug}`,
    }),
  );
}

export async function sendUndone(enrollmentId: string, reason: string): Promise<boolean> {
  const of = await read(enrollmentId);
  return deliver(letter(of, "enrollment-undone", of.parent.email), () =>
    renderEnrollmentUndone({
      academy: of.academy,
      parentFirstName: of.parent.firstName,
      student: studentFacts(of),
      slot: slotFacts(of),
      reason,
      kept: ["Your account and the student's details are kept, so you need not type them again."],
      refund: of.refund,
      resumeUrl: `${of.academy.siteUrl}/enroll?instrument=${of.enrollment.instrument.slug}`,
    }),
  );
}
