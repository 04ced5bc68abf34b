import Closure, { closureLetter } from "@/emails/closure";
import { formatDateSpan } from "@/lib/format";
import { formatMoney, type Money } from "@/lib/money";
import type { AcademyFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, oneLine } from "./wording";

/** A lesson that a closure cancelled. `noun` as in a sentence, or its class's name; `who`: a first name, or nobody's. */
export type ClosureLesson = {
  id: string;
  noun: string;
  who: string | null;
  startsAt: Date;
  minutes: number;
  credit: { minutes: number; expiresAt: Date } | null;
};

export type ClosureFacts = {
  academy: AcademyFacts;
  reader: { role: "family" | "teacher"; firstName: string };
  closure: { name: string; startsOn: string; endsOn: string; kind: "academy" | "weather" };
  timeZone: string;
  lessons: readonly ClosureLesson[];
  /** What the family gets for lessons of classes. */
  paidOut: Money | null;
  pageUrl: string;
};

/** One letter about all that a closure cancels for its reader. */
export async function renderClosure(facts: ClosureFacts): Promise<RenderedMail> {
  const { academy, reader, closure, lessons, timeZone, paidOut } = facts;
  const props = {
    sender: asSender(academy),
    readerName: oneLine(reader.firstName, 60),
    role: reader.role,
    closureName: oneLine(closure.name, 80),
    days: formatDateSpan(closure.startsOn, closure.endsOn),
    isWeather: closure.kind === "weather",
    lessons: lessons.map(({ who, noun, startsAt, minutes, credit }) => {
      const whose = who === null ? "" : `${oneLine(who, 60)}, `;
      const given = credit
        ? ` You get a make-up credit of ${credit.minutes} minutes, valid until ${shortMoment(credit.expiresAt, timeZone)}.`
        : "";
      return `${whose}${oneLine(noun, 80)}: ${longSpan(startsAt, minutes, timeZone)}.${given}`;
    }),
    paidOut: paidOut && paidOut.cents > 0 ? formatMoney(paidOut) : null,
    hasCredits: lessons.some(({ credit }) => credit !== null),
    pageUrl: absoluteUrl(facts.pageUrl),
  };
  return renderLetter(<Closure {...props} />, closureLetter(props));
}
