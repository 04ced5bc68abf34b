import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type NoShowAcademyProps = {
  sender: Sender;
  studentName: string;
  termName: string;
  /** Each lesson that was missed: "Thu, Dec 3, 4:15 pm EST, with Elena Marsh". */
  lessons: readonly string[];
  familyUrl: string;
};

/** To the academy: a student has missed a second lesson in a term without a word. */
export function noShowAcademyLetter(props: NoShowAcademyProps): Letter {
  const { sender, studentName, termName, lessons } = props;
  return {
    sender,
    subject: `${studentName} has missed ${lessons.length} lessons this term`,
    preheader: "Nobody cancelled them. A call to the family may help.",
    title: `${studentName}: missed again`,
    blocks: [
      {
        kind: "paragraph",
        text: `${studentName} did not come to ${lessons.length} lessons of ${termName}, and nobody cancelled them. The family has been written to each time. A call may help.`,
      },
      { kind: "notice", title: "Missed", lines: lessons },
      { kind: "action", label: "See the family", href: props.familyUrl },
    ],
    reason: "You get this email because a student has missed more than one lesson in a term.",
  };
}

export default function NoShowAcademy(props: NoShowAcademyProps) {
  return <LetterView letter={noShowAcademyLetter(props)} />;
}
