import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { StackError } from "../stack/stack-error";
import { findPostgresBinaries } from "./binaries";
import { clusterFolder, preparePostgresDataFolder } from "./data-folder";
import { hasForeignPostmasterPid, stopLeftoverServer } from "./running-servers";
import { postgresSystemUser, type SystemUser } from "./system-user";

/** What it takes to run one server. */
export interface PostgresOptions {
  /** The stack's data folder; the server's own is made inside it (or elsewhere, see data-folder.ts). */
  dataDir: string;
  port: number;
  /** Password of the owner, `postgres`. */
  ownerPassword: string;
  /** True keeps every committed transaction over a crash of the machine. False is for tests that throw the data away. */
  fsync: boolean;
  /** File descriptor that the server's messages are written to; they are dropped when it is left out. */
  output?: number;
}

const settings = {
  listen_addresses: "127.0.0.1",
  // Paths of Unix sockets are short by law and their folders shared; TCP with a password serves everyone here.
  unix_socket_directories: "",
  max_connections: "120",
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  log_line_prefix: "%m [%p] ",
  random_page_cost: "1.1",
  // Small tables on two cores: parallel plans and compiled queries cost more than they save.
  max_parallel_workers_per_gather: "0",
  jit: "off",
  max_wal_size: "1GB",
};

const throwaway = { fsync: "off", full_page_writes: "off" };

// The server needs nothing of ours, and PG* variables of whoever started us must not lead it astray.
const serverEnvironment: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

function identityOf(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

async function collectOutput(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    output += String(chunk);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}

/** Makes the server's files with the owner's password; about a second. An interrupted attempt leaves nothing behind. */
async function initialiseCluster(
  folder: string,
  user: SystemUser | undefined,
  options: PostgresOptions,
): Promise<void> {
  const { initdb } = findPostgresBinaries(user);
  const unfinished = join(folder, "unfinished");
  const passwordFile = join(folder, "owner-password");
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, options.ownerPassword, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  try {
    const { code, output } = await collectOutput(
      spawn(
        initdb,
        [
          `--pgdata=${unfinished}`,
          "--username=postgres",
          `--pwfile=${passwordFile}`,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C",
          "--data-checksums",
          ...(options.fsync ? [] : ["--no-sync"]),
        ],
        { ...identityOf(user), cwd: folder, env: serverEnvironment, stdio: ["ignore", "pipe", "pipe"] },
      ),
    );
    if (code !== 0) throw initdbError(output);
    renameSync(unfinished, clusterFolder(folder));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdbError(output: string): StackError {
  if (/No space left/i.test(output)) {
    return new StackError("The disk is full. Free about 2 GB and run the command again.");
  }
  const line = output.split("\n").find((text) => /error|FATAL/i.test(text)) ?? output.trim().slice(-200);
  return new StackError(
    `PostgreSQL could not make its files: ${line.trim()}. Run the command with \`-- --fresh\`.`,
  );
}

/** The owner's address of a database of that server; `postgres` always exists. */
export function ownerUrl(options: Pick<PostgresOptions, "port" | "ownerPassword">, database: string): string {
  return `postgres://postgres:${options.ownerPassword}@127.0.0.1:${options.port}/${database}`;
}

/**
 * Prepares the data folder (made on first use, an earlier server that still runs there stopped) and starts the server.
 * It is not yet ready when this returns: see `waitForPostgres`. SIGINT stops it cleanly.
 * @returns the postmaster.
 */
export async function spawnPostgres(options: PostgresOptions): Promise<ChildProcess> {
  const user = postgresSystemUser();
  const folder = preparePostgresDataFolder(options.dataDir, user);
  const cluster = clusterFolder(folder);
  if (!existsSync(cluster)) await initialiseCluster(folder, user, options);
  await stopLeftoverServer(cluster);
  if (hasForeignPostmasterPid(cluster)) rmSync(join(cluster, "postmaster.pid"));

  const values = { ...settings, ...(options.fsync ? {} : throwaway), port: String(options.port) };
  return spawn(
    findPostgresBinaries(user).postgres,
    ["-D", cluster, ...Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    // A group of its own, so that Ctrl C in the terminal does not stop the database before the services that use it.
    {
      ...identityOf(user),
      cwd: folder,
      env: serverEnvironment,
      stdio: ["ignore", options.output ?? "ignore", options.output ?? "ignore"],
      detached: true,
    },
  );
}

/**
 * Waits until the server answers a query of its owner.
 * @param milliseconds how long to wait; recovery after a crash takes its time.
 * @throws StackError when the password on file is not the server's, or it does not answer in time.
 */
export async function waitForPostgres(
  options: Pick<PostgresOptions, "port" | "ownerPassword">,
  milliseconds = 60_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const sql = postgres(ownerUrl(options, "postgres"), { max: 1, connect_timeout: 5, onnotice: () => {} });
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (error instanceof postgres.PostgresError && error.code === "28P01") {
        throw new StackError(
          "The database does not accept the password in .data/secrets.json, so that file is not the one it was made with. Put the old file back, or start over with `npm run up -- --fresh`.",
        );
      }
      if (Date.now() > deadline) {
        throw new StackError(
          `PostgreSQL does not answer on port ${options.port} after ${milliseconds / 1000} seconds. Look at logs/postgres.log in the data folder, then run the command again.`,
          { cause: error },
        );
      }
    } finally {
      await sql.end({ timeout: 1 });
    }
    await delay(50);
  }
}
