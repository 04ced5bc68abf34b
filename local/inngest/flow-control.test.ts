import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clock } from "@/lib/clock";
import { parseFlowControl, prioritySeconds } from "./flow-control";
import { functionConfigSchema } from "./protocol";
import { afterStart, earliestStart, evenRate } from "./rate";
import { eventually, startHarness } from "./test-harness";

vi.setConfig({ testTimeout: 60_000 });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let harness: Awaited<ReturnType<typeof startHarness>>;
/** What ran, in order: the function's name and its event's `n`. */
let ran: { name: string; n: unknown; at: number }[] = [];
const gates = new Map<string, PromiseWithResolvers<void>>();

const of = (name: string) => ran.filter((each) => each.name === name).map(({ n }) => n);

function gate(name: string): PromiseWithResolvers<void> {
  const known = gates.get(name) ?? Promise.withResolvers<void>();
  gates.set(name, known);
  return known;
}

beforeAll(async () => {
  harness = await startHarness((client) => {
    const note = (name: string, n: unknown) => {
      ran.push({ name, n, at: clock.now().getTime() });
      return n;
    };
    const counting = (id: string, options: object) =>
      client.createFunction({ id, triggers: { event: `t/${id}` }, ...options }, ({ event }) =>
        note(id, event.data.n),
      );
    const gated = (id: string, options: object) =>
      client.createFunction({ id, triggers: { event: `t/${id}` }, ...options }, async ({ event, step }) => {
        await step.run("hold", async () => {
          note(`${id} began`, event.data.n);
          await gate(String(event.data.gate)).promise;
        });
        return step.run("end", () => note(id, event.data.n));
      });
    return [
      counting("rated", { rateLimit: { limit: 1, period: "1h", key: "event.data.key" } }),
      counting("rated-loosely", { rateLimit: { limit: 20, period: "20h" } }),
      counting("throttled", { throttle: { limit: 2, period: "2h", key: "event.data.key" } }),
      counting("bursting", { throttle: { limit: 2, period: "2h", burst: 3 } }),
      counting("debounced", { debounce: { period: "10m", key: "event.data.key", timeout: "25m" } }),
      gated("single", { singleton: { mode: "skip", key: "event.data.key" } }),
      gated("latest", { singleton: { mode: "cancel", key: "event.data.key" } }),
      gated("ranked", { concurrency: 1, priority: { run: "event.data.rank" } }),
      client.createFunction(
        {
          id: "batched",
          triggers: { event: "t/batched" },
          batchEvents: {
            maxSize: 3,
            timeout: "300s",
            key: "event.data.key",
            if: "event.data.key != 'alone'",
          },
        },
        async ({ event, events, step }) => {
          const list = await step.run("list", () =>
            events.map(({ data }: { data: { n?: unknown } }) => data.n),
          );
          note("batched", list);
          return { first: event.data.n, list };
        },
      ),
    ];
  });
});

afterAll(async () => {
  for (const each of gates.values()) each.resolve();
  await harness?.stop();
});

