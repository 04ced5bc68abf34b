import type { Metadata } from "next";
import { OwnCalendar } from "@/app/_components/own-calendar";
import { requirePage } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Calendar" };

export default async function StudentCalendar({ searchParams }: PageProps<"/student/calendar">) {
  return (
    <OwnCalendar
      person={await requirePage(["student"])}
      reader="student"
      path="/student/calendar"
      lessonPath={null}
      query={await searchParams}
    />
  );
}
