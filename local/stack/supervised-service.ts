import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StackError } from "./stack-error";

/** How one service is run. */
export interface ServiceDefinition {
  name: string;
  /** Starts the program, in a process group of its own, with its output going to the given file descriptor. */
  launch(output: number): ChildProcess | Promise<ChildProcess>;
  /** Whether it serves already. Throwing means no. */
  isReady(): Promise<boolean>;
  /** Milliseconds in which it must be ready. */
  readyWithin: number;
  stopSignal: NodeJS.Signals;
  logFile: string;
}

export type ServiceState = "starting" | "ready" | "restarting" | "stopped";

/** What is known of a service at a moment. */
export interface ServiceStatus {
  name: string;
  state: ServiceState;
  pid: number | null;
  /** How often it died and was started again. */
  restarts: number;
}

const restartDelays = [100, 500, 1_000, 2_000, 5_000, 10_000];
/** A service that ran this long starts again at once, however often it has died before. */
const healthyMilliseconds = 30_000;
const attemptsAtFirst = 3;
const stopWithin = 8_000;
const logLimitBytes = 20 * 1024 * 1024;

/** One service under supervision: started, watched, started again when it dies, stopped. */
export class SupervisedService {
  private child: ChildProcess | undefined;
  private state: ServiceState = "stopped";
  private restarts = 0;
  private failuresInARow = 0;
  private launchedAt = 0;
  private isStopping = false;
  /** It has been ready since its launch, so that its end is a death and not a failed start. */
  private isServing = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly definition: ServiceDefinition,
    private readonly onChange: (status: ServiceStatus) => void,
  ) {}

  status(): ServiceStatus {
    const isRunning = this.state === "ready" || this.state === "starting";
    return {
      name: this.definition.name,
      state: this.state,
      pid: isRunning ? (this.child?.pid ?? null) : null,
      restarts: this.restarts,
    };
  }

  /** Resolves when it serves. @throws StackError when it dies or stays silent several times. */
  async start(): Promise<void> {
    this.isStopping = false;
    this.trimLog();
    for (let attempt = 1; ; attempt += 1) {
      if (await this.launchOnce("starting")) return;
      if (this.isStopping)
        throw new StackError(`The service ${this.definition.name} was stopped while it started.`);
      if (attempt === attemptsAtFirst || Date.now() - this.launchedAt >= this.definition.readyWithin) {
        this.setState("stopped");
        throw new StackError(
          `The service ${this.definition.name} does not start: ${this.lastLogLine()} See ${this.definition.logFile}.`,
        );
      }
    }
  }

  /** Resolves when it serves again, at once if it does now. */
  async waitUntilReady(): Promise<void> {
    if (this.state === "ready") return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Sends a signal to the process. A service that dies of it is started again. */
  kill(signal: NodeJS.Signals): void {
    if (!this.child?.pid) throw new Error(`The service ${this.definition.name} is not running.`);
    // Told apart from "ready" at once, so that waiting for its return cannot see the dying one.
    if (signal === "SIGKILL") this.setState("restarting");
    this.child.kill(signal);
  }

  /** Stops it and whatever it started: asks first, insists after some seconds. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const child = this.child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<true>((resolve) => child.once("exit", () => resolve(true)));
      child.kill(this.definition.stopSignal);
      const didEnd = await Promise.race([ended, delay(stopWithin, false, { ref: false })]);
      if (!didEnd) {
        this.signalGroup(child, "SIGKILL");
        await ended;
      }
    }
    if (child) this.signalGroup(child, "SIGKILL");
    this.setState("stopped");
  }

  /** Ends it this instant; for a second Ctrl C and for the supervisor's own end. */
  killNow(): void {
    this.isStopping = true;
    if (this.child) this.signalGroup(this.child, "SIGKILL");
  }

  private async launchOnce(state: "starting" | "restarting"): Promise<boolean> {
    this.setState(state);
    mkdirSync(dirname(this.definition.logFile), { recursive: true });
    const output = openSync(this.definition.logFile, "a", 0o600);
    let child: ChildProcess;
    try {
      child = await this.definition.launch(output);
    } finally {
      closeSync(output);
    }
    this.child = child;
    this.launchedAt = Date.now();
    let hasEnded = child.exitCode !== null || child.signalCode !== null;
    child.once("error", () => {
      hasEnded = true;
    });
    child.once("exit", () => {
      hasEnded = true;
      if (this.child === child && this.isServing) void this.restart();
    });
    if (this.isStopping) {
      this.signalGroup(child, "SIGKILL");
      return false;
    }
    const deadline = Date.now() + this.definition.readyWithin;
    while (!hasEnded && !this.isStopping && Date.now() < deadline) {
      if (await this.definition.isReady().catch(() => false)) {
        if (hasEnded) break;
        this.isServing = true;
        this.setState("ready");
        return true;
      }
      await delay(60);
    }
    if (!hasEnded) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      this.signalGroup(child, "SIGKILL");
      await ended;
    }
    return false;
  }

  private async restart(): Promise<void> {
    this.isServing = false;
    if (this.isStopping) return;
    this.restarts += 1;
    if (Date.now() - this.launchedAt > healthyMilliseconds) this.failuresInARow = 0;
    this.setState("restarting");
    for (;;) {
      await delay(restartDelays[Math.min(this.failuresInARow, restartDelays.length - 1)] ?? 0);
      this.failuresInARow += 1;
      if (this.isStopping) return;
      try {
        if (await this.launchOnce("restarting")) return;
      } catch {
        // The reason is in the service's log; the next attempt may fare better (a full disk was freed, say).
      }
      if (this.isStopping) return;
    }
  }

  private signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
    if (!child.pid) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  private setState(state: ServiceState): void {
    if (this.state === state) return;
    this.state = state;
    this.onChange(this.status());
    if (state !== "ready") return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private trimLog(): void {
    try {
      if (statSync(this.definition.logFile).size > logLimitBytes) truncateSync(this.definition.logFile);
    } catch {
      // There is none yet.
    }
  }

  private lastLogLine(): string {
    try {
      const lines = readFileSync(this.definition.logFile, "utf8").trim().split("\n");
      const telling =
        lines.slice(-30).findLast((line) => /error|FATAL|cannot|refuse/i.test(line)) ?? lines.at(-1) ?? "";
      return `"${telling.trim().slice(0, 300)}".`;
    } catch {
      return "it said nothing.";
    }
  }
}
