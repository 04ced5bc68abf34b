import type { CancelKind, CreditOrigin } from "@/lib/db/database.gen";
import { countOf, formatDayTime, formatZone } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import type { CancelOutcome } from "./lesson-changes";

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** The last instant at which a lesson can be cancelled or moved in time: so many minutes, of any day, before its start. */
export function freeUntil(startsAt: Date, noticeMinutes: number): Date {
  return new Date(startsAt.getTime() - noticeMinutes * MINUTE_MS);
}

/** Whether a family that acts now acts in time; exactly the notice before the start is in time. */
export function isInTime(startsAt: Date, now: Date, noticeMinutes: number): boolean {
  return now <= freeUntil(startsAt, noticeMinutes);
}

/** Begun days until a credit expires: 1 on its last day, 0 once it has expired. */
export function daysLeft(expiresAt: Date, now: Date): number {
  return Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / DAY_MS));
}

/** A credit that expires this soon is a thing to do, in days. */
export const SOON_DAYS = 14;

const kinds: Readonly<Record<CancelKind, string>> = {
  family: "by the family",
  illness: "because of illness",
  teacher: "by the teacher",
  weather: "because of the weather",
  academy: "by the academy",
};

/** `by the teacher`: who or what called a lesson off. */
export function cancelledWords(kind: CancelKind): string {
  return kinds[kind];
}

const origins: Readonly<Record<CreditOrigin, string>> = {
  family_cancelled: "You cancelled in time",
  illness: "Illness",
  teacher_cancelled: "The teacher cancelled",
  academy_cancelled: "The academy cancelled",
  weather: "Weather",
  guaranteed_lessons: "Guaranteed lessons of the year",
  goodwill: "Goodwill of the academy",
};

/** Where a credit comes from, as its family reads it. */
export function originWords(origin: CreditOrigin): string {
  return origins[origin];
}

type Told = {
  /** First name of the student. */
  readonly student: string;
  readonly timeZone: string;
  readonly makeupValidDays: number;
};

/** What a cancellation comes to, item by item, the most important first. */
export function cancellationLines(
  outcome: CancelOutcome,
  { student, timeZone, makeupValidDays }: Told,
): string[] {
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  const money = (cents: number) => formatMoney(usd(cents));
  const credit =
    outcome.creditMinutes !== null && outcome.creditExpiresAt !== null
      ? `a make-up credit of ${countOf(outcome.creditMinutes, "minute")}, valid until ${moment(outcome.creditExpiresAt)}`
      : "";
  const main: Readonly<Record<CancelOutcome["outcome"], string>> = {
    credit: `${student} gets ${credit} (${countOf(makeupValidDays, "day")}).`,
    exception: `As an exception ${student} gets ${credit}.`,
    credit_returned: `${student} gets the credit of this make-up back: ${credit}.`,
    money: `${money(outcome.accountCreditCents ?? 0)} become credit of the family; the next invoice is paid with it first.`,
    used_up: "No make-up credit: this term's credits are used up.",
    too_late: "No make-up credit: it is too late for that.",
    makeup_final: "Nothing comes back: a booked make-up is final, and its credit stays used.",
    trial_over: "No make-up credit and no money: a trial lesson can be moved instead, in time.",
    seat_given_up: `${student} does not come to this one lesson. The class takes place, and there is no credit for it.`,
    nothing: "No credit and no money comes of it.",
  };
  const lines = [main[outcome.outcome]];
  if (outcome.moneyChoiceCents !== null) {
    lines.push(
      `The family may take ${money(outcome.moneyChoiceCents)} instead of the lesson, as long as the credit is valid.`,
    );
  }
  if (outcome.outcome !== "seat_given_up") {
    lines.push(
      outcome.isLate
        ? `It would have been in time until ${moment(outcome.freeUntil)}.`
        : `It is in time: that is until ${moment(outcome.freeUntil)}.`,
    );
    lines.push(
      outcome.paysTeacher ? "The teacher is paid for the time." : "The teacher is not paid for the time.",
    );
  }
  if (outcome.termUsed !== null && outcome.termLeft !== null) {
    lines.push(
      `Credits for own cancellations this term: ${outcome.termUsed} used, ${outcome.termLeft} left.`,
    );
  }
  if (outcome.illnessUsed !== null && outcome.illnessLeft !== null) {
    lines.push(
      `Exceptions for illness within a year: ${outcome.illnessUsed} used, ${outcome.illnessLeft} left.`,
    );
  }
  return lines;
}

const overriddenWords: Readonly<Record<string, string>> = {
  too_soon: "the notice for booking",
  too_far: "how far ahead lessons are booked",
  outside_term: "the term",
  closure: "the closure",
  outside_availability: "the teacher's hours",
  teacher_full: "the teacher's weekly capacity",
  age: "the ages that the teacher takes",
  length: "the length for the student's age",
  teacher_unavailable: "that the teacher takes no new students",
};

/** What staff sets aside with a reason. */
export function overriddenWord(reason: string): string {
  return overriddenWords[reason] ?? reason;
}
