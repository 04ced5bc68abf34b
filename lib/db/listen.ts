import postgres from "postgres";
import { env } from "@/lib/env";
import { errorFacts, log } from "@/lib/log";
import { hearing } from "./postgres";

const AGAIN_MS = 1_000;

type Listening = {
  readonly channel: string;
  /** The connection's name in the database. */
  readonly name: string;
  /** Called with the text of each announcement, once its transaction has committed. */
  readonly hear: (text: string) => void;
  /** Called when listening begins, and again after a lost connection: what was announced in between is not known. */
  readonly begin: () => void;
};

/**
 * Hears a channel's announcements for as long as the process lives. Uses a connection of its own and opens another when
 * it is lost. Behind a pooler in transaction mode announcements do not arrive: callers need another way as well.
 */
export function listen(listening: Listening): void {
  const { channel, name, hear, begin } = listening;
  let isOver = false;
  const again = (error?: unknown) => {
    if (isOver) return;
    isOver = true;
    if (error) log("warn", "database.listen", { channel, ...errorFacts(error) });
    void sql.end({ timeout: 1 }).catch(() => undefined);
    setTimeout(() => listen(listening), AGAIN_MS).unref();
  };
  const sql = postgres(env().DATABASE_URL, {
    max: 1,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: name },
    onclose: () => again(),
    ...hearing(hear),
  });
  sql`listen ${sql(channel)}`.then(begin, again);
}
