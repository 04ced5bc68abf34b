import type { Metadata } from "next";
import { OwnCalendar } from "@/app/_components/own-calendar";
import { requirePage } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Calendar" };

export default async function TeacherCalendar({ searchParams }: PageProps<"/teach/calendar">) {
  return (
    <OwnCalendar
      person={await requirePage(["teacher"])}
      reader="teacher"
      path="/teach/calendar"
      lessonPath="/teach/lessons"
      query={await searchParams}
      hint="The academy moves lessons: they belong to the families. Ask the office when a time does not suit you."
    />
  );
}
