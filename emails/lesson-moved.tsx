import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonMovedProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  /** The old time. */
  wasTime: string;
  shortTime: string;
  longTime: string;
  teacherName: string;
  place: string;
  reason: string | null;
  action: { label: string; href: string };
  because: string;
};

/** To the family and to the teacher: a lesson is at another time, with another teacher or in another room. */
export function lessonMovedLetter(props: LessonMovedProps): Letter {
  const { sender, whose, lessonNoun, reason } = props;
  return {
    sender,
    subject: `Moved: ${whose} ${lessonNoun}, now ${props.shortTime}`,
    preheader: `It was ${props.wasTime}.`,
    title: "The lesson has moved",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${whose} ${lessonNoun} has moved. The attached file moves it in your calendar, too. The other lessons stay as they are.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "Now", value: props.longTime },
          { label: "Was", value: props.wasTime },
          { label: "With", value: props.teacherName },
          { label: "Where", value: props.place },
          ...(reason === null ? [] : [{ label: "Why", value: reason }]),
        ],
      },
      { kind: "action", label: props.action.label, href: props.action.href },
    ],
    reason: props.because,
  };
}

export default function LessonMoved(props: LessonMovedProps) {
  return <LetterView letter={lessonMovedLetter(props)} />;
}
