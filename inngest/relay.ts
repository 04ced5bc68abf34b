import { listen } from "@/lib/db/listen";
import { errorFacts, log } from "@/lib/log";
import { drainOutbox, type OutboxEvent } from "@/lib/workflows/outbox";
import { inngest } from "./client";
import { handOver } from "./hand-over";

const POLL_MS = 2_000;

async function send(events: readonly OutboxEvent[]): Promise<void> {
  await inngest.send(
    events.map(({ id, name, data, at, installation }) => ({
      id,
      name,
      data,
      ts: at.getTime(),
      v: installation,
    })),
  );
}

/** Hands everything that waits in the outbox to the executor. The outbox id is the event id: repeats are dropped there. */
export async function relayOutbox(): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await drainOutbox((events) => handOver(events, send));
    total += count;
    if (count === 0) return total;
  }
}

const holder = globalThis as typeof globalThis & { cedarRelay?: true };

/**
 * Keeps the outbox empty for as long as this process lives: at once when PostgreSQL announces a row, and every two
 * seconds in case an announcement was missed. An executor that is down delays events, it never loses them.
 */
export function startRelay(): void {
  if (holder.cedarRelay) return;
  holder.cedarRelay = true;
  let isRunning = false;
  let again = false;
  const wake = async (): Promise<void> => {
    again = true;
    if (isRunning) return;
    isRunning = true;
    while (again) {
      again = false;
      try {
        await relayOutbox();
      } catch (error) {
        log("warn", "relay.waits", errorFacts(error));
      }
    }
    isRunning = false;
  };
  listen({ channel: "outbox", name: "cedar-heights relay", hear: wake, begin: wake });
  setInterval(wake, POLL_MS).unref();
  void wake();
}
