import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type WaitlistOfferProps = {
  sender: Sender;
  readerName: string;
  /** "Mia", or "you" */
  who: string;
  /** "a piano lesson", "a seat in Rock Band" */
  what: string;
  /** The weekly time of a class, or the moment of a lesson with its zone. */
  when: string;
  teacherName: string | null;
  place: string;
  /** What it costs and who bills it; null for a lesson, which is paid like any enrollment. */
  price: string | null;
  openUntil: string;
  /** "Thu, Dec 3, 6:15 pm EST" */
  openUntilShort: string;
  offerUrl: string;
};

/** To the family of the waitlist whose turn it is: what became free, and until when it is kept for them. */
export function waitlistOfferLetter(props: WaitlistOfferProps): Letter {
  const { sender, who, what, openUntil, price } = props;
  const isLesson = price === null;
  return {
    sender,
    subject: `For ${who}: ${what} is free, kept until ${props.openUntilShort}`,
    preheader: `You are next on the waitlist. Answer by ${props.openUntilShort}.`,
    title: "Your turn on the waitlist",
    blocks: [
      { kind: "paragraph", text: `Hello ${props.readerName},` },
      {
        kind: "paragraph",
        text: `${what.charAt(0).toUpperCase()}${what.slice(1)} has become free, and ${who} ${who === "you" ? "are" : "is"} next.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "Who", value: who },
          { label: "What", value: what },
          { label: "When", value: props.when },
          ...(props.teacherName ? [{ label: "Teacher", value: props.teacherName }] : []),
          { label: "Where", value: props.place },
          ...(price ? [{ label: "Price", value: price }] : []),
          { label: "Kept until", value: openUntil },
        ],
      },
      { kind: "action", label: "See the offer and answer", href: props.offerUrl },
      {
        kind: "notice",
        title: `Nobody else can take it until ${openUntil}`,
        lines: [
          isLesson
            ? "Accepting holds the time while you enroll and pay as usual. Nothing is charged before that."
            : "Accepting takes the seat at once, in every lesson that is still to come.",
          "If you decline or do nothing, it goes to the next family, and you keep your place on the waitlist.",
        ],
      },
    ],
    reason:
      "You get this email because you are on the academy's waitlist. You can leave it on the same page.",
  };
}

export default function WaitlistOffer(props: WaitlistOfferProps) {
  return <LetterView letter={waitlistOfferLetter(props)} />;
}
