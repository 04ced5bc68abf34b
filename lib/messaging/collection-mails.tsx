import LessonsPaused, { lessonsPausedLetter } from "@/emails/lessons-paused";
import LessonsResumed, { lessonsResumedLetter } from "@/emails/lessons-resumed";
import PaymentFailed, { paymentFailedLetter } from "@/emails/payment-failed";
import type { Money } from "@/lib/money";
import type { AcademyFacts, CardFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment, plainDay, shortMoment } from "./when";
import { absoluteUrl, asSender, describeCard, formatTotal, fullName, oneLine, whose } from "./wording";

/** `isFinal`: this card is not charged again. `next`: what the academy does now, sentences. `student`: null where the bill is for no one student. */
export type PaymentFailedFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts | null;
  instrument: string | null;
  amount: Money;
  card: CardFacts | null;
  triedAt: Date;
  timeZone: string;
  isFinal: boolean;
  why: string;
  remedy: string;
  next: readonly string[];
  cardUrl: string;
};

export async function renderPaymentFailed(facts: PaymentFailedFacts): Promise<RenderedMail> {
  const { student, instrument } = facts;
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    what: student && instrument ? `${whose(student)} ${oneLine(instrument, 40)} tuition` : "your bill",
    amount: formatTotal(facts.amount),
    card: facts.card === null ? null : describeCard(facts.card),
    triedAt: longMoment(facts.triedAt, facts.timeZone),
    isFinal: facts.isFinal,
    why: oneLine(facts.why, 300),
    remedy: oneLine(facts.remedy, 300),
    next: facts.next.map((sentence) => oneLine(sentence, 300)),
    cardUrl: absoluteUrl(facts.cardUrl),
  };
  return renderLetter(<PaymentFailed {...props} />, paymentFailedLetter(props));
}

/** `dueOn`: a day in the academy's zone, ISO. `url`: the card page's door, or the academy's page of the case. */
export type LessonsPausedFacts = {
  academy: AcademyFacts;
  reader: { role: "family"; firstName: string } | { role: "academy" };
  student: StudentFacts;
  instrument: string;
  amount: Money;
  dueOn: string;
  lessonsFreed: number;
  url: string;
};

export async function renderLessonsPaused(facts: LessonsPausedFacts): Promise<RenderedMail> {
  const { reader, student } = facts;
  const props = {
    sender: asSender(facts.academy),
    reader: reader.role,
    readerName: reader.role === "family" ? oneLine(reader.firstName, 60) : "",
    whose: reader.role === "family" ? whose(student) : `${fullName(student)}'s`,
    instrument: oneLine(facts.instrument, 40),
    amount: formatTotal(facts.amount),
    dueOn: plainDay(facts.dueOn),
    lessonsFreed: facts.lessonsFreed,
    url: absoluteUrl(facts.url),
  };
  return renderLetter(<LessonsPaused {...props} />, lessonsPausedLetter(props));
}

export type LessonsResumedFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  instrument: string;
  booked: readonly Date[];
  lost: readonly Date[];
  timeZone: string;
  url: string;
};

export async function renderLessonsResumed(facts: LessonsResumedFacts): Promise<RenderedMail> {
  const moments = (instants: readonly Date[]) => instants.map((at) => shortMoment(at, facts.timeZone));
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(facts.student),
    instrument: oneLine(facts.instrument, 40),
    booked: moments(facts.booked),
    lost: moments(facts.lost),
    url: absoluteUrl(facts.url),
  };
  return renderLetter(<LessonsResumed {...props} />, lessonsResumedLetter(props));
}
