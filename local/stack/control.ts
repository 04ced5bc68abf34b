import { once } from "node:events";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import type { StackUrls } from "./environment";
import { readClockOffset, writeClockOffset } from "./movable-clock";
import { type ServiceName, serviceNames } from "./services";
import type { ServiceStatus } from "./supervised-service";

/** What the control endpoint can see and do. */
export interface ControlTargets {
  port: number;
  urls: StackUrls;
  clockFile: string;
  statuses(): ServiceStatus[];
  /** Left out where services may not be killed from outside: everywhere but in stacks of tests. */
  kill?: ((service: ServiceName, signal: NodeJS.Signals) => void) | undefined;
}

const clockBody = z.union(
  [z.strictObject({ offsetMs: z.number().int() }), z.strictObject({ advanceMs: z.number().int() })],
  "Send {offsetMs} or {advanceMs}, in whole milliseconds.",
);
const killBody = z.strictObject({
  service: z.enum(serviceNames),
  signal: z.enum(["SIGKILL", "SIGTERM", "SIGINT", "SIGSTOP", "SIGCONT"]).default("SIGKILL"),
});

/**
 * The supervisor's own endpoint, on 127.0.0.1: `GET /status`, `POST /clock {offsetMs | advanceMs}` (answers
 * `{offsetMs}`), and in test stacks `POST /kill {service, signal}`. It takes JSON only and no request of a web page, so
 * that no site open in a browser on this machine can move the clock.
 */
export async function openControl(targets: ControlTargets): Promise<ServerType> {
  const app = new Hono();
  app.use(async (context, next) => {
    const host = context.req.header("host");
    if (host !== `127.0.0.1:${targets.port}` && host !== `localhost:${targets.port}`) {
      return context.json({ error: "Call this by its own address." }, 421);
    }
    const origin = context.req.header("origin");
    if (origin && origin !== targets.urls.web) return context.json({ error: "Not from a web page." }, 403);
    if (
      context.req.method === "POST" &&
      !context.req.header("content-type")?.startsWith("application/json")
    ) {
      return context.json({ error: "Send JSON." }, 415);
    }
    return next();
  });
  app.onError((error, context) => {
    const isBadInput =
      error instanceof z.ZodError || error instanceof RangeError || error instanceof SyntaxError;
    return context.json({ error: error.message }, isBadInput ? 400 : 409);
  });

  app.get("/health", (context) => context.json({ ok: true }));
  app.get("/status", (context) =>
    context.json({
      services: targets.statuses(),
      urls: targets.urls,
      clock: { offsetMs: readClockOffset(targets.clockFile) },
    }),
  );
  app.post("/clock", async (context) => {
    const body = clockBody.parse(await context.req.json());
    const offsetMs = "offsetMs" in body ? body.offsetMs : readClockOffset(targets.clockFile) + body.advanceMs;
    writeClockOffset(targets.clockFile, offsetMs);
    return context.json({ offsetMs });
  });
  app.post("/kill", async (context) => {
    if (!targets.kill) return context.json({ error: "Only stacks of tests are killed." }, 403);
    const { service, signal } = killBody.parse(await context.req.json());
    targets.kill(service, signal);
    return context.json({ killed: service, signal });
  });

  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: targets.port });
  await once(server, "listening");
  return server;
}
