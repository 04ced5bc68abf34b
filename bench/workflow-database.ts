import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { ownerUrl, spawnPostgres, waitForPostgres } from "@/local/postgres/server";
import { findFreePort } from "@/local/stack/ports";
import { makeTemporaryDataFolder, removeDataFolder } from "@/local/stack/temporary-folder";

export type BenchDatabase = { readonly url: string; stop(): Promise<void> };

/** A PostgreSQL of its own as the academy runs it: unlike those of tests it waits for the disk at each commit. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await makeTemporaryDataFolder();
  const server = {
    dataDir,
    port: await findFreePort(),
    ownerPassword: randomBytes(18).toString("hex"),
    fsync: true,
  };
  const postmaster = await spawnPostgres(server);
  await waitForPostgres(server);
  return {
    url: ownerUrl(server, "postgres"),
    async stop() {
      const ended = once(postmaster, "exit");
      postmaster.kill("SIGINT");
      await ended;
      await removeDataFolder(dataDir);
    },
  };
}
