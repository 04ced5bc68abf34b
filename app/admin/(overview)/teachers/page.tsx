import type { Metadata } from "next";
import Link from "next/link";
import { DataTable } from "@/components/portal/data-table";
import { Meter } from "@/components/portal/meter";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDuration, listOf } from "@/lib/format";
import { listTeacherLines } from "@/lib/reporting/people-queries";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Teachers" };

export default async function AdminTeachers() {
  const admin = await requirePage(["admin"]);
  const teachers = await withPrincipal(admin, listTeacherLines);
  return (
    <>
      <PageHeader
        title="Teachers"
        description={`${countOf(teachers.filter((teacher) => teacher.isActive).length, "teacher")}. The load is that of the fullest of the next four weeks.`}
      />
      {teachers.length === 0 ? (
        <EmptyState title="No teachers yet" action={<ButtonLink href="/admin">To today</ButtonLink>}>
          <p>Teachers come with the academy's data.</p>
        </EmptyState>
      ) : (
        <DataTable
          label="Teachers"
          rows={teachers}
          rowKey={(teacher) => teacher.id}
          columns={[
            {
              key: "name",
              label: "Teacher",
              cell: (teacher) => (
                <>
                  <Link href={`/admin/teachers/${teacher.id}`}>{teacher.name}</Link>
                  <span className={styles.second}>{teacher.headline}</span>
                </>
              ),
            },
            { key: "instruments", label: "Instruments", cell: (teacher) => listOf(teacher.instruments) },
            { key: "students", label: "Students", align: "end", cell: (teacher) => teacher.students },
            {
              key: "today",
              label: "Today",
              align: "end",
              cell: (teacher) => countOf(teacher.lessonsToday, "lesson"),
            },
            {
              key: "load",
              label: "Booked a week",
              cell: (teacher) => {
                const words = `${formatDuration(teacher.bookedMinutes)} of ${formatDuration(teacher.capacityMinutes)}`;
                return (
                  <span className={styles.meterCell}>
                    {words}
                    <Meter
                      label={`${teacher.name}, booked`}
                      share={
                        teacher.capacityMinutes === 0 ? 0 : teacher.bookedMinutes / teacher.capacityMinutes
                      }
                      words={words}
                    />
                  </span>
                );
              },
            },
            {
              key: "state",
              label: "State",
              cell: (teacher) => (
                <span className={styles.badges}>
                  {teacher.isActive ? (
                    <StatusBadge tone={teacher.isAccepting ? "good" : "neutral"}>
                      {teacher.isAccepting ? "Takes new students" : "No new students"}
                    </StatusBadge>
                  ) : (
                    <StatusBadge tone="bad">Not active</StatusBadge>
                  )}
                  {!teacher.hasAccount && <StatusBadge tone="neutral">No account</StatusBadge>}
                </span>
              ),
            },
          ]}
        />
      )}
    </>
  );
}
