import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { OpenTime } from "./rules";

export type OpenTimesFilter = {
  readonly instrumentId: string;
  /** Length of the lesson in minutes. */
  readonly minutes: number;
  /** Earliest and latest start. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly teacherId?: string | undefined;
  /** Age of the student in years; teachers who do not teach at that age are left out. */
  readonly age?: number | undefined;
  /** Bookings that do not count as taken: what is about to be replaced. */
  readonly ignoredBookingIds?: readonly string[] | undefined;
  /** Whose other lessons are in the way too, and whose age counts; only for those who may ask about the student. */
  readonly studentId?: string | undefined;
  /** 0 is Monday. Without any, every weekday. */
  readonly weekdays?: readonly number[] | undefined;
  /** Also on make-up days. */
  readonly forMakeup?: boolean | undefined;
  /** Without notice and horizon; for the academy alone. */
  readonly byStaff?: boolean | undefined;
  readonly limit?: number | undefined;
};

const openTimes = (filter: OpenTimesFilter) => sql<OpenTime>`
  private.open_times(${filter.instrumentId}, ${filter.minutes}, ${filter.from ?? null}, ${filter.until ?? null},
                     ${filter.teacherId ?? null}, ${filter.age ?? null}, ${filter.ignoredBookingIds ?? []}::uuid[],
                     ${filter.studentId ?? null}, ${filter.weekdays ?? null}::int[], ${filter.forMakeup ?? false},
                     ${filter.byStaff ?? false})`;

const OPEN_TIME = sql`teacher_id as "teacherId", room_id as "roomId", starts_at as "startsAt", ends_at as "endsAt"`;

/** Bookable starts in order of time, one statement however many teachers and weeks; see `private.open_times`. */
export async function listOpenTimes(db: Db, filter: OpenTimesFilter): Promise<OpenTime[]> {
  const { rows } = await sql<OpenTime>`
    select ${OPEN_TIME} from ${openTimes(filter)} limit ${filter.limit ?? 20_000}`.execute(db);
  return rows;
}

/**
 * Open times at which weekly lessons may begin: those that are not merely free for a week of other students' weekly lessons;
 * see `private.weekly_times_taken`.
 */
export async function listOpenWeeklyTimes(db: Db, filter: OpenTimesFilter): Promise<OpenTime[]> {
  const times = await listOpenTimes(db, filter);
  const { rows } = await sql<Pick<OpenTime, "teacherId" | "startsAt">>`
    select teacher_id as "teacherId", starts_at as "startsAt"
      from private.weekly_times_taken(${filter.instrumentId}, ${times.map(({ teacherId }) => teacherId)}::uuid[],
             ${times.map(({ startsAt }) => startsAt.toISOString())}::timestamptz[], ${filter.minutes})`.execute(
    db,
  );
  const keyOf = ({ teacherId, startsAt }: Pick<OpenTime, "teacherId" | "startsAt">) =>
    `${teacherId} ${startsAt.getTime()}`;
  const taken = new Set(rows.map(keyOf));
  return times.filter((time) => !taken.has(keyOf(time)));
}

/**
 * The open times nearest to an instant, nearest first, with the academy's zone; those with somebody other than
 * `teacherId` count as `otherTeacherMs` further away, but for the very instant itself.
 */
export async function listNearestOpenTimes(
  db: Db,
  filter: Omit<OpenTimesFilter, "teacherId">,
  to: { readonly startsAt: Date; readonly teacherId: string; readonly otherTeacherMs: number },
): Promise<(OpenTime & { readonly timeZone: string })[]> {
  const { rows } = await sql<OpenTime & { readonly timeZone: string }>`
    select ${OPEN_TIME}, (select time_zone from public.academy_settings) as "timeZone"
      from ${openTimes(filter)}
     where (teacher_id, starts_at) <> (${to.teacherId}::uuid, ${to.startsAt}::timestamptz)
     order by abs(extract(epoch from starts_at - ${to.startsAt}::timestamptz))
              + case when teacher_id = ${to.teacherId}::uuid or starts_at = ${to.startsAt}::timestamptz then 0
                     else ${to.otherTeacherMs}::int / 1000 end, teacher_id, starts_at
     limit ${filter.limit ?? 60}`.execute(db);
  return rows;
}
