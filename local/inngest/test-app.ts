import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { cron, Inngest, NonRetriableError, RetryAfterError } from "inngest";
import { serve as serveFunctions } from "inngest/hono";

type TestAppOptions = { executorUrl: string; eventKey: string; signingKey: string };

/** A promise that somebody else resolves. */
type Gate = { opened: Promise<void>; open(): void };

function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** What the functions of the test app did, and the gates at which they wait. */
class Trace {
  readonly counts = new Map<string, number>();
  readonly attempts: number[] = [];
  readonly failures: { runId: string; message: string }[] = [];
  readonly gates = new Map<string, Gate>();
  running = 0;
  mostRunning = 0;

  count(name: string): number {
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return count;
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  gate(name: string): Gate {
    const gate = this.gates.get(name) ?? createGate();
    this.gates.set(name, gate);
    return gate;
  }
}

/** An app on the real SDK, with one function for each behaviour the executor must show. */
export function createTestApp({ executorUrl, eventKey, signingKey }: TestAppOptions) {
  const trace = new Trace();
  const client = new Inngest({
    id: "proof",
    baseUrl: executorUrl,
    eventKey,
    signingKey,
    isDev: false,
    checkpointing: false,
    logger: { info() {}, warn() {}, error() {}, debug() {} },
  });

  const sequence = client.createFunction(
    { id: "sequence", triggers: { event: "t/sequence" } },
    async ({ step }) => {
      const a = await step.run("a", () => trace.count("sequence.a"));
      const b = await step.run("b", () => trace.count("sequence.b") + a);
      const c = await step.run("c", () => trace.count("sequence.c") + b);
      return { a, b, c };
    },
  );

  const flaky = client.createFunction(
    { id: "flaky", retries: 3, triggers: { event: "t/flaky" } },
    async ({ step, event }) =>
      step.run("try", () => {
        const key = `flaky.${event.data.key}`;
        if (trace.count(key) < 3) throw new Error("not yet");
        return trace.of(key);
      }),
  );

  const caught = client.createFunction(
    { id: "caught", retries: 1, triggers: { event: "t/caught" } },
    async ({ step }) => {
      try {
        await step.run("broken", () => {
          trace.count("caught.broken");
          throw new TypeError("always");
        });
        return "unreachable";
      } catch (error) {
        return step.run("undo", () => (error instanceof Error ? `undone: ${error.message}` : "?"));
      }
    },
  );

  const hopeless = client.createFunction(
    {
      id: "hopeless",
      retries: 1,
      triggers: { event: "t/hopeless" },
      onFailure: ({ error, event }) => {
        trace.failures.push({ runId: event.data.run_id, message: error.message });
      },
    },
    async ({ step }) => {
      await step.run("broken", () => {
        trace.count("hopeless.broken");
        throw new Error("out of order");
      });
    },
  );

  const bodyThrows = client.createFunction(
    { id: "body-throws", retries: 2, triggers: { event: "t/body-throws" } },
    ({ attempt }) => {
      if (attempt < 2) throw new Error(`attempt ${attempt}`);
      return attempt;
    },
  );

  const final = client.createFunction(
    { id: "final", retries: 5, triggers: { event: "t/final" } },
    async ({ step }) => {
      await step.run("refuse", () => {
        trace.count("final.refuse");
        throw new NonRetriableError("no point", { cause: new Error("card stolen") });
      });
    },
  );

  const later = client.createFunction(
    { id: "later", retries: 2, triggers: { event: "t/later" } },
    async ({ step, event }) =>
      step.run("come back", () => {
        if (trace.count(`later.${event.data.key}`) > 1) return "came back";
        const when: number | Date = event.data.as === "date" ? new Date(Number(event.data.at)) : 3_600_000;
        throw new RetryAfterError("busy", when);
      }),
  );

  const sleeper = client.createFunction(
    { id: "sleeper", triggers: { event: "t/sleep" } },
    async ({ step, event }) => {
      if (event.data.until) await step.sleepUntil("nap", String(event.data.until));
      else await step.sleep("nap", String(event.data.for));
      return step.run("wake", () => "awake");
    },
  );

  const waiter = client.createFunction({ id: "waiter", triggers: { event: "t/wait" } }, async ({ step }) => {
    const answer = await step.waitForEvent("answer", {
      event: "t/answer",
      timeout: "2d",
      if: "async.data.key == event.data.key && async.data.amount > 10",
    });
    return answer ? { got: answer.data.amount } : { got: null };
  });

  const parallel = client.createFunction(
    { id: "parallel", triggers: { event: "t/parallel" } },
    async ({ step }) => {
      const parts = await Promise.all(
        Array.from({ length: 20 }, (_, n) => step.run(`part ${n}`, () => trace.count(`parallel.${n}`) && n)),
      );
      const twice = await Promise.all([
        step.run("same id", () => trace.count("parallel.same")),
        step.run("same id", () => trace.count("parallel.same")),
      ]);
      return step.run("sum", () => trace.count("parallel.sum") && parts.length + twice.length);
    },
  );

  const race = client.createFunction(
    { id: "race", triggers: { event: "t/race" } },
    async ({ step, group }) => {
      const winner = await group.parallel(() =>
        Promise.race([
          step.run("quick", () => "quick"),
          step.run("slow", async () => {
            await trace.gate("race.slow").opened;
            return "slow";
          }),
        ]),
      );
      await step.run("after", () => trace.count("race.after"));
      return winner;
    },
  );

  const child = client.createFunction(
    { id: "child", retries: 0, triggers: { event: "t/child" } },
    async ({ event }) => {
      if (event.data.fail) throw new Error("child fell");
      return { doubled: Number(event.data.n) * 2 };
    },
  );

  const dormant = client.createFunction(
    { id: "dormant", triggers: { event: "t/dormant" } },
    async ({ step }) => {
      await step.sleep("long", "30d");
    },
  );

  const parent = client.createFunction(
    { id: "parent", retries: 0, triggers: { event: "t/parent" } },
    async ({ step }) => {
      const good = await step.invoke("good", { function: child, data: { n: 21 } });
      const bad = await step
        .invoke("bad", { function: child, data: { fail: true } })
        .catch((error: Error) => error.message);
      const slow = await step
        .invoke("slow", { function: dormant, timeout: "1h" })
        .then(() => "?")
        .catch((error: Error) => error.message);
      return { good, bad, slow };
    },
  );

  const sender = client.createFunction({ id: "sender", triggers: { event: "t/sender" } }, async ({ step }) =>
    step.sendEvent("pass on", [
      { name: "t/received", data: { n: 1 } },
      { name: "t/received", data: { n: 2 } },
    ]),
  );

  const receiver = client.createFunction(
    { id: "receiver", triggers: { event: "t/received", if: "event.data.n == 2" } },
    () => trace.count("receiver"),
  );

  const cancellable = client.createFunction(
    {
      id: "cancellable",
      triggers: { event: "t/cancellable" },
      cancelOn: [{ event: "t/cancel", if: "event.data.key == async.data.key" }],
      onFailure: () => {
        trace.count("cancellable.failure");
      },
    },
    async ({ step }) => {
      await step.sleep("long", "60d");
      await step.run("never", () => trace.count("cancellable.never"));
    },
  );

  const once = client.createFunction(
    { id: "once", triggers: { event: "t/once" }, idempotency: "event.data.order" },
    () => trace.count("once"),
  );

  const limited = client.createFunction(
    {
      id: "limited",
      triggers: { event: "t/limited" },
      concurrency: [{ limit: 2, key: "event.data.key" }, { limit: 3 }],
    },
    async ({ step, event }) => {
      await step.run("work", async () => {
        const mine = `limited.${event.data.key}`;
        trace.running += 1;
        trace.mostRunning = Math.max(trace.mostRunning, trace.running);
        const now = trace.of(mine) + 1;
        trace.counts.set(mine, now);
        trace.counts.set(`${mine}.most`, Math.max(trace.of(`${mine}.most`), now));
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        trace.counts.set(mine, trace.of(mine) - 1);
        trace.running -= 1;
      });
    },
  );

  const values = client.createFunction(
    { id: "values", triggers: { event: "t/values" } },
    async ({ step }) => {
      const none = await step.run("undefined", () => undefined);
      const empty = await step.run("null", () => null);
      const wrapped = await step.run("wrapped", () => ({ data: 1 }));
      const text = await step.run("text", () => "Zoë 🎻 \u0000 \u2028 é");
      const big = await step.run("big", () => "x".repeat(1_100_000));
      return step.run("all", () => ({ none: none === null, empty, wrapped, text, big: big.length }));
    },
  );

  const hourly = client.createFunction(
    { id: "hourly", triggers: [cron("TZ=Europe/Paris 17 * * * *")] },
    ({ event }) => {
      trace.count(`hourly.${event.name}`);
    },
  );

  const impatient = client.createFunction(
    { id: "impatient", triggers: { event: "t/impatient" }, timeouts: { finish: "10m" } },
    async ({ step }) => {
      await step.sleep("long", "60d");
    },
  );

  const gated = client.createFunction(
    { id: "gated", retries: 0, triggers: { event: "t/gated" } },
    async ({ step, event }) => {
      const key = String(event.data.key);
      await step.run("before", () => trace.count(`${key}.before`));
      await step.run("hold", async () => {
        trace.count(`${key}.hold`);
        await trace.gate(key).opened;
      });
      return step.run("after", () => trace.count(`${key}.after`));
    },
  );

  const signal = client.createFunction(
    { id: "signal", triggers: { event: "t/signal" } },
    async ({ step }) => {
      await step.waitForSignal("never", { signal: "s", timeout: "1d", onConflict: "fail" });
    },
  );

  const throttled = client.createFunction(
    { id: "throttled", triggers: { event: "t/throttled" }, rateLimit: { limit: 1, period: "1h" } },
    () => trace.count("throttled"),
  );

  const functions = [
    sequence,
    flaky,
    caught,
    hopeless,
    bodyThrows,
    final,
    later,
    sleeper,
    waiter,
    parallel,
    race,
    child,
    dormant,
    parent,
    sender,
    receiver,
    cancellable,
    once,
    limited,
    values,
    hourly,
    impatient,
    gated,
    signal,
    throttled,
  ];
  return { client, trace, functions };
}

/** Serves the app at `/api/inngest`; `close` drops open calls, as a killed process would. */
export function serveTestApp(
  app: Pick<ReturnType<typeof createTestApp>, "client" | "functions">,
  port: number,
): Promise<{ close(): Promise<void> }> {
  const hono = new Hono();
  hono.on(["GET", "PUT", "POST"], "/api/inngest", serveFunctions(app));
  const server = createAdaptorServer({ fetch: hono.fetch });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
  });
}
