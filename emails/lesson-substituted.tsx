import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonSubstitutedProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's", or "your". */
  whose: string;
  lessonNoun: string;
  teacherName: string;
  /** Who was to give it; null when the own teacher gives it after all. */
  teacherBefore: string;
  isOwnTeacher: boolean;
  shortTime: string;
  longTime: string;
  place: string;
  portalUrl: string;
};

/** To the family whose lesson somebody else gives: who, and that time and price stay. */
export function lessonSubstitutedLetter(props: LessonSubstitutedProps): Letter {
  const { whose, lessonNoun, teacherName, teacherBefore, isOwnTeacher } = props;
  const text = isOwnTeacher
    ? `${teacherName} gives ${whose} ${lessonNoun} after all, so ${teacherBefore} does not.`
    : `${teacherBefore} is away that day, so ${teacherName} gives ${whose} ${lessonNoun} instead.`;
  return {
    sender: props.sender,
    subject: `${teacherName} gives ${whose} ${lessonNoun}: ${props.shortTime}`,
    preheader: `Same time, same length. ${text}`,
    title: isOwnTeacher ? `${teacherName} is back` : "Another teacher for one lesson",
    blocks: [
      { kind: "paragraph", text: `Hello ${props.readerName}, ${text} Day and time stay as they were.` },
      {
        kind: "facts",
        facts: [
          { label: "Lesson", value: capitalize(lessonNoun) },
          { label: "Teacher", value: isOwnTeacher ? teacherName : `${teacherName}, for ${teacherBefore}` },
          { label: "When", value: props.longTime },
          { label: "Where", value: props.place },
          { label: "Price", value: "Nothing changes." },
        ],
      },
      {
        kind: "steps",
        title: "What next",
        steps: [
          "Open the attached file: it changes the entry in your calendar.",
          "Come at the usual time; you need not answer.",
          "Does it not suit you? Write or call us, and we look for something else.",
        ],
      },
      { kind: "action", label: "See the lesson", href: props.portalUrl },
    ],
    reason: "You get this email because your family has a lesson at the academy.",
  };
}

export default function LessonSubstituted(props: LessonSubstitutedProps) {
  return <LetterView letter={lessonSubstitutedLetter(props)} />;
}
