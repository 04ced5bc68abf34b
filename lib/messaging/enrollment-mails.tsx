import EnrollmentLapsed, { enrollmentLapsedLetter } from "@/emails/enrollment-lapsed";
import EnrollmentUndone, { enrollmentUndoneLetter } from "@/emails/enrollment-undone";
import ProvisionalReminder, { provisionalReminderLetter } from "@/emails/provisional-reminder";
import SlotLost, { slotLostLetter } from "@/emails/slot-lost";
import { countOf, formatDay, formatLongDay } from "@/lib/format";
import { formatMoney, type Money } from "@/lib/money";
import type { AcademyFacts, RefundFacts, SlotFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment, longSpan, shortMoment } from "./when";
import {
  absoluteUrl,
  asSender,
  describePlace,
  formatTotal,
  lessonNoun,
  oneLine,
  refundTarget,
  whose,
} from "./wording";

/** `heldUntil`: until when the time is kept, null once it no longer is. */
export type ProvisionalReminderFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  slot: SlotFacts;
  turn: "first" | "second" | "last";
  heldUntil: Date | null;
  lapsesAt: Date;
  amountDue: Money;
  resumeUrl: string;
};

/** One of the three reminders of a provisional enrollment (days 1, 5 and 12). */
export async function renderProvisionalReminder(facts: ProvisionalReminderFacts): Promise<RenderedMail> {
  const { academy, slot, heldUntil, lapsesAt } = facts;
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(facts.student),
    lessonNoun: lessonNoun(slot),
    teacherName: oneLine(slot.teacherName),
    longTime: longSpan(slot.startsAt, slot.minutes, slot.timeZone),
    place: describePlace(slot, academy),
    amountDue: formatTotal(facts.amountDue),
    turn: facts.turn,
    heldUntil: heldUntil === null ? null : longMoment(heldUntil, slot.timeZone),
    lapsesOn: longMoment(lapsesAt, slot.timeZone),
    lapsesOnShort: formatDay(lapsesAt, slot.timeZone),
    resumeUrl: absoluteUrl(facts.resumeUrl),
  };
  return renderLetter(<ProvisionalReminder {...props} />, provisionalReminderLetter(props));
}

/** A time that is free now; `url` leads to the enrollment with this time chosen. */
export type AlternativeFacts = SlotFacts & { url: string };

/** `alternatives`: three where there are three; `refund`: null when nothing was charged. */
export type SlotLostFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  slot: SlotFacts;
  alternatives: readonly AlternativeFacts[];
  refund: RefundFacts | null;
  /** Minutes for which a chosen time is held while the family pays. */
  holdMinutes: number;
  chooseUrl: string;
};

/** To the family whose time went to another one. */
export async function renderSlotLost(facts: SlotLostFacts): Promise<RenderedMail> {
  const { slot } = facts;
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(facts.student),
    lessonNoun: lessonNoun(slot),
    teacherName: oneLine(slot.teacherName),
    shortTime: shortMoment(slot.startsAt, slot.timeZone),
    longTime: longSpan(slot.startsAt, slot.minutes, slot.timeZone),
    alternatives: facts.alternatives.map(alternativeChoice),
    refund: facts.refund === null ? null : refundSentence(facts.refund),
    holdMinutes: facts.holdMinutes,
    chooseUrl: absoluteUrl(facts.chooseUrl),
  };
  return renderLetter(<SlotLost {...props} />, slotLostLetter(props));
}

function alternativeChoice({ startsAt, timeZone, minutes, teacherName, roomName, url }: AlternativeFacts) {
  const room = roomName === null ? [] : [oneLine(roomName, 60)];
  return {
    label: shortMoment(startsAt, timeZone),
    note: [`with ${oneLine(teacherName)}`, ...room, `${minutes} minutes`].join(" · "),
    href: absoluteUrl(url),
  };
}

/** `days`: how long a provisional enrollment waits for its payment. */
export type EnrollmentLapsedFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  instrument: string;
  startedOn: Date;
  timeZone: string;
  days: number;
  enrollUrl: string;
};

/** The end of a provisional enrollment whose payment never came. */
export async function renderEnrollmentLapsed(facts: EnrollmentLapsedFacts): Promise<RenderedMail> {
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(facts.student),
    instrument: oneLine(facts.instrument, 40),
    startedOn: formatLongDay(facts.startedOn, facts.timeZone),
    waited: countOf(facts.days, "day"),
    enrollUrl: absoluteUrl(facts.enrollUrl),
  };
  return renderLetter(<EnrollmentLapsed {...props} />, enrollmentLapsedLetter(props));
}

/**
 * `reason`: what went wrong, a sentence in the family's terms; `kept`: sentences on what is still there;
 * `refund`: null when nothing was charged.
 */
export type EnrollmentUndoneFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  slot: SlotFacts;
  reason: string;
  kept: readonly string[];
  refund: RefundFacts | null;
  resumeUrl: string;
};

/** An enrollment that failed and was undone: what happened, what was kept, what to do. */
export async function renderEnrollmentUndone(facts: EnrollmentUndoneFacts): Promise<RenderedMail> {
  const { slot, refund } = facts;
  const props = {
    sender: asSender(facts.academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(facts.student),
    lessonNoun: lessonNoun(slot),
    teacherName: oneLine(slot.teacherName),
    longTime: longSpan(slot.startsAt, slot.minutes, slot.timeZone),
    reason: oneLine(facts.reason, 400),
    kept: facts.kept.map((sentence) => oneLine(sentence, 400)),
    refund: refund === null ? null : refundSentence(refund),
    refundAmount: refund === null ? null : formatMoney(refund.amount),
    resumeUrl: absoluteUrl(facts.resumeUrl),
  };
  return renderLetter(<EnrollmentUndone {...props} />, enrollmentUndoneLetter(props));
}

/** Stripe's own estimate of how long a card refund takes to show. */
function refundSentence(refund: RefundFacts): string {
  return `${formatTotal(refund.amount)} is on its way back to ${refundTarget(refund)}, usually within 5 to 10 business days.`;
}
