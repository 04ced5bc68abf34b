import { withPrincipal } from "@/lib/db/principal";
import { leaveClass, takeClassSeat } from "@/lib/scheduling/class-mutations";
import type { Family } from "./families";
import { persistUntil } from "./persist";
import type { World } from "./world";

type Seat = { readonly classId: string; readonly studentId: string };

/** Whether a student has a seat in a class. */
export async function hasSeat({ sql }: World, { classId, studentId }: Seat): Promise<boolean> {
  const rows = await sql`
    select from class_seats where class_id = ${classId} and student_id = ${studentId} and status = 'taken'`;
  return rows.length > 0;
}

export async function takeSeat(world: World, family: Family, seat: Seat): Promise<void> {
  await persistUntil(
    async () => ((await hasSeat(world, seat)) ? true : null),
    () => withPrincipal(family.principal, (db) => takeClassSeat(db, seat)),
  );
}

export async function giveSeatBack(world: World, family: Family, seat: Seat): Promise<void> {
  await persistUntil(
    async () => ((await hasSeat(world, seat)) ? null : true),
    () => withPrincipal(family.principal, (db) => leaveClass(db, seat)),
  );
}
