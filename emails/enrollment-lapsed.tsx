import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type EnrollmentLapsedProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  instrument: string;
  startedOn: string;
  /** "14 days" */
  waited: string;
  enrollUrl: string;
};

/** To a family whose provisional enrollment has ended without a payment. */
export function enrollmentLapsedLetter(props: EnrollmentLapsedProps): Letter {
  const { sender, whose, instrument } = props;
  return {
    sender,
    subject: `${capitalize(whose)} ${instrument} enrollment has ended; nothing was charged`,
    preheader: "The time is free for others again. You are welcome back whenever you like.",
    title: "The enrollment has ended",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, the ${instrument} enrollment that you started on ${props.startedOn} has ended, since no payment came within ${props.waited}. Nothing was charged, and nothing will be.`,
      },
      {
        kind: "paragraph",
        text: "Your account stays, with the details you typed. When the time is right, choose a new lesson time and carry on from there.",
      },
      { kind: "action", label: "Start again", href: props.enrollUrl },
    ],
    reason: "You get this email because you started an enrollment. It is the last one about it.",
  };
}

export default function EnrollmentLapsed(props: EnrollmentLapsedProps) {
  return <LetterView letter={enrollmentLapsedLetter(props)} />;
}
