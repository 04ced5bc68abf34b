import type { Fact } from "./_components/facts-table";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type EnrollmentChange =
  | "leaving"
  | "staying"
  | "left"
  | "pausing"
  | "going-on"
  | "new-teacher"
  | "given-away";

export type EnrollmentChangedProps = {
  sender: Sender;
  readerName: string;
  /** A teacher reads nothing about money. */
  reader: "family" | "teacher";
  change: EnrollmentChange;
  /** Null when the reader is the student. */
  studentName: string | null;
  /** "piano lessons" */
  lessonsNoun: string;
  teacherName: string;
  /** "Thursday, December 3, 2026": the last day, or the last day of the pause; null where there is none. */
  day: string | null;
  facts: readonly Fact[];
  /** What is charged, given back and moved. */
  lines: readonly string[];
  /** "Thu, Dec 3, 4:15 pm EST": the lessons that it is about. */
  dates: readonly string[];
  pageUrl: string;
};

/** To the family, and to the teacher, when a student leaves, stays, pauses or goes on. */
export function enrollmentChangedLetter(props: EnrollmentChangedProps): Letter {
  const { sender, reader, change, studentName, lessonsNoun, day, dates } = props;
  const whose = studentName === null ? "Your" : `${studentName}'s`;
  const who = studentName ?? "You";
  const hello = `Hello ${props.readerName},`;
  const words = {
    leaving: {
      subject: `${whose} ${lessonsNoun}: the last day is ${day}`,
      title: `${whose} ${lessonsNoun} end`,
      text: `${hello} notice was given. Until the last day everything goes on; the lessons after it are cancelled.`,
      dates: "Lessons that still take place",
      after:
        reader === "family"
          ? "The notice can be taken back until the last day, as long as the times are free."
          : "There is nothing to do. Should the notice be taken back, we write again.",
    },
    staying: {
      subject: `${whose} ${lessonsNoun} stay as they are`,
      title: `${who} ${studentName === null ? "stay" : "stays"}`,
      text: `${hello} the notice was taken back. The lessons are booked again and go on as before.`,
      dates: "The next lessons",
      after: "There is nothing to do.",
    },
    left: {
      subject: `Goodbye from ${sender.name}`,
      title: "Thank you for the music",
      text: `${hello} ${whose.toLowerCase() === "your" ? "your" : whose} ${lessonsNoun} have ended. It was a pleasure to teach ${studentName ?? "you"}.`,
      dates: "",
      after:
        "You are welcome back at any time: what we know of you stays with your account, and the same teacher and time are offered first where they are free.",
    },
    pausing: {
      subject: `${whose} ${lessonsNoun} pause until ${day}`,
      title: `${whose} ${lessonsNoun} pause`,
      text: `${hello} these lessons pause. The place is kept: they go on by themselves at their usual time.`,
      dates: "The first lessons after the pause",
      after:
        reader === "family"
          ? "You can go on sooner at any time, as long as the times are free."
          : "The times in between are free in your calendar.",
    },
    "going-on": {
      subject: `${whose} ${lessonsNoun} go on`,
      title: `${whose} ${lessonsNoun} go on`,
      text: `${hello} the pause is over. The lessons go on.`,
      dates: "The next lessons",
      after: "There is nothing to do.",
    },
    "new-teacher": {
      subject: `${whose} ${lessonsNoun} are with ${props.teacherName} now`,
      title: `${props.teacherName} takes over ${whose === "Your" ? "your" : whose} ${lessonsNoun}`,
      text: `${hello} the lessons below are with ${props.teacherName}. Notes, assignments and credits stay with ${studentName ?? "you"}.`,
      dates: "The next lessons",
      after:
        reader === "family"
          ? "The price stays the same."
          : "You see notes and assignments so far in your portal.",
    },
    "given-away": {
      subject: `${whose} ${lessonsNoun} go to ${props.teacherName}`,
      title: `${whose} ${lessonsNoun} go to ${props.teacherName}`,
      text: `${hello} from the first date below on ${props.teacherName} teaches ${who}. Thank you for all the lessons until then.`,
      dates: "Lessons that are not yours any more",
      after: "Those times are free in your calendar.",
    },
  }[change];
  const blocks: Block[] = [
    { kind: "paragraph", text: words.text },
    { kind: "facts", facts: props.facts },
    ...(props.lines.length > 0 && reader === "family"
      ? [{ kind: "notice", title: "What it comes to", lines: props.lines } satisfies Block]
      : []),
    ...(dates.length > 0 && words.dates
      ? [{ kind: "notice", title: words.dates, lines: dates } satisfies Block]
      : []),
    {
      kind: "action",
      label:
        reader === "teacher"
          ? "See your lessons"
          : change === "left"
            ? "Look at your family's page"
            : "See the enrollment",
      href: props.pageUrl,
    },
    { kind: "paragraph", text: words.after },
  ];
  return {
    sender,
    subject: reader === "teacher" ? `For your calendar: ${words.subject}` : words.subject,
    preheader: words.text.slice(hello.length + 1),
    title: words.title,
    blocks,
    reason:
      reader === "family"
        ? "You get this email because an enrollment of your family was changed."
        : "You get this email because the lessons of one of your students were changed.",
  };
}

export default function EnrollmentChanged(props: EnrollmentChangedProps) {
  return <LetterView letter={enrollmentChangedLetter(props)} />;
}
