import { countOf, formatCalendarDay, formatDay, formatDayTime, formatZone, listOf } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import type { GoOnOutcome, NoticeOutcome, PauseOutcome, TransferOutcome } from "./changes";

/** What a change of a plan comes to, line by line, for who reads it before it is confirmed. Pure. */

type About = {
  /** First name. */
  readonly student: string;
  readonly timeZone: string;
  readonly noticeDays: number;
  /** Whether the charges of this plan go through Stripe. */
  readonly isCharged: boolean;
};

const cents = (amount: number) => formatMoney(usd(amount));
const moment = (at: Date, timeZone: string) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;

/** Leaving: last day, lessons, charges, credits, what goes back. */
export function withdrawalLines(outcome: NoticeOutcome, about: About): string[] {
  const { student, timeZone } = about;
  const lines = [
    `${formatCalendarDay(outcome.endsOn)} is the last day${outcome.isShortened ? `, sooner than the ${about.noticeDays} days of notice (${formatCalendarDay(outcome.earliestOn)})` : ""}. Until then everything goes on.`,
    outcome.lessonsKept === 0
      ? "No lesson takes place any more."
      : `${countOf(outcome.lessonsKept, "lesson")} ${outcome.lessonsKept === 1 ? "still takes" : "still take"} place, the last one on ${moment(outcome.lastLessonAt ?? new Date(0), timeZone)}.`,
  ];
  if (outcome.lessonsFreed > 0 && outcome.firstFreedAt) {
    lines.push(
      `${countOf(outcome.lessonsFreed, "lesson")} after it, from ${formatDay(outcome.firstFreedAt, timeZone)} on, ${outcome.lessonsFreed === 1 ? "is" : "are"} cancelled at once; the time is offered to others.`,
    );
  }
  for (const charge of outcome.charges) {
    lines.push(
      charge.isPartial
        ? `${cents(charge.cents)} is charged on ${formatDay(charge.dueAt, timeZone)}: the part of the tuition until the last day.`
        : `${cents(charge.cents)} is charged on ${formatDay(charge.dueAt, timeZone)}, as always.`,
    );
  }
  if (outcome.charges.length === 0 && about.isCharged) lines.push("Nothing more is charged.");
  lines.push(
    outcome.giveBackCents > 0
      ? `${cents(outcome.giveBackCents)} goes back to the card after the last day: the tuition that is paid for the time after it.`
      : "No tuition is paid for the time after the last day, so nothing is given back.",
  );
  if (outcome.creditsLapsing.length > 0) {
    const { length } = outcome.creditsLapsing;
    lines.push(
      `${countOf(length, "make-up credit")} of ${student} ${length === 1 ? "ends" : "end"} unused with the last day. Book ${length === 1 ? "it" : "them"} before.`,
    );
  }
  if (outcome.moneyCreditCents > 0) {
    lines.push(
      `${cents(outcome.moneyCreditCents)} for lessons that the academy cancelled becomes money of the family.`,
    );
  }
  lines.push("The notice can be taken back until the last day, as long as the times are free.");
  return lines;
}

/** Pausing: lessons, the place, the charges. */
export function pauseLines(outcome: PauseOutcome, about: About): string[] {
  const { timeZone } = about;
  const lines = [
    `The lessons pause from ${formatCalendarDay(outcome.pausedFrom)} to ${formatCalendarDay(outcome.pausedUntil)}: ${countOf(outcome.days, "day")}.`,
    outcome.lessonsFreed === 0
      ? "No lesson is planned in these days."
      : `${countOf(outcome.lessonsFreed, "lesson")} in these days ${outcome.lessonsFreed === 1 ? "is" : "are"} cancelled, without make-up credits.`,
    outcome.goesOnAt
      ? `The place is kept: the lessons go on at their usual time, first on ${moment(outcome.goesOnAt, timeZone)}.`
      : "The place is kept. No lesson after the pause is planned yet; the academy plans the next term with you.",
  ];
  for (const charge of outcome.chargesBefore) {
    lines.push(
      `${cents(charge.cents)} is charged on ${formatDay(charge.dueAt, timeZone)}, before the pause.`,
    );
  }
  if (outcome.nextChargeAt && outcome.chargeWasAt && outcome.nextChargeCents !== null) {
    lines.push(
      `Nothing is charged in the pause. The charge of ${cents(outcome.nextChargeCents)} on ${formatDay(outcome.chargeWasAt, timeZone)} comes on ${formatDay(outcome.nextChargeAt, timeZone)} instead, and all later ones by as many days later.`,
    );
  }
  lines.push("You can go on sooner at any time, as long as the times are free.");
  return lines;
}

