import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fault } from "./app/front";

export type AppOptions = {
  app: string;
  port: number;
  notebook: string;
  functions: readonly string[];
  isLong: boolean;
  origin?: string | undefined;
  executorUrl: string;
  eventKey: string;
  signingKey: string | undefined;
};

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The app of the suite as a process that can be killed, stopped and started again as another release. */
export class AppProcess {
  readonly #options: AppOptions;
  #child: ChildProcess | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}/api/inngest`;
  }

  /** Resolves once it listens. */
  async start(release = 1): Promise<void> {
    const { app, port, notebook, functions, isLong, origin, executorUrl, eventKey, signingKey } =
      this.#options;
    const child = spawn(process.execPath, ["--import", "tsx", "local/inngest/conformance/app/main.ts"], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {
        ...process.env,
        PORT: String(port),
        NOTEBOOK: notebook,
        CONFORMANCE_APP: app,
        CONFORMANCE_FUNCTIONS: functions.join(","),
        CONFORMANCE_RELEASE: String(release),
        CONFORMANCE_LONG: String(isLong),
        ...(origin ? { CONFORMANCE_ORIGIN: origin } : {}),
        EXECUTOR_URL: executorUrl,
        EVENT_KEY: eventKey,
        ...(signingKey ? { SIGNING_KEY: signingKey } : {}),
      },
    });
    this.#child = child;
    const ended = once(child, "exit").then(() => {
      throw new Error("The app ended before it listened");
    });
    ended.catch(() => undefined);
    await Promise.race([once(child, "message"), ended]);
  }

  /** Ends it as a crash does: no call is answered any more. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Lets the next calls of a function go wrong. */
  async fault(fault: Fault): Promise<void> {
    const response = await fetch(new URL("/faults", this.url), {
      method: "POST",
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(`The app did not take the fault: HTTP ${response.status}`);
  }

  /** Asks the app to register itself with the server it belongs to. */
  async register(): Promise<void> {
    const response = await fetch(this.url, { method: "PUT" });
    if (!response.ok) {
      throw new Error(`The app could not register with the server: ${await response.text()}`);
    }
  }
}
