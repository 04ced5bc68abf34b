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
import { countOf, formatDayTime, formatZone } from "@/lib/format";
import { getRun } from "@/lib/reporting/workflow-queries";
import type { RunAct } from "@/lib/workflows/schema";
import { RunStatusBadge } from "../../_components/run-status";
import { RunSteps } from "../../_components/run-steps";
import { subjectHref } from "../../_components/run-subject";
import { functionWords, stepWords, subjectWords, tookWords } from "../../_components/workflow-wording";
import styles from "../../admin.module.css";
import { RunActions } from "./_components/run-actions";

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
  const work = run.steps.filter((step) => step.step !== "start" && !step.waitsUntil);
  const attempts = work.reduce((sum, step) => sum + step.attempts, 0);
  const done = new Set(run.steps.filter((step) => step.status === "completed").map((step) => step.step));
  const undos = run.steps
    .filter((step) => step.status === "completed")
    .toReversed()
    .flatMap((step) => step.undo)
    .filter((name) => !done.has(`undo:${name}`));
  const failedUndos = run.steps.filter((step) => step.undoes && step.status === "failed");
  const runLink = (id: string) => (
    <Link href={`/admin/workflows/${encodeURIComponent(id)}`} className={styles.mono}>
      {id}
    </Link>
  );
  const acts: RunAct[] = [
    ...(run.status === "running" ? (["cancel"] as const) : []),
    ...((run.status === "failed" || run.status === "cancelled") && run.eventId && !run.retriedBy
      ? (["retry"] as const)
      : []),
    ...(run.status !== "running" && undos.length > 0 ? (["undo"] as const) : []),
  ];
  const moment = (instant: Date) => `${formatDayTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/workflows">Workflows</BackLink>}
        title={functionWords(run.functionId, run.name)}
        description={<RunStatusBadge status={run.status} isStuck={run.isStuck} />}
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
                    subjectWords(run.subjectType)
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
                { label: "Steps", value: `${countOf(work.length, "step")}, ${countOf(attempts, "attempt")}` },
                { label: "Workflow", value: <span className={styles.mono}>{run.functionId}</span> },
                { label: "Run", value: <span className={styles.mono}>{run.id}</span> },
                ...(run.eventName
                  ? [{ label: "Began with", value: <span className={styles.mono}>{run.eventName}</span> }]
                  : []),
                ...(run.retryOf ? [{ label: "Tries again", value: runLink(run.retryOf) }] : []),
                ...(run.retriedBy ? [{ label: "Tried again by", value: runLink(run.retriedBy) }] : []),
              ]}
            />
          </Card>
        }
      >
        {run.error && (
          <Notice
            tone={run.status === "refused" ? "waiting" : "bad"}
            title={run.status === "refused" ? "Refused: nothing was done" : "The run failed"}
          >
            {run.error}
          </Notice>
        )}
        {run.isStuck && (
          <Notice tone="bad" title="The run has come to a halt">
            It shows no progress and waits for nothing that is known. Cancel it, then try it again.
          </Notice>
        )}
        {failedUndos.length > 0 && (
          <Notice tone="bad" title="Undo failed">
            <ul className={styles.plain}>
              {failedUndos.map((step) => (
                <li key={step.step}>
                  {stepWords(step.step)}: {step.error}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {acts.length > 0 && (
          <Card title="What you can do">
            <RunActions
              runId={run.id}
              acts={acts}
              about={run.subject ?? functionWords(run.functionId, run.name)}
              undoWords={Object.fromEntries(undos.map((name) => [name, stepWords(name)]))}
            />
          </Card>
        )}
        <Card title="Steps">
          <RunSteps run={run} timeZone={timeZone} />
        </Card>
      </Columns>
    </>
  );
}
