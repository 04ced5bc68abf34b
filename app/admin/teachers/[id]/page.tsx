import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { TimeOffCard } from "@/components/teachers/time-off-card";
import { WeekVersions } from "@/components/teachers/week-versions";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDuration, listOf, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { listTeacherLines } from "@/lib/reporting/people-queries";
import { listWeekVersions } from "@/lib/teachers/availability";
import { listTimeOff, listTimeOffLessons } from "@/lib/teachers/time-off";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Teacher" };

const COMING = 50;

export default async function AdminTeacher({ params }: PageProps<"/admin/teachers/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"teacher">((await params).id);
  if (!id) notFound();
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const found = await withPrincipal(admin, async (db) => {
    const teacher = (await listTeacherLines(db)).find((line) => line.id === id);
    if (!teacher) return null;
    const timeOff = await listTimeOff(db, { when: "coming", teacherId: id, limit: COMING });
    const lessons = await listTimeOffLessons(
      db,
      timeOff.map((one) => one.id),
    );
    return {
      teacher,
      timeOff,
      lessons: Map.groupBy(lessons, ({ timeOffId }) => timeOffId),
      versions: await listWeekVersions(db, id, today),
    };
  });
  if (!found) notFound();
  const { teacher, timeOff, lessons, versions } = found;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/teachers">Teachers</BackLink>}
        title={teacher.name}
        description={`${listOf(teacher.instruments)} · ${countOf(teacher.students, "student")} · ${formatDuration(teacher.bookedMinutes)} of ${formatDuration(teacher.capacityMinutes)} booked in the fullest of the next four weeks`}
        actions={
          <div className={styles.headLinks}>
            <ButtonLink href={`/admin/teachers/${id}/availability` as Route} size="small">
              Change the hours
            </ButtonLink>
            <ButtonLink href={`/admin/time-off?teacher=${id}`} variant="secondary" size="small">
              Enter time off
            </ButtonLink>
            {teacher.isActive && (
              <ButtonLink href={`/teachers/${teacher.slug}` as Route} variant="secondary" size="small">
                Public page
              </ButtonLink>
            )}
          </div>
        }
      />
      <Columns
        aside={
          <Card title="Hours">
            <WeekVersions
              versions={versions}
              today={today}
              changeHref={(day) => `/admin/teachers/${id}/availability?from=${day}`}
            />
          </Card>
        }
      >
        <section aria-label="Time off" className={styles.sections}>
          <h2>Time off</h2>
          {timeOff.length === 0 ? (
            <EmptyState
              title="No time off is planned"
              action={
                <ButtonLink href={`/admin/time-off?teacher=${id}`} variant="secondary">
                  Enter time off
                </ButtonLink>
              }
            >
              <p>Days and hours in which the teacher is away stand here, with their lessons.</p>
            </EmptyState>
          ) : (
            timeOff.map((one) => (
              <TimeOffCard key={one.id} timeOff={one} lessons={lessons.get(one.id) ?? []} timeZone={timeZone}>
                <p className={styles.soft}>
                  <Link href="/admin/time-off">Choose substitutes or withdraw it</Link>
                </p>
              </TimeOffCard>
            ))
          )}
        </section>
      </Columns>
    </>
  );
}
