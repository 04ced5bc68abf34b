import AbsenceWithdrawn, { absenceWithdrawnLetter } from "@/emails/absence-withdrawn";
import LessonProposals, { lessonProposalsLetter } from "@/emails/lesson-proposals";
import type { AcademyFacts, LessonFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment, longSpan, shortMoment } from "./when";
import { absoluteUrl, asSender, describePlace, lessonNoun, oneLine, whose } from "./wording";

/** A choice: a substitute at the lesson's time, another time with its teacher, or a credit of its minutes. */
export type ProposedChoice = {
  id: string;
  kind: "substitute" | "time" | "credit";
  teacherName: string | null;
  startsAt: Date | null;
};

type Common = {
  academy: AcademyFacts;
  readerFirstName: string;
  student: StudentFacts;
  lesson: LessonFacts;
  /** The family's page of the lesson. */
  lessonUrl: string;
};

function words({ academy, readerFirstName, student, lesson, lessonUrl }: Common) {
  return {
    sender: asSender(academy),
    readerName: oneLine(readerFirstName, 60),
    whose: whose(student),
    lessonNoun: lessonNoun(lesson),
    teacherName: oneLine(lesson.teacherName),
    shortTime: shortMoment(lesson.startsAt, lesson.timeZone),
    longTime: longSpan(lesson.startsAt, lesson.minutes, lesson.timeZone),
    lessonUrl: absoluteUrl(lessonUrl),
  };
}

function choiceWords({ kind, teacherName, startsAt }: ProposedChoice, lesson: LessonFacts) {
  const when = startsAt ? longMoment(startsAt, lesson.timeZone) : "";
  switch (kind) {
    case "substitute":
      return {
        label: `With ${oneLine(teacherName ?? "another teacher")}`,
        note: `At the same time: ${when}`,
      };
    case "time":
      return {
        label: when,
        note: `With ${oneLine(teacherName ?? lesson.teacherName)}, ${lesson.minutes} minutes`,
      };
    case "credit":
      return {
        label: "A make-up credit",
        note: `${lesson.minutes} minutes, to book when it suits you, or turn into money`,
      };
  }
}

/** What a family may choose for a lesson whose teacher is away, each choice a link of its own. */
export async function renderLessonProposals(
  facts: Common & { choices: readonly ProposedChoice[]; until: Date },
): Promise<RenderedMail> {
  const { lesson, until } = facts;
  const lessonUrl = absoluteUrl(facts.lessonUrl);
  const props = {
    ...words(facts),
    until: longMoment(until, lesson.timeZone),
    untilShort: shortMoment(until, lesson.timeZone),
    choices: facts.choices.map((choice) => ({
      ...choiceWords(choice, lesson),
      href: `${lessonUrl}?proposal=${choice.id}`,
    })),
  };
  return renderLetter(<LessonProposals {...props} />, lessonProposalsLetter(props));
}

/** A lesson that takes place as planned although its family had been asked to choose. */
export async function renderAbsenceWithdrawn(facts: Common): Promise<RenderedMail> {
  const props = { ...words(facts), place: describePlace(facts.lesson, facts.academy) };
  return renderLetter(<AbsenceWithdrawn {...props} />, absenceWithdrawnLetter(props));
}
