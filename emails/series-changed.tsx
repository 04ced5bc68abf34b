import type { Choice } from "./_components/choice-list";
import type { Sender } from "./_components/layout";
import { type Block, type Letter, LetterView } from "./_components/letter";

export type SeriesChangedProps = {
  sender: Sender;
  readerName: string;
  change: "planned" | "moved" | "ended" | "continued";
  /** Null when the reader is the student. */
  studentName: string | null;
  /** "piano lessons" */
  lessonsNoun: string;
  teacherName: string;
  /** "Wednesdays at 4:15 pm, every week" */
  time: string;
  minutes: number;
  place: string;
  /** Each lesson that the change was about: "Thu, Dec 3, 4:15 pm EST". */
  dates: readonly string[];
  /** Weeks of a new term that are not free, each with its credit: "Wednesday, January 13, 2027: the teacher is away …". */
  owed: readonly string[];
  /** Open times near those weeks that the credits can be used for now. */
  alternatives: readonly Choice[];
  portalUrl: string;
};

/** To the family when its weekly lessons were planned, moved or ended, or go on in the next term. */
export function seriesChangedLetter(props: SeriesChangedProps): Letter {
  const { sender, change, studentName, lessonsNoun, teacherName, time, dates } = props;
  const whose = studentName === null ? "Your" : `${studentName}'s`;
  const words = {
    planned: {
      subject: `${whose} ${lessonsNoun}: ${time}`,
      title: `${whose} ${lessonsNoun} are booked`,
      text: `Hello ${props.readerName}, these lessons are in the calendar. The time stays the same when the clocks change.`,
      dates: "The dates",
    },
    moved: {
      subject: `${whose} ${lessonsNoun} have moved: ${time}`,
      title: `${whose} ${lessonsNoun} have moved`,
      text: `Hello ${props.readerName}, these lessons have a new time. All others stay where they are, and none is added or lost.`,
      dates: "The new dates",
    },
    ended: {
      subject: `${whose} ${lessonsNoun}: ${dates.length === 1 ? "1 lesson is" : `${dates.length} lessons are`} cancelled`,
      title: `${whose} ${lessonsNoun} end`,
      text: `Hello ${props.readerName}, the academy has ended these weekly lessons. The dates below are cancelled.`,
      dates: "Cancelled dates",
    },
    continued: {
      subject: `${whose} ${lessonsNoun} go on: ${time}`,
      title: `${whose} ${lessonsNoun} go on`,
      text: `Hello ${props.readerName}, the next term is planned: the same weekday, the same time, the same teacher. The time stays the same when the clocks change.`,
      dates: "The dates",
    },
  }[change];
  const blocks: Block[] = [
    { kind: "paragraph", text: words.text },
    {
      kind: "facts",
      facts: [
        { label: "Who", value: `${studentName ?? "You"}, with ${teacherName}` },
        { label: "When", value: `${time}, ${props.minutes} minutes` },
        ...(change === "ended" ? [] : [{ label: "Where", value: props.place }]),
      ],
    },
    { kind: "notice", title: words.dates, lines: dates },
    ...(props.owed.length === 0
      ? []
      : [
          {
            kind: "notice" as const,
            title: props.owed.length === 1 ? "A week that is not free" : "Weeks that are not free",
            lines: [...props.owed, "More times open on the page of your make-ups as the days come nearer."],
          },
        ]),
    ...(props.alternatives.length === 0
      ? []
      : [{ kind: "choices" as const, title: "Open now, and close to them", choices: props.alternatives }]),
    { kind: "action", label: "See the lessons", href: props.portalUrl },
    {
      kind: "paragraph",
      text:
        change === "ended"
          ? "There is nothing to do. If this is a surprise, please write or call us."
          : "There is nothing to do. If a date does not suit you, each lesson can be moved or cancelled on your family's page.",
    },
  ];
  return {
    sender,
    subject: words.subject,
    preheader: `${time}, with ${teacherName}. ${dates.length === 1 ? "1 date" : `${dates.length} dates`}.`,
    title: words.title,
    blocks,
    reason: "You get this email because weekly lessons of your family were changed.",
  };
}

export default function SeriesChanged(props: SeriesChangedProps) {
  return <LetterView letter={seriesChangedLetter(props)} />;
}
