import type { Metadata, Route } from "next";
import Link from "next/link";
import { CalendarPage } from "@/components/scheduling/calendar-page";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { listStudents } from "@/lib/families/queries";
import { formatDuration, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { type CalendarLesson, daysOf, readCalendarAddress } from "@/lib/scheduling/calendar";
import { checkPlaceAction, moveAction, previewMoveAction } from "@/lib/scheduling/calendar-actions";
import { getCalendar } from "@/lib/scheduling/calendar-queries";
import styles from "../family.module.css";

export const metadata: Metadata = { title: "Calendar" };

const PATH = "/family/calendar";

export default async function FamilyCalendar({ searchParams }: PageProps<"/family/calendar">) {
  const parent = await requirePage(["parent"]);
  const query = await searchParams;
  const { timeZone, cancelNoticeMinutes } = await loadAcademy();
  const now = clock.now();
  const address = readCalendarAddress(query, localDate(now, timeZone));
  const { first, last } = daysOf(address.view ?? "week", address.date);
  const { children, child, range } = await withPrincipal(parent, async (db) => {
    const children = await listStudents(db);
    const id = readId<"student">(queryValue(query, "child"));
    const child = children.find((known) => known.id === id);
    const range = await getCalendar(db, {
      of: "family",
      firstDay: first,
      lastDay: last,
      studentId: child?.id,
    });
    return { children, child, range };
  });
  // A class keeps its time, a booked make-up is final, and a lesson is moved with the notice of a cancellation.
  const isMovable = (lesson: CalendarLesson) =>
    lesson.status === "scheduled" &&
    lesson.classId === null &&
    lesson.kind !== "make_up" &&
    lesson.startsAt.getTime() - now.getTime() >= cancelNoticeMinutes * 60_000;
  const way = (id: string) => {
    const words = new URLSearchParams({
      ...(id ? { child: id } : {}),
      ...(address.view ? { view: address.view } : {}),
      date: address.date,
    });
    return `${PATH}?${words.toString()}` as Route;
  };

  return (
    <CalendarPage
      path={PATH}
      words={child ? { child: child.id } : {}}
      address={address}
      standard="week"
      range={range}
      timeZone={timeZone}
      now={now}
      reader="family"
      lessonPath="/family/lessons"
      students={children}
      moving={{
        actions: { check: checkPlaceAction, preview: previewMoveAction, move: moveAction },
        movableIds: range.lessons.filter(isMovable).map(({ id }) => id),
        teachers: [],
        rooms: [],
      }}
      filters={
        children.length > 1 ? (
          <nav aria-label="Whose lessons" className={styles.tabs}>
            <div className={styles.tabGroup}>
              <Tab href={way("")} isCurrent={!child}>
                Everybody
              </Tab>
              {children.map((known) => (
                <Tab key={known.id} href={way(known.id)} isCurrent={child?.id === known.id}>
                  {known.firstName}
                </Tab>
              ))}
            </div>
          </nav>
        ) : null
      }
      hint={
        <>
          Drag a lesson to move it, or press <kbd>M</kbd> on it and walk with the arrow keys, or use Move… in
          the list below. A lesson can be moved until {formatDuration(cancelNoticeMinutes)} before it begins;
          classes and booked make-ups keep their time.
        </>
      }
    />
  );
}

function Tab({ href, isCurrent, children }: { href: Route; isCurrent: boolean; children: string }) {
  return (
    <Link href={href} className={styles.tab} aria-current={isCurrent ? "page" : undefined} scroll={false}>
      {children}
    </Link>
  );
}
