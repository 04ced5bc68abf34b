import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonsPausedProps = {
  sender: Sender;
  reader: "family" | "academy";
  readerName: string;
  /** "Mia's", or "your" to an adult student; to the academy "Mia Alvarez's". */
  whose: string;
  /** "piano" */
  instrument: string;
  /** "$160.00 USD" */
  amount: string;
  /** "December 1, 2026" */
  dueOn: string;
  lessonsFreed: number;
  url: string;
};

/** To the family and to the academy: lessons pause because their tuition is overdue. */
export function lessonsPausedLetter(props: LessonsPausedProps): Letter {
  const { sender, reader, whose, instrument, amount, dueOn } = props;
  const lessons = `${props.lessonsFreed} ${props.lessonsFreed === 1 ? "lesson" : "lessons"}`;
  return {
    sender,
    subject: `Paused: ${whose} ${instrument} lessons`,
    preheader: `${amount}, due on ${dueOn}, is still open.`,
    title: reader === "family" ? "The lessons are paused for now" : "Lessons pause: the tuition is overdue",
    blocks: [
      {
        kind: "paragraph",
        text:
          reader === "family"
            ? `Hello ${props.readerName}, ${amount} of tuition, due on ${dueOn}, is still open. As our policies say, ${whose} ${instrument} lessons pause until it is paid.`
            : `${amount} of tuition, due on ${dueOn}, is still open after every retry that made sense. ${whose} ${instrument} lessons are paused.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "Open", value: amount },
          { label: "Due", value: dueOn },
          { label: "Given free", value: `${lessons} to come; make-up lessons stay` },
        ],
      },
      {
        kind: "notice",
        title: "How the lessons come back",
        lines:
          reader === "family"
            ? [
                "Enter another card, and we charge what is open at once.",
                "The lessons then come back by themselves: each of them whose time is still free, without another form.",
                "While they pause, no further tuition is charged.",
              ]
            : [
                "Once it is paid, the lessons whose times are still free come back by themselves, and the family is told.",
                "While they pause, no further tuition is charged. The family has been told.",
              ],
      },
      {
        kind: "action",
        label: reader === "family" ? "Replace the card" : "See the enrollment",
        href: props.url,
      },
      ...(reader === "family"
        ? [
            {
              kind: "paragraph" as const,
              text: "If money is tight at the moment, please write or call: we would rather find a way than lose you.",
            },
          ]
        : []),
    ],
    reason:
      reader === "family"
        ? "You get this email because you pay for these lessons."
        : "You get this email because the academy pauses lessons by itself.",
  };
}

export default function LessonsPaused(props: LessonsPausedProps) {
  return <LetterView letter={lessonsPausedLetter(props)} />;
}
