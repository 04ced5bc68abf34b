import { Hono } from "hono";
import { z } from "zod";
import { optionalExpression } from "./expression";
import { stepsObject } from "./protocol";
import { readSteps } from "./queue";
import { cancelRun, type RunStatus } from "./runs";
import { bearerToken, equalInConstantTime } from "./signature";
import type { Store } from "./unit";

const STATUS_WORDS: Record<RunStatus, string> = {
  queued: "Scheduled",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

type RunRow = {
  id: string;
  functionId: string;
  eventId: string;
  status: RunStatus;
  output: string | null;
  error: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
};

const cancellationSchema = z.object({
  app_id: z.string(),
  function_id: z.string().optional(),
  started_after: z.iso.datetime({ offset: true }).optional(),
  started_before: z.iso.datetime({ offset: true }),
  if: z
    .string()
    .optional()
    .refine((source) => isExpression(source), "is no valid expression"),
});

const listSchema = z.object({
  name: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  received_after: z.iso.datetime({ offset: true }).optional(),
  received_before: z.iso.datetime({ offset: true }).optional(),
});

/** The REST API: what the SDK itself fetches (v0) and what operators use (v1). Bearer: the hashed signing key. */
export function apiRoutes(store: Store, signingKey: string): Hono {
  const api = new Hono();
  const token = bearerToken(signingKey);
  const answer = (data: unknown) => ({ data, metadata: { fetched_at: store.now(), cached_until: null } });

  api.use(async (c, next) => {
    const given = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    // The official API takes the plain key, the SDK sends the hashed one.
    if (!equalInConstantTime(given, token) && !equalInConstantTime(given, signingKey)) {
      return c.json({ error: "The bearer token is not this executor's signing key", status: 401 }, 401);
    }
    await next();
  });

  api.get("/v0/runs/:id/batch", async (c) => {
    const events = await store.sql<{ payload: string }[]>`
      select e.payload::text as payload from inngest.runs r
      cross join unnest(coalesce(r.event_ids, array[r.event_id])) with ordinality as b (id, n)
      join inngest.events e on e.id = b.id
      where r.id = ${c.req.param("id")} order by b.n`;
    if (events.length === 0) return c.json(notFound("run"), 404);
    return c.body(`[${events.map(({ payload }) => payload).join(",")}]`, 200, {
      "content-type": "application/json",
    });
  });

  api.get("/v0/runs/:id/actions", async (c) => {
    const id = c.req.param("id");
    const steps = await readSteps(store.sql, [id]);
    return c.body(stepsObject(steps.get(id) ?? []), 200, { "content-type": "application/json" });
  });

  api.get("/v1/events", async (c) => {
    const query = listSchema.safeParse(c.req.query());
    if (!query.success) return c.json(invalid(query.error), 400);
    const { name, limit, received_after: after, received_before: before } = query.data;
    const events = await store.sql<{ payload: string; receivedAt: Date }[]>`
      select payload::text as payload, received_at as "receivedAt" from inngest.events
      where received_at >= coalesce(${after ?? null}::text::timestamptz, '-infinity')
        and received_at < coalesce(${before ?? null}::text::timestamptz, 'infinity')
        ${name ? store.sql`and name = ${name}` : store.sql``}
      order by received_at desc, id desc limit ${limit}`;
    return c.json(answer(events.map(describeEvent)));
  });

  api.get("/v1/events/:id", async (c) => {
    const [event] = await store.sql<{ payload: string; receivedAt: Date }[]>`
      select payload::text as payload, received_at as "receivedAt" from inngest.events
      where id = ${c.req.param("id")}`;
    if (!event) return c.json(notFound("event"), 404);
    return c.json(answer(describeEvent(event)));
  });

  api.get("/v1/events/:id/runs", async (c) => {
    const runs = await selectRuns(store, { eventId: c.req.param("id") });
    return c.json(answer(runs.map(describeRun)));
  });

  api.get("/v1/runs/:id", async (c) => {
    const [run] = await selectRuns(store, { id: c.req.param("id") });
    return run ? c.json(answer(describeRun(run))) : c.json(notFound("run"), 404);
  });

  api.delete("/v1/runs/:id", async (c) => {
    const id = c.req.param("id");
    await store.unit((unit) => cancelRun(unit, id, "Cancelled through the API"));
    const [run] = await selectRuns(store, { id });
    return run ? c.json(answer(describeRun(run))) : c.json(notFound("run"), 404);
  });

  api.post("/v1/cancellations", async (c) => {
    const parsed = cancellationSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json(invalid(parsed.error), 400);
    const cancelled = await cancelMany(store, parsed.data);
    return c.json(answer({ ...parsed.data, cancelled }), 201);
  });

  return api;
}

/** Cancels the live runs of a function (or an app) that began in a span of time, and match an expression. */
async function cancelMany(store: Store, filter: z.infer<typeof cancellationSchema>): Promise<string[]> {
  const functionIds = store.registry.all
    .filter((fn) => fn.appId === filter.app_id)
    .map((fn) => fn.id)
    // The API takes a function's own id, with or without its app's name before it.
    .filter((id) => [undefined, id, id.slice(filter.app_id.length + 1)].includes(filter.function_id));
  const expression = optionalExpression(filter.if);
  const candidates = await store.sql<{ id: string; payload: string }[]>`
    select r.id, e.payload::text as payload from inngest.runs r join inngest.events e on e.id = r.event_id
    where r.ended_at is null and r.function_id = any (${functionIds}::text[])
      and r.created_at <= ${filter.started_before}
      and r.created_at >= coalesce(${filter.started_after ?? null}::text::timestamptz, '-infinity')`;
  const cancelled: string[] = [];
  for (const { id, payload } of candidates) {
    if (expression && !expression.matches({ event: JSON.parse(payload) })) continue;
    const done = await store.unit((unit) => cancelRun(unit, id, "Cancelled through the API"));
    if (done) cancelled.push(id);
  }
  return cancelled;
}

async function selectRuns(store: Store, by: { id: string } | { eventId: string }): Promise<RunRow[]> {
  const { sql } = store;
  return sql<RunRow[]>`
    select id, function_id as "functionId", event_id as "eventId", status, output::text as output,
      error::text as error, created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt"
    from inngest.runs
    where ${"id" in by ? sql`id = ${by.id}` : sql`(event_id = ${by.eventId} or event_ids @> ${[by.eventId]}::text[])`} order by id`;
}

function describeRun(run: RunRow) {
  const output = run.output ?? run.error;
  return {
    run_id: run.id,
    function_id: run.functionId,
    event_id: run.eventId,
    status: STATUS_WORDS[run.status],
    run_started_at: run.startedAt ?? run.createdAt,
    ended_at: run.endedAt,
    output: output === null ? null : (JSON.parse(output) as unknown),
  };
}

function isExpression(source: string | undefined): boolean {
  try {
    optionalExpression(source);
    return true;
  } catch {
    return false;
  }
}

function describeEvent({ payload, receivedAt }: { payload: string; receivedAt: Date }) {
  const body: Record<string, unknown> = JSON.parse(payload);
  return { internal_id: body.id, received_at: receivedAt, ...body };
}

function invalid(error: z.ZodError) {
  const why = error.issues.map((issue) => `${issue.path.join(".") || "request"}: ${issue.message}`);
  return { error: why.join("; "), status: 400 };
}

function notFound(what: string) {
  return { error: `There is no such ${what}`, status: 404 };
}
