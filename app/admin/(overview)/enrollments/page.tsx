import type { Metadata } from "next";
import Link from "next/link";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { enrollmentStatusWords, planInShort } from "@/components/enrollments/enrollment-wording";
import { type Column, DataTable } from "@/components/portal/data-table";
import { ListFilters } from "@/components/portal/list-filters";
import { PagesNav } from "@/components/portal/pages-nav";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import type { EnrollmentStatus } from "@/lib/db/database.gen";
import { withPrincipal } from "@/lib/db/principal";
import { formatDate, formatDay, formatTime } from "@/lib/format";
import { formatMoney } from "@/lib/money";
import {
  type EnrollmentLine,
  type EnrollmentSort,
  enrollmentList,
  listEnrollments,
} from "@/lib/reporting/enrollment-list";
import { listHref, PAGE_SIZE, readListParams, sortHref } from "@/lib/reporting/list-params";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Enrollments" };

const PATH = "/admin/enrollments";

export default async function AdminEnrollments({ searchParams }: PageProps<"/admin/enrollments">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, enrollmentList);
  const [{ timeZone }, { rows, total }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, (db) => listEnrollments(db, params)),
  ]);
  const isFiltered = params.search !== "" || params.filters.status !== "" || params.filters.kind !== "";
  const sort = (key: EnrollmentSort): NonNullable<Column<EnrollmentLine>["sort"]> => ({
    href: sortHref(PATH, params, enrollmentList, key),
    state: params.sort !== key ? "none" : params.descending ? "descending" : "ascending",
  });
  const statuses = Object.keys(enrollmentStatusWords) as EnrollmentStatus[];

  return (
    <>
      <PageHeader
        title="Enrollments"
        actions={
          <a
            href={listHref(`${PATH}/enrollments.csv`, params, enrollmentList, { page: 1 })}
            download
            className={buttonClass("secondary", "small", false)}
          >
            Save as CSV
          </a>
        }
      />
      <ListFilters
        action={PATH}
        searchLabel="Student, family, teacher, instrument or number"
        search={params.search}
        isFiltered={isFiltered}
        selects={[
          {
            name: "status",
            label: "Status",
            value: params.filters.status,
            options: [
              { value: "", label: "Any status" },
              ...statuses.map((status) => ({ value: status, label: enrollmentStatusWords[status].word })),
            ],
          },
          {
            name: "kind",
            label: "Kind",
            value: params.filters.kind,
            options: [
              { value: "", label: "Trials and plans" },
              { value: "trial", label: "Trial lessons" },
              { value: "plan", label: "Weekly plans" },
            ],
          },
        ]}
        sorts={{
          value: `${params.descending ? "-" : ""}${params.sort}`,
          options: [
            { value: "-submitted", label: "Newest first" },
            { value: "submitted", label: "Oldest first" },
            { value: "student", label: "Student" },
            { value: "teacher", label: "Teacher" },
            { value: "starts", label: "First lesson" },
            { value: "status", label: "Status" },
          ],
        }}
      />
      {rows.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No enrollment fits" : "Nobody has enrolled yet"}
          action={
            isFiltered || params.page > 1 ? (
              <ButtonLink href={PATH}>Show all enrollments</ButtonLink>
            ) : (
              <ButtonLink href="/timeslots">See the open times</ButtonLink>
            )
          }
        >
          <p>
            {isFiltered
              ? "Search with fewer letters, or choose another status."
              : "Families enroll on the public pages; each enrollment stands here with its workflow."}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Enrollments"
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "student",
              label: "Student",
              sort: sort("student"),
              cell: (row) => (
                <>
                  <Link href={`${PATH}/${row.id}`}>{row.student}</Link>
                  <span className={styles.second}>
                    No. {row.number} · {row.family}
                  </span>
                </>
              ),
            },
            {
              key: "plan",
              label: "Lessons",
              cell: (row) => (
                <>
                  {row.instrument}
                  <span className={styles.second}>{planInShort(row)}</span>
                </>
              ),
            },
            { key: "teacher", label: "Teacher", sort: sort("teacher"), cell: (row) => row.teacher },
            {
              key: "starts",
              label: "First lesson",
              sort: sort("starts"),
              wideOnly: true,
              cell: (row) => (
                <>
                  {formatDay(row.startsAt, timeZone)}
                  <span className={styles.second}>{formatTime(row.startsAt, timeZone)}</span>
                </>
              ),
            },
            {
              key: "status",
              label: "Status",
              sort: sort("status"),
              cell: (row) => (
                <span className={styles.badges}>
                  <EnrollmentStatusBadge status={row.status} isPaid={row.paidAt !== null} />
                  {row.isStuck && <StatusBadge tone="bad">Workflow failed</StatusBadge>}
                </span>
              ),
            },
            {
              key: "due",
              label: "Due",
              sort: sort("due"),
              align: "end",
              cell: (row) => formatMoney(row.due),
            },
            {
              key: "submitted",
              label: "Submitted",
              sort: sort("submitted"),
              align: "end",
              cell: (row) => formatDate(row.submittedAt, timeZone),
            },
          ]}
        />
      )}
      <PagesNav
        label="Enrollments, pages"
        page={params.page}
        pageSize={PAGE_SIZE}
        total={total}
        href={(page) => listHref(PATH, params, enrollmentList, { page })}
      />
    </>
  );
}
