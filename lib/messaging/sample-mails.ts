import { declineInWords } from "@/lib/billing/decline-wording";
import { usd } from "@/lib/money";
import { type AuthEmailKind, renderAuthEmail } from "./auth-email";
import { renderClosure } from "./closure-mail";
import { renderLessonsPaused, renderLessonsResumed, renderPaymentFailed } from "./collection-mails";
import { renderEnrollmentChanged } from "./enrollment-change-mails";
import {
  renderEnrollmentLapsed,
  renderEnrollmentUndone,
  renderProvisionalReminder,
  renderSlotLost,
} from "./enrollment-mails";
import type { AcademyFacts, LessonFacts, PaymentFacts, PlanFacts, SlotFacts, StudentFacts } from "./facts";
import { renderLessonCancelled, renderLessonMoved, renderMakeupBooked } from "./lesson-mails";
import { renderMakeupOffer } from "./makeup-offer-mail";
import { renderNoShow, renderNoShowAcademy } from "./no-show-mails";
import { renderPaymentReceipt, renderRefundNotice } from "./payment-mails";
import { renderAbsenceWithdrawn, renderLessonProposals } from "./proposal-mails";
import { type LessonReminderFacts, renderLessonReminder } from "./reminder-mail";
import { renderRunFailed } from "./run-mails";
import { renderSeriesChanged } from "./series-mail";
import type { RenderedMail } from "./smtp";
import { renderLessonSubstituted, renderSubstitutionAssigned } from "./substitute-mail";
import { renderWaitlistOffer } from "./waitlist-mails";
import {
  renderWelcomeAcademy,
  renderWelcomeParent,
  renderWelcomeStudent,
  renderWelcomeTeacher,
} from "./welcome-mails";

/** One realistic enrollment and every letter about it, for tests and for looking at the letters. */

export const academy: AcademyFacts = {
  name: "Cedar Heights Music Academy",
  email: "office@cedarheights.example",
  phone: "(212) 555-0142",
  address: "48 Cedar Heights Road, Tarrytown, NY 10591",
  siteUrl: "http://127.0.0.1:3000",
};

export const mia: StudentFacts = { firstName: "Mia", lastName: "Alvarez", isReader: false };

/** Thursday, 3 December 2026, 16:15 in New York, which is on standard time then (UTC-5). */
export const slot: SlotFacts = {
  kind: "trial",
  instrument: "piano",
  teacherName: "Elena Marsh",
  roomName: "Room 2",
  startsAt: new Date("2026-12-03T21:15:00Z"),
  minutes: 30,
  timeZone: "America/New_York",
};

export const lesson: LessonFacts = {
  ...slot,
  id: "0199c3a1-7d52-7b44-9c0e-5d1f0a2b3c4d",
  sequence: 0,
  isWeekly: false,
};

/** The lesson on the day before it, to Mia's mother. */
const lessonReminder: LessonReminderFacts = {
  academy,
  reader: { isStudent: false, firstName: "Rosa" },
  student: mia,
  lesson: { ...lesson, noun: "piano lesson" },
  familyZone: null,
  now: new Date("2026-12-02T21:15:00Z"),
  freeUntil: new Date("2026-12-02T21:15:00Z"),
};

/** The lesson whose teacher is away, as its family is asked about it. */
const absence = {
  academy,
  readerFirstName: "Rosa",
  student: mia,
  lesson: { ...lesson, kind: "regular" as const },
  lessonUrl: `${academy.siteUrl}/family/lessons/${lesson.id}`,
};

/** Three Thursdays of a plan; the first is `lesson`. */
const weekly: readonly LessonFacts[] = ["03", "10", "17"].map((day) => ({
  ...lesson,
  kind: "regular",
  id: lesson.id.replace(/^../, day === "03" ? "01" : day),
  startsAt: new Date(`2026-12-${day}T21:15:00Z`),
  isWeekly: true,
}));

export const payment: PaymentFacts = {
  receiptNumber: "CH-1042",
  paidAt: new Date("2026-11-24T16:31:00Z"),
  timeZone: "America/New_York",
  lines: [{ label: "Trial lesson, piano, 30 minutes", amount: usd(2500) }],
  total: usd(2500),
  card: { brand: "visa", last4: "4242" },
  receiptUrl: "http://127.0.0.1:3000/family/receipts/CH-1042",
};

