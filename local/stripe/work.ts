import { clock } from "@/lib/clock";
import type { Config } from "./config";
import type { Database, Transaction } from "./database";

/** What every part of the running stand-in shares. */
export interface Runtime {
  config: Config;
  db: Database;
  /** Idempotency keys of the requests that run now, with what tells those requests apart. */
  runningKeys: Map<string, string>;
  /** Address of this server, without a slash at the end. */
  origin: string;
  /** Called after events were committed. */
  wakeDeliveries: () => void;
}

/** One unit of work: a transaction, the simulated time, and the request behind it, if there is one. */
export interface Work {
  sql: Transaction;
  /** Unix seconds of the stack's movable clock. */
  now: number;
  request: { id: string; idempotencyKey: string | null } | null;
  /** Events written so far. */
  emitted: number;
  /** Whom the first of them is about: the events of one piece of work are delivered one after the other. */
  lane: string | null;
}

/** Runs an action in one transaction; its events are delivered once it is committed. */
export async function inTransaction<T>(
  runtime: Runtime,
  request: Work["request"],
  action: (work: Work) => Promise<T>,
): Promise<T> {
  let emitted = 0;
  const result = await runtime.db.begin(async (sql) => {
    const work: Work = { sql, now: nowSeconds(), request, emitted: 0, lane: null };
    const value = await action(work);
    emitted = work.emitted;
    return { value };
  });
  if (emitted > 0) runtime.wakeDeliveries();
  return result.value as T;
}

/** The stack's clock in Unix seconds. */
export function nowSeconds(): number {
  return Math.floor(clock.now().getTime() / 1000);
}
