import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { listOpenTimes } from "./queries";
import { type Alternative, chooseAlternatives } from "./rules";

export type WantedSlot = {
  readonly teacherId: string;
  readonly instrumentId: string;
  readonly startsAt: Date;
  /** Length of the lesson in minutes. */
  readonly minutes: number;
  /** Age of the student in years. */
  readonly age?: number | undefined;
};

export type HoldResult =
  | { readonly outcome: "held"; readonly bookingId: string; readonly expiresAt: Date }
  | { readonly outcome: "taken"; readonly alternatives: readonly Alternative[] };

const academy = service("enrollment");

/**
 * Holds a slot for the minutes of academy_settings.hold_minutes, in place of `replaces` (the visitor's earlier
 * hold). Of any number of callers at once exactly one holds it; the others get three alternatives.
 */
export async function holdSlot(slot: WantedSlot, replaces?: string): Promise<HoldResult> {
  try {
    const held = await withPrincipal(academy, async (db) => {
      await sql`select private.release_expired_holds()`.execute(db);
      const [open] = await listOpenTimes(db, {
        ...slot,
        from: slot.startsAt,
        until: slot.startsAt,
        ignoredBookingId: replaces,
      });
      if (!open) return null;
      if (replaces) {
        await db
          .updateTable("bookings")
          .set({ is_active: false, released_reason: "another time chosen" })
          .where("id", "=", replaces)
          .where("kind", "=", "hold")
          .execute();
      }
      return await db
        .insertInto("bookings")
        .values({
          kind: "hold",
          teacher_id: slot.teacherId,
          room_id: open.roomId,
          during: sql`tstzrange(${open.startsAt}, ${open.endsAt})`,
          teacher_busy: sql`'empty'`,
          expires_at: sql`private.now() + (select hold_minutes from academy_settings) * interval '1 minute'`,
        })
        .returning(["id", "expires_at"])
        .executeTakeFirstOrThrow();
    });
    if (held?.expires_at) return { outcome: "held", bookingId: held.id, expiresAt: held.expires_at };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "slot_taken") throw error;
  }
  return { outcome: "taken", alternatives: await findAlternatives(slot) };
}

/** Three open times in place of one that is gone; fewer only where fewer exist. */
export async function findAlternatives(slot: WantedSlot): Promise<Alternative[]> {
  const { teacherId: _, startsAt: __, ...wanted } = slot;
  const open = await withPrincipal(academy, (db) => listOpenTimes(db, wanted));
  return chooseAlternatives(open, slot);
}
