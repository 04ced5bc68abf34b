import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import postgres from "postgres";
import type { DB } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import { type Stack, startStack } from "@/local/stack/start-stack";
import { addHistory, BUSY, EVERYBODYS, loadBusyAcademy } from "./busy-academy";
import type { Load } from "./http-load";
import { percentile } from "./percentile";

/** Milliseconds for the open times of one instrument, all its teachers and the whole window. */
const SQL_AIM_MS = 25;
/** The route without its cache may take this many times its bare statement. */
const ROUTE_AIM = 2;
const PAGE_AIM = 1_500;
/** Ten times the lessons may take this many times as long. */
const HISTORY_AIM = 1.3;

const RUNS = 60;
/** The best of so many: other work on the machine makes two sides unequal. */
const ROUNDS = 3;
/** PostgreSQL and V8 do the first ones differently. */
const WARM_UP = 15;
const CONNECTIONS = 32;
const SECONDS = 10;
/** Longer than an announcement takes to arrive. */
const HEARD_MS = 25;

const INSTRUMENT = "piano";
const ROUTE = `/api/v1/public/timeslots?instrument=${INSTRUMENT}`;
const PAGE = `/timeslots?instrument=${INSTRUMENT}`;

/** Pages for whoever carries a session, even a dead one, are rendered each time. */
const SOMEBODY = { cookie: "next-auth.session-token=none" };

type Statement = { readonly text: string; readonly values: readonly unknown[] };
type Measured = { readonly rows: number; readonly median: number; readonly p95: number };

/**
 * Open times of an academy with 50 teachers, 8 weeks and 5,000 students: the bare statement, the routes and pages over
 * it with and without what is kept of them, and the same with ten times the lessons. Production build, stack of its own;
 * the requests come from another process on the same machine.
 */
export async function run(): Promise<void> {
  console.log("Starting a stack of its own");
  const stack = await startStack({ web: "start", seed: false, isForTests: true });
  const owner = postgres(stack.env.DATABASE_ADMIN_URL ?? "", { max: 2, onnotice: () => undefined });
  try {
    console.log(
      `Loading ${BUSY.teachers} teachers, ${BUSY.horizonDays} days, ${BUSY.students} students, weeks filled to ${BUSY.filled * 100} %`,
    );
    await loadBusyAcademy(owner);
    const statements = await readStatements(stack);
    const usual = await measureStatements(stack, owner, statements);
    const uncached = await measureUncached(stack, owner, statements);
    await measureHttp(stack, owner);
    const rate = await measurePages(stack);
    console.log("\nAdding nine times the lessons, long ago");
    await addHistory(owner);
    const more = await measureStatements(stack, owner, statements);
    report(usual, more, uncached, rate);
  } finally {
    await owner.end();
    await stack.stop();
  }
}

/** The very statements of the product, as it sends them. */
async function readStatements(stack: Stack): Promise<ReadonlyMap<string, Statement>> {
  const { listOfferedTimes } = await import("@/lib/scheduling/open-times");
  const { listTimeslots, timeslotFilter } = await import("@/lib/scheduling/timeslots");
  const found = new Map<string, Statement>();
  const sql = postgres(stack.env.DATABASE_ADMIN_URL ?? "", { max: 1, onnotice: () => undefined });
  const questions: readonly (readonly [string, (db: Db) => Promise<unknown>])[] = [
    ["one instrument", (db) => listOfferedTimes(db, { instrument: INSTRUMENT, minutes: 30 })],
    [
      "one teacher",
      (db) => listOfferedTimes(db, { instrument: INSTRUMENT, minutes: 30, teacher: "teacher-0" }),
    ],
    [`all ${BUSY.teachers} teachers`, (db) => listOfferedTimes(db, { instrument: EVERYBODYS, minutes: 30 })],
    ["the route's statement", (db) => listTimeslots(db, timeslotFilter.parse({ instrument: INSTRUMENT }))],
  ];
  for (const [name, ask] of questions) {
    const db = new Kysely<DB>({
      dialect: new PostgresJSDialect({ postgres: sql }),
      log: ({ query }) => {
        if (query.sql.includes("open_times")) found.set(name, { text: query.sql, values: query.parameters });
      },
    });
    await db.transaction().execute(ask);
  }
  await sql.end();
  if (found.size < questions.length) throw new Error("a statement was not seen");
  return found;
}

