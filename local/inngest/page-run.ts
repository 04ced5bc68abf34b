import { html } from "hono/html";
import { badge, type Html, pretty, table, time } from "./page-layout";
import type { RunDetail } from "./page-queries";
import { storedError } from "./protocol";

/** One run: where it stands, what can be done about it, its steps, and what it will do next. */
export function runDetail(run: RunDetail): Html {
  const fact = (name: string, value: Html | string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<p><a href="/">All runs</a></p>
    ${actions(run)}
    <dl>
      ${fact("Status", badge(run.status))} ${fact("Run", html`<code>${run.id}</code>`)}
      ${fact(
        "Event",
        html`<ul class="plain">${(run.eventIds ?? [run.eventId]).map(
          (id) =>
            html`<li>${run.eventName} <a href="/events/${encodeURIComponent(id)}"><code>${id}</code></a></li>`,
        )}</ul>`,
      )}
      ${fact("Created", time(run.createdAt))}
      ${run.startedAt ? fact("Started", time(run.startedAt)) : ""}
      ${run.endedAt ? fact("Ended", time(run.endedAt)) : ""}
      ${run.parentRunId ? fact("Invoked by", html`<a href="/runs/${run.parentRunId}">${run.parentRunId}</a>`) : ""}
    </dl>
    ${run.error ? errorInWords(run.error) : ""}
    ${run.output ? html`<h2>Result</h2><pre>${pretty(run.output)}</pre>` : ""}
    <h2 id="steps">Steps</h2>
    ${run.steps.length > 0 ? stepTable(run) : html`<p>No steps yet.</p>`}
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

function errorInWords(json: string): Html {
  const { name, message } = storedError(JSON.parse(json));
  return html`<h2>Error</h2>
    <p class="failed">${name}: ${message}</p>
    <details><summary>all of it</summary><pre class="bad">${pretty(json)}</pre></details>`;
}

function stepTable(run: RunDetail): Html {
  return table(
    "steps",
    ["Step", "Kind", "State", "Attempts", "Began", "Ended, or due", "Result"],
    run.steps.map(
      (step) => html`<tr>
        <th scope="row">${step.name}</th>
        <td>${step.op}${step.waitEvent ? ` ${step.waitEvent}` : ""}</td>
        <td>${badge(step.failed ? "failed" : step.state === "done" ? "completed" : "running")}</td>
        <td>${step.attempts || ""}</td>
        <td>${time(step.createdAt)}</td>
        <td>${step.endedAt ? time(step.endedAt) : step.dueAt ? html`due ${time(step.dueAt)}` : ""}</td>
        <td>
          ${step.childRunId ? html`<a href="/runs/${step.childRunId}">invoked run</a>` : ""}
          ${
            step.output
              ? html`<details><summary>${step.failed ? "error" : "output"} of ${step.name}</summary><pre class="${step.failed ? "bad" : ""}">${pretty(step.output)}</pre></details>`
              : ""
          }
        </td>
      </tr>`,
    ),
  );
}

/** What can be done about a run, as forms that work without script; cancelling asks once more. */
function actions(run: RunDetail): Html {
  const path = `/runs/${run.id}`;
  return html`<div class="actions">
    ${
      run.status === "failed"
        ? html`<form method="post" action="${path}/retry"><button class="button">Retry from the failed step</button></form>`
        : ""
    }
    ${run.endedAt ? "" : html`<a class="button danger" href="${path}/cancel">Cancel the run…</a>`}
    <form method="post" action="${path}/replay"><button class="button">Replay its event in a new run</button></form>
  </div>`;
}

/** Asks whether the run is to be cancelled, and says what that does. */
export function cancelQuestion(run: RunDetail): Html {
  const open = run.steps.filter(({ state }) => state === "open").map(({ name }) => `“${name}”`);
  return html`<p><code>${run.functionId}</code>, started by ${run.eventName}, has ${run.doneSeq} finished steps.</p>
    <ul>
      <li>What these steps did stays done; nothing is undone.</li>
      <li>${open.length > 0 ? `It no longer waits for ${open.join(", ")}.` : "It takes no further step."}</li>
      <li>A call that is under way ends, but its result is not used.</li>
      <li>The run's failure handler is not called. A cancelled run cannot be retried, but its event can be replayed.</li>
    </ul>
    <div class="actions">
      <form method="post" action="/runs/${run.id}/cancel"><button class="button danger">Cancel the run</button></form>
      <a class="button" href="/runs/${run.id}">Back, leave it running</a>
    </div>`;
}
