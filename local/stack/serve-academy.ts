import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { onNewBuild } from "./build";
import { onInterrupt } from "./interrupts";
import { defaultDataDir, inProject } from "./project";
import type { WebMode } from "./services";
import { explainSystemError, StackError } from "./stack-error";
import { takeStackLock } from "./stack-lock";
import { type Stack, type StackNews, sortStatuses, startStack } from "./start-stack";
import type { ServiceStatus } from "./supervised-service";
import { removeDataFolder } from "./temporary-folder";
import { bold, dim, green, printFailure, printStep, printTable, yellow } from "./terminal";

interface SampleAccount {
  role: string;
  name: string;
  email: string;
  password: string;
  tryThis: string;
}

const purposes: Record<string, string> = {
  web: "the academy",
  inngest: "workflows: every run with its steps",
  stripe: "payments: the stand-in for Stripe",
  auth: "sign-in (Supabase Auth)",
  mailbox: "every mail that the academy sends",
  postgres: "the database",
};

async function readSampleAccounts(): Promise<readonly SampleAccount[]> {
  const file = inProject("supabase", "seed", "accounts.ts");
  if (!existsSync(file)) return [];
  const loaded: { sampleAccounts?: readonly SampleAccount[] } = await import(pathToFileURL(file).href);
  return loaded.sampleAccounts ?? [];
}

function stateInWords(status: ServiceStatus): string {
  const times = status.restarts === 1 ? "once" : `${status.restarts} times`;
  const restarted = status.restarts > 0 ? yellow(` (started again ${times})`) : "";
  return (status.state === "ready" ? green("running") : yellow(status.state)) + restarted;
}

function addressOf(stack: Stack, name: string): string {
  if (name === "postgres") return `127.0.0.1:${stack.ports.postgres}`;
  return (stack.urls as unknown as Record<string, string>)[name] ?? "";
}

function printServices(stack: Stack): void {
  printTable(
    sortStatuses(stack.statuses()).map((status) => [
      bold(status.name),
      addressOf(stack, status.name),
      stateInWords(status),
      dim(purposes[status.name] ?? ""),
    ]),
  );
}

async function printWelcome(stack: Stack): Promise<void> {
  console.log(`\n${bold("Cedar Heights Music Academy is open:")} ${bold(green(stack.urls.web))}\n`);
  printServices(stack);
  const accounts = await readSampleAccounts();
  if (accounts.length > 0) {
    console.log(`\n  ${bold("Sample accounts")}`);
    printTable(accounts.map((one) => [one.role, one.name, one.email, one.password, dim(one.tryThis)]));
  }
  console.log(`\n  ${bold("What to try")}`);
  printTable([
    [
      "Enroll a child",
      `${stack.urls.web}/enroll`,
      dim("pay with 4242 4242 4242 4242, any later date, any CVC"),
    ],
    ["Read the mail", stack.urls.mailbox, dim("confirmation links, receipts, welcome letters")],
    ["Watch workflows", stack.urls.inngest, dim("each step as it completes")],
    ["Move the clock", "the bar at the top of every page", dim("a month passes in seconds")],
  ]);
  console.log(
    `\n  ${dim(`Logs: ${stack.dataDir}/logs`)}\n  ${dim("Ctrl C stops everything and keeps the data; `npm run up -- --fresh` starts over.")}\n`,
  );
}

/** Deletes all data of the embedded stack. @throws StackError when it is running. */
async function wipe(dataDir: string): Promise<void> {
  const release = takeStackLock(dataDir, null);
  await removeDataFolder(dataDir);
  release();
}

/** A server whose build was replaced on disk cannot find its own pages any more. */
function restartOnNewBuild(stack: Stack): void {
  onNewBuild(() => {
    const status = stack.statuses().find((one) => one.name === "web");
    if (status?.state !== "ready") return;
    printStep("Another command made a new production build; the web restarts with it");
    stack.kill("web", "SIGTERM");
  });
}

function readArguments(verb: string): { isFresh: boolean; isEmpty: boolean } {
  const args = process.argv.slice(2);
  const unknown = args.filter((argument) => argument !== "--fresh" && argument !== "--empty");
  if (unknown.length > 0) {
    throw new StackError(
      `\`${unknown.join(" ")}\` is not understood. \`npm run ${verb}\` starts the academy, \`npm run ${verb} -- --fresh\` starts over with new data, and with \`--empty\` as well without any, for \`npm run seed\`.`,
    );
  }
  return { isFresh: args.includes("--fresh"), isEmpty: args.includes("--empty") };
}

function createReporter(verb: string) {
  let stack: Stack | undefined;
  let isBuilding = false;
  const report = (news: StackNews) => {
    if (news.kind === "step") return printStep(news.text);
    if (news.kind === "build") {
      if (!isBuilding)
        printStep("Making the production build (about a minute; only when the sources changed)");
      isBuilding = true;
      return printStep(dim(`  build: ${news.text.trim()}`));
    }
    const { status } = news;
    if (status.state === "restarting") return printStep(yellow(`${status.name} died and is started again`));
    if (status.state !== "ready") return;
    printStep(`${status.name} is ready`);
    if (stack && status.restarts > 0) printServices(stack);
  };
  return {
    report,
    watch(running: Stack) {
      stack = running;
    },
    verb,
  };
}

/**
 * The whole of `npm run up` and `npm run dev`: starts the stack on the project's data, tells where everything is, and
 * stays until it is interrupted.
 */
export async function serveAcademy(web: Exclude<WebMode, "none">, verb: "up" | "dev"): Promise<void> {
  const reporter = createReporter(verb);
  let stack: Stack | undefined;
  const interruption = new AbortController();
  async function stopAndLeave(): Promise<void> {
    if (!stack) return;
    printStep("Stopping: the web first, the database last");
    await stack.stop();
    printStep("Stopped. The data is kept.");
    process.exit(0);
  }
  onInterrupt(
    () => {
      if (stack) return void stopAndLeave();
      printStep("Stopping what has begun");
      interruption.abort();
    },
    () => {
      stack?.killNow();
      process.exit(1);
    },
  );
  try {
    const { isFresh, isEmpty } = readArguments(verb);
    if (isFresh) {
      await wipe(defaultDataDir);
      printStep("All earlier data removed");
    }
    printStep("Starting the academy");
    stack = await startStack({
      dataDir: defaultDataDir,
      ports: "preferred",
      web,
      fsync: true,
      seed: !isEmpty,
      isForTests: false,
      onNews: reporter.report,
      signal: interruption.signal,
    });
    reporter.watch(stack);
    await printWelcome(stack);
    if (web === "start") restartOnNewBuild(stack);
  } catch (error) {
    if (interruption.signal.aborted) {
      printStep("Stopped.");
      process.exit(0);
    }
    printFailure(explainSystemError(error));
    process.exit(1);
  }
}
