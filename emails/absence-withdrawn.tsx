import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type AbsenceWithdrawnProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  place: string;
  lessonUrl: string;
};

/** To the guardians of a family that had been asked to choose: the teacher can come after all. */
export function absenceWithdrawnLetter(props: AbsenceWithdrawnProps): Letter {
  const { sender, whose, lessonNoun, teacherName } = props;
  return {
    sender,
    subject: `As planned after all: ${whose} ${lessonNoun} on ${props.shortTime}`,
    preheader: `${teacherName} can come. There is nothing to choose any more.`,
    title: "The lesson takes place as planned",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${teacherName} can come after all. There is nothing to choose any more: ${whose} ${lessonNoun} is where it was.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "When", value: props.longTime },
          { label: "With", value: teacherName },
          { label: "Where", value: props.place },
        ],
      },
      { kind: "action", label: "See the lesson", href: props.lessonUrl },
    ],
    reason: "You get this email because we had asked you to choose something else for this lesson.",
  };
}

export default function AbsenceWithdrawn(props: AbsenceWithdrawnProps) {
  return <LetterView letter={absenceWithdrawnLetter(props)} />;
}
