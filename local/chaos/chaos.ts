import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultDataDir } from "../stack/project";
import { type ServiceName, serviceNames } from "../stack/services";
import { type Stack, startStack } from "../stack/start-stack";
import { dim, printStep } from "../stack/terminal";
import { Driver } from "./driver";
import { Striker } from "./faults";
import { flows } from "./flows/registry";
import { checks, judge, printVerdicts, type Verdict } from "./judge";
import { patience } from "./persist";
import { describePlan, drawPlan, type Plan } from "./plan";
import { AFTER_HOLDS_MS, playToTheEnd, settle } from "./settle";
import { prepareWorld } from "./setup";
import { controlStripe, type World } from "./world";

/** Retries are waited for in earnest, but in seconds: long enough for a service to come back, a few times over. */
const BACKOFF_MS = [250, 500, 1_000, 2_000, 4_000];

const kinds = flows.map(({ name, weight, visits }) => ({ name, weight, visits: visits.length }));

/** A seed that is another each time. */
export const drawSeed = (): number => Date.now() % 1_000_000;

/** A plan with so many flows, and a fault for each fifth of them. */
export function planChaos(seed: number, flowCount: number): Plan {
  return drawPlan(seed, { flows: flowCount, faults: Math.max(5, Math.round(flowCount / 5)) }, kinds);
}

/** A plan with one flow of each kind and five faults, for every `npm test`. */
export function planShortChaos(): Plan {
  return planChaos(drawSeed(), flows.length);
}

/** Writes a plan down, to be played again. @returns the file. */
function keepPlan(plan: Plan): string {
  const folder = join(defaultDataDir, "chaos");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${plan.seed}-flows-${plan.flows.length}.json`);
  writeFileSync(file, `${JSON.stringify(plan)}\n`);
  return file;
}

export type ChaosResult = { readonly passed: number; readonly failures: string[] };

/**
 * Plays a plan on a stack of its own, lets everything come to rest, and judges what is left.
 * @returns how many checks held, and what was found by the others.
 */
export async function runChaos(plan: Plan, signal: AbortSignal): Promise<ChaosResult> {
  const started = Date.now();
  printStep(`Seed ${plan.seed}, ${plan.flows.length} flows; the plan is kept in ${keepPlan(plan)}`);
  for (const line of describePlan(plan)) console.log(dim(`  ${line}`));
  const stack = await startStack({ web: "start", isForTests: true, backoff: BACKOFF_MS, signal });
  try {
    Object.assign(process.env, stack.env, { NODE_ENV: "production" });
    const world = await prepareWorld(stack);
    const interrupted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("chaos was interrupted")));
    });
    // Once all is over nobody waits for it any more.
    interrupted.catch(() => undefined);
    const result = await Promise.race([play(plan, world, signal), interrupted]);
    await world.sql.end({ timeout: 1 });
    console.log(dim(`  ${Math.round((Date.now() - started) / 1000)} s in all`));
    return result;
  } finally {
    await stack.stop();
  }
}

async function play(plan: Plan, world: World, signal: AbortSignal): Promise<ChaosResult> {
  const { stack } = world;
  const striker = new Striker(plan.faults, targetOf(stack), (words) => console.log(dim(`  ${words}`)));
  const driver = new Driver(plan, flows, world, striker, signal);
  const restless: string[] = [];
  printStep("The flows begin");
  await driver.run(1);
  await calmDown(stack, striker);
  restless.push(...(await settle(world, 0)));
  if (plan.visits.some(({ nth }) => nth === 2)) {
    printStep("16 minutes later, past every hold");
    stack.setClock(AFTER_HOLDS_MS);
    await driver.run(2);
  }
  await striker.strikeUntil(plan.visits.length);
  await calmDown(stack, striker);
  printStep("Everything comes to rest: offers run out, reminders go out, what is not paid lapses");
  restless.push(...(await playToTheEnd(world, plan.flows.length, signal)));
  const verdicts: Verdict[] = [
    { name: "every flow could be walked", found: driver.failures },
    { name: "everything came to rest", found: [...new Set(restless)] },
    ...(await judge({ world, records: [...driver.records.values()] }, checks)),
  ];
  printStep(`Enrollments: ${await countEnds(world)}`);
  return report(plan, striker, driver, verdicts);
}

/** How the enrollments ended, in words. */
async function countEnds({ sql, begunAt }: World): Promise<string> {
  const rows = await sql<{ end: string; count: number }[]>`
    select status || coalesce(' (' || failure_code || ')', '') as end, count(*)::int as count
      from enrollments where submitted_at >= ${begunAt} group by 1 order by 2 desc`;
  return rows.map(({ end, count }) => `${count} ${end}`).join(", ");
}

function targetOf(stack: Stack): ConstructorParameters<typeof Striker>[1] {
  const named = (service: string): ServiceName => {
    const name = serviceNames.find((known) => known === service);
    if (!name) throw new Error(`there is no service ${service}`);
    return name;
  };
  return {
    waitUntilReady: (service) => stack.waitUntilReady(named(service)),
    kill: (service, killSignal) => stack.kill(named(service), killSignal),
    controlStripe: (path, body) => controlStripe(stack, path, body),
  };
}

async function calmDown(stack: Stack, striker: Striker): Promise<void> {
  for (const service of serviceNames) await stack.waitUntilReady(service);
  await striker.end();
}

function report(plan: Plan, striker: Striker, driver: Driver, verdicts: readonly Verdict[]): ChaosResult {
  const undone = [...driver.records.values()].filter(({ gaveUp }) => gaveUp !== undefined);
  printVerdicts(verdicts);
  for (const { flow, gaveUp } of undone)
    console.log(dim(`  flow ${flow.n} (${flow.kind}) was undone: ${gaveUp}`));
  printStep(
    `Seed ${plan.seed}: ${plan.flows.length} flows, ${striker.struck.length} faults (${countFaults(plan)}), ${patience.triedAgain} times somebody tried again, ${undone.length} undone`,
  );
  const failed = verdicts.filter(({ found }) => found.length > 0);
  if (failed.length > 0) {
    printStep(`Play it again with: npm run test:chaos -- --seed ${plan.seed} --flows ${plan.flows.length}`);
    printStep("What the services said is in .data/last-temporary-stack/logs");
  }
  return {
    passed: verdicts.length - failed.length,
    failures: failed.map(({ name }) => `chaos, seed ${plan.seed}: ${name}`),
  };
}

function countFaults({ faults }: Plan): string {
  const counts = new Map<string, number>();
  for (const { fault } of faults) counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}
