import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clock } from "@/lib/clock";
import { readAnswer } from "./app-call";
import { type Executor, startExecutor } from "./executor";
import { bearerToken, isSignatureValid, sign } from "./signature";
import { createTestApp, serveTestApp } from "./test-app";

vi.setConfig({ testTimeout: 60_000 });

const EVENT_KEY = "test-event-key";
const SIGNING_KEY = `signkey-prod-${"5ca1ab1e".repeat(8)}`;
const DAY = 86_400_000;
/** How many the test app registers, onFailure handlers included, the refused one not. */
const FUNCTIONS = 26;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

type Run = { run_id: string; function_id: string; status: string; output: unknown };

/** A database of our own: the stack under test runs an executor on the one that the URL names. */
async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const adminUrl = process.env.TEST_DATABASE_ADMIN_URL;
  if (!adminUrl)
    throw new Error("Set TEST_DATABASE_ADMIN_URL to a PostgreSQL on which databases may be created");
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const name = `executor_test_${randomBytes(5).toString("hex")}`;
  await admin.unsafe(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

const eventually = <T>(check: () => T | Promise<T>, timeout = 15_000) =>
  vi.waitFor(check, { timeout, interval: 15 });

function restClient(base: string) {
  const headers = { authorization: `Bearer ${bearerToken(SIGNING_KEY)}` };
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`${base}${path}`, { method, headers });
    expect(response.status, path).toBe(200);
    const { data } = (await response.json()) as { data: unknown };
    return data;
  };
  return {
    get,
    runsOf: async (eventId: string) => (await get(`/v1/events/${encodeURIComponent(eventId)}/runs`)) as Run[],
    cancel: (runId: string) => get(`/v1/runs/${runId}`, "DELETE"),
  };
}

let folder: string;
let clockFile: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
let sql: postgres.Sql;
let app: ReturnType<typeof createTestApp>;
let appPort: number;
let appServer: Awaited<ReturnType<typeof serveTestApp>>;
let executors: Executor[];
let rest: ReturnType<typeof restClient>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "executor-test-"));
  clockFile = join(folder, "clock");
  process.env.CLOCK_FILE = clockFile;
  database = await createDatabase();
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const port = await freePort();
  appPort = await freePort();
  app = createTestApp({
    executorUrl: `http://127.0.0.1:${port}`,
    eventKey: EVENT_KEY,
    signingKey: SIGNING_KEY,
  });
  appServer = await serveTestApp(app, appPort);
  // Two executors share the work of every test.
  executors = await Promise.all(
    [port, 0].map((port) =>
      startExecutor({
        port,
        databaseUrl: database.url,
        appUrl: `http://127.0.0.1:${appPort}/api/inngest`,
        eventKey: EVENT_KEY,
        signingKey: SIGNING_KEY,
        backoff: [5],
        log: process.env.EXECUTOR_LOG
          ? (level, event, fields) => console.log(level, event, fields)
          : () => {},
      }),
    ),
  );
  rest = restClient(`http://127.0.0.1:${port}`);
  await eventually(async () =>
    expect(await health()).toMatchObject({ app: { problem: null }, functions: FUNCTIONS }),
  );
});

afterAll(async () => {
  for (const gate of app?.trace.gates.values() ?? []) gate.open();
  await Promise.all(executors?.map((executor) => executor.stop()) ?? []);
  await appServer?.close();
  await sql?.end();
  await database?.drop();
  delete process.env.CLOCK_FILE;
  await rm(folder, { recursive: true, force: true });
});

async function health(): Promise<unknown> {
  const [first] = executors;
  return (await fetch(`${first?.url}/health`)).json();
}

async function moveClock(ms: number): Promise<void> {
  const offset = Number(await readFile(clockFile, "utf8").catch(() => "0"));
  await writeFile(clockFile, String(offset + ms));
}

async function send(name: string, data: Record<string, unknown> = {}, id?: string): Promise<string> {
  const { ids } = await app.client.send({ name, data, ...(id ? { id } : {}) });
  const [first] = ids;
  if (!first) throw new Error("No id");
  return first;
}

