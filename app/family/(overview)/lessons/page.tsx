import type { Metadata, Route } from "next";
import Link from "next/link";
import { LessonList } from "@/components/lessons/lesson-list";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { listStudents } from "@/lib/families/queries";
import { formatMonth, zoneCity } from "@/lib/format";
import { readId } from "@/lib/ids";
import { type ListShape, listHref, readListParams } from "@/lib/reporting/list-params";
import type { Lesson } from "@/lib/scheduling/lesson";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import styles from "../../family.module.css";

export const metadata: Metadata = { title: "Lessons" };

const PATH = "/family/lessons";
const LESSONS_A_PAGE = 20;

const shape: ListShape<"time", "when" | "child"> = {
  sorts: ["time"],
  defaultSort: "time",
  filters: { when: ["past"], child: /^[0-9a-f-]{36}$/i },
};

export default async function FamilyLessons({ searchParams }: PageProps<"/family/lessons">) {
  const parent = await requirePage(["parent"]);
  const params = readListParams(await searchParams, shape);
  const isPast = params.filters.when === "past";
  const now = clock.now();
  const [{ timeZone }, { children, child, found }] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => {
      const children = await listStudents(db);
      const id = readId<"student">(params.filters.child);
      const child = children.find((known) => known.id === id);
      const found = await listLessons(db, {
        of: "family",
        ...(isPast ? { until: now, order: "latest" } : { from: now }),
        studentId: child?.id,
        withCancelled: true,
        limit: LESSONS_A_PAGE + 1,
        offset: (params.page - 1) * LESSONS_A_PAGE,
      });
      return { children, child, found };
    }),
  ]);
  const lessons = found.slice(0, LESSONS_A_PAGE);
  const hasMore = found.length > LESSONS_A_PAGE;
  const href = (changes: Record<string, string | number>) => listHref(PATH, params, shape, changes) as Route;

  return (
    <>
      <PageHeader
        title="Lessons"
        description={`All times are ${zoneCity(timeZone)} time. Open a lesson to move or cancel it.`}
        actions={
          <ButtonLink href="/family/makeups" variant="secondary">
            Make-ups
          </ButtonLink>
        }
      />
      <div className={styles.tabs}>
        <nav aria-label="Which lessons" className={styles.tabGroup}>
          <Tab href={href({ when: "", page: 1 })} isCurrent={!isPast}>
            Upcoming
          </Tab>
          <Tab href={href({ when: "past", page: 1 })} isCurrent={isPast}>
            Past
          </Tab>
        </nav>
        {children.length > 1 && (
          <nav aria-label="Whose lessons" className={styles.tabGroup}>
            <Tab href={href({ child: "", page: 1 })} isCurrent={!child}>
              Everybody
            </Tab>
            {children.map((known) => (
              <Tab
                key={known.id}
                href={href({ child: known.id, page: 1 })}
                isCurrent={child?.id === known.id}
              >
                {known.firstName}
              </Tab>
            ))}
          </nav>
        )}
      </div>
      {lessons.length === 0 ? (
        <NoLessons isPast={isPast} name={child?.firstName} page={params.page} first={href({ page: 1 })} />
      ) : (
        <Card>
          <div className={styles.months}>
            {byMonth(lessons, timeZone).map(({ month, items }) => (
              <section key={month} aria-label={month}>
                <h2 className={styles.month}>{month}</h2>
                <LessonList
                  lessons={items}
                  timeZone={timeZone}
                  reader="family"
                  calendarHref={(lesson) => `/family/lessons/${lesson.id}/lesson.ics`}
                  lessonHref={(lesson) => `/family/lessons/${lesson.id}`}
                />
              </section>
            ))}
          </div>
        </Card>
      )}
      {(params.page > 1 || hasMore) && (
        <nav aria-label="Lessons, pages" className={styles.pages}>
          {params.page > 1 && (
            <Link
              href={href({ page: params.page - 1 })}
              rel="prev"
              className={buttonClass("secondary", "small", false)}
            >
              {isPast ? "Later lessons" : "Earlier lessons"}
            </Link>
          )}
          {hasMore && (
            <Link
              href={href({ page: params.page + 1 })}
              rel="next"
              className={buttonClass("secondary", "small", false)}
            >
              {isPast ? "Earlier lessons" : "Later lessons"}
            </Link>
          )}
        </nav>
      )}
    </>
  );
}

function Tab({ href, isCurrent, children }: { href: Route; isCurrent: boolean; children: string }) {
  return (
    <Link href={href} className={styles.tab} aria-current={isCurrent ? "page" : undefined} scroll={false}>
      {children}
    </Link>
  );
}

type NoLessonsProps = { isPast: boolean; name: string | undefined; page: number; first: Route };

function NoLessons({ isPast, name, page, first }: NoLessonsProps) {
  if (page > 1) {
    return (
      <EmptyState
        title="There are no more lessons"
        action={<ButtonLink href={first}>To the first page</ButtonLink>}
      />
    );
  }
  const whose = name ? ` for ${name}` : "";
  return isPast ? (
    <EmptyState
      title={`No past lessons${whose}`}
      action={<ButtonLink href="/family/lessons">Upcoming lessons</ButtonLink>}
    >
      <p>Lessons move here once they are over.</p>
    </EmptyState>
  ) : (
    <EmptyState
      title={`No lesson is planned${whose}`}
      action={<ButtonLink href="/enroll">Arrange lessons</ButtonLink>}
    >
      <p>Lessons stand here as soon as they are arranged and paid for.</p>
    </EmptyState>
  );
}

function byMonth(lessons: readonly Lesson[], zone: string): { month: string; items: Lesson[] }[] {
  const months = new Map<string, Lesson[]>();
  for (const lesson of lessons) {
    const month = formatMonth(lesson.startsAt, zone);
    months.set(month, [...(months.get(month) ?? []), lesson]);
  }
  return [...months].map(([month, items]) => ({ month, items }));
}
