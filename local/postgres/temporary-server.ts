import { randomBytes } from "node:crypto";
import { findFreePort } from "../stack/ports";
import { makeTemporaryDataFolder, removeDataFolder } from "../stack/temporary-folder";
import { databaseName, ensureDatabase } from "./database";
import { ownerUrl, spawnPostgres, waitForPostgres } from "./server";

/** A PostgreSQL server of its own for tests, with the product's roles and an empty database `cedar`. */
export interface TemporaryDatabaseServer {
  /** The owner's address of the database `cedar`. */
  adminUrl: string;
  /** The product's login role (`app_login`) on the same database. */
  appUrl: string;
  port: number;
  /** The owner's address of another database of this server. */
  adminUrlOf(database: string): string;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts such a server in a temporary folder; about a second. Nothing is kept over a crash. */
export async function createTemporaryDatabaseServer(): Promise<TemporaryDatabaseServer> {
  const dataDir = await makeTemporaryDataFolder();
  const server = {
    dataDir,
    port: await findFreePort(),
    ownerPassword: randomBytes(18).toString("hex"),
    fsync: false,
  };
  const appPassword = randomBytes(18).toString("hex");
  const postmaster = await spawnPostgres(server);
  const ended = new Promise<void>((resolve) => postmaster.once("exit", () => resolve()));
  const stop = async () => {
    postmaster.kill("SIGINT");
    await ended;
    await removeDataFolder(dataDir);
  };
  try {
    await waitForPostgres(server);
    await ensureDatabase(server, appPassword);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    adminUrl: ownerUrl(server, databaseName),
    appUrl: `postgres://app_login:${appPassword}@127.0.0.1:${server.port}/${databaseName}`,
    port: server.port,
    adminUrlOf: (database) => ownerUrl(server, database),
    stop,
  };
}
