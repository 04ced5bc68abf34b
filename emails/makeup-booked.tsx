import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type MakeupBookedProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  shortTime: string;
  longTime: string;
  teacherName: string;
  place: string;
  /** What the reader should know about it. */
  notes: readonly string[];
  action: { label: string; href: string };
  because: string;
};

/** To the family and to the teacher: a make-up is in the calendar. */
export function makeupBookedLetter(props: MakeupBookedProps): Letter {
  const { sender, whose, lessonNoun } = props;
  return {
    sender,
    subject: `Booked: ${whose} ${lessonNoun}, ${props.shortTime}`,
    preheader: `With ${props.teacherName}, ${props.place}.`,
    title: "The make-up is booked",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${whose} ${lessonNoun} is booked. The attached file puts it into your calendar.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "When", value: props.longTime },
          { label: "With", value: props.teacherName },
          { label: "Where", value: props.place },
        ],
      },
      ...(props.notes.length > 0
        ? [{ kind: "notice" as const, title: "Good to know", lines: props.notes }]
        : []),
      { kind: "action", label: props.action.label, href: props.action.href },
    ],
    reason: props.because,
  };
}

export default function MakeupBooked(props: MakeupBookedProps) {
  return <LetterView letter={makeupBookedLetter(props)} />;
}
