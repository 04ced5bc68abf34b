import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { RegisteredFunction } from "./functions";
import {
  type ListedRun,
  type RunDetail,
  readEvents,
  readFunctionCounts,
  readRun,
  readRuns,
} from "./page-queries";
import type { RunStatus } from "./runs";
import type { Sync } from "./sync";
import type { Store } from "./unit";

type Html = ReturnType<typeof html>;

const STATUSES: readonly RunStatus[] = ["queued", "running", "completed", "failed", "cancelled"];

/** The page for people: what is registered, what ran, what stands where, and why something failed. */
export function pageRoutes(store: Store, sync: Sync): Hono {
  const pages = new Hono();

  pages.get("/", async (c) => {
    const status = STATUSES.find((known) => known === c.req.query("status"));
    const functionId = c.req.query("function") || undefined;
    const filter = { ...(status ? { status } : {}), ...(functionId ? { functionId } : {}) };
    const [runs, counts, events] = await Promise.all([
      readRuns(store.sql, filter),
      readFunctionCounts(store.sql),
      readEvents(store.sql),
    ]);
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
          </section>
          <section aria-labelledby="events">
            <h2 id="events">Latest events</h2>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="events">
              <table>
                <thead><tr><th scope="col">Event</th><th scope="col">Received</th><th scope="col">Id</th><th scope="col">Runs</th></tr></thead>
                <tbody>
                  ${events.map(
                    (event) => html`<tr>
                      <th scope="row">${event.name}</th>
                      <td>${time(event.receivedAt)}</td>
                      <td><code>${event.id}</code></td>
                      <td>${event.runs}</td>
                    </tr>`,
                  )}
                </tbody>
              </table>
            </div>
          </section>`,
      ),
    );
  });

  pages.get("/runs/:id", async (c) => {
    const run = await readRun(store.sql, c.req.param("id"));
    if (!run) {
      const text = html`<p>There is no run with this id. <a href="/">All runs</a></p>`;
      return c.html(layout("Run not found", text), 404);
    }
    return c.html(layout(`Run of ${run.functionId}`, runDetail(run)));
  });

  return pages;
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
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="runs">
    <table>
      <thead>
        <tr>
          <th scope="col">Function</th><th scope="col">Status</th><th scope="col">Event</th>
          <th scope="col">Started</th><th scope="col">Took</th><th scope="col">Steps</th><th scope="col">Now</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map(
          (run) => html`<tr>
            <th scope="row"><a href="/runs/${run.id}">${run.functionId}</a></th>
            <td>${badge(run.status)}</td>
            <td>${run.eventName}</td>
            <td>${time(run.startedAt ?? run.createdAt)}</td>
            <td>${run.endedAt ? span(run.endedAt.getTime() - run.createdAt.getTime()) : ""}</td>
            <td>${run.doneSeq}${run.openSteps ? ` + ${run.openSteps} open` : ""}</td>
            <td>${run.problem ?? run.waitingFor ?? ""}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function functionTable(
  functions: readonly RegisteredFunction[],
  counts: Map<string, Record<string, number>>,
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="functions">
    <table>
      <thead>
        <tr>
          <th scope="col">Function</th><th scope="col">Starts on</th><th scope="col">Attempts</th>
          ${STATUSES.map((status) => html`<th scope="col">${status}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${functions.map(
          (fn) => html`<tr>
            <th scope="row"><a href="/?function=${encodeURIComponent(fn.id)}">${fn.id}</a></th>
            <td>${describeTriggers(fn)}</td>
            <td>${fn.maxAttempts}</td>
            ${STATUSES.map((status) => html`<td>${counts.get(fn.id)?.[status] ?? 0}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function describeTriggers(fn: RegisteredFunction): string {
  const events = fn.events.map(({ event, expression }) =>
    expression ? `${event} if ${expression.source}` : event,
  );
  return [...events, ...fn.crons.map(({ pattern }) => `cron ${pattern}`)].join(", ") || "invocation only";
}

function runDetail(run: RunDetail): Html {
  const fact = (name: string, value: Html | string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<p><a href="/">All runs</a></p>
    <dl>
      ${fact("Status", badge(run.status))} ${fact("Run", html`<code>${run.id}</code>`)}
      ${fact("Event", html`${run.eventName} <code>${run.eventId}</code>`)}
      ${fact("Created", time(run.createdAt))}
      ${run.startedAt ? fact("Started", time(run.startedAt)) : ""}
      ${run.endedAt ? fact("Ended", time(run.endedAt)) : ""}
      ${run.parentRunId ? fact("Invoked by", html`<a href="/runs/${run.parentRunId}">${run.parentRunId}</a>`) : ""}
    </dl>
    ${run.error ? html`<h2>Error</h2><pre class="bad">${pretty(run.error)}</pre>` : ""}
    ${run.output ? html`<h2>Result</h2><pre>${pretty(run.output)}</pre>` : ""}
    <h2 id="steps">Steps</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="steps">
      <table>
        <thead>
          <tr><th scope="col">Step</th><th scope="col">Kind</th><th scope="col">State</th><th scope="col">Attempts</th>
            <th scope="col">Ended, or due</th><th scope="col">Result</th></tr>
        </thead>
        <tbody>
          ${run.steps.map(
            (step) => html`<tr>
              <th scope="row">${step.name}</th>
              <td>${step.op}${step.waitEvent ? ` ${step.waitEvent}` : ""}</td>
              <td>${badge(step.failed ? "failed" : step.state === "done" ? "completed" : "running")}</td>
              <td>${step.attempts || ""}</td>
              <td>${step.endedAt ? time(step.endedAt) : step.dueAt ? html`due ${time(step.dueAt)}` : ""}</td>
              <td>
                ${step.childRunId ? html`<a href="/runs/${step.childRunId}">invoked run</a>` : ""}
                ${step.output ? html`<details><summary>show</summary><pre>${pretty(step.output)}</pre></details>` : ""}
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      run.jobs.length > 0
        ? html`<h2>Next</h2>
          <ul>
            ${run.jobs.map(
              (job) => html`<li>
                ${job.kind}, attempt ${job.attempt + 1}, ${job.leased ? "under way" : html`due ${time(job.runAt)}`}
                ${job.lastError ? html`<pre class="bad">${pretty(job.lastError)}</pre>` : ""}
              </li>`,
            )}
          </ul>`
        : ""
    }
    <h2>Event</h2>
    <pre>${pretty(run.event)}</pre>`;
}

function badge(status: RunStatus): Html {
  return html`<span class="badge ${status}">${status}</span>`;
}

function time(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

function span(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}

const MAX_SHOWN = 20_000;

function pretty(json: string): string {
  const text = JSON.stringify(JSON.parse(json), null, 2);
  return text.length > MAX_SHOWN
    ? `${text.slice(0, MAX_SHOWN)}\n… ${text.length - MAX_SHOWN} more characters`
    : text;
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a4048); --soft: light-dark(#f4f5f7, #20242a);
  --bad: light-dark(#a11212, #ff9d94); --good: light-dark(#12603a, #7fdcab); --calm: light-dark(#174a8c, #9cc5ff); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--soft); white-space: nowrap; } tbody th { font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; margin-bottom: 1rem; }
label { display: grid; gap: .2rem; } select, button { font: inherit; padding: .3rem .6rem; min-height: 2.5rem; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; white-space: pre-wrap; word-break: break-word; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; }
.notice { background: var(--soft); border-inline-start: 4px solid var(--calm); padding: .5rem 1rem; margin: 1rem 0; }
.notice.bad { border-color: var(--bad); } pre.bad, .failed { color: var(--bad); } .completed { color: var(--good); }
.running { color: var(--calm); } .badge { font-weight: 600; white-space: nowrap; } code { word-break: break-all; }`;

function layout(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