const plan: PlanFacts = {
  interval: "month",
  minutes: 30,
  price: usd(16000),
  nextChargeOn: "2027-01-01",
};

export const policy: readonly string[] = [
  "Cancel 24 hours or more before the start, and you get a credit for the same minutes, valid for 60 days, at most 2 a term.",
  "Later than that, or without a word, the lesson counts as taken.",
];

const refund = { amount: usd(2500), card: { brand: "visa", last4: "4242" } };
const family = { academy, parentFirstName: "Rosa", student: mia };
const site = academy.siteUrl;
const wishes = "Loves film music.\nA little shy at first, please be patient.";

function auth(kind: AuthEmailKind): Promise<RenderedMail> {
  const confirmUrl = `${site}/auth/confirm?token_hash=pkce_4f1c09a7b2d84e55a1c3&type=${kind}`;
  return renderAuthEmail({ kind, to: "rosa.alvarez@example.com", confirmUrl });
}

function reminder(turn: "first" | "second" | "last", heldUntil: Date | null): Promise<RenderedMail> {
  return renderProvisionalReminder({
    ...family,
    slot,
    turn,
    heldUntil,
    lapsesAt: new Date("2026-12-08T16:30:00Z"),
    amountDue: usd(2500),
    resumeUrl: `${site}/enroll/resume/7f3a`,
  });
}

/** A charge of Mia's tuition that was declined, told in the words that the code stands for. */
function paymentFailed(code: string): Promise<RenderedMail> {
  const decline = declineInWords(code);
  return renderPaymentFailed({
    ...family,
    instrument: "piano",
    amount: usd(16000),
    card: { brand: "visa", last4: "9995" },
    triedAt: new Date("2026-12-01T15:02:00Z"),
    timeZone: slot.timeZone,
    isFinal: decline.final,
    why: decline.why,
    remedy: decline.remedy,
    next: [
      decline.final
        ? "We do not charge this card again."
        : "We try again on Thursday, December 3, 2026, 10:02 am EST.",
      "A new card is charged at once, and then all is settled.",
      "Until Thursday, December 31, 2026 the lessons go on as usual. If the amount is still open then, they pause.",
    ],
    cardUrl: `${site}/family/billing`,
  });
}

const paused = {
  academy,
  student: mia,
  instrument: "piano",
  amount: usd(16000),
  dueOn: "2026-12-01",
  lessonsFreed: 7,
};

/** Mia's lesson as the mails about its changes know it. */
const changed = {
  academy,
  student: mia,
  lesson: {
    id: lesson.id,
    sequence: 1,
    noun: "piano lesson",
    teacherName: slot.teacherName,
    roomName: slot.roomName,
    startsAt: slot.startsAt,
    minutes: slot.minutes,
    timeZone: slot.timeZone,
  },
};
const toRosa = {
  ...changed,
  reader: { role: "family", firstName: "Rosa" },
  lessonUrl: `${academy.siteUrl}/family/lessons/${lesson.id}`,
} as const;
const toElena = {
  ...changed,
  reader: { role: "teacher", firstName: "Elena" },
  lessonUrl: `${academy.siteUrl}/teach/lessons/${lesson.id}`,
} as const;

function alternative(startsAt: string, teacherName: string, roomName: string, id: string) {
  return {
    ...slot,
    startsAt: new Date(startsAt),
    teacherName,
    roomName,
    url: `${site}/enroll/resume/7f3a?slot=${id}`,
  };
}

const leaving = {
  academy,
  reader: "family",
  readerName: "Rosa",
  student: mia,
  change: "leaving",
  instrument: "piano",
  teacherName: slot.teacherName,
  plan: "Weekly, 30 minutes",
  from: null,
  day: "2026-12-24",
  lines: ["$78.00 is charged on Sat, Dec 5, for the time until the last day."],
  lessons: weekly.map(({ startsAt }) => startsAt),
  timeZone: slot.timeZone,
  pageUrl: `${site}/family/enrollments/0199c3a1`,
} as const;

