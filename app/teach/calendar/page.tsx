import type { Metadata } from "next";
import { CalendarPage } from "@/components/scheduling/calendar-page";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import { daysOf, readCalendarAddress } from "@/lib/scheduling/calendar";
import { getCalendar } from "@/lib/scheduling/calendar-queries";

export const metadata: Metadata = { title: "Calendar" };

export default async function TeacherCalendar({ searchParams }: PageProps<"/teach/calendar">) {
  const teacher = await requirePage(["teacher"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const address = readCalendarAddress(await searchParams, localDate(now, timeZone));
  const { first, last } = daysOf(address.view ?? "week", address.date);
  const range = await withPrincipal(teacher, (db) =>
    getCalendar(db, { of: "teacher", firstDay: first, lastDay: last }),
  );
  return (
    <CalendarPage
      path="/teach/calendar"
      words={{}}
      address={address}
      standard="week"
      range={range}
      timeZone={timeZone}
      now={now}
      reader="teacher"
      lessonPath="/teach/lessons"
      teacherId={range.hours[0]?.teacherId ?? range.absences[0]?.teacherId ?? null}
      moving={null}
      hint="The academy moves lessons: they belong to the families. Ask the office when a time does not suit you."
    />
  );
}
