import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids } from "./fixture-ids";
import { setUpProduct } from "./product-settings";

type Sent = { id: string; name: string; v: string };

/** An executor that can be down, lose its answer, or refuse an event for good. */
class Executor {
  readonly requests: Sent[][] = [];
  mood: "well" | "loses its answer" = "well";
  readonly unwanted = new Set<string>();
  #server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      const events = (Array.isArray(body) ? body : [body]) as Sent[];
      const bad = events.find((event) => this.unwanted.has(event.name));
      if (bad) {
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify({ ids: [], error: `Event ${bad.name} is invalid`, status: 400 }));
        return;
      }
      this.requests.push(events);
      if (this.mood === "loses its answer") {
        request.socket.destroy();
        return;
      }
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ids: events.map((event) => event.id), status: 200 }));
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.port, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address && typeof address === "object") this.port = address.port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get names(): string[] {
    return this.requests.flat().map((event) => event.name);
  }
}

let database: TestDatabase;
let relayOutbox: () => Promise<number>;
const executor = new Executor();

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await executor.start();
  await setUpProduct(database, {
    INNGEST_BASE_URL: `http://127.0.0.1:${executor.port}`,
    INNGEST_DEV: "0",
    INNGEST_EVENT_KEY: "test-event-key",
  });
  ({ relayOutbox } = await import("@/inngest/relay"));
});

beforeEach(async () => {
  await database.owner`delete from outbox`;
  executor.requests.length = 0;
});

afterEach(() => {
  executor.mood = "well";
  executor.unwanted.clear();
});

afterAll(async () => {
  await executor.stop();
  await database?.drop();
});

const emit = (name: string, stream: string = ids.familyA) =>
  database.owner`select private.emit(${name}, '{}', ${stream})`;

const state = () => database.owner<
  { name: string; delivered: boolean; aside: boolean; attempts: number; error: string | null }[]
>`select name, delivered_at is not null as delivered, set_aside_at is not null as aside, attempts, last_error as error
    from outbox order by seq`;

describe("an executor that is down", () => {
  it("delays events and loses none: they go in their order once it is back", async () => {
    await executor.stop();
    for (const name of ["t/one", "t/two", "t/three"]) await emit(name);
    await expect(relayOutbox()).rejects.toThrow();
    expect(await state()).toMatchObject([
      { name: "t/one", delivered: false, aside: false, attempts: 1, error: expect.any(String) },
      { name: "t/two", delivered: false, attempts: 0 },
      { name: "t/three", delivered: false, attempts: 0 },
    ]);
    await executor.start();
    expect(await relayOutbox()).toBe(3);
    expect(executor.names).toEqual(["t/one", "t/two", "t/three"]);
    expect((await state()).every((event) => event.delivered && event.error === null)).toBe(true);
  });

  it("gets the same ids again when its answer was lost, with the mark of this installation", async () => {
    await emit("t/lost");
    executor.mood = "loses its answer";
    await expect(relayOutbox()).rejects.toThrow();
    executor.mood = "well";
    await relayOutbox();
    const sent = executor.requests.flat();
    const [mark] = await database.owner<{ id: string }[]>`select private.installation() as id`;
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map((event) => event.id)).size).toBe(1);
    expect(new Set(sent.map((event) => event.v))).toEqual(new Set([mark?.id]));
  });
});

describe("an event that the executor will not take", () => {
  it("is set aside with the reason, and what is behind it goes on in its order", async () => {
    executor.unwanted.add("t/bad");
    for (const name of ["t/one", "t/bad", "t/two", "t/three"]) await emit(name);
    expect(await relayOutbox()).toBe(4);
    expect(executor.names).toEqual(["t/one", "t/two", "t/three"]);
    expect(await state()).toMatchObject([
      { name: "t/one", delivered: true, aside: false },
      { name: "t/bad", delivered: false, aside: true, attempts: 1, error: expect.stringContaining("t/bad") },
      { name: "t/two", delivered: true },
      { name: "t/three", delivered: true },
    ]);
    expect(await relayOutbox()).toBe(0);
  });
});

describe("the order within a family", () => {
  it("is the order of the commits, though the first to write commits last", async () => {
    const first = database.app.begin(async (tx) => {
      await tx`select set_config('role', 'service_role', true)`;
      await tx`select private.emit('t/slow', '{}', ${ids.familyA})`;
      await delay(300);
    });
    await delay(100);
    await emit("t/quick");
    // The slow one is not committed yet: what is delivered now must be what stays first.
    expect(await relayOutbox()).toBe(1);
    await first;
    await relayOutbox();
    expect(executor.names).toEqual(["t/quick", "t/slow"]);
    expect((await state()).map((event) => event.name)).toEqual(["t/quick", "t/slow"]);
  });

  it("keeps the events of one transaction in the order in which they were written", async () => {
    await database.owner.begin(async (tx) => {
      for (const [name, stream] of [
        ["t/a", ids.familyB],
        ["t/b", ids.familyA],
        ["t/c", ids.familyB],
        ["t/d", ids.familyA],
      ] as const)
        await tx`select private.emit(${name}, '{}', ${stream})`;
    });
    await relayOutbox();
    expect(executor.names).toEqual(["t/a", "t/b", "t/c", "t/d"]);
  });

  it("holds for many writers of two families at once, without a deadlock", async () => {
    const commits: string[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        database.app
          .begin(async (tx) => {
            await tx`select set_config('role', 'service_role', true)`;
            const families = n % 2 === 0 ? [ids.familyA, ids.familyB] : [ids.familyB, ids.familyA];
            for (const family of families)
              await tx`select private.emit('t/many', ${tx.json({ n })}, ${family})`;
            await delay(Math.random() * 20);
          })
          .then(() => commits.push(String(n))),
      ),
    );
    expect(commits).toHaveLength(20);
    const orders = await Promise.all(
      [ids.familyA, ids.familyB].map(
        (family) =>
          database.owner<{ n: number }[]>`
            select (data ->> 'n')::int as n from outbox where stream = ${family} order by seq`,
      ),
    );
    // Whoever came before another in one family did so in the other too.
    expect(orders[0]?.map(({ n }) => n)).toEqual(orders[1]?.map(({ n }) => n));
  });
});
