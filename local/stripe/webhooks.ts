import { createHmac } from "node:crypto";
import { ORIGIN_MARK } from "./account";
import { log } from "./log";
import type { StoredEvent } from "./wire";
import type { Runtime, Work } from "./work";

/** Waits between attempts, in real milliseconds; the last one repeats. */
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000];
const MAX_ATTEMPTS = 60;
const TIMEOUT_MS = 30_000;
const PARALLEL_LANES = 8;
const REVERSED_LANE = "reversed";

interface Endpoint {
  url: string;
  secret: string;
  enabled_events: string[];
}

interface Control {
  webhook_mode: "normal" | "duplicate" | "reverse" | "drop" | "delay";
  delay_ms: number;
  event_types: string[] | null;
  copies: number;
  shuffle_ms: number;
  lost_objects: string[];
}

/** Writes the deliveries of an event, bent as the control API asked. */
export async function scheduleDeliveries(work: Work, event: StoredEvent): Promise<void> {
  const { sql } = work;
  const [control] = await sql<Control[]>`
    select webhook_mode, delay_ms, event_types, copies, shuffle_ms, lost_objects from stripe_local.control`;
  const bends = control && (control.event_types === null || control.event_types.includes(event.type));
  const mode = bends ? control.webhook_mode : "normal";
  const copies = mode === "duplicate" ? 2 : (control?.copies ?? 1);
  const delayMs = mode === "delay" || mode === "reverse" ? (control?.delay_ms ?? 0) : 0;
  const shuffleMs = control?.shuffle_ms ?? 0;
  const isLost = mode === "drop" || (control?.lost_objects ?? []).includes(objectIdOf(event));
  work.lane ??= subjectOf(event);
  for (const endpoint of await endpointsFor(work, event.type)) {
    // A second copy has a lane of its own: it races the first. Shuffled, every event races every other.
    for (let copy = 0; copy < copies; copy += 1) {
      const lane = shuffleMs > 0 ? `${event.id}:${copy}` : `${work.lane}:${copy}`;
      const heldBackMs = delayMs + Math.round(Math.random() * shuffleMs);
      await sql`
        insert into stripe_local.deliveries (event_id, url, secret, lane, position, state, next_at)
        select ${event.id}, ${endpoint.url}, ${endpoint.secret},
               ${mode === "reverse" ? REVERSED_LANE : lane},
               ${mode === "reverse" ? sql`-seq` : sql`seq`},
               ${isLost ? "dropped" : "pending"},
               clock_timestamp() + ${heldBackMs} * interval '1 millisecond'
        from stripe_local.objects where id = ${event.id}`;
    }
  }
}

function objectIdOf(event: StoredEvent): string {
  return String((event.data.object as { id?: unknown }).id ?? "");
}

/** The customer or payment that an event is about; events about the same one go one after the other. */
function subjectOf(event: StoredEvent): string {
  const subject = event.data.object as {
    id?: string;
    customer?: unknown;
    payment_intent?: unknown;
    object?: string;
  };
  const key = [
    subject.object === "customer" ? subject.id : subject.customer,
    subject.payment_intent,
    subject.id,
  ].find((value) => typeof value === "string");
  return String(key ?? event.id);
}

async function endpointsFor(work: Work, type: string): Promise<Endpoint[]> {
  const rows = await work.sql<{ url: string; secret: string; enabled_events: string[] }[]>`
    select data->>'url' as url, hidden->>'secret' as secret, data->'enabled_events' as enabled_events
    from stripe_local.objects
    where kind = 'webhook_endpoint' and data->>'status' = 'enabled'
    order by seq`;
  return rows.filter(({ enabled_events }) => enabled_events.includes("*") || enabled_events.includes(type));
}

