import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StackError } from "../stack/stack-error";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Processes of a PostgreSQL server that work in this data folder, the postmaster first. Every one of them has the data
 * folder as its working directory, which finds them even where postmaster.pid is gone or its number was given to another.
 */
export function findServerProcesses(dataFolder: string): number[] {
  let processes: string[];
  try {
    processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  } catch {
    return findByPidFile(dataFolder);
  }
  const found: number[] = [];
  for (const entry of processes) {
    try {
      if (readlinkSync(join("/proc", entry, "cwd")) !== dataFolder) continue;
      if (readFileSync(join("/proc", entry, "comm"), "utf8").trim() === "postgres") found.push(Number(entry));
    } catch {
      // It ended meanwhile, or belongs to another user and is none of ours.
    }
  }
  const postmaster = postmasterPid(dataFolder);
  return found.sort((a, b) => Number(b === postmaster) - Number(a === postmaster) || a - b);
}

function postmasterPid(dataFolder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n")[0]);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function findByPidFile(dataFolder: string): number[] {
  const pid = postmasterPid(dataFolder);
  return pid !== undefined && isAlive(pid) ? [pid] : [];
}

/** The postmaster number on file belongs to a living process that is not a server of this folder. */
export function hasForeignPostmasterPid(dataFolder: string): boolean {
  const pid = postmasterPid(dataFolder);
  return pid !== undefined && isAlive(pid) && !findServerProcesses(dataFolder).includes(pid);
}

async function waitUntilGone(dataFolder: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (findServerProcesses(dataFolder).length > 0) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

/**
 * Stops whatever server still works in this data folder, as after an unclean kill of the stack: first as an operator
 * would (sessions are ended, everything written), then at once (the log repairs it at the next start).
 * @throws StackError when it does not go away.
 */
export async function stopLeftoverServer(dataFolder: string): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    const [first, ...others] = findServerProcesses(dataFolder);
    if (first === undefined) return;
    // Without a postmaster, its children end by themselves within moments; only in the last round are they told to.
    for (const pid of signal === "SIGKILL" ? [first, ...others] : [first]) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone already.
      }
    }
    if (await waitUntilGone(dataFolder, signal === "SIGINT" ? 10_000 : 5_000)) return;
  }
  throw new StackError(
    `An earlier PostgreSQL (process ${findServerProcesses(dataFolder).join(", ")}) still runs on ${dataFolder} and cannot be stopped from here. End it and run the command again.`,
  );
}
