import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { ChangeTimes } from "@/components/scheduling/change-times";
import { ConfirmTimeForm } from "@/components/scheduling/confirm-time-form";
import { TimeRefusalNotice } from "@/components/scheduling/time-refusal";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { formatDayTime, formatZone } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { getMakeupCredit, listChangeTimes, teacherNames } from "@/lib/scheduling/lesson-change-queries";
import { makeupForm } from "@/lib/scheduling/lesson-change-schema";
import { previewMakeup } from "@/lib/scheduling/lesson-move-preview";
import { isDate } from "@/lib/scheduling/week";
import styles from "../../family.module.css";

export const metadata: Metadata = { title: "Book a make-up" };

export default async function BookMakeup({ params, searchParams }: PageProps<"/family/makeups/[id]">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"makeup-credit">((await params).id);
  if (!id) notFound();
  const query = await searchParams;
  const chosen = makeupForm.safeParse({
    creditId: id,
    teacherId: queryValue(query, "teacher"),
    at: queryValue(query, "at"),
  }).data;
  const week = queryValue(query, "week");
  const [{ timeZone }, { credit, teacherName }] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => {
      const credit = await getMakeupCredit(db, id);
      const names = await teacherNames(db, credit?.teacherId ? [credit.teacherId] : []);
      return { credit, teacherName: names.get(credit?.teacherId ?? "") };
    }),
  ]);
  if (!credit) notFound();
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  const page = `/family/makeups/${id}`;
  const header = (
    <PageHeader
      eyebrow={<BackLink href="/family/makeups">Make-ups</BackLink>}
      title={`A make-up for ${credit.studentName}`}
      description={`${credit.minutes} minutes${credit.instrument ? ` of ${credit.instrument.name.toLowerCase()}` : ""}, to begin before ${moment(credit.expiresAt)}. Days that are set aside for make-ups are among the times.`}
    />
  );
  const { instrument } = credit;
  if (!credit.isOpen || !instrument) {
    return (
      <>
        {header}
        <EmptyState
          title={
            credit.isOpen ? "The student is not enrolled at the moment" : "This credit is not open any more"
          }
          action={
            credit.isOpen ? (
              <ButtonLink href="/enroll">Enroll</ButtonLink>
            ) : (
              <ButtonLink href="/family/makeups">To your make-ups</ButtonLink>
            )
          }
        />
      </>
    );
  }
  // A make-up begins before its credit ends, not when it ends.
  const until = new Date(credit.expiresAt.getTime() - 1);
  const of = {
    instrumentId: instrument.id,
    minutes: credit.minutes,
    studentId: credit.studentId,
    forMakeup: true,
    byStaff: false,
    timeZone,
    until,
  };

  if (chosen) {
    const preview = await previewMakeup(parent, of, {
      creditId: id,
      startsAt: chosen.at,
      teacherId: chosen.teacherId,
    });
    return (
      <>
        {header}
        <Card title={preview.ok ? "The make-up" : "Not this time"}>
          {preview.ok ? (
            <ConfirmTimeForm
              key={`${chosen.at.toISOString()} ${chosen.teacherId}`}
              what="makeup"
              id={id}
              teacherId={chosen.teacherId}
              at={chosen.at.toISOString()}
              lines={[
                `${moment(preview.outcome.startsAt)} with ${preview.outcome.teacherName}${preview.outcome.roomName ? `, ${preview.outcome.roomName}` : ""}, ${credit.minutes} minutes.`,
                "It uses this credit and costs nothing.",
                "A booked make-up is final: it is not moved, and when you cancel it nothing comes back.",
                "You and the teacher get an email with the time for your calendars.",
              ]}
              verb="Book the make-up"
              timeZone={timeZone}
              page={page}
            />
          ) : (
            <TimeRefusalNotice {...preview.refusal} timeZone={timeZone} page={page} />
          )}
          <p className={styles.way}>
            <ButtonLink href={`/family/makeups/${id}` as Route} variant="secondary">
              See other times
            </ButtonLink>
          </p>
        </Card>
      </>
    );
  }

  const isAnyTeacher = queryValue(query, "with") === "anybody" || !teacherName;
  const times = await withPrincipal(parent, (db) =>
    listChangeTimes(db, {
      instrumentId: instrument.id,
      studentId: credit.studentId,
      minutes: credit.minutes,
      teacherId: isAnyTeacher ? undefined : (credit.teacherId ?? undefined),
      until,
      forMakeup: true,
    }),
  );
  return (
    <>
      {header}
      <ChangeTimes
        times={times}
        timeZone={timeZone}
        page={page}
        week={isDate(week) ? week : ""}
        isAnyTeacher={isAnyTeacher}
        teacherName={teacherName ?? "the teacher"}
      />
    </>
  );
}
