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

export default async function StudentCalendar({ searchParams }: PageProps<"/student/calendar">) {
  const student = await requirePage(["student"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const address = readCalendarAddress(await searchParams, localDate(now, timeZone));
  const { first, last } = daysOf(address.view ?? "week", address.date);
  const range = await withPrincipal(student, (db) =>
    getCalendar(db, { of: "student", firstDay: first, lastDay: last }),
  );
  return (
    <CalendarPage
      path="/student/calendar"
      words={{}}
      address={address}
      standard="week"
      range={range}
      timeZone={timeZone}
      now={now}
      reader="student"
      lessonPath={null}
      moving={null}
    />
  );
}
