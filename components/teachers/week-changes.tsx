import { Notice } from "@/components/ui/notice";
import { countOf, formatCalendarDate, formatCalendarDay } from "@/lib/format";
import type { ReplacedWeek } from "@/lib/teachers/availability";
import { clockWords, type UncoveredGroup, weekdayNames } from "@/lib/teachers/availability-rules";
import styles from "./week-changes.module.css";

/** What a new week of hours comes to, before it is confirmed. */
export function WeekChanges({ outcome }: { outcome: ReplacedWeek }) {
  const { from, until, changes, resumed, dropped, uncovered } = outcome;
  const lessons = uncovered.reduce((sum, group) => sum + group.dates.length, 0);
  return (
    <>
      <Notice tone="waiting" role="status" title="This is what happens">
        <ul className={styles.outcome}>
          <li>
            From {formatCalendarDay(from)}
            {until ? ` until ${formatCalendarDay(until)}` : ", for good"}:
            {changes.length === 0 ? (
              " the same hours as before."
            ) : (
              <ul className={styles.inner}>
                {changes.map(({ weekday, before, after }) => (
                  <li key={weekday}>
                    <strong>{weekdayNames[weekday]}</strong>: {after} instead of {before}
                  </li>
                ))}
              </ul>
            )}
          </li>
          {resumed && (
            <li>From {formatCalendarDay(resumed.from ?? "")} the hours that were planned hold again.</li>
          )}
          {dropped.length > 0 && (
            <li>
              Planned changes are taken back: those from{" "}
              {dropped.map((version) => formatCalendarDate(version.from ?? "")).join(", ")}.
            </li>
          )}
          <li>Families see the new open times at once.</li>
          <li>
            {lessons === 0
              ? "Every booked lesson of these days lies within the new hours."
              : `${countOf(lessons, "booked lesson")} ${lessons === 1 ? "lies" : "lie"} outside the new hours. They stay booked:`}
          </li>
        </ul>
      </Notice>
      {uncovered.length > 0 && (
        <ul className={styles.lessons} aria-label="Lessons outside the new hours">
          {uncovered.map((group) => (
            <li key={`${group.name} ${group.subject} ${group.weekday} ${group.starts}`}>
              <strong>{group.name}</strong>, {group.subject.toLowerCase()}: {datesWords(group)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** `Mondays at 4:00 pm, 12 lessons from Nov 2, 2026` */
function datesWords({ weekday, starts, dates, isWeekly }: UncoveredGroup): string {
  const first = dates[0] ?? "";
  if (dates.length === 1) return `${formatCalendarDay(first)} at ${clockWords(starts)}`;
  return `${weekdayNames[weekday]}s at ${clockWords(starts)}, ${countOf(dates.length, "lesson")}${isWeekly ? " of a series" : ""} from ${formatCalendarDate(first)} to ${formatCalendarDate(dates.at(-1) ?? first)}`;
}
