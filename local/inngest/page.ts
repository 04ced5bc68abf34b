import { Hono } from "hono";
import { html } from "hono/html";
import type { RegisteredFunction } from "./functions";
import { eventDetail, eventList } from "./page-events";
import { guardPage } from "./page-guard";
import { badge, type Html, layout, span, table, time } from "./page-layout";
import {
  type ListedRun,
  readEvent,
  readEvents,
  readFunctionCounts,
  readRun,
  readRuns,
  readRunsOfEvent,
} from "./page-queries";
import { cancelQuestion, runDetail } from "./page-run";
import { type ActionResult, replayRun, retryRun, stopRun } from "./run-actions";
import type { RunStatus } from "./runs";
import type { Sync } from "./sync";
import type { Store, Unit } from "./unit";

const STATUSES: readonly RunStatus[] = ["queued", "running", "completed", "failed", "cancelled"];

const ACTIONS = new Map<string, (unit: Unit, runId: string) => Promise<ActionResult>>([
  ["retry", retryRun],
  ["replay", replayRun],
  ["cancel", stopRun],
]);

/**
 * The pages for people: what is registered, what ran, what stands where and why something failed; with retry, cancel and
 * replay. Plain HTML and forms.
 */
export function pageRoutes(store: Store, sync: Sync): Hono {
  const pages = new Hono();
  for (const path of ["/", "/runs/*", "/events", "/events/*"]) pages.use(path, guardPage);

  pages.get("/", async (c) => {
    const status = STATUSES.find((known) => known === c.req.query("status"));
    const functionId = c.req.query("function") || undefined;
    const filter = { ...(status ? { status } : {}), ...(functionId ? { functionId } : {}) };
    const [runs, counts] = await Promise.all([readRuns(store.sql, filter), readFunctionCounts(store.sql)]);
    const functions = store.registry.all;
    const heading = `Runs${status ? `, ${status}` : ""}${functionId ? ` of ${functionId}` : ""}`;
    return c.html(
      layout(
        "Workflow executor",
        html`${appState(sync)} ${refusals(store)}
          <section aria-labelledby="runs">
            <h2 id="runs">${heading}</h2>
            ${filterForm(functions, status, functionId)} ${runTable(runs)}
          </section>
          <section aria-labelledby="functions">
            <h2 id="functions">Functions</h2>
            ${functionTable(functions, counts)}
          </section>`,
      ),
    );
  });

  pages.get("/runs/:id", async (c) => {
    const run = await readRun(store.sql, c.req.param("id"));
    if (!run) return c.html(notFound("run", "/"), 404);
    const text = c.req.query("notice");
    const notice = text ? { ok: c.req.query("ok") === "1", text } : undefined;
    return c.html(layout(`Run of ${run.functionId}`, runDetail(run), notice));
  });

  pages.get("/runs/:id/cancel", async (c) => {
    const run = await readRun(store.sql, c.req.param("id"));
    if (!run) return c.html(notFound("run", "/"), 404);
    if (run.endedAt)
      return c.redirect(outcome(run.id, { ok: false, text: "The run has ended already." }), 303);
    return c.html(layout("Cancel this run?", cancelQuestion(run)));
  });

  pages.post("/runs/:id/:action", async (c) => {
    const { id, action } = c.req.param();
    const act = ACTIONS.get(action);
    const run = act && (await readRun(store.sql, id));
    if (!act || !run) return c.html(notFound("run", "/"), 404);
    const result = await store.unit((unit) => act(unit, id));
    return c.redirect(outcome(result.runId ?? id, result), 303);
  });

  pages.get("/events", async (c) => {
    const name = c.req.query("name") || undefined;
    return c.html(layout("Events", eventList(await readEvents(store.sql, name), name)));
  });

  pages.get("/events/:id", async (c) => {
    const id = c.req.param("id");
    const [event, runs] = await Promise.all([readEvent(store.sql, id), readRunsOfEvent(store.sql, id)]);
    if (!event) return c.html(notFound("event", "/events"), 404);
    return c.html(layout(`Event ${event.name}`, eventDetail(event, runTable(runs))));
  });

  return pages;
}

