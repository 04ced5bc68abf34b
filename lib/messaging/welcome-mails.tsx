import { capitalize } from "@/emails/_components/capitalize";
import WelcomeAcademy, { welcomeAcademyLetter } from "@/emails/welcome-academy";
import WelcomeParent, { welcomeParentLetter } from "@/emails/welcome-parent";
import WelcomeStudent, { welcomeStudentLetter } from "@/emails/welcome-student";
import WelcomeTeacher, { welcomeTeacherLetter } from "@/emails/welcome-teacher";
import { formatMoney } from "@/lib/money";
import type { AcademyFacts, LessonFacts, PaymentFacts, PlanFacts, StudentFacts } from "./facts";
import { lessonAttachment, renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longSpan, plainDay, shortMoment, weeklyTime } from "./when";
import {
  absoluteUrl,
  asSender,
  billAmounts,
  describeCard,
  describePlace,
  formatTotal,
  fullName,
  lessonNoun,
  oneLine,
  severalLines,
  whose,
} from "./wording";

/**
 * `trialCreditDays`: within how many days of a trial lesson its price counts toward a plan. `policy`: the
 * cancellation policy in sentences.
 */
export type WelcomeParentFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  lesson: LessonFacts;
  payment: PaymentFacts | null;
  plan: PlanFacts | null;
  trialCreditDays: number | null;
  policy: readonly string[];
  portalUrl: string;
  policyUrl: string;
};

/** The family's welcome with the first lesson, what was paid, what comes next and an `.ics`. */
export async function renderWelcomeParent(facts: WelcomeParentFacts): Promise<RenderedMail> {
  const { academy, student, lesson, payment, plan } = facts;
  const portalUrl = absoluteUrl(facts.portalUrl);
  const policy = facts.policy.map((sentence) => oneLine(sentence, 400));
  const props = {
    ...lessonWords(academy, lesson),
    sender: asSender(academy),
    readerName: oneLine(facts.parentFirstName, 60),
    studentName: student.isReader ? null : oneLine(student.firstName, 60),
    payment:
      payment === null
        ? null
        : {
            paid: paidWords(payment),
            receiptNumber: oneLine(payment.receiptNumber, 40),
            receiptUrl: absoluteUrl(payment.receiptUrl),
          },
    plan: plan === null ? null : planWords(plan),
    nextSteps: nextSteps(facts),
    policy,
    policyUrl: absoluteUrl(facts.policyUrl),
    portalUrl,
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(whose(student))} ${lessonNoun(lesson)} with ${oneLine(lesson.teacherName)}`,
    description: [`Your lessons: ${portalUrl}`, ...policy].join("\n"),
    url: portalUrl,
  });
  return renderLetter(<WelcomeParent {...props} />, welcomeParentLetter(props), [calendar]);
}

function nextSteps({ lesson, plan, student, trialCreditDays, payment }: WelcomeParentFacts): string[] {
  const room = lesson.roomName === null ? "" : `, to ${oneLine(lesson.roomName, 60)}`;
  const steps = [
    "Open the attached file to put the lesson into your calendar.",
    `Come five minutes early${room}. ${oneLine(lesson.teacherName)} takes it from there.`,
  ];
  if (plan === null && lesson.kind === "trial" && trialCreditDays !== null && payment !== null) {
    steps.push(
      `Liked it? Choose a plan on your family's page within ${trialCreditDays} days of the lesson, and the ${formatMoney(payment.total)} for the trial counts toward it.`,
    );
  } else {
    steps.push(`Find ${whose(student)} lessons, notes and practice on your family's page at any time.`);
  }
  return steps;
}

/** `setPasswordUrl`: null when the student has a password already. */
export type WelcomeStudentFacts = {
  academy: AcademyFacts;
  student: StudentFacts;
  lesson: LessonFacts;
  portalUrl: string;
  setPasswordUrl: string | null;
};

