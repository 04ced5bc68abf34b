import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackError, systemCode } from "./stack-error";

/** The program that runs on a data folder, if it lives. */
export interface LockHolder {
  pid: number;
  url: string | null;
}

function lockFile(dataDir: string): string {
  return join(dataDir, "stack.lock");
}

/** When a process started, in clock ticks since boot: tells a process from a later one of the same number. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** Who holds the lock of this data folder; `undefined` when nobody does or its holder is dead. */
export function findLockHolder(dataDir: string): LockHolder | undefined {
  let content: { pid: number; started: string | null; url: string | null };
  try {
    content = JSON.parse(readFileSync(lockFile(dataDir), "utf8"));
  } catch {
    return undefined;
  }
  if (!isAlive(content.pid)) return undefined;
  if (content.started !== null && startTime(content.pid) !== content.started) return undefined;
  return { pid: content.pid, url: content.url };
}

/**
 * Takes the data folder for this process. A lock whose holder died is taken over.
 * @returns a function that gives it back.
 * @throws StackError when a living stack holds it.
 */
export function takeStackLock(dataDir: string, url: string | null): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const file = lockFile(dataDir);
  const content = JSON.stringify({ pid: process.pid, started: startTime(process.pid) ?? null, url });
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, content, { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const holder = findLockHolder(dataDir);
    if (holder || attempt > 3) {
      throw new StackError(
        `The academy already runs from this folder (process ${holder?.pid ?? "unknown"}${holder?.url ? `, ${holder.url}` : ""}). Use that one, or stop it with Ctrl C in its window${holder ? ` or \`kill ${holder.pid}\`` : ""}.`,
      );
    }
    rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

/** Writes the address that a second start points to, once it is known. */
export function noteLockUrl(dataDir: string, url: string): void {
  const content = { pid: process.pid, started: startTime(process.pid) ?? null, url };
  writeFileSync(lockFile(dataDir), JSON.stringify(content), { mode: 0o600 });
}
