import type { Route } from "next";
import styles from "@/components/lessons/lesson-change.module.css";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { formatDateSpan, formatZone, localDate, zoneCity } from "@/lib/format";
import type { OfferedTime } from "@/lib/scheduling/offered-time";
import {
  addDays,
  byDayAndHour,
  mondayOf,
  startOfDay,
  weekdayOf,
  withoutOverlap,
} from "@/lib/scheduling/week";
import { OpenTimesGrid } from "./open-times-grid";
import { OwnZoneNote } from "./own-time";
import { timeHref } from "./time-refusal";

type ChangeTimesProps = {
  /** All open times, of every week that may be chosen. */
  times: readonly OfferedTime[];
  timeZone: string;
  /** Page that takes `week`, `with`, and, for a time that was chosen, `teacher` and `at`. */
  page: string;
  /** A day of the week to show, `YYYY-MM-DD`; empty for the week of the time that is nearest to `near`, or the first. */
  week: string;
  near?: Date;
  /** Whether the times are of every teacher. */
  isAnyTeacher: boolean;
  /** The lesson's own teacher. */
  teacherName: string;
};

const SUNDAY = 6;

/** A week of open times to move or make up a lesson, with the way to the other weeks and teachers. */
export function ChangeTimes({
  times,
  timeZone,
  page,
  week,
  near,
  isAnyTeacher,
  teacherName,
}: ChangeTimesProps) {
  const dateOf = (time: OfferedTime) => localDate(time.startsAt, timeZone);
  const first = times[0];
  const last = times.at(-1);
  const other = (
    <ButtonLink
      href={pageHref(page, { with: isAnyTeacher ? "" : "anybody", week })}
      variant="secondary"
      size="small"
    >
      {isAnyTeacher ? `Only with ${teacherName}` : "With any teacher"}
    </ButtonLink>
  );
  if (!first || !last) {
    return (
      <EmptyState
        title={isAnyTeacher ? "No time is open" : `No time is open with ${teacherName}`}
        action={isAnyTeacher ? undefined : other}
      >
        <p>
          {isAnyTeacher
            ? "Times open day by day, and as soon as somebody gives one back. Please come again, or call the academy."
            : "Other teachers may have one."}
        </p>
      </EmptyState>
    );
  }
  const nearest = near ? nearestTo(near, times) : first;
  const monday = mondayOf(week || dateOf(nearest ?? first));
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => addDays(monday, day));
  const shown = withoutOverlap(times.filter((time) => days.includes(dateOf(time))));
  const open = byDayAndHour(shown, days, timeZone).filter(
    (day) => day.hours.length > 0 || weekdayOf(day.date) !== SUNDAY,
  );
  const noon = new Date(startOfDay(monday, timeZone).getTime() + 12 * 3_600_000);
  const mode = isAnyTeacher ? "anybody" : "";
  const before = addDays(monday, -7);
  const after = addDays(monday, 7);
  return (
    <>
      <div className={styles.head}>
        <div>
          <h2>{formatDateSpan(monday, addDays(monday, 6))}</h2>
          <p className={styles.note}>
            {first.minutes} minutes with {isAnyTeacher ? "any teacher" : teacherName}. Times are{" "}
            {zoneCity(timeZone)} time ({formatZone(noon, timeZone)}).
            <OwnZoneNote zone={timeZone} at={noon.toISOString()} />
          </p>
        </div>
        <nav className={styles.steps} aria-label="Weeks and teachers">
          {before >= mondayOf(dateOf(first)) && (
            <ButtonLink href={pageHref(page, { with: mode, week: before })} variant="secondary" size="small">
              Week before
            </ButtonLink>
          )}
          {after <= mondayOf(dateOf(last)) && (
            <ButtonLink href={pageHref(page, { with: mode, week: after })} variant="secondary" size="small">
              Week after
            </ButtonLink>
          )}
          {other}
        </nav>
      </div>
      {shown.length > 0 ? (
        <OpenTimesGrid days={open} zone={timeZone} hrefOf={(time) => timeHref(page, time)} />
      ) : (
        <EmptyState
          title="No open times in this week"
          action={
            <ButtonLink href={pageHref(page, { with: mode, week: dateOf(first) })}>
              To the first open week
            </ButtonLink>
          }
        />
      )}
    </>
  );
}

function nearestTo(instant: Date, times: readonly OfferedTime[]): OfferedTime | undefined {
  const distance = (time: OfferedTime) => Math.abs(time.startsAt.getTime() - instant.getTime());
  return times.reduce<OfferedTime | undefined>(
    (best, time) => (best && distance(best) <= distance(time) ? best : time),
    undefined,
  );
}

function pageHref(page: string, query: { with: string; week: string }): Route {
  const said = Object.entries(query).filter(([, value]) => value !== "");
  return (said.length > 0 ? `${page}?${new URLSearchParams(said)}` : page) as Route;
}
