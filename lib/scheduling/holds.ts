import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { type Allowance, countUseWithin } from "@/lib/http/rate-limit";
import { listAlternatives } from "./alternatives";
import { listOpenTimes } from "./queries";
import type { Alternative } from "./rules";

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
  const held = await tryHold(slot, { replaces });
  return held
    ? { outcome: "held", ...held }
    : { outcome: "taken", alternatives: await findAlternatives(slot) };
}

/** A slot that is held: the booking, and until when. */
type Held = { readonly bookingId: string; readonly expiresAt: Date };

/**
 * Holds a slot like `holdSlot`; null when it is not open. `allowance` bounds how many one subject may keep; what is not
 * held does not count.
 * @throws RateLimitError when the allowance is used up.
 */
export async function tryHold(
  slot: WantedSlot,
  options: { readonly replaces?: string | undefined; readonly allowance?: Allowance | undefined },
): Promise<Held | null> {
  try {
    return await withPrincipal(academy, (db) => insertHold(db, slot, options));
  } catch (error) {
    if (error instanceof AppError && error.code === "slot_taken") return null;
    throw error;
  }
}

async function insertHold(
  db: Db,
  slot: WantedSlot,
  { replaces, allowance }: Parameters<typeof tryHold>[1],
): Promise<Held | null> {
  // Only when there are some: letting go waits for every other writer of the calendar.
  const [, [open]] = await Promise.all([
    sql`
      select private.release_expired_holds()
       where exists (select from bookings where kind = 'hold' and is_active and expires_at <= private.now())`.execute(
      db,
    ),
    listOpenTimes(db, {
      ...slot,
      from: slot.startsAt,
      until: slot.startsAt,
      ignoredBookingIds: replaces ? [replaces] : [],
    }),
  ]);
  if (!open) return null;
  if (replaces) {
    await db
      .updateTable("bookings")
      .set({ is_active: false, released_reason: "another time chosen" })
      .where("id", "=", replaces)
      .where("kind", "=", "hold")
      .execute();
  }
  const made = await db
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
  if (allowance) await countUseWithin(db, "hold.kept", allowance);
  return made.expires_at ? { bookingId: made.id, expiresAt: made.expires_at } : null;
}

/** Three open times in place of one that is gone; fewer only where fewer exist. */
export async function findAlternatives(slot: WantedSlot): Promise<Alternative[]> {
  return withPrincipal(academy, (db) => listAlternatives(db, slot));
}
