import { keyText } from "./flow-control";
import type { RegisteredFunction } from "./functions";
import { cancelRun } from "./runs";
import type { Unit } from "./unit";

/** The name under which at most one run of the function may be live; null for a function that is no singleton. */
export function singletonName(fn: RegisteredFunction, event: Record<string, unknown>): string | null {
  const { singleton } = fn.flow;
  return singleton ? `${fn.id}/${keyText(singleton, { event })}` : null;
}

/**
 * Makes way for a new run of that name, or says that it must not start: false. The lock lasts until the commit; a
 * unique index on the runs stands behind it.
 */
export async function claimSingleton(unit: Unit, fn: RegisteredFunction, name: string): Promise<boolean> {
  const { tx } = unit;
  await tx`select pg_advisory_xact_lock(hashtextextended(${`inngest.singleton/${name}`}, 0))`;
  const [live] = await tx<{ id: string }[]>`
    select id from inngest.runs where singleton = ${name} and ended_at is null`;
  if (!live) return true;
  if (fn.flow.singleton?.mode === "skip") return false;
  await cancelRun(unit, live.id, "A newer run of this singleton took its place");
  return true;
}
