import type { Route } from "next";
import Link from "next/link";
import type { CSSProperties } from "react";
import { formatDayTime, formatTime } from "@/lib/format";
import type { OfferedTime } from "@/lib/scheduling/offered-time";
import type { OpenDay } from "@/lib/scheduling/week";
import styles from "./open-times-grid.module.css";
import { OwnTime } from "./own-time";

type OpenTimesGridProps = {
  /** From `byDayAndHour`, in the order of the days. */
  days: readonly OpenDay[];
  /** The academy's zone. */
  zone: string;
  hrefOf: (time: OfferedTime) => Route;
  /** The start that is already chosen. */
  chosen?: { teacherId: string; startsAt: Date } | undefined;
  /** A glimpse: where it is narrow only the first days with times are shown. */
  short?: boolean;
};

/** How many teachers a start names before the rest is folded away. */
const NAMED = 3;

/** The id of a day in the grid, for links that lead to it. */
export function dayAnchor(date: string): string {
  return `day-${date}`;
}

/** `Mon 7`; the month stands only where the list is read day by day. */
function DayName({ date }: { date: string }) {
  const noon = new Date(`${date}T12:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(noon);
  return (
    <h3>
      {part({ weekday: "short" })} <span className={styles.month}>{part({ month: "short" })}</span>{" "}
      {part({ day: "numeric" })}
    </h3>
  );
}

function hourName(hour: number): string {
  return `${hour % 12 || 12} ${hour < 12 ? "am" : "pm"}`;
}

/** Starts of one hour, each with the teachers who are free then. */
function byStart(times: readonly OfferedTime[]): OfferedTime[][] {
  const starts = new Map<number, OfferedTime[]>();
  for (const time of times) {
    const key = time.startsAt.getTime();
    starts.set(key, [...(starts.get(key) ?? []), time]);
  }
  return [...starts.values()];
}

/**
 * A week of open times: days side by side with the hours in rows, or, where it is narrow, day below day. One list
 * in both: a reader of the page hears day, time, teacher.
 */
export function OpenTimesGrid({ days, zone, hrefOf, chosen, short = false }: OpenTimesGridProps) {
  const hours = [...new Set(days.flatMap((day) => day.hours.map(({ hour }) => hour)))].sort((a, b) => a - b);
  const rowOf = (hour: number) => hours.indexOf(hour) + 2;
  return (
    <div
      className={`${styles.grid} ${short ? styles.short : ""}`}
      style={{ "--days": days.length } as CSSProperties}
    >
      <div className={styles.corner} aria-hidden="true" />
      {hours.map((hour) => (
        <div key={hour} className={styles.hour} style={{ gridRow: rowOf(hour) }} aria-hidden="true">
          {hourName(hour)}
        </div>
      ))}
      {days.map((day, place) => (
        <section
          key={day.date}
          id={dayAnchor(day.date)}
          className={`${styles.day} ${day.hours.length === 0 ? styles.empty : ""}`}
          style={{ "--column": place + 2 } as CSSProperties}
        >
          <DayName date={day.date} />
          {hours.map((hour) => (
            <div
              key={`cell ${hour}`}
              className={styles.cell}
              style={{ "--row": rowOf(hour) } as CSSProperties}
              aria-hidden="true"
            />
          ))}
          {day.hours.length === 0 && <p className={styles.none}>No open times on this day.</p>}
          {day.hours.map(({ hour, times }) => (
            <ul key={hour} className={styles.times} style={{ "--row": rowOf(hour) } as CSSProperties}>
              {byStart(times).map((offers) => (
                <Start
                  key={offers[0]?.startsAt.toISOString()}
                  offers={offers}
                  zone={zone}
                  hrefOf={hrefOf}
                  chosen={chosen}
                />
              ))}
            </ul>
          ))}
        </section>
      ))}
    </div>
  );
}

type StartProps = Pick<OpenTimesGridProps, "zone" | "hrefOf" | "chosen"> & { offers: readonly OfferedTime[] };

function Start({ offers, zone, hrefOf, chosen }: StartProps) {
  const [first] = offers;
  if (!first) return null;
  const link = (offer: OfferedTime) => {
    const isChosen =
      chosen?.teacherId === offer.teacherId && chosen.startsAt.getTime() === offer.startsAt.getTime();
    return (
      <li key={offer.teacherId}>
        <Link
          href={hrefOf(offer)}
          className={`${styles.offer} ${isChosen ? styles.chosen : ""}`}
          aria-current={isChosen ? "true" : undefined}
          aria-label={`${offer.teacherName}, ${formatDayTime(offer.startsAt, zone)}, ${offer.minutes} minutes`}
          prefetch={false}
        >
          {offer.teacherName}
        </Link>
      </li>
    );
  };
  const named = offers.length === NAMED + 1 ? offers : offers.slice(0, NAMED);
  const folded = offers.slice(named.length);
  return (
    <li className={styles.start}>
      <div className={styles.when}>
        <time dateTime={first.startsAt.toISOString()}>{formatTime(first.startsAt, zone)}</time>
        <OwnTime at={first.startsAt.toISOString()} zone={zone} className={styles.own} bare />
      </div>
      <div>
        <ul className={styles.offers}>{named.map(link)}</ul>
        {folded.length > 0 && (
          <details className={styles.more}>
            <summary>and {folded.length} more</summary>
            <ul className={styles.offers}>{folded.map(link)}</ul>
          </details>
        )}
      </div>
    </li>
  );
}
