import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type WelcomeStudentProps = {
  sender: Sender;
  studentName: string;
  lessonNoun: string;
  teacherName: string;
  shortTime: string;
  longTime: string;
  weeklyTime: string | null;
  place: string;
  portalUrl: string;
  /** Where the student chooses a password, or null when there is one already. */
  setPasswordUrl: string | null;
};

/** To a student with an address of their own; says nothing of money. */
export function welcomeStudentLetter(props: WelcomeStudentProps): Letter {
  const { sender, studentName, lessonNoun, teacherName, setPasswordUrl } = props;
  return {
    sender,
    subject: `${studentName}, your ${lessonNoun} is on ${props.shortTime}`,
    preheader: `With ${teacherName}. ${props.place}.`,
    title: "Your first lesson is booked",
    blocks: [
      {
        kind: "paragraph",
        text: `Hi ${studentName}! You have your own page at ${sender.name}, with your lessons and all you need for practice. ${teacherName} is looking forward to meeting you.`,
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: capitalize(lessonNoun) },
          { label: "Teacher", value: teacherName },
          { label: "When", value: props.longTime },
          ...(props.weeklyTime === null ? [] : [{ label: "Then", value: props.weeklyTime }]),
          { label: "Where", value: props.place },
        ],
      },
      setPasswordUrl === null
        ? { kind: "action", label: "Open my lessons", href: props.portalUrl }
        : { kind: "action", label: "Choose my password", href: setPasswordUrl },
      {
        kind: "steps",
        title: "Before the lesson",
        steps: [
          "Open the attached file to put the lesson into your calendar.",
          "Think of one piece you would love to play, and bring its name.",
          "Come five minutes early, so that you start relaxed.",
        ],
      },
    ],
    reason: "You get this email because your family enrolled you and gave us your address.",
  };
}

export default function WelcomeStudent(props: WelcomeStudentProps) {
  return <LetterView letter={welcomeStudentLetter(props)} />;
}
