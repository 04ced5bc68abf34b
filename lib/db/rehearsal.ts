import { sql } from "kysely";
import { type Db, type Principal, withPrincipal } from "./principal";

/** Carries what a rehearsal came to out of its transaction, which it undoes. */
class Rehearsed extends Error {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super("rehearsed");
    this.outcome = outcome;
  }
}

/**
 * Does everything that a unit of work does, refusals at commit included, tells what it came to and undoes it: what is
 * shown before is what happens after.
 */
export async function rehearse<T>(principal: Principal, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await withPrincipal(principal, async (db): Promise<T> => {
      const outcome = await work(db);
      await sql`set constraints all immediate`.execute(db);
      throw new Rehearsed(outcome);
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.outcome as T;
    throw error;
  }
}
