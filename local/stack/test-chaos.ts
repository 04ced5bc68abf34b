import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { drawSeed, planChaos, runChaos } from "../chaos/chaos";
import { type Plan, planShape } from "../chaos/plan";
import { StackError } from "./stack-error";
import { runTestProgram } from "./test-program";

const usage =
  "`npm run test:chaos` takes `--seed 7` (a whole number), `--flows 200`, or `--plan file` of an earlier run.";

function readPlan(): Plan {
  try {
    const { values } = parseArgs({
      options: { seed: { type: "string" }, flows: { type: "string" }, plan: { type: "string" } },
    });
    if (values.plan) return planShape.parse(JSON.parse(readFileSync(values.plan, "utf8")));
    const seed = values.seed === undefined ? drawSeed() : Number(values.seed);
    const flows = values.flows === undefined ? 200 : Number(values.flows);
    if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(flows) || flows < 1) throw new RangeError(usage);
    return planChaos(seed, flows);
  } catch (error) {
    throw new StackError(usage, { cause: error });
  }
}

/** `npm run test:chaos`: many enrollments, payments and changes while services die and webhooks go astray. */
await runTestProgram(async (signal) => runChaos(readPlan(), signal));
