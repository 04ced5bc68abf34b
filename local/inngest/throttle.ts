import type { Transaction } from "./database";
import type { Registry } from "./functions";
import { afterStart, earliestStart } from "./rate";

/** The first call of a run whose function is throttled. */
type Throttled = { functionId: string; throttle: string | null };
type Standing = { functionId: string; throttle: string; tat: number | undefined; isFull: boolean };

/** Where the throttles of some due jobs stand, during one claim; the caller holds the lock of all claims. */
export class Throttles {
  readonly #standings = new Map<string, Standing>();
  readonly #registry: Registry;
  readonly #now: number;

  private constructor(registry: Registry, now: Date) {
    this.#registry = registry;
    this.#now = now.getTime();
  }

  static async read(
    tx: Transaction,
    registry: Registry,
    now: Date,
    jobs: readonly Throttled[],
  ): Promise<Throttles> {
    const throttles = new Throttles(registry, now);
    for (const { functionId, throttle } of jobs) {
      if (throttle === null) continue;
      throttles.#standings.set(name(functionId, throttle), {
        functionId,
        throttle,
        tat: undefined,
        isFull: false,
      });
    }
    const standings = [...throttles.#standings.values()];
    if (standings.length === 0) return throttles;
    const rows = await tx<{ functionId: string; key: string; tat: Date }[]>`
      select r.function_id as "functionId", r.key, r.tat from inngest.rates r
      join unnest(
        ${standings.map((each) => each.functionId)}::text[], ${standings.map((each) => each.throttle)}::text[]
      ) as w (function_id, key) on w.function_id = r.function_id and w.key = r.key
      where r.kind = 'throttle'`;
    for (const row of rows) {
      const standing = throttles.#standings.get(name(row.functionId, row.key));
      if (standing) standing.tat = row.tat.getTime();
    }
    return throttles;
  }

  /** Takes the next start of the job's key; false when it is not due yet. */
  admit({ functionId, throttle }: Throttled): boolean {
    const rate = this.#registry.get(functionId)?.flow.throttle?.rate;
    const standing = throttle === null ? undefined : this.#standings.get(name(functionId, throttle));
    // A function that is throttled no more, or gone: nothing to wait for.
    if (!rate || !standing) return true;
    if (standing.isFull || earliestStart(rate, standing.tat, this.#now) > this.#now) {
      standing.isFull = true;
      return false;
    }
    standing.tat = afterStart(rate, standing.tat, this.#now);
    return true;
  }

  /**
   * Stores the starts taken, and lines up the due jobs of full keys, but for those `taken`, behind the ones that wait
   * already: each is looked at again at the hour at which it can start. Gives the first of these hours.
   */
  async store(tx: Transaction, taken: readonly string[]): Promise<Date | undefined> {
    let first: Date | undefined;
    for (const { functionId, throttle, tat, isFull } of this.#standings.values()) {
      const rate = this.#registry.get(functionId)?.flow.throttle?.rate;
      if (!rate || tat === undefined) continue;
      await tx`
        insert into inngest.rates (function_id, kind, key, tat)
        values (${functionId}, 'throttle', ${throttle}, ${new Date(Math.ceil(tat))})
        on conflict (function_id, kind, key) do update set tat = excluded.tat`;
      if (!isFull) continue;
      const next = new Date(Math.ceil(earliestStart(rate, tat, this.#now)));
      const spacing = `${rate.spacingMs} milliseconds`;
      const now = new Date(this.#now);
      await tx`
        with last as (
          select max(run_at) as at from inngest.jobs
          where function_id = ${functionId} and throttle = ${throttle} and run_at > ${now}
        ), due as (
          select key, row_number() over (order by run_at - priority * interval '1 second', key) - 1 as place
          from inngest.jobs
          where function_id = ${functionId} and throttle = ${throttle} and run_at <= ${now} and leased_by is null
            and key <> all (${[...taken]}::text[])
        )
        update inngest.jobs j
        set run_at = greatest(${next}, last.at + ${spacing}::interval) + due.place * ${spacing}::interval
        from due, last where j.key = due.key`;
      if (!first || next < first) first = next;
    }
    return first;
  }
}

function name(functionId: string, throttle: string): string {
  return JSON.stringify([functionId, throttle]);
}
