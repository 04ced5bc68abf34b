import type { Academy } from "@/lib/academy/schema";
import { calendarContentType, lessonCalendar, lessonUid } from "@/lib/messaging/calendar";
import { type Lesson, lessonTitle } from "./lesson";

/**
 * A lesson as a file for a calendar. The entry has the same name and revision as the one in the emails, so that a
 * calendar updates it instead of showing it twice. `url` is the page where the reader finds the lesson.
 */
export function lessonFile(
  lesson: Lesson,
  academy: Academy,
  url: string,
): { name: string; type: string; body: string } {
  const status = lesson.status === "cancelled" ? "CANCELLED" : "CONFIRMED";
  return {
    name: "lesson.ics",
    type: calendarContentType(status),
    body: lessonCalendar({
      uid: lessonUid(lesson.id),
      sequence: lesson.sequence,
      status,
      startsAt: lesson.startsAt,
      endsAt: lesson.endsAt,
      timeZone: academy.timeZone,
      summary: `${lessonTitle(lesson)}: ${lesson.student.firstName} with ${lesson.teacher.name}`,
      location: [lesson.roomName, academy.name, academy.address].filter(Boolean).join(", "),
      description: `${lesson.minutes} minutes with ${lesson.teacher.name}\n${url}`,
      organizerName: academy.name,
      organizerEmail: academy.email,
      url,
    }),
  };
}
