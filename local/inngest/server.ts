import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ZodError } from "zod";
import { apiRoutes } from "./api";
import { isDatabaseAway } from "./database";
import { EventIntake } from "./event-intake";
import { EventRefused, parseEvents } from "./events";
import { describeError, type Log } from "./log";
import { pageRoutes } from "./page";
import { MAX_EVENTS_A_REQUEST, MAX_REQUEST_BYTES } from "./protocol";
import { bearerToken, equalInConstantTime } from "./signature";
import type { Sync } from "./sync";
import type { Store } from "./unit";

type ServerParts = { store: Store; sync: Sync; eventKey: string; signingKey: string; log: Log };

/** The executor's HTTP side: events, registration, REST API, health and the page. */
export function createServer({ store, sync, eventKey, signingKey, log }: ServerParts): Hono {
  const server = new Hono();
  const token = bearerToken(signingKey);
  const intake = new EventIntake(store);

  server.onError((error, c) => {
    if (isDatabaseAway(error)) {
      return c.json({ error: "The database is away; try again", status: 503 }, 503);
    }
    log("error", "request.failed", { path: c.req.path, ...describeError(error) });
    return c.json({ error: "Internal error", status: 500 }, 500);
  });

  server.use(
    bodyLimit({
      maxSize: MAX_REQUEST_BYTES,
      onError: (c) => c.json({ error: "The request is larger than 10 MB", status: 413 }, 413),
    }),
  );

  server.get("/health", async (c) => {
    await store.sql`select 1`;
    const { syncedAt, problem, appUrl } = sync.state;
    return c.json({
      ok: true,
      app: { url: appUrl, syncedAt: syncedAt ?? null, problem: problem ?? null },
      functions: store.registry.all.length,
      refused: store.registry.refused,
    });
  });

  server.post("/e/:key", async (c) => {
    if (!equalInConstantTime(c.req.param("key"), eventKey)) {
      return c.json({ ids: [], error: "Unknown event key", status: 401 }, 401);
    }
    // Without functions the event would start nothing, for ever; the sender tries again.
    if (!store.registry.everSynced) {
      return c.json({ ids: [], error: "No app has registered its functions yet", status: 503 }, 503);
    }
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return c.json({ ids: [], error: "The body is not JSON", status: 400 }, 400);
    if (Array.isArray(body) && body.length > MAX_EVENTS_A_REQUEST) {
      const error = `More than ${MAX_EVENTS_A_REQUEST} events in one request`;
      return c.json({ ids: [], error, status: 413 }, 413);
    }
    try {
      const events = parseEvents(body, c.req.header("x-inngest-event-id-seed"), store.now());
      if (events.length > 0) await intake.take(events);
      return c.json({ ids: events.map((event) => event.id), status: 200 });
    } catch (error) {
      if (!(error instanceof EventRefused)) throw error;
      return c.json({ ids: [], error: error.message, status: error.status }, error.status);
    }
  });

  server.post("/fn/register", async (c) => {
    const given = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    if (!equalInConstantTime(given, token)) {
      return c.json(
        { ok: false, status: 401, error: "The signing key does not match", modified: false },
        401,
      );
    }
    try {
      const modified = await sync.register(await c.req.json());
      return c.json({ ok: true, modified });
    } catch (error) {
      if (!(error instanceof ZodError) && !(error instanceof SyntaxError)) throw error;
      return c.json({ ok: false, status: 400, error: error.message, modified: false }, 400);
    }
  });

  server.route("/", pageRoutes(store, sync));
  server.route("/", apiRoutes(store, signingKey));
  return server;
}
