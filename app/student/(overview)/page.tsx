import type { Metadata } from "next";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { levelWord } from "@/components/enrollments/enrollment-wording";
import { LessonList } from "@/components/lessons/lesson-list";
import { Columns } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { listStudents } from "@/lib/families/queries";
import { formatDayTime, formatZone, listOf, zoneCity } from "@/lib/format";
import { lessonTitle } from "@/lib/scheduling/lesson";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import styles from "../student.module.css";

export const metadata: Metadata = { title: "Your lessons" };

const NEXT_LESSONS = 12;

export default async function StudentHome() {
  const person = await requirePage(["student"]);
  const now = clock.now();
  const [academy, { lessons, students }] = await Promise.all([
    loadAcademy(),
    withPrincipal(person, async (db) => ({
      lessons: await listLessons(db, { of: "student", from: now, withCancelled: true, limit: NEXT_LESSONS }),
      students: await listStudents(db),
    })),
  ]);
  const { timeZone } = academy;
  const next = lessons.find((lesson) => lesson.status === "scheduled");
  const learned = students.flatMap((student) => student.instruments);
  const teachers = students.flatMap((student) => student.teachers);

  return (
    <>
      <PageHeader
        title={`Hello, ${person.name.split(" ")[0]}`}
        description={
          next
            ? `Your next lesson: ${lessonTitle(next).toLowerCase()}, ${formatDayTime(next.startsAt, timeZone)} ${formatZone(next.startsAt, timeZone)}.`
            : `Times are ${zoneCity(timeZone)} time.`
        }
      />
      <Columns
        aside={
          <Card title="What you learn">
            {learned.length === 0 ? (
              <p className={styles.facts}>Your instrument stands here once your first lesson is arranged.</p>
            ) : (
              <ul className={styles.instruments}>
                {learned.map((instrument) => (
                  <li key={instrument.slug} className={styles.instrument}>
                    <InstrumentArt slug={instrument.slug} size={48} />
                    <div>
                      <h3 className={styles.name}>{instrument.name}</h3>
                      <p className={styles.facts}>{levelWord(instrument.level)}</p>
                    </div>
                  </li>
                ))}
              </ul>
            )}
            {teachers.length > 0 && (
              <p className={styles.teachers}>With {listOf(teachers.map((teacher) => teacher.name))}.</p>
            )}
          </Card>
        }
      >
        {lessons.length > 0 ? (
          <Card title="Next lessons">
            <LessonList
              lessons={lessons}
              timeZone={timeZone}
              reader="student"
              calendarHref={(lesson) => `/student/lessons/${lesson.id}/lesson.ics`}
            />
          </Card>
        ) : (
          <EmptyState
            title="No lesson is planned"
            action={
              <ButtonLink href="/student/lessons" variant="secondary">
                Past lessons
              </ButtonLink>
            }
          >
            <p>
              Your family arranges lessons. Questions? Write to{" "}
              <a href={`mailto:${academy.email}`}>{academy.email}</a>.
            </p>
          </EmptyState>
        )}
      </Columns>
    </>
  );
}
