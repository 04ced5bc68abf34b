import EnrollmentChanged, {
  type EnrollmentChange,
  type EnrollmentChangedProps,
  enrollmentChangedLetter,
} from "@/emails/enrollment-changed";
import type { AcademyFacts, StudentFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { plainDay, shortMoment } from "./when";
import { absoluteUrl, asSender, oneLine } from "./wording";

/** `day`: ISO, in the academy's zone. `lessons`: the next ones that it is about, in order of time. */
export type EnrollmentChangedFacts = {
  academy: AcademyFacts;
  reader: EnrollmentChangedProps["reader"];
  readerName: string;
  student: StudentFacts;
  change: EnrollmentChange;
  /** As in a sentence: "piano". */
  instrument: string;
  teacherName: string;
  /** "Weekly 30 minutes" */
  plan: string;
  from: string | null;
  day: string | null;
  lines: readonly string[];
  lessons: readonly Date[];
  timeZone: string;
  pageUrl: string;
};

/** The letter about a student who leaves, stays, pauses or goes on. */
export async function renderEnrollmentChanged(facts: EnrollmentChangedFacts): Promise<RenderedMail> {
  const { academy, student, change, day, from } = facts;
  const dayLabel = change === "pausing" ? "Until" : "Last day";
  const props: EnrollmentChangedProps = {
    sender: asSender(academy),
    readerName: oneLine(facts.readerName, 60),
    reader: facts.reader,
    change,
    studentName: student.isReader && facts.reader === "family" ? null : oneLine(student.firstName, 60),
    lessonsNoun: `${oneLine(facts.instrument, 40)} lessons`,
    teacherName: oneLine(facts.teacherName),
    day: day === null ? null : plainDay(day),
    facts: [
      {
        label: "Who",
        value:
          facts.reader === "teacher"
            ? oneLine(`${student.firstName} ${student.lastName}`)
            : `${student.isReader ? "You" : oneLine(student.firstName, 60)}, with ${oneLine(facts.teacherName)}`,
      },
      { label: "Lessons", value: oneLine(facts.plan) },
      ...(from ? [{ label: "From", value: plainDay(from) }] : []),
      ...(day ? [{ label: dayLabel, value: plainDay(day) }] : []),
    ],
    lines: facts.lines.map((line) => oneLine(line, 300)),
    dates: facts.lessons.map((at) => shortMoment(at, facts.timeZone)),
    pageUrl: absoluteUrl(facts.pageUrl),
  };
  return renderLetter(<EnrollmentChanged {...props} />, enrollmentChangedLetter(props));
}