/** The one run that the event started, once it has ended. */
async function ended(eventId: string, timeout?: number): Promise<Run> {
  return eventually(async () => {
    const [run, ...others] = await rest.runsOf(eventId);
    expect(others).toEqual([]);
    expect(run?.status).toMatch(/Completed|Failed|Cancelled/);
    if (!run) throw new Error("No run");
    return run;
  }, timeout);
}

async function openStep(eventId: string, op: string): Promise<string> {
  return eventually(async () => {
    const [step] = await sql<{ runId: string }[]>`
      select s.run_id as "runId" from inngest.steps s join inngest.runs r on r.id = s.run_id
      where r.event_id = ${eventId} and s.state = 'open' and s.op = ${op}`;
    if (!step) throw new Error(`No open ${op}`);
    return step.runId;
  });
}

describe("steps", () => {
  it("runs each step once and gives its result to the next", async () => {
    const run = await ended(await send("t/sequence"));
    expect(run).toMatchObject({ status: "Completed", output: { a: 1, b: 2, c: 3 } });
    for (const name of ["a", "b", "c"]) expect(app.trace.of(`sequence.${name}`)).toBe(1);
  });

  it("retries a step until it succeeds", async () => {
    expect(await ended(await send("t/flaky", { key: "one" }))).toMatchObject({
      status: "Completed",
      output: 3,
    });
  });

  it("lets the function catch a step that is exhausted", async () => {
    const run = await ended(await send("t/caught"));
    expect(run).toMatchObject({ status: "Completed", output: "undone: always" });
    expect(app.trace.of("caught.broken")).toBe(2);
  });

  it("fails the run of an exhausted step and calls onFailure once", async () => {
    const run = await ended(await send("t/hopeless"));
    expect(run).toMatchObject({ status: "Failed", output: { message: "out of order" } });
    expect(app.trace.of("hopeless.broken")).toBe(2);
    await eventually(() =>
      expect(app.trace.failures).toEqual([{ runId: run.run_id, message: "out of order" }]),
    );
    const [failures] = await sql`
      select count(*)::int as count from inngest.runs where function_id = 'proof-hopeless-failure'`;
    expect(failures).toEqual({ count: 1 });
  });

  it("retries the function itself", async () => {
    expect(await ended(await send("t/body-throws"))).toMatchObject({ status: "Completed", output: 2 });
  });

  it("does not retry NonRetriableError and keeps its cause", async () => {
    const run = await ended(await send("t/final"));
    expect(run.status).toBe("Failed");
    expect(app.trace.of("final.refuse")).toBe(1);
    const [step] = await sql`select output from inngest.steps where run_id = ${run.run_id}`;
    expect(step?.output).toMatchObject({
      error: { name: "NonRetriableError", cause: { message: "card stolen" } },
    });
  });

  it("waits as long as RetryAfterError says, in seconds and until a date", async () => {
    const offset = Number(await readFile(clockFile, "utf8").catch(() => "0"));
    const seconds = await send("t/later", { key: "s" });
    const date = await send("t/later", { key: "d", as: "date", at: Date.now() + offset + 3_000_000 });
    await eventually(async () => {
      const waiting = await sql`
        select 1 from inngest.jobs j join inngest.runs r on r.id = j.run_id
        where r.event_id in (${seconds}, ${date}) and j.attempt = 1
          and j.run_at > ${new Date(Date.now() + offset + 2_900_000)}`;
      expect(waiting.length).toBe(2);
    });
    await moveClock(3_700_000);
    expect(await ended(seconds)).toMatchObject({ output: "came back" });
    expect(await ended(date)).toMatchObject({ output: "came back" });
  });

  it("keeps every kind of result, also when the state is too large to send along", async () => {
    expect(await ended(await send("t/values"))).toMatchObject({
      status: "Completed",
      output: {
        none: true,
        empty: null,
        wrapped: { data: 1 },
        text: "Zoë 🎻 \u0000 \u2028 é",
        big: 1_100_000,
      },
    });
  });

  it("fails loudly on an operation it does not know", async () => {
    const run = await ended(await send("t/signal"));
    expect(run).toMatchObject({ status: "Failed", output: { name: "UnsupportedOperation" } });
  });
});

