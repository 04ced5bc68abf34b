import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { OfferedTime } from "./offered-time";

type OfferFilter = {
  /** Slug. */
  instrument: string;
  minutes: number;
  /** Earliest and latest start; the academy's notice and horizon limit both. */
  from?: Date | undefined;
  until?: Date | undefined;
  /** Slug. */
  teacher?: string | undefined;
  limit?: number | undefined;
};

/** Bookable times with names, soonest first; none for an instrument or a teacher that does not exist. */
export async function listOfferedTimes(db: Db, filter: OfferFilter): Promise<OfferedTime[]> {
  const teacher = filter.teacher ?? null;
  const { rows } = await sql<OfferedTime>`
    select o.starts_at as "startsAt", o.ends_at as "endsAt", o.teacher_id as "teacherId", o.room_id as "roomId",
           ${filter.minutes}::int as "minutes", i.slug as "instrumentSlug", t.slug as "teacherSlug",
           t.first_name || ' ' || t.last_name as "teacherName"
      from public.instruments i
     cross join lateral private.open_times(
             i.id, ${filter.minutes}::int, ${filter.from ?? null}::timestamptz, ${filter.until ?? null}::timestamptz,
             (select w.id from public.public_teachers w where w.slug = ${teacher}::text)) o
      join public.public_teachers t on t.id = o.teacher_id
     where i.slug = ${filter.instrument}
       and (${teacher}::text is null or t.slug = ${teacher}::text)
     order by o.starts_at, t.last_name, t.id
     limit ${filter.limit ?? null}::int`.execute(db);
  return rows;
}
