import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Stack } from "@/components/portal/columns";
import { OpenLessons } from "@/components/teachers/open-lessons";
import { TimeOffCard } from "@/components/teachers/time-off-card";
import { TimeOffForm } from "@/components/teachers/time-off-form";
import { WithdrawForm } from "@/components/teachers/withdraw-form";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate, zoneCity } from "@/lib/format";
import { getOwnTeacher } from "@/lib/teachers/availability";
import { listTimeOff, listTimeOffLessons, proposeFor, type TimeOff } from "@/lib/teachers/time-off";
import { timeOffWords } from "@/lib/teachers/time-off-rules";
import styles from "../../teach.module.css";

export const metadata: Metadata = { title: "Time off" };

const COMING = 50;
const PAST = 12;

export default async function TeacherTimeOff() {
  const person = await requirePage(["teacher"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const found = await withPrincipal(person, async (db) => {
    const teacher = await getOwnTeacher(db);
    if (!teacher) return null;
    const coming = await listTimeOff(db, { when: "coming", teacherId: teacher.id, limit: COMING });
    const past = await listTimeOff(db, { when: "past", teacherId: teacher.id, limit: PAST });
    const lessons = await listTimeOffLessons(
      db,
      [...coming, ...past].map(({ id }) => id),
    );
    return {
      teacher,
      coming,
      past,
      lessons: Map.groupBy(lessons, ({ timeOffId }) => timeOffId),
      open: Map.groupBy(await proposeFor(db, lessons), ({ timeOffId }) => timeOffId),
    };
  });
  if (!found) notFound();
  const { teacher, coming, past, lessons, open } = found;
  const card = (timeOff: TimeOff) => (
    <TimeOffCard
      key={timeOff.id}
      timeOff={timeOff}
      lessons={lessons.get(timeOff.id) ?? []}
      timeZone={timeZone}
    >
      {open.has(timeOff.id) && (
        <>
          <p className={styles.closure}>The academy finds somebody for these and tells the families:</p>
          <OpenLessons
            lessons={open.get(timeOff.id) ?? []}
            timeZone={timeZone}
            label="Lessons that need somebody"
          />
        </>
      )}
      {timeOff.until > now && (
        <WithdrawForm
          timeOffId={timeOff.id}
          span={timeOffWords(timeOff.from, timeOff.until, timeZone)}
          hasBegun={timeOff.from <= now}
          timeZone={timeZone}
        />
      )}
    </TimeOffCard>
  );

  return (
    <>
      <PageHeader
        title="Time off"
        description="Days and hours in which you are away. You see the lessons it meets before you confirm."
        actions={
          <ButtonLink href="/teach/availability" variant="secondary" size="small">
            Your hours
          </ButtonLink>
        }
      />
      <Stack>
        <Card title="Enter time off">
          <TimeOffForm
            teachers={[{ value: teacher.id, label: teacher.name }]}
            reader="own"
            today={localDate(now, timeZone)}
            timeZone={timeZone}
            zone={zoneCity(timeZone)}
          />
        </Card>
        <section aria-label="Coming" className={styles.days}>
          <h2 className={styles.heading}>Coming</h2>
          {coming.length > 0 ? (
            coming.map(card)
          ) : (
            <EmptyState title="No time off is planned">
              <p>Enter the days or hours above; the open times follow at once.</p>
            </EmptyState>
          )}
        </section>
        {past.length > 0 && (
          <section aria-label="Past" className={styles.days}>
            <h2 className={styles.heading}>Past</h2>
            {past.map(card)}
          </section>
        )}
      </Stack>
    </>
  );
}
