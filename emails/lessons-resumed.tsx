import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonsResumedProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's", or "your" to an adult student. */
  whose: string;
  /** "piano" */
  instrument: string;
  /** Times with their zone, in order. */
  booked: readonly string[];
  /** Times that others have taken meanwhile. */
  lost: readonly string[];
  url: string;
};

const MOST = 12;

function listed(times: readonly string[]): string[] {
  const rest = times.length - MOST;
  return rest > 0 ? [...times.slice(0, MOST), `and ${rest} more`] : [...times];
}

/** To the family: what was overdue is paid, and the lessons are back. */
export function lessonsResumedLetter(props: LessonsResumedProps): Letter {
  const { sender, whose, instrument, booked, lost } = props;
  return {
    sender,
    subject: `Back again: ${whose} ${instrument} lessons`,
    preheader: booked[0] ? `The next one: ${booked[0]}.` : "We will find new times together.",
    title: "Thank you, the lessons are back",
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, everything is paid, thank you. ${whose === "your" ? "Your" : whose} ${instrument} lessons go on.`,
      },
      ...(booked.length > 0
        ? [{ kind: "notice" as const, title: "These times are yours again", lines: listed(booked) }]
        : []),
      ...(lost.length > 0
        ? [
            {
              kind: "notice" as const,
              title: "These times were taken meanwhile",
              lines: [...listed(lost), "Write to us, and we find others for them."],
            },
          ]
        : []),
      { kind: "action", label: "See the lessons", href: props.url },
    ],
    reason: "You get this email because paused lessons of your family go on.",
  };
}

export default function LessonsResumed(props: LessonsResumedProps) {
  return <LetterView letter={lessonsResumedLetter(props)} />;
}
