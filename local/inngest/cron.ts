import { isoList } from "./database";
import { storeEvent } from "./events";
import type { CronTrigger, RegisteredFunction } from "./functions";
import { EVENT, internalEvent } from "./protocol";
import { startFunctions } from "./starts";
import type { Store, Unit } from "./unit";

/**
 * Brings the table of next ticks in line with the registered functions, and with a clock that was set back:
 * no tick may lie further ahead than the next one from now.
 */
export async function scheduleCrons(store: Store): Promise<void> {
  const now = store.now();
  const wanted = cronTriggers(store).flatMap(({ fn, cron }) => {
    const next = cron.schedule.nextRun(now);
    return next ? [{ functionId: fn.id, pattern: cron.pattern, next }] : [];
  });
  const functionIds = wanted.map((row) => row.functionId);
  const patterns = wanted.map((row) => row.pattern);
  const ticks = wanted.map((row) => row.next);
  await store.sql.begin(async (tx) => {
    await tx`
      delete from inngest.crons c where not exists (
        select 1 from unnest(${functionIds}::text[], ${patterns}::text[]) as w (function_id, pattern)
        where w.function_id = c.function_id and w.pattern = c.pattern)`;
    await tx`
      insert into inngest.crons (function_id, pattern, next_at)
      select * from unnest(${functionIds}::text[], ${patterns}::text[], ${isoList(ticks)}::timestamptz[])
      on conflict (function_id, pattern) do update set next_at = excluded.next_at
        where crons.next_at > excluded.next_at`;
  });
}

/**
 * Starts what is due. Ticks missed while nobody was looking, or jumped over by the clock, are made up for
 * by one run, for the latest of them. The row lock and the event's id (function, pattern, tick) each let
 * only one executor start a tick.
 */
export async function runDueCrons(store: Store): Promise<void> {
  await store.unit(async (unit) => {
    const rows = await unit.tx<{ functionId: string; pattern: string; nextAt: Date }[]>`
      select function_id as "functionId", pattern, next_at as "nextAt" from inngest.crons
      where next_at <= ${unit.now} for update skip locked`;
    for (const row of rows) {
      const fn = unit.registry.get(row.functionId);
      const cron = fn?.crons.find(({ pattern }) => pattern === row.pattern);
      if (fn && cron) await runTick(unit, fn, cron, row.nextAt);
    }
  });
}

async function runTick(unit: Unit, fn: RegisteredFunction, cron: CronTrigger, due: Date): Promise<void> {
  const { tx, now } = unit;
  // previousRuns leaves out its reference, so it looks from a second later.
  const recent = cron.schedule.previousRuns(2, new Date(now.getTime() + 1_000));
  const latest = recent.find((run) => run <= now);
  const tick = latest && latest > due ? latest : due;
  const eventId = `cron/${fn.id}/${cron.pattern}/${tick.toISOString()}`;
  const event = internalEvent(EVENT.timer, { cron: cron.pattern }, tick, eventId);
  if (await storeEvent(unit, event)) {
    const delayMs = Math.floor(Math.random() * cron.jitterMs);
    await startFunctions(unit, [{ fn, eventId: event.id, event: event.body, delayMs }]);
  }
  const next = cron.schedule.nextRun(now);
  if (next) {
    await tx`
      update inngest.crons set next_at = ${next} where function_id = ${fn.id} and pattern = ${cron.pattern}`;
  } else {
    await tx`delete from inngest.crons where function_id = ${fn.id} and pattern = ${cron.pattern}`;
  }
}

/** The earliest next tick; undefined without crons. */
export async function nextTickAt(store: Store): Promise<Date | undefined> {
  const [row] = await store.sql<{ at: Date | null }[]>`select min(next_at) as at from inngest.crons`;
  return row?.at ?? undefined;
}

function cronTriggers(store: Store): { fn: RegisteredFunction; cron: CronTrigger }[] {
  return store.registry.all.flatMap((fn) => fn.crons.map((cron) => ({ fn, cron })));
}
