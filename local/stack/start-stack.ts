import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { clusterFolder, postgresFolders } from "../postgres/data-folder";
import { databaseName, ensureDatabase } from "../postgres/database";
import { stopLeftoverServer } from "../postgres/running-servers";
import { ensureBuild } from "./build";
import { openControl } from "./control";
import { clockFile, type Environment, type StackUrls, stackEnvironment, stackUrls } from "./environment";
import { applyMigrations } from "./migrations";
import { writeClockOffset } from "./movable-clock";
import { releasePorts } from "./port-reservations";
import { choosePorts, type StackPorts } from "./ports";
import { inProject } from "./project";
import { loadSecrets } from "./secrets";
import { seedIfEmpty } from "./seeding";
import { defineServices, type ServiceName, serviceNames, type WebMode } from "./services";
import { StackError } from "./stack-error";
import { noteLockUrl, takeStackLock } from "./stack-lock";
import { type ServiceStatus, SupervisedService } from "./supervised-service";
import { makeTemporaryDataFolder, removeDataFolder } from "./temporary-folder";

/** What happens while a stack starts and runs, for a person to read. */
export type StackNews =
  | { kind: "step"; text: string }
  | { kind: "build"; text: string }
  | { kind: "service"; status: ServiceStatus };

export interface StackOptions {
  /** Where everything is kept. Left out: a temporary folder that `stop()` removes. */
  dataDir?: string;
  /** `preferred` ports are the same every time where they are free; `free` ones are any. Default `free`. */
  ports?: "preferred" | "free";
  /** Default `start`. `none` leaves out the web application and what serves only it (payments, workflows). */
  web?: WebMode;
  /** Keep committed data over a crash of the machine. Default false. */
  fsync?: boolean;
  /** Load the sample academy into an empty database. Default true, unless `web` is `none`. */
  seed?: boolean;
  /** Milliseconds before each retry of a workflow step, instead of the executor's own. */
  backoff?: readonly number[];
  /** Lets the control endpoint kill services. Default true for temporary folders. */
  isForTests?: boolean;
  onNews?: (news: StackNews) => void;
  /** Abandons the start: what runs is stopped and `startStack` fails. */
  signal?: AbortSignal;
}

/** A running stack. */
export interface Stack {
  dataDir: string;
  /** All variables of `.env.example`, and DATABASE_ADMIN_URL. */
  env: Environment;
  urls: StackUrls;
  ports: StackPorts;
  statuses(): ServiceStatus[];
  /** Sends a signal to a service's process. One that dies is started again by the supervisor. */
  kill(service: ServiceName, signal?: NodeJS.Signals): void;
  /** Resolves when that service serves (again). */
  waitUntilReady(service: ServiceName): Promise<void>;
  /** Milliseconds by which every clock of the stack is ahead of the real one. */
  setClock(offsetMs: number): void;
  /** Stops everything, the web first, PostgreSQL last. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends all processes this instant. */
  killNow(): void;
}

