import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { planWords } from "@/components/enrollments/enrollment-wording";
import { PlanChanges } from "@/components/enrollments/plan-changes";
import { PlanFacts } from "@/components/enrollments/plan-facts";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
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
import styles from "../../../admin.module.css";

export const metadata: Metadata = { title: "Change an enrollment" };

export default async function ChangeEnrollmentPage({
  params,
  searchParams,
}: PageProps<"/admin/enrollments/[id]/changes">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"enrollment">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found, query] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
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
  const isRunning = plan.kind === "plan" && (plan.status === "active" || plan.status === "paused");

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={`/admin/enrollments/${id}` as Route}>The enrollment</BackLink>}
        title={`${plan.student.firstName}, ${plan.instrument.name.toLowerCase()} with ${plan.teacher.name}`}
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
        <Notice tone="good" role="status" title={done.title}>
          {done.text}
        </Notice>
      )}
      <Columns
        aside={
          <Card title="The enrollment">
            <PlanFacts
              plan={plan}
              timeZone={timeZone}
              lessonHref={(lesson) => `/admin/lessons/${lesson}` as Route}
            />
          </Card>
        }
      >
        {isRunning ? (
          <PlanChanges plan={plan} taken={taken} portal="admin" teachers={teachers} timeZone={timeZone} />
        ) : (
          <EmptyState title="Only a running plan is paused or ended">
            <p>This enrollment is not one at the moment.</p>
          </EmptyState>
        )}
      </Columns>
    </>
  );
}
