import { describe, expect, it } from "vitest";
import { days, describeWhere, eventually, needs, startProof } from "./proof";

const proof = startProof(["events"]);

describe("8. Sending", () => {
  it("gives sendEvent's ids back and starts what they trigger, once, though the function is called again", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("sender", { key }));
    expect(run.status).toBe("Completed");
    const { ids } = run.output as { ids: string[] };
    expect(ids).toHaveLength(2);
    const [one = "", two = ""] = ids;
    expect(await proof.ended(two)).toMatchObject({ status: "Completed", output: 2 });
    await proof.marker();
    // Its trigger has an `if`, which the first event does not meet.
    expect(await proof.runsOf(one)).toEqual([]);
    expect(proof.values(`${key}/received`)).toEqual([2]);
  });

  it("derives the ids of a send that is repeated from its seed, so that it counts once", async () => {
    const key = proof.newKey();
    const seed = `${1_700_000_000_000 + Math.floor(Math.random() * 1e9)},${Buffer.from(key.padEnd(10, "0")).toString("base64").slice(0, 14)}==`;
    const events = [1, 2].map((n) => ({ name: `${proof.app}/heard`, data: { key, n } }));
    const post = async () =>
      (await (await proof.post(events, { headers: { "x-inngest-event-id-seed": seed } })).json()) as {
        ids: string[];
      };
    const first = await post();
    expect(await post()).toEqual(first);
    expect(new Set(first.ids).size).toBe(2);
    await proof.noted(`${key}/heard`, 2);
    await proof.marker();
    expect(proof.count(`${key}/heard`)).toBe(2);
  });

  it("starts every function that listens, and each once however many of its triggers match", async () => {
    const key = proof.newKey();
    const event = await proof.send("either", { key, n: 1 });
    await eventually(async () => {
      const runs = await proof.runsOf(event);
      expect(runs.map((run) => run.status)).toEqual(["Completed", "Completed"]);
    });
    expect(proof.count(`${key}/two triggers`)).toBe(1);
    expect(proof.count(`${key}/also`)).toBe(1);
    await proof.ended(await proof.send("or", { key }));
    expect(proof.values(`${key}/two triggers`)).toEqual([`${proof.app}/either`, `${proof.app}/or`]);
  });

  it("takes an event that nobody listens to", async () => {
    const event = await proof.send("unheard", { key: proof.newKey() });
    expect(await proof.runsOf(event)).toEqual([]);
  });

  it("refuses what is no event, names that are the server's own, what is too large, and an unknown key", async () => {
    const refused = async (body: unknown, options = {}) => {
      const { status } = await proof.post(body, options);
      expect(status, JSON.stringify(body).slice(0, 80)).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    };
    const name = `${proof.app}/unheard`;
    await refused([{ name: "inngest/function.failed", data: {} }]);
    await refused({ data: {} });
    await refused([{ name, data: "text" }]);
    await refused([{ name, data: { text: "x".repeat(600_000) } }]);
    if (proof.signingKey) await refused([{ name, data: {} }], { key: "wrong-key" });
  });
});

describe("10. Once", () => {
  it("takes an event's id once, however often it is sent", async () => {
    const key = proof.newKey();
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++)
      ids.push(await proof.send("heard", { key, n: turn }, `${key}-order`));
    await proof.noted(`${key}/heard`);
    await proof.marker();
    expect(proof.count(`${key}/heard`)).toBe(1);
    const runs = await Promise.all([...new Set(ids)].map((id) => proof.runsOf(id)));
    expect(runs.flat()).toHaveLength(1);
  });

  it("takes it once within one request, too", async () => {
    const key = proof.newKey();
    const event = { name: `${proof.app}/heard`, data: { key }, id: `${key}-twin` };
    expect((await proof.post([event, event])).status).toBe(200);
    await proof.noted(`${key}/heard`);
    await proof.marker();
    expect(proof.count(`${key}/heard`)).toBe(1);
  });

  it("starts a function once for an idempotency key", async () => {
    const order = proof.newKey();
    const first = await proof.send("once", { order });
    expect(await proof.ended(first)).toMatchObject({ status: "Completed", output: 1 });
    const second = await proof.send("once", { order });
    const other = proof.newKey();
    expect(await proof.ended(await proof.send("once", { order: other }))).toMatchObject({ output: 1 });
    await proof.marker();
    expect(proof.count(`${order}/once`)).toBe(1);
    expect((await proof.runsOf(second)).filter((run) => run.status === "Completed")).toEqual([]);
  });
});

describeWhere(needs.clock, "10. Once within a day", () => {
  it("forgets an idempotency key after 24 hours", async () => {
    const order = proof.newKey();
    await proof.ended(await proof.send("once", { order }));
    proof.embedded.moveClock(days(1).ms + 1_000);
    expect(await proof.ended(await proof.send("once", { order }))).toMatchObject({ output: 2 });
  });
});

describe("REST", () => {
  it("tells a run by its id, and knows no other", async () => {
    const key = proof.newKey();
    const event = await proof.send("heard", { key, n: 5 });
    const run = await proof.ended(event);
    expect(run).toMatchObject({ status: "Completed", output: 5 });
    expect(proof.values(`${key}/heard`)).toEqual([run.run_id]);
    expect((await proof.rest("/v1/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV")).status).toBe(404);
  });
});
