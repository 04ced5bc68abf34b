import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Columns } from "@/components/portal/columns";
import { WeekEditor } from "@/components/teachers/week-editor";
import { WeekVersions } from "@/components/teachers/week-versions";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate, zoneCity } from "@/lib/format";
import { queryValue } from "@/lib/reporting/list-params";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { getGridMinutes, getOwnTeacher, listWeekVersions } from "@/lib/teachers/availability";
import { hoursOn, nextMonday } from "@/lib/teachers/availability-rules";

export const metadata: Metadata = { title: "Hours" };

export default async function TeacherAvailability({ searchParams }: PageProps<"/teach/availability">) {
  const person = await requirePage(["teacher"]);
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const asked = queryValue(await searchParams, "from");
  const from = isCalendarDate(asked) && asked >= today ? asked : nextMonday(today);
  const found = await withPrincipal(person, async (db) => {
    const teacher = await getOwnTeacher(db);
    return (
      teacher && {
        teacher,
        grid: await getGridMinutes(db),
        versions: await listWeekVersions(db, teacher.id, today),
      }
    );
  });
  if (!found) notFound();
  const { teacher, grid, versions } = found;

  return (
    <>
      <PageHeader
        title="Your hours"
        description="When you teach in a week. Families book within these hours; lessons that are booked stay booked."
        actions={
          <ButtonLink href="/teach/time-off" variant="secondary" size="small">
            Time off
          </ButtonLink>
        }
      />
      <Columns
        aside={
          <Card title="Hours that hold">
            <WeekVersions
              versions={versions}
              today={today}
              changeHref={(day) => `/teach/availability?from=${day}`}
            />
          </Card>
        }
      >
        <Card title="Change your hours">
          <WeekEditor
            key={from}
            teacherId={teacher.id}
            whose="Your"
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
