import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterFolder, postgresFolders, removePostgresDataFolder } from "../postgres/data-folder";
import { stopLeftoverServer } from "../postgres/running-servers";
import { findLockHolder, takeStackLock } from "./stack-lock";

const prefix = "cedar-temporary-";

/** Stops PostgreSQL where it still runs on this data folder, and deletes the folder with its database. */
export async function removeDataFolder(dataDir: string): Promise<void> {
  for (const folder of postgresFolders(dataDir)) await stopLeftoverServer(clusterFolder(folder));
  removePostgresDataFolder(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

/** Removes folders whose owner was killed before it could. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    try {
      // Without a lock yet, somebody is making it at this moment.
      if (!findLockHolder(folder) && readdirSync(folder).includes("stack.lock"))
        await removeDataFolder(folder);
    } catch {
      // Another user's: none of ours.
    }
  }
}

/**
 * A data folder for a stack or a server of tests, held by this process: the next one removes it, should this process be
 * killed before it does so itself.
 */
export async function makeTemporaryDataFolder(): Promise<string> {
  await sweep();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  takeStackLock(folder, null);
  return folder;
}
