import { describe, expect, it } from "vitest";
import { clock } from "@/lib/clock";
import { days, describeWhere, failureOf, hours, needs, seconds, startProof } from "./proof";

const proof = startProof(["waits"]);

describe("4. Sleep", () => {
  const rests = async (how: (span: { ms: number; text: string }) => Record<string, unknown>) => {
    const key = proof.newKey();
    const span = proof.span(days(1), seconds(4));
    const event = await proof.send("sleeper", { key, ...how(span) });
    await proof.parked(event);
    if (!proof.isForeign) {
      await proof.marker();
      expect(proof.count(`${key}/wake`)).toBe(0);
    }
    span.pass();
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: "awake" });
    const [before] = proof.notebook.all(`${key}/before`);
    const [wake] = proof.notebook.all(`${key}/wake`);
    expect((wake?.at ?? 0) - (before?.at ?? 0)).toBeGreaterThanOrEqual(span.ms - 1_000);
    expect(proof.count(`${key}/before`)).toBe(1);
    expect(proof.count(`${key}/wake`)).toBe(1);
  };
  const hence = (ms: number) => new Date(clock.now().getTime() + ms);

  it("sleeps for a duration", () => rests((span) => ({ for: span.text })));

  it("sleeps until a date", () => rests((span) => ({ date: hence(span.ms).toISOString() })));

  it("sleeps until a date that is text", () => rests((span) => ({ until: hence(span.ms).toISOString() })));

  it("does not sleep until a date that has passed", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("sleeper", { key, until: "2020-01-01T00:00:00Z" }));
    expect(run).toMatchObject({ status: "Completed", output: "awake" });
  });
});

describeWhere(needs.clock, "4. Sleep to the second", () => {
  it("is still asleep a second before, and awake a second after", async () => {
    const key = proof.newKey();
    const event = await proof.send("sleeper", { key, for: "2h" });
    await proof.parked(event);
    proof.embedded.moveClock(hours(2).ms - 10_000);
    await proof.marker();
    expect(proof.count(`${key}/wake`)).toBe(0);
    proof.embedded.moveClock(10_000);
    expect(await proof.ended(event)).toMatchObject({ output: "awake" });
  });

  it("sleeps on where the clock is set back", async () => {
    const key = proof.newKey();
    const event = await proof.send("sleeper", { key, for: "2h" });
    await proof.parked(event);
    proof.embedded.moveClock(-hours(3).ms);
    await proof.marker();
    proof.embedded.moveClock(hours(4).ms);
    await proof.marker();
    expect(proof.count(`${key}/wake`)).toBe(0);
    proof.embedded.moveClock(hours(1).ms + 1_000);
    expect(await proof.ended(event)).toMatchObject({ output: "awake" });
  });
});

describe("5. Wait for an event", () => {
  const long = () => proof.span(days(2), seconds(120));
  const short = () => proof.span(days(2), seconds(5));

  it("resumes by the event that matches, and by none that does not", async () => {
    const key = proof.newKey();
    const event = await proof.send("waiter", { key, timeout: long().text });
    await proof.parked(event);
    await proof.send("answer", { key: `not ${key}`, amount: 50 });
    await proof.send("answer", { key });
    await proof.send("answer", { key, amount: 3 });
    await proof.send("unrelated", { key, amount: 50 });
    await proof.marker();
    expect(proof.count(`${key}/after`)).toBe(0);
    await proof.send("answer", { key, amount: 30 });
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: { got: 30 } });
    expect(proof.values(`${key}/after`)).toEqual([30]);
  });

  it("takes the first of two events that match", async () => {
    const key = proof.newKey();
    const event = await proof.send("matcher", { key, timeout: long().text });
    await proof.parked(event);
    await proof.send("answer", { key, n: 1 });
    await proof.send("answer", { key, n: 2 });
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: { key, n: 1 } });
  });

  it("resumes every run that waits for it", async () => {
    const events = await proof.sendAll(
      [1, 2, 3].map(() => ({ name: "anything", data: { key: proof.newKey(), timeout: long().text } })),
    );
    for (const event of events) await proof.parked(event);
    await proof.send("anything-at-all", { n: 7 });
    for (const event of events) {
      expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: 7 });
    }
  });

  it("ends with null when its time is over, also if the event comes then", async () => {
    const key = proof.newKey();
    const span = short();
    const event = await proof.send("waiter", { key, timeout: span.text });
    await proof.parked(event);
    span.pass();
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: { got: null } });
    await proof.send("answer", { key, amount: 30 });
    await proof.marker();
    expect(proof.values(`${key}/after`)).toEqual([null]);
  });

  it("does not see an event that was sent before it waited", async () => {
    const key = proof.newKey();
    const span = short();
    const event = await proof.send("late-waiter", { key, timeout: span.text });
    await proof.noted(`${key}/hold`);
    await proof.send("answer", { key, n: 1 });
    await proof.marker();
    proof.open(`${key}/hold`);
    await proof.parked(event);
    span.pass();
    const run = await proof.ended(event);
    expect(run.status).toBe("Completed");
    expect(run.output ?? null).toBeNull();
  });
});

describe("7. Invoke", () => {
  it("gives back what the invoked function returns, and hands it the data", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("parent", { key, what: "good" }));
    expect(run).toMatchObject({ status: "Completed", output: { doubled: 42 } });
    expect(proof.values(`${key}/child`)).toEqual([{ n: 21, event: "inngest/function.invoked" }]);
  });

  it("throws what the invoked function failed with, and lets it be caught", async () => {
    const run = await proof.ended(await proof.send("parent", { key: proof.newKey(), what: "bad" }));
    expect(run).toMatchObject({ status: "Completed", output: expect.stringContaining("child fell") });
  });

  it("throws when the invoked function is not ready in time", async () => {
    const key = proof.newKey();
    const span = proof.span(hours(1), seconds(5));
    const event = await proof.send("parent", { key, what: "slow", timeout: span.text });
    await proof.noted(`${key}/dormant begun`);
    await proof.parked(event);
    span.pass();
    const run = await proof.ended(event);
    expect(run.status).toBe("Completed");
    expect(failureOf(run)).toMatch(/time/i);
  });

  it("invokes several at once, each once", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("parent", { key, what: "many" }));
    expect(run).toMatchObject({
      status: "Completed",
      output: [{ doubled: 2 }, { doubled: 4 }, { doubled: 6 }],
    });
    expect(proof.count(`${key}/child`)).toBe(3);
  });

  it("throws when the invoked function's run is cancelled", async () => {
    const key = proof.newKey();
    const event = await proof.send("parent", { key, what: "cancelled-child" });
    await proof.noted(`${key}/dormant begun`);
    await proof.parked(event);
    await proof.marker();
    await proof.send("wake-child", { key });
    const run = await proof.ended(event);
    expect(run.status).toBe("Completed");
    expect(failureOf(run)).toMatch(/cancel/i);
  });

  it("leaves a cancelled parent cancelled when the child comes to its end", async () => {
    const key = proof.newKey();
    const event = await proof.send("parent-of-slow", { key });
    await proof.noted(`${key}/child begun`);
    await proof.parked(event);
    await proof.send("cancel-parent", { key });
    expect(await proof.ended(event)).toMatchObject({ status: "Cancelled" });
    proof.open(`${key}/child`);
    await proof.noted(`${key}/child ended`);
    await proof.marker();
    expect(proof.count(`${key}/parent went on`)).toBe(0);
    expect(await proof.ended(event)).toMatchObject({ status: "Cancelled" });
  });
});