/**
 * Starts the whole stack: PostgreSQL; the mailbox and Auth while the production build is made; migrations, sample data;
 * payments, workflows, the web. The one mechanism behind `up`, `dev`, the tests and the benches.
 * @throws StackError with a sentence for a person; everything that was started is stopped again.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { web = "start", fsync = false, onNews = () => {}, signal } = options;
  const isTemporary = options.dataDir === undefined;
  const dataDir = options.dataDir ? resolve(options.dataDir) : await makeTemporaryDataFolder();
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o711);
  const release = isTemporary ? () => {} : takeStackLock(dataDir, null);

  const running: SupervisedService[] = [];
  let control: Awaited<ReturnType<typeof openControl>> | undefined;
  let reserved: number[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    control?.close();
    for (const service of running.toReversed()) await service.stop();
    releasePorts(reserved);
    release();
    if (isTemporary) {
      keepLogs(dataDir);
      await removeDataFolder(dataDir);
    }
  }
  function stop(): Promise<void> {
    stopping ??= stopAll();
    return stopping;
  }
  signal?.addEventListener("abort", () => void stop());

  try {
    const secrets = loadSecrets(dataDir);
    await stopLeftoverPostgres(dataDir);
    const ports = await choosePorts(options.ports ?? "free");
    reserved = Object.values(ports);
    const env = stackEnvironment({ dataDir, ports, secrets });
    const urls = stackUrls(ports);
    noteLockUrl(dataDir, urls.web);

    const definitions = defineServices({
      dataDir,
      ports,
      secrets,
      env,
      fsync,
      web,
      backoff: options.backoff,
    });
    const services = new Map<ServiceName, SupervisedService>();
    const statuses = () => [...services.values()].map((service) => service.status());
    const find = (name: ServiceName) => {
      const service = services.get(name);
      if (!service) throw new Error(`This stack has no service ${name}.`);
      return service;
    };
    async function start(name: ServiceName): Promise<void> {
      if (stopping) throw new StackError("The start was interrupted.");
      const service = new SupervisedService(definitions[name], (status) =>
        onNews({ kind: "service", status }),
      );
      services.set(name, service);
      running.push(service);
      await service.start();
    }

    const stack: Stack = {
      dataDir,
      env,
      urls,
      ports,
      statuses,
      kill: (name, signal = "SIGKILL") => find(name).kill(signal),
      waitUntilReady: (name) => find(name).waitUntilReady(),
      setClock: (offsetMs) => writeClockOffset(clockFile(dataDir), offsetMs),
      stop,
      killNow() {
        for (const service of running.toReversed()) service.killNow();
      },
    };
    control = await openControl({
      port: ports.control,
      urls,
      clockFile: clockFile(dataDir),
      statuses,
      kill: (options.isForTests ?? isTemporary) ? stack.kill : undefined,
    });

    const build =
      web === "start"
        ? ensureBuild({ onLine: (text) => onNews({ kind: "build", text }), signal })
        : Promise.resolve(0);
    const database = (async () => {
      await start("postgres");
      const server = { port: ports.postgres, ownerPassword: secrets.ownerPassword };
      await ensureDatabase(server, secrets.appPassword);
      await Promise.all([start("mailbox"), start("auth")]);
      const adminUrl = env.DATABASE_ADMIN_URL ?? "";
      const migrated = await applyMigrations(adminUrl, signal);
      if (migrated > 0) onNews({ kind: "step", text: `Migrations applied (${migrated.toFixed(1)} s)` });
      if (options.seed ?? web !== "none") {
        const seeded = await seedIfEmpty(env, { signal });
        if (seeded > 0) onNews({ kind: "step", text: `Sample academy loaded (${seeded.toFixed(1)} s)` });
      }
    })();
    // Both run at once; when one fails the other is waited for, so that nothing goes on after the failure is told.
    const outcomes = await Promise.allSettled([build, database]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    const built = outcomes[0].status === "fulfilled" ? outcomes[0].value : 0;
    if (built > 0) onNews({ kind: "step", text: `Production build made (${built.toFixed(0)} s)` });

    if (web !== "none") {
      await Promise.all([start("stripe"), start("inngest")]);
      await start("web");
    }
    const description = { pid: process.pid, dataDir, database: databaseName, env, urls, ports };
    if (stopping) throw new StackError("The start was interrupted.");
    writeFileSync(join(dataDir, "stack.json"), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A temporary stack's logs outlive it, until the next one's: they explain what went wrong. */
function keepLogs(dataDir: string): void {
  const logs = join(dataDir, "logs");
  if (existsSync(logs)) cpSync(logs, inProject(".data", "last-temporary-stack", "logs"), { recursive: true });
}

/** After an unclean kill a server may still run on this stack's data; it is stopped before ports are chosen. */
async function stopLeftoverPostgres(dataDir: string): Promise<void> {
  for (const folder of postgresFolders(dataDir)) await stopLeftoverServer(clusterFolder(folder));
}

/** The services of a stack in the order of the table that people see. */
export function sortStatuses(statuses: ServiceStatus[]): ServiceStatus[] {
  const order = serviceNames.toReversed() as readonly string[];
  return statuses.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}
