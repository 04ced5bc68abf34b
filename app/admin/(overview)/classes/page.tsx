import type { Metadata, Route } from "next";
import Link from "next/link";
import { DataTable } from "@/components/portal/data-table";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDayTime } from "@/lib/format";
import { listClasses, listClassRooms } from "@/lib/scheduling/class-queries";
import {
  ageWords,
  classKindWords,
  classPriceWords,
  seatsLeft,
  weeklyWords,
} from "@/lib/scheduling/class-rules";
import { ClassStatusBadge } from "../../_components/class-status";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Classes" };

export default async function AdminClasses() {
  const admin = await requirePage(["admin"]);
  const [{ timeZone }, { classes, rooms }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({ classes: await listClasses(db), rooms: await listClassRooms(db) })),
  ]);
  const running = classes.filter(({ lessonsAhead }) => lessonsAhead > 0).length;
  return (
    <>
      <PageHeader
        title="Classes"
        description={`${countOf(running, "class", "classes")} with lessons to come: groups, shared lessons and recitals.`}
        actions={<ButtonLink href={"/admin/classes/new" as Route}>New class</ButtonLink>}
      />
      {classes.length === 0 ? (
        <EmptyState
          title="No classes yet"
          action={<ButtonLink href={"/admin/classes/new" as Route}>New class</ButtonLink>}
        >
          <p>A class has its lessons for a whole term as soon as it is made.</p>
        </EmptyState>
      ) : (
        <DataTable
          label="Classes"
          rows={classes}
          rowKey={(of) => of.id}
          columns={[
            {
              key: "name",
              label: "Class",
              cell: (of) => (
                <>
                  <Link href={`/admin/classes/${of.id}` as Route}>{of.name}</Link>
                  <span className={styles.second}>
                    {classKindWords(of.kind)}, {ageWords(of).toLowerCase()}
                  </span>
                </>
              ),
            },
            {
              key: "when",
              label: "When",
              cell: (of) => (
                <>
                  {weeklyWords(of) ?? "Once"}
                  <span className={styles.second}>
                    {of.nextAt
                      ? `${of.termName}: next ${formatDayTime(of.nextAt, timeZone)}, ${of.lessonsAhead} to come`
                      : `${of.termName}: no lesson to come`}
                  </span>
                </>
              ),
            },
            { key: "teacher", label: "Teacher", cell: (of) => of.teacher?.name ?? "Not active" },
            { key: "room", label: "Room", wideOnly: true, cell: (of) => rooms.get(of.id) ?? "" },
            {
              key: "seats",
              label: "Seats taken",
              align: "end",
              cell: (of) => (
                <>
                  {of.taken} of {of.seats}
                  <span className={styles.second}>
                    {of.offered > 0 ? `${of.offered} offered` : `${seatsLeft(of)} free`}
                  </span>
                </>
              ),
            },
            { key: "waiting", label: "Waitlist", align: "end", cell: (of) => of.waiting },
            {
              key: "price",
              label: "Price",
              align: "end",
              wideOnly: true,
              cell: (of) => classPriceWords(of.kind, of.price),
            },
            { key: "state", label: "State", cell: (of) => <ClassStatusBadge status={of.status} /> },
          ]}
        />
      )}
    </>
  );
}
