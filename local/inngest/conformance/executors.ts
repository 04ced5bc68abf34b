import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { type Executor, startExecutor } from "../executor";
import type { Log } from "../log";

export type ExecutorSettings = {
  port: number;
  databaseUrl: string;
  appUrl: string;
  eventKey: string;
  signingKey: string;
};

/** Milliseconds before a retry: no test waits for the real ones. */
const backoff = [5];
const isLoud = Boolean(process.env.EXECUTOR_LOG);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** An executor in the test's own process. */
export function startExecutorInside(settings: ExecutorSettings): Promise<Executor> {
  const log: Log = isLoud ? (level, event, fields) => console.log(level, event, fields) : () => {};
  return startExecutor({ ...settings, backoff, log });
}

/** An executor as a process of its own, as the stack runs it: it can be killed, stopped and continued. */
export class ExecutorProcess {
  readonly #settings: ExecutorSettings;
  #child: ChildProcess | undefined;
  #name = "";

  constructor(settings: ExecutorSettings) {
    this.#settings = settings;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#settings.port}`;
  }

  /** By which its leases are known. */
  get name(): string {
    return this.#name;
  }

  /** Resolves once it is ready and knows the app's functions. */
  async start(): Promise<void> {
    const { port, databaseUrl, appUrl, eventKey, signingKey } = this.#settings;
    // It ends with us, whatever ends us.
    const program = ["--import", "./local/stack/lifeline.mjs", "--import", "tsx", "local/inngest/main.ts"];
    const child = spawn(process.execPath, program, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit", "pipe"],
      env: {
        ...process.env,
        STACK_LIFELINE_FD: "3",
        PORT: String(port),
        DATABASE_ADMIN_URL: databaseUrl,
        APP_URL: appUrl,
        INNGEST_EVENT_KEY: eventKey,
        INNGEST_SIGNING_KEY: signingKey,
        INNGEST_BACKOFF_MS: backoff.join(","),
      },
    });
    this.#child = child;
    if (!child.stdout) throw new Error("The executor has no output");
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise<string>((resolve, reject) => {
      lines.on("line", (line) => {
        if (isLoud) console.log(port, line);
        const { event, name } = JSON.parse(line) as { event: string; name?: string };
        if (event === "executor.ready" && name) resolve(name);
      });
      child.once("exit", () => reject(new Error("The executor ended before it was ready")));
    });
    ready.catch(() => undefined);
    this.#name = await ready;
    await vi.waitFor(
      async () => {
        const health = (await (await fetch(`${this.url}/health`)).json()) as { functions: number };
        if (health.functions === 0) throw new Error("The executor knows no functions");
      },
      { timeout: 40_000, interval: 20 },
    );
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to stop. Answers its exit code. */
  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Stalls it: it keeps its connections and does nothing. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  }
}
