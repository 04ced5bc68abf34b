import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { CancelForm } from "@/components/lessons/cancel-form";
import { LessonFacts } from "@/components/lessons/lesson-facts";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { formatDayTime, formatZone, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { listAuditOfRows } from "@/lib/reporting/audit-queries";
import { queryValue } from "@/lib/reporting/list-params";
import { lessonTitle } from "@/lib/scheduling/lesson";
import { getLessonChange, listMoveChoices } from "@/lib/scheduling/lesson-change-queries";
import { freeUntil } from "@/lib/scheduling/lesson-change-rules";
import { wallClock } from "@/lib/scheduling/lesson-change-time";
import { getLesson } from "@/lib/scheduling/lesson-queries";
import { AuditTrail } from "../../_components/audit-trail";
import styles from "../../admin.module.css";
import { StaffMoveForm } from "./_components/staff-move-form";

export const metadata: Metadata = { title: "Lesson" };

const DONE: Readonly<Record<string, string>> = {
  cancelled: "The lesson is cancelled. The family and the teacher get an email.",
  moved: "The lesson has moved. The family and the teacher get an email.",
};

const own = [
  { value: "teacher", label: "The teacher cannot teach" },
  { value: "weather", label: "Weather" },
  { value: "academy", label: "The academy" },
];
const family = [
  { value: "family", label: "The family cannot come" },
  { value: "illness", label: "The student is ill" },
];

export default async function AdminLesson({ params, searchParams }: PageProps<"/admin/lessons/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"lesson">((await params).id);
  if (!id) notFound();
  const done = DONE[queryValue(await searchParams, "done")];
  const [academy, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const lesson = await getLesson(db, id);
      const change = await getLessonChange(db, id);
      if (!lesson || !change) return null;
      return {
        lesson,
        change,
        choices: await listMoveChoices(db, change.instrumentId),
        audit: await listAuditOfRows(db, {
          lessons: [id],
          bookings: [change.bookingId],
          makeup_credits: change.credit ? [change.credit.id] : [],
        }),
      };
    }),
  ]);
  if (!found) notFound();
  const { lesson, change, choices, audit } = found;
  const { timeZone } = academy;
  const isClass = lesson.className !== null;
  return (
    <>
      <PageHeader
        eyebrow={
          <BackLink href={`/admin/lessons?date=${localDate(lesson.startsAt, timeZone)}`}>
            Lessons of the day
          </BackLink>
        }
        title={`${lesson.student.name}: ${lessonTitle(lesson)}`}
        description={`${formatDayTime(lesson.startsAt, timeZone)} ${formatZone(lesson.startsAt, timeZone)}`}
      />
      {done && (
        <div className={styles.group}>
          <Notice tone="good" role="status" title={done} />
        </div>
      )}
      <Columns
        aside={
          <>
            <Card title="The lesson">
              <LessonFacts
                lesson={lesson}
                change={change}
                timeZone={timeZone}
                freeUntil={freeUntil(lesson.startsAt, academy.cancelNoticeMinutes)}
              />
              {change.familyId && (
                <p className={styles.way}>
                  <Link href={`/admin/families/${change.familyId}`}>To the family</Link>
                </p>
              )}
            </Card>
            <Card title="Changes">
              <AuditTrail entries={audit} timeZone={timeZone} label="Changes" />
            </Card>
          </>
        }
      >
        {lesson.status === "scheduled" ? (
          <>
            <Card
              title="Move it"
              description="At any notice, to any teacher and room that are free. Rules may be set aside with a reason, what is taken may not."
            >
              <StaffMoveForm
                lessonId={id}
                date={localDate(lesson.startsAt, timeZone)}
                time={wallClock(lesson.startsAt, timeZone)}
                teacherId={lesson.teacher.id}
                teachers={choices.teachers}
                rooms={choices.rooms}
                timeZone={timeZone}
              />
            </Card>
            <Card
              title="Cancel it"
              description={
                isClass
                  ? "The lesson of the whole class; each family gets its part of the price."
                  : "For the academy's own reasons, or for the family that called."
              }
            >
              <CancelForm
                lessonId={id}
                portal="admin"
                student={lesson.student.firstName}
                kinds={isClass ? own : [...own, ...family]}
                isStaff={!isClass}
                verb="Cancel the lesson"
                timeZone={timeZone}
                makeupValidDays={academy.makeupValidDays}
              />
            </Card>
          </>
        ) : (
          <Card title="Nothing to change">
            <p>Only a lesson that is planned can be moved or cancelled.</p>
          </Card>
        )}
      </Columns>
    </>
  );
}
