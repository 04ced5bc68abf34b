import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { levelWord } from "@/components/enrollments/enrollment-wording";
import { LessonList } from "@/components/lessons/lesson-list";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { getStudent } from "@/lib/families/queries";
import { localDate, zoneCity } from "@/lib/format";
import { readId } from "@/lib/ids";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import styles from "../../teach.module.css";

export const metadata: Metadata = { title: "Student" };

const PAST_LESSONS = 12;
const NEXT_LESSONS = 8;

export default async function TeacherStudent({ params }: PageProps<"/teach/students/[id]">) {
  const teacher = await requirePage(["teacher"]);
  const id = readId<"student">((await params).id);
  if (!id) notFound();
  const now = clock.now();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(teacher, async (db) => {
      const student = await getStudent(db, id);
      return (
        student && {
          student,
          next: await listLessons(db, {
            of: "teacher",
            studentId: id,
            from: now,
            withCancelled: true,
            limit: NEXT_LESSONS,
          }),
          past: await listLessons(db, {
            of: "teacher",
            studentId: id,
            until: now,
            withCancelled: true,
            order: "latest",
            limit: PAST_LESSONS,
          }),
        }
      );
    }),
  ]);
  if (!found) notFound();
  const { student, next } = found;
  // A lesson that is under way stands among the next ones only.
  const past = found.past.filter((lesson) => lesson.endsAt <= now);

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/teach/students">Your students</BackLink>}
        title={student.name}
        description={`${ageOn(student.birthDate, localDate(now, timeZone))} years old. Times are ${zoneCity(timeZone)} time.`}
      />
      <Columns
        aside={
          <Card title="Level and wishes">
            {student.instruments.length === 0 && (
              <p className={styles.facts}>The family has not said anything yet.</p>
            )}
            {student.instruments.map((learned) => (
              <div key={learned.slug} className={styles.instrument}>
                <h3 className={styles.name}>{learned.name}</h3>
                <p className={styles.facts}>{levelWord(learned.level)}</p>
                <p className={styles.wishes}>{learned.wishes || "No particular wishes."}</p>
              </div>
            ))}
          </Card>
        }
      >
        {next.length > 0 ? (
          <Card title="Next lessons">
            <LessonList
              lessons={next}
              timeZone={timeZone}
              reader="student"
              calendarHref={(lesson) => `/teach/lessons/${lesson.id}/lesson.ics`}
              lessonHref={(lesson) => `/teach/lessons/${lesson.id}`}
            />
          </Card>
        ) : (
          <EmptyState
            title="No lesson is planned"
            action={<ButtonLink href="/teach">To your lessons</ButtonLink>}
          >
            <p>{student.firstName} has no lesson with you in the weeks to come.</p>
          </EmptyState>
        )}
        {past.length > 0 && (
          <Card title="Past lessons">
            <LessonList lessons={past} timeZone={timeZone} reader="student" />
          </Card>
        )}
      </Columns>
    </>
  );
}
