import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemCode } from "./stack-error";

/**
 * A stack chooses its ports some seconds before its services listen on them. Notes in a folder of the machine keep a
 * second stack that starts meanwhile, a test beside `npm run up` for one, from choosing the same.
 */
const folder = join(tmpdir(), "cedar-heights-ports");
const mine = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Notes the port as ours until `releasePorts` or our end. False when another living process has noted it. */
export function reservePort(port: number): boolean {
  const file = join(folder, String(port));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      mine.add(file);
      return true;
    } catch (error) {
      if (systemCode(error) === "ENOENT") {
        mkdirSync(folder, { recursive: true });
        // Every user of the machine keeps notes here, and removes only their own.
        chmodSync(folder, 0o1777);
        continue;
      }
      if (systemCode(error) !== "EEXIST") return true;
    }
    const holder = holderOf(file);
    if (holder !== undefined) return holder === process.pid && !mine.has(file);
    try {
      rmSync(file);
    } catch {
      // Of another user: its process is gone, and the note with it says nothing any more.
      return true;
    }
  }
  return true;
}

/** Gives all ports back that this process has noted. */
export function releasePorts(ports: Iterable<number>): void {
  for (const port of ports) {
    const file = join(folder, String(port));
    if (mine.delete(file)) rmSync(file, { force: true });
  }
}
