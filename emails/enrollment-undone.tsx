import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type EnrollmentUndoneProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  teacherName: string;
  longTime: string;
  /** What went wrong, one sentence in the family's terms. */
  reason: string;
  kept: readonly string[];
  /** The whole sentence on the refund, or null when nothing was charged. */
  refund: string | null;
  /** "$25.00", for the subject. */
  refundAmount: string | null;
  resumeUrl: string;
};

/** To a family whose enrollment failed after they paid or chose: what happened, what was kept, what to do. */
export function enrollmentUndoneLetter(props: EnrollmentUndoneProps): Letter {
  const { sender, whose, lessonNoun, refund, refundAmount, kept } = props;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `Hello ${props.readerName}, we could not complete ${whose} enrollment, and we are sorry for the trouble.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "What", value: `${capitalize(lessonNoun)} with ${props.teacherName}` },
        { label: "When", value: `${props.longTime} (not booked)` },
        { label: "Why", value: props.reason },
        { label: "Money", value: refund ?? "You were not charged." },
      ],
    },
  ];
  if (kept.length > 0) blocks.push({ kind: "notice", title: "What is kept", lines: kept });
  blocks.push(
    { kind: "action", label: "Try again", href: props.resumeUrl },
    {
      kind: "paragraph",
      text: "The office knows about it. Reply to this email if you would rather have us arrange the lesson for you.",
    },
  );
  return {
    sender,
    subject:
      refundAmount === null
        ? `${capitalize(whose)} enrollment did not go through; you were not charged`
        : `${capitalize(whose)} enrollment did not go through; ${refundAmount} is on its way back`,
    preheader: props.reason,
    title: "The enrollment did not go through",
    blocks,
    reason: "You get this email because you are enrolling at the academy.",
  };
}

export default function EnrollmentUndone(props: EnrollmentUndoneProps) {
  return <LetterView letter={enrollmentUndoneLetter(props)} />;
}
