import { z } from "zod";
import type { RunOrder } from "./create-runs";
import { optionalExpression } from "./expression";
import type { RegisteredFunction } from "./functions";
import { type AcceptedEvent, canonical, MAX_EVENT_BYTES } from "./protocol";
import { cancelRun, completeStep, lockRun } from "./runs";
import { startFunctions } from "./starts";
import { seededUlid, ulid } from "./ulid";
import type { Unit } from "./unit";

/** PostgreSQL's text cannot hold a NUL. */
const NO_NUL = /^[^\0]*$/;

const incomingEventSchema = z.object({
  name: z.string().trim().min(1).max(256).regex(NO_NUL),
  data: z.record(z.string(), z.unknown()).nullish(),
  id: z.string().max(255).regex(NO_NUL).nullish(),
  ts: z.number().int().nonnegative().nullish(),
  v: z.string().nullish(),
  user: z.record(z.string(), z.unknown()).nullish(),
  meta: z.record(z.string(), z.unknown()).nullish(),
});

/** A refusal of a send, with the HTTP status and a sentence. */
export class EventRefused extends Error {
  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message);
    this.name = "EventRefused";
  }
}

/**
 * Checks the body of `POST /e/:key` (one event or an array) and gives each event its id: its own, else one
 * derived from the seed and its index, so that a retried send yields the same. Throws {@link EventRefused}.
 */
export function parseEvents(body: unknown, seed: string | undefined, now: Date): AcceptedEvent[] {
  const list = Array.isArray(body) ? body : [body];
  return list.map((raw, index) => {
    const parsed = incomingEventSchema.safeParse(raw);
    if (!parsed.success) {
      const why = parsed.error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
      throw new EventRefused(400, `Event ${index} is invalid: ${why.join("; ")}`);
    }
    const { name, data, id, ts, v, user, meta } = parsed.data;
    if (name.toLowerCase().startsWith("inngest/")) {
      throw new EventRefused(400, `Event ${index}: names starting with "inngest/" are reserved`);
    }
    const event = {
      id: id || (seed && seededUlid(seed, index)) || ulid(now.getTime()),
      name,
      data: data ?? {},
      ts: ts || now.getTime(),
      ...(v ? { v } : {}),
      ...(user ? { user } : {}),
      ...(meta ? { meta } : {}),
    };
    const payload = canonical(event);
    if (Buffer.byteLength(payload) > MAX_EVENT_BYTES) {
      throw new EventRefused(413, `Event ${index} (${name}) is larger than ${MAX_EVENT_BYTES / 1024} KB`);
    }
    return { id: event.id, name, body: event, payload };
  });
}

/**
 * Stores events and, in the same transaction, resumes the steps that wait for them, cancels the runs they
 * cancel and starts the functions they trigger. An event whose id is known does nothing.
 */
export async function ingest(unit: Unit, events: readonly AcceptedEvent[]): Promise<void> {
  // Sent together: one round trip, executed in this order.
  const [inserted, waits] = await Promise.all([insertEvents(unit, events), readWaits(unit, events)]);
  const fresh = new Set(inserted);
  const accepted = events.filter((event) => fresh.delete(event.id));
  if (accepted.length === 0) return;

  await affectLiveRuns(unit, accepted, waits);
  const orders = accepted.flatMap((event) => triggeredRuns(unit, event));
  if (orders.length > 0) await startFunctions(unit, orders);
}

