import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { canonical, executeBody, type StepState } from "@/local/inngest/protocol";
import { sign } from "@/local/inngest/signature";
import { onInterrupt } from "@/local/stack/interrupts";
import { findFreePort } from "@/local/stack/ports";
import { inProject } from "@/local/stack/project";
import { percentile } from "./percentile";
import type { AppNotice } from "./workflow-app";
import { type BenchDatabase, openBenchDatabase } from "./workflow-database";

const FIRST_STEP_AIM_MS = 50;
const STEPS_AIM = 500;

const EVENT_KEY = "bench-event-key";
const SIGNING_KEY = `signkey-prod-${randomBytes(32).toString("hex")}`;
/** About what the academy's workflows have. */
const STEPS_A_RUN = 10;
/** Runs at once, and how many runs in all. */
const LOADS = [
  [1, 40],
  [10, 200],
  [100, 400],
] as const;
/** The best of so many: other work on the machine slows some. */
const ROUNDS = 2;
const SINGLE_EVENTS = 200;
const EVENT_SECONDS = 4;
const SENDERS = 16;
const EVENTS_A_BATCH = 100;
/** Steady load while latency is measured: runs a second, of three steps each. */
const STEADY_RATE = 50;
const STEADY_STEPS = 3;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * The embedded executor over HTTP, in a process of its own on a temporary database that keeps what it commits, with an
 * app of the official SDK in another: events accepted a second, steps a second with 1, 10 and 100 runs at once, and the
 * time from an event to its run's first step. The baseline of the same run is what a step cannot do without: one
 * signed call that the app answers, and one transaction with a step's three writes.
 */
export async function run(): Promise<void> {
  console.log("Starting PostgreSQL, the executor and an app");
  const database = await openBenchDatabase();
  const bench = await Bench.start(database);
  const stop = async () => {
    await bench.stop();
    await database.stop();
  };
  const interrupt = () => void stop().then(() => process.exit(130));
  onInterrupt(interrupt, () => process.exit(130));
  try {
    await bench.warmUp();
    await bench.measureEvents();
    await bench.measureLatency();
    await bench.measureSteps();
  } finally {
    await stop();
  }
}

class Bench {
  readonly #sql: postgres.Sql;
  readonly #executorUrl: string;
  readonly #appUrl: string;
  readonly #bareUrl: string;
  readonly #children: ChildProcess[] = [];
  readonly #waiting = new Map<string, (at: number) => void>();

  private constructor(database: BenchDatabase, executorPort: number, appPort: number) {
    this.#sql = postgres(database.url, { max: 16, onnotice: () => undefined });
    this.#executorUrl = `http://127.0.0.1:${executorPort}`;
    this.#appUrl = `http://127.0.0.1:${appPort}/api/inngest`;
    this.#bareUrl = `http://127.0.0.1:${appPort}/bare`;
  }