/** `t=…,v1=…` over the exact bytes sent; always of the real time, because receivers check its age. */
function signPayload(payload: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const digest = createHmac("sha256", secret).update(`${seconds}.${payload}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}

interface Due {
  id: number;
  event_id: string;
  url: string;
  secret: string;
  lane: string;
  attempts: number;
  event: StoredEvent;
}

/**
 * Delivers what is due until stopped: lanes side by side, one delivery at a time within a lane. A delivery
 * that fails does not hold up its lane; it is tried again later, so order is usual, not promised.
 */
export class DeliveryLoop {
  private readonly busyLanes = new Set<string>();
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private lookAgain = false;
  private stopped = false;

  constructor(private readonly runtime: Runtime) {}

  wake(): void {
    if (this.stopped) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    void this.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.allSettled(this.running);
  }

  private async look(): Promise<void> {
    clearTimeout(this.timer);
    let waitMs = 1_000;
    try {
      do {
        this.lookAgain = false;
        for (const due of await this.findDue()) this.start(due);
        waitMs = await this.untilNext();
      } while (this.lookAgain);
    } catch (error) {
      log("webhooks.look_failed", { error: String(error) });
    }
    this.looking = false;
    if (!this.stopped) this.timer = setTimeout(() => this.wake(), waitMs);
  }

  /** The first due delivery of each free lane. The reversed lane waits until its youngest is due. */
  private async findDue(): Promise<Due[]> {
    const free = PARALLEL_LANES - this.busyLanes.size;
    if (free <= 0 || this.stopped) return [];
    return this.runtime.db<Due[]>`
      select * from (
        select distinct on (d.lane) d.id, d.event_id, d.url, d.secret, d.lane, d.attempts, d.position, o.data as event
        from stripe_local.deliveries d join stripe_local.objects o on o.id = d.event_id
        where d.state = 'pending' and d.next_at <= clock_timestamp()
          and d.lane <> all(${[...this.busyLanes]})
          and (d.lane <> ${REVERSED_LANE} or not exists (
            select from stripe_local.deliveries later
            where later.state = 'pending' and later.lane = ${REVERSED_LANE} and later.attempts = 0
              and later.next_at > clock_timestamp()))
        order by d.lane, d.position, d.id
      ) firsts order by abs(position) limit ${free}`;
  }

  private async untilNext(): Promise<number> {
    const [row] = await this.runtime.db<{ wait: number | null }[]>`
      select extract(epoch from min(next_at) - clock_timestamp())::float8 * 1000 as wait
      from stripe_local.deliveries where state = 'pending' and next_at > clock_timestamp()`;
    return Math.max(10, Math.min(row?.wait ?? 1_000, 1_000));
  }

  /** Posts, unless the control API wants this attempt, or the answer to it, to get lost. */
  private async postOverNetwork(url: string, payload: string, signature: string): ReturnType<typeof post> {
    const [control] = await this.runtime.db<{ loss_percent: number }[]>`
      select loss_percent from stripe_local.control`;
    const isLost = Math.random() * 100 < (control?.loss_percent ?? 0);
    if (isLost && Math.random() < 0.5) return LOST;
    const answer = await post(url, payload, signature);
    return isLost ? LOST : answer;
  }

  private start(due: Due): void {
    this.busyLanes.add(due.lane);
    const delivery = this.deliver(due)
      .catch((error: unknown) => log("webhooks.record_failed", { event: due.event_id, error: String(error) }))
      .finally(() => {
        this.busyLanes.delete(due.lane);
        this.running.delete(delivery);
        this.wake();
      });
    this.running.add(delivery);
  }

  private async deliver(due: Due): Promise<void> {
    const payload = JSON.stringify(due.event, null, 2).replaceAll(ORIGIN_MARK, this.runtime.origin);
    const started = performance.now();
    const answer = await this.postOverNetwork(due.url, payload, signPayload(payload, due.secret, new Date()));
    const delivered = answer.status !== null && answer.status >= 200 && answer.status < 300;
    const attempts = due.attempts + 1;
    const exhausted = attempts >= MAX_ATTEMPTS;
    const backoff = BACKOFF_MS[Math.min(attempts, BACKOFF_MS.length) - 1] ?? 300_000;
    await this.runtime.db`
      update stripe_local.deliveries
      set attempts = ${attempts}, response_status = ${answer.status}, error = ${answer.error},
          state = ${delivered ? "delivered" : exhausted ? "failed" : "pending"},
          delivered_at = ${delivered ? this.runtime.db`clock_timestamp()` : null},
          next_at = clock_timestamp() + ${backoff} * interval '1 millisecond'
      where id = ${due.id}`;
    log(delivered ? "webhook.delivered" : "webhook.refused", {
      type: due.event.type,
      id: due.event_id,
      status: answer.status,
      attempts,
      ms: Math.round(performance.now() - started),
      ...(answer.error ? { error: answer.error } : {}),
    });
  }
}

const LOST = { status: null, error: "lost on the way" };

async function post(
  url: string,
  payload: string,
  signature: string,
): Promise<{ status: number | null; error: string | null }> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "stripe-signature": signature,
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      },
      body: payload,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.text();
    return { status: response.status, error: response.ok ? null : body.slice(0, 500) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return { status: null, error: `${String(error)}${cause}` };
  }
}
