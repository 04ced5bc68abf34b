import postgres from "postgres";
import { env } from "@/lib/env";
import { errorFacts, log } from "@/lib/log";

/**
 * Calls `wake` whenever a transaction with outbox rows commits. Uses a connection of its own and reconnects by
 * itself. Behind a pooler in transaction mode announcements do not arrive: callers poll as well.
 */
export function listenForOutbox(wake: () => void): void {
  const sql = postgres(env().DATABASE_URL, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: "cedar-heights relay" },
  });
  sql.listen("outbox", wake, wake).catch((error: unknown) => log("warn", "relay.listen", errorFacts(error)));
}
