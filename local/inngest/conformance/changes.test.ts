import { beforeAll, describe, expect, it } from "vitest";
import { eventually, failureOf, isThorough, startProof } from "./proof";

const proof = startProof(["changes", "crashes"], { isLong: true });

describe.runIf(isThorough)("12. The app", () => {
  it("may crash in the middle of a step: the step runs again, those before it do not", async () => {
    const key = proof.newKey();
    const event = await proof.send("sturdy", { key });
    await proof.noted(`${key}/hold`);
    await proof.appProcess.kill();
    await proof.appProcess.start();
    await proof.noted(`${key}/hold`, 2);
    proof.open(key);
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: 1 });
    expect(proof.count(`${key}/before`)).toBe(1);
  });

  it("may be down when it is called first: the run waits for it", async () => {
    await proof.appProcess.kill();
    const key = proof.newKey();
    proof.open(key);
    const event = await proof.send("sturdy", { key });
    const run = await proof.runOf(event);
    expect(run.status).not.toMatch(/Failed|Cancelled|Completed/);
    await proof.appProcess.start();
    expect(await proof.ended(event)).toMatchObject({ status: "Completed", output: 1 });
    for (const step of ["before", "hold", "after"]) expect(proof.count(`${key}/${step}`), step).toBe(1);
  });
});

describe.runIf(isThorough)("16. A new release in the middle of a run", () => {
  const names = ["renamed", "shortened", "removed"] as const;
  const keys = new Map<string, string>();
  const events = new Map<string, string>();
  const keyOf = (name: string) => keys.get(name) ?? "";
  const eventOf = (name: string) => events.get(name) ?? "";

  beforeAll(async () => {
    for (const name of names) {
      keys.set(name, proof.newKey());
      events.set(name, await proof.send(name, { key: keyOf(name) }));
    }
    keys.set("lost-step", proof.newKey());
    events.set("lost-step", await proof.send("lost-step", { key: keyOf("lost-step") }));
    for (const name of names) await proof.parked(eventOf(name));
    await proof.noted(`${keyOf("lost-step")}/kept`);
    await proof.appProcess.kill();
    await proof.appProcess.start(2);
    await proof.appProcess.register();
    for (const name of names) await proof.send("released", { key: keyOf(name) });
  });

  it("runs a renamed step under its new name, and keeps the results of the others", async () => {
    expect(await proof.ended(eventOf("renamed"))).toMatchObject({
      status: "Completed",
      output: { one: 2, kept: 1, end: 2 },
    });
    expect(proof.values(`${keyOf("renamed")}/counted`)).toEqual([1, 2]);
    expect(proof.values(`${keyOf("renamed")}/kept`)).toEqual([1]);
  });

  it("goes on without a step that is not there any more", async () => {
    expect(await proof.ended(eventOf("shortened"))).toMatchObject({
      status: "Completed",
      output: "release 2",
    });
    expect(proof.count(`${keyOf("shortened")}/left out`)).toBe(1);
  });

  it("fails the run of a function that is not there any more, in the end", async () => {
    await eventually(async () => {
      // The embedded executor waits a while for the function to come back.
      if (!proof.isForeign) proof.embedded.moveClock(5_000);
      const [run] = await proof.runsOf(eventOf("removed"));
      expect(run?.status).toBe("Failed");
    });
    expect(proof.count(`${keyOf("removed")}/after`)).toBe(0);
  });

  it("starts no more runs of that function, and those of a new one", async () => {
    const key = proof.newKey();
    const [gone = "", added = ""] = await proof.sendAll([
      { name: "removed", data: { key } },
      { name: "added", data: { key } },
    ]);
    expect(await proof.ended(added)).toMatchObject({ status: "Completed" });
    expect(proof.count(`${key}/added`)).toBe(1);
    expect(await proof.runsOf(gone)).toEqual([]);
  });

  // The SDK looks ten seconds for a step before it says that it does not know it.
  it("fails a run of which a planned step is not there any more", async () => {
    const run = await proof.ended(eventOf("lost-step"), { timeout: 60_000 });
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toMatch(/step/i);
  });
});
