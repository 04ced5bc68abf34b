import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { clock } from "@/lib/clock";
import { AppClient } from "./app-call";
import { connect, createSchema, isDatabaseAway } from "./database";
import { ingest } from "./events";
import { Registry } from "./functions";
import { describeError, type Log, logToStdout } from "./log";
import { EXECUTOR_PREFIX, Queue, WAKE_CHANNEL } from "./queue";
import { createServer } from "./server";
import { Sync } from "./sync";
import { Timetable } from "./timetable";
import { openStore, type Store } from "./unit";
import { Worker } from "./worker";

type ExecutorOptions = {
  /** Zero takes a free port. */
  port: number;
  databaseUrl: string;
  /** Where the app serves its functions, e.g. http://127.0.0.1:3000/api/inngest */
  appUrl: string;
  eventKey: string;
  signingKey: string;
  /** Milliseconds before each retry; Inngest's own table when absent. */
  backoff?: readonly number[];
  /** Calls and timers in hand at the same time; 50 by default. */
  capacity?: number;
  log?: Log;
};

export type Executor = {
  url: string;
  /** Takes no more work, waits a little for what is under way, gives back the rest. */
  stop(): Promise<void>;
};

const DEFAULT_CAPACITY = 50;
const DATABASE_CONNECTIONS = 10;
const STOP_GRACE_MS = 4_000;

/** Starts an executor. Waits for PostgreSQL as long as it takes; several executors may share one database. */
export async function startExecutor(options: ExecutorOptions): Promise<Executor> {
  const log = options.log ?? logToStdout;
  const name = `${EXECUTOR_PREFIX}${randomBytes(6).toString("hex")}`;
  const sql = connect(options.databaseUrl, name, DATABASE_CONNECTIONS);
  await untilDatabaseAnswers(() => createSchema(sql), log);

  const registry = new Registry();
  const store: Store = openStore({
    sql,
    registry,
    now: clock.now,
    ingest,
    onDue: (due) => worker.noticeDue(due),
    onStarts: (starts) => timetable.notice(starts),
  });
  const timetable = new Timetable(store, log);
  const app = new AppClient(options.signingKey);
  const worker = new Worker({
    store,
    queue: new Queue(sql, name, registry),
    app,
    signingKey: options.signingKey,
    capacity: options.capacity ?? DEFAULT_CAPACITY,
    backoff: options.backoff,
    log,
  });
  const sync = new Sync({ store, app, appUrl: options.appUrl, signingKey: options.signingKey, log });

  await untilDatabaseAnswers(() => sync.reload(), log);
  await untilDatabaseAnswers(() => sql.listen(WAKE_CHANNEL, (from) => from !== name && worker.wake()), log);
  const http = createServer({ store, sync, eventKey: options.eventKey, signingKey: options.signingKey, log });
  const server = await listen(http.fetch, options.port);
  worker.start();
  void sync.start();
  timetable.start();
  log("info", "executor.ready", { url: server.url, name });

  return {
    url: server.url,
    async stop() {
      sync.stop();
      timetable.stop();
      await server.close();
      await worker.stop(STOP_GRACE_MS);
      app.close();
      await sql.end({ timeout: 2 });
      log("info", "executor.stopped", { name });
    },
  };
}

async function untilDatabaseAnswers<T>(work: () => Promise<T>, log: Log): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (attempt === 0) log("warn", "database.away", describeError(error));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, ({ port: actual }) => {
      resolve({ url: `http://127.0.0.1:${actual}`, close: () => closeServer(server as Server) });
    });
    server.on("error", reject);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
}