function outcome(runId: string, { ok, text }: ActionResult): string {
  return `/runs/${runId}?${new URLSearchParams({ ok: ok ? "1" : "0", notice: text })}`;
}

function notFound(what: string, list: string): Html {
  return layout(
    `No such ${what}`,
    html`<p>There is no ${what} with this id. <a href="${list}">All ${what}s</a></p>`,
  );
}

function appState(sync: Sync): Html {
  const { appUrl, syncedAt, problem } = sync.state;
  return problem
    ? html`<p class="notice bad" role="status"><strong>The app does not answer.</strong> ${problem}
        (<code>${appUrl}</code>). It is asked again every second; nothing is lost meanwhile.</p>`
    : html`<p class="notice" role="status">App <code>${appUrl}</code>,
        ${syncedAt ? html`in sync since ${time(syncedAt)}` : "not asked yet"}.</p>`;
}

function refusals(store: Store): Html | "" {
  const { refused } = store.registry;
  if (refused.length === 0) return "";
  return html`<section class="notice bad" aria-labelledby="refused">
    <h2 id="refused">Refused functions</h2>
    <ul>${refused.map((fn) => html`<li><code>${fn.id}</code>: ${fn.reasons.join("; ")}</li>`)}</ul>
  </section>`;
}

function filterForm(
  functions: readonly RegisteredFunction[],
  status: RunStatus | undefined,
  functionId: string | undefined,
): Html {
  const option = (value: string, text: string, selected: boolean) =>
    html`<option value="${value}" ${selected ? "selected" : ""}>${text}</option>`;
  return html`<form method="get" action="/">
    <label>Status
      <select name="status">
        ${option("", "all", !status)} ${STATUSES.map((known) => option(known, known, known === status))}
      </select>
    </label>
    <label>Function
      <select name="function">
        ${option("", "all", !functionId)} ${functions.map((fn) => option(fn.id, fn.id, fn.id === functionId))}
      </select>
    </label>
    <button>Show</button>
  </form>`;
}

function runTable(runs: readonly ListedRun[]): Html {
  if (runs.length === 0) return html`<p>No runs.</p>`;
  return table(
    "runs",
    ["Function", "Status", "Event", "Started", "Took", "Steps", "Now"],
    runs.map(
      (run) => html`<tr>
        <th scope="row"><a href="/runs/${run.id}">${run.functionId}</a></th>
        <td>${badge(run.status)}</td>
        <td><a href="/events/${encodeURIComponent(run.eventId)}">${run.eventName}</a></td>
        <td>${time(run.startedAt ?? run.createdAt)}</td>
        <td>${run.endedAt ? span(run.endedAt.getTime() - run.createdAt.getTime()) : ""}</td>
        <td>${run.doneSeq}${run.openSteps ? ` + ${run.openSteps} open` : ""}</td>
        <td>${run.problem ?? run.waitingFor ?? ""}</td>
      </tr>`,
    ),
  );
}

function functionTable(
  functions: readonly RegisteredFunction[],
  counts: Map<string, Record<string, number>>,
): Html {
  if (functions.length === 0) return html`<p>No app has registered a function yet.</p>`;
  return table(
    "functions",
    ["Function", "Starts on", "Attempts", "Options", ...STATUSES],
    functions.map(
      (fn) => html`<tr>
        <th scope="row"><a href="/?function=${encodeURIComponent(fn.id)}">${fn.id}</a></th>
        <td>${describeTriggers(fn)}</td>
        <td>${fn.maxAttempts}</td>
        <td><ul class="plain">${fn.options.map((option) => html`<li>${option}</li>`)}</ul></td>
        ${STATUSES.map((status) => html`<td>${counts.get(fn.id)?.[status] ?? 0}</td>`)}
      </tr>`,
    ),
  );
}

function describeTriggers(fn: RegisteredFunction): string {
  const events = fn.events.map(({ event, expression }) =>
    expression ? `${event} if ${expression.source}` : event,
  );
  return [...events, ...fn.crons.map(({ pattern }) => `cron ${pattern}`)].join(", ") || "invocation only";
}