describe("time", () => {
  it("sleeps for a duration, until a date, and not at all until a past date", async () => {
    const hour = await send("t/sleep", { for: "1d" });
    const offset = Number(await readFile(clockFile, "utf8"));
    const date = await send("t/sleep", { until: new Date(Date.now() + offset + DAY).toISOString() });
    await Promise.all([openStep(hour, "Sleep"), openStep(date, "Sleep")]);
    const past = await send("t/sleep", { until: "2020-01-01T00:00:00Z" });
    expect(await ended(past)).toMatchObject({ output: "awake" });
    await moveClock(DAY + 1_000);
    expect(await ended(hour)).toMatchObject({ status: "Completed", output: "awake" });
    expect(await ended(date)).toMatchObject({ status: "Completed", output: "awake" });
  });

  it("resumes a wait by the matching event only", async () => {
    const waiting = await send("t/wait", { key: "k1" });
    await openStep(waiting, "WaitForEvent");
    await send("t/answer", { key: "other", amount: 50 });
    await send("t/answer", { key: "k1" });
    await send("t/answer", { key: "k1", amount: 3 });
    await openStep(waiting, "WaitForEvent");
    await send("t/answer", { key: "k1", amount: 30 });
    expect(await ended(waiting)).toMatchObject({ output: { got: 30 } });
  });

  it("ends a wait with null when its time is over", async () => {
    const waiting = await send("t/wait", { key: "k2" });
    await openStep(waiting, "WaitForEvent");
    await moveClock(2 * DAY + 1_000);
    expect(await ended(waiting)).toMatchObject({ output: { got: null } });
  });

  it("starts one run for a tick of a cron with two executors, one for many missed, and follows a clock set back", async () => {
    const ticks = async () => {
      const rows = await sql`select event_id from inngest.runs where function_id = 'proof-hourly'`;
      return rows.length;
    };
    const nextTick = async () => {
      const [row] = await sql<{ next: Date }[]>`select next_at as next from inngest.crons`;
      return row?.next.getTime() ?? 0;
    };
    // Tests before this one moved the clock: let their tick pass first.
    const settled = () =>
      eventually(async () => expect(await nextTick()).toBeGreaterThan(clock.now().getTime()));
    await settled();
    const before = await ticks();
    await moveClock(5 * 3_600_000);
    await settled();
    expect(await ticks()).toBe(before + 1);
    await eventually(() => expect(app.trace.of("hourly.inngest/scheduled.timer")).toBe(before + 1));
    const planned = await nextTick();
    expect(new Date(planned).getUTCMinutes()).toBe(17);
    expect(await ticks()).toBe(before + 1);
    await moveClock(-3 * 3_600_000);
    await eventually(async () => expect(await nextTick()).toBe(planned - 3 * 3_600_000));
    await moveClock(3 * 3_600_000);
  });

  it("cancels a run that does not finish in time", async () => {
    const event = await send("t/impatient");
    await openStep(event, "Sleep");
    await moveClock(11 * 60_000);
    expect(await ended(event)).toMatchObject({ status: "Cancelled" });
  });
});

