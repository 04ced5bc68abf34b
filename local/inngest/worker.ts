import { randomUUID } from "node:crypto";
import { AppAway, type AppClient, type Outcome, readAnswer } from "./app-call";
import { insertTimeout } from "./create-runs";
import { isDatabaseAway } from "./database";
import { FREE } from "./flow-control";
import type { RegisteredFunction } from "./functions";
import { describeError, type Log } from "./log";
import { executeBody } from "./protocol";
import { type ClaimedJob, type Queue, WAKE_CHANNEL } from "./queue";
import { settleQuickly } from "./quick-settle";
import { lockRun } from "./runs";
import { markStarted, type SettleOptions, settle } from "./settle";
import { endTimer } from "./timers";
import type { Store } from "./unit";

/** A clock that jumped is noticed within this time; so is a job whose hour has come. */
const TICK_MS = 100;
/** Leases are prolonged, lost ones freed, and the queue looked at without a reason, this often. */
const UPKEEP_MS = 1_000;
/** A first call that takes longer shows its run as running meanwhile. */
const SHORT_CALL_MS = 50;
/** So many calls a run makes in a row while others wait for a place. */
const CALLS_A_TURN = 10;
/** Other executors are told of new work at most this often. */
const NOTIFY_MS = 20;

type WorkerParts = {
  store: Store;
  queue: Queue;
  app: AppClient;
  signingKey: string;
  /** Calls and timers in hand at the same time. */
  capacity: number;
  backoff: readonly number[] | undefined;
  log: Log;
};

type Hand = { job: ClaimedJob; done: Promise<void> };

