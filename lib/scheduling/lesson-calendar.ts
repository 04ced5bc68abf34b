import type { Academy } from "@/lib/academy/schema";
import {
  calendarContentType,
  type LessonCalendarEntry,
  lessonCalendar,
  lessonUid,
} from "@/lib/messaging/calendar";
import { type Lesson, lessonTitle } from "./lesson";

/** What a calendar entry says of a lesson. */
export type CalendarLesson = Pick<
  Lesson,
  "id" | "kind" | "status" | "startsAt" | "endsAt" | "minutes" | "sequence" | "className" | "roomName"
> & {
  readonly student: { readonly firstName: string };
  readonly instrument: { readonly name: string };
  readonly teacher: { readonly name: string };
};

/**
 * A lesson as an entry of a calendar. It has the same name and revision as the one in the emails, so that a calendar
 * updates it instead of showing it twice. `url` is the page where the reader finds the lesson.
 */
export function lessonEntry(lesson: CalendarLesson, academy: Academy, url: string): LessonCalendarEntry {
  return {
    uid: lessonUid(lesson.id),
    sequence: lesson.sequence,
    status: lesson.status === "cancelled" ? "CANCELLED" : "CONFIRMED",
    startsAt: lesson.startsAt,
    endsAt: lesson.endsAt,
    timeZone: academy.timeZone,
    summary: `${lessonTitle(lesson)}: ${lesson.student.firstName} with ${lesson.teacher.name}`,
    location: [lesson.roomName, academy.name, academy.address].filter(Boolean).join(", "),
    description: `${lesson.minutes} minutes with ${lesson.teacher.name}\n${url}`,
    organizerName: academy.name,
    organizerEmail: academy.email,
    url,
  };
}

/** A lesson as a file for a calendar; `url` as in `lessonEntry`. */
export function lessonFile(
  lesson: CalendarLesson,
  academy: Academy,
  url: string,
): { name: string; type: string; body: string } {
  const entry = lessonEntry(lesson, academy, url);
  return { name: "lesson.ics", type: calendarContentType(entry.status), body: lessonCalendar(entry) };
}
