import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type NoShowProps = {
  sender: Sender;
  readerName: string;
  /** "Mia", or "you" */
  who: string;
  whose: string;
  lessonNoun: string;
  longTime: string;
  shortTime: string;
  teacherName: string;
  isClass: boolean;
  /** "24 h" */
  notice: string;
  lessonUrl: string;
};

/** To the guardians of a family: nobody came to a lesson. */
export function noShowLetter(props: NoShowProps): Letter {
  const { sender, who, whose, lessonNoun, teacherName, isClass } = props;
  return {
    sender,
    subject: `We missed ${who}: ${whose} ${lessonNoun} on ${props.shortTime}`,
    preheader: "We hope that all is well.",
    title: `We missed ${who}`,
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${who} did not come to ${whose} ${lessonNoun}. We hope that all is well. If this is a mistake, please answer this email, and we put it right.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "When", value: props.longTime },
          { label: "With", value: teacherName },
        ],
      },
      { kind: "action", label: isClass ? "See your lessons" : "See the lesson", href: props.lessonUrl },
      {
        kind: "notice",
        title: "What it means",
        lines: isClass
          ? ["The class took place. A lesson of a class that is missed is not made up."]
          : [
              `${teacherName} had kept the time, and is paid for it. There is no make-up credit for this lesson.`,
              `When something comes up, please cancel on the lesson's page, ${props.notice} ahead or more. It shows what you get for it before you confirm.`,
            ],
      },
    ],
    reason: "You get this email because a student of your family was marked as absent.",
  };
}

export default function NoShow(props: NoShowProps) {
  return <LetterView letter={noShowLetter(props)} />;
}
