import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { EnrollmentHistory } from "@/components/enrollments/enrollment-history";
import { levelWord, planWords } from "@/components/enrollments/enrollment-wording";
import { LessonList } from "@/components/lessons/lesson-list";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { getStudent, listFamilyEnrollments } from "@/lib/families/queries";
import { formatCalendarDate, formatDate, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { formatMoney, usd } from "@/lib/money";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import styles from "../../family.module.css";

export const metadata: Metadata = { title: "Child" };

const isRunning = (status: string) => status === "active" || status === "paused";

export default async function ChildPage({ params }: PageProps<"/family/children/[id]">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"student">((await params).id);
  if (!id) notFound();
  const now = clock.now();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => {
      const child = await getStudent(db, id);
      return (
        child && {
          child,
          lessons: await listLessons(db, { of: "family", studentId: id, from: now, limit: 6 }),
          enrollments: await listFamilyEnrollments(db, id),
        }
      );
    }),
  ]);
  if (!found) notFound();
  const { child, lessons, enrollments } = found;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/family">Your family</BackLink>}
        title={child.name}
        description={`${ageOn(child.birthDate, localDate(now, timeZone))} years old`}
        actions={
          <>
            <ButtonLink href={`/enroll?student=${id}` as Route} variant="secondary">
              Add an instrument
            </ButtonLink>
            <ButtonLink href={`/enroll?sibling=${id}` as Route} variant="secondary">
              Enroll a brother or sister
            </ButtonLink>
          </>
        }
      />
      <Columns
        aside={
          <>
            <Card title="Instruments">
              {child.instruments.length === 0 ? (
                <p className={styles.facts}>None yet. Enroll {child.firstName} to begin.</p>
              ) : (
                <ul className={styles.instruments}>
                  {child.instruments.map((learned) => (
                    <li key={learned.slug} className={styles.instrument}>
                      <span className={styles.art} aria-hidden="true">
                        <InstrumentArt slug={learned.slug} size={48} />
                      </span>
                      <div>
                        <h3 className={styles.childName}>{learned.name}</h3>
                        <p className={styles.facts}>{levelWord(learned.level)}</p>
                        {learned.wishes && <p className={styles.wishes}>{learned.wishes}</p>}
                      </div>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
            <Card title="Details">
              <DataList
                items={[
                  { label: "Born", value: formatCalendarDate(child.birthDate) },
                  { label: "With us since", value: formatDate(child.since, timeZone) },
                  ...(child.teachers.length > 0
                    ? [
                        {
                          label: child.teachers.length === 1 ? "Teacher" : "Teachers",
                          value: child.teachers.map((teacher, index) => (
                            <span key={teacher.slug}>
                              {index > 0 && ", "}
                              <Link href={`/teachers/${teacher.slug}`}>{teacher.name}</Link>
                            </span>
                          )),
                        },
                      ]
                    : []),
                ]}
              />
            </Card>
          </>
        }
      >
        {lessons.length > 0 ? (
          <Card
            title="Next lessons"
            actions={
              <Link href={`/family/lessons?child=${child.id}`} className={styles.all}>
                All lessons
              </Link>
            }
          >
            <LessonList
              lessons={lessons}
              timeZone={timeZone}
              reader="student"
              calendarHref={(lesson) => `/family/lessons/${lesson.id}/lesson.ics`}
              lessonHref={(lesson) => `/family/lessons/${lesson.id}`}
            />
          </Card>
        ) : (
          <EmptyState
            title={`No lesson is planned for ${child.firstName}`}
            action={
              <>
                <ButtonLink href="/enroll">Arrange lessons</ButtonLink>
                <ButtonLink href={`/family/lessons?when=past&child=${child.id}`} variant="secondary">
                  Past lessons
                </ButtonLink>
              </>
            }
          >
            <p>Lessons stand here as soon as they are arranged and paid for.</p>
          </EmptyState>
        )}
        {enrollments.length > 0 && (
          <Card title="Enrollments">
            {enrollments.map((enrollment) => (
              <article key={enrollment.id} className={styles.enrollment}>
                <div className={styles.enrollmentHead}>
                  <div>
                    <h3 className={styles.enrollmentTitle}>
                      {enrollment.instrument} with {enrollment.teacher}
                    </h3>
                    <p className={styles.facts}>
                      {planWords(enrollment)} · {formatMoney(usd(enrollment.dueCents))} at the start · No.{" "}
                      {enrollment.number}
                    </p>
                  </div>
                  {enrollment.status === "provisional" && (
                    <ButtonLink
                      href={`/enroll/${enrollment.id}` as Route}
                      size="small"
                      label={`${enrollment.paidAt ? "See the progress" : "Continue to payment"}: enrollment ${enrollment.number}`}
                    >
                      {enrollment.paidAt ? "See the progress" : "Continue to payment"}
                    </ButtonLink>
                  )}
                  {enrollment.kind === "plan" && enrollment.status !== "provisional" && (
                    <ButtonLink
                      href={`/family/enrollments/${enrollment.id}` as Route}
                      variant="secondary"
                      size="small"
                      label={`${isRunning(enrollment.status) ? "Pause, change or leave" : "Look at it"}: enrollment ${enrollment.number}`}
                    >
                      {isRunning(enrollment.status) ? "Pause, change or leave" : "Look at it"}
                    </ButtonLink>
                  )}
                </div>
                <EnrollmentHistory
                  label={`What happened to enrollment ${enrollment.number}`}
                  history={enrollment.history}
                  timeZone={timeZone}
                />
              </article>
            ))}
          </Card>
        )}
      </Columns>
    </>
  );
}
