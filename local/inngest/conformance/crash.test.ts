import { beforeAll, describe, expect, it } from "vitest";
import { days, describeWhere, eventually, hours, isThorough, needs, startProof } from "./proof";

const proof = startProof(["crashes", "crons"], { server: "killable" });

/** A crash, its lease and a new process take their seconds. */
const patience = { timeout: 60_000 };
const stepNames = ["before", "hold", "after"] as const;

function counts(key: string): number[] {
  return stepNames.map((step) => proof.count(`${key}/${step}`));
}

async function atWork(): Promise<{ key: string; event: string }> {
  const key = proof.newKey();
  const event = await proof.send("held", { key });
  await proof.noted(`${key}/hold`);
  return { key, event };
}

describeWhere(needs.processes, "12. kill -9 of the executor", () => {
  it("during a call: the other one takes over, and earlier steps keep their results", async () => {
    const { key, event } = await atWork();
    const [holder, other] = await proof.embedded.holderOf(event);
    await holder.kill();
    const back = holder.start();
    await proof.noted(`${key}/hold`, 2, patience.timeout);
    proof.open(key);
    const run = await proof.ended(event, { ...patience, url: other.url });
    expect(run).toMatchObject({ status: "Completed", output: { before: "before 1", hold: "hold 2" } });
    expect(counts(key)).toEqual([1, 2, 1]);
    expect(proof.values(`${key}/after`)).toEqual(["hold 2"]);
    await proof.embedded.nothingLeft(event);
    await back;
  });

  describe("all of them, while a run", () => {
    const runs = new Map<string, { key: string; event: string }>();
    const runOf = (name: string) => runs.get(name) ?? { key: "", event: "" };

    beforeAll(async () => {
      for (const name of ["asleep", "waiting", "invoking"]) {
        const key = proof.newKey();
        runs.set(name, { key, event: await proof.send(name, { key }) });
      }
      for (const { event } of runs.values()) await proof.embedded.parked(event);
      await proof.noted(`${runOf("invoking").key}/child/hold`);
      const { processes } = proof.embedded;
      await Promise.all(processes.map((executor) => executor.kill()));
      await Promise.all(processes.map((executor) => executor.start()));
    });

    it("sleeps: it wakes at its hour", async () => {
      const { key, event } = runOf("asleep");
      await proof.marker();
      expect(proof.count(`${key}/after`)).toBe(0);
      proof.embedded.moveClock(days(1).ms + 1_000);
      expect(await proof.ended(event, patience)).toMatchObject({ status: "Completed" });
      expect([proof.count(`${key}/before`), proof.count(`${key}/after`)]).toEqual([1, 1]);
    });

    it("waits for an event: the event finds it", async () => {
      const { key, event } = runOf("waiting");
      await proof.send("answer", { key, n: 12 });
      expect(await proof.ended(event, patience)).toMatchObject({ status: "Completed", output: 12 });
      expect([proof.count(`${key}/before`), proof.count(`${key}/after`)]).toEqual([1, 1]);
    });

    it("waits for a function it has invoked: the result comes back, once", async () => {
      const { key, event } = runOf("invoking");
      await proof.noted(`${key}/child/hold`, 2, patience.timeout);
      proof.open(`${key}/child`);
      expect(await proof.ended(event, patience)).toMatchObject({
        status: "Completed",
        output: { before: "before 1", hold: "hold 2" },
      });
      expect([proof.count(`${key}/before`), proof.count(`${key}/after`)]).toEqual([1, 1]);
      expect(counts(`${key}/child`)).toEqual([1, 2, 1]);
    });
  });

  it.runIf(isThorough)(
    "before its call reaches the app: the call is made by the other one, once",
    async () => {
      const key = proof.newKey();
      const gate = `${key}/front`;
      await proof.appProcess.fault({ fn: "held", kind: "arriving", gate });
      const event = await proof.send("held", { key });
      await proof.noted(`${gate}/arrived`);
      const [holder, other] = await proof.embedded.holderOf(event);
      await holder.kill();
      await proof.noted(`${gate}/gone`);
      proof.open(gate);
      proof.open(key);
      const back = holder.start();
      const run = await proof.ended(event, { ...patience, url: other.url });
      expect(run).toMatchObject({ status: "Completed", output: { before: "before 1", hold: "hold 1" } });
      expect(counts(key)).toEqual([1, 1, 1]);
      await proof.embedded.nothingLeft(event);
      await back;
    },
  );

  it.runIf(isThorough)(
    "between the app's answer and its commit: the step runs again, one result counts",
    async () => {
      const key = proof.newKey();
      const gate = `${key}/front`;
      await proof.appProcess.fault({ fn: "held", kind: "answered", gate });
      const event = await proof.send("held", { key });
      await proof.noted(`${gate}/answering`);
      const [holder, other] = await proof.embedded.holderOf(event);
      holder.pause();
      proof.open(gate);
      await proof.noted(`${gate}/answered`);
      await holder.kill();
      proof.open(key);
      const back = holder.start();
      const run = await proof.ended(event, { ...patience, url: other.url });
      expect(run).toMatchObject({ status: "Completed", output: { before: "before 2", hold: "hold 1" } });
      expect(counts(key)).toEqual([2, 1, 1]);
      expect(new Set(proof.values(`${key}/seen`))).toEqual(new Set(["before 2"]));
      await proof.embedded.nothingLeft(event);
      await back;
    },
  );

  it.runIf(isThorough)(
    "while it takes an event in: sent again it starts its run, and starts it once",
    async () => {
      const key = proof.newKey();
      const [first] = proof.embedded.processes;
      const body = [{ name: `${proof.app}/counted`, data: { key, n: 1 } }];
      const headers = { "x-inngest-event-id-seed": "1700000000000,QUJDREVGR0hJSg==" };
      await proof.embedded.sql.begin(async (tx) => {
        await tx`lock table inngest.events in access exclusive mode`;
        const posted = proof.post(body, { headers }).then(
          () => "answered",
          () => "lost",
        );
        await proof.embedded.blocked();
        await first?.kill();
        expect(await posted).toBe("lost");
      });
      await first?.start();
      expect(proof.count(`${key}/counted`)).toBe(0);
      const ids: string[] = [];
      for (let turn = 0; turn < 2; turn++) {
        const response = await proof.post(body, { headers });
        expect(response.status).toBe(200);
        ids.push(...((await response.json()) as { ids: string[] }).ids);
      }
      expect(new Set(ids).size).toBe(1);
      expect(await proof.ended(ids[0] ?? "", patience)).toMatchObject({ status: "Completed" });
      expect(proof.count(`${key}/counted`)).toBe(1);
    },
  );

  it.runIf(isThorough)(
    "in a flood of events: what was acknowledged has its run, what was not is sent again, none twice",
    async () => {
      const key = proof.newKey();
      const [first, other] = proof.embedded.processes;
      const batches = Array.from({ length: 24 }, (_, batch) =>
        Array.from({ length: 5 }, (_, n) => ({
          name: `${proof.app}/counted`,
          id: `${key}-${batch * 5 + n}`,
          data: { key: `${key}-${batch * 5 + n}`, n: batch * 5 + n },
        })),
      );
      let acknowledged = 0;
      const send = async (batch: (typeof batches)[number]) => {
        const isTaken = await proof.post(batch).then(
          (response) => response.ok,
          () => false,
        );
        if (isTaken) acknowledged += 1;
        return { batch, isTaken };
      };
      const sent = Promise.all(batches.map(send));
      await eventually(() => expect(acknowledged).toBeGreaterThan(2));
      await first?.kill();
      const lost = (await sent).filter(({ isTaken }) => !isTaken);
      await first?.start();
      // A lost answer does not tell whether the events were taken: all are sent again.
      await Promise.all(lost.map(({ batch }) => send(batch)));
      expect(acknowledged).toBe(batches.length);
      for (const { id, data } of batches.flat()) {
        const run = await proof.ended(id, { ...patience, url: other?.url ?? "" });
        expect(run).toMatchObject({ status: "Completed", output: data.n });
      }
    },
  );

  it.runIf(isThorough)("frees the slot of its run, and no more than that one", async () => {
    const key = proof.newKey();
    const events = await proof.sendAll([1, 2].map((n) => ({ name: "limited-to-one", data: { key, n } })));
    await proof.noted(`${key}/enter`);
    const [running = 0] = proof.values(`${key}/enter`) as number[];
    const [holder, other] = await proof.embedded.holderOf(events[running - 1] ?? "");
    await holder.kill();
    const back = holder.start();
    await proof.noted(`${key}/enter`, 2, patience.timeout);
    await back;
    await proof.marker();
    expect(proof.count(`${key}/enter`)).toBe(2);
    for (const n of [1, 2]) proof.open(`${key}/${n}`);
    for (const event of events) {
      expect(await proof.ended(event, { ...patience, url: other.url })).toMatchObject({
        status: "Completed",
      });
    }
    expect(proof.count(`${key}/enter`)).toBe(3);
  });

  it.runIf(isThorough)("while ticks pass that nobody sees: they are made up for by one run", async () => {
    const { processes } = proof.embedded;
    const before = proof.count("cron/hourly");
    await Promise.all(processes.map((executor) => executor.kill()));
    proof.embedded.moveClock(hours(5).ms);
    await Promise.all(processes.map((executor) => executor.start()));
    await proof.noted("cron/hourly", before + 1, patience.timeout);
    await proof.marker();
    expect(proof.count("cron/hourly")).toBe(before + 1);
  });
});

