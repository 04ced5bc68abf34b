import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { WeekEditor } from "@/components/teachers/week-editor";
import { WeekVersions } from "@/components/teachers/week-versions";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate, zoneCity } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { getGridMinutes, getTimedTeacher, listWeekVersions } from "@/lib/teachers/availability";
import { hoursOn, nextMonday } from "@/lib/teachers/availability-rules";

export const metadata: Metadata = { title: "A teacher's hours" };

export default async function AdminTeacherAvailability({
  params,
  searchParams,
}: PageProps<"/admin/teachers/[id]/availability">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"teacher">((await params).id);
  if (!id) notFound();
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const asked = queryValue(await searchParams, "from");
  const from = isCalendarDate(asked) && asked >= today ? asked : nextMonday(today);
  const found = await withPrincipal(admin, async (db) => {
    const teacher = await getTimedTeacher(db, id);
    return (
      teacher && { teacher, grid: await getGridMinutes(db), versions: await listWeekVersions(db, id, today) }
    );
  });
  if (!found) notFound();
  const { teacher, grid, versions } = found;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={`/admin/teachers/${id}` as Route}>{teacher.name}</BackLink>}
        title={`${teacher.firstName}'s hours`}
        description="When the teacher is there in a week. Families book within these hours; lessons that are booked stay booked."
      />
      <Columns
        aside={
          <Card title="Hours that hold">
            <WeekVersions
              versions={versions}
              today={today}
              changeHref={(day) => `/admin/teachers/${id}/availability?from=${day}`}
            />
          </Card>
        }
      >
        <Card title="Change the hours">
          <WeekEditor
            key={from}
            teacherId={id}
            whose={`${teacher.firstName}'s`}
            hours={hoursOn(versions, from)}
            from={from}
            today={today}
            grid={grid}
            zone={zoneCity(timeZone)}
          />
        </Card>
      </Columns>
    </>
  );
}