/**
 * Takes jobs and carries them out. Woken by commits in this process, by notifications of other executors
 * and by the hour of the next job; a look at the table every second is only the safety net.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #inHand = new Map<string, Hand>();
  readonly #timers: NodeJS.Timeout[] = [];
  #nextDueAt = 0;
  #pumping = false;
  #pumpAgain = false;
  #backlog = false;
  #stopping = false;
  #hasPeers = false;
  #notifying = false;
  #upkeepRunning = false;
  #databaseAway = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** How many jobs are in hand. */
  get busy(): number {
    return this.#inHand.size;
  }

  start(): void {
    this.#timers.push(setInterval(() => this.#tick(), TICK_MS));
    this.#timers.push(setInterval(() => void this.#upkeep(), UPKEEP_MS));
    void this.#upkeep();
    this.wake();
  }

  /** Takes no more jobs, waits up to `graceMs` for those in hand and gives the rest back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    const finished = Promise.all([...this.#inHand.values()].map(({ done }) => done));
    let timeout: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timeout = setTimeout(resolve, graceMs);
    });
    await Promise.race([finished, grace]);
    clearTimeout(timeout);
    await this.#parts.queue.release().catch(() => {});
  }

  /** Called after each commit with the hours of the jobs it inserted. */
  noticeDue(due: readonly Date[]): void {
    const now = this.#parts.store.now().getTime();
    const times = due.map((at) => at.getTime());
    for (const at of times) if (at > now) this.#nextDueAt = Math.min(this.#nextDueAt, at);
    if (times.some((at) => at <= now)) {
      this.wake();
      this.#notifyPeers();
    }
  }

  /** Looks for work now. */
  wake(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    void this.#pump();
  }

  #tick(): void {
    if (this.#parts.store.now().getTime() >= this.#nextDueAt) this.wake();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      do {
        this.#pumpAgain = false;
        await this.#claimAll();
      } while (this.#pumpAgain && !this.#stopping);
    } catch (error) {
      // The next upkeep looks again.
      this.#reportDatabase(error);
    } finally {
      this.#pumping = false;
    }
  }

  async #claimAll(): Promise<void> {
    const { queue, store, capacity } = this.#parts;
    const start = store.now();
    while (!this.#stopping) {
      const room = capacity - this.#inHand.size;
      this.#backlog = room <= 0;
      if (room <= 0) return;
      const { jobs, postponedTo } = await queue.claim(room, store.now());
      if (postponedTo) this.#nextDueAt = Math.min(this.#nextDueAt, postponedTo.getTime());
      for (const job of jobs) this.#take(job);
      this.#backlog = jobs.length === room;
      if (jobs.length < room) break;
    }
    if (this.#nextDueAt <= start.getTime()) await this.#readNextDue(start);
  }

  async #readNextDue(now: Date): Promise<void> {
    // What commits meanwhile lowers it again through noticeDue.
    this.#nextDueAt = Number.POSITIVE_INFINITY;
    const next = await this.#parts.queue.nextDueAt(now);
    if (next) this.#nextDueAt = Math.min(this.#nextDueAt, next.getTime());
  }

  #take(job: ClaimedJob): void {
    const entry: Hand = { job, done: Promise.resolve() };
    this.#inHand.set(job.key, entry);
    entry.done = this.#carryOut(job)
      .catch((error: unknown) => {
        // Nothing is lost: the lease runs out and the job is taken again.
        this.#parts.log("error", "job.crashed", { run: job.runId, job: job.key, ...describeError(error) });
      })
      .finally(() => {
        // A lease lost and won back has put a newer entry under this key.
        if (this.#inHand.get(job.key) === entry) this.#inHand.delete(job.key);
        if (this.#backlog || job.slots) this.wake();
        if (job.slots) this.#notifyPeers();
      });
  }

  async #carryOut(first: ClaimedJob): Promise<void> {
    const { store } = this.#parts;
    if (first.kind !== "discover" && first.kind !== "step") {
      await this.#persist(() => store.unit((unit) => endTimer(unit, first)));
      return;
    }
    const mark = first.started ? undefined : this.#markStartedSoon(first);
    let job: ClaimedJob | undefined = first;
    for (let turn = 1; job && !this.#stopping; turn++) {
      job = await this.#callOnce(job, turn);
      clearTimeout(mark);
    }
    // A run that would have gone on at once, had we not been stopping, is released with the other leases.
  }

  async #callOnce(job: ClaimedJob, turn: number): Promise<ClaimedJob | undefined> {
    const { store, backoff, log } = this.#parts;
    const fn = store.registry.get(job.functionId);
    const outcome: Outcome = fn
      ? await this.#call(job, fn)
      : { kind: "away", reached: true, message: `The app does not serve "${job.functionId}" any more` };
    const mayContinue = (!this.#backlog || turn < CALLS_A_TURN) && !this.#stopping;
    const options: SettleOptions = { backoff, mayContinue };
    const known = fn ?? missingFunction(job.functionId);
    const quick = await this.#persist(() => settleQuickly(store, job, outcome, mayContinue));
    if (quick) return quick.next;
    const next = await this.#persist(() => store.unit((unit) => settle(unit, job, known, outcome, options)));
    if (outcome.kind === "away" && (job.drops < 3 || job.drops % 20 === 0)) {
      log("warn", "app.away", { run: job.runId, fn: job.functionId, drops: job.drops, why: outcome.message });
    }
    if (outcome.kind === "failed" || outcome.kind === "retry") {
      const { name, message } = outcome.error;
      log("warn", `call.${outcome.kind}`, {
        run: job.runId,
        fn: job.functionId,
        attempt: job.attempt,
        name,
        message,
      });
    }
    return next;
  }

  async #call(job: ClaimedJob, fn: RegisteredFunction): Promise<Outcome> {
    const { app, signingKey, store } = this.#parts;
    const url = new URL(fn.url);
    url.searchParams.set("fnId", fn.id);
    url.searchParams.set("stepId", job.kind === "step" ? (job.stepId ?? "step") : "step");
    const body = executeBody({
      runId: job.runId,
      attempt: job.attempt,
      maxAttempts: fn.maxAttempts,
      planOnly: job.openSteps > 0,
      event: job.event,
      batch: job.batch,
      steps: job.steps,
    });
    const headers = {
      "x-run-id": job.runId,
      "x-request-id": randomUUID(),
      "x-inngest-job-id": `${job.key}:${job.gen}`,
      "x-inngest-req-version": "2",
    };
    try {
      return readAnswer(await app.call("POST", url, body, headers), signingKey, store.now());
    } catch (error) {
      if (error instanceof AppAway) return { kind: "away", reached: error.reached, message: error.message };
      throw error;
    }
  }

  /**
   * Notes that a run's first call has begun: at once where a timeout hangs on it, else only when the call lasts, because
   * its settlement notes it as well.
   */
  #markStartedSoon(job: ClaimedJob): NodeJS.Timeout | undefined {
    const fn = this.#parts.store.registry.get(job.functionId);
    if (fn?.startTimeoutMs === undefined && fn?.finishTimeoutMs === undefined) {
      return setTimeout(() => void this.#markStarted(job, undefined), SHORT_CALL_MS);
    }
    void this.#markStarted(job, fn.finishTimeoutMs);
    return undefined;
  }

  async #markStarted(job: ClaimedJob, finishTimeoutMs: number | undefined): Promise<void> {
    try {
      await this.#parts.store.unit(async (unit) => {
        const run = await lockRun(unit, job.runId);
        if (!run) return;
        await markStarted(unit, run.id);
        if (finishTimeoutMs === undefined) return;
        await insertTimeout(unit, "finish-timeout", run.id, run.functionId, finishTimeoutMs);
      });
    } catch (error) {
      this.#reportDatabase(error);
    }
  }

  /** Repeats a transaction while PostgreSQL is away, so that the app's answer is not thrown away with it. */
  async #persist<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isDatabaseAway(error) || this.#stopping) throw error;
        this.#reportDatabase(error);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async #upkeep(): Promise<void> {
    if (this.#upkeepRunning || this.#stopping) return;
    this.#upkeepRunning = true;
    const { queue, store, log } = this.#parts;
    try {
      await queue.heartbeat([...this.#inHand.keys()]);
      const freed = await queue.reclaim();
      if (freed > 0) log("warn", "leases.reclaimed", { jobs: freed });
      this.#hasPeers = await queue.hasPeers();
      await this.#readNextDue(store.now());
      if (this.#databaseAway) log("info", "database.back");
      this.#databaseAway = false;
      this.wake();
    } catch (error) {
      this.#reportDatabase(error);
    } finally {
      this.#upkeepRunning = false;
    }
  }

  #notifyPeers(): void {
    if (!this.#hasPeers || this.#notifying) return;
    this.#notifying = true;
    setTimeout(() => {
      this.#notifying = false;
      this.#parts.store.sql.notify(WAKE_CHANNEL, this.#parts.queue.name).catch(() => {});
    }, NOTIFY_MS);
  }

  #reportDatabase(error: unknown): void {
    if (isDatabaseAway(error)) {
      if (!this.#databaseAway && !this.#stopping)
        this.#parts.log("warn", "database.away", describeError(error));
      this.#databaseAway = true;
      return;
    }
    this.#parts.log("error", "worker.error", describeError(error));
  }
}

/** Stands in for a function that left the registry: its runs wait a minute for it to come back, then fail. */
function missingFunction(id: string): RegisteredFunction {
  return {
    id,
    appId: "",
    name: id,
    url: "",
    maxAttempts: 1,
    events: [],
    crons: [],
    concurrency: [],
    idempotency: undefined,
    cancellations: [],
    startTimeoutMs: undefined,
    finishTimeoutMs: undefined,
    flow: FREE,
    options: [],
  };
}
