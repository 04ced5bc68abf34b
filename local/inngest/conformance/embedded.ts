import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { vi } from "vitest";
import { clock } from "@/lib/clock";
import { openPostgres } from "@/lib/db/postgres";
import { ownerUrl, type PostgresOptions, spawnPostgres, waitForPostgres } from "../../postgres/server";
import { readClockOffset, writeClockOffset } from "../../stack/movable-clock";
import { findFreePort } from "../../stack/ports";
import { makeTemporaryDataFolder, removeDataFolder } from "../../stack/temporary-folder";
import type { Executor } from "../executor";
import { ExecutorProcess, type ExecutorSettings, startExecutorInside } from "./executors";

type Database = {
  url: string;
  /** Where the server is our own: kill -9, and started again on the same files. */
  kill(): Promise<void>;
  start(): Promise<void>;
  drop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Where the first executor listens. */
  port: number;
  appUrl: string;
  eventKey: string;
  signingKey: string;
  /** Executors as processes, on a PostgreSQL of their own: all of it can be killed. */
  isKillable: boolean;
};

/** Two embedded executors on one database, and all that can be done to them which is no business of a foreign server's. */
export class Embedded {
  readonly #options: EmbeddedOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "conformance-"));
  readonly #clockFile = join(this.#folder, "clock");
  #database: Database | undefined;
  #sql: postgres.Sql | undefined;
  #inside: Executor[] = [];
  /** The executors where they are processes: the one that the app sends its events to comes first. */
  processes: ExecutorProcess[] = [];

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    process.env.CLOCK_FILE = this.#clockFile;
  }

  get sql(): postgres.Sql {
    if (!this.#sql) throw new Error("The database has not started");
    return this.#sql;
  }

  async start(): Promise<void> {
    const { isKillable, port, ...rest } = this.#options;
    this.#database = await (isKillable ? ownServer() : databaseOnServer());
    const databaseUrl = this.#database.url;
    this.#sql = openPostgres(databaseUrl, { max: 3, onnotice: () => {} });
    const settings = [port, await findFreePort()].map(
      (each): ExecutorSettings => ({ ...rest, port: each, databaseUrl }),
    );
    if (isKillable) {
      this.processes = settings.map((each) => new ExecutorProcess(each));
      await Promise.all(this.processes.map((executor) => executor.start()));
      return;
    }
    this.#inside = await Promise.all(settings.map(startExecutorInside));
    await vi.waitFor(
      async () => {
        for (const { url } of this.#inside) {
          const health = (await (await fetch(`${url}/health`)).json()) as {
            app: { problem: string | null };
            functions: number;
          };
          if (health.app.problem || health.functions === 0) throw new Error("No functions yet");
        }
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#inside.map((executor) => executor.stop()));
    for (const executor of this.processes) executor.resume();
    await Promise.all(this.processes.map((executor) => executor.kill()));
    await this.#sql?.end({ timeout: 2 });
    await this.#database?.drop();
    delete process.env.CLOCK_FILE;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  moveClock(ms: number): void {
    writeClockOffset(this.#clockFile, readClockOffset(this.#clockFile) + ms);
  }

  setClock(to: Date): void {
    this.moveClock(to.getTime() - clock.now().getTime());
  }

  /** Until the run of the event has nothing to do but to sleep or to wait. */
  async parked(eventId: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const [run] = await this.sql<{ open: number; calls: number }[]>`
          select
            (select count(*)::int from inngest.steps s where s.run_id = r.id and s.state = 'open') as open,
            (select count(*)::int from inngest.jobs j where j.run_id = r.id and j.kind in ('discover', 'step')) as calls
          from inngest.runs r where r.event_id = ${eventId}`;
        if (!run || run.open === 0 || run.calls > 0) throw new Error("The run neither sleeps nor waits");
      },
      { timeout: 30_000, interval: 15 },
    );
  }

  /** Until no call, timer or timeout of the run is left. */
  async nothingLeft(eventId: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const left = await this.sql`
          select j.key from inngest.jobs j join inngest.runs r on r.id = j.run_id where r.event_id = ${eventId}`;
        if (left.length > 0) throw new Error(`Jobs are left: ${left.map(({ key }) => key).join(", ")}`);
      },
      { timeout: 30_000, interval: 15 },
    );
  }

  /** The executors where they are processes: first the one that has the run's call in hand. */
  async holderOf(eventId: string): Promise<[ExecutorProcess, ExecutorProcess]> {
    const name = await vi.waitFor(
      async () => {
        const [job] = await this.sql<{ name: string }[]>`
          select j.leased_by as name from inngest.jobs j join inngest.runs r on r.id = j.run_id
          where r.event_id = ${eventId} and j.leased_by is not null`;
        if (!job) throw new Error("Nobody holds a call of the run");
        return job.name;
      },
      { timeout: 30_000, interval: 15 },
    );
    const holder = this.processes.find((executor) => executor.name === name);
    const other = this.processes.find((executor) => executor.name !== name);
    if (!holder || !other) throw new Error(`${name} is none of our executors`);
    return [holder, other];
  }

  /** Waits until an executor's statement waits for a lock that the test holds. */
  async blocked(): Promise<void> {
    await vi.waitFor(
      async () => {
        const rows = await this.sql`
          select 1 from pg_stat_activity
          where wait_event_type = 'Lock' and starts_with(application_name, 'inngest-executor-')`;
        if (rows.length === 0) throw new Error("No executor waits for a lock");
      },
      { timeout: 30_000, interval: 15 },
    );
  }

  /** Cuts every connection of the executors. */
  async cutConnections(): Promise<void> {
    await this.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and starts_with(application_name, 'inngest-executor-')`;
  }

  killDatabase(): Promise<void> {
    return this.#database?.kill() ?? Promise.resolve();
  }

  startDatabase(): Promise<void> {
    return this.#database?.start() ?? Promise.resolve();
  }
}

/** A database of our own: the stack under test runs an executor on the one that the URL names. */
async function databaseOnServer(): Promise<Database> {
  const adminUrl = process.env.TEST_DATABASE_ADMIN_URL;
  if (!adminUrl)
    throw new Error("Set TEST_DATABASE_ADMIN_URL to a PostgreSQL on which databases may be created");
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const name = `conformance_${randomBytes(5).toString("hex")}`;
  await admin.unsafe(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const refuse = () => Promise.reject(new Error("This server has other users"));
  return {
    url: url.href,
    kill: refuse,
    start: refuse,
    async drop() {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

async function ownServer(): Promise<Database> {
  const server: PostgresOptions = {
    dataDir: await makeTemporaryDataFolder(),
    port: await findFreePort(),
    ownerPassword: randomBytes(18).toString("hex"),
    fsync: false,
  };
  let postmaster: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    const child = postmaster;
    postmaster = undefined;
    if (!child) return;
    child.kill(signal);
    await once(child, "exit");
  };
  const start = async () => {
    postmaster = await spawnPostgres(server);
    await waitForPostgres(server);
  };
  await start();
  return {
    url: ownerUrl(server, "postgres"),
    kill: () => end("SIGKILL"),
    start,
    async drop() {
      await end("SIGINT");
      await removeDataFolder(server.dataDir);
    },
  };
}
