import type { Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import { formatCents } from "../account";
import type { Session, Subscription } from "../wire";
import type { Runtime } from "../work";
import { formatInstant, type Markup, sendPage } from "./layout";

const MODES: [mode: string, meaning: string][] = [
  ["normal", "Normal: once, in order"],
  ["duplicate", "Duplicate: each event twice at once"],
  ["reverse", "Reverse: newest first"],
  ["delay", "Delay: late"],
  ["drop", "Drop: not at all"],
];
const ROWS = 25;

interface Control {
  webhook_mode: string;
  delay_ms: number;
  fail_count: number;
  fail_status: number;
}

interface EventRow {
  id: string;
  type: string;
  created: number;
  deliveries: { state: string; attempts: number; response_status: number | null; error: string | null }[];
}

/** The front page: what happened, what was delivered, and the levers. */
export function mountDashboard(app: Hono, runtime: Runtime): void {
  const { db } = runtime;
  const newest = async <T>(kind: string): Promise<T[]> => {
    const rows = await db<{ data: T }[]>`
      select data from stripe_local.objects where kind = ${kind} and not data ? 'deleted'
      order by created desc, seq desc limit ${ROWS}`;
    return rows.map((row) => row.data);
  };

  app.get("/", async (context) => {
    const [control] = await db<Control[]>`select * from stripe_local.control`;
    const events = await db<EventRow[]>`
      select o.id, o.data->>'type' as type, o.created,
             coalesce(json_agg(json_build_object('state', d.state, 'attempts', d.attempts,
               'response_status', d.response_status, 'error', d.error) order by d.id)
               filter (where d.id is not null), '[]') as deliveries
      from (select * from stripe_local.objects where kind = 'event' order by created desc, seq desc limit ${ROWS * 2}) o
      left join stripe_local.deliveries d on d.event_id = o.id
      group by o.id, o.data, o.created, o.seq order by o.created desc, o.seq desc`;
    return sendPage(context, {
      title: "Stripe stand-in",
      wide: true,
      body: html`<h1>Payments, sessions and events</h1>
        <div class="stack">
          ${controls(control)}
          ${payments(await newest<Stripe.Charge>("charge"))}
          ${sessions(await newest<Session>("checkout.session"))}
          ${subscriptions(await newest<Subscription>("subscription"))}
          ${eventTable(events)}
        </div>`,
    });
  });
}

function tag(text: string): Markup {
  const good = ["succeeded", "complete", "delivered", "active", "paid", "trialing"].includes(text);
  const bad = ["failed", "expired", "dropped", "past_due", "unpaid", "canceled"].includes(text);
  return html`<span class="tag ${good ? "good" : bad ? "bad" : ""}">${text.replaceAll("_", " ")}</span>`;
}

function controls(control: Control | undefined): Markup {
  const mode = control?.webhook_mode ?? "normal";
  return html`<section class="card" aria-labelledby="controls">
    <h2 id="controls">Controls</h2>
    <form class="row" method="post" action="/_control/webhooks">
      <div class="field">
        <label for="mode">Webhooks</label>
        <select id="mode" name="mode">
          ${MODES.map(([value, label]) => html`<option value="${value}" ${value === mode ? "selected" : ""}>${label}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="delayMs">Delay in ms</label>
        <input id="delayMs" name="delayMs" inputmode="numeric" value="${String(control?.delay_ms ?? 0)}" />
      </div>
      <button class="button quiet">Set webhooks</button>
    </form>
    <form class="row" method="post" action="/_control/fail">
      <div class="field">
        <label for="count">Fail the next calls</label>
        <input id="count" name="count" inputmode="numeric" value="${String(control?.fail_count ?? 0)}" />
      </div>
      <div class="field">
        <label for="status">With status</label>
        <input id="status" name="status" inputmode="numeric" value="${String(control?.fail_status ?? 500)}" />
      </div>
      <button class="button quiet">Set failures</button>
    </form>
  </section>`;
}

function table(id: string, title: string, empty: string, columns: string[], rows: Markup[]): Markup {
  return html`<section class="card" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${
      rows.length === 0
        ? html`<p>${empty}</p>`
        : html`<div class="scroll" role="region" aria-label="${title}, table" tabindex="0"><table>
            <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
            <tbody>${rows}</tbody>
          </table></div>`
    }
  </section>`;
}

function payments(charges: Stripe.Charge[]): Markup {
  const rows = charges.map((charge) => {
    const card = charge.payment_method_details?.card;
    const refunded = charge.amount_refunded > 0 ? `, ${formatCents(charge.amount_refunded)} refunded` : "";
    return html`<tr>
      <td>${formatInstant(charge.created)}</td>
      <td class="amount">${formatCents(charge.amount)}${refunded}</td>
      <td>${tag(charge.disputed ? "disputed" : charge.status)} ${charge.failure_message ?? ""}</td>
      <td>${card?.brand ?? ""} ${card?.last4 ?? ""}</td>
      <td>${charge.description ?? ""}</td>
      <td>${charge.paid ? html`<a href="/receipts/${charge.id}">Receipt <code>${charge.id}</code></a>` : html`<code>${charge.id}</code>`}</td>
    </tr>`;
  });
  return table(
    "payments",
    "Payments",
    "No payment yet.",
    ["Time", "Amount", "State", "Card", "For", "Charge"],
    rows,
  );
}

function sessions(all: Session[]): Markup {
  const rows = all.map(
    (session) => html`<tr>
      <td>${formatInstant(session.created)}</td>
      <td>${session.mode}</td>
      <td class="amount">${formatCents(session.amount_total ?? 0)}</td>
      <td>${tag(session.status ?? "open")}</td>
      <td>${session.customer_details?.email ?? session.customer_email ?? ""}</td>
      <td><a href="/c/pay/${session.id}">Open <code>${session.id.slice(0, 20)}…</code></a></td>
    </tr>`,
  );
  return table(
    "sessions",
    "Checkout sessions",
    "No Checkout yet.",
    ["Time", "Mode", "Total", "State", "Email", "Session"],
    rows,
  );
}

function subscriptions(all: Subscription[]): Markup {
  const rows = all.map((subscription) => {
    const item = subscription.items.data[0];
    return html`<tr>
      <td>${formatInstant(subscription.created)}</td>
      <td>${tag(subscription.status)}${subscription.cancel_at_period_end ? " ends with its period" : ""}</td>
      <td class="amount">${formatCents((item?.price.unit_amount ?? 0) * (item?.quantity ?? 1))}</td>
      <td>${item ? formatInstant(item.current_period_end) : ""}</td>
      <td><code>${subscription.id}</code></td>
    </tr>`;
  });
  return table(
    "subscriptions",
    "Subscriptions",
    "No subscription yet.",
    ["Since", "State", "Amount", "Period ends", "Subscription"],
    rows,
  );
}

function eventTable(events: EventRow[]): Markup {
  const rows = events.map(
    (event) => html`<tr>
      <td>${formatInstant(event.created)}</td>
      <td>${event.type}</td>
      <td>${event.deliveries.map((delivery) => html`${tag(delivery.state)} ${describeDelivery(delivery)} `)}</td>
      <td><code>${event.id}</code></td>
      <td>
        <form method="post" action="/_control/resend/${event.id}">
          <button class="button quiet small" aria-label="Send ${event.type} ${event.id} again">Send again</button>
        </form>
      </td>
    </tr>`,
  );
  return table("events", "Events", "No event yet.", ["Time", "Type", "Delivery", "Event", "Again"], rows);
}

function describeDelivery(delivery: EventRow["deliveries"][number]): string {
  if (delivery.attempts === 0) return "";
  const answer =
    delivery.response_status === null ? (delivery.error ?? "no answer") : `HTTP ${delivery.response_status}`;
  return `${answer}, ${delivery.attempts} ${delivery.attempts === 1 ? "attempt" : "attempts"}`;
}
