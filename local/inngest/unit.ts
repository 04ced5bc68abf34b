import { type Database, type Transaction, transact } from "./database";
import type { Registry } from "./functions";
import type { AcceptedEvent } from "./protocol";

/**
 * One transaction of the executor. Rows are locked in the order run (a child before its parent, so newest
 * first), step, job.
 */
export type Unit = {
  tx: Transaction;
  now: Date;
  registry: Registry;
  /** When the inserted jobs want to run: the worker is told after the commit, never before. */
  due: Date[];
  /** Likewise for starts that were put off or gathered. */
  starts: Date[];
  /** Internal events, taken in before the commit. */
  emitted: AcceptedEvent[];
};

/** What opens units of work: handed to everything that changes state. */
export type Store = {
  sql: Database;
  registry: Registry;
  now(): Date;
  /** Commits, then wakes the worker for what became due. */
  unit<T>(work: (unit: Unit) => Promise<T>): Promise<T>;
};

type StoreParts = Pick<Store, "sql" | "registry" | "now"> & {
  ingest(unit: Unit, events: readonly AcceptedEvent[]): Promise<void>;
  onDue(due: readonly Date[]): void;
  onStarts(starts: readonly Date[]): void;
};

export function openStore({ sql, registry, now, ingest, onDue, onStarts }: StoreParts): Store {
  return {
    sql,
    registry,
    now,
    async unit(work) {
      let due: Date[] = [];
      let starts: Date[] = [];
      const result = await transact(sql, async (tx) => {
        due = [];
        starts = [];
        const unit: Unit = { tx, now: now(), registry, due, starts, emitted: [] };
        const value = await work(unit);
        while (unit.emitted.length > 0) await ingest(unit, unit.emitted.splice(0));
        return value;
      });
      if (due.length > 0) onDue(due);
      if (starts.length > 0) onStarts(starts);
      return result;
    },
  };
}
