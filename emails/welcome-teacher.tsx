import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type WelcomeTeacherProps = {
  sender: Sender;
  readerName: string;
  /** First name only: a teacher needs neither the family's name nor its address. */
  studentName: string;
  /** "9 years old" */
  age: string;
  level: string;
  /** What the family wrote, in its own words and lines. */
  wishes: string | null;
  lessonNoun: string;
  shortTime: string;
  longTime: string;
  weeklyTime: string | null;
  room: string;
  lessonUrl: string;
};

/** To the teacher of a new student; no billing, no address. */
export function welcomeTeacherLetter(props: WelcomeTeacherProps): Letter {
  const { sender, studentName, wishes, lessonNoun } = props;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `Hello ${props.readerName}, ${studentName} is joining you. The lesson is in your calendar, and the room is reserved.`,
    },
    {
      kind: "facts",
      facts: [
        { label: "Student", value: `${studentName}, ${props.age}` },
        { label: "Level", value: props.level },
        { label: "What", value: capitalize(lessonNoun) },
        { label: "When", value: props.longTime },
        ...(props.weeklyTime === null ? [] : [{ label: "Then", value: props.weeklyTime }]),
        { label: "Where", value: props.room },
      ],
    },
  ];
  if (wishes !== null) blocks.push({ kind: "notice", title: "What the family wrote", lines: [wishes] });
  blocks.push(
    { kind: "action", label: `See ${studentName}'s lesson`, href: props.lessonUrl },
    {
      kind: "paragraph",
      text: "You cannot make it? Tell the office as early as you can, by replying to this email.",
    },
  );
  return {
    sender,
    subject: `New student: ${studentName}, ${lessonNoun}, ${props.shortTime}`,
    preheader: `${studentName}, ${props.age}, ${props.level}. ${props.room}.`,
    title: `${studentName} is your new student`,
    blocks,
    reason: "You get this email because you teach this student.",
  };
}

export default function WelcomeTeacher(props: WelcomeTeacherProps) {
  return <LetterView letter={welcomeTeacherLetter(props)} />;
}
