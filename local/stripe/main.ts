import { serve } from "@hono/node-server";
import { createApp } from "./app";
import { type Config, readConfig } from "./config";
import { connect, prepareSchema } from "./database";
import { log } from "./log";
import { Scheduler } from "./scheduler";
import { registerEnvironmentEndpoint } from "./webhook-endpoints";
import { DeliveryLoop } from "./webhooks";
import type { Runtime } from "./work";

const STOP_WITHIN_MS = 5_000;

async function start(config: Config): Promise<void> {
  const db = connect(config.databaseUrl);
  await prepareSchema(db);
  const runtime: Runtime = {
    config,
    db,
    runningKeys: new Map(),
    origin: `http://127.0.0.1:${config.port}`,
    wakeDeliveries: () => deliveries.wake(),
  };
  const deliveries = new DeliveryLoop(runtime);
  const scheduler = new Scheduler(runtime);
  await registerEnvironmentEndpoint(runtime);
  const server = serve({ fetch: createApp(runtime).fetch, hostname: "127.0.0.1", port: config.port }, () => {
    log("started", { port: config.port, webhooks: config.webhookUrl });
    deliveries.wake();
    scheduler.start();
  });
  server.on("error", (error) => {
    log("listen_failed", { port: config.port, error: String(error) });
    process.exit(1);
  });

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log("stopping", { signal });
    // State is in the database: what does not finish in time is done after the next start.
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    server.close();
    await Promise.allSettled([deliveries.stop(), scheduler.stop()]);
    await db.end({ timeout: 1 });
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

try {
  await start(readConfig(process.env));
} catch (error) {
  log("start_failed", { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
