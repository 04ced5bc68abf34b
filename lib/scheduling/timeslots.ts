import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "@/lib/db/principal";
import { instrumentName } from "@/lib/http/fields";
import { isDate } from "./week";

/** At most as many as a page of any list of the API. */
const MOST = 100;

const wholeNumber = (from: number, until: number, error: string) =>
  z
    .string()
    .regex(/^\d{1,4}$/, error)
    .transform(Number)
    .refine((value) => value >= from && value <= until, error);

/** The filters of the public list, as they come in an address. What does not exist is no error: it has no times. */
export const timeslotFilter = z.object({
  teacher_id: z.uuid("This is not the id of a teacher.").optional(),
  instrument: instrumentName.optional(),
  duration: wholeNumber(1, 480, "Give a length in minutes: 30, 45 or 60.").optional(),
  weekday: wholeNumber(0, 6, "Give a day of the week: 0 is Monday, 6 is Sunday.").optional(),
  start_date: z
    .string()
    .refine((value) => isDate(value) && value >= "1900", "Give a day of the calendar, like 2027-02-28.")
    .optional(),
  limit: wholeNumber(1, MOST, `Ask for 1 to ${MOST} times.`).optional(),
});
export type TimeslotFilter = z.output<typeof timeslotFilter>;

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** A time of the week at which a teacher is free, in local time, and the next day on which it can be booked. */
export const timeslot = z.object({
  id: z.uuid(),
  teacher_id: z.uuid(),
  teacher_name: z.string(),
  day_of_week: z.enum(weekdays),
  /** 0 is Monday. */
  weekday: z.int().min(0).max(6),
  start_time: z.string(),
  end_time: z.string(),
  /** Minutes. */
  duration: z.int(),
  next_available_date: z.string(),
  starts_at: z.iso.datetime(),
});
export type Timeslot = z.output<typeof timeslot>;

type Row = Omit<Timeslot, "day_of_week" | "starts_at"> & { readonly starts_at: Date; readonly total: number };

/**
 * Times of the week that can be booked, soonest first, and how many there are; one statement. Without an instrument
 * those of every one, a teacher's time once; without a length 30 minutes.
 */
export async function listTimeslots(
  db: Db,
  filter: TimeslotFilter,
): Promise<{ readonly timeslots: Timeslot[]; readonly total: number }> {
  const instrument = filter.instrument?.toLowerCase() ?? null;
  const teacher = filter.teacher_id ?? null;
  const minutes = filter.duration ?? 30;
  const days = filter.weekday === undefined ? null : [filter.weekday];
  const { rows } = await sql<Row>`
    with a as (
      select s.time_zone, private.local_instant(${filter.start_date ?? null}::date, s.time_zone) as from_at
        from public.academy_settings s
    ), open as (
      select distinct on (o.teacher_id, l.weekday, l.starts) o.teacher_id, o.starts_at, o.ends_at, a.time_zone, l.*
        from a cross join public.instruments i
       cross join lateral private.open_times(i.id, ${minutes}::int, from_at => a.from_at, wanted_teacher => ${teacher}::uuid,
                                             wanted_weekdays => ${days}::int[]) o
       cross join lateral (select extract(isodow from t.local)::int - 1 as weekday, t.local::time as starts, t.local::date as day
                             from (select o.starts_at at time zone a.time_zone as local) t) l
       where i.is_active and (${instrument}::text is null or ${instrument}::text in (i.slug, lower(i.name)))
         and (${teacher}::uuid is null or exists (select from public.teacher_instruments ti
                                                   where ti.teacher_id = ${teacher}::uuid and ti.instrument_id = i.id))
       order by o.teacher_id, l.weekday, l.starts, o.starts_at
    )
    -- The same time of the week has the same id tomorrow; as a UUID of version 8 (RFC 9562).
    select overlay(overlay(md5(concat_ws(' ', o.teacher_id, o.weekday, o.starts, ${minutes}::int)) placing '8' from 13)
                   placing 'a' from 17)::uuid as id, o.teacher_id,
           t.first_name || ' ' || t.last_name as teacher_name, o.weekday, to_char(o.starts, 'HH24:MI') as start_time,
           to_char(o.ends_at at time zone o.time_zone, 'HH24:MI') as end_time, ${minutes}::int as duration,
           o.day::text as next_available_date, o.starts_at, count(*) over ()::int as total
      from open o join public.public_teachers t on t.id = o.teacher_id
     order by o.starts_at, t.last_name, t.id
     limit ${filter.limit ?? 50}`.execute(db);
  return {
    timeslots: rows.map(({ total: _, starts_at, ...row }) => ({
      ...row,
      day_of_week: weekdays[row.weekday] ?? "Monday",
      starts_at: starts_at.toISOString(),
    })),
    total: rows[0]?.total ?? 0,
  };
}
