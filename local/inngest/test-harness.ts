import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import postgres from "postgres";
import { expect, vi } from "vitest";
import { findFreePort } from "@/local/stack/ports";
import { type Executor, startExecutor } from "./executor";
import { bearerToken } from "./signature";

const EVENT_KEY = "test-event-key";
const SIGNING_KEY = `signkey-prod-${"0ddba115".repeat(8)}`;

type ListedRun = { run_id: string; function_id: string; status: string; output: unknown };

/** Repeats a check until it holds. */
export const eventually = <T>(check: () => T | Promise<T>, timeout = 15_000) =>
  vi.waitFor(check, { timeout, interval: 15 });

/**
 * Two executors on a database of their own, and an app of the official SDK called `proof` with the functions that
 * `define` makes. The clock can be moved.
 */
export async function startHarness(define: (client: Inngest) => InngestFunction.Any[]) {
  const adminUrl = process.env.TEST_DATABASE_ADMIN_URL;
  if (!adminUrl)
    throw new Error("Set TEST_DATABASE_ADMIN_URL to a PostgreSQL on which databases may be created");
  const folder = await mkdtemp(join(tmpdir(), "executor-test-"));
  const clockFile = join(folder, "clock");
  process.env.CLOCK_FILE = clockFile;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const database = `executor_test_${randomBytes(5).toString("hex")}`;
  await admin.unsafe(`create database ${database}`);
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  const sql = postgres(url.href, { max: 2, onnotice: () => {} });

  const [port, appPort] = [await findFreePort(), await findFreePort()];
  const base = `http://127.0.0.1:${port}`;
  const client = new Inngest({
    id: "proof",
    baseUrl: base,
    eventKey: EVENT_KEY,
    signingKey: SIGNING_KEY,
    isDev: false,
    checkpointing: false,
    logger: { info() {}, warn() {}, error() {}, debug() {} },
  });
  const functions = define(client);
  const app = createServer(serve({ client, functions })).listen(appPort, "127.0.0.1");
  await once(app, "listening");
  const start = (ownPort: number): Promise<Executor> =>
    startExecutor({
      port: ownPort,
      databaseUrl: url.href,
      appUrl: `http://127.0.0.1:${appPort}/api/inngest`,
      eventKey: EVENT_KEY,
      signingKey: SIGNING_KEY,
      backoff: [5],
      log: process.env.EXECUTOR_LOG ? (level, event, fields) => console.log(level, event, fields) : () => {},
    });
  let executors = await Promise.all([start(port), start(0)]);

  const call = async (path: string, method = "GET", body?: unknown) => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${bearerToken(SIGNING_KEY)}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data } = (await response.json()) as { data?: unknown };
    return { status: response.status, data };
  };
  const runsOf = async (eventId: string) =>
    (await call(`/v1/events/${encodeURIComponent(eventId)}/runs`)).data as ListedRun[];
  await eventually(async () => {
    const health = await (await fetch(`${base}/health`)).json();
    expect(health).toMatchObject({ app: { problem: null }, functions: functions.length });
  });

  return {
    base,
    sql,
    client,
    call,
    runsOf,
    /** Sends one event and gives its id. */
    async send(name: string, data: Record<string, unknown> = {}): Promise<string> {
      const { ids } = await client.send({ name, data });
      return ids[0] ?? "";
    },
    /** The one run of the event, once it has ended. */
    ended: (eventId: string) =>
      eventually(async () => {
        const [run, ...others] = await runsOf(eventId);
        expect(others).toEqual([]);
        expect(run?.status).toMatch(/Completed|Failed|Cancelled/);
        return run as ListedRun;
      }),
    async moveClock(ms: number): Promise<void> {
      const offset = Number(await readFile(clockFile, "utf8").catch(() => "0"));
      await writeFile(clockFile, String(offset + ms));
    },
    /** Stops both executors and starts two others. */
    async restart(): Promise<void> {
      await Promise.all(executors.map((executor) => executor.stop()));
      executors = await Promise.all([start(port), start(0)]);
    },
    async stop(): Promise<void> {
      await Promise.all(executors.map((executor) => executor.stop()));
      app.closeAllConnections();
      app.close();
      await sql.end();
      await admin.unsafe(`drop database ${database} with (force)`);
      await admin.end();
      delete process.env.CLOCK_FILE;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
