import type { Metadata, Route } from "next";
import Link from "next/link";
import { Stack } from "@/components/portal/columns";
import { DataTable } from "@/components/portal/data-table";
import { ListFilters } from "@/components/portal/list-filters";
import { PagesNav } from "@/components/portal/pages-nav";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, Section } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatTime } from "@/lib/format";
import { listRequests, listRetentionRules, requestList } from "@/lib/privacy/queries";
import { subjectWords } from "@/lib/privacy/wording";
import { listHref, PAGE_SIZE, readListParams } from "@/lib/reporting/list-params";
import { RetentionForm } from "../../_components/retention-form";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Privacy" };

const PATH = "/admin/privacy";

export default async function AdminPrivacy({ searchParams }: PageProps<"/admin/privacy">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, requestList);
  const [{ timeZone }, { rules, requests }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({
      rules: await listRetentionRules(db),
      requests: await listRequests(db, params),
    })),
  ]);
  const moment = (instant: Date) => `${formatDate(instant, timeZone)}, ${formatTime(instant, timeZone)}`;

  return (
    <>
      <PageHeader
        title="Privacy"
        description="What the academy forgets by itself, and who asked for their data. Downloads and erasures are on each family's page."
      />
      <Stack>
        <Card
          title="What is kept, and for how long"
          description={
            <>
              Applied every night; what a night removed stands in{" "}
              <Link href={"/admin/workflows?function=apply-retention" as Route}>Workflows</Link>. The books,
              lessons and the audit trail are always kept.
            </>
          }
        >
          <ul className={styles.rows}>
            {rules.map((rule) => (
              <li key={rule.subject}>
                <div className={styles.rowWords}>
                  <p className={styles.rowName}>
                    {subjectWords(rule.subject)}: {countOf(rule.keepDays, "day")}
                  </p>
                  <p className={styles.soft}>{rule.explanation}</p>
                </div>
                <RetentionForm
                  subject={rule.subject}
                  title={subjectWords(rule.subject)}
                  days={rule.keepDays}
                />
              </li>
            ))}
          </ul>
        </Card>
      </Stack>
      <Section title="Requests">
        <ListFilters
          action={PATH}
          isFiltered={params.filters.kind !== ""}
          selects={[
            {
              name: "kind",
              label: "For what",
              value: params.filters.kind,
              options: [
                { value: "", label: "Everything" },
                { value: "export", label: "Downloads" },
                { value: "erasure", label: "Erasures" },
              ],
            },
          ]}
        />
        {requests.rows.length === 0 ? (
          <EmptyState
            title={params.filters.kind || params.page > 1 ? "No request fits" : "Nobody has asked yet"}
            action={<ButtonLink href="/admin/families">See the families</ButtonLink>}
          >
            <p>A download by a parent or by you stands here, and every erasure.</p>
          </EmptyState>
        ) : (
          <DataTable
            label="Requests, newest first"
            rows={requests.rows}
            rowKey={(row) => row.id}
            columns={[
              {
                key: "family",
                label: "Family",
                cell: (row) => (
                  <Link href={`/admin/families/${row.familyId}` as Route}>{row.familyName}</Link>
                ),
              },
              {
                key: "kind",
                label: "For",
                cell: (row) => (row.kind === "export" ? "Download" : "Erasure"),
              },
              {
                key: "by",
                label: "Asked by",
                cell: (row) =>
                  row.requestedBy ??
                  (row.kind === "erasure" ? "The academy's rules" : "An account that is gone"),
              },
              { key: "reason", label: "Reason", cell: (row) => row.reason },
              { key: "asked", label: "Asked", cell: (row) => moment(row.requestedAt) },
              {
                key: "done",
                label: "Done",
                align: "end",
                cell: (row) => (row.doneAt ? moment(row.doneAt) : "Not yet"),
              },
            ]}
          />
        )}
        {requests.total > 0 && (
          <PagesNav
            label="Requests, pages"
            page={params.page}
            pageSize={PAGE_SIZE}
            total={requests.total}
            href={(page) => listHref(PATH, params, requestList, { page })}
          />
        )}
      </Section>
    </>
  );
}
