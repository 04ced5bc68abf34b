import { countOf } from "@/lib/format";
import { formatPercent } from "./pricing";
import type { Academy } from "./schema";

/** One subject of the policies; the id is its anchor on the page. */
type PolicySection = {
  readonly id: string;
  readonly title: string;
  readonly sentences: readonly string[];
};

const HOUR = 60;
const DAY = 24 * HOUR;

/** `24 hours`, `2 days`, `90 minutes`: a time in the largest unit that divides it; a single day reads as 24 hours. */
export function duration(minutes: number): string {
  if (minutes % DAY === 0 && minutes > DAY) return countOf(minutes / DAY, "day");
  if (minutes % HOUR === 0 && minutes > 0) return countOf(minutes / HOUR, "hour");
  return countOf(minutes, "minute");
}

/** What a cancelled lesson leads to, as a family reads it before it enrolls. */
export function cancellationPolicy(academy: Academy): PolicySection {
  const notice = duration(academy.cancelNoticeMinutes);
  return {
    id: "cancelling",
    title: "Cancelling a lesson",
    sentences: [
      `Cancel ${notice} or more before the lesson starts and you keep a make-up credit for the same number of minutes. It is valid for ${countOf(academy.makeupValidDays, "day")}; you can earn at most ${academy.makeupsPerTerm} a term.`,
      "Later than that, or when nobody comes, the lesson is used up: the teacher has kept the time and is paid for it.",
      `If your child falls ill at short notice, tell us: ${countOf(academy.illnessExceptionsPerYear, "time")} a year we give the credit anyway.`,
      "You always see what a cancellation leads to, before you confirm it.",
    ],
  };
}

/** The academy's policies in words, from the numbers that the software itself goes by. */
export function policySections(academy: Academy): PolicySection[] {
  return [
    {
      id: "booking",
      title: "Booking",
      sentences: [
        `You can book from ${duration(academy.noticeMinutes)} to ${countOf(academy.horizonDays, "day")} ahead. The time you choose is held for you for ${countOf(academy.holdMinutes, "minute")} while you enroll, and nobody else can take it.`,
        `If you do not finish paying, your place stays provisional for ${countOf(academy.provisionalDays, "day")}. We remind you; the link in the reminder takes you back to where you stopped. The time itself becomes free again when its hold ends.`,
        `Up to the age of ${academy.shortLessonMaxAge}, lessons last ${academy.shortLessonMinutes} minutes. Each instrument has an age from which it can be learnt; you find it beside the instrument.`,
      ],
    },
    {
      id: "trial",
      title: "Trial lessons",
      sentences: [
        `A trial lesson lasts ${academy.trialMinutes} minutes and can be taken once for each student and instrument.`,
        `Enroll within ${countOf(academy.trialCreditDays, "day")} of it and its price is credited to you.`,
      ],
    },
    cancellationPolicy(academy),
    {
      id: "making-up",
      title: "Making up",
      sentences: [
        "Book a make-up from your open times with any credit you have; the credit that expires first is used first.",
        "A make-up that has been booked is final: it cannot be cancelled for another credit.",
        "When a teacher is away or the weather closes us, it does not count against your credits, and you choose between a credit and your money back.",
      ],
    },
    {
      id: "billing",
      title: "Tuition and billing",
      sentences: [
        "Tuition is the same every month, however many lessons fall into it. It is taken from your card by itself: the first time when you enroll, then on the same day of each month, semester or year that you pay for.",
        `Paying by the semester (${countOf(academy.semesterMonths, "month")}) takes ${formatPercent(academy.semesterDiscountBp)} off, by the year ${formatPercent(academy.yearDiscountBp)}.`,
        `Each further child of a family pays ${formatPercent(academy.siblingDiscountBp)} less tuition; the discount applies to the less expensive tuition.`,
      ],
    },
    {
      id: "closures",
      title: "Closures and holidays",
      sentences: [
        "There are no lessons on the days on which the academy is closed, and no make-ups either.",
        `We guarantee ${countOf(academy.guaranteedLessons, "lesson")} a school year. If closures leave your weekday with fewer, the difference is credited without your asking.`,
      ],
    },
    {
      id: "withdrawing",
      title: "Withdrawing",
      sentences: [
        `You can end an enrollment whenever you like: it ends ${countOf(academy.withdrawalNoticeDays, "day")} after you tell us. Until then lessons and tuition go on.`,
      ],
    },
  ];
}
