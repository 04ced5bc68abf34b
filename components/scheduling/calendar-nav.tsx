import type { Route } from "next";
import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { type CalendarAddress, type CalendarView, calendarViews, stepDate } from "@/lib/scheduling/calendar";
import styles from "./calendar-page.module.css";

type CalendarNavProps = {
  address: CalendarAddress;
  today: string;
  /** What the calendar shows where its address does not say: a week is a day on a phone. */
  standard: CalendarView;
  href: (changes: { view?: CalendarView; date?: string }) => string;
};

/** Day, week, month, and the ways to the time before and after: addresses, so that they work without script. */
export function CalendarNav({ address, today, standard, href }: CalendarNavProps) {
  const { view, date } = address;
  const parts = { date, today, href };
  if (view === null && standard === "week") {
    return (
      <>
        <div className={styles.wideOnly}>
          <Ways view="week" {...parts} />
        </div>
        <div className={styles.phoneOnly}>
          <Ways view="day" {...parts} />
        </div>
      </>
    );
  }
  return <Ways view={view ?? standard} {...parts} />;
}

type WaysProps = { view: CalendarView; date: string; today: string; href: CalendarNavProps["href"] };

function Ways({ view, date, today, href }: WaysProps) {
  const way = (to: string) => href({ view, date: to }) as Route;
  return (
    <div className={styles.nav}>
      <nav aria-label="Calendar views" className={styles.views}>
        {calendarViews.map((name) => (
          <Link
            key={name}
            href={href({ view: name }) as Route}
            className={styles.tab}
            aria-current={view === name ? "page" : undefined}
            scroll={false}
          >
            {name === "day" ? "Day" : name === "week" ? "Week" : "Month"}
          </Link>
        ))}
      </nav>
      <nav aria-label="Time" className={styles.steps}>
        <ButtonLink
          href={way(stepDate(view, date, -1))}
          variant="secondary"
          size="small"
          label={`Previous ${view}`}
        >
          <span aria-hidden="true">←</span> Previous
        </ButtonLink>
        <ButtonLink href={way(today)} variant="secondary" size="small">
          Today
        </ButtonLink>
        <ButtonLink
          href={way(stepDate(view, date, 1))}
          variant="secondary"
          size="small"
          label={`Next ${view}`}
        >
          Next <span aria-hidden="true">→</span>
        </ButtonLink>
      </nav>
    </div>
  );
}
