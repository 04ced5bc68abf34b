import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonReminderProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's", or "your" */
  whose: string;
  lessonNoun: string;
  /** "tomorrow at 4:15 pm" */
  spokenTime: string;
  /** In the reader's zone, which it names. */
  longTime: string;
  /** "4:15 pm EST at the academy", where the reader's clock differs. */
  academyTime: string | null;
  teacherName: string;
  place: string;
  /** What can still be done when nobody can come; null for a student, whose parents do it. */
  ifNot: string | null;
  action: { label: string; href: string };
  choicesUrl: string;
};

/** To guardians and to a student with an account, some time before a lesson. */
export function lessonReminderLetter(props: LessonReminderProps): Letter {
  const { sender, whose, lessonNoun, spokenTime, academyTime, ifNot } = props;
  return {
    sender,
    subject: `${capitalize(spokenTime)}: ${whose} ${lessonNoun}`,
    preheader: `With ${props.teacherName}. ${props.longTime}.`,
    title: `See you ${spokenTime}`,
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${whose} ${lessonNoun} is ${spokenTime}.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "When", value: academyTime ? `${props.longTime} (${academyTime})` : props.longTime },
          { label: "With", value: props.teacherName },
          { label: "Where", value: props.place },
        ],
      },
      { kind: "action", label: props.action.label, href: props.action.href },
      ...(ifNot === null ? [] : [{ kind: "paragraph" as const, text: ifNot }]),
      {
        kind: "notice",
        title: "Which reminders you get",
        lines: ["One comes the day before a lesson, one shortly before it. Each can be turned off."],
        link: { label: "Change your choice", href: props.choicesUrl },
      },
    ],
    reason: "You get this email because a lesson is ahead and you have not turned its reminder off.",
  };
}

export default function LessonReminder(props: LessonReminderProps) {
  return <LetterView letter={lessonReminderLetter(props)} />;
}
