import type { Route } from "next";
import Link from "next/link";
import { formatCalendarDate, formatDuration } from "@/lib/format";
import { dayWords, type WeekVersion, weekdayNames, weekMinutes } from "@/lib/teachers/availability-rules";
import styles from "./week-versions.module.css";

type WeekVersionsProps = {
  versions: readonly WeekVersion[];
  /** `YYYY-MM-DD` */
  today: string;
  /** Where a planned week is changed, by its first day; left out where nobody changes it. */
  changeHref?: (from: string) => string;
};

/** The hours that hold now and those that are planned. */
export function WeekVersions({ versions, today, changeHref }: WeekVersionsProps) {
  return (
    <ol className={styles.versions}>
      {versions.map((version) => {
        const isNow = version.from === null || version.from <= today;
        const name = titleOf(version, isNow);
        return (
          <li key={version.from ?? "ever"} className={styles.version}>
            <div className={styles.head}>
              <h3 className={styles.title}>{name}</h3>
              {!isNow && version.from && changeHref && (
                <Link
                  href={changeHref(version.from) as Route}
                  aria-label={`Change the hours from ${formatCalendarDate(version.from)}`}
                >
                  Change
                </Link>
              )}
            </div>
            {version.hours.length === 0 ? (
              <p className={styles.none}>No hours.</p>
            ) : (
              <dl className={styles.days}>
                {weekdayNames.map((day, weekday) =>
                  version.hours.some((block) => block.weekday === weekday) ? (
                    <div key={day}>
                      <dt>{day}</dt>
                      <dd>{dayWords(version.hours, weekday)}</dd>
                    </div>
                  ) : null,
                )}
                <div className={styles.sum}>
                  <dt>In a week</dt>
                  <dd>{formatDuration(weekMinutes(version.hours))}</dd>
                </div>
              </dl>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function titleOf({ from, until }: WeekVersion, isNow: boolean): string {
  const end = until ? `until ${formatCalendarDate(until)}` : null;
  if (isNow) return end ? `Now, ${end}` : "Now, for good";
  return `From ${formatCalendarDate(from ?? "")}, ${end ?? "for good"}`;
}