/** Taking notice back, and going on after a pause. */
export function goOnLines(outcome: GoOnOutcome, about: About): string[] {
  const { timeZone } = about;
  const lines = [
    outcome.resumesOn === null
      ? "The enrollment goes on as if no notice had been given."
      : `The lessons go on from ${formatCalendarDay(outcome.resumesOn)}.`,
    outcome.rebooked === 0
      ? "No lesson has to be booked again."
      : `${countOf(outcome.rebooked, "lesson")} ${outcome.rebooked === 1 ? "is" : "are"} booked again.`,
  ];
  if (outcome.leftOut > 0) {
    lines.push(
      `${countOf(outcome.leftOut, "lesson")} ${outcome.leftOut === 1 ? "stays" : "stay"} cancelled, without a credit.`,
    );
  }
  if (outcome.firstAt) lines.push(`The first one is on ${moment(outcome.firstAt, timeZone)}.`);
  if (outcome.nextChargeAt && outcome.nextChargeCents !== null) {
    lines.push(
      `The next charge is ${cents(outcome.nextChargeCents)} on ${formatDay(outcome.nextChargeAt, timeZone)}.`,
    );
  }
  return lines;
}

/** Another teacher: which weeks, and what stays. `weeks`: the lessons that keep their time. */
export function transferLines(
  outcome: TransferOutcome,
  about: Pick<About, "student" | "timeZone"> & {
    readonly teacher: string;
    readonly weeks: readonly Date[];
    /** `Thursdays at 4:15 pm`, where the time of the week changes too. */
    readonly weekly: string | null;
  },
): string[] {
  const { timeZone, weeks } = about;
  const other = outcome.moved - weeks.length;
  return [
    `${about.teacher} gives ${countOf(outcome.moved, "lesson")} from ${outcome.firstAt ? formatDay(outcome.firstAt, timeZone) : "then"} on.`,
    ...(weeks.length > 0
      ? [
          `${about.weekly ? `From now on ${about.weekly}` : "At the usual time"}: ${listOf(weeks.map((at) => formatDay(at, timeZone)))}.`,
        ]
      : []),
    ...(other > 0 ? [`${countOf(other, "lesson")} at the time that you chose instead.`] : []),
    ...(outcome.leftOut > 0
      ? [
          `${countOf(outcome.leftOut, "lesson")} ${outcome.leftOut === 1 ? "is" : "are"} cancelled; whether there is a credit follows the rules of cancelling.`,
        ]
      : []),
    `Notes, assignments and make-up credits stay with ${about.student}; the price stays the same.`,
    "The teacher until now and the new one are told.",
  ];
}

/** What the page says once a change is done; null for any other value of `done`, and when it is not so (any more). */
export function changeDoneWords(
  done: string,
  plan: { readonly endsOn: string | null; readonly pausedUntil: string | null },
): { readonly title: string; readonly text: string } | null {
  if (done === "notice" && plan.endsOn) {
    return {
      title: `Notice is given: the last day is ${formatCalendarDay(plan.endsOn)}`,
      text: "You can take it back below until then.",
    };
  }
  if (done === "pause" && plan.pausedUntil) {
    return {
      title: `The pause is planned, until ${formatCalendarDay(plan.pausedUntil)}`,
      text: "The place is kept, and the lessons go on by themselves.",
    };
  }
  if (done === "teacher") {
    return { title: "The teacher has changed", text: "The new dates are on their way by email." };
  }
  if (done === "kept" && !plan.endsOn) {
    return { title: "The notice is taken back", text: "The lessons are booked again." };
  }
  if (done === "resumed" && !plan.pausedUntil) {
    return { title: "The lessons go on", text: "They are booked again." };
  }
  return null;
}
