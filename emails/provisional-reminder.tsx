import { capitalize } from "./_components/capitalize";
import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type ProvisionalReminderProps = {
  sender: Sender;
  readerName: string;
  /** "Mia's" or "your" */
  whose: string;
  lessonNoun: string;
  teacherName: string;
  longTime: string;
  place: string;
  amountDue: string;
  /** First, second or last of the three reminders. */
  turn: "first" | "second" | "last";
  /** Until when the time is kept, or null when it no longer is. */
  heldUntil: string | null;
  lapsesOn: string;
  /** "Tue, Dec 8" */
  lapsesOnShort: string;
  resumeUrl: string;
};

/** To a family whose payment has not come: the enrollment is provisional and will lapse. */
export function provisionalReminderLetter(props: ProvisionalReminderProps): Letter {
  const { sender, whose, lessonNoun, heldUntil, lapsesOn, turn } = props;
  const opening = {
    first: `You chose a time for ${whose} ${lessonNoun}, but the payment has not reached us. Everything you typed is saved: one click and you are back at the last step.`,
    second: `${capitalize(whose)} ${lessonNoun} still waits for its payment. Everything you typed is saved, so that it takes a minute to finish.`,
    last: `This is the last reminder: ${whose} enrollment ends on ${lapsesOn} if the payment has not come by then. Nothing has been charged.`,
  }[turn];
  const subject = {
    first: `Finish ${whose} enrollment: one step left for the ${lessonNoun}`,
    second: `${capitalize(whose)} ${lessonNoun} is still waiting for its payment`,
    last: `Last reminder: ${whose} enrollment ends on ${props.lapsesOnShort}`,
  }[turn];
  return {
    sender,
    subject,
    preheader: `${props.amountDue} is due for the ${lessonNoun} with ${props.teacherName}.`,
    title: turn === "last" ? "Your enrollment is about to end" : "One step is left",
    blocks: [
      { kind: "paragraph", text: `Hello ${props.readerName},` },
      { kind: "paragraph", text: opening },
      {
        kind: "facts",
        facts: [
          { label: "What", value: `${capitalize(lessonNoun)} with ${props.teacherName}` },
          { label: "Wanted time", value: props.longTime },
          { label: "Where", value: props.place },
          { label: "To pay", value: props.amountDue },
          { label: "Open until", value: lapsesOn },
        ],
      },
      { kind: "action", label: "Finish the enrollment", href: props.resumeUrl },
      {
        kind: "notice",
        title: heldUntil === null ? "The time is no longer held" : `The time is held until ${heldUntil}`,
        lines: [
          heldUntil === null
            ? "If it is still free when you come back, you get it. If not, we show you the closest times instead, and you pay only once you have chosen."
            : "After that, other families can book it. You could still enroll, with the same time if it is free, or with another.",
        ],
      },
      {
        kind: "paragraph",
        text: "You changed your mind? Then there is nothing to do: nothing is charged, and the enrollment ends by itself.",
      },
    ],
    reason: "You get this email because you started an enrollment. There are three reminders at most.",
  };
}

export default function ProvisionalReminder(props: ProvisionalReminderProps) {
  return <LetterView letter={provisionalReminderLetter(props)} />;
}
