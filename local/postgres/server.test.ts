import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { findFreePort } from "../stack/ports";
import { clusterFolder, postgresFolders, removePostgresDataFolder } from "./data-folder";
import { databaseName, ensureDatabase } from "./database";
import { findServerProcesses } from "./running-servers";
import { ownerUrl, spawnPostgres, waitForPostgres } from "./server";
import { createTemporaryDatabaseServer } from "./temporary-server";

describe("a temporary server", () => {
  it("has the product's roles, and a login that may do nothing by itself", { timeout: 60_000 }, async () => {
    const server = await createTemporaryDatabaseServer();
    const owner = postgres(server.adminUrl, { max: 1 });
    const app = postgres(server.appUrl, { max: 1 });
    try {
      await owner`create table public.secrets (id int)`;
      await owner`grant select on public.secrets to authenticated`;
      await expect(app`select * from public.secrets`).rejects.toThrow(/permission denied/);
      await expect(app`create table public.mine (id int)`).rejects.toThrow(/permission denied/);
      const rows = await app.begin(async (sql) => {
        await sql`set local role authenticated`;
        return sql`select * from public.secrets`;
      });
      expect(rows).toHaveLength(0);
      const [bypass] = await owner`select rolname from pg_roles where rolbypassrls and not rolsuper`;
      expect(bypass?.rolname).toBe("service_role");
    } finally {
      await Promise.all([owner.end(), app.end()]);
      await server.stop();
    }
  });

  it("takes no connection without its password", { timeout: 60_000 }, async () => {
    const server = await createTemporaryDatabaseServer();
    const stranger = postgres(`postgres://postgres:wrong@127.0.0.1:${server.port}/postgres`, { max: 1 });
    try {
      await expect(stranger`select 1`).rejects.toThrow(/password authentication failed/);
    } finally {
      await stranger.end();
      await server.stop();
    }
  });
});

describe("a server whose supervisor was killed", () => {
  it("is stopped by the next start, and its data is kept", { timeout: 90_000 }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "cedar-leftover-"));
    const ownerPassword = "a".repeat(24);
    const first = { dataDir, port: await findFreePort(), ownerPassword, fsync: false };
    const forgotten = await spawnPostgres(first);
    await waitForPostgres(first);
    await ensureDatabase(first, "b".repeat(24));
    const before = postgres(ownerUrl(first, databaseName), { max: 1 });
    await before`create table kept as select 1 as id`;
    await before.end();

    const second = { ...first, port: await findFreePort() };
    const exit = once(forgotten, "exit");
    const next = await spawnPostgres(second);
    await exit;
    await waitForPostgres(second);
    const after = postgres(ownerUrl(second, databaseName), { max: 1 });
    expect(await after`select id from kept`).toEqual([{ id: 1 }]);
    await after.end();

    const cluster = postgresFolders(dataDir)
      .map(clusterFolder)
      .find((folder) => findServerProcesses(folder).length > 0);
    expect(findServerProcesses(cluster ?? "")[0]).toBe(next.pid);

    const killed = once(next, "exit");
    next.kill("SIGKILL");
    await killed;
    const third = await spawnPostgres(second);
    await waitForPostgres(second);
    const stopped = once(third, "exit");
    third.kill("SIGINT");
    await stopped;
    removePostgresDataFolder(dataDir);
    rmSync(dataDir, { recursive: true });
  });
});
