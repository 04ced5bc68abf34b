import { settleMovements } from "./balance";
import { expireDueSession } from "./checkout-expiry";
import { advanceInvoice } from "./collection";
import { log } from "./log";
import { failRefund } from "./refunds";
import { advanceSubscription } from "./renewals";
import type { Kind } from "./wire";
import { inTransaction, nowSeconds, type Runtime, type Work } from "./work";

const TICK_MS = 500;
const BATCH = 50;

const ACTIONS: Partial<Record<Kind, (work: Work, id: string) => Promise<void>>> = {
  "checkout.session": expireDueSession,
  invoice: advanceInvoice,
  refund: failRefund,
  subscription: advanceSubscription,
};

/** Does what the clock makes due: expiries, renewals, retries, settlements. Each in its own transaction. */
export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly runtime: Runtime) {}

  start(): void {
    this.running = this.tick().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.start(), TICK_MS);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async tick(): Promise<void> {
    try {
      let found: number;
      do {
        found = await this.runDue();
      } while (found === BATCH && !this.stopped);
    } catch (error) {
      log("scheduler.failed", { error: String(error) });
    }
  }

  private async runDue(): Promise<number> {
    const now = nowSeconds();
    const due = await this.runtime.db<{ id: string; kind: Kind }[]>`
      select id, kind from stripe_local.objects
      where wake_at <= ${now} and kind <> 'balance_transaction'
      order by wake_at, seq limit ${BATCH}`;
    for (const { id, kind } of due) {
      if (this.stopped) break;
      const action = ACTIONS[kind];
      if (!action) continue;
      try {
        await inTransaction(this.runtime, null, (work) => action(work, id));
      } catch (error) {
        log("scheduler.object_failed", {
          id,
          kind,
          error: error instanceof Error ? error.stack : String(error),
        });
        await this.postpone(id);
      }
    }
    await inTransaction(this.runtime, null, settleMovements);
    return due.length;
  }

  /** One broken object must not be tried twice a second for ever. */
  private async postpone(id: string): Promise<void> {
    await this.runtime.db`
      update stripe_local.objects set wake_at = ${nowSeconds() + 60} where id = ${id} and wake_at is not null`;
  }
}
