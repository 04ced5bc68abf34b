import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { planWords } from "@/components/enrollments/enrollment-wording";
import { PlanChanges } from "@/components/enrollments/plan-changes";
import { PlanFacts } from "@/components/enrollments/plan-facts";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { getPlan, listOtherTeachers, listTakenLessons } from "@/lib/enrollment/change-queries";
import { changeDoneWords } from "@/lib/enrollment/change-rules";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import styles from "../../family.module.css";

export const metadata: Metadata = { title: "Enrollment" };

export default async function FamilyEnrollmentPage({
  params,
  searchParams,
}: PageProps<"/family/enrollments/[id]">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"enrollment">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found, query] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => {
      const plan = await getPlan(db, id);
      return (
        plan && {
          plan,
          taken: await listTakenLessons(db, plan),
          teachers: await listOtherTeachers(db, plan),
        }
      );
    }),
    searchParams,
  ]);
  if (!found) notFound();
  const { plan, taken, teachers } = found;
  const done = changeDoneWords(queryValue(query, "done"), plan);
  const isRunning = plan.status === "active" || plan.status === "paused";
  const child = `/family/children/${plan.student.id}` as Route;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={child}>{plan.student.firstName}</BackLink>}
        title={`${plan.instrument.name} with ${plan.teacher.name}`}
        description={
          <span className={styles.badges}>
            <EnrollmentStatusBadge status={plan.status} />
            <span>
              {planWords(plan)} · No. {plan.number}
            </span>
          </span>
        }
      />
      {done && (
        <div className={styles.attention}>
          <Notice tone="good" role="status" title={done.title}>
            {done.text}
          </Notice>
        </div>
      )}
      <Columns
        aside={
          <Card title="The enrollment">
            <PlanFacts
              plan={plan}
              timeZone={timeZone}
              lessonHref={(lesson) => `/family/lessons/${lesson}` as Route}
            />
            {isRunning && plan.lessonsAhead > 0 && plan.nextLessonId && plan.kind === "plan" && (
              <p className={styles.way}>
                <Link href={`/family/lessons/${plan.nextLessonId}/move-series` as Route}>
                  Move the weekly lessons to another time
                </Link>
              </p>
            )}
          </Card>
        }
      >
        {isRunning && plan.kind === "plan" ? (
          <PlanChanges plan={plan} taken={taken} portal="family" teachers={teachers} timeZone={timeZone} />
        ) : (
          <EmptyState
            title={
              plan.kind === "trial" && isRunning
                ? "A trial lesson needs no notice"
                : "This enrollment does not run at the moment"
            }
            action={
              <ButtonLink href={`/enroll?continue=${plan.id}` as Route}>
                Enroll {plan.student.firstName}{" "}
                {plan.kind === "trial" && isRunning ? "for weekly lessons" : "again"}
              </ButtonLink>
            }
          >
            <p>What the academy knows of {plan.student.firstName} is filled in already.</p>
          </EmptyState>
        )}
      </Columns>
    </>
  );
}
