import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Stack } from "@/components/portal/columns";
import { SeriesFacts } from "@/components/scheduling/series-facts";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { listTerms } from "@/lib/academy/queries";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate, zoneCity } from "@/lib/format";
import { readId } from "@/lib/ids";
import { getSeriesSubject, listSeries, type Series } from "@/lib/scheduling/series";
import { addDays } from "@/lib/scheduling/week";
import { EndForm } from "./_components/end-form";
import { MoveForm } from "./_components/move-form";
import { PlanForm } from "./_components/plan-form";
import styles from "./series.module.css";

export const metadata: Metadata = { title: "Weekly lessons" };

const STEP_WORDS = { move: "Move", end: "End", plan: "Plan" } as const;
type Step = keyof typeof STEP_WORDS;

export default async function SeriesPage({
  params,
  searchParams,
}: PageProps<"/admin/enrollments/[id]/series">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"enrollment">((await params).id);
  if (!id) notFound();
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const { subject, series, terms } = await withPrincipal(admin, async (db) => ({
    subject: await getSeriesSubject(db, id),
    series: await listSeries(db, id),
    terms: await listTerms(db, today),
  }));
  if (!subject) notFound();
  const current = series.findLast((one) => one.coming > 0);
  const firstDay = firstFreeDay(series, today);
  // A term that is over within the week has no series left.
  const term = terms.find(({ endsOn }) => endsOn >= addDays(firstDay, 6));
  const steps: Step[] = [
    ...(current ? (["move", "end"] as const) : []),
    ...(subject.isPlannable ? (["plan"] as const) : []),
  ];
  const wanted = (await searchParams).do;
  const step = steps.find((one) => one === wanted) ?? steps[0];

  const toEnrollment = (
    <ButtonLink href={`/admin/enrollments/${id}` as Route} variant="secondary">
      To the enrollment
    </ButtonLink>
  );

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={`/admin/enrollments/${id}` as Route}>Enrollment</BackLink>}
        title={`Weekly lessons: ${subject.studentName}, ${subject.instrument.toLowerCase()}`}
        description={`All times are ${zoneCity(timeZone)} time, also across daylight saving.`}
      />
      <Stack>
        {series.map((one) => (
          <Card key={one.id} title={one.coming > 0 ? "Running" : "Over"}>
            <SeriesFacts series={one} />
          </Card>
        ))}
        {steps.length > 1 && (
          <nav aria-label="What to do" className={styles.tabs}>
            {steps.map((one) => (
              <Link
                key={one}
                href={`/admin/enrollments/${id}/series?do=${one}` as Route}
                aria-current={one === step ? "page" : undefined}
                className={buttonClass(one === step ? "tinted" : "secondary", "small", false)}
                scroll={false}
              >
                {STEP_WORDS[one]}
              </Link>
            ))}
          </nav>
        )}
        {step === "move" && current?.next && (
          <Card
            title="Move the coming lessons"
            description="To another day, time or teacher, each within its own week."
          >
            <MoveForm
              toEnrollment={toEnrollment}
              teachers={subject.teachers}
              typed={{
                lessonId: current.next.id,
                teacherId: current.teacher.id,
                weekday: String(current.weekday),
                start: current.starts,
                fromDay: localDate(current.next.startsAt, timeZone),
                reason: "",
              }}
            />
          </Card>
        )}
        {step === "end" && current?.next && (
          <Card
            title="End the lessons"
            description="When the student stops, or before another rhythm begins."
          >
            <EndForm
              toEnrollment={toEnrollment}
              typed={{
                lessonId: current.next.id,
                lastDay: localDate(current.next.startsAt, timeZone),
                reason: "",
              }}
            />
          </Card>
        )}
        {step === "plan" && (
          <Card
            title={current ? "Plan what comes after" : "Plan weekly lessons"}
            description={`${subject.minutes} minutes; all of them or none.`}
          >
            <PlanForm
              toEnrollment={toEnrollment}
              teachers={subject.teachers}
              typed={{
                enrollmentId: id,
                teacherId: series.at(-1)?.teacher.id ?? subject.teacherId,
                weekday: String(series.at(-1)?.weekday ?? 0),
                start: series.at(-1)?.starts ?? "16:00",
                everyWeeks: String(series.at(-1)?.everyWeeks ?? 1),
                firstDay: term && term.startsOn > firstDay ? term.startsOn : firstDay,
                lastDay: term?.endsOn ?? firstDay,
              }}
            />
          </Card>
        )}
        {series.length === 0 && !step && (
          <EmptyState title="There are no weekly lessons" action={toEnrollment}>
            <p>Weekly lessons belong to a plan that runs. This enrollment is a trial, or not active.</p>
          </EmptyState>
        )}
      </Stack>
    </>
  );
}

/** The day after the last series, or tomorrow. */
function firstFreeDay(series: readonly Series[], today: string): string {
  const last = series
    .map(({ lastDay }) => lastDay)
    .sort()
    .at(-1);
  const tomorrow = addDays(today, 1);
  return last && last >= tomorrow ? addDays(last, 1) : tomorrow;
}
