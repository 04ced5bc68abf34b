import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { hashFeedToken, newFeedToken } from "./feed-token";

/** Makes the signed-in person's feed and gives its secret, this once. The feed before it stops working. */
export async function makeFeed(db: Db): Promise<string> {
  const token = newFeedToken();
  await sql`select private.make_feed(${hashFeedToken(token)})`.execute(db);
  return token;
}

/** Stops the signed-in person's feed for good. Without one it changes nothing. */
export async function revokeFeed(db: Db): Promise<void> {
  await sql`select private.revoke_feed()`.execute(db);
}

/** Keeps that a feed was read and gives the instant since when it has had this content (SHA-256). The academy's own. */
export async function recordFeedReading(db: Db, feedId: string, content: Buffer): Promise<Date> {
  const { rows } = await sql<{ since: Date | null }>`
    select private.record_feed_reading(${feedId}, ${content}) as since`.execute(db);
  const since = rows[0]?.since;
  if (!since) throw new Error("the feed that was read does not exist any more");
  return since;
}
