import { describe, expect, it } from "vitest";
import { Striker } from "./faults";
import { drawPlan, faultWords } from "./plan";

/** A stack that notes what is done to it; a killed service is away for a moment. */
class Dummy {
  readonly done: string[] = [];

  async waitUntilReady(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  kill(service: string, signal: NodeJS.Signals): void {
    this.done.push(`${signal} ${service}`);
  }
  async controlStripe(path: string): Promise<void> {
    this.done.push(path);
  }
}

const { faults, visits } = drawPlan(4, { flows: 60, faults: 20 }, [{ name: "trial", weight: 1, visits: 1 }]);
const quick = faults.map((planned) =>
  planned.fault.kind === "pause" ? { ...planned, fault: { ...planned.fault, ms: 5 } } : planned,
);

async function play(): Promise<{ struck: string[]; done: string[] }> {
  const target = new Dummy();
  const striker = new Striker(quick, target, () => undefined);
  for (let begun = 1; begun <= visits.length; begun++) await striker.strikeUntil(begun);
  await striker.end();
  return { struck: striker.struck, done: target.done.filter((what) => !what.startsWith("SIGCONT")) };
}

describe("the faults of a plan", () => {
  it("strike in the order of the plan, each time", async () => {
    const first = await play();
    expect(first.struck).toEqual(quick.map(({ fault }) => faultWords(fault)));
    expect(await play()).toEqual(first);
  });

  it("wait for their place, and end with everything awake", async () => {
    const target = new Dummy();
    const striker = new Striker(
      [
        { after: 2, fault: { kind: "pause", service: "web", ms: 5 } },
        { after: 3, fault: { kind: "kill", service: "web" } },
      ],
      target,
      () => undefined,
    );
    await striker.strikeUntil(1);
    expect(target.done).toEqual([]);
    await striker.strikeUntil(2);
    expect(target.done).toEqual(["SIGSTOP web"]);
    await striker.strikeUntil(3);
    await striker.end();
    expect(target.done).toEqual(["SIGSTOP web", "SIGCONT web", "SIGKILL web", "network", "fail"]);
  });
});
