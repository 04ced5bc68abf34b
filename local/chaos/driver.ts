import { setTimeout as pause } from "node:timers/promises";
import { createRandom } from "../../supabase/seed/random";
import type { Striker } from "./faults";
import { type Flow, FlowRecord, Undone } from "./flow";
import type { Plan } from "./plan";
import type { World } from "./world";

const AT_ONCE = 8;

/** Runs a plan's visits, some at once, each begun in its turn, and strikes with the faults in between. */
export class Driver {
  readonly records = new Map<number, FlowRecord>();
  /** What went wrong in a flow itself, in words. */
  readonly failures: string[] = [];
  private begun = 0;

  constructor(
    private readonly plan: Plan,
    private readonly flows: readonly Flow[],
    private readonly world: World,
    private readonly striker: Striker,
    private readonly signal: AbortSignal,
  ) {
    for (const flow of plan.flows) this.records.set(flow.n, new FlowRecord(flow));
  }

  /** All visits of one round: 1 or 2. */
  async run(round: number): Promise<void> {
    const running = new Set<Promise<void>>();
    for (const visit of this.plan.visits.filter(({ nth }) => nth === round)) {
      if (this.signal.aborted) break;
      while (running.size >= AT_ONCE) await Promise.race(running);
      const done = this.visit(visit.flow, round).finally(() => running.delete(done));
      running.add(done);
      this.begun += 1;
      await this.striker.strikeUntil(this.begun);
      // Let it get somewhere before the next one begins.
      await pause(20);
    }
    await Promise.all(running);
  }

  private async visit(n: number, round: number): Promise<void> {
    const record = this.records.get(n);
    const flow = this.flows.find(({ name }) => name === record?.flow.kind);
    const visit = flow?.visits[round - 1];
    if (!record || !flow || !visit) {
      this.failures.push(
        `flow ${n}: there is no ${round === 1 ? "" : "second visit of a "}${record?.flow.kind}`,
      );
      return;
    }
    // Its first visit failed already.
    if (round > 1 && record.kept === undefined) return;
    try {
      const random = createRandom(record.flow.seed + round);
      await visit({ world: this.world, flow: record.flow, random, record });
    } catch (error) {
      if (error instanceof Undone) record.gaveUp = error.message;
      else this.failures.push(`flow ${n} (${record.flow.kind}, visit ${round}): ${wordsOf(error)}`);
    }
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}
