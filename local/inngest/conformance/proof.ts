import { randomBytes } from "node:crypto";
import { Inngest } from "inngest";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { clock } from "@/lib/clock";
import { findFreePort } from "../../stack/ports";
import { bearerToken } from "../signature";
import { AppProcess } from "./app-process";
import { Embedded } from "./embedded";
import { Notebook } from "./notebook";

/** What `npm run test:inngest` was told of the server to be judged. Without an address it is the embedded executor. */
const foreign = {
  baseUrl: process.env.CONFORMANCE_BASE_URL,
  eventKey: process.env.CONFORMANCE_EVENT_KEY ?? "test",
  signingKey: process.env.CONFORMANCE_SIGNING_KEY,
  appHost: process.env.CONFORMANCE_APP_HOST,
};
const isForeign = foreign.baseUrl !== undefined;

/** The long part: crashes in several rounds, and what takes ten seconds and more by itself. */
export const isThorough = process.env.CONFORMANCE_THOROUGH === "1";

const patienceMs = isForeign ? 150_000 : 30_000;
vi.setConfig({ testTimeout: isForeign ? 400_000 : 120_000, hookTimeout: isForeign ? 400_000 : 120_000 });

/** Why a case is left out where the server is not the embedded one, in words that the runner prints. */
export const needs = {
  clock: "needs a clock that can be moved",
  processes: "needs executors and a PostgreSQL of its own to kill, stop and start again",
  embedded: "is about the embedded executor only",
  signatures: "needs a signing key",
} as const;

/** A group of cases that not every server can be asked for; skipped with its reason where this one cannot. */
export function describeWhere(
  reason: (typeof needs)[keyof typeof needs],
  name: string,
  cases: () => void,
): void {
  const isPossible = reason === needs.signatures ? !isForeign || Boolean(foreign.signingKey) : !isForeign;
  describe.skipIf(!isPossible)(`${name} [${reason}]`, cases);
}

export type Run = { run_id: string; status: string; output: unknown };

/** A span of time that a case lets pass: long where the clock can be moved, real and short elsewhere. */
export type Span = {
  ms: number;
  /** As the SDK takes it. */
  text: string;
  /** Moves the clock beyond it. Without a movable clock the cases' own waiting lets it pass. */
  pass(): void;
};

export const eventually = <T>(check: () => T | Promise<T>, timeout = patienceMs) =>
  vi.waitFor(check, { timeout, interval: 15 });

/** A run's error as text, however the server wraps it. */
export function failureOf(run: Run): string {
  return JSON.stringify(run.output) ?? "";
}

/** One server, one app on it, and the notebook the app writes. */
export class Proof {
  readonly app = `proof-${randomBytes(4).toString("hex")}`;
  readonly notebook = new Notebook();
  readonly eventKey = isForeign ? foreign.eventKey : "test-event-key";
  readonly signingKey = isForeign ? foreign.signingKey : `signkey-prod-${"5ca1ab1e".repeat(8)}`;
  readonly isForeign = isForeign;
  #baseUrl = "";
  #appProcess: AppProcess | undefined;
  #embedded: Embedded | undefined;
  #client: Inngest | undefined;
  #keys = 0;

