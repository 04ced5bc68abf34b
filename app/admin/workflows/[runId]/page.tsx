import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { formatDayTime, formatZone } from "@/lib/format";
import { getRun } from "@/lib/reporting/workflow-queries";
import { RunStatusBadge } from "../../_components/run-status";
import { RunSteps } from "../../_components/run-steps";
import { subjectHref } from "../../_components/run-subject";
import { functionWords, tookWords } from "../../_components/workflow-wording";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Workflow run" };

export default async function WorkflowRunPage({ params }: PageProps<"/admin/workflows/[runId]">) {
  const admin = await requirePage(["admin"]);
  const id = decodeURIComponent((await params).runId);
  // The executor's ids are short words; anything else is a mistyped address.
  if (!/^[\w.:-]{1,100}$/.test(id)) notFound();
  const [{ timeZone }, run] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, (db) => getRun(db, id)),
  ]);
  if (!run) notFound();
  const href = subjectHref(run);
  const attempts = run.steps.reduce((sum, step) => sum + step.attempts, 0);
  const moment = (instant: Date) => `${formatDayTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/workflows">Workflows</BackLink>}
        title={functionWords(run.functionId)}
        description={<RunStatusBadge status={run.status} />}
      />
      <Columns
        aside={
          <Card title="Run">
            <DataList
              items={[
                {
                  label: "About",
                  value: href ? (
                    <Link href={href}>{run.subject ?? run.familyName}</Link>
                  ) : (
                    run.subjectType.replaceAll("_", " ")
                  ),
                },
                ...(run.familyId
                  ? [
                      {
                        label: "Family",
                        value: <Link href={`/admin/families/${run.familyId}`}>{run.familyName}</Link>,
                      },
                    ]
                  : []),
                { label: "Started", value: moment(run.startedAt) },
                { label: "Ended", value: run.endedAt ? moment(run.endedAt) : "Not yet" },
                ...(run.endedAt
                  ? [{ label: "Took", value: tookWords(run.endedAt.getTime() - run.startedAt.getTime()) }]
                  : []),
                { label: "Steps", value: `${run.steps.length}, ${attempts} attempts` },
                { label: "Workflow", value: <span className={styles.mono}>{run.functionId}</span> },
                { label: "Run", value: <span className={styles.mono}>{run.id}</span> },
              ]}
            />
          </Card>
        }
      >
        {run.error && (
          <Notice tone="bad" title="The run failed">
            {run.error}
          </Notice>
        )}
        <Card title="Steps">
          <RunSteps run={run} timeZone={timeZone} />
        </Card>
      </Columns>
    </>
  );
}
