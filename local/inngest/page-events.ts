import { html } from "hono/html";
import { type Html, pretty, table, time } from "./page-layout";
import type { EventDetail, ListedEvent } from "./page-queries";

/** The latest events, all or of one name. */
export function eventList(events: readonly ListedEvent[], name: string | undefined): Html {
  return html`<form method="get" action="/events">
      <label>Name<input name="name" value="${name ?? ""}" placeholder="billing/invoice.paid" /></label>
      <button>Show</button>
    </form>
    <h2 id="events">Latest events${name ? ` called ${name}` : ""}</h2>
    ${
      events.length === 0
        ? html`<p>No events. ${name ? html`<a href="/events">All events</a>` : "They appear here as the app sends them."}</p>`
        : table(
            "events",
            ["Event", "Received", "Id", "Runs"],
            events.map(
              (event) => html`<tr>
                <th scope="row"><a href="/events/${encodeURIComponent(event.id)}">${event.name}</a></th>
                <td>${time(event.receivedAt)}</td>
                <td><code>${event.id}</code></td>
                <td>${event.runs}</td>
              </tr>`,
            ),
          )
    }`;
}

/** One event with its payload and the runs it started. */
export function eventDetail(event: EventDetail, runs: Html): Html {
  return html`<p><a href="/events">All events</a></p>
    <dl>
      <dt>Id</dt><dd><code>${event.id}</code></dd>
      <dt>Received</dt><dd>${time(event.receivedAt)}</dd>
      ${event.waitsFor ? html`<dt>Waits for</dt><dd>${event.waitsFor}</dd>` : ""}
    </dl>
    <h2 id="runs">Runs it started</h2>
    ${runs}
    <h2>Payload</h2>
    <pre>${pretty(event.payload)}</pre>`;
}