describe("several steps at once", () => {
  it("joins parallel steps, each run once, and tells equal ids apart", async () => {
    expect(await ended(await send("t/parallel"))).toMatchObject({ status: "Completed", output: 22 });
    for (let n = 0; n < 20; n++) expect(app.trace.of(`parallel.${n}`)).toBe(1);
    expect(app.trace.of("parallel.same")).toBe(2);
    expect(app.trace.of("parallel.sum")).toBe(1);
  });

  it("goes on with the winner of a race", async () => {
    const event = await send("t/race");
    await eventually(() => expect(app.trace.of("race.after")).toBe(1));
    app.trace.gate("race.slow").open();
    expect(await ended(event)).toMatchObject({ status: "Completed", output: "quick" });
    expect(app.trace.of("race.after")).toBe(1);
  });

  it("invokes functions: result, failure, timeout", async () => {
    const event = await send("t/parent");
    await eventually(async () => {
      const [step] = await sql`
        select 1 from inngest.steps s join inngest.runs r on r.id = s.run_id
        where r.event_id = ${event} and s.name = 'slow' and s.state = 'open'`;
      expect(step).toBeDefined();
    });
    await moveClock(2 * 3_600_000);
    expect(await ended(event)).toMatchObject({
      status: "Completed",
      output: {
        good: { doubled: 42 },
        bad: expect.stringContaining("child fell"),
        slow: expect.stringContaining("did not finish in time"),
      },
    });
  });

  it("holds every concurrency limit across executors", async () => {
    const keys = ["a", "a", "a", "a", "a", "b", "b", "b", "b", "b", "c", "c"];
    const ids = await Promise.all(keys.map((key) => send("t/limited", { key })));
    for (const id of ids) expect(await ended(id)).toMatchObject({ status: "Completed" });
    expect(app.trace.mostRunning).toBeLessThanOrEqual(3);
    expect(app.trace.of("limited.a.most")).toBeLessThanOrEqual(2);
    expect(app.trace.of("limited.b.most")).toBeLessThanOrEqual(2);
  });
});

describe("events", () => {
  it("gives sendEvent's ids back and starts what they trigger", async () => {
    const run = await ended(await send("t/sender"));
    const { ids } = run.output as { ids: string[] };
    expect(ids).toHaveLength(2);
    expect(await rest.runsOf(ids[0] ?? "")).toEqual([]);
    expect(await ended(ids[1] ?? "")).toMatchObject({ function_id: "proof-receiver", status: "Completed" });
    expect(app.trace.of("receiver")).toBe(1);
  });

  it("takes an event id once, and derives the ids of a retried send from its seed", async () => {
    const first = await send("t/flaky", { key: "dup" }, "order-7");
    const again = await send("t/flaky", { key: "dup" }, "order-7");
    expect([first, again]).toEqual(["order-7", "order-7"]);
    expect(await ended("order-7")).toMatchObject({ output: 3 });

    const post = () =>
      postEvents([{ name: "t/unheard" }, { name: "t/unheard" }], { "x-inngest-event-id-seed": "1,QUJD" });
    const one = await (await post()).json();
    expect(await (await post()).json()).toEqual(one);
    expect(new Set(one.ids).size).toBe(2);
  });

  it("starts a function once for an idempotency key", async () => {
    const [first, second] = [await send("t/once", { order: "o1" }), await send("t/once", { order: "o1" })];
    expect(await ended(first)).toMatchObject({ status: "Completed" });
    expect(await rest.runsOf(second)).toEqual([]);
    await moveClock(DAY + 1_000);
    expect(await ended(await send("t/once", { order: "o1" }))).toMatchObject({ output: 2 });
  });

  it("cancels by event and by API, without calling onFailure", async () => {
    const [mine, other] = [
      await send("t/cancellable", { key: "1" }),
      await send("t/cancellable", { key: "2" }),
    ];
    await openStep(mine, "Sleep");
    const otherRun = await openStep(other, "Sleep");
    await send("t/cancel", { key: "1" });
    expect(await ended(mine)).toMatchObject({ status: "Cancelled" });
    expect((await rest.runsOf(other))[0]?.status).toBe("Running");
    await rest.cancel(otherRun);
    expect(await ended(other)).toMatchObject({ status: "Cancelled" });
    const [{ jobs } = { jobs: -1 }] = await sql`
      select count(*)::int as jobs from inngest.jobs where function_id = 'proof-cancellable'`;
    expect(jobs).toBe(0);
    expect(app.trace.of("cancellable.failure")).toBe(0);
  });

  it("refuses what it must not take", async () => {
    const status = async (body: unknown) => (await postEvents(body)).status;
    expect(await status([{ name: "inngest/function.failed", data: {} }])).toBe(400);
    expect(await status({ data: {} })).toBe(400);
    expect(await status([{ name: "t/unheard", data: "text" }])).toBe(400);
    expect(await status([{ name: "t/unheard", data: { text: "x".repeat(600_000) } }])).toBe(413);
    expect((await postEvents([{ name: "t/unheard" }], {}, "wrong-key")).status).toBe(401);
  });

  it("refuses a function that asks for what it cannot do, and says so", async () => {
    const event = await send("t/throttled");
    expect(await health()).toMatchObject({
      refused: [{ id: "proof-throttled", reasons: [expect.stringContaining("rateLimit")] }],
    });
    expect(await rest.runsOf(event)).toEqual([]);
  });
});

