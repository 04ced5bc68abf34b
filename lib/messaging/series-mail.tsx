import { capitalize } from "@/emails/_components/capitalize";
import SeriesChanged, { type SeriesChangedProps, seriesChangedLetter } from "@/emails/series-changed";
import type { AcademyFacts, LessonFacts, StudentFacts } from "./facts";
import { lessonAttachment, renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { shortMoment } from "./when";
import { absoluteUrl, asSender, describePlace, lessonNoun, oneLine, whose } from "./wording";

/**
 * `time`: the weekly time in words. `lessons`: each lesson that the change was about, in order of time, at its time now;
 * at least one.
 */
export type SeriesChangedFacts = {
  academy: AcademyFacts;
  parentFirstName: string;
  student: StudentFacts;
  change: SeriesChangedProps["change"];
  time: string;
  lessons: readonly LessonFacts[];
  /** Credits for weeks that are not free, with times that they can be used for now. */
  owed?: readonly OwedWeek[];
  portalUrl: string;
};

/** `reason`: the day and why, "Wednesday, January 13, 2027: the teacher is away". */
export type OwedWeek = {
  reason: string;
  minutes: number;
  expiresAt: Date;
  /** `url`: the family's page that books it. */
  alternatives: readonly { startsAt: Date; teacherName: string; url: string }[];
};

/** The dates of a series that was planned, moved or ended; of one that goes on with the first lesson as an `.ics`. */
export async function renderSeriesChanged(facts: SeriesChangedFacts): Promise<RenderedMail> {
  const { academy, student, change, lessons, owed = [] } = facts;
  const [first] = lessons;
  if (!first) throw new RangeError("A change of a series is about a lesson");
  const portalUrl = absoluteUrl(facts.portalUrl);
  const props: SeriesChangedProps = {
    sender: asSender(academy),
    readerName: oneLine(facts.parentFirstName, 60),
    change,
    studentName: student.isReader ? null : oneLine(student.firstName, 60),
    lessonsNoun: `${lessonNoun(first)}s`,
    teacherName: oneLine(first.teacherName),
    time: oneLine(facts.time),
    minutes: first.minutes,
    place: describePlace(first, academy),
    dates: lessons.map(({ startsAt, timeZone }) => shortMoment(startsAt, timeZone)),
    owed: owed.map(
      ({ reason, minutes, expiresAt }) =>
        `${oneLine(reason)}. You get a make-up credit of ${minutes} minutes, valid until ${shortMoment(expiresAt, first.timeZone)}.`,
    ),
    alternatives: owed
      .flatMap((week) => week.alternatives)
      .map(({ startsAt, teacherName, url }) => ({
        label: shortMoment(startsAt, first.timeZone),
        note: `With ${oneLine(teacherName)}`,
        href: absoluteUrl(url),
      })),
    portalUrl,
  };
  const calendar = lessonAttachment(academy, first, {
    summary: `${capitalize(whose(student))} ${lessonNoun(first)} with ${oneLine(first.teacherName)}`,
    description: `Your lessons: ${portalUrl}`,
    url: portalUrl,
  });
  return renderLetter(
    <SeriesChanged {...props} />,
    seriesChangedLetter(props),
    change === "ended" ? [] : [calendar],
  );
}
