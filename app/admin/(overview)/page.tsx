import type { Metadata } from "next";
import Link from "next/link";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { DaySchedule } from "@/components/lessons/day-schedule";
import { Columns, Stack } from "@/components/portal/columns";
import { Meter } from "@/components/portal/meter";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Stat, StatGrid } from "@/components/ui/stat";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import {
  countOf,
  formatCalendarDay,
  formatDayTime,
  formatDuration,
  formatLongDay,
  localDate,
  zoneCity,
} from "@/lib/format";
import { formatMoney, subtractMoney } from "@/lib/money";
import { enrollmentList, listEnrollments } from "@/lib/reporting/enrollment-list";
import { readListParams } from "@/lib/reporting/list-params";
import { listTeacherLines } from "@/lib/reporting/people-queries";
import { FAILURE_NEWS_DAYS, getMorning, type Morning } from "@/lib/reporting/today-queries";
import { listRuns, runList } from "@/lib/reporting/workflow-queries";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import { addDays, startOfDay } from "@/lib/scheduling/local-day";
import { countOpenLessons } from "@/lib/teachers/time-off";
import { functionWords, stepWords } from "../_components/workflow-wording";
import styles from "../admin.module.css";

export const metadata: Metadata = { title: "Today" };

const LESSONS_SHOWN = 8;
const ENROLLMENTS_SHOWN = 6;
const FAILURES_SHOWN = 5;