/** Each statement on an open connection of the application's login, as a visitor. */
async function measureStatements(
  stack: Stack,
  owner: postgres.Sql,
  statements: ReadonlyMap<string, Statement>,
): Promise<ReadonlyMap<string, Measured>> {
  const [count] = await owner<{ bookings: string; lessons: string; ahead: string }[]>`
    select (select count(*) from bookings) as bookings, (select count(*) from lessons) as lessons,
           (select count(*) from bookings where is_active and lower(during) > now()) as ahead`;
  console.log(`\n${count?.lessons} lessons, ${count?.bookings} bookings, ${count?.ahead} of them to come`);
  printLine(["bare statement", "rows", "median ms", "95 % ms"]);
  const sql = postgres(stack.env.DATABASE_URL ?? "", { max: 1, onnotice: () => undefined });
  const measured = new Map<string, Measured>();
  try {
    await sql`select set_config('role', 'anon', false)`;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { text, values }] of statements) {
        let rows = 0;
        const times = await sample(async () => {
          rows = (await sql.unsafe(text, values as never, { prepare: true })).length;
        });
        if (rows === 0) throw new Error(`${name}: nothing is open`);
        const one = { rows, median: percentile(times, 0.5), p95: percentile(times, 0.95) };
        const best = measured.get(name);
        if (!best || one.median < best.median) measured.set(name, one);
      }
    }
    for (const [name, { rows, median, p95 }] of measured) {
      printLine([name, String(rows), median.toFixed(1), p95.toFixed(1)]);
    }
  } finally {
    await sql.end();
  }
  return measured;
}

/** Milliseconds of each run, without the first ones. `before` is not counted. */
async function sample(work: () => Promise<unknown>, before?: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let nth = 0; nth < RUNS + WARM_UP; nth++) {
    await before?.();
    const start = performance.now();
    await work();
    if (nth >= WARM_UP) times.push(performance.now() - start);
  }
  return times;
}

/** Everything that is kept of open times is dropped, as by a booking. */
async function change(owner: postgres.Sql): Promise<void> {
  await owner.notify("open_times", "");
  await delay(HEARD_MS);
}

/**
 * The route whose answer is not kept and its bare statement, by turns: the processor's speed changes by half from one
 * minute to the next, and would make either side look better. Gives the route's median as a multiple of the statement's.
 */
async function measureUncached(
  stack: Stack,
  owner: postgres.Sql,
  statements: ReadonlyMap<string, Statement>,
): Promise<number> {
  const statement = statements.get("the route's statement");
  if (!statement) throw new Error("the route's statement was not seen");
  const sql = postgres(stack.env.DATABASE_URL ?? "", { max: 1, onnotice: () => undefined });
  const bare: number[] = [];
  try {
    await sql`select set_config('role', 'anon', false)`;
    const route = await sample(
      () => ask(`${stack.urls.web}${ROUTE}`),
      async () => {
        await change(owner);
        const start = performance.now();
        await sql.unsafe(statement.text, statement.values as never, { prepare: true });
        bare.push(performance.now() - start);
        await change(owner);
      },
    );
    const statementMs = bare.slice(WARM_UP);
    console.log("");
    printLine(["by turns", "", "median ms", "95 % ms"]);
    for (const [name, times] of [
      ["the route's bare statement", statementMs],
      ["the route, not kept", route],
    ] as const) {
      printLine([name, "", percentile(times, 0.5).toFixed(1), percentile(times, 0.95).toFixed(1)]);
    }
    return percentile(route, 0.5) / percentile(statementMs, 0.5);
  } finally {
    await sql.end();
  }
}