/** Every letter by the name of its file in `emails/`, with variants after a colon. */
export async function renderSamples(): Promise<ReadonlyMap<string, RenderedMail>> {
  const welcome = {
    ...family,
    lesson,
    payment,
    plan: null,
    trialCreditDays: 7,
    policy,
    portalUrl: `${site}/family`,
    policyUrl: `${site}/policies`,
  };
  const offer = {
    ...family,
    openUntil: new Date("2026-11-24T18:30:00Z"),
    timeZone: slot.timeZone,
    offerUrl: `${site}/family/classes#offers`,
  };
  const samples: readonly (readonly [name: string, mail: Promise<RenderedMail>])[] = [
    ["confirm-address", auth("confirm")],
    ["reset-password", auth("recovery")],
    ["change-address", auth("email_change")],
    ["sign-in-link", auth("magic_link")],
    ["welcome-parent", renderWelcomeParent(welcome)],
    [
      "welcome-parent:plan",
      renderWelcomeParent({
        ...welcome,
        student: { firstName: "Rosa", lastName: "Alvarez", isReader: true },
        lesson: { ...lesson, kind: "regular", isWeekly: true },
        plan,
      }),
    ],
    [
      "welcome-student",
      renderWelcomeStudent({
        academy,
        student: mia,
        lesson,
        portalUrl: `${site}/family`,
        setPasswordUrl: `${site}/forgot-password`,
      }),
    ],
    [
      "welcome-teacher",
      renderWelcomeTeacher({
        academy,
        teacherFirstName: "Elena",
        student: { firstName: "Mia", age: 9, level: "beginner", wishes },
        lesson,
        lessonUrl: `${site}/teach/lessons/${lesson.id}`,
      }),
    ],
    [
      "welcome-academy",
      renderWelcomeAcademy({
        academy,
        enrollmentNumber: "E-2026-0181",
        student: mia,
        studentAge: 9,
        level: "beginner",
        wishes,
        parent: { name: "Rosa Alvarez", email: "rosa.alvarez@example.com", phone: "(914) 555-0177" },
        lesson,
        payment,
        plan: null,
        matchReason: "Free at both preferred times; teaches the sibling Leo on the same day.",
        caseUrl: `${site}/admin/enrollments/0199c3a1`,
      }),
    ],
    ["provisional-reminder", reminder("first", new Date("2026-11-24T16:45:00Z"))],
    ["provisional-reminder:second", reminder("second", null)],
    ["provisional-reminder:last", reminder("last", null)],
    [
      "slot-lost",
      renderSlotLost({
        ...family,
        slot,
        alternatives: [
          alternative("2026-12-03T22:00:00Z", "Elena Marsh", "Room 2", "a1"),
          alternative("2026-12-04T21:15:00Z", "Elena Marsh", "Room 2", "b2"),
          alternative("2026-12-05T15:30:00Z", "Daniel Okafor", "Room 1", "c3"),
        ],
        refund: null,
        holdMinutes: 15,
        chooseUrl: `${site}/enroll/resume/7f3a`,
      }),
    ],
    [
      "slot-lost:refunded",
      renderSlotLost({
        ...family,
        slot,
        alternatives: [],
        refund,
        holdMinutes: 15,
        chooseUrl: `${site}/enroll/resume/7f3a`,
      }),
    ],
    [
      "enrollment-lapsed",
      renderEnrollmentLapsed({
        ...family,
        instrument: "piano",
        startedOn: new Date("2026-11-24T16:30:00Z"),
        timeZone: slot.timeZone,
        days: 14,
        enrollUrl: `${site}/enroll`,
      }),
    ],
    [
      "enrollment-undone",
      renderEnrollmentUndone({
        ...family,
        slot,
        reason: "Elena Marsh can take no more students this term.",
        kept: ["Your account and everything you typed.", "Your place on the sibling discount."],
        refund,
        resumeUrl: `${site}/enroll/resume/7f3a`,
      }),
    ],
    ["enrollment-changed", renderEnrollmentChanged(leaving)],
    [
      "enrollment-changed:teacher",
      renderEnrollmentChanged({
        ...leaving,
        reader: "teacher",
        readerName: "Elena",
        lines: [],
        pageUrl: `${site}/teach`,
      }),
    ],
    ["enrollment-changed:staying", renderEnrollmentChanged({ ...leaving, change: "staying", day: null })],
    ["enrollment-changed:left", renderEnrollmentChanged({ ...leaving, change: "left", lessons: [] })],
    [
      "enrollment-changed:pausing",
      renderEnrollmentChanged({ ...leaving, change: "pausing", from: "2026-12-01", lines: [] }),
    ],
    [
      "enrollment-changed:new-teacher",
      renderEnrollmentChanged({ ...leaving, change: "new-teacher", day: null, lines: [] }),
    ],
    [
      "enrollment-changed:given-away",
      renderEnrollmentChanged({
        ...leaving,
        change: "given-away",
        reader: "teacher",
        readerName: "Daniel",
        day: null,
        lines: [],
        pageUrl: `${site}/teach`,
      }),
    ],
    [
      "enrollment-changed:going-on",
      renderEnrollmentChanged({ ...leaving, change: "going-on", day: null, lines: [] }),
    ],
    [
      "lesson-substituted",
      renderLessonSubstituted({
        ...family,
        lesson: { ...lesson, kind: "regular", teacherName: "Daniel Okafor", sequence: 1 },
        teacherBefore: "Elena Marsh",
        isOwnTeacher: false,
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "lesson-substituted:own",
      renderLessonSubstituted({
        ...family,
        lesson: { ...lesson, kind: "regular", sequence: 2 },
        teacherBefore: "Daniel Okafor",
        isOwnTeacher: true,
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "substitution-assigned",
      renderSubstitutionAssigned({
        academy,
        teacherFirstName: "Daniel",
        studentName: "Mia",
        lesson: { ...lesson, kind: "regular", teacherName: "Daniel Okafor", sequence: 1 },
        teacherBefore: "Elena Marsh",
        lessonsUrl: `${site}/teach?week=2026-11-30`,
      }),
    ],
    [
      "series-changed",
      renderSeriesChanged({
        ...family,
        change: "planned",
        time: "Thursdays at 4:15 pm, every week",
        lessons: weekly,
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "series-changed:moved",
      renderSeriesChanged({
        ...family,
        change: "moved",
        time: "Thursdays at 4:15 pm, every week",
        lessons: weekly,
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "series-changed:ended",
      renderSeriesChanged({
        ...family,
        change: "ended",
        time: "Thursdays at 4:15 pm, every week",
        lessons: weekly.slice(1),
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "series-changed:continued",
      renderSeriesChanged({
        ...family,
        change: "continued",
        time: "Thursdays at 4:15 pm, every week",
        lessons: weekly,
        owed: [
          {
            reason: "Thursday, December 24, 2026: the teacher is away",
            minutes: 30,
            expiresAt: new Date("2027-02-22T05:00:00Z"),
            alternatives: [
              {
                startsAt: new Date("2026-12-23T21:30:00Z"),
                teacherName: "Elena Marsh",
                url: `${site}/family/makeups/0199c3a1?teacher=1&at=2`,
              },
            ],
          },
        ],
        portalUrl: `${site}/family/lessons`,
      }),
    ],
    [
      "lesson-proposals",
      renderLessonProposals({
        ...absence,
        until: new Date("2026-12-02T21:15:00Z"),
        choices: [
          { id: "0199c3a1", kind: "substitute", teacherName: "Daniel Okafor", startsAt: lesson.startsAt },
          {
            id: "0199c3a2",
            kind: "time",
            teacherName: lesson.teacherName,
            startsAt: new Date("2026-12-04T21:15:00Z"),
          },
          { id: "0199c3a3", kind: "credit", teacherName: null, startsAt: null },
        ],
      }),
    ],
    ["absence-withdrawn", renderAbsenceWithdrawn(absence)],
    [
      "no-show",
      renderNoShow({
        academy,
        readerFirstName: "Rosa",
        student: mia,
        lesson: { ...lesson, noun: "piano lesson", isClass: false },
        noticeMinutes: 1440,
        lessonUrl: `${site}/family/lessons/${lesson.id}`,
      }),
    ],
    [
      "no-show-academy",
      renderNoShowAcademy({
        academy,
        timeZone: slot.timeZone,
        student: mia,
        termName: "Fall",
        lessons: weekly.slice(0, 2),
        familyUrl: `${site}/admin/families/0199c3a1`,
      }),
    ],
    [
      "closure",
      renderClosure({
        academy,
        reader: { role: "family", firstName: "Rosa" },
        closure: { name: "Snow day", startsOn: "2026-12-03", endsOn: "2026-12-03", kind: "weather" },
        timeZone: slot.timeZone,
        lessons: [
          {
            ...lesson,
            noun: "piano lesson",
            who: "Mia",
            credit: { minutes: 30, expiresAt: new Date("2027-02-01T15:00:00Z") },
          },
          {
            ...lesson,
            id: lesson.id.replace(/^../, "22"),
            noun: "Rock Band",
            who: "Leo",
            startsAt: new Date("2026-12-03T22:00:00Z"),
            credit: null,
          },
        ],
        paidOut: usd(2750),
        pageUrl: `${site}/family/makeups`,
      }),
    ],
    [
      "closure:teacher",
      renderClosure({
        academy,
        reader: { role: "teacher", firstName: "Elena" },
        closure: { name: "Staff training", startsOn: "2026-12-03", endsOn: "2026-12-04", kind: "academy" },
        timeZone: slot.timeZone,
        lessons: [{ ...lesson, noun: "piano lesson", who: "Mia", credit: null }],
        paidOut: null,
        pageUrl: `${site}/teach`,
      }),
    ],
    [
      "run-failed",
      renderRunFailed({
        academy,
        timeZone: slot.timeZone,
        workflow: "Enrollment: teacher, first lesson",
        about: "#181 Mia Alvarez",
        failedAt: new Date("2026-11-24T18:30:00Z"),
        step: "Schedule lesson",
        reason: "The time is no longer held. Please choose another.",
        undone: ["Free the time"],
        notUndone: ["Refund"],
        runUrl: `${site}/admin/workflows/01KB2Z8Q6T4M9X3V5N7P1R0SDF`,
      }),
    ],
    [
      "payment-receipt",
      renderPaymentReceipt({ academy, parentFirstName: "Rosa", studentName: "Mia Alvarez", payment }),
    ],
    [
      "payment-receipt:plan",
      renderPaymentReceipt({
        academy,
        parentFirstName: "Rosa",
        studentName: "Mia Alvarez",
        payment: {
          ...payment,
          receiptNumber: "CH-1057",
          lines: [
            { label: "Monthly tuition, piano, 30 minutes, December", amount: usd(16000) },
            { label: "Registration 2026-27, sibling", amount: usd(1500) },
            { label: "Sibling discount, 8 % of tuition", amount: usd(-1280) },
            { label: "Trial lesson credited", amount: usd(-2500) },
          ],
          total: usd(13720),
          card: { brand: "amex", last4: "0005" },
          receiptUrl: `${site}/family/receipts/CH-1057`,
        },
      }),
    ],
    [
      "refund-notice",
      renderRefundNotice({
        academy,
        parentFirstName: "Rosa",
        refundNumber: "CR-0031",
        receiptNumber: "CH-1042",
        refundedAt: new Date("2026-11-24T16:35:00Z"),
        timeZone: slot.timeZone,
        refund,
        paidTotal: usd(2500),
        reason: "The lesson could not be scheduled.",
        billingUrl: `${site}/family/billing`,
      }),
    ],
    [
      "refund-notice:credit",
      renderRefundNotice({
        academy,
        parentFirstName: "Rosa",
        refundNumber: "CR-0032",
        receiptNumber: "CH-1057",
        refundedAt: new Date("2026-11-24T16:35:00Z"),
        timeZone: slot.timeZone,
        refund: { amount: usd(4000), card: null },
        paidTotal: usd(16000),
        isCredit: true,
        endsTuition: true,
        reason: "Two lessons less in December.",
        billingUrl: `${site}/family/billing`,
      }),
    ],
    ["payment-failed", paymentFailed("insufficient_funds")],
    ["payment-failed:final", paymentFailed("stolen_card")],
    [
      "lessons-paused",
      renderLessonsPaused({
        ...paused,
        reader: { role: "family", firstName: "Rosa" },
        url: `${site}/family/billing`,
      }),
    ],
    [
      "lessons-paused:academy",
      renderLessonsPaused({
        ...paused,
        reader: { role: "academy" },
        url: `${site}/admin/enrollments/0199c3a1`,
      }),
    ],
    [
      "lessons-resumed",
      renderLessonsResumed({
        ...family,
        instrument: "piano",
        booked: weekly.slice(1).map(({ startsAt }) => startsAt),
        lost: weekly.slice(0, 1).map(({ startsAt }) => startsAt),
        timeZone: slot.timeZone,
        url: `${site}/family/lessons`,
      }),
    ],
    [
      "waitlist-offer",
      renderWaitlistOffer({
        ...offer,
        offered: { kind: "lesson", instrument: "piano", startsAt: slot.startsAt, minutes: 30 },
        teacherName: slot.teacherName,
        roomName: slot.roomName,
      }),
    ],
    [
      "waitlist-offer:class",
      renderWaitlistOffer({
        ...offer,
        offered: {
          kind: "class",
          name: "Rock Band",
          classKind: "group",
          weekday: 5,
          starts: "16:15",
          minutes: 90,
          nextAt: new Date("2026-12-05T21:15:00Z"),
          price: usd(11000),
        },
        teacherName: "Marcus Bell",
        roomName: "Juniper Studio",
      }),
    ],
    [
      "lesson-cancelled",
      renderLessonCancelled({
        ...toRosa,
        how: "by the teacher",
        reason: "A cold",
        outcome: ["A make-up credit of 30 minutes, valid until Tue, Feb 2, 9:00 am EST."],
        isSeat: false,
        action: { label: "Book a make-up", href: `${site}/family/makeups/0199c3a1` },
      }),
    ],
    [
      "lesson-cancelled:teacher",
      renderLessonCancelled({
        ...toElena,
        lesson: { ...changed.lesson, startsAt: new Date("2026-12-10T21:15:00Z") },
        how: "by the family",
        reason: null,
        outcome: ["The time is free again and not paid."],
        isSeat: false,
        action: { label: "See the lesson", href: toElena.lessonUrl },
      }),
    ],
    [
      "lesson-moved",
      renderLessonMoved({
        ...toRosa,
        was: { startsAt: new Date("2026-12-01T21:00:00Z"), teacherName: "Daniel Okafor" },
        reason: "The room is being painted",
      }),
    ],
    [
      "makeup-booked",
      renderMakeupBooked({ ...toRosa, lesson: { ...changed.lesson, noun: "piano make-up lesson" } }),
    ],
    [
      "makeup-offer",
      renderMakeupOffer({
        academy,
        timeZone: slot.timeZone,
        readerFirstName: "Rosa",
        student: mia,
        minutes: 30,
        expiresAt: new Date("2026-12-17T05:00:00Z"),
        now: new Date("2026-12-03T14:00:00Z"),
        money: usd(4000),
        times: [
          {
            startsAt: new Date("2026-12-04T21:15:00Z"),
            teacherName: "Elena Marsh",
            url: `${site}/family/makeups/0199c3a1?teacher=1&at=2`,
          },
        ],
        makeupUrl: `${site}/family/makeups/0199c3a1`,
      }),
    ],
    ["lesson-reminder", renderLessonReminder(lessonReminder)],
    [
      "lesson-reminder:student-away",
      renderLessonReminder({
        ...lessonReminder,
        reader: { isStudent: true, firstName: "Mia" },
        student: { ...mia, isReader: true },
        familyZone: "America/Los_Angeles",
        now: new Date("2026-12-03T19:15:00Z"),
      }),
    ],
  ];
  return new Map(await Promise.all(samples.map(async ([name, mail]) => [name, await mail] as const)));
}
