import WaitlistOffer, { waitlistOfferLetter } from "@/emails/waitlist-offer";
import type { Money } from "@/lib/money";
import { classBillWords, weeklyWords } from "@/lib/scheduling/class-rules";
import type { ClassKind } from "@/lib/scheduling/class-schema";
import type { AcademyFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment, longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, describePlace, oneLine } from "./wording";

/** A lesson's time, or a class with its weekly time (null for a recital) and its next lesson. */
export type OfferedThing =
  | { kind: "lesson"; instrument: string; startsAt: Date; minutes: number }
  | {
      kind: "class";
      name: string;
      classKind: ClassKind;
      weekday: number | null;
      starts: string | null;
      minutes: number;
      nextAt: Date | null;
      price: Money;
    };

export type WaitlistOfferFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  offered: OfferedThing;
  teacherName: string | null;
  roomName: string | null;
  openUntil: Date;
  timeZone: string;
  offerUrl: string;
};

/** `Saturdays, 4:15 pm to 5:45 pm; next on Saturday, December 5, 2026, 4:15 – 5:45 pm EST` */
function whenWords(offered: OfferedThing, timeZone: string): string {
  if (offered.kind === "lesson") return longSpan(offered.startsAt, offered.minutes, timeZone);
  const weekly = weeklyWords(offered);
  const next = offered.nextAt ? longSpan(offered.nextAt, offered.minutes, timeZone) : null;
  if (!weekly) return next ?? "See the offer";
  return next ? `${weekly}; next on ${next}` : weekly;
}

/** To the family of the waitlist that has an offer. */
export async function renderWaitlistOffer(facts: WaitlistOfferFacts): Promise<RenderedMail> {
  const { academy, offered, student, timeZone } = facts;
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.parentFirstName, 60),
    who: student.isReader ? "you" : oneLine(student.firstName, 60),
    what:
      offered.kind === "lesson"
        ? `a ${oneLine(offered.instrument, 40)} lesson`
        : `a seat in ${oneLine(offered.name, 80)}`,
    when: whenWords(offered, timeZone),
    teacherName: facts.teacherName === null ? null : oneLine(facts.teacherName),
    place: describePlace({ roomName: facts.roomName }, academy),
    price: offered.kind === "lesson" ? null : classBillWords(offered.classKind, offered.price),
    openUntil: longMoment(facts.openUntil, timeZone),
    openUntilShort: shortMoment(facts.openUntil, timeZone),
    offerUrl: absoluteUrl(facts.offerUrl),
  };
  return renderLetter(<WaitlistOffer {...props} />, waitlistOfferLetter(props));
}
