import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type SubstitutionAssignedProps = {
  sender: Sender;
  readerName: string;
  studentName: string;
  lessonNoun: string;
  /** Who gave or was to give it before. */
  teacherBefore: string;
  shortTime: string;
  longTime: string;
  room: string;
  lessonsUrl: string;
};

/** To the teacher who gives a lesson in another's place, or takes it back. */
export function substitutionAssignedLetter(props: SubstitutionAssignedProps): Letter {
  const { readerName, studentName, lessonNoun, teacherBefore } = props;
  return {
    sender: props.sender,
    subject: `You give the ${lessonNoun} of ${studentName}: ${props.shortTime}`,
    preheader: `In place of ${teacherBefore}, ${props.room}.`,
    title: "A lesson for you",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${readerName}, you give this lesson in place of ${teacherBefore}. It is in your calendar, and it is paid at your rate.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "Lesson", value: capitalize(lessonNoun) },
          { label: "Student", value: studentName },
          { label: "When", value: props.longTime },
          { label: "Room", value: props.room },
        ],
      },
      { kind: "action", label: "See your lessons", href: props.lessonsUrl },
    ],
    reason: "You get this email because you teach at the academy.",
  };
}

export default function SubstitutionAssigned(props: SubstitutionAssignedProps) {
  return <LetterView letter={substitutionAssignedLetter(props)} />;
}