  static async start(database: BenchDatabase): Promise<Bench> {
    const [executorPort, appPort] = [await findFreePort(), await findFreePort()];
    const bench = new Bench(database, executorPort, appPort);
    const keys = { INNGEST_EVENT_KEY: EVENT_KEY, INNGEST_SIGNING_KEY: SIGNING_KEY };
    const app = bench.#spawn("bench/workflow-app.ts", [String(appPort)], {
      ...keys,
      INNGEST_BASE_URL: bench.#executorUrl,
    });
    app.on("message", (notice: AppNotice) => bench.#hear(notice));
    await once(app, "message");
    bench.#spawn("local/inngest/main.ts", [], {
      ...keys,
      PORT: String(executorPort),
      DATABASE_ADMIN_URL: database.url,
      APP_URL: bench.#appUrl,
    });
    for (;;) {
      const health = await fetch(`${bench.#executorUrl}/health`).then(
        (answer) => answer.json() as Promise<{ functions: number }>,
        () => undefined,
      );
      if (health?.functions) return bench;
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await this.#sql.end();
    agent.destroy();
  }

  #spawn(program: string, args: string[], env: Record<string, string>): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", inProject(program), ...args], {
      stdio: ["ignore", process.env.BENCH_VERBOSE ? "inherit" : "ignore", "inherit", "ipc"],
      env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...env },
    });
    this.#children.push(child);
    return child;
  }

  #hear(notice: AppNotice): void {
    if (notice.what === "ready") return;
    const name = `${notice.event}/${notice.what}`;
    this.#waiting.get(name)?.(notice.at);
    this.#waiting.delete(name);
  }

  /** When the app did this for the event of that key. */
  #until(key: string, what: "first-step" | "ended"): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(`${key}/${what}`, resolve));
  }

  async #send(events: unknown): Promise<void> {
    const { status, body } = await post(`${this.#executorUrl}/e/${EVENT_KEY}`, JSON.stringify(events), {});
    if (status !== 200) throw new Error(`The executor answered HTTP ${status}: ${body}`);
  }

  async warmUp(): Promise<void> {
    await this.#runs(20, 200, STEPS_A_RUN);
  }

  /** Starts runs so that `atOnce` are under way, until `total` have ended. Gives the seconds that took. */
  async #runs(atOnce: number, total: number, steps: number): Promise<number> {
    let left = total;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const key = randomUUID();
          const ended = this.#until(key, "ended");
          await this.#send({ name: "bench/chain", data: { key, steps } });
          await ended;
        }
      }),
    );
    return (performance.now() - start) / 1_000;
  }

  async measureEvents(): Promise<void> {
    const accepted = async (size: number) => {
      const body = Array.from({ length: size }, (_, n) => ({
        name: "bench/unheard",
        data: { n, family: "f" },
      }));
      let count = 0;
      const start = performance.now();
      await Promise.all(
        Array.from({ length: SENDERS }, async () => {
          while (performance.now() - start < EVENT_SECONDS * 1_000) {
            await this.#send(body);
            count += size;
          }
        }),
      );
      return count / ((performance.now() - start) / 1_000);
    };
    const inserted = await this.#bareEvents();
    console.log(
      `\nEvents accepted a second, ${SENDERS} senders (over HTTP, each request committed before its answer)`,
    );
    const single = await accepted(1);
    printLine(["one a request", single.toFixed(0)]);
    printLine([`${EVENTS_A_BATCH} a request`, (await accepted(EVENTS_A_BATCH)).toFixed(0)]);
    printLine(["baseline: a bare request and a bare insert", inserted.toFixed(0)]);
    printLine(["  one a request / baseline", (single / inserted).toFixed(2)]);
  }

  async #bareEvents(): Promise<number> {
    const sql = this.#sql;
    await sql`create schema if not exists bench`;
    await sql`create table if not exists bench.events (id text primary key, name text, payload json, at timestamptz)`;
    let count = 0;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        while (performance.now() - start < (EVENT_SECONDS * 1_000) / 2) {
          await post(this.#bareUrl, '{"name":"bench/unheard","data":{"n":1}}', {});
          await sql`insert into bench.events values (${randomUUID()}, 'bench/unheard', '{"data":{"n":1}}', now())`;
          count++;
        }
      }),
    );
    return count / ((performance.now() - start) / 1_000);
  }

  async measureLatency(): Promise<void> {
    console.log("\nFrom sending an event to the run's first step, ms");
    printLine(["", "median", "95 %", "slowest"]);
    const alone: number[] = [];
    for (let n = 0; n < SINGLE_EVENTS; n++) alone.push(await this.#firstStep(1));
    this.#printTimes("one event after the other", alone);
    const steady: Promise<number>[] = [];
    for (let n = 0; n < SINGLE_EVENTS * 2; n++) {
      steady.push(this.#firstStep(STEADY_STEPS));
      await delay(1_000 / STEADY_RATE);
    }
    const times = await Promise.all(steady);
    this.#printTimes(`${STEADY_RATE} events a second, ${STEADY_STEPS} steps each`, times);
    const p95 = Math.max(percentile(alone, 0.95), percentile(times, 0.95));
    printAim(
      `95 % of first steps within ${FIRST_STEP_AIM_MS} ms`,
      p95 <= FIRST_STEP_AIM_MS,
      `${p95.toFixed(1)} ms`,
    );
  }

  async #firstStep(steps: number): Promise<number> {
    const key = randomUUID();
    const [reached, ended] = [this.#until(key, "first-step"), this.#until(key, "ended")];
    const start = performance.timeOrigin + performance.now();
    await this.#send({ name: "bench/chain", data: { key, steps } });
    const time = (await reached) - start;
    await ended;
    return time;
  }

  #printTimes(name: string, times: readonly number[]): void {
    const cells = [percentile(times, 0.5), percentile(times, 0.95), Math.max(...times)];
    printLine([name, ...cells.map((ms) => ms.toFixed(1))]);
  }

  async measureSteps(): Promise<void> {
    console.log(`\nSteps a second, runs of ${STEPS_A_RUN} steps, best of ${ROUNDS}`);
    printLine(["runs at once", "executor", "baseline", "ratio"]);
    let best = 0;
    for (const [atOnce, total] of LOADS) {
      const [steps, bare]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        steps.push((total * STEPS_A_RUN) / (await this.#runs(atOnce, total, STEPS_A_RUN)));
        bare.push(await this.#bareSteps(atOnce, total * STEPS_A_RUN));
      }
      const [rate, base] = [Math.max(...steps), Math.max(...bare)];
      printLine([String(atOnce), rate.toFixed(0), base.toFixed(0), (rate / base).toFixed(2)]);
      best = Math.max(best, rate);
    }
    printAim(`${STEPS_AIM} steps a second`, best >= STEPS_AIM, best.toFixed(0));
  }

  /** What a step cannot do without, so many times: the app's answer to a signed call, then its three writes. */
  async #bareSteps(atOnce: number, total: number): Promise<number> {
    const sql = this.#sql;
    await sql`create schema if not exists bench`;
    await sql`create table if not exists bench.runs (id text primary key, done integer, at timestamptz)`;
    await sql`create table if not exists bench.jobs (id text primary key, gen integer, at timestamptz)`;
    await sql`create table if not exists bench.steps (run_id text, n integer, output json, primary key (run_id, n))`;
    let left = total;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: Math.min(atOnce, 50) }, async () => {
        while (left > 0) {
          const run = randomUUID();
          const steps: StepState[] = [];
          await sql`insert into bench.runs values (${run}, 0, now())`;
          await sql`insert into bench.jobs values (${run}, 0, now())`;
          for (let n = 0; n < STEPS_A_RUN && left-- > 0; n++) {
            const output = await this.#callApp(run, steps);
            await sql.begin(async (tx) => {
              await tx`insert into bench.steps values (${run}, ${n}, ${output}::text::json)`;
              await tx`update bench.runs set done = ${n} where id = ${run}`;
              await tx`update bench.jobs set gen = gen + 1, at = now() where id = ${run}`;
            });
          }
        }
      }),
    );
    return total / ((performance.now() - start) / 1_000);
  }

  /** One signed call; adds the step that the app did to `steps` and gives its result as it would be stored. */
  async #callApp(runId: string, steps: StepState[]): Promise<string> {
    const event = canonical({
      id: runId,
      name: "bench/chain",
      data: { key: runId, steps: STEPS_A_RUN + 1 },
      ts: 1,
    });
    const body = executeBody({
      runId,
      attempt: 0,
      maxAttempts: 5,
      planOnly: false,
      event,
      batch: null,
      steps,
    });
    const answer = await post(`${this.#appUrl}?fnId=bench-chain&stepId=step`, body, {
      "x-inngest-signature": sign(body, SIGNING_KEY),
      "x-run-id": runId,
      "x-inngest-req-version": "2",
    });
    if (answer.status !== 206) throw new Error(`The app answered HTTP ${answer.status}: ${answer.body}`);
    const [op]: { id: string; data: unknown }[] = JSON.parse(answer.body);
    const output = canonical({ data: op?.data });
    steps.push({ id: op?.id ?? "", output, doneSeq: steps.length + 1 });
    return output;
  }
}

function post(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function printLine(cells: readonly string[]): void {
  console.log(`  ${cells.map((cell, nth) => (nth ? cell.padStart(10) : cell.padEnd(42))).join(" ")}`);
}

function printAim(aim: string, isMet: boolean, value: string): void {
  console.log(`Aim: ${aim}: ${isMet ? "met" : "missed"} (${value})`);
}
