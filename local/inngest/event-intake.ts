import { ingest } from "./events";
import type { AcceptedEvent } from "./protocol";
import type { Store } from "./unit";

type Delivery = { events: readonly AcceptedEvent[]; resolve(): void; reject(error: unknown): void };

const MOST_AT_ONCE = 500;

/**
 * Takes events in. Requests that come while a transaction is under way share the next one, so that many senders do not
 * each wait for the disk; each is answered after its own commit.
 */
export class EventIntake {
  readonly #store: Store;
  #waiting: Delivery[] = [];
  #running = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves once the events are committed. */
  take(events: readonly AcceptedEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const deliveries: Delivery[] = [];
      for (let count = 0; count < MOST_AT_ONCE; ) {
        const next = this.#waiting.shift();
        if (!next) break;
        deliveries.push(next);
        count += next.events.length;
      }
      await this.#deliver(deliveries);
    }
    this.#running = false;
  }

  async #deliver(deliveries: readonly Delivery[]): Promise<void> {
    try {
      const events = deliveries.flatMap((delivery) => delivery.events);
      await this.#store.unit((unit) => ingest(unit, events));
      for (const { resolve } of deliveries) resolve();
    } catch (error) {
      const [only, ...others] = deliveries;
      // One sender's events must not fail another's.
      if (others.length > 0) for (const delivery of deliveries) await this.#deliver([delivery]);
      else only?.reject(error);
    }
  }
}