describeWhere(needs.processes, "12. An executor that stops in good order", () => {
  it("ends with code 0, and the other one goes on", async () => {
    const [first, other] = proof.embedded.processes;
    const key = proof.newKey();
    const event = await proof.send("waiting", { key });
    await proof.embedded.parked(event);
    expect(await first?.stop()).toBe(0);
    await proof.post([{ name: `${proof.app}/answer`, data: { key, n: 3 } }], { url: other?.url ?? "" });
    const run = await proof.ended(event, { ...patience, url: other?.url ?? "" });
    expect(run).toMatchObject({ status: "Completed", output: 3 });
    await first?.start();
  });
});

describe.runIf(isThorough)("A long look", () => {
  describeWhere(needs.processes, "12. An executor that stalls", () => {
    it("loses its work to the other one, and its late answer changes nothing", async () => {
      const key = proof.newKey();
      const event = await proof.send("held", { key, each: true });
      await proof.noted(`${key}/hold`);
      const [holder, other] = await proof.embedded.holderOf(event);
      holder.pause();
      await proof.noted(`${key}/hold`, 2, patience.timeout);
      // The stalled one's answer comes first, when it is awake again.
      proof.open(`${key}/1`);
      holder.resume();
      await proof.marker();
      expect(proof.count(`${key}/seen hold`)).toBe(0);
      proof.open(`${key}/2`);
      const run = await proof.ended(event, { ...patience, url: other.url });
      expect(run).toMatchObject({ status: "Completed", output: { before: "before 1", hold: "hold 2" } });
      expect(counts(key)).toEqual([1, 2, 1]);
      expect(new Set(proof.values(`${key}/seen hold`))).toEqual(new Set(["hold 2"]));
      await proof.embedded.nothingLeft(event);
    });
  });

  describeWhere(needs.processes, "12. PostgreSQL", () => {
    it("may be killed and started again while a step is at work: its answer is kept", async () => {
      const { key, event } = await atWork();
      await proof.embedded.killDatabase();
      proof.open(key);
      const refused = await proof.post([{ name: `${proof.app}/counted`, data: { key } }]).then(
        ({ status }) => status,
        () => 503,
      );
      expect(refused).toBeGreaterThanOrEqual(500);
      await proof.embedded.startDatabase();
      const run = await proof.ended(event, patience);
      expect(run).toMatchObject({ status: "Completed", output: { before: "before 1", hold: "hold 1" } });
      expect(counts(key)).toEqual([1, 1, 1]);
      // What was refused left nothing behind.
      await proof.marker();
      expect(proof.count(`${key}/counted`)).toBe(0);
    });
  });

  describeWhere(needs.processes, "12. Two executors and 90 parallel steps", () => {
    it("run each step once, apply each result once, and hold the limit", async () => {
      const key = proof.newKey();
      const run = await proof.ended(await proof.send("wide", { key }), patience);
      expect(run).toMatchObject({ status: "Completed", output: wideResults(key) });
      for (let n = 0; n < 90; n++) expect(proof.count(`${key}/step ${n}`), `step ${n}`).toBe(1);
      expect(proof.values(`${key}/look`)).toEqual([0, 1, 2]);
      expect(mostWithin(key)).toBeLessThanOrEqual(12);
      expect(mostWithin(key)).toBeGreaterThan(1);
    });

    const seed = Number(process.env.CONFORMANCE_SEED ?? Math.floor(Math.random() * 1e6));
    it.each([1, 2, 3, 4])(
      `survive kill -9 in the midst of them (round %i of seed ${seed})`,
      async (round) => {
        const key = proof.newKey();
        const event = await proof.send("wide", { key });
        const moment = 1 + ((seed * 31 + round * 977) % 85);
        await eventually(async () => {
          expect((await proof.runOf(event)).status).not.toMatch(/Failed|Cancelled/);
          expect(proof.notebook.below(`${key}/step `).length).toBeGreaterThan(moment);
        });
        const [victim, other] =
          (seed + round) % 2 === 0 ? proof.embedded.processes : proof.embedded.processes.toReversed();
        await victim?.kill();
        const back = victim?.start();
        const run = await proof.ended(event, { ...patience, url: other?.url ?? "" });
        expect(run.status).toBe("Completed");
        for (const joined of proof.values(`${key}/joined`)) expect(joined).toEqual(run.output);
        for (let n = 0; n < 90; n++) {
          // In flight when it was killed: at most the limit's number of steps ran twice.
          expect(proof.count(`${key}/step ${n}`), `step ${n}`).toBeLessThanOrEqual(2);
        }
        expect(proof.notebook.below(`${key}/step `).length).toBeLessThanOrEqual(90 + 12);
        await proof.embedded.nothingLeft(event);
        await back;
      },
    );
  });
});

/** What the wide function gives back when each of its steps has run once. */
function wideResults(key: string): string[] {
  return Array.from({ length: 90 }, (_, n) => `${n}:${proof.count(`${key}/step ${n}`)}`);
}

function mostWithin(key: string): number {
  let [now, most] = [0, 0];
  for (const change of proof.values(`${key}/within`)) {
    now += Number(change);
    most = Math.max(most, now);
  }
  return most;
}
