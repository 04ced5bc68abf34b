import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spawnPostgres, waitForPostgres } from "../postgres/server";
import type { Environment } from "./environment";
import type { StackPorts } from "./ports";
import { baseEnvironment, inProject, projectRoot } from "./project";
import type { StackSecrets } from "./secrets";
import type { ServiceDefinition } from "./supervised-service";

/** In the order in which they start; they stop in the opposite one. */
export const serviceNames = ["postgres", "mailbox", "auth", "stripe", "inngest", "web"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** How the web application is served: a production build, with hot reload, or not at all. */
export type WebMode = "start" | "dev" | "none";

/** What the definitions need to know of their stack. */
export interface StackSettings {
  dataDir: string;
  ports: StackPorts;
  secrets: StackSecrets;
  env: Environment;
  fsync: boolean;
  web: WebMode;
  /** Milliseconds before each retry of a workflow step, instead of the executor's own. */
  backoff: readonly number[] | undefined;
}

const healthTimeout = 2_000;

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(healthTimeout), redirect: "manual" });
  await response.body?.cancel();
  return response.status < 500;
}

/** A Node program in a process group of its own that ends with us, whatever ends us (see lifeline.mjs). */
function spawnNode(args: string[], env: Environment, output: number): ChildProcess {
  const lifeline = pathToFileURL(inProject("local", "stack", "lifeline.mjs")).href;
  return spawn(process.execPath, ["--import", lifeline, ...args], {
    cwd: projectRoot,
    env: { ...baseEnvironment(), ...env, STACK_LIFELINE_FD: "3" },
    stdio: ["ignore", output, output, "pipe"],
    detached: true,
  });
}

function pick(env: Environment, names: string[]): Environment {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** What the product may see: everything but the database owner's address. */
function productEnvironment(env: Environment): Environment {
  const { DATABASE_ADMIN_URL: _owner, ...product } = env;
  return product;
}

/** The definitions of all services of a stack, by name. */
export function defineServices(stack: StackSettings): Record<ServiceName, ServiceDefinition> {
  const { env, ports, dataDir } = stack;
  const logFile = (name: ServiceName) => join(dataDir, "logs", `${name}.log`);
  const server = {
    dataDir,
    port: ports.postgres,
    ownerPassword: stack.secrets.ownerPassword,
    fsync: stack.fsync,
  };

  function program(
    name: ServiceName,
    folder: string,
    port: number,
    variables: Environment,
  ): ServiceDefinition {
    return {
      name,
      launch: (output) =>
        spawnNode(
          ["--import", "tsx", inProject("local", folder, "main.ts")],
          { ...variables, PORT: String(port), NODE_ENV: "production" },
          output,
        ),
      isReady: () => answersOk(`http://127.0.0.1:${port}/health`),
      readyWithin: 45_000,
      stopSignal: "SIGTERM",
      logFile: logFile(name),
    };
  }

  return {
    postgres: {
      name: "postgres",
      launch: (output) => spawnPostgres({ ...server, output }),
      isReady: async () => {
        await waitForPostgres(server, 0);
        return true;
      },
      readyWithin: 90_000,
      // "Fast" shutdown: open sessions are ended, everything is written.
      stopSignal: "SIGINT",
      logFile: logFile("postgres"),
    },
    mailbox: program("mailbox", "mailbox", ports.mailbox, {
      SMTP_PORT: String(ports.smtp),
      DATA_DIR: join(dataDir, "mail"),
    }),
    auth: program(
      "auth",
      "supabase",
      ports.auth,
      pick(env, [
        "DATABASE_ADMIN_URL",
        "SITE_URL",
        "SUPABASE_ANON_KEY",
        "SUPABASE_JWT_SECRET",
        "SMTP_URL",
        "MAIL_FROM",
      ]),
    ),
    stripe: program("stripe", "stripe", ports.stripe, {
      ...pick(env, [
        "DATABASE_ADMIN_URL",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "CLOCK_FILE",
        "SITE_URL",
      ]),
      WEBHOOK_URL: `${env.SITE_URL}/api/v1/stripe/webhooks`,
    }),
    inngest: program("inngest", "inngest", ports.inngest, {
      ...pick(env, [
        "DATABASE_ADMIN_URL",
        "INNGEST_EVENT_KEY",
        "INNGEST_SIGNING_KEY",
        "CLOCK_FILE",
        "SITE_URL",
      ]),
      APP_URL: `${env.SITE_URL}/api/inngest`,
      ...(stack.backoff ? { INNGEST_BACKOFF_MS: stack.backoff.join(",") } : {}),
    }),
    web: {
      name: "web",
      launch: (output) =>
        spawnNode(
          [
            inProject("node_modules", "next", "dist", "bin", "next"),
            stack.web === "dev" ? "dev" : "start",
            "-H",
            "127.0.0.1",
            "-p",
            String(ports.web),
          ],
          { ...productEnvironment(env), NODE_ENV: stack.web === "dev" ? "development" : "production" },
          output,
        ),
      // In development the first request compiles the page, which takes its time.
      isReady: async () =>
        stack.web === "dev" ? await listens(ports.web) : await answersOk(`${env.SITE_URL}/api/v1/health`),
      readyWithin: 90_000,
      stopSignal: "SIGTERM",
      logFile: logFile("web"),
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
