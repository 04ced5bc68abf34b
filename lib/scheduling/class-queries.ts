import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { usd } from "@/lib/money";
import type { ClassSummary } from "./class-schema";

type ClassRow = Omit<ClassSummary, "price"> & { readonly cents: number };

/** Only columns that visitors have a right to. */
const CLASS = sql`
    select c.id, c.name, c.description, c.kind, c.status, c.weekday, c.starts::text as starts, c.minutes,
           c.minimum_age as "minimumAge", c.maximum_age as "maximumAge", c.seats, c.price_cents as cents,
           case when i.id is not null then json_build_object('slug', i.slug, 'name', i.name) end as instrument,
           case when t.id is not null
                then json_build_object('slug', t.slug, 'name', t.first_name || ' ' || t.last_name) end as teacher,
           m.name as "termName", n.taken, n.offered, n.waiting, n.lessons_ahead as "lessonsAhead",
           n.next_at as "nextAt", n.next_ends_at as "nextEndsAt", n.last_at as "lastAt"
      from classes c
      join private.class_counts() n on n.class_id = c.id
      join terms m on m.id = c.term_id
      left join instruments i on i.id = c.instrument_id
      left join public_teachers t on t.id = c.teacher_id`;

function toClass({ cents, ...row }: ClassRow): ClassSummary {
  return { ...row, price: usd(cents) };
}

/** Classes that students can come to: open, with lessons ahead; recitals last, the others by day and time. */
export async function listOpenClasses(db: Db): Promise<ClassSummary[]> {
  const { rows } = await sql<ClassRow>`${CLASS}
     where c.status = 'open' and c.kind <> 'shared' and n.lessons_ahead > 0
     order by c.kind = 'recital', m.starts_on, c.weekday, c.starts, c.name, c.id`.execute(db);
  return rows.map(toClass);
}

/** Every class that the reader may see, those with lessons ahead first; for the administrator all. */
export async function listClasses(db: Db): Promise<ClassSummary[]> {
  const { rows } = await sql<ClassRow>`${CLASS}
     order by n.lessons_ahead = 0, m.starts_on desc, c.kind = 'recital', c.weekday, c.starts, c.name, c.id
     limit 500`.execute(db);
  return rows.map(toClass);
}

/** One class; null when there is none or the reader may not see it. */
export async function getClass(db: Db, id: Id<"class">): Promise<ClassSummary | null> {
  const { rows } = await sql<ClassRow>`${CLASS} where c.id = ${id}`.execute(db);
  return rows[0] ? toClass(rows[0]) : null;
}

/** A child's seat in a class. */
export type ChildSeat = {
  readonly classId: Id<"class">;
  readonly studentId: Id<"student">;
  readonly studentName: string;
  readonly takenAt: Date;
};

/** The seats that the signed-in parent's children have, oldest class first. */
export async function listChildSeats(db: Db): Promise<ChildSeat[]> {
  const { rows } = await sql<ChildSeat>`
    select s.class_id as "classId", s.student_id as "studentId", p.first_name as "studentName", s.taken_at as "takenAt"
      from class_seats s join students p on p.id = s.student_id
     where s.status = 'taken' and s.family_id = any(array(select private.my_family_ids()))
     order by s.taken_at, s.id`.execute(db);
  return rows;
}

/** Coming lessons of a class at which a child has something else. `not_found` for another family's child. */
export async function listClashes(
  db: Db,
  choice: { classId: string; studentId: string },
): Promise<{ startsAt: Date; endsAt: Date }[]> {
  const { rows } = await sql<{ startsAt: Date; endsAt: Date }>`
    select starts_at as "startsAt", ends_at as "endsAt" from private.class_clashes(${choice.classId}, ${choice.studentId})`.execute(
    db,
  );
  return rows;
}

/** A class as the administrator's form begins with it; ids and the recital's own day. */
export type ClassFacts = {
  readonly instrumentId: string | null;
  readonly teacherId: string;
  readonly roomId: string;
  readonly roomName: string;
  readonly termId: string;
};

export async function getClassFacts(db: Db, id: Id<"class">): Promise<ClassFacts | null> {
  const row = await db
    .selectFrom("classes as c")
    .innerJoin("rooms as r", "r.id", "c.room_id")
    .select([
      "c.instrument_id as instrumentId",
      "c.teacher_id as teacherId",
      "c.room_id as roomId",
      "r.name as roomName",
      "c.term_id as termId",
    ])
    .where("c.id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** Where each class is: room names by class, for those who may read rooms. */
export async function listClassRooms(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("classes as c")
    .innerJoin("rooms as r", "r.id", "c.room_id")
    .select(["c.id", "r.name"])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** A student of a class, with the family, for the administrator. */
export type Seated = {
  readonly studentId: string;
  readonly name: string;
  readonly birthDate: string;
  readonly familyId: string;
  readonly familyName: string;
  readonly takenAt: Date;
};

export async function listSeated(db: Db, classId: Id<"class">): Promise<Seated[]> {
  const { rows } = await sql<Seated>`
    select p.id as "studentId", p.first_name || ' ' || p.last_name as name, p.birth_date as "birthDate",
           f.id as "familyId", f.name as "familyName", s.taken_at as "takenAt"
      from class_seats s join students p on p.id = s.student_id join families f on f.id = s.family_id
     where s.class_id = ${classId} and s.status = 'taken'
     order by p.first_name, p.last_name, p.id`.execute(db);
  return rows;
}

type Named = { readonly id: string; readonly name: string };

/** What an administrator chooses from when writing a class. */
export type ClassChoices = {
  readonly instruments: readonly Named[];
  readonly teachers: readonly Named[];
  readonly rooms: readonly Named[];
  readonly terms: readonly Named[];
};

/** Active teachers and rooms, instruments on offer, terms that have not ended. */
export async function listClassChoices(db: Db): Promise<ClassChoices> {
  const named = async (query: ReturnType<typeof sql<Named>>) => (await query.execute(db)).rows;
  return {
    instruments: await named(
      sql<Named>`select id, name from instruments where is_active order by sort, name`,
    ),
    teachers: await named(
      sql<Named>`select id, first_name || ' ' || last_name as name from teachers where is_active order by last_name, first_name`,
    ),
    rooms: await named(sql<Named>`select id, name from rooms where is_active order by name`),
    terms: await named(
      sql<Named>`select t.id, t.name from terms t, academy_settings a
                  where t.ends_on >= (private.now() at time zone a.time_zone)::date order by t.starts_on`,
    ),
  };
}
