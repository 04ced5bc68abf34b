import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { errorFacts, log } from "@/lib/log";

const academy = service("relay");
const BATCH = 100;

export type OutboxEvent = {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
  readonly at: Date;
  /** The mark of this installation. */
  readonly installation: string;
};

/** What became of events that were to be handed over. Those in neither list wait on, because of `trouble`. */
export type Handover = {
  readonly delivered: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  readonly trouble: unknown;
};

/**
 * Hands the waiting events, in their order, to `send` and marks what became of them: delivered, or set aside because
 * the executor will not take that very event; all others stay. One relay at a time works, so that the order is kept.
 * Returns how many left the queue. Throws what kept the others waiting.
 */
export async function drainOutbox(
  send: (events: readonly OutboxEvent[]) => Promise<Handover>,
): Promise<number> {
  const { count, trouble } = await withPrincipal(academy, async (db) => {
    const { rows: lock } = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(7001, 1) as mine`.execute(db);
    if (!lock[0]?.mine) return { count: 0, trouble: null };
    const waiting = await db
      .selectFrom("outbox")
      .select(["id", "name", "data", "created_at as at"])
      .select(sql<string>`private.installation()`.as("installation"))
      .where("delivered_at", "is", null)
      .where("set_aside_at", "is", null)
      .orderBy("seq")
      .limit(BATCH)
      .execute();
    if (waiting.length === 0) return { count: 0, trouble: null };
    const handover = await send(
      waiting.map((event) => ({ ...event, data: event.data as Record<string, unknown> })),
    );
    await note(db, waiting[0]?.id ?? null, handover);
    return { count: handover.delivered.length + handover.refused.length, trouble: handover.trouble };
  });
  if (trouble) throw trouble;
  return count;
}

async function note(db: Db, first: string | null, { delivered, refused, trouble }: Handover): Promise<void> {
  if (delivered.length > 0) {
    await db
      .updateTable("outbox")
      .set({ delivered_at: sql`private.now()`, attempts: sql`attempts + 1`, last_error: null })
      .where("id", "in", [...delivered])
      .execute();
  }
  for (const { id, reason } of refused) {
    log("error", "outbox.set_aside", { id, reason });
    await db
      .updateTable("outbox")
      .set({
        set_aside_at: sql`private.now()`,
        attempts: sql`attempts + 1`,
        last_error: reason.slice(0, 500),
      })
      .where("id", "=", id)
      .execute();
  }
  if (!trouble || delivered.length + refused.length > 0) return;
  // The first of those that wait tells for all of them.
  const { error } = errorFacts(trouble);
  await db
    .updateTable("outbox")
    .set({ attempts: sql`attempts + 1`, last_error: String(error).slice(0, 500) })
    .where("id", "=", first)
    .execute();
}
