import MakeupOffer, { makeupOfferLetter } from "@/emails/makeup-offer";
import { countOf, localDate } from "@/lib/format";
import { formatMoney, type Money } from "@/lib/money";
import type { AcademyFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment, shortMoment } from "./when";
import { absoluteUrl, asSender, oneLine } from "./wording";

export type MakeupOfferFacts = {
  academy: AcademyFacts;
  timeZone: string;
  readerFirstName: string;
  student: StudentFacts;
  minutes: number;
  expiresAt: Date;
  /** The instant at which it is written. */
  now: Date;
  /** What the family may take instead. */
  money: Money | null;
  /** `url`: the page that books it. */
  times: readonly { startsAt: Date; teacherName: string; url: string }[];
  makeupUrl: string;
};

/** `today`, `tomorrow`, `in 3 days`: by the days of the zone. */
function daysUntil(instant: Date, now: Date, zone: string): string {
  const days = Math.round(
    (Date.parse(localDate(instant, zone)) - Date.parse(localDate(now, zone))) / 86_400_000,
  );
  return days <= 0 ? "today" : days === 1 ? "tomorrow" : `in ${countOf(days, "day")}`;
}

/** A make-up credit that ends soon, with times at which it can be used. */
export async function renderMakeupOffer(facts: MakeupOfferFacts): Promise<RenderedMail> {
  const { academy, student, timeZone, expiresAt } = facts;
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.readerFirstName, 60),
    studentName: student.isReader ? null : oneLine(student.firstName, 60),
    minutes: facts.minutes,
    until: longMoment(expiresAt, timeZone),
    untilShort: shortMoment(expiresAt, timeZone),
    inDays: daysUntil(expiresAt, facts.now, timeZone),
    money: facts.money && formatMoney(facts.money),
    times: facts.times.map(({ startsAt, teacherName, url }) => ({
      label: shortMoment(startsAt, timeZone),
      note: `With ${oneLine(teacherName)}, ${facts.minutes} minutes`,
      href: absoluteUrl(url),
    })),
    makeupUrl: absoluteUrl(facts.makeupUrl),
    choicesUrl: absoluteUrl(`${academy.siteUrl}/family/account#notifications`),
  };
  return renderLetter(<MakeupOffer {...props} />, makeupOfferLetter(props));
}
