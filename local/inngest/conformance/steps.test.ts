import { describe, expect, it } from "vitest";
import { startProof } from "./proof";

const proof = startProof(["steps"]);

describe("1. Memoisation", () => {
  it("runs each step's body once and gives its result to the next", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("sequence", { key }));
    expect(run).toMatchObject({ status: "Completed", output: { a: 10, b: 11, c: 12 } });
    for (const name of ["a", "b", "c"]) expect(proof.count(`${key}/${name}`), name).toBe(1);
    expect(proof.values(`${key}/b`)).toEqual([10]);
    expect(proof.values(`${key}/c`)).toEqual([11]);
  });

  it("runs the code between the steps again at each call, with the results that were kept", async () => {
    const key = proof.newKey();
    await proof.ended(await proof.send("sequence", { key }));
    const seen = proof.values(`${key}/seen a`);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set([10]));
    expect(new Set(proof.values(`${key}/seen b`))).toEqual(new Set([11]));
  });

  it("takes one id used again and again, one after the other, for steps of their own", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("loop", { key }));
    expect(run).toMatchObject({ status: "Completed", output: [0, 1, 2, 3] });
    expect(proof.values(`${key}/turn`)).toEqual([0, 1, 2, 3]);
  });

  it("runs a function without steps once and keeps what it returns", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("plain", { key, answer: { kept: [1, null, "two"] } }));
    expect(run).toMatchObject({ status: "Completed", output: { kept: [1, null, "two"] } });
    expect(proof.count(`${key}/called`)).toBe(1);
  });
});

describe("6. Parallel steps", () => {
  it("joins parallel steps, each run once, and goes on once", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("parallel", { key }));
    expect(run).toMatchObject({ status: "Completed", output: 190 });
    for (let n = 0; n < 20; n++) expect(proof.count(`${key}/part ${n}`), `part ${n}`).toBe(1);
    expect(proof.count(`${key}/sum`)).toBe(1);
  });

  it("runs chains side by side, each in its own order", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("chains", { key }));
    expect(run).toMatchObject({ status: "Completed", output: ["a1a2a3", "b1b2b3"] });
    for (const chain of ["a", "b"]) {
      for (const n of [1, 2, 3]) expect(proof.count(`${key}/${chain} ${n}`), `${chain} ${n}`).toBe(1);
      expect(proof.values(`${key}/${chain} 3`)).toEqual([`${chain}1${chain}2`]);
    }
  });

  it("goes on with the winner of a race, once, while the loser is still at work", async () => {
    const key = proof.newKey();
    const event = await proof.send("race", { key });
    await proof.noted(`${key}/after`);
    proof.open(`${key}/slow`);
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: "quick" });
    expect(proof.values(`${key}/after`)).toEqual(["quick"]);
  });

  it("tells equal ids apart, also side by side", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("twins", { key }));
    expect(run.status).toBe("Completed");
    expect(new Set(run.output as number[])).toEqual(new Set([1, 2]));
    expect(proof.count(`${key}/same`)).toBe(2);
  });

  it("settles all when one of them fails and another sleeps", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("mixed", { key }));
    expect(run).toMatchObject({ status: "Completed", output: ["fulfilled", "rejected", "fulfilled"] });
    expect(proof.count(`${key}/after`)).toBe(1);
  });
});

describe("14. Results", () => {
  it("keeps null, undefined, {data}, {error}, every character, and a megabyte", async () => {
    expect(await proof.ended(await proof.send("values"))).toMatchObject({
      status: "Completed",
      output: {
        none: true,
        empty: null,
        wrapped: { data: 1 },
        errorLike: { error: { name: "Error", message: "none" } },
        text: "Zoë 🎻 \u0000 \u2028 é",
        big: 1_100_000,
      },
    });
  });

  it("gives a function that returns nothing the result null", async () => {
    const key = proof.newKey();
    const run = await proof.ended(await proof.send("nothing", { key }));
    expect(run.status).toBe("Completed");
    expect(run.output ?? null).toBeNull();
  });

  it("hands the event over as it was sent", async () => {
    const key = proof.newKey();
    const data = { key, text: "Zoë 🎻 \u2028 é", deep: [{ a: { b: [null, 1.5, -0.25, true] } }], empty: {} };
    await proof.ended(await proof.send("plain", data));
    expect(proof.values(`${key}/called`)).toEqual([data]);
  });

  it("fails a step whose result is larger than 4 MB, instead of cutting it", async () => {
    const run = await proof.ended(await proof.send("too-large"));
    expect(run.status).toBe("Failed");
  });
});
