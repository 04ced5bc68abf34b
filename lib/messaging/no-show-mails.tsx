import NoShow, { noShowLetter } from "@/emails/no-show";
import NoShowAcademy, { noShowAcademyLetter } from "@/emails/no-show-academy";
import { formatDuration } from "@/lib/format";
import type { AcademyFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, fullName, oneLine, whose } from "./wording";

/** `noun` as in a sentence: "piano lesson", or the name of its class. */
export type NoShowFacts = {
  academy: AcademyFacts;
  readerFirstName: string;
  student: StudentFacts;
  lesson: {
    noun: string;
    teacherName: string;
    startsAt: Date;
    minutes: number;
    timeZone: string;
    isClass: boolean;
  };
  /** The notice of a cancellation in minutes. */
  noticeMinutes: number;
  lessonUrl: string;
};

/** To a guardian: nobody came to a lesson. */
export async function renderNoShow(facts: NoShowFacts): Promise<RenderedMail> {
  const { academy, student, lesson } = facts;
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.readerFirstName, 60),
    who: student.isReader ? "you" : oneLine(student.firstName, 60),
    whose: lesson.isClass ? "the lesson of" : student.isReader ? "your" : whose(student),
    lessonNoun: oneLine(lesson.noun, 80),
    longTime: longSpan(lesson.startsAt, lesson.minutes, lesson.timeZone),
    shortTime: shortMoment(lesson.startsAt, lesson.timeZone),
    teacherName: oneLine(lesson.teacherName),
    isClass: lesson.isClass,
    notice: formatDuration(facts.noticeMinutes),
    lessonUrl: absoluteUrl(facts.lessonUrl),
  };
  return renderLetter(<NoShow {...props} />, noShowLetter(props));
}

/** To the academy: the lessons of a term to which a student did not come. */
export async function renderNoShowAcademy(facts: {
  academy: AcademyFacts;
  timeZone: string;
  student: Pick<StudentFacts, "firstName" | "lastName">;
  termName: string;
  lessons: readonly { startsAt: Date; teacherName: string }[];
  familyUrl: string;
}): Promise<RenderedMail> {
  const props = {
    sender: asSender(facts.academy),
    studentName: fullName(facts.student),
    termName: oneLine(facts.termName, 80),
    lessons: facts.lessons.map(
      ({ startsAt, teacherName }) => `${shortMoment(startsAt, facts.timeZone)}, with ${oneLine(teacherName)}`,
    ),
    familyUrl: absoluteUrl(facts.familyUrl),
  };
  return renderLetter(<NoShowAcademy {...props} />, noShowAcademyLetter(props));
}
