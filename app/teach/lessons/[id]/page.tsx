import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CancelForm } from "@/components/lessons/cancel-form";
import { LessonFacts } from "@/components/lessons/lesson-facts";
import { BackLink } from "@/components/portal/back-link";
import { Stack } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { formatDayTime, formatZone } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { lessonTitle } from "@/lib/scheduling/lesson";
import { getLessonChange } from "@/lib/scheduling/lesson-change-queries";
import { freeUntil } from "@/lib/scheduling/lesson-change-rules";
import { getLesson } from "@/lib/scheduling/lesson-queries";

export const metadata: Metadata = { title: "Lesson" };

export default async function TeachLesson({ params, searchParams }: PageProps<"/teach/lessons/[id]">) {
  const teacher = await requirePage(["teacher"]);
  const id = readId<"lesson">((await params).id);
  if (!id) notFound();
  const isDone = queryValue(await searchParams, "done") === "cancelled";
  const [academy, { lesson, change }] = await Promise.all([
    loadAcademy(),
    withPrincipal(teacher, async (db) => ({
      lesson: await getLesson(db, id),
      change: await getLessonChange(db, id),
    })),
  ]);
  if (!lesson || !change) notFound();
  const { timeZone } = academy;
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/teach">Your lessons</BackLink>}
        title={`${lesson.student.name}: ${lessonTitle(lesson)}`}
        description={`${formatDayTime(lesson.startsAt, timeZone)} ${formatZone(lesson.startsAt, timeZone)}`}
      />
      <Stack>
        {isDone && (
          <Notice tone="good" role="status" title="The lesson is cancelled. The family gets an email." />
        )}
        <Card title="The lesson">
          <LessonFacts
            lesson={lesson}
            change={change}
            timeZone={timeZone}
            freeUntil={freeUntil(lesson.startsAt, academy.cancelNoticeMinutes)}
            withMoney={false}
          />
        </Card>
        {lesson.status === "scheduled" && lesson.startsAt > clock.now() && (
          <Card
            title="Cancel it"
            description="When you cannot teach. The family gets a credit, which does not count against its own. To move a lesson, ask the academy."
          >
            <CancelForm
              lessonId={id}
              portal="teach"
              student={lesson.student.firstName}
              kinds={[{ value: "teacher", label: "I cannot teach" }]}
              isReasonRequired
              verb="Cancel the lesson"
              timeZone={timeZone}
              makeupValidDays={academy.makeupValidDays}
            />
          </Card>
        )}
      </Stack>
    </>
  );
}