/** The welcome of a student with an address of their own. Never money. */
export async function renderWelcomeStudent(facts: WelcomeStudentFacts): Promise<RenderedMail> {
  const { academy, lesson, setPasswordUrl } = facts;
  const portalUrl = absoluteUrl(facts.portalUrl);
  const props = {
    ...lessonWords(academy, lesson),
    sender: asSender(academy),
    studentName: oneLine(facts.student.firstName, 60),
    portalUrl,
    setPasswordUrl: setPasswordUrl === null ? null : absoluteUrl(setPasswordUrl),
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(lessonNoun(lesson))} with ${oneLine(lesson.teacherName)}`,
    description: `Your lessons and practice: ${portalUrl}`,
    url: portalUrl,
  });
  return renderLetter(<WelcomeStudent {...props} />, welcomeStudentLetter(props), [calendar]);
}

/** `age` in years on the day of the lesson; `level` in the form's words; `wishes` as the family typed them. */
export type WelcomeTeacherFacts = {
  academy: AcademyFacts;
  teacherFirstName: string;
  student: { firstName: string; age: number; level: string; wishes: string | null };
  lesson: LessonFacts;
  lessonUrl: string;
};

/** The teacher's word on a new student: first name, age, level, wishes. No billing, no address. */
export async function renderWelcomeTeacher(facts: WelcomeTeacherFacts): Promise<RenderedMail> {
  const { academy, student, lesson } = facts;
  const lessonUrl = absoluteUrl(facts.lessonUrl);
  const studentName = oneLine(student.firstName, 60);
  const props = {
    ...lessonWords(academy, lesson),
    sender: asSender(academy),
    readerName: oneLine(facts.teacherFirstName, 60),
    studentName,
    age: ageWords(student.age),
    level: oneLine(student.level, 60),
    wishes: wishWords(student.wishes),
    room: lesson.roomName === null ? oneLine(academy.name) : oneLine(lesson.roomName, 60),
    lessonUrl,
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(lessonNoun(lesson))}: ${studentName}`,
    description: `${studentName}, ${ageWords(student.age)}, ${oneLine(student.level, 60)}\n${lessonUrl}`,
    url: lessonUrl,
  });
  return renderLetter(<WelcomeTeacher {...props} />, welcomeTeacherLetter(props), [calendar]);
}

/** `matchReason`: why this teacher, in the words of the matching. */
export type WelcomeAcademyFacts = {
  academy: AcademyFacts;
  enrollmentNumber: string;
  student: StudentFacts;
  studentAge: number;
  level: string;
  wishes: string | null;
  parent: { name: string; email: string; phone: string | null };
  lesson: LessonFacts;
  payment: PaymentFacts | null;
  plan: PlanFacts | null;
  matchReason: string | null;
  caseUrl: string;
};

/** The office's summary of a completed enrollment with the link to its case. */
export async function renderWelcomeAcademy(facts: WelcomeAcademyFacts): Promise<RenderedMail> {
  const { academy, student, lesson, parent, payment, plan } = facts;
  const caseUrl = absoluteUrl(facts.caseUrl);
  const props = {
    ...lessonWords(academy, lesson),
    sender: asSender(academy),
    enrollmentNumber: oneLine(facts.enrollmentNumber, 60),
    studentName: fullName(student),
    studentNote: `${ageWords(facts.studentAge)}, ${oneLine(facts.level, 60)}`,
    wishes: wishWords(facts.wishes),
    parent: {
      name: oneLine(parent.name),
      email: oneLine(parent.email, 254),
      phone: parent.phone === null ? null : oneLine(parent.phone, 40),
    },
    paid: payment === null ? null : `${paidWords(payment)}, receipt ${oneLine(payment.receiptNumber, 40)}`,
    plan: plan === null ? null : planWords(plan),
    matchReason: facts.matchReason === null ? null : oneLine(facts.matchReason, 400),
    caseUrl,
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(lessonNoun(lesson))}: ${fullName(student)} with ${oneLine(lesson.teacherName)}`,
    description: `Enrollment ${oneLine(facts.enrollmentNumber, 60)}\n${caseUrl}`,
    url: caseUrl,
  });
  return renderLetter(<WelcomeAcademy {...props} />, welcomeAcademyLetter(props), [calendar]);
}

function lessonWords(academy: AcademyFacts, lesson: LessonFacts) {
  const { startsAt, minutes, timeZone } = lesson;
  return {
    lessonNoun: lessonNoun(lesson),
    teacherName: oneLine(lesson.teacherName),
    shortTime: shortMoment(startsAt, timeZone),
    longTime: longSpan(startsAt, minutes, timeZone),
    weeklyTime: lesson.isWeekly ? `${weeklyTime(startsAt, timeZone)}, every teaching week` : null,
    place: describePlace(lesson, academy),
  };
}

function ageWords(years: number): string {
  return years === 1 ? "1 year old" : `${years} years old`;
}

function wishWords(wishes: string | null): string | null {
  const words = wishes === null ? "" : severalLines(wishes);
  return words === "" ? null : words;
}

/** `$25.00 USD with Visa ending 4242`. A bill that does not add up throws here as on its receipt. */
function paidWords({ lines, total, card }: PaymentFacts): string {
  billAmounts(lines, total);
  return `${formatTotal(total)}${card === null ? "" : ` with ${describeCard(card)}`}`;
}

/** `Monthly, 30-minute lessons: $160.00 a month, next charge on January 1, 2027` */
function planWords({ interval, minutes, price, nextChargeOn }: PlanFacts): string {
  const name = { month: "Monthly", semester: "By semester", year: "Yearly" }[interval];
  const next = nextChargeOn === null ? "" : `, next charge on ${plainDay(nextChargeOn)}`;
  return `${name}, ${minutes}-minute lessons: ${formatMoney(price)} a ${interval}${next}`;
}
