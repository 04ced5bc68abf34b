import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type postgres from "postgres";
import { openPostgres } from "@/lib/db/postgres";
import { log } from "./log";

type Types = { bigint: number };
export type Database = postgres.Sql<Types>;
export type Transaction = postgres.TransactionSql<Types>;
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Opens a pool. A lost connection is thrown away and another one opened, so a restarted PostgreSQL is found again. */
export function connect(url: string): Database {
  return openPostgres(url, {
    max: 12,
    onnotice: () => undefined,
    backoff: (retries: number) => Math.min(0.1 * 2 ** retries, 2),
    connection: { application_name: "stripe-stand-in" },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: (value: number) => String(value) } },
  });
}

/** Creates what is missing of the schema, waiting for a PostgreSQL that is still starting. */
export async function prepareSchema(db: Database): Promise<void> {
  const schema = readFileSync(new URL("./schema.sql", import.meta.url), "utf8");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.begin(async (sql) => {
        await sql`select pg_advisory_xact_lock(hashtext('stripe_local'))`;
        await sql.unsafe(schema);
      });
      return;
    } catch (error) {
      if (attempt >= 60 || !isUnreachable(error)) throw error;
      log("database.waiting", { attempt, error: String(error) });
      await pause(Math.min(100 * attempt, 1000));
    }
  }
}

/** Refused, cut off, or PostgreSQL still starting or stopping (SQLSTATE class 57P). */
function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(ECONN|ENOTFOUND|EPIPE|CONNECT|CONNECTION_|57P|08)/.test(code);
}