/** Gives the executors time to do what they must not do. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 400));

describe("rate limit", () => {
  it("drops starts of a key above the limit, however many come at once, until the period is over", async () => {
    const send = (n: number, key = "a") => ({ name: "t/rated", data: { n, key } });
    const { ids } = await harness.client.send([send(1), send(2), send(3)]);
    await Promise.all(Array.from({ length: 10 }, () => harness.client.send(send(4))));
    await harness.ended(ids[0] ?? "");
    await harness.ended((await harness.client.send(send(5, "b"))).ids[0] ?? "");
    expect(await harness.runsOf(ids[1] ?? "")).toEqual([]);
    expect(of("rated")).toEqual([1, 5]);
    await harness.moveClock(HOUR);
    await harness.ended((await harness.client.send(send(6))).ids[0] ?? "");
    expect(of("rated")).toEqual([1, 5, 6]);
  });

  it("lets a tenth of a higher limit start early, and spaces the rest", async () => {
    const send = (n: number) => harness.send("t/rated-loosely", { n });
    for (let n = 1; n <= 5; n++) await send(n);
    await eventually(() => expect(of("rated-loosely")).toHaveLength(3));
    await harness.moveClock(HOUR);
    await send(6);
    await send(7);
    await eventually(() => expect(of("rated-loosely")).toHaveLength(4));
    await quiet();
    expect(of("rated-loosely").sort()).toEqual([1, 2, 3, 6]);
  });
});

describe("throttle", () => {
  it("starts runs evenly, in order, loses none, and each key by itself", async () => {
    const events = [1, 2, 3, 4].map((n) => ({ name: "t/throttled", data: { n, key: "a" } }));
    await harness.client.send(events);
    await harness.send("t/throttled", { n: 10, key: "b" });
    await eventually(() => expect(of("throttled").sort()).toEqual([1, 10]));
    for (const count of [3, 4, 5]) {
      await quiet();
      expect(of("throttled")).toHaveLength(count - 1);
      await harness.moveClock(HOUR);
      await eventually(() => expect(of("throttled")).toHaveLength(count));
    }
    expect(of("throttled").filter((n) => n !== 10)).toEqual([1, 2, 3, 4]);
  });

  it("keeps to the rate over a clock that jumps past many starts, and over a restart", async () => {
    ran = [];
    await harness.client.send(
      [1, 2, 3, 4, 5].map((n) => ({ name: "t/throttled", data: { n, key: "jump" } })),
    );
    await eventually(() => expect(of("throttled")).toEqual([1]));
    await harness.moveClock(48 * HOUR);
    await eventually(() => expect(of("throttled")).toEqual([1, 2]));
    await harness.restart();
    await quiet();
    expect(of("throttled")).toEqual([1, 2]);
    await harness.moveClock(HOUR);
    await eventually(() => expect(of("throttled")).toEqual([1, 2, 3]));
  });

  it("lets a burst start at once", async () => {
    await harness.client.send([1, 2, 3, 4, 5].map((n) => ({ name: "t/bursting", data: { n } })));
    await eventually(() => expect(of("bursting")).toHaveLength(3));
    await quiet();
    expect(of("bursting")).toHaveLength(3);
    await harness.moveClock(HOUR);
    await eventually(() => expect(of("bursting")).toHaveLength(4));
  });
});

describe("debounce", () => {
  it("starts once for a key that went quiet, with the newest event", async () => {
    const first = await harness.send("t/debounced", { n: 1, key: "a" });
    await harness.moveClock(9 * MINUTE);
    const last = await harness.send("t/debounced", { n: 2, key: "a" });
    const other = await harness.send("t/debounced", { n: 3, key: "b" });
    await harness.moveClock(9 * MINUTE);
    await quiet();
    expect(of("debounced")).toEqual([]);
    await harness.restart();
    await harness.moveClock(2 * MINUTE);
    await harness.ended(last);
    await harness.ended(other);
    expect(await harness.runsOf(first)).toEqual([]);
    expect(of("debounced").sort()).toEqual([2, 3]);
  });

  it("waits no longer than its timeout while events keep coming", async () => {
    ran = [];
    let last = "";
    for (let n = 1; n <= 4; n++) {
      last = await harness.send("t/debounced", { n, key: "c" });
      if (n < 4) await harness.moveClock(8 * MINUTE);
    }
    expect(of("debounced")).toEqual([]);
    await harness.moveClock(2 * MINUTE);
    await harness.ended(last);
    expect(of("debounced")).toEqual([4]);
  });
});

describe("batches", () => {
  const send = (n: number, key: string, more: object = {}) => harness.send("t/batched", { n, key, ...more });

  it("starts one run for a full batch, seen from each of its events", async () => {
    const ids = await Promise.all([1, 2, 3].map((n) => send(n, "full")));
    const run = await harness.ended(ids[0] ?? "");
    const { first, list } = run.output as { first: number; list: number[] };
    expect([...list].sort()).toEqual([1, 2, 3]);
    expect(first).toBe(list[0]);
    for (const id of ids) expect((await harness.ended(id)).run_id).toBe(run.run_id);
  });

  it("starts what has gathered when the time is over, and no sooner, also after a restart", async () => {
    const one = await send(1, "slow");
    await send(2, "slow");
    const other = await send(9, "other");
    await harness.moveClock(4 * MINUTE);
    await quiet();
    expect(await harness.runsOf(one)).toEqual([]);
    await harness.restart();
    await harness.moveClock(2 * MINUTE);
    expect((await harness.ended(one)).output).toEqual({ first: 1, list: [1, 2] });
    expect((await harness.ended(other)).output).toEqual({ first: 9, list: [9] });
  });

  it("cuts many events sent at once into full batches and a rest", async () => {
    const events = Array.from({ length: 7 }, (_, n) => ({ name: "t/batched", data: { n, key: "many" } }));
    const { ids } = await harness.client.send(events);
    expect((await harness.ended(ids[0] ?? "")).output).toEqual({ first: 0, list: [0, 1, 2] });
    expect((await harness.ended(ids[5] ?? "")).output).toEqual({ first: 3, list: [3, 4, 5] });
    expect(await harness.runsOf(ids[6] ?? "")).toEqual([]);
    await harness.moveClock(6 * MINUTE);
    expect((await harness.ended(ids[6] ?? "")).output).toEqual({ first: 6, list: [6] });
  });

  it("starts what its condition leaves out at once and alone", async () => {
    const alone = await send(1, "alone");
    expect((await harness.ended(alone)).output).toEqual({ first: 1, list: [1] });
  });
});

describe("singleton", () => {
  it("skips while a run of the key is live, of many at once all but one", async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, (_, n) => harness.send("t/single", { n, key: "a", gate: "single" })),
    );
    const other = await harness.send("t/single", { n: 99, key: "b", gate: "single" });
    await eventually(() => expect(of("single began")).toHaveLength(2));
    gate("single").resolve();
    await harness.ended(other);
    const runs = (await Promise.all(ids.map(harness.runsOf))).flat();
    expect(runs).toHaveLength(1);
    await eventually(() => expect(of("single")).toHaveLength(2));
    await eventually(async () => {
      const next = await harness.send("t/single", { n: 100, key: "a", gate: "single" });
      expect(await harness.ended(next)).toMatchObject({ status: "Completed" });
    });
  });

  it("cancels the run before, so that the newest one stands", async () => {
    const [one, two] = [
      await harness.send("t/latest", { n: 1, key: "a", gate: "first" }),
      await harness.send("t/latest", { n: 2, key: "a", gate: "second" }),
    ];
    expect(await harness.ended(one)).toMatchObject({ status: "Cancelled" });
    gate("first").resolve();
    gate("second").resolve();
    expect(await harness.ended(two)).toMatchObject({ status: "Completed", output: 2 });
    expect(of("latest")).toEqual([2]);
    const many = await harness.client.send(
      [3, 4, 5].map((n) => ({ name: "t/latest", data: { n, key: "b", gate: "second" } })),
    );
    expect(await harness.ended(many.ids[2] ?? "")).toMatchObject({ status: "Completed" });
    expect(await harness.ended(many.ids[0] ?? "")).toMatchObject({ status: "Cancelled" });
  });
});

describe("priority", () => {
  it("takes waiting runs by their seconds ahead", async () => {
    const send = (n: number, rank: unknown) =>
      harness.send("t/ranked", { n, rank, gate: n === 0 ? "ranked" : "open" });
    gate("open").resolve();
    await send(0, 0);
    await eventually(() => expect(of("ranked began")).toEqual([0]));
    const waiting = [await send(1, -300), await send(2, 0), await send(3, 600), await send(4, "no number")];
    gate("ranked").resolve();
    for (const id of waiting) await harness.ended(id);
    const began = of("ranked began");
    expect(began.slice(0, 2)).toEqual([0, 3]);
    expect(began.at(-1)).toBe(1);
  });

  it.each([
    ["event.data.n", { n: 5 }, 5],
    ["event.data.n", { n: 5_000 }, 600],
    ["event.data.n", { n: -5_000 }, -600],
    ["event.data.n", {}, 0],
    ["event.data.n == 1 ? 60 : 0", { n: 1 }, 60],
  ])("reads %s of %o as %i", (run, data, seconds) => {
    const { flow } = parse({ priority: { run } });
    expect(prioritySeconds(flow, { event: { data } })).toBe(seconds);
  });
});

describe("the rate", () => {
  it("spaces starts, lets so many come early, and forgets an instant that a clock set back left", () => {
    const rate = evenRate(2, 120_000, 2);
    expect(rate).toEqual({ spacingMs: 60_000, toleranceMs: 120_000 });
    const once = afterStart(rate, undefined, 1_000_000);
    expect(earliestStart(rate, once, 1_000_000)).toBeLessThanOrEqual(1_000_000);
    const twice = afterStart(rate, once, 1_000_000);
    expect(earliestStart(rate, twice, 1_000_000)).toBe(1_060_000);
    expect(earliestStart(rate, twice + 9_000_000, 1_000_000)).toBe(1_060_000);
  });
});

function parse(options: object) {
  const reasons: string[] = [];
  const config = functionConfigSchema.parse({ id: "f", triggers: [], steps: {}, ...options });
  const flow = parseFlowControl(config, {
    attempt: (_what, work) => {
      try {
        return work();
      } catch (error) {
        reasons.push(String(error));
        return undefined;
      }
    },
    duration: (_what, text) =>
      (text === "1h" || text === undefined ? text && 3_600_000 : undefined) || undefined,
    refuse: (reason) => reasons.push(reason),
  });
  return { flow, reasons };
}

describe("refusals", () => {
  const batchEvents = { maxSize: 5, timeout: "1h" };
  it.each([
    ["a limit of zero", { rateLimit: { limit: 0, period: "1h" } }, /rateLimit.limit/],
    ["half a run", { throttle: { limit: 0.5, period: "1h" } }, /throttle.limit/],
    ["a period that is none", { debounce: { period: "soon" } }, /debounce.period/],
    ["batches and debounce", { batchEvents, debounce: { period: "1h" } }, /debounce/],
    ["batches and cancelOn", { batchEvents, cancel: [{ event: "x" }] }, /cancelOn/],
    ["batches and priority", { batchEvents, priority: { run: "1" } }, /priority/],
    ["a key that is no expression", { singleton: { mode: "skip", key: "event.data." } }, /./],
  ])("refuses %s", (_what, options, reason) => {
    expect(parse(options).reasons.join("; ")).toMatch(reason);
  });

  it("lets an idempotency key go before a rate limit", () => {
    const { flow, reasons } = parse({ idempotency: "event.id", rateLimit: { limit: 1, period: "1h" } });
    expect(flow.rateLimit).toBeUndefined();
    expect(reasons).toEqual([]);
  });
});
