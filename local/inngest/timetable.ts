import { nextTickAt, runDueCrons, scheduleCrons } from "./cron";
import { isDatabaseAway } from "./database";
import { describeError, type Log } from "./log";
import { nextStartAt, runDueStarts } from "./starts";
import type { Store } from "./unit";

const TICK_MS = 250;
/** What other executors entered is found within this time, in real milliseconds. */
const READ_EVERY_TICKS = 8;

/**
 * Starts what has an hour of its own: ticks of crons, starts put off by a debounce, batches that are over. Looks at the
 * clock four times a second, and at the tables when something is due or may have been added.
 */
export class Timetable {
  readonly #store: Store;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #ticksSinceRead = 0;
  #lastNow = 0;
  #running = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Called after a commit with the hours of the starts that it put off. */
  notice(hours: readonly Date[]): void {
    for (const hour of hours) this.#nextAt = Math.min(this.#nextAt, hour.getTime());
  }

  async #look(): Promise<void> {
    const store = this.#store;
    const now = store.now().getTime();
    const wasSetBack = now < this.#lastNow - 1_000;
    const isDue = now >= this.#nextAt;
    this.#ticksSinceRead += 1;
    if (this.#running || (!isDue && !wasSetBack && this.#ticksSinceRead < READ_EVERY_TICKS)) return;
    this.#running = true;
    try {
      if (wasSetBack) await scheduleCrons(store);
      this.#lastNow = now;
      // What commits from here on lowers it again through notice().
      this.#nextAt = Number.POSITIVE_INFINITY;
      if (isDue) {
        await runDueCrons(store);
        await runDueStarts(store);
      }
      this.notice([await nextTickAt(store), await nextStartAt(store)].filter((at) => at !== undefined));
      this.#ticksSinceRead = 0;
    } catch (error) {
      this.#nextAt = 0;
      if (!isDatabaseAway(error)) this.#log("error", "timetable.failed", describeError(error));
    } finally {
      this.#running = false;
    }
  }
}
