import type { AppRole } from "@/lib/db/database.gen";
import { localDate } from "@/lib/format";
import { mondayOf } from "./local-day";

/**
 * The page on which a role finds a lesson: of a family the list, of a student the first page, of a teacher the week, of an
 * administrator the day. A path; `timeZone` is the academy's.
 */
export function lessonPage(reader: AppRole, startsAt: Date, timeZone: string): string {
  const date = localDate(startsAt, timeZone);
  switch (reader) {
    case "parent":
      return "/family/lessons";
    case "student":
      return "/student";
    case "teacher":
      return `/teach?week=${mondayOf(date)}`;
    case "admin":
      return `/admin/lessons?date=${date}`;
  }
}