/** Answers the ids that were not there yet. */
async function insertEvents({ tx, now }: Unit, events: readonly AcceptedEvent[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    insert into inngest.events (id, name, payload, received_at)
    select id, name, payload::json, ${now}
    from unnest(
      ${events.map((event) => event.id)}::text[], ${events.map((event) => event.name)}::text[],
      ${events.map((event) => event.payload)}::text[]
    ) as e (id, name, payload)
    on conflict (id) do nothing
    returning id`;
  return rows.map((row) => row.id);
}

/** One run for each function that has a trigger which matches, however many do. */
function triggeredRuns(unit: Unit, event: AcceptedEvent): RunOrder[] {
  const functions = new Map<string, RegisteredFunction>();
  for (const { fn, trigger } of unit.registry.triggeredBy(event.name)) {
    if (!trigger.expression || trigger.expression.matches({ event: event.body })) functions.set(fn.id, fn);
  }
  return [...functions.values()].map((fn) => ({ fn, eventId: event.id, event: event.body }));
}

type Effect = { runId: string; event: AcceptedEvent; stepId?: string };

async function affectLiveRuns(
  unit: Unit,
  events: readonly AcceptedEvent[],
  waits: readonly OpenWait[],
): Promise<void> {
  const effects = [...matchingWaits(waits, events), ...(await matchingCancellations(unit, events))];
  // Newest run first: the lock order of unit.ts.
  effects.sort((a, b) => (a.runId < b.runId ? 1 : a.runId > b.runId ? -1 : 0));
  for (const { runId, event, stepId } of effects) {
    if (stepId === undefined) {
      await cancelRun(unit, runId, `Cancelled by event ${event.name} (${event.id})`);
      continue;
    }
    const run = await lockRun(unit, runId);
    if (run) await completeStep(unit, run, stepId, `{"data":${event.payload}}`);
  }
}

type OpenWait = { runId: string; stepId: string; event: string; condition: string | null; trigger: string };

async function readWaits({ tx, now }: Unit, events: readonly AcceptedEvent[]): Promise<OpenWait[]> {
  const names = [...new Set(events.map((event) => event.name))];
  return tx<OpenWait[]>`
    select s.run_id as "runId", s.id as "stepId", s.wait_event as event, s.wait_if as condition,
      e.payload::text as trigger
    from inngest.steps s
    join inngest.runs r on r.id = s.run_id and r.ended_at is null
    join inngest.events e on e.id = r.event_id
    where s.state = 'open' and s.due_at > ${now} and s.wait_event = any (${names}::text[])`;
}

function matchingWaits(waits: readonly OpenWait[], events: readonly AcceptedEvent[]): Effect[] {
  return waits.flatMap((wait) => {
    const expression = optionalExpression(wait.condition ?? undefined);
    const trigger: unknown = expression ? JSON.parse(wait.trigger) : undefined;
    const event = events.find(
      (candidate) =>
        candidate.name === wait.event &&
        (!expression || expression.matches({ event: trigger, async: candidate.body })),
    );
    return event ? [{ runId: wait.runId, stepId: wait.stepId, event }] : [];
  });
}

async function matchingCancellations(unit: Unit, events: readonly AcceptedEvent[]): Promise<Effect[]> {
  const { tx, now, registry } = unit;
  const effects: Effect[] = [];
  for (const event of events) {
    const cancellations = registry.cancelledBy(event.name);
    if (cancellations.length === 0) continue;
    const runs = await tx<{ id: string; functionId: string; createdAt: Date; trigger: string }[]>`
      select r.id, r.function_id as "functionId", r.created_at as "createdAt", e.payload::text as trigger
      from inngest.runs r join inngest.events e on e.id = r.event_id
      where r.ended_at is null and r.function_id = any (${cancellations.map(({ fn }) => fn.id)}::text[])`;
    for (const run of runs) {
      const cancelled = cancellations.some(
        ({ fn, cancellation: { expression, timeoutMs } }) =>
          fn.id === run.functionId &&
          (timeoutMs === undefined || now.getTime() <= run.createdAt.getTime() + timeoutMs) &&
          (!expression || expression.matches({ event: JSON.parse(run.trigger), async: event.body })),
      );
      if (cancelled) effects.push({ runId: run.id, event });
    }
  }
  return effects;
}

/** Stores an event that starts exactly the runs its creator orders. False when it was already there. */
export async function storeEvent(unit: Unit, event: AcceptedEvent): Promise<boolean> {
  const stored = await unit.tx`
    insert into inngest.events (id, name, payload, received_at)
    values (${event.id}, ${event.name}, ${event.payload}::text::json, ${unit.now})
    on conflict (id) do nothing returning 1`;
  return stored.length > 0;
}
