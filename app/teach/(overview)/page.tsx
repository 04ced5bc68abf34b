import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { DaySchedule } from "@/components/lessons/day-schedule";
import { Stack } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Stat, StatGrid } from "@/components/ui/stat";
import { loadAcademy } from "@/lib/academy/loaders";
import { listClosures } from "@/lib/academy/queries";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import {
  countOf,
  formatCalendarDay,
  formatDateSpan,
  formatDuration,
  formatLongDay,
  formatTime,
  localDate,
  zoneCity,
} from "@/lib/format";
import { queryValue } from "@/lib/reporting/list-params";
import type { Lesson } from "@/lib/scheduling/lesson";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import { addDays, groupByDay, isCalendarDate, mondayOf, startOfDay } from "@/lib/scheduling/local-day";
import styles from "../teach.module.css";

export const metadata: Metadata = { title: "Lessons" };

/** More lessons than anybody gives in two weeks. */
const MANY = 300;

export default async function TeacherHome({ searchParams }: PageProps<"/teach">) {
  const teacher = await requirePage(["teacher"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const today = localDate(now, timeZone);
  const asked = queryValue(await searchParams, "week");
  const monday = mondayOf(isCalendarDate(asked) ? asked : today);
  const isThisWeek = monday === mondayOf(today);
  const weekStart = startOfDay(monday, timeZone);
  const weekEnd = startOfDay(addDays(monday, 7), timeZone);
  const { lessons, nextDays, closures } = await withPrincipal(teacher, async (db) => {
    const lessons = await listLessons(db, {
      of: "teacher",
      from: weekStart,
      until: weekEnd,
      withCancelled: true,
      limit: MANY,
    });
    const isFree = isThisWeek && !lessons.some((lesson) => localDate(lesson.startsAt, timeZone) === today);
    return {
      lessons,
      // With nothing today, the seven days after it say what comes, across the end of the week.
      nextDays: isFree
        ? await listLessons(db, {
            of: "teacher",
            from: startOfDay(addDays(today, 1), timeZone),
            until: startOfDay(addDays(today, 8), timeZone),
            limit: MANY,
          })
        : [],
      closures: await listClosures(db, monday),
    };
  });
  const held = lessons.filter((lesson) => lesson.status !== "cancelled");
  const todays = lessons.filter((lesson) => localDate(lesson.startsAt, timeZone) === today);
  const others = isThisWeek
    ? lessons.filter((lesson) => localDate(lesson.startsAt, timeZone) !== today)
    : lessons;
  const next = held.find((lesson) => lesson.endsAt > now) ?? nextDays[0];
  const closure = closures.find((span) => span.startsOn < addDays(monday, 7));
  const ageOf = (lesson: Lesson) =>
    lesson.student.birthDate ? ageOn(lesson.student.birthDate, localDate(lesson.startsAt, timeZone)) : null;
  const schedule = (items: readonly Lesson[]) => (
    <DaySchedule
      lessons={items}
      timeZone={timeZone}
      ageOf={ageOf}
      studentHref={(lesson) => `/teach/students/${lesson.student.id}`}
      lessonHref={(lesson) => `/teach/lessons/${lesson.id}`}
    />
  );

  return (
    <>
      <PageHeader
        title={isThisWeek ? "Today" : `Week of ${formatCalendarDay(monday)}`}
        description={
          isThisWeek
            ? `${formatLongDay(now, timeZone)}, ${zoneCity(timeZone)} time`
            : `All times are ${zoneCity(timeZone)} time.`
        }
        actions={
          <nav aria-label="Weeks" className={styles.weeks}>
            <ButtonLink href={`/teach?week=${addDays(monday, -7)}`} variant="secondary" size="small">
              Week before
            </ButtonLink>
            {!isThisWeek && (
              <ButtonLink href="/teach" variant="secondary" size="small">
                This week
              </ButtonLink>
            )}
            <ButtonLink href={`/teach?week=${addDays(monday, 7)}`} variant="secondary" size="small">
              Week after
            </ButtonLink>
          </nav>
        }
      />
      <Stack>
        {isThisWeek && (
          <>
            <StatGrid>
              <Stat
                label="Today"
                value={countOf(todays.filter((lesson) => lesson.status !== "cancelled").length, "lesson")}
              />
              <Stat
                label="This week"
                value={countOf(held.length, "lesson")}
                detail={formatDuration(held.reduce((sum, lesson) => sum + lesson.minutes, 0))}
              />
              <Stat
                label="Next lesson"
                value={next ? formatTime(next.startsAt, timeZone) : "None"}
                detail={
                  next
                    ? `${formatCalendarDay(localDate(next.startsAt, timeZone))}, ${next.student.name}`
                    : "in the next days"
                }
              />
            </StatGrid>
            {todays.length > 0 ? (
              <Card title={formatCalendarDay(today)}>{schedule(todays)}</Card>
            ) : (
              <EmptyState
                title="No lessons today"
                action={
                  nextDays.length === 0 ? (
                    <ButtonLink href={`/teach?week=${addDays(monday, 7)}`} variant="secondary">
                      See the week after
                    </ButtonLink>
                  ) : undefined
                }
              >
                <p>
                  {closure && closure.startsOn <= today && today <= closure.endsOn
                    ? `The academy is closed: ${closure.name}, ${formatDateSpan(closure.startsOn, closure.endsOn)}.`
                    : nextDays.length > 0
                      ? "The next seven days stand below."
                      : "The next seven days are free as well."}
                </p>
              </EmptyState>
            )}
          </>
        )}
        {!isThisWeek && closure && (
          <p className={styles.closure}>
            Closed for {closure.name}, {formatDateSpan(closure.startsOn, closure.endsOn)}.
          </p>
        )}
        {nextDays.length > 0 && (
          <section aria-label="The next seven days" className={styles.days}>
            <h2 className={styles.heading}>The next seven days</h2>
            <Days lessons={nextDays} timeZone={timeZone} schedule={schedule} />
          </section>
        )}
        {others.length > 0 && nextDays.length === 0 && (
          <section aria-label="The week" className={styles.days}>
            <h2 className={styles.heading}>{isThisWeek ? "The rest of this week" : "Lessons"}</h2>
            <Days lessons={others} timeZone={timeZone} schedule={schedule} />
          </section>
        )}
        {!isThisWeek && lessons.length === 0 && (
          <EmptyState
            title="No lessons in this week"
            action={<ButtonLink href="/teach">To this week</ButtonLink>}
          >
            <p>New students stand here as soon as their first lesson is arranged.</p>
          </EmptyState>
        )}
        <p className={styles.more}>
          <Link href="/teach/students">All your students</Link>
        </p>
      </Stack>
    </>
  );
}

type DaysProps = {
  lessons: readonly Lesson[];
  timeZone: string;
  schedule: (items: readonly Lesson[]) => ReactNode;
};

function Days({ lessons, timeZone, schedule }: DaysProps) {
  return groupByDay(lessons, timeZone).map(({ date, items }) => (
    <Card key={date} title={formatCalendarDay(date)} level={3}>
      {schedule(items)}
    </Card>
  ));
}
