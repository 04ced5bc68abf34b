import { describe, expect, it } from "vitest";
import { describePlan, drawPlan, planShape } from "./plan";

const kinds = [
  { name: "trial", weight: 5, visits: 1 },
  { name: "late", weight: 1, visits: 2 },
  { name: "seat", weight: 2, visits: 1 },
];
const draw = (seed: number, flows = 200, faults = 40) => drawPlan(seed, { flows, faults }, kinds);

describe("a plan of chaos", () => {
  it("is the same for the same seed, faults and their order included, and another for another", () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).faults).not.toEqual(draw(8).faults);
  });

  it("comes back whole from the file in which it is kept", () => {
    expect(planShape.parse(JSON.parse(JSON.stringify(draw(11))))).toEqual(draw(11));
  });

  it("has every kind of flow, and begins each flow once, in order, before any second visit", () => {
    const plan = draw(3, 15, 5);
    expect(new Set(plan.flows.map(({ kind }) => kind))).toEqual(new Set(["trial", "late", "seat"]));
    expect(plan.visits.slice(0, 15)).toEqual(plan.flows.map(({ n }) => ({ flow: n, nth: 1 })));
    const late = plan.flows.filter(({ kind }) => kind === "late").map(({ n }) => n);
    const again = plan.visits.slice(15);
    expect(again.every(({ nth }) => nth === 2)).toBe(true);
    expect(again.map(({ flow }) => flow).sort((a, b) => a - b)).toEqual(late);
  });

  it.each([1, 2, 3, 4, 5])("with seed %i kills and stops every service and bends the webhooks", (seed) => {
    const { faults, visits } = draw(seed);
    const struck = new Set(
      faults.map(({ fault }) => ("service" in fault ? `${fault.kind} ${fault.service}` : fault.kind)),
    );
    const services = ["web", "inngest", "postgres", "stripe"];
    expect(struck).toEqual(
      new Set([
        ...services.flatMap((service) => [`kill ${service}`, `pause ${service}`]),
        "network",
        "calm",
        "errors",
      ]),
    );
    const places = faults.map(({ after }) => after);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...places)).toBeLessThanOrEqual(visits.length);
  });

  it("leaves no network bad for good", () => {
    const { faults } = draw(5);
    const last = faults.findLastIndex(({ fault }) => fault.kind === "network");
    expect(faults.slice(last).some(({ fault }) => fault.kind === "calm")).toBe(true);
  });

  it("is told on two lines", () => {
    expect(describePlan(draw(1, 4, 1))).toEqual([
      expect.stringMatching(/^flows {3}.*trial ×\d/),
      expect.stringMatching(/^faults {2}@\d/),
    ]);
  });
});
