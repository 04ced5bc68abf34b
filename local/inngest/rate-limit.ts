import { keyText } from "./flow-control";
import type { RegisteredFunction } from "./functions";
import type { Unit } from "./unit";

/**
 * False when the function's rate limit drops this start. The row of the key is locked until the commit, so that of two
 * executors one counts after the other.
 */
export async function isWithinRate(
  { tx, now }: Unit,
  fn: RegisteredFunction,
  event: Record<string, unknown>,
): Promise<boolean> {
  const { rateLimit } = fn.flow;
  if (!rateLimit) return true;
  const { spacingMs, toleranceMs } = rateLimit.rate;
  const spacing = `${spacingMs} milliseconds`;
  const tolerance = `${toleranceMs} milliseconds`;
  // The least(…) only matters after the clock was set back; see rate.ts for the algorithm.
  const kept = await tx`
    insert into inngest.rates as r (function_id, kind, key, tat)
    values (${fn.id}, 'rateLimit', ${keyText(rateLimit, { event })}, ${now}::timestamptz + ${spacing}::interval)
    on conflict (function_id, kind, key) do update
      set tat = greatest(least(r.tat, ${now}::timestamptz + ${tolerance}::interval), ${now}) + ${spacing}::interval
      where least(r.tat, ${now}::timestamptz + ${tolerance}::interval) + ${spacing}::interval
        <= ${now}::timestamptz + ${tolerance}::interval
    returning 1`;
  return kept.length > 0;
}
