import type { Context, Hono } from "hono";
import { z } from "zod";
import { ApiError } from "./api-error";
import type { Database } from "./database";
import { log } from "./log";
import type { Runtime } from "./work";

const WebhookMode = z.object({
  mode: z.enum(["normal", "duplicate", "reverse", "drop", "delay"]),
  /** Real milliseconds: how long `delay` and `reverse` hold events back. */
  delayMs: z.coerce.number().int().min(0).max(600_000).optional(),
  /** Only events of these types; all when absent. */
  types: z
    .preprocess(
      (value) => (typeof value === "string" ? value.split(/[\s,]+/).filter(Boolean) : value),
      z.array(z.string()),
    )
    .optional(),
});

const Failures = z.object({
  count: z.coerce.number().int().min(0).max(1000),
  status: z.coerce.number().int().min(400).max(599).default(500),
  /** `before`: the request does nothing. `after`: it is carried out and its answer lost. */
  when: z.enum(["before", "after"]).default("before"),
});

const Network = z.object({
  /** How often each event is sent. */
  copies: z.coerce.number().int().min(1).max(5).default(1),
  /** Real milliseconds: each copy is held back by chance up to so long, so that they overtake one another. */
  shuffleMs: z.coerce.number().int().min(0).max(60_000).default(0),
  /** Of each attempt, the chance that it, or the answer to it, gets lost; it is tried again as after any failure. */
  lossPercent: z.coerce.number().int().min(0).max(90).default(0),
});

const Lost = z.object({ object: z.string().min(1).max(200) });

/** Levers for tests and for the dashboard's buttons; they survive a restart like everything else. */
export function mountControl(app: Hono, runtime: Runtime): void {
  const { db } = runtime;

  app.get("/_control", async (context) => {
    const [row] = await db`select * from stripe_local.control`;
    return context.json(row ?? {});
  });

  app.post("/_control/webhooks", (context) =>
    withInput(context, WebhookMode, async ({ mode, delayMs, types }) => {
      const fallback = mode === "delay" ? 5_000 : mode === "reverse" ? 400 : 0;
      await db`
        update stripe_local.control
        set webhook_mode = ${mode}, delay_ms = ${delayMs ?? fallback},
            event_types = ${types && types.length > 0 ? types : null}`;
      log("control.webhooks", { mode, delayMs, types });
    }),
  );

  app.post("/_control/fail", (context) =>
    withInput(context, Failures, async ({ count, status, when }) => {
      await db`update stripe_local.control set fail_count = ${count}, fail_status = ${status}, fail_when = ${when}`;
      log("control.fail", { count, status, when });
    }),
  );

  app.post("/_control/network", (context) =>
    withInput(context, Network, async ({ copies, shuffleMs, lossPercent }) => {
      await db`
        update stripe_local.control
        set copies = ${copies}, shuffle_ms = ${shuffleMs}, loss_percent = ${lossPercent}`;
      log("control.network", { copies, shuffleMs, lossPercent });
    }),
  );

  // Events about this object never arrive.
  app.post("/_control/lose", (context) =>
    withInput(context, Lost, async ({ object }) => {
      await db`update stripe_local.control set lost_objects = array_append(lost_objects, ${object})`;
      log("control.lose", { object });
    }),
  );

  app.post("/_control/resend/:event", async (context) => {
    const id = context.req.param("event");
    const resent = await db`
      insert into stripe_local.deliveries (event_id, url, secret, lane, position)
      select o.id, e.data->>'url', e.hidden->>'secret', 'resend:' || o.id, o.seq
      from stripe_local.objects o, stripe_local.objects e
      where o.id = ${id} and o.kind = 'event'
        and e.kind = 'webhook_endpoint' and e.data->>'status' = 'enabled'
        and (e.data->'enabled_events' ? '*' or e.data->'enabled_events' ? (o.data->>'type'))
      returning id`;
    if (resent.length === 0) return context.json({ error: `No event ${id} to send.` }, 404);
    runtime.wakeDeliveries();
    log("control.resend", { id });
    return done(context);
  });
}

/** Takes one injected failure, if the control API asked for some. */
export async function takeInjectedFailure(
  db: Database,
): Promise<{ when: "before" | "after"; error: ApiError } | null> {
  const [row] = await db<{ fail_status: number; fail_when: "before" | "after" }[]>`
    update stripe_local.control set fail_count = fail_count - 1 where fail_count > 0
    returning fail_status, fail_when`;
  if (!row) return null;
  const status = row.fail_status;
  const error =
    status === 429
      ? new ApiError(429, "invalid_request_error", "Too many requests; slow down.", { code: "rate_limit" })
      : new ApiError(status, "api_error", "The control API asked for this failure.");
  return { when: row.fail_when, error };
}

async function withInput<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  act: (input: z.output<Schema>) => Promise<void>,
): Promise<Response> {
  const isJson = (context.req.header("content-type") ?? "").startsWith("application/json");
  const given: unknown = isJson
    ? await context.req.json().catch(() => null)
    : Object.fromEntries(new URLSearchParams(await context.req.text()));
  const parsed = schema.safeParse(given);
  if (!parsed.success) return context.json({ error: z.prettifyError(parsed.error) }, 400);
  await act(parsed.data);
  return done(context);
}

/** Buttons come back to the dashboard, programs get JSON. */
function done(context: Context): Response | Promise<Response> {
  const fromPage = (context.req.header("accept") ?? "").includes("text/html");
  return fromPage ? context.redirect("/", 303) : context.json({ ok: true });
}
