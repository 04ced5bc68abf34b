import { usd } from "@/lib/money";
import { type AuthEmailKind, renderAuthEmail } from "./auth-email";
import {
  renderEnrollmentLapsed,
  renderEnrollmentUndone,
  renderProvisionalReminder,
  renderSlotLost,
} from "./enrollment-mails";
import type { AcademyFacts, LessonFacts, PaymentFacts, PlanFacts, SlotFacts, StudentFacts } from "./facts";
import { renderPaymentReceipt, renderRefundNotice } from "./payment-mails";
import type { RenderedMail } from "./smtp";
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

function alternative(startsAt: string, teacherName: string, roomName: string, id: string) {
  return {
    ...slot,
    startsAt: new Date(startsAt),
    teacherName,
    roomName,
    url: `${site}/enroll/resume/7f3a?slot=${id}`,
  };
}

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
  ];
  return new Map(await Promise.all(samples.map(async ([name, mail]) => [name, await mail] as const)));
}
