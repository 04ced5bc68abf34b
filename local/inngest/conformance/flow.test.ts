import { describe, expect, it } from "vitest";
import {
  days,
  describeWhere,
  eventually,
  hours,
  isThorough,
  minutes,
  needs,
  seconds,
  startProof,
} from "./proof";

const proof = startProof(["flow"]);

/** The most that were at work at once, from the notes that tell of coming and going. */
function mostAtWork(group: string, who?: string): number {
  let [now, most] = [0, 0];
  for (const { name, value } of proof.notebook.below(`${group}/`)) {
    if (who !== undefined && value !== who) continue;
    if (name.endsWith("/enter")) now += 1;
    if (name.endsWith("/leave")) now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

async function allEnd(events: readonly string[], status = "Completed"): Promise<void> {
  for (const event of events) expect(await proof.ended(event)).toMatchObject({ status });
}

describe("11. Concurrency", () => {
  it("holds the limit of each key and the limit of all, and uses them up", async () => {
    const group = proof.newKey();
    const keys = ["a", "a", "a", "a", "a", "b", "b", "b", "b", "c"].map((name) => `${group}-${name}`);
    const events = await proof.sendAll(keys.map((key) => ({ name: "limited", data: { key, group } })));
    await proof.noted(`${group}/enter`, 3);
    await proof.marker();
    expect(proof.count(`${group}/enter`)).toBe(3);
    for (const name of ["a", "b"]) expect(mostAtWork(group, `${group}-${name}`)).toBeLessThanOrEqual(2);
    proof.open(`${group}/go`);
    await allEnd(events);
    expect(mostAtWork(group)).toBe(3);
    for (const name of ["a", "b"]) expect(mostAtWork(group, `${group}-${name}`)).toBeLessThanOrEqual(2);
    expect(proof.count(`${group}/leave`)).toBe(keys.length);
  });

  it("shares a limit of the environment between functions", async () => {
    const resource = proof.newKey();
    const names = ["shared-a", "shared-b", "shared-a", "shared-b"];
    const events = await proof.sendAll(names.map((name) => ({ name, data: { resource } })));
    await proof.noted(`${resource}/enter`);
    await proof.marker();
    expect(proof.count(`${resource}/enter`)).toBe(1);
    proof.open(`${resource}/go`);
    await allEnd(events);
    expect(mostAtWork(resource)).toBe(1);
  });
});

describe.runIf(isThorough)("Priority", () => {
  it("lets the more important run go first of those that wait", async () => {
    const keys = { holder: proof.newKey(), waiting: proof.newKey() };
    const first = await proof.send("ordered", { key: keys.holder, name: "holder", rank: 0 });
    await proof.noted(`${keys.holder}/enter`);
    const waiting: string[] = [];
    for (const [name, rank] of [
      ["low", -300],
      ["middle", 0],
      ["high", 300],
    ] as const) {
      waiting.push(await proof.send("ordered", { key: keys.waiting, name, rank }));
    }
    for (const event of waiting) await proof.runOf(event);
    proof.open(`${keys.waiting}/go`);
    proof.open(`${keys.holder}/go`);
    await allEnd([first, ...waiting]);
    expect(proof.values(`${keys.waiting}/enter`)).toEqual(["high", "middle", "low"]);
  });
});

describe.runIf(isThorough)("Rate limit", () => {
  it("drops what is over the limit, for each key, until the period is over", async () => {
    const [key, other] = [proof.newKey(), proof.newKey()];
    const span = proof.span(hours(1), seconds(5));
    for (const n of [1, 2, 3]) await proof.send("rate-limited", { key, n });
    await proof.send("rate-limited", { key: other, n: 1 });
    await proof.noted(`${key}/run`);
    await proof.noted(`${other}/run`);
    await proof.marker();
    expect(proof.values(`${key}/run`)).toEqual([1]);
    span.pass();
    // Without a movable clock it is tried until the period is over.
    await eventually(async () => {
      await proof.send("rate-limited", { key, n: 4 });
      await proof.marker();
      expect(proof.values(`${key}/run`)).toEqual([1, 4]);
    });
  });
});

describe.runIf(isThorough)("Throttle", () => {
  it("delays what is over the limit, drops nothing, and keeps the order", async () => {
    const [key, other] = [proof.newKey(), proof.newKey()];
    const span = proof.span(minutes(10), seconds(3));
    const events: string[] = [];
    for (const n of [1, 2, 3]) events.push(await proof.send("throttled", { key, n }));
    await proof.ended(await proof.send("throttled", { key: other, n: 1 }));
    for (const n of [1, 2, 3]) {
      await proof.noted(`${key}/run`, n);
      if (!proof.isForeign) {
        await proof.marker();
        expect(proof.count(`${key}/run`)).toBe(n);
      }
      span.pass();
    }
    await allEnd(events);
    expect(proof.values(`${key}/run`)).toEqual([1, 2, 3]);
    const times = proof.notebook.all(`${key}/run`).map(({ at }) => at);
    for (const [n, at] of times.entries()) {
      if (n > 0) expect(at - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(span.ms - 500);
    }
  });
});

describe.runIf(isThorough)("Debounce", () => {
  it("runs once, when it has been quiet for the period, with the last event", async () => {
    const [key, other] = [proof.newKey(), proof.newKey()];
    const span = proof.span(hours(1), seconds(4));
    let last = "";
    for (const n of [1, 2, 3]) last = await proof.send("debounced", { key, n });
    const alone = await proof.send("debounced", { key: other, n: 9 });
    await proof.marker();
    if (!proof.isForeign) expect(proof.count(`${key}/run`)).toBe(0);
    span.pass();
    expect(await proof.ended(last)).toMatchObject({ status: "Completed", output: 3 });
    expect(await proof.ended(alone)).toMatchObject({ status: "Completed", output: 9 });
    await proof.marker();
    expect(proof.values(`${key}/run`)).toEqual([3]);
    expect(proof.values(`${other}/run`)).toEqual([9]);
  });
});

describeWhere(needs.clock, "Debounce, to the minute", () => {
  it.runIf(isThorough)("begins to wait anew with each event", async () => {
    const key = proof.newKey();
    await proof.send("debounced", { key, n: 1 });
    proof.embedded.moveClock(minutes(45).ms);
    const last = await proof.send("debounced", { key, n: 2 });
    proof.embedded.moveClock(minutes(45).ms);
    await proof.marker();
    expect(proof.count(`${key}/run`)).toBe(0);
    proof.embedded.moveClock(minutes(16).ms);
    expect(await proof.ended(last)).toMatchObject({ status: "Completed", output: 2 });
    expect(proof.values(`${key}/run`)).toEqual([2]);
  });

  it.runIf(isThorough)("waits no longer than its timeout, however often it begins anew", async () => {
    const key = proof.newKey();
    for (const n of [1, 2, 3]) {
      await proof.send("debounced-at-most", { key, n });
      proof.embedded.moveClock(minutes(50).ms);
      await proof.marker();
    }
    await proof.noted(`${key}/run`);
    expect(proof.values(`${key}/run`)).toEqual([3]);
  });
});

describe.runIf(isThorough)("Singleton", () => {
  it("skips a run while another of its key is at work, and takes the next one after it", async () => {
    const [key, other] = [proof.newKey(), proof.newKey()];
    const first = await proof.send("single-skip", { key, n: 1 });
    await proof.noted(`${key}/enter`);
    await proof.send("single-skip", { key, n: 2 });
    proof.open(`${other}/go`);
    await proof.ended(await proof.send("single-skip", { key: other, n: 1 }));
    await proof.marker();
    expect(proof.values(`${key}/enter`)).toEqual(["1"]);
    proof.open(`${key}/go`);
    expect(await proof.ended(first)).toMatchObject({ status: "Completed", output: 1 });
    expect(await proof.ended(await proof.send("single-skip", { key, n: 3 }))).toMatchObject({ output: 3 });
    expect(proof.values(`${key}/enter`)).toEqual(["1", "3"]);
  });

  it("cancels the run at work where it is told to, and takes the new one", async () => {
    const key = proof.newKey();
    const first = await proof.send("single-cancel", { key, n: 1 });
    await proof.parked(first);
    const second = await proof.send("single-cancel", { key, n: 2 });
    expect(await proof.ended(first)).toMatchObject({ status: "Cancelled" });
    await proof.parked(second);
    await proof.marker();
    await proof.send("single-go", { key });
    expect(await proof.ended(second)).toMatchObject({ status: "Completed" });
    expect(proof.values(`${key}/end`)).toEqual([2]);
  });
});

describe.runIf(isThorough)("Batches", () => {
  it("runs once for a full batch, and for the rest when the time is over", async () => {
    const [key, other] = [proof.newKey(), proof.newKey()];
    const span = proof.span(seconds(30), seconds(5));
    await proof.sendAll([1, 2, 3, 4].map((n) => ({ name: "batched", data: { key, n } })));
    await proof.send("batched", { key: other, n: 7 });
    await proof.noted(`${key}/batch`);
    await proof.marker();
    if (!proof.isForeign) {
      expect(proof.values(`${key}/batch`)).toEqual([[1, 2, 3]]);
      expect(proof.count(`${other}/batch`)).toBe(0);
    }
    span.pass();
    await proof.noted(`${key}/batch`, 2);
    await proof.noted(`${other}/batch`);
    await proof.marker();
    expect(proof.values(`${key}/batch`)).toEqual([[1, 2, 3], [4]]);
    expect(proof.values(`${other}/batch`)).toEqual([[7]]);
  });

  it("runs at once for an event that its condition keeps out of the batch", async () => {
    const key = proof.newKey();
    const span = proof.span(seconds(30), seconds(20));
    await proof.sendAll([1, 500, 2].map((n) => ({ name: "batched-if", data: { key, n } })));
    await proof.noted(`${key}/batch`);
    expect(proof.values(`${key}/batch`)).toEqual([[500]]);
    span.pass();
    await proof.noted(`${key}/batch`, 2);
    expect(proof.values(`${key}/batch`)).toEqual([[500], [1, 2]]);
  });
});

describe("Timeouts", () => {
  it("cancels a run that could not start in time", async () => {
    const [busy, waiting] = [proof.newKey(), proof.newKey()];
    const span = proof.span(minutes(10), seconds(4));
    const first = await proof.send("slow-start", { key: busy, n: 1 });
    await proof.noted(`${busy}/enter`);
    const second = await proof.send("slow-start", { key: waiting, n: 2 });
    await proof.runOf(second);
    span.pass();
    expect(await proof.ended(second)).toMatchObject({ status: "Cancelled" });
    proof.open(`${busy}/go`);
    // That one had started.
    expect(await proof.ended(first)).toMatchObject({ status: "Completed" });
    expect(proof.count(`${waiting}/enter`)).toBe(0);
  });

  it("cancels a run that does not finish in time", async () => {
    const key = proof.newKey();
    const span = proof.span(minutes(10), seconds(4));
    const event = await proof.send("slow-finish", { key });
    await proof.noted(`${key}/before`);
    await proof.parked(event);
    span.pass();
    expect(await proof.ended(event)).toMatchObject({ status: "Cancelled" });
  });
});

describe("Cancellation", () => {
  it("cancels by an event that matches, until its own time is over", async () => {
    const [soon, late, other] = [proof.newKey(), proof.newKey(), proof.newKey()];
    const span = proof.span(hours(1), seconds(3));
    const events = await proof.sendAll(
      [soon, late, other].map((key) => ({ name: "cancelled-soon", data: { key } })),
    );
    const [first = "", second = "", third = ""] = events;
    for (const event of events) await proof.parked(event);
    await proof.send("cancel-soon", { key: soon });
    expect(await proof.ended(first)).toMatchObject({ status: "Cancelled" });
    if (proof.isForeign) return;
    span.pass();
    await proof.send("cancel-soon", { key: late });
    await proof.marker();
    for (const event of [second, third]) expect((await proof.runOf(event)).status).toBe("Running");
    await proof.sendAll([late, other].map((key) => ({ name: "cancelled-go", data: { key } })));
    for (const event of [second, third]) {
      expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: "went on" });
    }
  });

  it("cancels many through the API, by an expression", async () => {
    const keys = [proof.newKey(), proof.newKey(), proof.newKey()];
    const [spared = "", ...chosen] = keys;
    const events = await proof.sendAll(keys.map((key) => ({ name: "cancelled-soon", data: { key } })));
    for (const event of events) await proof.parked(event);
    const runs = await Promise.all(events.map((event) => proof.runOf(event)));
    const response = await proof.rest("/v1/cancellations", {
      method: "POST",
      body: {
        app_id: proof.app,
        function_id: "cancelled-soon",
        started_before: new Date(proof.now() + days(1).ms).toISOString(),
        if: `event.data.key in ${JSON.stringify(chosen)}`,
      },
    });
    expect(response.ok).toBe(true);
    await allEnd(events.slice(1), "Cancelled");
    await proof.marker();
    expect((await proof.runOf(events[0] ?? "")).run_id).toBe(runs[0]?.run_id);
    await proof.send("cancelled-go", { key: spared });
    expect(await proof.ended(events[0] ?? "")).toMatchObject({ status: "Completed" });
  });
});
