import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import Stripe from "stripe";

const SECRET_KEY = "sk_test_standin";
export const WEBHOOK_SECRET = "whsec_standin";

export interface Delivery {
  event: Stripe.Event;
  /** The body as it came, byte for byte. */
  payload: string;
  signature: string;
}

/** Receives webhooks as the product would: verifies each one, then keeps it. */
export class Receiver {
  readonly deliveries: Delivery[] = [];
  /** How many of the next deliveries are answered with 500. */
  refuse = 0;
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const receiver = new Receiver(server, `http://127.0.0.1:${port}/webhooks`);
    const stripe = new Stripe(SECRET_KEY);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const payload = Buffer.concat(chunks).toString();
      if (receiver.refuse > 0) {
        receiver.refuse -= 1;
        response.writeHead(500).end();
        return;
      }
      const signature = String(request.headers["stripe-signature"]);
      try {
        const event = stripe.webhooks.constructEvent(payload, signature, WEBHOOK_SECRET);
        receiver.deliveries.push({ event, payload, signature });
        response.writeHead(200).end();
      } catch {
        response.writeHead(400).end("bad signature");
      }
      for (const listener of receiver.listeners) listener();
    });
    return receiver;
  }

  /** Waits until `read` answers something, looking again at each delivery. */
  async until<T>(
    what: string,
    read: (deliveries: Delivery[]) => T | undefined | false,
    withinMs = 10_000,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const seen = () => this.deliveries.map(({ event }) => event.type).join(", ");
      const timer = setTimeout(
        () => finish(() => reject(new Error(`No ${what}; seen: ${seen()}`))),
        withinMs,
      );
      const look = () => {
        const value = read(this.deliveries);
        if (value !== undefined && value !== false) finish(() => resolve(value));
      };
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(look);
        settle();
      };
      this.listeners.add(look);
      look();
    });
  }

  /** The events that mention an id, in the order in which they came. */
  typesAbout(id: string): string[] {
    return this.deliveries.filter(({ payload }) => payload.includes(id)).map(({ event }) => event.type);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The stand-in as its own process, on a database of its own. */
export class StandIn {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly adminUrl: string,
    private readonly database: string,
    readonly databaseUrl: string,
    private readonly directory: string,
    private readonly webhookUrl: string,
    readonly port: number,
  ) {}

  static async start(webhookUrl: string): Promise<StandIn> {
    const adminUrl = process.env.TEST_DATABASE_ADMIN_URL;
    if (!adminUrl) {
      throw new Error(
        "TEST_DATABASE_ADMIN_URL is not set: these tests need a PostgreSQL they may create databases on.",
      );
    }
    const database = `stripe_test_${randomBytes(6).toString("hex")}`;
    const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
    await admin.unsafe(`create database ${database}`);
    await admin.end();
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    const directory = await mkdtemp(join(tmpdir(), "stripe-stand-in-"));
    const standIn = new StandIn(adminUrl, database, url.href, directory, webhookUrl, await freePort());
    await standIn.setClock(0);
    await standIn.launch();
    return standIn;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A client of the real SDK. */
  client(options: { key?: string; retries?: number } = {}): Stripe {
    return new Stripe(options.key ?? SECRET_KEY, {
      host: "127.0.0.1",
      maxNetworkRetries: options.retries ?? 0,
      port: this.port,
      protocol: "http",
    });
  }

  /** Starts the process and waits until it says that it listens. */
  async launch(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "main.ts")], {
      cwd: join(import.meta.dirname, "../.."),
      env: {
        ...process.env,
        CLOCK_FILE: join(this.directory, "clock"),
        DATABASE_ADMIN_URL: this.databaseUrl,
        PORT: String(this.port),
        STRIPE_SECRET_KEY: SECRET_KEY,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        WEBHOOK_URL: this.webhookUrl,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`The stand-in ended with ${code}.`)));
      lines.on("line", (line) => {
        if (line.includes('"event":"started"')) resolve();
        if (/"event":"[a-z.]*failed"/.test(line)) process.stderr.write(`${line}\n`);
      });
    });
  }

  /** Ends the process without a warning, as a power cut would. */
  async kill(): Promise<void> {
    if (!this.child) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Moves the stack's clock: milliseconds ahead of the real time. */
  async setClock(offsetMs: number): Promise<void> {
    await writeFile(join(this.directory, "clock"), String(offsetMs));
  }

  async control(path: string, body: object): Promise<Response> {
    return fetch(`${this.origin}/_control/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** A bare request, for what the SDK would not send. */
  async request(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${SECRET_KEY}`,
        ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  async stop(): Promise<void> {
    if (this.child && this.child.exitCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await ended;
    }
    const admin = postgres(this.adminUrl, { max: 1, onnotice: () => undefined });
    await admin.unsafe(`drop database if exists ${this.database} with (force)`);
    await admin.end();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
