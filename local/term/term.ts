import { bookChecks } from "../chaos/invariants/books";
import { calendarChecks } from "../chaos/invariants/calendar";
import { mailChecks } from "../chaos/invariants/mails";
import { workflowChecks } from "../chaos/invariants/workflows";
import { judge, printVerdicts, type Verdict } from "../chaos/judge";
import { moveClockAndSettle, settle } from "../chaos/settle";
import { prepareWorld } from "../chaos/setup";
import type { World } from "../chaos/world";
import { startStack } from "../stack/start-stack";
import { dim, printStep } from "../stack/terminal";
import { type Act, acts, choosePause } from "./acts";
import { DAY, HOUR } from "./calendar";
import { enrolFamilies } from "./cast";
import { checks } from "./checks/checks";
import { nextStop, type Window } from "./due";
import { Clock, type Story } from "./story";
import { listDue } from "./windows";

/** A term and what follows from its last payments. */
const DAYS = 123;
const MINUTE = 60_000;
/** No service is away here: the slowest looks at the clock twice a second. */
const NOTICE_MS = 750;
/** Retries are waited for in earnest, but no longer than a test has patience. */
const BACKOFF_MS = [100, 200, 400, 800, 1_600];

export type TermResult = { readonly passed: number; readonly failures: string[] };

/**
 * Plays a term on a stack of its own by moving its clock from one thing that falls due to the next, and judges the
 * mailbox, the database and Stripe.
 * @returns how many checks held, and what was found by the others.
 */
export async function runTerm(signal: AbortSignal): Promise<TermResult> {
  const started = Date.now();
  const stack = await startStack({ web: "start", isForTests: true, backoff: BACKOFF_MS, signal });
  try {
    Object.assign(process.env, stack.env, { NODE_ENV: "production" });
    const world = await prepareWorld(stack);
    const interrupted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("the term was interrupted")));
    });
    // Once all is over nobody waits for it any more.
    interrupted.catch(() => undefined);
    const verdicts = await Promise.race([play(world, signal), interrupted]);
    printVerdicts(verdicts);
    await world.sql.end({ timeout: 1 });
    console.log(dim(`  ${Math.round((Date.now() - started) / 1000)} s in all`));
    const failed = verdicts.filter(({ found }) => found.length > 0);
    if (failed.length > 0) printStep("What the services said is in .data/last-temporary-stack/logs");
    return {
      passed: verdicts.length - failed.length,
      failures: failed.map(({ name }) => `a term: ${name}`),
    };
  } finally {
    await stack.stop();
  }
}

async function play(world: World, signal: AbortSignal): Promise<Verdict[]> {
  printStep("Three families enrol in weekly lessons by the month");
  const families = await enrolFamilies(world);
  const story: Story = {
    world,
    ...families,
    pause: await choosePause(world, families.leaving),
    freed: undefined,
    endsAt: new Date(world.begunAt.getTime() + DAYS * DAY),
  };
  const clock = new Clock();
  const restless = [...(await settle(world, 0))];
  const moveTo = async (at: number): Promise<void> => {
    restless.push(...(await moveClockAndSettle(world, clock.offsetFor(at), NOTICE_MS)));
  };
  const ahead = new Set(acts);
  let stops = 0;
  for (let now = clock.now().getTime(); now < story.endsAt.getTime(); now = clock.now().getTime()) {
    if (signal.aborted) throw new Error("the term was interrupted");
    const windows = [...(await listDue(story)), ...(await listActs(story, ahead, now)), theEnd(story)];
    const at = nextStop(windows, now);
    if (at === null) break;
    await moveTo(at);
    stops += 1;
    for (const act of ahead) {
      const due = await act.at(story);
      if (due === null || due > clock.now().getTime()) continue;
      ahead.delete(act);
      printStep(`Day ${Math.floor((clock.now().getTime() - world.begunAt.getTime()) / DAY)}: ${act.what}`);
      await act.play(story, (ms) => moveTo(clock.now().getTime() + ms));
      restless.push(...(await settle(world, clock.offsetMs)));
    }
  }
  // Judged by what is at rest now: the clock stands still in what follows but for the seconds that it takes.
  story.endsAt = clock.now();
  printStep(`${DAYS} days in ${stops} stops of the clock`);
  return [
    { name: "everybody did what they meant to do", found: [...ahead].map(({ what }) => `not so: ${what}`) },
    { name: "everything came to rest", found: [...new Set(restless)] },
    ...(await judge(story, checks)),
    ...(await judge({ world, records: [] }, [
      ...workflowChecks,
      ...bookChecks,
      ...mailChecks,
      ...calendarChecks,
    ])),
  ];
}

/** What people are about to do; what became due while the clock stood elsewhere is done at once. */
async function listActs(story: Story, ahead: ReadonlySet<Act>, now: number): Promise<Window[]> {
  const windows: Window[] = [];
  for (const { what, at } of ahead) {
    const due = await at(story);
    if (due === null) continue;
    const from = Math.max(due, now + MINUTE);
    windows.push({ what, from, until: from + 20 * HOUR });
  }
  return windows;
}

const theEnd = ({ endsAt }: Story): Window => ({
  what: "the end",
  from: endsAt.getTime(),
  until: endsAt.getTime(),
});
