import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";

const academy = service("relay");
const BATCH = 100;

export type OutboxEvent = {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
  readonly at: Date;
};

/**
 * Hands the waiting events, oldest first, to `send` and marks them delivered; when `send` fails they stay. One
 * relay at a time works, so that the order within a family is kept. Returns how many were handed over.
 */
export async function drainOutbox(send: (events: readonly OutboxEvent[]) => Promise<void>): Promise<number> {
  return withPrincipal(academy, async (db) => {
    const { rows: lock } = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(7001, 1) as mine`.execute(db);
    if (!lock[0]?.mine) return 0;
    const waiting = await db
      .selectFrom("outbox")
      .select(["id", "name", "data", "created_at as at"])
      .where("delivered_at", "is", null)
      .orderBy("seq")
      .limit(BATCH)
      .execute();
    if (waiting.length === 0) return 0;
    await send(waiting.map((event) => ({ ...event, data: event.data as Record<string, unknown> })));
    await db
      .updateTable("outbox")
      .set({ delivered_at: sql`private.now()`, attempts: sql`attempts + 1` })
      .where(
        "id",
        "in",
        waiting.map((event) => event.id),
      )
      .execute();
    return waiting.length;
  });
}