/** Asks for a page and reads it whole; gives its bytes. */
async function ask(address: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(address, { headers });
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return byteLength;
}

/** One request at a time: routes that do nothing, and those with open times, kept and not kept. */
async function measureHttp(stack: Stack, owner: postgres.Sql): Promise<void> {
  console.log("");
  printLine(["one request at a time", "bytes", "median ms", "95 % ms"]);
  for (const [name, path, before, headers = {}] of [
    ["an empty route", "/robots.txt"],
    ["a route with select 1", "/health"],
    ["the route, kept", ROUTE],
    ["the page, not kept", PAGE, () => change(owner)],
    ["the page, rendered of kept times", PAGE, undefined, SOMEBODY],
    ["the page, kept", PAGE],
  ] as const) {
    let bytes = 0;
    const times = await sample(async () => {
      bytes = await ask(`${stack.urls.web}${path}`, headers);
    }, before);
    printLine([name, String(bytes), percentile(times, 0.5).toFixed(1), percentile(times, 0.95).toFixed(1)]);
  }
}

/** Requests per second of pages, from another process. Gives those of the page with open times. */
async function measurePages(stack: Stack): Promise<number> {
  let rate = Number.NaN;
  console.log(`\n${CONNECTIONS} connections for ${SECONDS} s, from another process on the same machine`);
  printLine(["what visitors get", "bytes", "median ms", "95 % ms", "requests/s"]);
  for (const [name, path] of [
    ["an empty route", "/robots.txt"],
    ["/timeslots", PAGE],
    ["the home page", "/"],
  ] as const) {
    const load = await askFromOutside(`${stack.urls.web}${path}`);
    if (load.failed > 0) throw new Error(`${load.failed} requests for ${path} failed`);
    printLine([
      name,
      String(load.bytes),
      load.median.toFixed(1),
      load.p95.toFixed(1),
      load.requestsPerSecond.toFixed(0),
    ]);
    if (path === PAGE) rate = load.requestsPerSecond;
  }
  return rate;
}

async function askFromOutside(address: string): Promise<Load> {
  const program = fileURLToPath(new URL("http-load.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", program, address, String(CONNECTIONS), String(SECONDS)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let told = "";
  for await (const part of child.stdout) told += String(part);
  return JSON.parse(told) as Load;
}

function printLine(cells: readonly string[]): void {
  console.log(`  ${cells.map((cell, nth) => (nth ? cell.padStart(11) : cell.padEnd(34))).join(" ")}`);
}

function report(
  usual: ReadonlyMap<string, Measured>,
  more: ReadonlyMap<string, Measured>,
  uncached: number,
  rate: number,
): void {
  const verdict = (isMet: boolean) => (isMet ? "met" : "missed");
  const ms = (value: number | undefined) => (value ?? Number.NaN).toFixed(1);
  console.log("");
  for (const name of ["one instrument", `all ${BUSY.teachers} teachers`]) {
    const median = usual.get(name)?.median ?? Number.NaN;
    console.log(`Aim: ${name} below ${SQL_AIM_MS} ms: ${verdict(median < SQL_AIM_MS)} (${ms(median)})`);
  }
  console.log(
    `Aim: the route, not kept, within ${ROUTE_AIM} times its bare statement: ${verdict(uncached < ROUTE_AIM)} (${uncached.toFixed(2)})`,
  );
  console.log(`Aim: the page above ${PAGE_AIM} requests/s: ${verdict(rate > PAGE_AIM)} (${rate.toFixed(0)})`);
  for (const [name, { median }] of usual) {
    const ratio = (more.get(name)?.median ?? Number.NaN) / median;
    console.log(
      `Aim: ten times the lessons at most ${HISTORY_AIM} times as long, ${name}: ${verdict(ratio <= HISTORY_AIM)} (${ratio.toFixed(2)})`,
    );
  }
}
