import type { Metadata } from "next";
import Link from "next/link";
import { type Column, DataTable } from "@/components/portal/data-table";
import { ListFilters } from "@/components/portal/list-filters";
import { PagesNav } from "@/components/portal/pages-nav";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import type { RunStatus } from "@/lib/db/database.gen";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatDayTime, formatTime } from "@/lib/format";
import { listHref, PAGE_SIZE, readListParams, sortHref } from "@/lib/reporting/list-params";
import {
  getOutboxState,
  listRunFunctions,
  listRuns,
  type RunLine,
  type RunSort,
  runList,
} from "@/lib/reporting/workflow-queries";
import { OutboxNotices } from "../../_components/outbox-notices";
import { RunStatusBadge, runStatusWords } from "../../_components/run-status";
import { subjectHref } from "../../_components/run-subject";
import { functionWords, stepWords, subjectWords, tookWords } from "../../_components/workflow-wording";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Workflows" };

const PATH = "/admin/workflows";

export default async function AdminWorkflows({ searchParams }: PageProps<"/admin/workflows">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, runList);
  const [{ timeZone }, { runs, functions, outbox }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({
      runs: await listRuns(db, params),
      functions: await listRunFunctions(db),
      outbox: await getOutboxState(db),
    })),
  ]);
  const now = clock.now();
  const isFiltered = params.search !== "" || params.filters.status !== "" || params.filters.function !== "";
  const sort = (key: RunSort): NonNullable<Column<RunLine>["sort"]> => ({
    href: sortHref(PATH, params, runList, key),
    state: params.sort !== key ? "none" : params.descending ? "descending" : "ascending",
  });

  return (
    <>
      <PageHeader
        title="Workflows"
        description="Everything that takes longer than a page: each run with its steps, attempts and errors."
      />
      <OutboxNotices outbox={outbox} timeZone={timeZone} now={now} />
      <ListFilters
        action={PATH}
        searchLabel="Student, family or run"
        search={params.search}
        isFiltered={isFiltered}
        selects={[
          {
            name: "status",
            label: "Status",
            value: params.filters.status,
            options: [
              { value: "", label: "Any status" },
              { value: "stuck", label: "Stuck" },
              ...(Object.keys(runStatusWords) as RunStatus[]).map((status) => ({
                value: status,
                label: runStatusWords[status].word,
              })),
            ],
          },
          {
            name: "function",
            label: "Workflow",
            value: params.filters.function,
            options: [
              { value: "", label: "All workflows" },
              ...functions.map(({ id, name }) => ({ value: id, label: functionWords(id, name) })),
            ],
          },
        ]}
        sorts={{
          value: `${params.descending ? "-" : ""}${params.sort}`,
          options: [
            { value: "-started", label: "Newest first" },
            { value: "started", label: "Oldest first" },
            { value: "status", label: "Status" },
            { value: "function", label: "Workflow" },
          ],
        }}
      />
      {runs.rows.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No run fits" : "Nothing has run yet"}
          action={
            isFiltered || params.page > 1 ? (
              <ButtonLink href={PATH}>Show all runs</ButtonLink>
            ) : (
              <ButtonLink href="/admin/enrollments">See the enrollments</ButtonLink>
            )
          }
        >
          <p>
            {isFiltered
              ? "Choose another status or workflow."
              : "The first enrollment begins the first run; it stands here within seconds."}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Workflow runs"
          rows={runs.rows}
          rowKey={(run) => run.id}
          columns={[
            {
              key: "function",
              label: "Workflow",
              sort: sort("function"),
              cell: (run) => (
                <>
                  <Link href={`${PATH}/${encodeURIComponent(run.id)}`}>
                    {functionWords(run.functionId, run.name)}
                  </Link>
                  <span className={styles.second}>{run.id}</span>
                </>
              ),
            },
            {
              key: "subject",
              label: "About",
              cell: (run) => {
                const href = subjectHref(run);
                const words = run.subject ?? run.familyName ?? subjectWords(run.subjectType);
                return href ? <Link href={href}>{words}</Link> : words;
              },
            },
            {
              key: "status",
              label: "Status",
              sort: sort("status"),
              cell: (run) => <RunStatusBadge status={run.status} isStuck={run.isStuck} />,
            },
            {
              key: "step",
              label: "Steps",
              cell: (run) => (
                <>
                  {countOf(run.stepsDone, "step")} done
                  {run.attempts > run.stepsDone + 1 && `, ${countOf(run.attempts, "attempt")}`}
                  {run.error ? (
                    <span className={styles.second}>{run.error}</span>
                  ) : (
                    run.currentStep && (
                      <span className={styles.second}>
                        {stepWords(run.currentStep)}
                        {run.waitsUntil && `, until ${formatDayTime(run.waitsUntil, timeZone)}`}
                      </span>
                    )
                  )}
                </>
              ),
            },
            {
              key: "took",
              label: "Age",
              align: "end",
              wideOnly: true,
              cell: (run) => tookWords((run.endedAt ?? now).getTime() - run.startedAt.getTime()),
            },
            {
              key: "started",
              label: "Started",
              sort: sort("started"),
              align: "end",
              cell: (run) => (
                <>
                  {formatDate(run.startedAt, timeZone)}
                  <span className={styles.second}>{formatTime(run.startedAt, timeZone)}</span>
                </>
              ),
            },
          ]}
        />
      )}
      <PagesNav
        label="Workflow runs, pages"
        page={params.page}
        pageSize={PAGE_SIZE}
        total={runs.total}
        href={(page) => listHref(PATH, params, runList, { page })}
      />
    </>
  );
}
