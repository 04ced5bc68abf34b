import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import type { ClassForm, ClassWeek, SavedClass } from "./class-schema";

export type TakenSeat = { readonly firstAt: Date; readonly lastAt: Date; readonly lessons: number };

type Choice = { readonly classId: string; readonly studentId: string };

/** Takes a seat for a child, in each coming lesson of the class, all or none; see `private.take_class_seat`. */
export async function takeClassSeat(db: Db, { classId, studentId }: Choice): Promise<TakenSeat> {
  const { rows } = await sql<TakenSeat>`
    select first_at as "firstAt", last_at as "lastAt", lessons
      from private.take_class_seat(${classId}, ${studentId})`.execute(db);
  if (!rows[0]) throw new Error("private.take_class_seat returned nothing");
  return rows[0];
}

export type LeftClass = {
  /** Coming lessons that are given up, and when the first of them would have begun. */
  readonly lessons: number;
  readonly fromAt: Date | null;
  /** Whether the seat was offered to a family that waits. */
  readonly isOfferedOn: boolean;
};

/** Gives a child's seat back; see `private.leave_class`. */
export async function leaveClass(db: Db, { classId, studentId }: Choice): Promise<LeftClass> {
  const { rows } = await sql<LeftClass>`
    select lessons, from_at as "fromAt", offered_on as "isOfferedOn"
      from private.leave_class(${classId}, ${studentId})`.execute(db);
  if (!rows[0]) throw new Error("private.leave_class returned nothing");
  return rows[0];
}

type WeekRow = {
  readonly classId: string | null;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly reason: ClassWeek["reason"];
  readonly name: string | null;
};

/**
 * Adds a class with its lessons, or changes one and moves its coming lessons. When a week is blocked nothing is
 * written and every week is told. Administrators only; see `private.save_class`.
 */
export async function saveClass(db: Db, form: ClassForm): Promise<SavedClass> {
  const { rows } = await sql<WeekRow>`
    select class_id as "classId", starts_at as "startsAt", ends_at as "endsAt", reason, name
      from private.save_class(
        ${form.classId || null}, ${form.kind}, ${form.name}, ${form.description}, ${form.instrumentId || null},
        ${form.teacherId}, ${form.roomId}, ${form.termId}, ${form.weekday === "" ? null : Number(form.weekday)},
        ${form.starts}, ${form.day || null}, ${form.minutes}, ${form.minimumAge}, ${form.maximumAge}, ${form.seats},
        ${form.price}, ${form.status})`.execute(db);
  const weeks = rows.flatMap(({ startsAt, endsAt, reason, name }) =>
    startsAt && endsAt ? [{ startsAt, endsAt, reason, name }] : [],
  );
  const classId = rows[0]?.classId;
  return classId ? { outcome: "saved", classId, weeks } : { outcome: "blocked", weeks };
}

/** Adds a child to the signed-in parent's family, which is made at the first time. `conflict` for a child who is known. */
export async function addChild(
  db: Db,
  child: { firstName: string; lastName: string; birthDate: string },
): Promise<void> {
  // First by itself: a family that is made in the same statement would not be the parent's yet.
  const { rows } = await sql<{ familyId: string }>`select private.my_family() as "familyId"`.execute(db);
  await db
    .insertInto("students")
    .values({
      family_id: rows[0]?.familyId ?? "",
      first_name: child.firstName,
      last_name: child.lastName,
      birth_date: child.birthDate,
    })
    .execute();
}
