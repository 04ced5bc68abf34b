import type { Choice } from "./_components/choice-list";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type MakeupOfferProps = {
  sender: Sender;
  readerName: string;
  /** "Mia", or null when the reader is the student. */
  studentName: string | null;
  minutes: number;
  /** "Thursday, December 17, 2026, 12:00 am EST" */
  until: string;
  untilShort: string;
  /** "in 3 days" */
  inDays: string;
  /** "$40.00" */
  money: string | null;
  times: readonly Choice[];
  makeupUrl: string;
  choicesUrl: string;
};

/** To the guardians of a family: a make-up credit ends soon, and times at which it can be used. */
export function makeupOfferLetter(props: MakeupOfferProps): Letter {
  const { sender, studentName, minutes, times, money } = props;
  const whose = studentName === null ? "your" : `${studentName}'s`;
  return {
    sender,
    subject: `${whose.charAt(0).toUpperCase()}${whose.slice(1)} make-up ends ${props.inDays}: book it before ${props.untilShort}`,
    preheader:
      times.length > 0 ? "Open times to choose from stand inside." : "Have a look at the open times.",
    title: `A make-up ends ${props.inDays}`,
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${whose} make-up of ${minutes} minutes has not been used. It is valid until ${props.until}; the lesson must begin before that.`,
      },
      ...(times.length === 0 ? [] : [{ kind: "choices" as const, title: "Open right now", choices: times }]),
      {
        kind: "action",
        label: times.length > 0 ? "See all open times" : "Look for an open time",
        href: props.makeupUrl,
      },
      ...(money === null
        ? []
        : [
            {
              kind: "paragraph" as const,
              text: `You may turn it into ${money} of credit instead, on the page of your make-ups.`,
            },
          ]),
      {
        kind: "notice",
        title: "Which reminders you get",
        lines: ["We write two weeks and three days before a make-up ends. You can turn that off."],
        link: { label: "Change your choice", href: props.choicesUrl },
      },
    ],
    reason: "You get this email because your family has a make-up that ends soon.",
  };
}

export default function MakeupOffer(props: MakeupOfferProps) {
  return <LetterView letter={makeupOfferLetter(props)} />;
}