export default async function AdminToday() {
  const admin = await requirePage(["admin"]);
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const today = localDate(now, timeZone);
  const { morning, lessons, newest, failed, stuck, teachers, openLessons } = await withPrincipal(
    admin,
    async (db) => {
      const morning = await getMorning(db);
      return {
        morning,
        lessons: await listLessons(db, {
          of: "academy",
          from: now,
          until: startOfDay(addDays(today, 1), timeZone),
          withCancelled: true,
          limit: LESSONS_SHOWN,
        }),
        newest: await listEnrollments(db, readListParams({}, enrollmentList)),
        failed:
          morning.failedRuns > 0 ? await listRuns(db, readListParams({ status: "failed" }, runList)) : null,
        stuck:
          morning.stuckRuns > 0 ? await listRuns(db, readListParams({ status: "stuck" }, runList)) : null,
        teachers: await listTeacherLines(db),
        openLessons: await countOpenLessons(db),
      };
    },
  );
  const loads = teachers.filter((teacher) => teacher.isActive).sort((a, b) => loadOf(b) - loadOf(a));
  const stuckRuns = [...(stuck?.rows ?? []), ...(failed?.rows ?? [])].slice(0, FAILURES_SHOWN);
  const booked = loads.reduce((sum, teacher) => sum + teacher.bookedMinutes, 0);
  const capacity = loads.reduce((sum, teacher) => sum + teacher.capacityMinutes, 0);

  return (
    <>
      <PageHeader
        title={`Good ${partOfDay(now, timeZone)}, ${admin.name.split(" ")[0]}`}
        description={`${formatLongDay(now, timeZone)}, ${zoneCity(timeZone)} time${morning.closure ? `. Closed: ${morning.closure}` : ""}.`}
      />
      <Stack>
        <StatGrid>
          <Stat
            label="Lessons today"
            value={morning.lessonsToday}
            detail={
              morning.lessonsToday === 0 && morning.nextDay
                ? `Next: ${formatCalendarDay(morning.nextDay.date)}, ${countOf(morning.nextDay.lessons, "lesson")}`
                : `${lessons.length === LESSONS_SHOWN ? `${LESSONS_SHOWN} or more` : lessons.length} still to come`
            }
          />
          <Stat
            label="New enrollments, 7 days"
            value={morning.newEnrollments}
            detail={`${morning.provisional} waiting for payment`}
          />
          <Stat
            label={`Failed runs, ${FAILURE_NEWS_DAYS} days`}
            value={morning.failedRuns}
            detail={
              morning.stuckRuns > 0
                ? `${countOf(morning.stuckRuns, "run")} stuck besides`
                : morning.failedEmails > 0
                  ? `${countOf(morning.failedEmails, "email")} failed too`
                  : "No email failed"
            }
            tone={morning.failedRuns > 0 ? "bad" : "neutral"}
          />
          <Stat
            label="Received this month"
            value={formatMoney(subtractMoney(morning.received, morning.refunded))}
            detail={`${formatMoney(morning.receivedLastMonth)} last month`}
          />
          <Stat
            label="Teaching booked"
            value={capacity === 0 ? "0 %" : `${Math.round((booked / capacity) * 100)} %`}
            detail={`${Math.round(booked / 60)} of ${Math.round(capacity / 60)} hours a week`}
          />
        </StatGrid>
        {openLessons > 0 && (
          <Notice
            tone="waiting"
            title={`${countOf(openLessons, "lesson")} ${openLessons === 1 ? "needs" : "need"} somebody`}
          >
            Their teacher is away then. <Link href="/admin/time-off">Choose substitutes</Link>
          </Notice>
        )}
        {morning.lapsingSoon > 0 && (
          <Notice
            tone="waiting"
            title={`${countOf(morning.lapsingSoon, "enrollment")} lapse within two days`}
          >
            <Link href="/admin/enrollments?status=provisional">See who has not paid</Link>
          </Notice>
        )}
        {morning.refusedRuns + morning.setAsideEvents > 0 && (
          <Notice
            tone="waiting"
            title={`${countOf(morning.refusedRuns + morning.setAsideEvents, "event")} refused within ${FAILURE_NEWS_DAYS} days`}
          >
            Nothing was done for them. <Link href="/admin/workflows?status=refused">See why</Link>
          </Notice>
        )}
        {stuckRuns.length > 0 && (
          <Card
            title="Stuck"
            description="Workflows that failed after their last attempt, or have come to a halt."
            actions={
              <Link
                href={`/admin/workflows?status=${failed ? "failed" : "stuck"}`}
                aria-label={failed ? "All failed workflows" : "All workflows that came to a halt"}
              >
                {failed ? "All failed" : "All stuck"}
              </Link>
            }
          >
            <ul className={styles.rows}>
              {stuckRuns.map((run) => (
                <li key={run.id}>
                  <div className={styles.rowWords}>
                    <Link href={`/admin/workflows/${encodeURIComponent(run.id)}`} className={styles.rowName}>
                      {run.subject ?? functionWords(run.functionId, run.name)}
                    </Link>
                    <p className={styles.soft}>
                      {run.currentStep ? `${stepWords(run.currentStep)}: ` : ""}
                      {run.error ?? (run.isStuck ? "has come to a halt" : "failed")}
                    </p>
                  </div>
                  <span className={styles.soft}>{formatDayTime(run.startedAt, timeZone)}</span>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <Columns
          aside={
            <Card
              title="Capacity"
              description="Fullest of the next four weeks."
              actions={<Link href="/admin/teachers">All teachers</Link>}
            >
              <ul className={styles.load}>
                {loads.map((teacher) => {
                  const words = `${formatDuration(teacher.bookedMinutes)} of ${formatDuration(teacher.capacityMinutes)}`;
                  return (
                    <li key={teacher.id}>
                      <div className={styles.loadLine}>
                        <span>{teacher.name}</span>
                        <span className={styles.loadWords}>{words}</span>
                      </div>
                      <Meter label={`${teacher.name}, booked`} share={loadOf(teacher)} words={words} />
                    </li>
                  );
                })}
              </ul>
            </Card>
          }
        >
          {lessons.length > 0 ? (
            <Card title="Next lessons today" actions={<Link href="/admin/lessons">The whole day</Link>}>
              <DaySchedule
                lessons={lessons}
                timeZone={timeZone}
                withTeacher
                ageOf={({ student }) => (student.birthDate ? ageOn(student.birthDate, today) : null)}
              />
            </Card>
          ) : (
            <NothingToday morning={morning} />
          )}
          <Card title="Newest enrollments" actions={<Link href="/admin/enrollments">All enrollments</Link>}>
            {newest.rows.length === 0 ? (
              <p className={styles.soft}>Nobody has enrolled yet.</p>
            ) : (
              <ul className={styles.rows}>
                {newest.rows.slice(0, ENROLLMENTS_SHOWN).map((enrollment) => (
                  <li key={enrollment.id}>
                    <div className={styles.rowWords}>
                      <Link href={`/admin/enrollments/${enrollment.id}`} className={styles.rowName}>
                        {enrollment.student}
                      </Link>
                      <p className={styles.soft}>
                        {enrollment.instrument} with {enrollment.teacher} ·{" "}
                        {formatDayTime(enrollment.submittedAt, timeZone)}
                      </p>
                    </div>
                    <EnrollmentStatusBadge status={enrollment.status} isPaid={enrollment.paidAt !== null} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </Columns>
      </Stack>
    </>
  );
}

function loadOf(teacher: { bookedMinutes: number; capacityMinutes: number }): number {
  return teacher.capacityMinutes === 0 ? 0 : teacher.bookedMinutes / teacher.capacityMinutes;
}

function partOfDay(now: Date, zone: string): string {
  const hour = Number(
    new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", hourCycle: "h23" }).format(now),
  );
  if (hour < 12) return "morning";
  return hour < 18 ? "afternoon" : "evening";
}

function NothingToday({ morning }: { morning: Morning }) {
  const next = morning.nextDay;
  return (
    <EmptyState
      title={morning.lessonsToday > 0 ? "Today's lessons are over" : "No lessons today"}
      action={
        <ButtonLink href={next ? `/admin/lessons?date=${next.date}` : "/admin/lessons"} variant="secondary">
          {next ? `See ${formatCalendarDay(next.date)}` : "See the lessons"}
        </ButtonLink>
      }
    >
      <p>
        {morning.closure ? `The academy is closed: ${morning.closure}. ` : ""}
        {next ? `The next lessons are on ${formatCalendarDay(next.date)}.` : "Nothing is scheduled yet."}
      </p>
    </EmptyState>
  );
}
