import type { ReactElement } from "react";
import { render } from "react-email";
import { type Letter, letterText } from "@/emails/_components/letter";
import { calendarContentType, lessonCalendar, lessonUid } from "./calendar";
import type { AcademyFacts, LessonFacts } from "./facts";
import type { MailAttachment, RenderedMail } from "./smtp";
import { describePlace, oneLine } from "./wording";

/** Both parts of a mail: the component gives the HTML, the letter it shows gives subject and plain text. */
export async function renderLetter(
  view: ReactElement,
  letter: Letter,
  attachments: readonly MailAttachment[] = [],
): Promise<RenderedMail> {
  const html = await render(view);
  const rendered = { subject: oneLine(letter.subject, 200), html, text: letterText(letter) };
  return attachments.length === 0 ? rendered : { ...rendered, attachments };
}

type AttachedEntry = {
  summary: string;
  description: string;
  url: string;
  /** CANCELLED takes the entry out of the calendar. */
  status?: "CONFIRMED" | "CANCELLED";
};

/** A lesson as the `.ics` file that its mails carry. */
export function lessonAttachment(
  academy: AcademyFacts,
  lesson: Omit<LessonFacts, "kind" | "instrument" | "isWeekly">,
  entry: AttachedEntry,
): MailAttachment {
  const status = entry.status ?? "CONFIRMED";
  return {
    filename: "lesson.ics",
    contentType: calendarContentType(status),
    content: lessonCalendar({
      uid: lessonUid(lesson.id),
      sequence: lesson.sequence,
      status,
      startsAt: lesson.startsAt,
      endsAt: new Date(lesson.startsAt.getTime() + lesson.minutes * 60_000),
      timeZone: lesson.timeZone,
      summary: entry.summary,
      location: describePlace(lesson, academy),
      description: entry.description,
      organizerName: academy.name,
      organizerEmail: academy.email,
      url: entry.url,
    }),
  };
}
