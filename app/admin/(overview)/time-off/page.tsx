import type { Metadata } from "next";
import Link from "next/link";
import { Stack } from "@/components/portal/columns";
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
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { listTeacherLines } from "@/lib/reporting/people-queries";
import { listTimeOff, listTimeOffLessons, proposeFor, type TimeOff } from "@/lib/teachers/time-off";
import { timeOffWords } from "@/lib/teachers/time-off-rules";
import styles from "../../admin.module.css";
import { SubstitutesForm } from "./_components/substitutes-form";

export const metadata: Metadata = { title: "Time off" };

/** More than anybody plans ahead. */
const COMING = 200;
const PAST = 12;

export default async function AdminTimeOff({ searchParams }: PageProps<"/admin/time-off">) {
  const admin = await requirePage(["admin"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const chosen = readId<"teacher">(queryValue(await searchParams, "teacher"));
  const { coming, past, lessons, open, teachers } = await withPrincipal(admin, async (db) => {
    const coming = await listTimeOff(db, { when: "coming", limit: COMING });
    const past = await listTimeOff(db, { when: "past", limit: PAST });
    const lessons = await listTimeOffLessons(
      db,
      [...coming, ...past].map(({ id }) => id),
    );
    return {
      coming,
      past,
      lessons: Map.groupBy(lessons, ({ timeOffId }) => timeOffId),
      open: Map.groupBy(await proposeFor(db, lessons), ({ timeOffId }) => timeOffId),
      teachers: (await listTeacherLines(db)).filter((teacher) => teacher.isActive),
    };
  });
  // Who is asked for stands first, and so is chosen.
  const [first, ...others] = teachers
    .map(({ id, name }) => ({ value: id as string, label: name }))
    .sort((a, b) => Number(b.value === chosen) - Number(a.value === chosen));
  const card = (timeOff: TimeOff) => (
    <TimeOffCard
      key={timeOff.id}
      timeOff={timeOff}
      lessons={lessons.get(timeOff.id) ?? []}
      timeZone={timeZone}
      teacher={<Link href={`/admin/teachers/${timeOff.teacherId}`}>{timeOff.teacherName}</Link>}
    >
      {open.has(timeOff.id) && <SubstitutesForm lessons={open.get(timeOff.id) ?? []} timeZone={timeZone} />}
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
  const needing = coming.filter(({ id }) => open.has(id));
  const settled = coming.filter(({ id }) => !open.has(id));

  return (
    <>
      <PageHeader
        title="Time off"
        description="Who is away, the lessons that need somebody, and what became of the others."
      />
      <Stack>
        {needing.length > 0 && (
          <section aria-label="Needs somebody" className={styles.sections}>
            <h2>Needs somebody</h2>
            {needing.map(card)}
          </section>
        )}
        {first && (
          <Card title="Enter time off" description="For a teacher who has called, or is planned to be away.">
            <TimeOffForm
              key={chosen ?? "any"}
              teachers={[first, ...others]}
              reader="office"
              today={localDate(now, timeZone)}
              timeZone={timeZone}
              zone={zoneCity(timeZone)}
            />
          </Card>
        )}
        <section aria-label="Coming" className={styles.sections}>
          <h2>Coming</h2>
          {settled.length > 0 ? (
            settled.map(card)
          ) : (
            <EmptyState
              title={needing.length > 0 ? "Nothing else is planned" : "Nobody is away"}
              action={
                <ButtonLink href="/admin/teachers" variant="secondary">
                  See the teachers
                </ButtonLink>
              }
            >
              <p>Time off that teachers enter stands here; you can enter it for them.</p>
            </EmptyState>
          )}
        </section>
        {past.length > 0 && (
          <section aria-label="Past" className={styles.sections}>
            <h2>Past</h2>
            {past.map(card)}
          </section>
        )}
      </Stack>
    </>
  );
}
