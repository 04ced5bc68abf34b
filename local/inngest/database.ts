import { readFile } from "node:fs/promises";
import type postgres from "postgres";
import { openPostgres } from "@/lib/db/postgres";

export type Database = postgres.Sql;
export type Transaction = postgres.TransactionSql;
export type Queryable = postgres.ISql;

/** Opens a pool. `name` becomes the application name, by which executors see that another one is alive. */
export function connect(url: string, name: string, connections: number): Database {
  return openPostgres(url, {
    max: connections,
    onnotice: () => {},
    connection: { application_name: name },
    connect_timeout: 5,
    backoff: (attempt) => Math.min(0.5, 0.02 * 2 ** attempt),
  });
}

/** Instants for a `timestamptz[]` parameter: the driver takes a list of Dates for a single one. */
export function isoList(dates: readonly (Date | null)[]): (string | null)[] {
  return dates.map((date) => date?.toISOString() ?? null);
}

/** Creates what is missing of the schema `inngest`, in a new database or one of an earlier version. Safe to run by several executors at once. */
export async function createSchema(sql: Database): Promise<void> {
  const text = await readFile(new URL("./schema.sql", import.meta.url), "utf8");
  // Another executor at work may hold what this wants and want what this holds.
  await transact(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('inngest.schema'))`;
    await tx.unsafe(text);
  });
}

/** Runs `work` in one transaction, again when PostgreSQL chose it as the victim of a deadlock. */
export async function transact<T>(sql: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let result: { value: T } | undefined;
    try {
      await sql.begin(async (tx) => {
        result = { value: await work(tx) };
      });
      if (!result) throw new Error("The transaction ended without a result");
      return result.value;
    } catch (error) {
      const code = errorCode(error);
      if (attempt >= 8 || (code !== "40P01" && code !== "40001")) throw error;
    }
  }
}

const LOST_CONNECTION = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);

/** True when PostgreSQL could not be reached or went away: the statement may be tried again later. */
export function isDatabaseAway(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && (LOST_CONNECTION.has(code) || code.startsWith("08"));
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
