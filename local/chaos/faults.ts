import type { Fault, PlannedFault } from "./plan";
import { faultWords } from "./plan";

/** What faults need of a stack. */
export type Target = {
  /** Resolves when the service serves. */
  waitUntilReady(service: string): Promise<void>;
  kill(service: string, signal: NodeJS.Signals): void;
  controlStripe(path: string, body: object): Promise<void>;
};

/** Strikes with the faults of a plan, one after the other in its order, and wakes what it put to sleep. */
export class Striker {
  /** What struck so far, in order, in words. */
  readonly struck: string[] = [];
  private readonly waiting: PlannedFault[];
  private readonly asleep = new Map<string, Promise<void>>();

  constructor(
    faults: readonly PlannedFault[],
    private readonly target: Target,
    private readonly say: (words: string) => void,
  ) {
    this.waiting = [...faults];
  }

  /** Strikes with everything that is due once so many visits have begun. */
  async strikeUntil(begun: number): Promise<void> {
    for (let next = this.waiting[0]; next && next.after <= begun; next = this.waiting[0]) {
      this.waiting.shift();
      await this.strike(next.fault);
      this.struck.push(faultWords(next.fault));
      this.say(`@${next.after} ${faultWords(next.fault)}`);
    }
  }

  /** All awake, and Stripe in its right mind. */
  async end(): Promise<void> {
    await Promise.all(this.asleep.values());
    await this.target.controlStripe("network", {});
    await this.target.controlStripe("fail", { count: 0 });
  }

  private async strike(fault: Fault): Promise<void> {
    const { target } = this;
    switch (fault.kind) {
      case "kill":
        await this.untilUp(fault.service);
        return target.kill(fault.service, "SIGKILL");
      case "pause":
        await this.untilUp(fault.service);
        target.kill(fault.service, "SIGSTOP");
        this.asleep.set(
          fault.service,
          new Promise((resolve) => {
            setTimeout(() => {
              try {
                target.kill(fault.service, "SIGCONT");
              } catch {
                // It died in its sleep: the supervisor starts it again.
              }
              resolve();
            }, fault.ms);
          }),
        );
        return;
      case "network":
        return this.controlStripe("network", fault);
      case "calm":
        return this.controlStripe("network", {});
      case "errors":
        return this.controlStripe("fail", { count: fault.count, status: 500, when: fault.when });
    }
  }

  private async untilUp(service: string): Promise<void> {
    await this.asleep.get(service);
    await this.target.waitUntilReady(service);
  }

  /** The stand-in keeps what it is told in the database. */
  private async controlStripe(path: string, body: object): Promise<void> {
    await this.untilUp("postgres");
    await this.untilUp("stripe");
    await this.target.controlStripe(path, body);
  }
}
