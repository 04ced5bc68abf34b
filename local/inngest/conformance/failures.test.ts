import { describe, expect, it } from "vitest";
import { clock } from "@/lib/clock";
import { eventually, failureOf, hours, type Proof, seconds, startProof } from "./proof";

const proof = startProof(["failures"]);

describe("2. Retries", () => {
  it("retries a step until it succeeds, and counts the next step's attempts from the beginning", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("flaky", { key }));
    expect(run).toMatchObject({ status: "Completed", output: 3 });
    expect(proof.values(`${key}/try`)).toEqual([0, 1, 2]);
    expect(proof.values(`${key}/next`)).toEqual([0]);
  });

  it("lets the function catch a step that is exhausted", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("caught", { key }));
    expect(run).toMatchObject({ status: "Completed", output: "undone: always" });
    expect(proof.count(`${key}/broken`)).toBe(2);
  });

  it("fails the run of an exhausted step that nobody catches", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("hopeless", { key }));
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toContain("out of order");
    expect(proof.count(`${key}/broken`)).toBe(2);
  });

  it("fails with the new error where the function wraps the step's, without running the step again", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("rewrapped", { key }));
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toContain("wrapped");
    expect(proof.count(`${key}/broken`)).toBe(2);
    // The function's own retries: the step's failure is kept, the function throws again.
    expect(proof.count(`${key}/rethrown`)).toBe(2);
  });

  it("retries the function itself", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("body-throws", { key }));
    expect(run).toMatchObject({ status: "Completed", output: 2 });
    expect(proof.values(`${key}/attempt`)).toEqual([0, 1, 2]);
  });

  it("calls a function without retries once", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("single", { key }));
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toContain("at once");
    expect(proof.count(`${key}/attempt`)).toBe(1);
  });
});

describe("3. Errors that say how to go on", () => {
  it("does not retry a step that throws NonRetriableError, and keeps its cause", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("final", { key, where: "step" }));
    expect(run.status).toBe("Failed");
    expect(proof.count(`${key}/refuse`)).toBe(1);
    await proof.noted(`${key}/failure`);
    expect(proof.values(`${key}/failure`)).toEqual([
      { message: "no point", cause: expect.stringContaining("card stolen") },
    ]);
  });

  it("does not retry a function that throws it", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("final", { key, where: "function" }));
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toContain("no point");
    expect(proof.count(`${key}/refuse`)).toBe(1);
  });

  it("gives the cause to the function that catches the step's error", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("caught-cause", { key }));
    expect(run).toMatchObject({ status: "Completed", output: expect.stringContaining("card stolen") });
    expect(proof.count(`${key}/refuse`)).toBe(1);
  });

  it("waits as many seconds as RetryAfterError says", async () => {
    const key = proof.newKey();
    const span = proof.span(hours(1), seconds(4));
    const event = await proof.send("later", { key, afterMs: span.ms });
    await comesBackAfter(proof, key, event, span);
  });

  it("waits until the date that RetryAfterError says", async () => {
    const key = proof.newKey();
    const span = proof.span(hours(1), seconds(4));
    const event = await proof.send("later", { key, as: "date", at: clock.now().getTime() + span.ms });
    await comesBackAfter(proof, key, event, span);
  });
});

async function comesBackAfter(
  proof: Proof,
  key: string,
  event: string,
  span: { ms: number; pass(): void },
): Promise<void> {
  await proof.noted(`${key}/call`);
  // Work that is due has had its turn: the retry is not.
  await proof.marker();
  if (!proof.isForeign) expect(proof.count(`${key}/call`)).toBe(1);
  span.pass();
  expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: "came back" });
  const [first, second, ...more] = proof.notebook.all(`${key}/call`).map(({ at }) => at);
  expect(more).toEqual([]);
  // The header carries whole seconds.
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(span.ms - 1_000);
}

describe("9. onFailure", () => {
  it("is called once, with the error, the run and the event that started it", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("hopeless", { key }));
    await proof.noted(`${key}/failure`);
    await proof.marker();
    expect(proof.values(`${key}/failure`)).toEqual([
      { runId: run.run_id, message: "out of order", event: `${proof.app}/hopeless` },
    ]);
  });

  it("lets any function listen to inngest/function.failed", async () => {
    const key = proof.newKey();
    await proof.ended(await proof.send("single", { key }));
    await proof.noted(`${key}/heard`);
    expect(proof.values(`${key}/heard`)).toEqual(["at once"]);
  });

  it("is not called for a run that was cancelled, by an event or through the API", async () => {
    const [byEvent, byApi, untouched] = [proof.newKey(), proof.newKey(), proof.newKey()];
    const events = await proof.sendAll(
      [byEvent, byApi, untouched].map((key) => ({ name: "cancellable", data: { key } })),
    );
    const [one = "", two = "", three = ""] = events;
    for (const event of events) await proof.parked(event);
    await proof.send("cancel", { key: byEvent });
    expect(await proof.ended(one)).toMatchObject({ status: "Cancelled" });
    const { run_id } = await proof.runOf(two);
    expect((await proof.rest(`/v1/runs/${run_id}`, { method: "DELETE" })).ok).toBe(true);
    expect(await proof.ended(two)).toMatchObject({ status: "Cancelled" });
    await eventually(() => {
      expect(proof.count(`${byEvent}/heard cancelled`)).toBe(1);
      expect(proof.count(`${byApi}/heard cancelled`)).toBe(1);
    });
    await proof.marker();
    for (const key of [byEvent, byApi]) {
      expect(proof.count(`${key}/failure`)).toBe(0);
      expect(proof.count(`${key}/never`)).toBe(0);
    }
    expect((await proof.runOf(three)).status).toBe("Running");
    if (proof.isForeign) return;
    for (const event of [one, two]) await proof.embedded.nothingLeft(event);
  });

  it("is not called again where a run that has ended is cancelled", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("single", { key }));
    await proof.rest(`/v1/runs/${run.run_id}`, { method: "DELETE" });
    await proof.marker();
    const response = await proof.rest(`/v1/runs/${run.run_id}`);
    expect(await response.json()).toMatchObject({ data: { status: "Failed" } });
  });
});
