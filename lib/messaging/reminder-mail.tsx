import { capitalize } from "@/emails/_components/capitalize";
import LessonReminder, { lessonReminderLetter } from "@/emails/lesson-reminder";
import type { AcademyFacts, StudentFacts } from "./facts";
import { lessonAttachment, renderLetter } from "./letter-mail";
import { academyTime, spokenTime } from "./reminder-words";
import type { RenderedMail } from "./smtp";
import { longSpan } from "./when";
import { absoluteUrl, asSender, describePlace, oneLine, whose } from "./wording";

/** `noun` as in a sentence: "piano lesson", or the name of its class. `familyZone`: the reader's; null for the academy's. */
export type LessonReminderFacts = {
  academy: AcademyFacts;
  reader: { readonly isStudent: boolean; readonly firstName: string };
  student: StudentFacts;
  lesson: {
    id: string;
    sequence: number;
    noun: string;
    teacherName: string;
    roomName: string | null;
    startsAt: Date;
    minutes: number;
    timeZone: string;
  };
  familyZone: string | null;
  /** The instant at which it is written: "tomorrow" is said of it. */
  now: Date;
  /** Until when the lesson can be cancelled with a credit. */
  freeUntil: Date;
};

/** A reminder of one lesson, in the reader's zone, with its calendar file. */
export async function renderLessonReminder(facts: LessonReminderFacts): Promise<RenderedMail> {
  const { academy, reader, student, lesson, now } = facts;
  const zone = facts.familyZone ?? lesson.timeZone;
  const portal = `${academy.siteUrl}/${reader.isStudent ? "student" : "family"}`;
  const lessonUrl = absoluteUrl(`${portal}/lessons${reader.isStudent ? "" : `/${lesson.id}`}`);
  const noun = oneLine(lesson.noun, 80);
  const props = {
    sender: asSender(academy),
    readerName: oneLine(reader.firstName, 60),
    whose: whose(student),
    lessonNoun: noun,
    spokenTime: spokenTime(lesson.startsAt, now, zone),
    longTime: longSpan(lesson.startsAt, lesson.minutes, zone),
    academyTime: academyTime(lesson.startsAt, zone, lesson.timeZone),
    teacherName: oneLine(lesson.teacherName),
    place: describePlace(lesson, academy),
    ifNot: reader.isStudent
      ? null
      : now < facts.freeUntil
        ? "If nobody can come, please cancel on the lesson's page. It shows what you get for it before you confirm."
        : "If nobody can come, please tell us on the lesson's page. It shows what comes of it before you confirm.",
    action: { label: reader.isStudent ? "See your lessons" : "See the lesson", href: lessonUrl },
    choicesUrl: absoluteUrl(`${portal}/account#notifications`),
  };
  const file = lessonAttachment(academy, lesson, {
    summary: `${capitalize(whose(student))} ${noun} with ${props.teacherName}`,
    description: `Your lessons: ${lessonUrl}`,
    url: lessonUrl,
  });
  return renderLetter(<LessonReminder {...props} />, lessonReminderLetter(props), [file]);
}
