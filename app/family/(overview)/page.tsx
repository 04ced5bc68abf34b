import type { Metadata } from "next";
import Link from "next/link";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { levelWord } from "@/components/enrollments/enrollment-wording";
import { NextStepList } from "@/components/enrollments/next-step-list";
import { ChoiceHints } from "@/components/lessons/choice-hints";
import { CreditHints } from "@/components/lessons/credit-hints";
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
import { listFamilyEnrollments, listStudents } from "@/lib/families/queries";
import { nextSteps } from "@/lib/families/rules";
import { formatDayTime, listOf, zoneCity } from "@/lib/format";
import { listMakeupCredits } from "@/lib/scheduling/lesson-change-queries";
import { daysLeft, SOON_DAYS } from "@/lib/scheduling/lesson-change-rules";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import { listOpenChoices } from "@/lib/teachers/proposals";
import styles from "../family.module.css";

export const metadata: Metadata = { title: "Your family" };

const NEXT_LESSONS = 5;

export default async function FamilyHome() {
  const parent = await requirePage(["parent"]);
  const now = clock.now();
  const [academy, { lessons, children, enrollments, credits, choices }] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => ({
      lessons: await listLessons(db, { of: "family", from: now, limit: NEXT_LESSONS }),
      children: await listStudents(db),
      enrollments: await listFamilyEnrollments(db),
      credits: await listMakeupCredits(db),
      choices: await listOpenChoices(db),
    })),
  ]);
  const steps = nextSteps(enrollments, now);
  const expiring = credits.filter((credit) => credit.isOpen && daysLeft(credit.expiresAt, now) <= SOON_DAYS);
  const { timeZone } = academy;

  if (children.length === 0) {
    return (
      <>
        <PageHeader title={`Welcome, ${parent.name.split(" ")[0]}`} />
        <EmptyState
          title="Nobody is enrolled yet"
          art={<InstrumentArt slug="piano" size={96} />}
          action={
            <>
              <ButtonLink href="/enroll">Enroll a child</ButtonLink>
              <ButtonLink href="/timeslots" variant="secondary">
                See open times
              </ButtonLink>
            </>
          }
        >
          <p>
            Choose an instrument, a teacher and a time. A trial lesson is enough to begin with; it takes a few
            minutes to arrange.
          </p>
        </EmptyState>
      </>
    );
  }

  return (
    <>
      <PageHeader
        title={`Hello, ${parent.name.split(" ")[0]}`}
        description={`Lesson times are ${zoneCity(timeZone)} time.`}
        actions={
          <ButtonLink href="/enroll" variant="secondary">
            Enroll another child
          </ButtonLink>
        }
      />
      {steps.length + expiring.length + choices.length > 0 && (
        <section aria-labelledby="next-steps" className={styles.attention}>
          <h2 id="next-steps" className={styles.attentionTitle}>
            What needs doing
          </h2>
          <ChoiceHints choices={choices} timeZone={timeZone} />
          {steps.length > 0 && <NextStepList steps={steps} timeZone={timeZone} />}
          {expiring.length > 0 && <CreditHints credits={expiring} now={now} timeZone={timeZone} />}
        </section>
      )}
      <Columns
        aside={
          <Card title="Your children">
            <ul className={styles.children}>
              {children.map((child) => (
                <li key={child.id} className={styles.child}>
                  <span className={styles.art} aria-hidden="true">
                    <InstrumentArt slug={child.instruments[0]?.slug ?? ""} size={40} />
                  </span>
                  <div>
                    <h3 className={styles.childName}>
                      <Link href={`/family/children/${child.id}`}>{child.name}</Link>
                    </h3>
                    <p className={styles.facts}>
                      {child.instruments.length > 0
                        ? child.instruments
                            .map((learned) => `${learned.name}, ${levelWord(learned.level).toLowerCase()}`)
                            .join(" · ")
                        : "No instrument yet"}
                    </p>
                    {child.teachers.length > 0 && (
                      <p className={styles.facts}>
                        with {listOf(child.teachers.map((teacher) => teacher.name))}
                      </p>
                    )}
                    <p className={styles.facts}>
                      {child.nextLessonAt
                        ? `Next lesson ${formatDayTime(child.nextLessonAt, timeZone)}`
                        : "No lesson planned"}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </Card>
        }
      >
        {lessons.length > 0 ? (
          <Card
            title="Next lessons"
            actions={
              <Link href="/family/lessons" className={styles.all}>
                All lessons
              </Link>
            }
          >
            <LessonList
              lessons={lessons}
              timeZone={timeZone}
              reader="family"
              calendarHref={(lesson) => `/family/lessons/${lesson.id}/lesson.ics`}
              lessonHref={(lesson) => `/family/lessons/${lesson.id}`}
            />
          </Card>
        ) : (
          <EmptyState
            title="No lesson is planned"
            action={
              <>
                <ButtonLink href="/enroll">Arrange lessons</ButtonLink>
                <ButtonLink href="/family/lessons?when=past" variant="secondary">
                  Past lessons
                </ButtonLink>
              </>
            }
          >
            <p>
              {steps.some((step) => step.kind === "pay")
                ? "The first lesson stands here as soon as its payment has arrived."
                : "Lessons stand here as soon as they are arranged."}
            </p>
          </EmptyState>
        )}
      </Columns>
    </>
  );
}
