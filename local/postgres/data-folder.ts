import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { StackError } from "../stack/stack-error";
import { machineFolder } from "./machine-folder";
import { isUsableBy, type SystemUser } from "./system-user";

function awayFolder(dataDir: string): string {
  const path = resolve(dataDir);
  const key = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return join(machineFolder(), `${basename(path).replaceAll(/[^\w-]/g, "")}-${key}`);
}

/** The server's own folder (PGDATA) below the one that `preparePostgresDataFolder` gives; named by the major version. */
export function clusterFolder(folder: string): string {
  return join(folder, "18");
}

/**
 * Makes and returns the folder for PostgreSQL's files of a stack: `<dataDir>/postgres`, or, where PostgreSQL's user may
 * not enter that, a folder of the machine keyed by the stack's path. Data that is there already is never left behind.
 * @throws StackError when existing data can no longer be entered.
 */
export function preparePostgresDataFolder(dataDir: string, user: SystemUser | undefined): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const beside = join(resolve(dataDir), "postgres");
  if (!user) {
    mkdirSync(beside, { recursive: true, mode: 0o700 });
    return beside;
  }
  chmodSync(dataDir, 0o711);
  const candidates = [beside, awayFolder(dataDir)];
  const filled = candidates.find((folder) => existsSync(clusterFolder(folder)));
  for (const folder of filled ? [filled] : candidates) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o700);
    if (isUsableBy(user, folder)) return folder;
    if (!filled) rmdirSync(folder);
  }
  throw new StackError(
    `The user ${user.name}, under whom PostgreSQL runs for root, may not enter ${filled ?? beside}. Allow it with \`chmod o+x\` on the folders above, or run the command as an ordinary user.`,
  );
}

/** The folders in which a stack's PostgreSQL files can be. */
export function postgresFolders(dataDir: string): string[] {
  const beside = join(resolve(dataDir), "postgres");
  return process.getuid?.() === 0 ? [beside, awayFolder(dataDir)] : [beside];
}

/** Removes the database's files of a stack, wherever they were put. The server must not be running. */
export function removePostgresDataFolder(dataDir: string): void {
  for (const folder of postgresFolders(dataDir)) rmSync(folder, { recursive: true, force: true });
}
