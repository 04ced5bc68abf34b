import { clock } from "@/lib/clock";

const MINUTE = 60_000;

type Entry<V> = {
  readonly value: V;
  readonly weight: number;
  readonly until: number;
  readonly offset: number;
};
type Flight<V> = { readonly value: Promise<V>; readonly generation: number };

type PerishableOptions<V> = {
  /** The sum of weights that is kept; what was asked for least recently goes first. */
  readonly most: number;
  readonly weigh: (value: V) => number;
  /** Answers that are given to those who wait for them and not kept. Left out: all are kept. */
  readonly isKept?: (value: V) => boolean;
};

/**
 * Answers that are true until something changes (`drop`) or the academy's minute is over: notice and horizon move open
 * times on full minutes, so none lives longer. An answer that was begun before a drop is given to those who asked before
 * it, and neither kept nor given to anybody else. Of those who ask for the same at once one does the work.
 */
export class Perishable<V> {
  readonly #options: PerishableOptions<V>;
  readonly #entries = new Map<string, Entry<V>>();
  readonly #flights = new Map<string, Flight<V>>();
  #weight = 0;
  #generation = 0;

  constructor(options: PerishableOptions<V>) {
    this.#options = options;
  }

  /** What is kept under a key, if it is still true. */
  peek(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#remove(key, entry);
    // A moved clock is another time, whichever way it went.
    if (clock.offsetMs() !== entry.offset || clock.now().getTime() >= entry.until) return undefined;
    this.#entries.set(key, entry);
    this.#weight += entry.weight;
    return entry.value;
  }

  /** What is kept under a key, or what `make` makes. A `make` that fails fails for all who wait, and the next one tries again. */
  async get(key: string, make: () => Promise<V>): Promise<V> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const flight = this.#flights.get(key);
    if (flight?.generation === this.#generation) return flight.value;
    return this.#make(key, make);
  }

  /** Forgets everything, and whatever is being made. */
  drop(): void {
    this.#generation++;
    this.#entries.clear();
    this.#flights.clear();
    this.#weight = 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  async #make(key: string, make: () => Promise<V>): Promise<V> {
    const generation = this.#generation;
    const offset = clock.offsetMs();
    const until = (Math.floor(clock.now().getTime() / MINUTE) + 1) * MINUTE;
    const flight = { value: make(), generation };
    this.#flights.set(key, flight);
    try {
      const value = await flight.value;
      if (generation === this.#generation && (this.#options.isKept?.(value) ?? true)) {
        this.#keep(key, { value, weight: this.#options.weigh(value), until, offset });
      }
      return value;
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    }
  }

  #keep(key: string, entry: Entry<V>): void {
    if (entry.weight > this.#options.most) return;
    const before = this.#entries.get(key);
    if (before) this.#remove(key, before);
    this.#entries.set(key, entry);
    this.#weight += entry.weight;
    for (const [oldest, old] of this.#entries) {
      if (this.#weight <= this.#options.most) break;
      this.#remove(oldest, old);
    }
  }

  #remove(key: string, entry: Entry<V>): void {
    if (this.#entries.delete(key)) this.#weight -= entry.weight;
  }
}
