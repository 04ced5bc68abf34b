import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { OpenTime } from "./rules";

export type OpenTimesFilter = {
  readonly instrumentId: string;
  /** Length of the lesson in minutes. */
  readonly minutes: number;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly teacherId?: string | undefined;
  /** Age of the student in years; teachers who do not teach at that age are left out. */
  readonly age?: number | undefined;
  /** A booking that does not count as taken: the hold that is about to be replaced. */
  readonly ignoredBookingId?: string | undefined;
  readonly limit?: number | undefined;
};

/** Bookable starts in order of time, one statement however many teachers and weeks; see `private.open_times`. */
export async function listOpenTimes(db: Db, filter: OpenTimesFilter): Promise<OpenTime[]> {
  const { rows } = await sql<OpenTime>`
    select teacher_id as "teacherId", room_id as "roomId", starts_at as "startsAt", ends_at as "endsAt"
      from private.open_times(${filter.instrumentId}, ${filter.minutes}, ${filter.from ?? null},
                              ${filter.until ?? null}, ${filter.teacherId ?? null}, ${filter.age ?? null},
                              ${filter.ignoredBookingId ?? null})
     limit ${filter.limit ?? 20_000}`.execute(db);
  return rows;
}