  async start(functions: readonly string[], isKillable: boolean): Promise<void> {
    const [port, appPort, notebook] = [
      await findFreePort(),
      await findFreePort(),
      await this.notebook.open(),
    ];
    this.#baseUrl = foreign.baseUrl ?? `http://127.0.0.1:${port}`;
    this.#client = new Inngest({
      id: this.app,
      baseUrl: this.#baseUrl,
      eventKey: this.eventKey,
      isDev: false,
      checkpointing: false,
      logger: { info() {}, warn() {}, error() {}, debug() {} },
    });
    this.#appProcess = new AppProcess({
      app: this.app,
      port: appPort,
      notebook,
      functions,
      isLong: !isForeign,
      origin: foreign.appHost ? `http://${foreign.appHost}:${appPort}` : undefined,
      executorUrl: this.#baseUrl,
      eventKey: this.eventKey,
      signingKey: this.signingKey,
    });
    if (!isForeign && this.signingKey) {
      const { eventKey, signingKey } = this;
      this.#embedded = new Embedded({ port, appUrl: this.#appProcess.url, eventKey, signingKey, isKillable });
    }
    // The clock's file is known to the app from its first moment.
    await this.#appProcess.start();
    await this.#embedded?.start();
    await this.#appProcess.register();
    await this.marker();
  }

  async stop(): Promise<void> {
    await this.#appProcess?.kill();
    await this.#embedded?.stop();
    this.notebook.close();
  }

  get baseUrl(): string {
    return this.#baseUrl;
  }

  get appProcess(): AppProcess {
    if (!this.#appProcess) throw new Error("The app has not started");
    return this.#appProcess;
  }

  /** For cases that a foreign server is not asked for. */
  get embedded(): Embedded {
    if (!this.#embedded) throw new Error("The server is not the embedded one");
    return this.#embedded;
  }

  /** Milliseconds of the clock that the server goes by. */
  now(): number {
    return clock.now().getTime();
  }

  /** What the notes of one case begin with. */
  newKey(): string {
    this.#keys += 1;
    return `${this.app}-${this.#keys}`;
  }

  span(long: { ms: number }, short: { ms: number }): Span {
    const { ms } = isForeign ? short : long;
    return { ms, text: `${ms / 1_000}s`, pass: () => this.#embedded?.moveClock(ms + 1_000) };
  }

  /** Sends through the SDK. Answers the ids by which the server knows the events. */
  async sendAll(
    events: readonly { name: string; data?: Record<string, unknown>; id?: string }[],
  ): Promise<string[]> {
    if (!this.#client) throw new Error("The suite has not started");
    const { ids } = await this.#client.send(
      events.map(({ name, ...event }) => ({ ...event, name: `${this.app}/${name}` })),
    );
    return ids;
  }

  async send(name: string, data: Record<string, unknown> = {}, id?: string): Promise<string> {
    const [first] = await this.sendAll([{ name, data, ...(id ? { id } : {}) }]);
    if (!first) throw new Error("The server answered no id");
    return first;
  }

  /** Posts as the SDK does, but once: no retry, and a refusal is an answer. */
  post(body: unknown, { headers = {}, key = this.eventKey, url = this.baseUrl } = {}): Promise<Response> {
    return fetch(`${url}/e/${key}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  rest(path: string, init: { method?: string; body?: unknown; url?: string } = {}): Promise<Response> {
    return fetch(`${init.url ?? this.baseUrl}${path}`, {
      method: init.method ?? "GET",
      headers: {
        ...(this.signingKey ? { authorization: `Bearer ${bearerToken(this.signingKey)}` } : {}),
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
  }

  /** `GET /v1/events/:id/runs` */
  async runsOf(eventId: string, url = this.baseUrl): Promise<Run[]> {
    const response = await this.rest(`/v1/events/${encodeURIComponent(eventId)}/runs`, { url });
    if (!response.ok) throw new Error(`Runs of ${eventId}: HTTP ${response.status}`);
    const { data } = (await response.json()) as { data: Run[] | null };
    return data ?? [];
  }

  /** The one run that the event started, once it has ended; as `GET /v1/runs/:id` tells it. */
  async ended(eventId: string, { timeout = patienceMs, url = this.baseUrl } = {}): Promise<Run> {
    const id = await eventually(async () => {
      const [run, ...others] = await this.runsOf(eventId, url);
      expect(others).toEqual([]);
      expect(run?.status).toMatch(/^(Completed|Failed|Cancelled)$/);
      return run?.run_id ?? "";
    }, timeout);
    const response = await this.rest(`/v1/runs/${id}`, { url });
    const { data } = (await response.json()) as { data: Run };
    return data;
  }

  /** The one run that the event started, as soon as there is one. */
  async runOf(eventId: string): Promise<Run> {
    return eventually(async () => {
      const [run] = await this.runsOf(eventId);
      if (!run) throw new Error("No run");
      return run;
    });
  }

  async noted(name: string, times = 1, timeout = patienceMs): Promise<void> {
    await eventually(() => expect(this.notebook.count(name), name).toBeGreaterThanOrEqual(times), timeout);
  }

  count(name: string): number {
    return this.notebook.count(name);
  }

  values(name: string): unknown[] {
    return this.notebook.values(name);
  }

  open(gate: string): void {
    this.notebook.openGate(gate);
  }

  /** Until the run of the event only sleeps or waits. A foreign server does not tell: later work is waited for. */
  async parked(eventId: string): Promise<void> {
    if (this.#embedded) await this.#embedded.parked(eventId);
    else {
      await this.runOf(eventId);
      await this.marker();
    }
  }

  /** A run of its own from its event to its end: what was due before has had its turn. */
  async marker(): Promise<void> {
    const turns = isForeign ? 3 : 1;
    for (let turn = 0; turn < turns; turn++) await this.ended(await this.send("marker"));
  }
}

type ProofOptions = {
  /** Of a file that is not for any server nothing runs on a foreign one; "killable" makes the embedded one of processes. */
  server?: "any" | "embedded" | "killable";
  /** Every case of the file belongs to the long part: without it nothing is started. */
  isLong?: boolean;
};

/** Gives the file's cases a server with an app of these groups of functions (see app/main.ts). */
export function startProof(
  functions: readonly string[],
  { server = "any", isLong = false }: ProofOptions = {},
): Proof {
  const proof = new Proof();
  const isNeeded = (server === "any" || !isForeign) && (isThorough || !isLong);
  beforeAll(async () => {
    if (isNeeded) await proof.start(functions, server === "killable");
  });
  afterAll(async () => {
    if (isNeeded) await proof.stop();
  });
  return proof;
}

const second = 1_000;
export const seconds = (count: number) => ({ ms: count * second });
export const minutes = (count: number) => ({ ms: count * 60 * second });
export const hours = (count: number) => ({ ms: count * 3_600 * second });
export const days = (count: number) => ({ ms: count * 86_400 * second });
