import { setTimeout as delay } from "node:timers/promises";
import type { App } from "@supabase/lite";
import type postgres from "postgres";
import { logEvent } from "../stack/log-event";

const databaseWaitMilliseconds = 60_000;

async function waitForDatabase(sql: postgres.Sql): Promise<void> {
  const deadline = Date.now() + databaseWaitMilliseconds;
  for (;;) {
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      logEvent({ event: "auth.waiting_for_database", error: String(error) });
      await delay(250);
    }
  }
}

/**
 * Makes the `auth` schema where it is missing, once PostgreSQL answers, and turns row level security on for its tables:
 * the service owns them and is not bound by it, everybody else sees nothing (as on a hosted project).
 */
export async function prepareAuthSchema(app: App, sql: postgres.Sql): Promise<void> {
  await waitForDatabase(sql);
  await app.ensureSystemSchema();
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'supabase_migrations') and c.relkind = 'r' and not c.relrowsecurity`;
  for (const table of tables) await sql.unsafe(`alter table ${table.name} enable row level security`);
}
