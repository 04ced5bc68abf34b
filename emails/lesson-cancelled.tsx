import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type LessonCancelledProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's", or "your" to an adult student. */
  whose: string;
  /** "piano lesson", "Rock Band" */
  lessonNoun: string;
  shortTime: string;
  longTime: string;
  teacherName: string;
  /** "by the teacher" */
  how: string;
  reason: string | null;
  /** What comes of it for whoever reads: the credit, the money, the pay. */
  outcome: readonly string[];
  /** Only one child's seat in a class, which takes place. */
  isSeat: boolean;
  action: { label: string; href: string };
  /** Why the reader gets this mail. */
  because: string;
};

/** To the family and to the teacher: a lesson does not take place. */
export function lessonCancelledLetter(props: LessonCancelledProps): Letter {
  const { sender, whose, lessonNoun, reason, isSeat } = props;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: isSeat
        ? `Hello ${props.readerName}, ${whose} seat in ${lessonNoun} is given up for this one lesson. The class takes place.`
        : `Hello ${props.readerName}, ${whose} ${lessonNoun} was cancelled ${props.how}. The attached file takes it out of your calendar.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "What", value: capitalize(lessonNoun) },
        { label: "Was", value: props.longTime },
        { label: "With", value: props.teacherName },
        ...(reason === null ? [] : [{ label: "Why", value: reason }]),
      ],
    },
    ...(props.outcome.length > 0
      ? [{ kind: "notice" as const, title: "What comes of it", lines: props.outcome }]
      : []),
    { kind: "action", label: props.action.label, href: props.action.href },
  ];
  return {
    sender,
    subject: `Cancelled: ${whose} ${lessonNoun}, ${props.shortTime}`,
    preheader: props.outcome[0] ?? `It was to be with ${props.teacherName}.`,
    title: isSeat ? "Not coming this time" : "The lesson is cancelled",
    blocks,
    reason: props.because,
  };
}

export default function LessonCancelled(props: LessonCancelledProps) {
  return <LetterView letter={lessonCancelledLetter(props)} />;
}
