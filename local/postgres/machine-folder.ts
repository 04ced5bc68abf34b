import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackError } from "../stack/stack-error";

/**
 * A folder of this machine that every user may enter and only we may write: PostgreSQL's programs and data live there
 * when root works in a folder that others may not enter. Outlives restarts of the machine where it can (/var/lib).
 */
export function machineFolder(): string {
  for (const parent of ["/var/lib", "/var/tmp", tmpdir()]) {
    const folder = join(parent, "cedar-heights");
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    } catch {
      continue;
    }
    // In a shared folder somebody else may have put a folder of this name there first: never run programs from it.
    const { uid, mode } = statSync(folder);
    if (uid === process.getuid?.() && (mode & 0o022) === 0) return folder;
  }
  throw new StackError(
    "There is no folder on this machine to keep PostgreSQL's programs in. Make /var/lib/cedar-heights, or clone the project to a folder that other users may enter.",
  );
}
