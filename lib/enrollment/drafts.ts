import { sql } from "kysely";
import { jsonb } from "@/lib/db/json";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { type DraftData, draftData } from "./schema";

/** A visitor's unfinished enrollment, with the hold on the chosen time while it lasts. */
export type Draft = {
  readonly id: string;
  readonly data: DraftData;
  readonly updatedAt: Date;
  readonly hold: {
    readonly bookingId: string;
    readonly startsAt: Date;
    readonly endsAt: Date;
    readonly teacherId: string;
    readonly expiresAt: Date;
  } | null;
};

const academy = service("enrollment");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The draft of a cookie; null for an unknown or malformed id. A hold whose time is over is not shown. */
export async function getDraft(id: string | undefined): Promise<Draft | null> {
  if (!id || !UUID.test(id)) return null;
  return withPrincipal(academy, (db) => readDraft(db, id));
}

async function readDraft(db: Db, id: string): Promise<Draft | null> {
  const row = await db
    .selectFrom("enrollment_drafts as d")
    .leftJoin("bookings as b", (join) =>
      join
        .onRef("b.id", "=", "d.hold_id")
        .on("b.kind", "=", "hold")
        .on("b.is_active", "=", true)
        .on(sql<boolean>`b.expires_at > private.now()`),
    )
    .select([
      "d.id",
      "d.data",
      "d.updated_at as updatedAt",
      "b.id as bookingId",
      "b.teacher_id as teacherId",
      "b.expires_at as expiresAt",
    ])
    .select(sql<Date | null>`lower(b.during)`.as("startsAt"))
    .select(sql<Date | null>`upper(b.during)`.as("endsAt"))
    .where("d.id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  const { bookingId, teacherId, expiresAt, startsAt, endsAt } = row;
  return {
    id: row.id,
    data: draftData.parse(row.data),
    updatedAt: row.updatedAt,
    hold:
      bookingId && teacherId && expiresAt && startsAt && endsAt
        ? { bookingId, teacherId, expiresAt, startsAt, endsAt }
        : null,
  };
}

/**
 * Stores what the visitor gave so far; without a usable id a new draft is made. Returns the draft's id, which is
 * the secret of its cookie.
 */
export async function saveDraft(
  id: string | undefined,
  data: DraftData,
  holdId?: string | null,
): Promise<string> {
  return withPrincipal(academy, async (db) => {
    const values = { data: jsonb(data), ...(holdId === undefined ? {} : { hold_id: holdId }) };
    if (id && UUID.test(id)) {
      const updated = await db
        .updateTable("enrollment_drafts")
        .set(values)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst();
      if (updated) return updated.id;
    }
    const made = await db
      .insertInto("enrollment_drafts")
      .values(values)
      .returning("id")
      .executeTakeFirstOrThrow();
    return made.id;
  });
}
