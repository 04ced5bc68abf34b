import type { Metadata } from "next";
import Link from "next/link";
import { type Column, DataTable } from "@/components/portal/data-table";
import { ListFilters } from "@/components/portal/list-filters";
import { PagesNav } from "@/components/portal/pages-nav";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { listInstruments } from "@/lib/academy/queries";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { formatDayTime, listOf, localDate } from "@/lib/format";
import { listHref, PAGE_SIZE, readListParams, sortHref } from "@/lib/reporting/list-params";
import {
  listStudentLines,
  type StudentLine,
  type StudentSort,
  studentList,
} from "@/lib/reporting/people-queries";

export const metadata: Metadata = { title: "Students" };

const PATH = "/admin/students";

const states: Readonly<Record<StudentLine["state"], { word: string; tone: Tone }>> = {
  learning: { word: "Learning", tone: "good" },
  waiting: { word: "Waiting for payment", tone: "waiting" },
  none: { word: "Not enrolled", tone: "neutral" },
};

export default async function AdminStudents({ searchParams }: PageProps<"/admin/students">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, studentList);
  const [{ timeZone }, { page, instruments }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({
      page: await listStudentLines(db, params),
      instruments: await listInstruments(db),
    })),
  ]);
  const today = localDate(clock.now(), timeZone);
  const isFiltered = params.search !== "" || params.filters.instrument !== "" || params.filters.state !== "";
  const sort = (key: StudentSort): NonNullable<Column<StudentLine>["sort"]> => ({
    href: sortHref(PATH, params, studentList, key),
    state: params.sort !== key ? "none" : params.descending ? "descending" : "ascending",
  });

  return (
    <>
      <PageHeader title="Students" />
      <ListFilters
        action={PATH}
        searchLabel="Student or family"
        search={params.search}
        isFiltered={isFiltered}
        selects={[
          {
            name: "instrument",
            label: "Instrument",
            value: params.filters.instrument,
            options: [
              { value: "", label: "All instruments" },
              ...instruments.map((instrument) => ({ value: instrument.slug, label: instrument.name })),
            ],
          },
          {
            name: "state",
            label: "State",
            value: params.filters.state,
            options: [
              { value: "", label: "Any state" },
              ...Object.entries(states).map(([value, { word }]) => ({ value, label: word })),
            ],
          },
        ]}
        sorts={{
          value: `${params.descending ? "-" : ""}${params.sort}`,
          options: [
            { value: "name", label: "Name" },
            { value: "age", label: "Youngest first" },
            { value: "next", label: "Next lesson" },
            { value: "-since", label: "Newest first" },
          ],
        }}
      />
      {page.rows.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No student fits" : "No students yet"}
          action={
            isFiltered || params.page > 1 ? (
              <ButtonLink href={PATH}>Show all students</ButtonLink>
            ) : (
              <ButtonLink href="/admin/enrollments">See the enrollments</ButtonLink>
            )
          }
        >
          <p>
            {isFiltered
              ? "Search with fewer letters, or choose another filter."
              : "A student stands here with the first enrollment."}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Students"
          rows={page.rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "name",
              label: "Student",
              sort: sort("name"),
              cell: (row) => <Link href={`/admin/families/${row.familyId}`}>{row.name}</Link>,
            },
            { key: "age", label: "Age", sort: sort("age"), cell: (row) => `${ageOn(row.birthDate, today)}` },
            { key: "instruments", label: "Instruments", cell: (row) => listOf(row.instruments) },
            { key: "teachers", label: "Teachers", wideOnly: true, cell: (row) => listOf(row.teachers) },
            { key: "family", label: "Family", sort: sort("family"), cell: (row) => row.familyName },
            {
              key: "state",
              label: "State",
              cell: (row) => (
                <StatusBadge tone={states[row.state].tone}>{states[row.state].word}</StatusBadge>
              ),
            },
            {
              key: "next",
              label: "Next lesson",
              sort: sort("next"),
              align: "end",
              cell: (row) => (row.nextLessonAt ? formatDayTime(row.nextLessonAt, timeZone) : "None"),
            },
          ]}
        />
      )}
      <PagesNav
        label="Students, pages"
        page={params.page}
        pageSize={PAGE_SIZE}
        total={page.total}
        href={(to) => listHref(PATH, params, studentList, { page: to })}
      />
    </>
  );
}
