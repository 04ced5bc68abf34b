import { sql } from "kysely";
import type { OfferStatus, WaitlistStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import type { ClassKind } from "./class-schema";
import { readWeekSpans } from "./waitlist-rules";
import type { WeekSpan } from "./waitlist-schema";

/** What is offered: a held time, or a seat of the class that the entry waits for. */
export type OpenOffer = {
  readonly id: Id<"offer">;
  readonly expiresAt: Date;
  readonly time: { readonly startsAt: Date; readonly endsAt: Date; readonly teacherName: string } | null;
};

/** A place on the waitlist. `place` counts from 1 among all who wait for the same class or instrument. */
export type WaitlistEntry = {
  readonly id: Id<"entry">;
  readonly familyId: string;
  readonly familyName: string | null;
  readonly studentId: string;
  readonly studentName: string;
  readonly studentFirstName: string;
  readonly class: {
    readonly id: Id<"class">;
    readonly name: string;
    readonly kind: ClassKind;
    readonly price: Money;
    readonly nextAt: Date | null;
    readonly lessonsAhead: number;
  } | null;
  readonly instrument: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly teacherName: string | null;
  /** Minutes of a lesson; null for a class. */
  readonly minutes: number | null;
  readonly times: readonly WeekSpan[];
  readonly status: WaitlistStatus;
  readonly joinedAt: Date;
  readonly place: number | null;
  readonly waiting: number | null;
  readonly offer: OpenOffer | null;
};

type EntryRow = Omit<WaitlistEntry, "class" | "times" | "offer"> & {
  readonly weekTimes: string;
  readonly classId: Id<"class"> | null;
  readonly className: string | null;
  readonly classKind: ClassKind | null;
  readonly classCents: number | null;
  readonly nextAt: Date | null;
  readonly lessonsAhead: number | null;
  readonly offerId: Id<"offer"> | null;
  readonly expiresAt: Date | null;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly offeredTeacher: string | null;
};

const ENTRY = sql`
    select e.id, e.family_id as "familyId", f.name as "familyName", e.student_id as "studentId",
           s.first_name || ' ' || s.last_name as "studentName", s.first_name as "studentFirstName",
           c.id as "classId", c.name as "className", c.kind as "classKind", c.price_cents as "classCents",
           n.next_at as "nextAt", n.lessons_ahead as "lessonsAhead",
           case when i.id is not null then json_build_object('id', i.id, 'slug', i.slug, 'name', i.name) end as instrument,
           case when t.id is not null then t.first_name || ' ' || t.last_name end as "teacherName",
           e.minutes, e.times::text as "weekTimes", e.status, e.joined_at as "joinedAt", p.place, p.waiting,
           o.id as "offerId", o.expires_at as "expiresAt", b.starts_at as "startsAt", b.ends_at as "endsAt",
           case when g.id is not null then g.first_name || ' ' || g.last_name end as "offeredTeacher"
      from waitlist_entries e
      join students s on s.id = e.student_id
      left join families f on f.id = e.family_id
      left join classes c on c.id = e.class_id
      left join private.class_counts() n on n.class_id = e.class_id
      left join instruments i on i.id = e.instrument_id
      left join teachers t on t.id = e.teacher_id
      left join private.waitlist_places() p on p.entry_id = e.id
      left join waitlist_offers o on o.entry_id = e.id and o.status = 'open'
      left join private.offered_times() b on b.offer_id = o.id
      left join teachers g on g.id = b.teacher_id`;

function toEntry(row: EntryRow): WaitlistEntry {
  const { weekTimes, classId, className, classKind, classCents, nextAt, lessonsAhead, ...rest } = row;
  const { offerId, expiresAt, startsAt, endsAt, offeredTeacher, ...entry } = rest;
  return {
    ...entry,
    times: readWeekSpans(weekTimes),
    class:
      classId && className && classKind && classCents !== null
        ? {
            id: classId,
            name: className,
            kind: classKind,
            price: usd(classCents),
            nextAt,
            lessonsAhead: lessonsAhead ?? 0,
          }
        : null,
    offer:
      offerId && expiresAt
        ? {
            id: offerId,
            expiresAt,
            time:
              startsAt && endsAt ? { startsAt, endsAt, teacherName: offeredTeacher ?? "our teacher" } : null,
          }
        : null,
  };
}

/** The signed-in parent's places on the waitlist that wait or have an offer, oldest first. */
export async function listFamilyEntries(db: Db): Promise<WaitlistEntry[]> {
  const { rows } = await sql<EntryRow>`${ENTRY}
     where e.family_id = any(array(select private.my_family_ids())) and e.status in ('waiting', 'offered')
     order by e.joined_at, e.id`.execute(db);
  return rows.map(toEntry);
}

/** Everybody who waits or has an offer, by what they wait for and in order; the administrator's view. */
export async function listWaitingEntries(db: Db, classId?: Id<"class">): Promise<WaitlistEntry[]> {
  const { rows } = await sql<EntryRow>`${ENTRY}
     where e.status in ('waiting', 'offered') and (${classId ?? null}::uuid is null or e.class_id = ${classId ?? null})
     order by c.name nulls last, i.sort, p.place, e.id
     limit 500`.execute(db);
  return rows.map(toEntry);
}

/** One entry; null when there is none or the reader may not see it. */
export async function getEntry(db: Db, id: Id<"entry">): Promise<WaitlistEntry | null> {
  const { rows } = await sql<EntryRow>`${ENTRY} where e.id = ${id}`.execute(db);
  return rows[0] ? toEntry(rows[0]) : null;
}

/** An offer as the administrator's list shows it. */
export type PastOffer = {
  readonly id: string;
  readonly studentName: string;
  readonly familyId: string;
  readonly familyName: string;
  readonly className: string | null;
  readonly instrument: string | null;
  readonly startsAt: Date | null;
  readonly teacherName: string | null;
  readonly status: OfferStatus;
  readonly offeredAt: Date;
  readonly expiresAt: Date;
  readonly answeredAt: Date | null;
  readonly reason: string | null;
};

/** The latest offers, newest first; of one entry when it is named. */
export async function listOffers(db: Db, limit: number, entryId?: Id<"entry">): Promise<PastOffer[]> {
  const { rows } = await sql<PastOffer>`
    select o.id, s.first_name || ' ' || s.last_name as "studentName", o.family_id as "familyId", f.name as "familyName",
           c.name as "className", i.name as instrument, b.starts_at as "startsAt",
           case when t.id is not null then t.first_name || ' ' || t.last_name end as "teacherName",
           o.status, o.offered_at as "offeredAt", o.expires_at as "expiresAt", o.answered_at as "answeredAt", o.reason
      from waitlist_offers o
      join waitlist_entries e on e.id = o.entry_id
      join students s on s.id = e.student_id
      join families f on f.id = o.family_id
      left join classes c on c.id = o.class_id
      left join instruments i on i.id = e.instrument_id
      left join private.offered_times() b on b.offer_id = o.id
      left join teachers t on t.id = b.teacher_id
     where ${entryId ?? null}::uuid is null or o.entry_id = ${entryId ?? null}
     order by o.offered_at desc, o.id
     limit ${limit}`.execute(db);
  return rows;
}
