import { sql } from "kysely";
import type { CancelKind, LessonStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { Choice, LessonChange, MakeupCredit } from "./lesson-change";
import type { OfferedTime } from "./offered-time";

type LessonChangeRow = Omit<LessonChange, "cancelled"> & {
  readonly cancelledAt: Date | null;
  readonly cancelKind: CancelKind | null;
  readonly cancelReason: string | null;
  readonly isLate: boolean | null;
  readonly paysTeacher: boolean | null;
  readonly creditId: Id<"makeup-credit"> | null;
  readonly creditMinutes: number | null;
  readonly creditExpiresAt: Date | null;
  readonly creditIsOpen: boolean | null;
};

/** How a lesson can be, or was, changed; null when there is none or it is somebody else's. */
export async function getLessonChange(db: Db, id: Id<"lesson">): Promise<LessonChange | null> {
  const { rows } = await sql<LessonChangeRow>`
    select l.booking_id as "bookingId", l.student_id as "studentId", l.family_id as "familyId",
           l.instrument_id as "instrumentId", l.room_id as "roomId", l.series_id is not null as "isInSeries",
           l.off_calendar_reason as "offCalendarReason", l.cancelled_at as "cancelledAt", l.cancel_kind as "cancelKind",
           l.cancel_reason as "cancelReason", l.cancelled_late as "isLate", l.cancel_pays_teacher as "paysTeacher",
           coalesce((select json_agg(json_build_object('studentId', s.id, 'firstName', s.first_name) order by s.first_name)
                       from lesson_seats p join students s on s.id = p.student_id
                      where p.lesson_id = l.id and p.given_up_at is null), '[]') as seats,
           c.id as "creditId", c.minutes as "creditMinutes", c.expires_at as "creditExpiresAt",
           c.used_at is null and c.voided_at is null and c.expires_at > private.now() as "creditIsOpen",
           (select sum(a.amount_cents)::int from account_credits a where a.lesson_id = l.id) as "paidOutCents",
           (select u.expires_at from makeup_credits u where u.used_lesson_id = l.id) as "makeupCreditExpiresAt"
      from lessons l
      left join makeup_credits c on l.id in (c.origin_lesson_id, c.returned_lesson_id) and c.student_id = l.student_id
     where l.id = ${id}
     order by c.issued_at desc nulls last
     limit 1`.execute(db);
  const [row] = rows;
  if (!row) return null;
  return {
    ...row,
    cancelled:
      row.cancelledAt && row.cancelKind
        ? {
            at: row.cancelledAt,
            kind: row.cancelKind,
            reason: row.cancelReason,
            isLate: row.isLate ?? false,
            paysTeacher: row.paysTeacher ?? false,
          }
        : null,
    credit:
      row.creditId && row.creditMinutes && row.creditExpiresAt
        ? {
            id: row.creditId,
            minutes: row.creditMinutes,
            expiresAt: row.creditExpiresAt,
            isOpen: row.creditIsOpen ?? false,
          }
        : null,
  };
}

type MakeupCreditRow = Omit<MakeupCredit, "usedLesson" | "instrument"> & {
  readonly usedLessonId: Id<"lesson"> | null;
  readonly usedLessonAt: Date | null;
  readonly usedLessonStatus: LessonStatus | null;
  readonly instrumentId: string | null;
  readonly instrumentName: string | null;
};

// The enrollment is chosen as private.book_makeup does, as far as that does not depend on a teacher.
const CREDIT = sql`
  select c.id, c.student_id as "studentId", s.first_name as "studentName", c.minutes, c.origin, c.reason,
         o.starts_at as "originLessonAt", c.issued_at as "issuedAt", c.expires_at as "expiresAt", c.voided_at as "voidedAt",
         c.money_cents as "moneyCents", u.id as "usedLessonId", u.starts_at as "usedLessonAt", u.status as "usedLessonStatus",
         c.used_at is null and c.voided_at is null and c.expires_at > private.now() as "isOpen",
         e.instrument_id as "instrumentId", i.name as "instrumentName", coalesce(o.teacher_id, e.teacher_id) as "teacherId"
    from makeup_credits c
    join students s on s.id = c.student_id
    left join lessons o on o.id = c.origin_lesson_id
    left join lessons u on u.id = c.used_lesson_id
    left join lateral (select e.instrument_id, e.teacher_id from enrollments e
                        where e.student_id = c.student_id and (e.id = o.enrollment_id or e.status in ('active', 'paused'))
                        order by e.id is distinct from o.enrollment_id, e.kind <> 'plan', e.activated_at desc nulls last
                        limit 1) e on true
    left join instruments i on i.id = e.instrument_id`;

function toCredit(row: MakeupCreditRow): MakeupCredit {
  return {
    ...row,
    usedLesson:
      row.usedLessonId && row.usedLessonAt && row.usedLessonStatus
        ? { id: row.usedLessonId, startsAt: row.usedLessonAt, status: row.usedLessonStatus }
        : null,
    instrument:
      row.instrumentId && row.instrumentName ? { id: row.instrumentId, name: row.instrumentName } : null,
  };
}

/** The make-up credits of the signed-in parent's families: those that are open, soonest to expire first, then the others. */
export async function listMakeupCredits(db: Db): Promise<MakeupCredit[]> {
  const { rows } = await sql<MakeupCreditRow>`${CREDIT}
     where c.family_id = any(array(select private.my_family_ids()))
     order by (c.used_at is null and c.voided_at is null and c.expires_at > private.now()) desc,
              case when c.used_at is null and c.voided_at is null then c.expires_at end, c.issued_at desc
     limit 200`.execute(db);
  return rows.map(toCredit);
}

/** One credit; null when there is none or it is another family's. */
export async function getMakeupCredit(db: Db, id: Id<"makeup-credit">): Promise<MakeupCredit | null> {
  const { rows } = await sql<MakeupCreditRow>`${CREDIT} where c.id = ${id}`.execute(db);
  return rows[0] ? toCredit(rows[0]) : null;
}

export type ChangeTimesFilter = {
  readonly instrumentId: string;
  readonly minutes: number;
  readonly studentId: string;
  readonly teacherId?: string | undefined;
  /** Earliest and latest start. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  /** The booking that is about to be moved. */
  readonly ignoredBookingId?: string | undefined;
  readonly forMakeup?: boolean | undefined;
};

/** Open times with names for a lesson that is moved or made up, soonest first; the student's own lessons are in the way. */
export async function listChangeTimes(db: Db, filter: ChangeTimesFilter): Promise<OfferedTime[]> {
  const ignored = filter.ignoredBookingId ? [filter.ignoredBookingId] : [];
  const { rows } = await sql<OfferedTime>`
    select o.starts_at as "startsAt", o.ends_at as "endsAt", o.teacher_id as "teacherId", o.room_id as "roomId",
           ${filter.minutes}::int as minutes, i.slug as "instrumentSlug", t.slug as "teacherSlug",
           t.first_name || ' ' || t.last_name as "teacherName"
      from private.open_times(${filter.instrumentId}, ${filter.minutes}, ${filter.from ?? null}, ${filter.until ?? null},
             ${filter.teacherId ?? null}, null, ${ignored}::uuid[], ${filter.studentId}, null,
             ${filter.forMakeup ?? false}, false) o
      join instruments i on i.id = ${filter.instrumentId}
      join teachers t on t.id = o.teacher_id
     order by o.starts_at, t.last_name, t.id`.execute(db);
  return rows;
}

/** `Elena Marsh` by id, of the given teachers that the reader may see. */
export async function teacherNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("teachers")
    .select(["id", "first_name", "last_name"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, `${row.first_name} ${row.last_name}`]));
}

/** Who may give a lesson, and where: teachers of the instrument (of a class's lesson, all), and every open room. */
export async function listMoveChoices(
  db: Db,
  instrumentId: string | null,
): Promise<{ readonly teachers: readonly Choice[]; readonly rooms: readonly Choice[] }> {
  const { rows: teachers } = await sql<Choice>`
    select t.id as value, t.first_name || ' ' || t.last_name as label from teachers t
     where t.is_active and t.deleted_at is null
       and (${instrumentId}::uuid is null
            or exists (select from teacher_instruments i where i.teacher_id = t.id and i.instrument_id = ${instrumentId}))
     order by t.last_name, t.first_name`.execute(db);
  const { rows: rooms } = await sql<Choice>`
    select r.id as value, r.name as label from rooms r where r.is_active order by r.name`.execute(db);
  return { teachers, rooms };
}

/** The name of a room; null when the reader may not see it. */
export async function roomName(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom("rooms").select("name").where("id", "=", id).executeTakeFirst();
  return row?.name ?? null;
}
