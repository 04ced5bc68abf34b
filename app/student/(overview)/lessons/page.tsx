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
import { zoneCity } from "@/lib/format";
import { readListParams } from "@/lib/reporting/list-params";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import styles from "../../student.module.css";

export const metadata: Metadata = { title: "Past lessons" };

const LESSONS_A_PAGE = 20;

export default async function StudentLessons({ searchParams }: PageProps<"/student/lessons">) {
  const person = await requirePage(["student"]);
  const { page } = readListParams(await searchParams, { sorts: ["time"], defaultSort: "time", filters: {} });
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(person, (db) =>
      listLessons(db, {
        of: "student",
        until: clock.now(),
        order: "latest",
        withCancelled: true,
        limit: LESSONS_A_PAGE + 1,
        offset: (page - 1) * LESSONS_A_PAGE,
      }),
    ),
  ]);
  const href = (to: number) => (to === 1 ? "/student/lessons" : `/student/lessons?page=${to}`) as Route;

  return (
    <>
      <PageHeader title="Past lessons" description={`All times are ${zoneCity(timeZone)} time.`} />
      {found.length === 0 ? (
        <EmptyState
          title="No past lessons"
          action={<ButtonLink href="/student">Your next lessons</ButtonLink>}
        >
          <p>Lessons move here once they have begun.</p>
        </EmptyState>
      ) : (
        <Card>
          <LessonList
            lessons={found.slice(0, LESSONS_A_PAGE)}
            timeZone={timeZone}
            reader="student"
            level={2}
          />
        </Card>
      )}
      {(page > 1 || found.length > LESSONS_A_PAGE) && (
        <nav aria-label="Past lessons, pages" className={styles.pages}>
          {page > 1 && (
            <Link href={href(page - 1)} rel="prev" className={buttonClass("secondary", "small", false)}>
              Later lessons
            </Link>
          )}
          {found.length > LESSONS_A_PAGE && (
            <Link href={href(page + 1)} rel="next" className={buttonClass("secondary", "small", false)}>
              Earlier lessons
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