function postEvents(body: unknown, headers: Record<string, string> = {}, key = EVENT_KEY): Promise<Response> {
  return fetch(`${executors[0]?.url}/e/${key}`, { method: "POST", body: JSON.stringify(body), headers });
}

describe("page", () => {
  it("shows functions, runs with their errors, and each step, with markup escaped", async () => {
    const event = await send("t/hopeless", { note: "<script>alert(1)</script>" });
    const { run_id } = await ended(event);
    const read = async (path: string) => {
      const response = await fetch(`${executors[0]?.url}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const list = await read("/?status=failed&function=proof-hopeless");
    expect(list.status).toBe(200);
    expect(list.text).toContain(`href="/runs/${run_id}"`);
    expect(list.text).toContain("out of order");
    expect(list.text).toContain("rateLimit is not supported");
    expect(list.text).toContain("cron TZ=Europe/Paris 17 * * * *");
    const detail = await read(`/runs/${run_id}`);
    expect(detail.text).toContain("broken");
    expect(detail.text).toContain("&lt;script&gt;");
    expect(detail.text).not.toContain("<script>");
    expect((await read("/runs/none")).status).toBe(404);
  });
});

describe("trust", () => {
  it("signs its calls: unsigned, wrongly signed and old ones are refused by the app", async () => {
    const call = async (headers: Record<string, string>) => {
      const url = `http://127.0.0.1:${appPort}/api/inngest?fnId=proof-sequence&stepId=step`;
      return (await fetch(url, { method: "POST", body: "{}", headers })).status;
    };
    expect(await call({})).toBe(401);
    expect(await call({ "x-inngest-signature": sign("{}", `signkey-prod-${"0".repeat(64)}`) })).toBe(401);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 6 * 60_000 });
    const old = sign("{}", SIGNING_KEY);
    vi.useRealTimers();
    expect(await call({ "x-inngest-signature": old })).toBe(401);
    expect(isSignatureValid(old, "{}", SIGNING_KEY)).toBe(false);
    expect(isSignatureValid(sign("{}", SIGNING_KEY), "{} ", SIGNING_KEY)).toBe(false);
  });

  it("opens its API to the signing key only", async () => {
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${executors[0]?.url}/v1/runs/none`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer signkey-prod-00" })).toBe(401);
    expect(await status({ authorization: `Bearer ${bearerToken(SIGNING_KEY)}` })).toBe(404);
  });

  it("counts no answer that is not the SDK's own, signed", () => {
    const read = (status: number, headers: Record<string, string>, body: string) =>
      readAnswer({ status, headers, body }, SIGNING_KEY, new Date()).kind;
    const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0" };
    expect(read(200, {}, "null")).toBe("away");
    expect(read(502, {}, "<html>Bad gateway</html>")).toBe("away");
    expect(read(200, sdk, "null")).toBe("away");
    expect(read(200, { ...sdk, "x-inngest-signature": sign("1", SIGNING_KEY) }, "null")).toBe("away");
    expect(read(200, { ...sdk, "x-inngest-signature": sign("null", SIGNING_KEY) }, "null")).toBe("returned");
  });
});

describe("crashes", () => {
  it("waits for an app that is down, without using up attempts", async () => {
    await appServer.close();
    const event = await send("t/gated", { key: "down" });
    app.trace.gate("down").open();
    await eventually(async () => {
      const [job] = await sql`
        select j.drops from inngest.jobs j join inngest.runs r on r.id = j.run_id where r.event_id = ${event}`;
      expect(job?.drops).toBeGreaterThan(1);
    });
    appServer = await serveTestApp(app, appPort);
    expect(await ended(event)).toMatchObject({ status: "Completed" });
  });

  it("repeats a step whose app died under it, without using up attempts", async () => {
    const event = await send("t/gated", { key: "drop" });
    await eventually(() => expect(app.trace.of("drop.hold")).toBe(1));
    await appServer.close();
    appServer = await serveTestApp(app, appPort);
    app.trace.gate("drop").open();
    expect(await ended(event)).toMatchObject({ status: "Completed" });
    expect(app.trace.of("drop.before")).toBe(1);
    expect(app.trace.of("drop.hold")).toBe(2);
    expect(app.trace.of("drop.after")).toBe(1);
  });

  it("goes on after every database connection was cut", async () => {
    const event = await send("t/gated", { key: "cut" });
    await eventually(() => expect(app.trace.of("cut.hold")).toBe(1));
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'inngest-executor-%'`;
    app.trace.gate("cut").open();
    expect(await ended(event)).toMatchObject({ status: "Completed" });
    expect(await ended(await send("t/sequence"))).toMatchObject({ status: "Completed" });
  });

  it("hands the work of an executor killed mid-step to the next one", { timeout: 90_000 }, async () => {
    const [port, secondPort, ownAppPort] = [await freePort(), await freePort(), await freePort()];
    const other = await createDatabase();
    const own = createTestApp({
      executorUrl: `http://127.0.0.1:${port}`,
      eventKey: EVENT_KEY,
      signingKey: SIGNING_KEY,
    });
    const ownServer = await serveTestApp(own, ownAppPort);
    const children: ChildProcess[] = [];
    const start = async (port: number) => {
      const child = spawnExecutor(port, other.url, ownAppPort);
      children.push(child);
      await eventually(async () => {
        const state: unknown = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
        expect(state).toMatchObject({ ok: true, functions: FUNCTIONS });
      }, 40_000);
      return child;
    };
    try {
      const first = await start(port);
      const { ids } = await own.client.send([
        { name: "t/gated", data: { key: "killed" } },
        { name: "t/sleep", data: { for: "1d" } },
      ]);
      await eventually(() => expect(own.trace.of("killed.hold")).toBe(1));
      first.kill("SIGKILL");
      await once(first, "exit");

      const second = await start(secondPort);
      await eventually(() => expect(own.trace.of("killed.hold")).toBe(2), 20_000);
      own.trace.gate("killed").open();
      const api = restClient(`http://127.0.0.1:${secondPort}`);
      await eventually(async () => expect((await api.runsOf(ids[0] ?? ""))[0]?.status).toBe("Completed"));
      await moveClock(DAY + 1_000);
      await eventually(async () => expect((await api.runsOf(ids[1] ?? ""))[0]?.status).toBe("Completed"));
      expect(own.trace.of("killed.before")).toBe(1);
      expect(own.trace.of("killed.after")).toBe(1);

      second.kill("SIGTERM");
      expect(await once(second, "exit")).toEqual([0, null]);
    } finally {
      for (const child of children) child.kill("SIGKILL");
      await ownServer.close();
      await other.drop();
    }
  });
});

function spawnExecutor(port: number, databaseUrl: string, ownAppPort: number): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", "local/inngest/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_ADMIN_URL: databaseUrl,
      APP_URL: `http://127.0.0.1:${ownAppPort}/api/inngest`,
      INNGEST_EVENT_KEY: EVENT_KEY,
      INNGEST_SIGNING_KEY: SIGNING_KEY,
      INNGEST_BACKOFF_MS: "5",
    },
  });
}
