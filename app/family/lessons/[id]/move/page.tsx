import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { ChangeTimes } from "@/components/scheduling/change-times";
import { ConfirmTimeForm } from "@/components/scheduling/confirm-time-form";
import { TimeRefusalNotice } from "@/components/scheduling/time-refusal";
import { ButtonLink } from "@/components/ui/button-link";
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
import { getLessonChange, listChangeTimes } from "@/lib/scheduling/lesson-change-queries";
import { isInTime } from "@/lib/scheduling/lesson-change-rules";
import { moveForm } from "@/lib/scheduling/lesson-change-schema";
import { previewMove } from "@/lib/scheduling/lesson-move-preview";
import { getLesson } from "@/lib/scheduling/lesson-queries";
import { isDate } from "@/lib/scheduling/week";
import styles from "../../../family.module.css";

export const metadata: Metadata = { title: "Move a lesson" };

export default async function MoveLesson({ params, searchParams }: PageProps<"/family/lessons/[id]/move">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"lesson">((await params).id);
  if (!id) notFound();
  const query = await searchParams;
  const chosen = moveForm.safeParse({
    lessonId: id,
    teacherId: queryValue(query, "teacher"),
    at: queryValue(query, "at"),
  }).data;
  const isAnyTeacher = queryValue(query, "with") === "anybody";
  const week = queryValue(query, "week");
  const [academy, { lesson, change }] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => ({
      lesson: await getLesson(db, id),
      change: await getLessonChange(db, id),
    })),
  ]);
  if (!lesson || !change) notFound();
  const { timeZone } = academy;
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  const page = `/family/lessons/${id}/move`;
  const { instrumentId, studentId, bookingId } = change;
  const isMovable =
    lesson.status === "scheduled" &&
    lesson.kind !== "make_up" &&
    instrumentId !== null &&
    studentId !== null &&
    isInTime(lesson.startsAt, clock.now(), academy.cancelNoticeMinutes);
  const header = (
    <PageHeader
      eyebrow={<BackLink href={`/family/lessons/${id}` as Route}>The lesson</BackLink>}
      title={`Move ${lesson.student.firstName}'s ${lessonTitle(lesson)}`}
      description={`It is on ${moment(lesson.startsAt)} with ${lesson.teacher.name}.`}
    />
  );
  if (!isMovable) {
    return (
      <>
        {header}
        <Notice tone="bad" title="This lesson cannot be moved any more">
          <p>
            A lesson is moved with the notice of a cancellation; a make-up that is booked and a class keep
            their time.
          </p>
        </Notice>
      </>
    );
  }
  const of = {
    instrumentId,
    minutes: lesson.minutes,
    studentId,
    bookingId,
    forMakeup: false,
    byStaff: false,
    timeZone,
  };

  if (chosen) {
    const preview = await previewMove(parent, of, {
      lessonId: id,
      startsAt: chosen.at,
      teacherId: chosen.teacherId,
    });
    return (
      <>
        {header}
        <Card title={preview.ok ? "The new time" : "Not this time"}>
          {preview.ok ? (
            <ConfirmTimeForm
              key={`${chosen.at.toISOString()} ${chosen.teacherId}`}
              what="move"
              id={id}
              teacherId={chosen.teacherId}
              at={chosen.at.toISOString()}
              lines={[
                `From ${moment(lesson.startsAt)} with ${lesson.teacher.name}${lesson.roomName ? `, ${lesson.roomName}` : ""}.`,
                `To ${moment(preview.outcome.startsAt)} with ${preview.outcome.teacherName}${preview.outcome.roomName ? `, ${preview.outcome.roomName}` : ""}, ${lesson.minutes} minutes.`,
                "It costs nothing and uses no credit. The other lessons stay as they are.",
                ...(preview.outcome.freeUntil
                  ? [`At its new time it can be changed in time until ${moment(preview.outcome.freeUntil)}.`]
                  : []),
                "You and the teacher get an email with the new time for your calendars.",
              ]}
              verb="Move the lesson"
              timeZone={timeZone}
              page={page}
            />
          ) : (
            <TimeRefusalNotice {...preview.refusal} timeZone={timeZone} page={page} />
          )}
          <p className={styles.way}>
            <ButtonLink href={`/family/lessons/${id}/move` as Route} variant="secondary">
              See other times
            </ButtonLink>
          </p>
        </Card>
      </>
    );
  }

  const times = await withPrincipal(parent, (db) =>
    listChangeTimes(db, {
      instrumentId,
      studentId,
      minutes: lesson.minutes,
      teacherId: isAnyTeacher ? undefined : lesson.teacher.id,
      ignoredBookingId: bookingId,
    }),
  );
  return (
    <>
      {header}
      <ChangeTimes
        times={times.filter(
          (time) =>
            time.startsAt.getTime() !== lesson.startsAt.getTime() || time.teacherId !== lesson.teacher.id,
        )}
        timeZone={timeZone}
        page={page}
        week={isDate(week) ? week : ""}
        near={lesson.startsAt}
        isAnyTeacher={isAnyTeacher}
        teacherName={lesson.teacher.name}
      />
    </>
  );
}
