import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";
import { countOf } from "@/lib/format";

const academyItself = service("scheduling");

/** What going on in a term came to: lessons booked, and weeks that are owed because they are not free. */
export type ContinuedSeries = { readonly lessons: number; readonly blocked: number };

/** Tells of each running series that is due for the next term, one event an enrollment. Gives their number. */
export async function announceDueSeries(): Promise<number> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{ count: number }>`select private.announce_due_series() as count`.execute(db);
    return rows[0]?.count ?? 0;
  });
}

/**
 * Plans an enrollment's running series in a term; null when there is nothing to do any more. Safe to repeat. Error:
 * series_mostly_blocked.
 */
export async function continueSeries(enrollmentId: string, termId: string): Promise<ContinuedSeries | null> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<ContinuedSeries>`
      select c.lessons, c.blocked from private.continue_series(${enrollmentId}, ${termId}) c`.execute(db);
    return rows[0] ?? null;
  });
}

/** `22 lessons booked, 2 weeks owed` */
export function continuedWords(series: ContinuedSeries | null): string {
  if (!series) return "Planned, ended or paused meanwhile";
  const owed = series.blocked > 0 ? `, ${countOf(series.blocked, "week")} owed` : "";
  return `${countOf(series.lessons, "lesson")} booked${owed}`;
}
