import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { CancelForm } from "@/components/lessons/cancel-form";
import { LessonFacts } from "@/components/lessons/lesson-facts";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { SeriesLinks } from "@/components/scheduling/series-links";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { cancellationPolicy } from "@/lib/academy/policies";
import type { Academy } from "@/lib/academy/schema";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { formatDayTime, formatZone } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { type Lesson, lessonTitle } from "@/lib/scheduling/lesson";
import type { LessonChange } from "@/lib/scheduling/lesson-change";
import { getLessonChange } from "@/lib/scheduling/lesson-change-queries";
import { freeUntil, isInTime } from "@/lib/scheduling/lesson-change-rules";
import { getLesson } from "@/lib/scheduling/lesson-queries";
import { getSeriesOfLesson } from "@/lib/scheduling/series";
import { listProposals } from "@/lib/teachers/proposals";
import styles from "../../family.module.css";
import { Proposals } from "./_components/proposals";

export const metadata: Metadata = { title: "Lesson" };

const DONE: Readonly<Record<string, string>> = {
  cancelled: "The lesson is cancelled. You and the teacher get an email.",
  moved: "The lesson has moved. You and the teacher get an email with the new time for your calendars.",
  substitute: "Settled: the lesson takes place with another teacher. You get an email that says so.",
  time: "Settled: the lesson has moved. You and the teacher get an email with the new time for your calendars.",
  credit: "Settled: the lesson is cancelled, and the credit is yours. You get an email that says so.",
  settled: "There is nothing to choose any more: this was settled already. Here is how the lesson stands.",
  booked: "The make-up is booked. You and the teacher get an email with the time for your calendars.",
};

export default async function FamilyLesson({ params, searchParams }: PageProps<"/family/lessons/[id]">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"lesson">((await params).id);
  if (!id) notFound();
  const query = await searchParams;
  const done = DONE[queryValue(query, "done")];
  const [academy, { lesson, change, series, proposals }] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => ({
      lesson: await getLesson(db, id),
      change: await getLessonChange(db, id),
      series: await getSeriesOfLesson(db, id),
      proposals: await listProposals(db, id),
    })),
  ]);
  if (!lesson || !change) notFound();
  const free = freeUntil(lesson.startsAt, academy.cancelNoticeMinutes);

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/family/lessons">Lessons</BackLink>}
        title={`${lesson.student.firstName}: ${lessonTitle(lesson)}`}
        description={`${formatDayTime(lesson.startsAt, academy.timeZone)} ${formatZone(lesson.startsAt, academy.timeZone)}`}
        actions={
          lesson.status === "scheduled" && (
            <a
              href={`/family/lessons/${id}/lesson.ics` as Route}
              download
              className={buttonClass("secondary", "regular", false)}
            >
              Add to calendar
            </a>
          )
        }
      />
      {done && (
        <div className={styles.attention}>
          <Notice tone="good" role="status" title={done} />
        </div>
      )}
      <Columns
        aside={
          <Card title="The rule">
            <ul className={styles.rules}>
              {cancellationPolicy(academy).sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Card>
        }
      >
        <Proposals
          lesson={lesson}
          proposals={proposals}
          academy={academy}
          chosen={queryValue(query, "proposal")}
        />
        <Card title="The lesson">
          <LessonFacts lesson={lesson} change={change} timeZone={academy.timeZone} freeUntil={free} />
          {series && lesson.status === "scheduled" && <SeriesLinks lessonId={id} series={series} />}
        </Card>
        <WhatCanBeDone lesson={lesson} change={change} academy={academy} now={clock.now()} />
      </Columns>
    </>
  );
}

type WhatCanBeDoneProps = { lesson: Lesson; change: LessonChange; academy: Academy; now: Date };

function WhatCanBeDone({ lesson, change, academy, now }: WhatCanBeDoneProps) {
  if (lesson.status === "cancelled") {
    return (
      <Card title="What next">
        <p className={styles.facts}>
          {change.credit?.isOpen
            ? "Your credit waits for a new time."
            : "This lesson is called off; the others stay as they are."}
        </p>
        <p className={styles.way}>
          {change.credit?.isOpen ? (
            <ButtonLink href={`/family/makeups/${change.credit.id}` as Route}>Book a make-up</ButtonLink>
          ) : (
            <ButtonLink href="/family/lessons" variant="secondary">
              To your lessons
            </ButtonLink>
          )}
        </p>
      </Card>
    );
  }
  if (lesson.status !== "scheduled" || lesson.startsAt <= now) return null;
  const isTimely = isInTime(lesson.startsAt, now, academy.cancelNoticeMinutes);
  const common = {
    lessonId: lesson.id,
    portal: "family",
    student: lesson.student.firstName,
    timeZone: academy.timeZone,
    makeupValidDays: academy.makeupValidDays,
  } as const;
  if (lesson.className) {
    if (change.seats.length === 0) return null;
    return (
      <Card
        title="Not coming this time"
        description="The class takes place and keeps its time. A lesson that is missed is not made up."
      >
        <CancelForm
          {...common}
          verb="Give up the seat"
          kinds={[{ value: "family", label: "We cannot come" }]}
          seats={change.seats.map((seat) => ({ value: seat.studentId, label: seat.firstName }))}
        />
      </Card>
    );
  }
  return (
    <>
      {lesson.kind !== "make_up" && (
        <Card
          title="Move it"
          description={
            isTimely
              ? "To another open time, with this teacher or another one. Nothing is lost by it, and the other lessons stay."
              : "It is too late to move this lesson: that takes the same notice as cancelling."
          }
        >
          {isTimely && (
            <ButtonLink href={`/family/lessons/${lesson.id}/move` as Route}>Choose another time</ButtonLink>
          )}
        </Card>
      )}
      <Card
        title="Cancel it"
        description={
          lesson.kind === "make_up"
            ? "A booked make-up is final: when you cancel it, its credit stays used."
            : "You see what it leads to before anything happens."
        }
      >
        <CancelForm
          {...common}
          verb="Cancel the lesson"
          kinds={[
            { value: "family", label: "We cannot come" },
            { value: "illness", label: "Illness" },
          ]}
        />
      </Card>
    </>
  );
}
