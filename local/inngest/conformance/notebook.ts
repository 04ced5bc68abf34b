import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { clock } from "@/lib/clock";

/** One thing that the app did, in the order in which it told of it. `at` is the movable clock's milliseconds. */
export type Note = { name: string; value: unknown; at: number };

/**
 * What the app did, kept in the test's process: so it outlives an app that is killed, and several apps write into one.
 * Here are also the gates at which the app's steps wait until the test lets them through.
 */
export class Notebook {
  readonly #notes: Note[] = [];
  readonly #gates = new Map<string, { opened: Promise<void>; open(): void }>();
  #server: Server | undefined;

  /** Answers the address under which the app writes. */
  async open(): Promise<string> {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        (body) => response.end(JSON.stringify(body)),
        () => response.writeHead(400).end(),
      );
    }).listen(0, "127.0.0.1");
    // A connection that is closed as the app takes it up again would lose a note, and fail its step.
    this.#server.keepAliveTimeout = 0;
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The notebook has no port");
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  all(name: string): Note[] {
    return this.#notes.filter((note) => note.name === name);
  }

  /** Notes of which the name begins so. */
  below(prefix: string): Note[] {
    return this.#notes.filter((note) => note.name.startsWith(prefix));
  }

  values(name: string): unknown[] {
    return this.all(name).map((note) => note.value);
  }

  count(name: string): number {
    return this.all(name).length;
  }

  openGate(name: string): void {
    this.#gate(name).open();
  }

  #gate(name: string) {
    const known = this.#gates.get(name);
    if (known) return known;
    const { promise, resolve } = Promise.withResolvers<void>();
    const gate = { opened: promise, open: resolve };
    this.#gates.set(name, gate);
    return gate;
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { name, value } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      name: string;
      value?: unknown;
    };
    if (request.url === "/gate") {
      await this.#gate(name).opened;
      return {};
    }
    this.#notes.push({ name, value, at: clock.now().getTime() });
    return { count: this.count(name) };
  }
}
