import type { Choice } from "./_components/choice-list";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type SlotLostProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  alternatives: readonly Choice[];
  /** "$25.00 is on its way back to your Visa ending 4242 …", or null when nothing was charged. */
  refund: string | null;
  /** How long a picked time is kept while the family pays. */
  holdMinutes: number;
  chooseUrl: string;
};

/** To the family that did not get its time: it went to another before the payment. */
export function slotLostLetter(props: SlotLostProps): Letter {
  const { sender, whose, lessonNoun, alternatives, refund } = props;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `Hello ${props.readerName}, we are sorry: the time you chose for ${whose} ${lessonNoun} went to another family before your payment was complete. Everything you typed is saved; only the time is missing.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "Taken", value: `${props.longTime}, with ${props.teacherName}` },
        { label: "Money", value: refund ?? "You were not charged." },
      ],
    },
  ];
  if (alternatives.length > 0) {
    blocks.push({
      kind: "choices",
      title: "Free right now, and close to what you wanted",
      choices: alternatives,
    });
  }
  blocks.push(
    {
      kind: "action",
      label: alternatives.length > 0 ? "See all free times" : "Choose another time",
      href: props.chooseUrl,
    },
    {
      kind: "paragraph",
      text: `A time is yours for ${props.holdMinutes} minutes once you pick it, while you pay. Until then another family may be quicker.`,
    },
  );
  return {
    sender,
    subject: `Choose a new time for ${whose} ${lessonNoun}: ${props.shortTime} was taken`,
    preheader: refund ?? "You were not charged. Your details are saved, only the time is missing.",
    title: "Your time was taken",
    blocks,
    reason: "You get this email because you are enrolling at the academy.",
  };
}

export default function SlotLost(props: SlotLostProps) {
  return <LetterView letter={slotLostLetter(props)} />;
}
