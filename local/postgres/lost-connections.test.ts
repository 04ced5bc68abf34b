import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openPostgres } from "@/lib/db/postgres";
import { findFreePort } from "../stack/ports";
import { makeTemporaryDataFolder, removeDataFolder } from "../stack/temporary-folder";
import { ownerUrl, type PostgresOptions, spawnPostgres, waitForPostgres } from "./server";

let server: PostgresOptions;
let postmaster: Awaited<ReturnType<typeof spawnPostgres>>;
let owner: postgres.Sql;

async function start(): Promise<void> {
  postmaster = await spawnPostgres(server);
  await waitForPostgres(server);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => postmaster.once("exit", resolve));
  postmaster.kill(signal);
  await ended;
}

function open() {
  return openPostgres(ownerUrl(server, "postgres"), {
    max: 4,
    backoff: () => 0.02,
    onnotice: () => undefined,
  });
}

/** Breaks the connection on the server's side, as a failover would. */
async function breakConnection(pid: number): Promise<void> {
  await owner`select pg_terminate_backend(${pid}, 5000)`;
}

const pidOf = async (sql: postgres.ISql) =>
  (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid ?? 0;

beforeAll(async () => {
  const dataDir = await makeTemporaryDataFolder();
  server = { dataDir, port: await findFreePort(), ownerPassword: "a".repeat(24), fsync: false };
  await start();
  owner = postgres(ownerUrl(server, "postgres"), { max: 1, onnotice: () => undefined });
  await owner`create table written (id int)`;
});

afterAll(async () => {
  await owner.end({ timeout: 1 });
  await end("SIGINT");
  await removeDataFolder(server.dataDir);
});

describe("a pool whose connections die", () => {
  it("refuses every further statement of the transaction, and serves the next one", async () => {
    const sql = open();
    const broken = sql.begin(async (tx) => {
      await tx`insert into written values (1)`;
      await breakConnection(await pidOf(tx));
      await expect(tx`select 1`).rejects.toMatchObject({ code: expect.any(String) });
      // Nothing may be written beside the transaction that is gone.
      await tx`insert into written values (2)`;
    });
    await expect(broken).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await sql`select * from written`).toHaveLength(0);
    expect(await sql.begin((tx) => tx`select 1 as one`)).toHaveLength(1);
    await sql.end({ timeout: 1 });
  });

  it("throws a reserved connection away when it is released, however often that happens", async () => {
    const sql = open();
    for (let time = 0; time < 8; time++) {
      const reserved = await sql.reserve();
      await breakConnection(await pidOf(reserved));
      await expect(pidOf(reserved)).rejects.toThrow();
      reserved.release();
    }
    const reserved = await sql.reserve();
    expect(await reserved`select 1`).toHaveLength(1);
    reserved.release();
    await sql.end({ timeout: 1 });
  });

  it("says that a transaction was rolled back when one of its statements had failed unseen", async () => {
    const sql = open();
    const failed = sql.begin(async (tx) => {
      await tx`insert into written values (3)`;
      await tx`select 1 / 0`.catch(() => undefined);
    });
    await expect(failed).rejects.toThrow("rolled back");
    expect(await sql`select * from written`).toHaveLength(0);
    await sql.end({ timeout: 1 });
  });

  it("goes on after kill -9 of the server under load: nobody waits for ever or gets another's answer", {
    timeout: 60_000,
  }, async () => {
    const sql = open();
    // Far more than there are connections.
    const done = Array.from({ length: 120 }, () => 0);
    const strayed: number[] = [];
    let isOver = false;
    const workers = done.map(async (_, worker) => {
      while (!isOver) {
        try {
          if (worker % 2)
            await sql.begin(async (tx) => [await tx`select pg_sleep(0.002)`, await tx`select 1`]);
          else {
            const [answer] = await sql<
              { worker: number }[]
            >`select ${worker}::int as worker, pg_sleep(0.002)`;
            if (answer?.worker !== worker) strayed.push(worker);
          }
          done[worker] = (done[worker] ?? 0) + 1;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    });
    const everyoneWorks = () => {
      const before = [...done];
      return vi.waitFor(
        () => expect(done.map((count, at) => count > (before[at] ?? 0) + 3)).toEqual(done.map(() => true)),
        {
          timeout: 15_000,
        },
      );
    };
    for (let time = 0; time < 6; time++) {
      await everyoneWorks();
      await end("SIGKILL");
      await start();
    }
    await everyoneWorks();
    isOver = true;
    await Promise.all(workers);
    expect(strayed).toEqual([]);
    await sql.end({ timeout: 1 });
  });
});
