import { setTimeout as pause } from "node:timers/promises";
import type { World } from "./world";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PATIENCE_MS = 120_000;
/** The stand-in's scheduler and the executor look at the clock within this time. */
const NOTICE_MS = 1_300;

/** By how much the clock is ahead when the second visits begin: past every hold, within every payment page. */
export const AFTER_HOLDS_MS = 16 * MINUTE;

/** Below so many flows two leaps do for what is else played day by day. */
const FEW_FLOWS = 30;
/** So many families in a row would be offered what one of them gave up. */
const MOST_OFFERS = 12;

/** By how much the clock is ahead while reminders are sent on their days, and what is not paid lapses. */
function laterMoments(flows: number): number[] {
  if (flows < FEW_FLOWS) return [AFTER_HOLDS_MS, 3 * HOUR, 15 * DAY];
  const days = [1.2, 5.2, 12.2, 14.5, 15].map((day) => Math.round(day * DAY));
  return [AFTER_HOLDS_MS, 3 * HOUR, 6 * HOUR, 9 * HOUR, ...days];
}

/** Plays on until nothing is due any more, also of what the last leap sets off. @returns what did not come to rest. */
export async function playToTheEnd(world: World, flows: number, signal: AbortSignal): Promise<string[]> {
  const restless: string[] = [];
  const moments = laterMoments(flows);
  for (const offsetMs of moments) {
    if (signal.aborted) return restless;
    restless.push(...(await moveClockAndSettle(world, offsetMs)));
  }
  // What is freed at the end is offered to one family after the other, two hours each.
  const last = moments.at(-1) ?? 0;
  for (let nth = 1; nth <= MOST_OFFERS && !signal.aborted && (await hasOpenOffers(world)); nth++)
    restless.push(...(await moveClockAndSettle(world, last + nth * 3 * HOUR)));
  return restless;
}

async function hasOpenOffers({ sql, begunAt }: World): Promise<boolean> {
  const open =
    await sql`select from waitlist_offers where status = 'open' and offered_at >= ${begunAt} limit 1`;
  return open.length > 0;
}

/** What still moves, in words; empty when all is at rest. A timer that waits for the clock is at rest. */
async function listMoving({ sql, stack }: World, offsetMs: number): Promise<string[]> {
  const [counts] = await sql<{ outbox: number; jobs: number; deliveries: number }[]>`
    select (select count(*)::int from outbox where delivered_at is null) as outbox,
           (select count(*)::int from inngest.jobs
             where leased_by is not null or kind in ('discover', 'step')
                or run_at <= now() + ${offsetMs}::int8 * interval '1 millisecond' + interval '2 seconds') as jobs,
           (select count(*)::int from stripe_local.deliveries where state = 'pending') as deliveries`;
  const { outbox = 1, jobs = 1, deliveries = 1 } = counts ?? {};
  return [
    outbox > 0 ? `${outbox} events in the outbox` : "",
    jobs > 0 ? `${jobs} jobs of the executor` : "",
    deliveries > 0 ? `${deliveries} webhooks on their way` : "",
    ...stack.statuses().map(({ name, state }) => (state === "ready" ? "" : `${name} is ${state}`)),
  ].filter((words) => words !== "");
}

/**
 * Moves every clock of the stack and waits until what that sets off has come to rest.
 * @param noticeMs real milliseconds within which everybody who looks at the clock has seen it.
 * @returns what did not come to rest within two minutes, in words.
 */
export async function moveClockAndSettle(
  world: World,
  offsetMs: number,
  noticeMs: number = NOTICE_MS,
): Promise<string[]> {
  world.stack.setClock(offsetMs);
  await pause(noticeMs);
  return settle(world, offsetMs);
}

/** Waits until nothing moves any more, seen twice. @returns what did not come to rest within two minutes, in words. */
export async function settle(world: World, offsetMs: number): Promise<string[]> {
  const until = Date.now() + PATIENCE_MS;
  for (let rested = 0; ; ) {
    const moving = await listMoving(world, offsetMs).catch((error: unknown) => [String(error)]);
    rested = moving.length === 0 ? rested + 1 : 0;
    if (rested === 2) return [];
    if (Date.now() > until) return moving;
    await pause(rested === 0 ? 250 : 400);
  }
}
