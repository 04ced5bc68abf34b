import { capitalize } from "@/emails/_components/capitalize";
import LessonCancelled, { lessonCancelledLetter } from "@/emails/lesson-cancelled";
import LessonMoved, { lessonMovedLetter } from "@/emails/lesson-moved";
import MakeupBooked, { makeupBookedLetter } from "@/emails/makeup-booked";
import type { AcademyFacts, StudentFacts } from "./facts";
import { lessonAttachment, renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, describePlace, oneLine, whose } from "./wording";

/** Who reads: a guardian of the family, or the teacher, who learns neither last names nor money. */
export type LessonReader = { role: "family" | "teacher"; firstName: string };

/** A lesson that was changed. `noun` as in a sentence: "piano make-up lesson", or the name of its class. */
export type ChangedLessonFacts = {
  id: string;
  sequence: number;
  noun: string;
  teacherName: string;
  roomName: string | null;
  startsAt: Date;
  minutes: number;
  timeZone: string;
};

type Common = {
  academy: AcademyFacts;
  reader: LessonReader;
  student: StudentFacts;
  lesson: ChangedLessonFacts;
  /** The reader's page of the lesson. */
  lessonUrl: string;
};

function words({ academy, reader, student, lesson }: Common) {
  const of = reader.role === "teacher" ? { ...student, isReader: false } : student;
  return {
    sender: asSender(academy),
    readerName: oneLine(reader.firstName, 60),
    whose: whose(of),
    lessonNoun: oneLine(lesson.noun, 80),
    teacherName: reader.role === "teacher" ? "you" : oneLine(lesson.teacherName),
    shortTime: shortMoment(lesson.startsAt, lesson.timeZone),
    longTime: longSpan(lesson.startsAt, lesson.minutes, lesson.timeZone),
    because:
      reader.role === "teacher"
        ? "You get this email because you teach this student."
        : "You get this email because a lesson of your family has changed.",
  };
}

function attachment(of: Common, status: "CONFIRMED" | "CANCELLED") {
  const { academy, lesson, lessonUrl, reader } = of;
  const said = words(of);
  return lessonAttachment(academy, lesson, {
    summary: `${capitalize(said.whose)} ${said.lessonNoun}${reader.role === "teacher" ? "" : ` with ${said.teacherName}`}`,
    description: `The lesson: ${absoluteUrl(lessonUrl)}`,
    url: absoluteUrl(lessonUrl),
    status,
  });
}

/** `how`: "by the teacher". `outcome`: sentences on what comes of it for the reader. `isSeat`: one child's seat in a class. */
export type LessonCancelledFacts = Common & {
  how: string;
  reason: string | null;
  outcome: readonly string[];
  isSeat: boolean;
  action: { label: string; href: string };
};

/** A lesson that does not take place, with the file that takes it out of a calendar. */
export async function renderLessonCancelled(facts: LessonCancelledFacts): Promise<RenderedMail> {
  const props = {
    ...words(facts),
    how: oneLine(facts.how, 80),
    reason: facts.reason === null ? null : oneLine(facts.reason, 300),
    outcome: facts.outcome.map((sentence) => oneLine(sentence, 400)),
    isSeat: facts.isSeat,
    action: { label: facts.action.label, href: absoluteUrl(facts.action.href) },
  };
  // The class takes place for its teacher.
  const isKept = facts.isSeat && facts.reader.role === "teacher";
  const files = isKept ? [] : [attachment(facts, "CANCELLED")];
  return renderLetter(<LessonCancelled {...props} />, lessonCancelledLetter(props), files);
}

/** `was`: where the lesson was before. */
export type LessonMovedFacts = Common & {
  was: { startsAt: Date; teacherName: string };
  reason: string | null;
};

/** A lesson at another time or with another teacher, with the file that moves it in a calendar. */
export async function renderLessonMoved(facts: LessonMovedFacts): Promise<RenderedMail> {
  const { academy, lesson, was } = facts;
  const other = was.teacherName === lesson.teacherName ? "" : `, with ${oneLine(was.teacherName)}`;
  const props = {
    ...words(facts),
    wasTime: `${longSpan(was.startsAt, lesson.minutes, lesson.timeZone)}${other}`,
    place: describePlace(lesson, academy),
    reason: facts.reason === null ? null : oneLine(facts.reason, 300),
    action: { label: "See the lesson", href: absoluteUrl(facts.lessonUrl) },
  };
  return renderLetter(<LessonMoved {...props} />, lessonMovedLetter(props), [attachment(facts, "CONFIRMED")]);
}

/** A make-up that was booked, with the file that puts it into a calendar. */
export async function renderMakeupBooked(facts: Common): Promise<RenderedMail> {
  const props = {
    ...words(facts),
    place: describePlace(facts.lesson, facts.academy),
    notes:
      facts.reader.role === "teacher"
        ? ["You are paid for a make-up when you teach it."]
        : ["A booked make-up is final: it is not moved, and when it is cancelled nothing comes back."],
    action: { label: "See the lesson", href: absoluteUrl(facts.lessonUrl) },
  };
  return renderLetter(<MakeupBooked {...props} />, makeupBookedLetter(props), [
    attachment(facts, "CONFIRMED"),
  ]);
}
