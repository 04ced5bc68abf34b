import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type WelcomeParentProps = {
  sender: Sender;
  readerName: string;
  /** "Mia", or null when the reader is the student. */
  studentName: string | null;
  /** "piano trial lesson" */
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  /** "Thursdays at 4:15 pm", or null for a single lesson. */
  weeklyTime: string | null;
  place: string;
  payment: { paid: string; receiptNumber: string; receiptUrl: string } | null;
  /** "Monthly plan: $160.00 a month, next on January 1, 2027" */
  plan: string | null;
  nextSteps: readonly string[];
  policy: readonly string[];
  policyUrl: string;
  portalUrl: string;
};

/** To the family once the first lesson is in the calendar. */
export function welcomeParentLetter(props: WelcomeParentProps): Letter {
  const { sender, readerName, studentName, lessonNoun, teacherName, payment, plan } = props;
  const whose = studentName === null ? "Your" : `${studentName}'s`;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `Welcome to ${sender.name}, ${readerName}! The lesson is in the calendar, and ${teacherName} is looking forward to meeting ${studentName ?? "you"}.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "Who", value: `${studentName ?? "You"}, with ${teacherName}` },
        { label: "What", value: capitalize(lessonNoun) },
        { label: "When", value: props.longTime },
        ...(props.weeklyTime === null ? [] : [{ label: "Then", value: props.weeklyTime }]),
        { label: "Where", value: props.place },
        ...(payment === null
          ? []
          : [
              { label: "Paid", value: payment.paid },
              { label: "Receipt", value: payment.receiptNumber, href: payment.receiptUrl },
            ]),
        ...(plan === null ? [] : [{ label: "Plan", value: plan }]),
      ],
    },
    { kind: "action", label: "Open your family's page", href: props.portalUrl },
    { kind: "steps", title: "What happens next", steps: props.nextSteps },
  ];
  if (props.policy.length > 0) {
    blocks.push({
      kind: "notice",
      title: "If you cannot come",
      lines: props.policy,
      link: { label: "Read all the rules", href: props.policyUrl },
    });
  }
  return {
    sender,
    subject: `${whose} ${lessonNoun}: ${props.shortTime} with ${teacherName}`,
    preheader: `${props.longTime}. ${props.place}.`,
    title: `${whose} first lesson is booked`,
    blocks,
    reason: "You get this email because you enrolled at the academy.",
  };
}

export default function WelcomeParent(props: WelcomeParentProps) {
  return <LetterView letter={welcomeParentLetter(props)} />;
}
