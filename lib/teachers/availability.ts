import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { addDays } from "@/lib/scheduling/local-day";
import { weekdayOf } from "@/lib/scheduling/week";
import {
  changedDays,
  type DatedBlock,
  type DayChange,
  groupUncovered,
  hoursOn,
  timeText,
  type UncoveredGroup,
  type WeekVersion,
  weekVersions,
} from "./availability-rules";
import type { WeekForm } from "./availability-schema";

/** A teacher whose time is looked at, as their own pages and the administrator's name them. */
export type TimedTeacher = { readonly id: Id<"teacher">; readonly name: string; readonly firstName: string };

/** A teacher by id; null when there is none. */
export async function getTimedTeacher(db: Db, id: Id<"teacher">): Promise<TimedTeacher | null> {
  const { rows } = await sql<TimedTeacher>`
    select t.id, t.first_name || ' ' || t.last_name as name, t.first_name as "firstName"
      from teachers t where t.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** The signed-in teacher; null where an account is no teacher's any more. */
export async function getOwnTeacher(db: Db): Promise<TimedTeacher | null> {
  const { rows } = await sql<TimedTeacher>`
    select t.id, t.first_name || ' ' || t.last_name as name, t.first_name as "firstName"
      from teachers t where t.id = (select private.my_teacher_id())`.execute(db);
  return rows[0] ?? null;
}

/** The academy's grid, in minutes. */
export async function getGridMinutes(db: Db): Promise<number> {
  const row = await db.selectFrom("academy_settings").select("grid_minutes").executeTakeFirstOrThrow();
  return row.grid_minutes;
}

/** The weeks of a teacher's hours that hold today (`YYYY-MM-DD`) or later, in order. */
export async function listWeekVersions(
  db: Db,
  teacher: Id<"teacher">,
  today: string,
): Promise<WeekVersion[]> {
  const { rows } = await sql<DatedBlock>`
    select a.weekday, extract(epoch from a.starts)::int / 60 as starts, extract(epoch from a.ends)::int / 60 as ends,
           lower(a.valid)::text as from, (upper(a.valid) - 1)::text as until
      from teacher_availability a where a.teacher_id = ${teacher}`.execute(db);
  return weekVersions(rows, today);
}

/** What a new week comes to. Days are `YYYY-MM-DD`. */
export type ReplacedWeek = {
  readonly from: string;
  readonly until: string | null;
  /** Weekdays that differ from the hours that held on the first day before. */
  readonly changes: readonly DayChange[];
  /** The hours of the day after `until`; null where there is no such day. */
  readonly resumed: WeekVersion | null;
  /** Later weeks of hours that are taken back, because the new one holds for good. */
  readonly dropped: readonly WeekVersion[];
  readonly uncovered: readonly UncoveredGroup[];
};

/**
 * Replaces a teacher's weekly hours (`private.replace_week`) and tells what changes. Its unit of work fails with `invalid`
 * or `conflict` and the reason, and `forbidden` for anybody but the teacher and administrators.
 */
export async function replaceWeek(db: Db, form: WeekForm, today: string): Promise<ReplacedWeek> {
  const teacher = form.teacherId as Id<"teacher">;
  const before = await listWeekVersions(db, teacher, today);
  const hours = JSON.stringify(
    form.hours.map(({ weekday, starts, ends }) => ({
      weekday,
      starts: timeText(starts),
      ends: timeText(ends),
    })),
  );
  const { rows } = await sql<{ id: string }>`
    select lesson_id as id from private.replace_week(${teacher}, ${form.from}, ${form.until}, ${hours}::text::jsonb)`.execute(
    db,
  );
  const after = await listWeekVersions(db, teacher, today);
  const dayAfter = form.until === null ? null : addDays(form.until, 1);
  const until = form.until;
  return {
    from: form.from,
    until,
    changes: changedDays(hoursOn(before, form.from), hoursOn(after, form.from)),
    resumed: dayAfter === null ? null : { from: dayAfter, until: null, hours: hoursOn(after, dayAfter) },
    dropped: until === null ? before.filter(({ from }) => from !== null && from > form.from) : [],
    uncovered: groupUncovered(
      await listUncovered(
        db,
        rows.map((row) => row.id),
      ),
    ),
  };
}

type UncoveredRow = {
  readonly lessonId: string;
  readonly name: string;
  readonly subject: string;
  readonly startsAt: Date;
  readonly isWeekly: boolean;
  readonly timeZone: string;
  readonly starts: number;
};

async function listUncovered(db: Db, lessons: readonly string[]) {
  if (lessons.length === 0) return [];
  const { rows } = await sql<UncoveredRow>`
    select l.id as "lessonId", coalesce(s.first_name || ' ' || s.last_name, c.name, 'Former student') as name,
           coalesce(i.name, 'Class') as subject, l.starts_at as "startsAt", l.series_id is not null or l.class_id is not null as "isWeekly",
           a.time_zone as "timeZone",
           (extract(epoch from (l.starts_at at time zone a.time_zone)::time) / 60)::int as starts
      from academy_settings a cross join lessons l
      left join students s on s.id = l.student_id
      left join classes c on c.id = l.class_id
      left join instruments i on i.id = l.instrument_id
     where l.id = any(${lessons}::uuid[])
     order by l.starts_at, l.id`.execute(db);
  return rows.map(({ timeZone, ...row }) => {
    const date = localDate(row.startsAt, timeZone);
    return { ...row, date, weekday: weekdayOf(date) };
  });
}
