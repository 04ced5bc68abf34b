import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type ClosureProps = {
  sender: Sender;
  readerName: string;
  role: "family" | "teacher";
  closureName: string;
  /** "Dec 3, 2026", or "Dec 3 – 4, 2026" */
  days: string;
  isWeather: boolean;
  /** One lesson a line, with what comes of it. */
  lessons: readonly string[];
  /** "$27.50", for lessons of classes. */
  paidOut: string | null;
  hasCredits: boolean;
  pageUrl: string;
};

/** To a family or a teacher: the academy is closed on some days, and all lessons of theirs that this cancels. */
export function closureLetter(props: ClosureProps): Letter {
  const { sender, role, closureName, days, lessons, paidOut, hasCredits } = props;
  const count = lessons.length === 1 ? "1 lesson" : `${lessons.length} lessons`;
  return {
    sender,
    subject: `Closed ${days}: ${count} cancelled`,
    preheader: `${closureName}. ${role === "family" ? "What you get for them stands inside." : "There is nothing to do."}`,
    title: `The academy is closed: ${closureName}`,
    blocks: [
      {
        kind: "paragraph",
        text: props.isWeather
          ? `Hello ${props.readerName}, because of the weather the academy is closed on ${days}. Please stay safe.`
          : `Hello ${props.readerName}, the academy is closed on ${days}.`,
      },
      { kind: "notice", title: "Cancelled", lines: lessons },
      ...(paidOut === null
        ? []
        : [
            {
              kind: "paragraph" as const,
              text: `For lessons of classes you get ${paidOut} of credit, which pays your next invoice first.`,
            },
          ]),
      ...(hasCredits
        ? [
            {
              kind: "paragraph" as const,
              text: "None of this counts against your own cancellations. A credit may be turned into money instead, on the page of your make-ups.",
            },
          ]
        : []),
      {
        kind: "action",
        label:
          role === "teacher" ? "See your lessons" : hasCredits ? "Book the make-ups" : "See your make-ups",
        href: props.pageUrl,
      },
    ],
    reason:
      role === "family"
        ? "You get this email because lessons of your family are cancelled."
        : "You get this email because lessons that you give are cancelled.",
  };
}

export default function Closure(props: ClosureProps) {
  return <LetterView letter={closureLetter(props)} />;
}
