import { capitalize } from "./_components/capitalize";
import type { Choice } from "./_components/choice-list";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type LessonProposalsProps = {
  sender: Sender;
  readerName: string;
  whose: string;
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  /** "Thursday, December 3, 2026, 4:15 pm EST" */
  until: string;
  untilShort: string;
  choices: readonly Choice[];
  lessonUrl: string;
};

/** To the guardians of a family: the teacher is away, and what they may choose for the lesson. */
export function lessonProposalsLetter(props: LessonProposalsProps): Letter {
  const { sender, whose, lessonNoun, teacherName, until } = props;
  return {
    sender,
    subject: `Please choose by ${props.untilShort}: ${whose} ${lessonNoun} on ${props.shortTime}`,
    preheader: `${teacherName} is away. One click settles it.`,
    title: `${teacherName} is away`,
    blocks: [
      {
        kind: "paragraph",
        text: `Hello ${props.readerName}, ${teacherName} cannot give ${whose} ${lessonNoun}. We are sorry. Here is what we can offer instead.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "When", value: props.longTime },
          { label: "With", value: teacherName },
        ],
      },
      { kind: "choices", title: "Choose one", choices: props.choices },
      { kind: "action", label: "See the lesson and choose", href: props.lessonUrl },
      {
        kind: "notice",
        title: `Choose by ${until}`,
        lines: [
          "Whoever chooses first takes it: until then a time or a teacher may go to somebody else. We then show you what is left.",
          "If nobody chooses, the lesson is cancelled by the teacher, and you get a make-up credit. It does not count against your own cancellations.",
        ],
      },
    ],
    reason: "You get this email because a lesson of your family cannot take place as planned.",
  };
}

export default function LessonProposals(props: LessonProposalsProps) {
  return <LetterView letter={lessonProposalsLetter(props)} />;
}
