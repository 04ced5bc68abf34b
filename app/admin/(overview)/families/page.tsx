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
import { withPrincipal } from "@/lib/db/principal";
import { formatDate, listOf } from "@/lib/format";
import { type FamilyLine, type FamilySort, familyList, listFamilies } from "@/lib/reporting/family-queries";
import { listHref, PAGE_SIZE, readListParams, sortHref } from "@/lib/reporting/list-params";

export const metadata: Metadata = { title: "Families" };

const PATH = "/admin/families";

export default async function AdminFamilies({ searchParams }: PageProps<"/admin/families">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, familyList);
  const [{ timeZone }, { rows, total }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, (db) => listFamilies(db, params)),
  ]);
  const isFiltered = params.search !== "" || params.filters.state !== "";
  const sort = (key: FamilySort): NonNullable<Column<FamilyLine>["sort"]> => ({
    href: sortHref(PATH, params, familyList, key),
    state: params.sort !== key ? "none" : params.descending ? "descending" : "ascending",
  });

  return (
    <>
      <PageHeader title="Families" />
      <ListFilters
        action={PATH}
        searchLabel="Family, parent, child, email or telephone"
        search={params.search}
        isFiltered={isFiltered}
        selects={[
          {
            name: "state",
            label: "Which",
            value: params.filters.state,
            options: [
              { value: "", label: "Families" },
              { value: "erased", label: "Erased families" },
            ],
          },
        ]}
        sorts={{
          value: `${params.descending ? "-" : ""}${params.sort}`,
          options: [
            { value: "name", label: "Name" },
            { value: "-since", label: "Newest first" },
            { value: "-students", label: "Most students" },
          ],
        }}
      />
      {rows.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No family fits" : "No families yet"}
          action={
            isFiltered || params.page > 1 ? (
              <ButtonLink href={PATH}>Show all families</ButtonLink>
            ) : (
              <ButtonLink href="/admin/enrollments">See the enrollments</ButtonLink>
            )
          }
        >
          <p>
            {params.search
              ? "Search with fewer letters."
              : isFiltered
                ? "No family has been erased."
                : "A family stands here with its first enrollment."}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Families"
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "name",
              label: "Family",
              sort: sort("name"),
              cell: (row) => <Link href={`${PATH}/${row.id}`}>{row.name}</Link>,
            },
            { key: "guardians", label: "Parents", cell: (row) => listOf(row.guardians) },
            { key: "email", label: "Email", cell: (row) => row.email },
            {
              key: "students",
              label: "Students",
              sort: sort("students"),
              cell: (row) => listOf(row.students),
            },
            {
              key: "since",
              label: "Since",
              sort: sort("since"),
              align: "end",
              cell: (row) => formatDate(row.since, timeZone),
            },
          ]}
        />
      )}
      <PagesNav
        label="Families, pages"
        page={params.page}
        pageSize={PAGE_SIZE}
        total={total}
        href={(page) => listHref(PATH, params, familyList, { page })}
      />
    </>
  );
}
