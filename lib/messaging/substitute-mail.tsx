import { capitalize } from "@/emails/_components/capitalize";
import LessonSubstituted, { lessonSubstitutedLetter } from "@/emails/lesson-substituted";
import SubstitutionAssigned, { substitutionAssignedLetter } from "@/emails/substitution-assigned";
import type { AcademyFacts, LessonFacts, StudentFacts } from "./facts";
import { lessonAttachment, renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, describePlace, lessonNoun, oneLine, whose } from "./wording";

/** `lesson` as it is now; `isOwnTeacher`: whoever was to give it from the beginning gives it after all. */
export type LessonSubstitutedFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  lesson: LessonFacts;
  teacherBefore: string;
  isOwnTeacher: boolean;
  portalUrl: string;
};

/** To the family: who gives the lesson now, with an `.ics` that changes the calendar's entry. */
export async function renderLessonSubstituted(facts: LessonSubstitutedFacts): Promise<RenderedMail> {
  const { academy, student, lesson } = facts;
  const portalUrl = absoluteUrl(facts.portalUrl);
  const teacherBefore = oneLine(facts.teacherBefore);
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.parentFirstName, 60),
    whose: whose(student),
    lessonNoun: lessonNoun(lesson),
    teacherName: oneLine(lesson.teacherName),
    teacherBefore,
    isOwnTeacher: facts.isOwnTeacher,
    shortTime: shortMoment(lesson.startsAt, lesson.timeZone),
    longTime: longSpan(lesson.startsAt, lesson.minutes, lesson.timeZone),
    place: describePlace(lesson, academy),
    portalUrl,
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(whose(student))} ${lessonNoun(lesson)} with ${oneLine(lesson.teacherName)}`,
    description: facts.isOwnTeacher ? portalUrl : `In place of ${teacherBefore}\n${portalUrl}`,
    url: portalUrl,
  });
  return renderLetter(<LessonSubstituted {...props} />, lessonSubstitutedLetter(props), [calendar]);
}

/** `studentName`: the student's first name, or the class's name. */
export type SubstitutionAssignedFacts = {
  academy: AcademyFacts;
  teacherFirstName: string;
  studentName: string;
  lesson: LessonFacts;
  teacherBefore: string;
  lessonsUrl: string;
};

/** To the teacher who gives the lesson now. No billing, no address. */
export async function renderSubstitutionAssigned(facts: SubstitutionAssignedFacts): Promise<RenderedMail> {
  const { academy, lesson } = facts;
  const lessonsUrl = absoluteUrl(facts.lessonsUrl);
  const studentName = oneLine(facts.studentName, 80);
  const props = {
    sender: asSender(academy),
    readerName: oneLine(facts.teacherFirstName, 60),
    studentName,
    lessonNoun: lessonNoun(lesson),
    teacherBefore: oneLine(facts.teacherBefore),
    shortTime: shortMoment(lesson.startsAt, lesson.timeZone),
    longTime: longSpan(lesson.startsAt, lesson.minutes, lesson.timeZone),
    room: lesson.roomName === null ? oneLine(academy.name) : oneLine(lesson.roomName, 60),
    lessonsUrl,
  };
  const calendar = lessonAttachment(academy, lesson, {
    summary: `${capitalize(lessonNoun(lesson))}: ${studentName}`,
    description: `In place of ${oneLine(facts.teacherBefore)}\n${lessonsUrl}`,
    url: lessonsUrl,
  });
  return renderLetter(<SubstitutionAssigned {...props} />, substitutionAssignedLetter(props), [calendar]);
}
