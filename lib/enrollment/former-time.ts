import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { localDate, localTime } from "@/lib/format";
import { chooseAlternatives, type OpenTime } from "@/lib/scheduling/rules";
import { weeklyWords } from "@/lib/scheduling/series-rules";
import { addDays, weekdayOf } from "@/lib/scheduling/week";

/** When and with whom a student had weekly lessons in an instrument, last. `weekday`: 0 is Monday; `starts`: local `16:15`. */
export type FormerTime = {
  readonly teacherId: string;
  readonly teacherName: string;
  readonly weekday: number;
  readonly starts: string;
};

/** The last weekly time of a parent's child in an instrument; null when there was none, or lessons run at the moment. */
export async function getFormerTime(
  db: Db,
  of: { profileId: string; firstName: string; lastName: string; birthDate: string; instrumentId: string },
): Promise<FormerTime | null> {
  const { rows } = await sql<FormerTime>`
    select l.teacher_id as "teacherId", t.first_name || ' ' || t.last_name as "teacherName",
           (extract(isodow from l.starts_at at time zone a.time_zone) - 1)::int as weekday,
           to_char(l.starts_at at time zone a.time_zone, 'HH24:MI') as starts
      from guardians g
      join students s on s.family_id = g.family_id
      join enrollments e on e.student_id = s.id and e.kind = 'plan' and e.status = 'withdrawn'
      join lessons l on l.enrollment_id = e.id and l.kind = 'private' and l.status <> 'cancelled'
      join teachers t on t.id = l.teacher_id
     cross join academy_settings a
     where g.profile_id = ${of.profileId} and e.instrument_id = ${of.instrumentId}
       and lower(s.first_name) = lower(${of.firstName}) and lower(s.last_name) = lower(${of.lastName})
       and s.birth_date = ${of.birthDate}
       and not exists (select from enrollments r where r.student_id = s.id and r.instrument_id = e.instrument_id
                          and r.kind = 'plan' and r.status in ('active', 'paused'))
     order by l.starts_at desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** A time to be offered before all others, with why. */
export type FirstOffer = OpenTime & { readonly reason: string };

/**
 * What a student who comes back is offered first: the former teacher and time, where it is open, else three times in its
 * place. `isFree` tells which. Pure; `open` in order of time.
 */
export function offerFormerTime(
  open: readonly OpenTime[],
  former: FormerTime,
  timeZone: string,
): { readonly isFree: boolean; readonly offers: readonly FirstOffer[] } {
  const isFormer = (time: OpenTime) =>
    weekdayOf(localDate(time.startsAt, timeZone)) === former.weekday &&
    localTime(time.startsAt, timeZone) === former.starts;
  const same = open.find((time) => time.teacherId === former.teacherId && isFormer(time));
  if (same) return { isFree: true, offers: [{ ...same, reason: "The same teacher and time as before" }] };
  const [soonest] = open;
  if (!soonest) return { isFree: false, offers: [] };
  let day = localDate(soonest.startsAt, timeZone);
  while (weekdayOf(day) !== former.weekday) day = addDays(day, 1);
  // The instant itself need not exist as an open time: it is what the others are near to.
  const near = open.find((time) => localDate(time.startsAt, timeZone) === day) ?? soonest;
  const [hour = 0, minute = 0] = former.starts.split(":").map(Number);
  const [nearHour = 0, nearMinute = 0] = localTime(near.startsAt, timeZone).split(":").map(Number);
  const wanted = new Date(
    near.startsAt.getTime() + ((hour - nearHour) * 60 + (minute - nearMinute)) * 60_000,
  );
  return {
    isFree: false,
    offers: chooseAlternatives(open, { teacherId: former.teacherId, startsAt: wanted, timeZone }),
  };
}

/** `Wednesdays at 4:15 pm with Elena Marsh` */
export function formerTimeWords(former: FormerTime): string {
  return `${weeklyWords(former)} with ${former.teacherName}`;
}
