import type { Metadata } from "next";
import { DaySchedule } from "@/components/lessons/day-schedule";
import { DateField } from "@/components/portal/date-field";
import { ListFilters } from "@/components/portal/list-filters";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { listClosures } from "@/lib/academy/queries";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { countOf, formatCalendarDay, localDate, zoneCity } from "@/lib/format";
import { queryValue } from "@/lib/reporting/list-params";
import type { Lesson } from "@/lib/scheduling/lesson";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import { addDays, isCalendarDate, startOfDay } from "@/lib/scheduling/local-day";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Lessons" };

/** More lessons than eight rooms hold in a day. */
const MANY = 500;

const groupings = {
  time: { label: "By time", keyOf: () => "" },
  teacher: { label: "By teacher", keyOf: (lesson: Lesson) => lesson.teacher.name },
  room: { label: "By room", keyOf: (lesson: Lesson) => lesson.roomName ?? "No room" },
} as const;

type Grouping = keyof typeof groupings;

function isGrouping(value: string): value is Grouping {
  return Object.hasOwn(groupings, value);
}

export default async function AdminLessons({ searchParams }: PageProps<"/admin/lessons">) {
  const admin = await requirePage(["admin"]);
  const query = await searchParams;
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const asked = queryValue(query, "date");
  const date = isCalendarDate(asked) ? asked : today;
  const askedGrouping = queryValue(query, "by");
  const by: Grouping = isGrouping(askedGrouping) ? askedGrouping : "teacher";
  const { lessons, closures } = await withPrincipal(admin, async (db) => ({
    lessons: await listLessons(db, {
      of: "academy",
      from: startOfDay(date, timeZone),
      until: startOfDay(addDays(date, 1), timeZone),
      withCancelled: true,
      limit: MANY,
    }),
    closures: await listClosures(db, date),
  }));
  const closure = closures.find((span) => span.startsOn <= date);
  const held = lessons.filter((lesson) => lesson.status !== "cancelled").length;
  const way = (to: string) => `/admin/lessons?date=${to}&by=${by}` as const;
  const groups = groupBy(lessons, groupings[by].keyOf);

  return (
    <>
      <PageHeader
        title={formatCalendarDay(date)}
        description={`${date === today ? "Today, " : ""}${countOf(held, "lesson")}. Times are ${zoneCity(timeZone)} time.`}
        actions={
          <nav aria-label="Days" className={styles.headLinks}>
            <ButtonLink href={way(addDays(date, -1))} variant="secondary" size="small">
              Day before
            </ButtonLink>
            {date !== today && (
              <ButtonLink href={way(today)} variant="secondary" size="small">
                Today
              </ButtonLink>
            )}
            <ButtonLink href={way(addDays(date, 1))} variant="secondary" size="small">
              Day after
            </ButtonLink>
          </nav>
        }
      />
      <ListFilters
        action="/admin/lessons"
        isFiltered={false}
        selects={[
          {
            name: "by",
            label: "Order",
            value: by,
            options: Object.entries(groupings).map(([value, { label }]) => ({ value, label })),
          },
        ]}
      >
        <DateField name="date" label="Day" value={date} />
      </ListFilters>
      {lessons.length === 0 ? (
        <EmptyState
          title="No lessons on this day"
          action={
            <ButtonLink
              href={way(closure ? addDays(closure.endsOn, 1) : addDays(date, 1))}
              variant="secondary"
            >
              {closure ? "The day after the closure" : "The day after"}
            </ButtonLink>
          }
        >
          <p>{closure ? `The academy is closed: ${closure.name}.` : "Nothing is in the calendar."}</p>
        </EmptyState>
      ) : (
        <div className={by === "time" ? undefined : styles.groups}>
          {groups.map(({ key, items }) => (
            <div key={key} className={styles.group}>
              <Card {...(key ? { title: key } : {})}>
                <DaySchedule
                  lessons={items}
                  timeZone={timeZone}
                  withTeacher={by !== "teacher"}
                  lessonHref={(lesson) => `/admin/lessons/${lesson.id}`}
                  ageOf={({ student }) => (student.birthDate ? ageOn(student.birthDate, date) : null)}
                />
              </Card>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

function groupBy(
  lessons: readonly Lesson[],
  keyOf: (lesson: Lesson) => string,
): { key: string; items: Lesson[] }[] {
  const groups = new Map<string, Lesson[]>();
  for (const lesson of lessons) groups.set(keyOf(lesson), [...(groups.get(keyOf(lesson)) ?? []), lesson]);
  return [...groups]
    .map(([key, items]) => ({ key, items }))
    .sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}
