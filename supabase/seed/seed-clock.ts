import { addMonths, type Calendar, instantOf, localDay } from "./calendar";
import type { Sql } from "./rows";

/** Sets the academy's clock of this transaction to an instant. */
export async function setClock(sql: Sql, at: Date): Promise<void> {
  await sql`
    select set_config('app.clock_offset_ms',
                      (coalesce(nullif(current_setting('app.clock_offset_ms', true), ''), '0')::bigint
                       + round(extract(epoch from ${at.toISOString()}::timestamptz - private.now()) * 1000)::bigint)::text, true)`;
}

/** A month of the academic year: from its first instant to its end, or to now in the month that is not over. */
export type Month = {
  /** The 1st, as an ISO date in the academy's zone. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly from: Date;
  readonly until: Date;
  readonly isOver: boolean;
};

/** The months from the one before the year began, in which most families enroll, until today. */
export function monthsSoFar(calendar: Calendar, now: Date): Month[] {
  const months: Month[] = [];
  const [first = calendar.today] = [calendar.yearStartsOn, calendar.today].sort();
  let firstDay = addMonths(`${first.slice(0, 7)}-01`, -1);
  while (firstDay <= localDay(now)) {
    const next = addMonths(firstDay, 1);
    const end = instantOf(next, 0);
    const isOver = end <= now;
    months.push({
      firstDay,
      lastDay: lastDayBefore(next),
      from: instantOf(firstDay, 0),
      until: isOver ? end : now,
      isOver,
    });
    firstDay = next;
  }
  return months;
}

const lastDayBefore = (day: string): string => localDay(new Date(instantOf(day, 0).getTime() - 1));
