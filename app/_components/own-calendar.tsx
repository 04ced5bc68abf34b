import type { ReactNode } from "react";
import { CalendarPage } from "@/components/scheduling/calendar-page";
import { loadAcademy } from "@/lib/academy/loaders";
import type { SignedIn } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import { daysOf, readCalendarAddress } from "@/lib/scheduling/calendar";
import { getCalendar } from "@/lib/scheduling/calendar-queries";

type OwnCalendarProps = {
  person: SignedIn;
  reader: "student" | "teacher";
  path: "/student/calendar" | "/teach/calendar";
  /** Where a lesson has a page of its own; null where it has none. */
  lessonPath: "/teach/lessons" | null;
  query: Record<string, string | string[] | undefined>;
  hint?: string;
};

/** The calendar of somebody who reads it and moves nothing. */
export async function OwnCalendar({
  person,
  reader,
  path,
  lessonPath,
  query,
  hint,
}: OwnCalendarProps): Promise<ReactNode> {
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const address = readCalendarAddress(query, localDate(now, timeZone));
  const { first, last } = daysOf(address.view ?? "week", address.date);
  const range = await withPrincipal(person, (db) =>
    getCalendar(db, { of: reader, firstDay: first, lastDay: last }),
  );
  return (
    <CalendarPage
      path={path}
      words={{}}
      address={address}
      standard="week"
      range={range}
      timeZone={timeZone}
      now={now}
      reader={reader}
      lessonPath={lessonPath}
      teacherId={range.hours[0]?.teacherId ?? range.absences[0]?.teacherId ?? null}
      moving={null}
      {...(hint ? { hint } : {})}
    />
  );
}
