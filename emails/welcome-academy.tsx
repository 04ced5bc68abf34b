import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type WelcomeAcademyProps = {
  sender: Sender;
  enrollmentNumber: string;
  studentName: string;
  /** "9 years old, beginner" */
  studentNote: string;
  wishes: string | null;
  parent: { name: string; email: string; phone: string | null };
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  weeklyTime: string | null;
  place: string;
  /** "$25.00 with Visa ending 4242, receipt CH-1042" */
  paid: string | null;
  plan: string | null;
  matchReason: string | null;
  caseUrl: string;
};

/** To the office: who enrolled, what was paid, why this teacher. */
export function welcomeAcademyLetter(props: WelcomeAcademyProps): Letter {
  const { sender, studentName, lessonNoun, teacherName, parent, paid, plan, matchReason, wishes } = props;
  const contact = parent.phone === null ? parent.email : `${parent.email}, ${parent.phone}`;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `${studentName} is enrolled with ${teacherName}, and the lesson is in the calendar. Nothing is left for you to do.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "Enrollment", value: props.enrollmentNumber },
        { label: "Student", value: `${studentName}, ${props.studentNote}` },
        { label: "Family", value: parent.name },
        { label: "Contact", value: contact },
        { label: "What", value: capitalize(lessonNoun) },
        { label: "When", value: props.longTime },
        ...(props.weeklyTime === null ? [] : [{ label: "Then", value: props.weeklyTime }]),
        { label: "Where", value: props.place },
        { label: "Paid", value: paid ?? "Nothing yet" },
        ...(plan === null ? [] : [{ label: "Plan", value: plan }]),
        ...(matchReason === null ? [] : [{ label: "Match", value: matchReason }]),
      ],
    },
  ];
  if (wishes !== null) blocks.push({ kind: "notice", title: "What the family wrote", lines: [wishes] });
  blocks.push({ kind: "action", label: "Open the enrollment", href: props.caseUrl });
  return {
    sender,
    subject: `Enrolled: ${studentName}, ${lessonNoun} with ${teacherName}, ${props.shortTime}`,
    preheader: paid === null ? `${parent.name}. Nothing paid yet.` : `${parent.name}. Paid ${paid}.`,
    title: `${studentName} is enrolled`,
    blocks,
    reason: "You get this email because it is the office's address for new enrollments.",
  };
}

export default function WelcomeAcademy(props: WelcomeAcademyProps) {
  return <LetterView letter={welcomeAcademyLetter(props)} />;
}
