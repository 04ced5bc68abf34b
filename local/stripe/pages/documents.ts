import type { Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import { ACCOUNT_NAME, formatCents } from "../account";
import { findObjects, findRow } from "../store";
import type { Invoice } from "../wire";
import { inTransaction, type Runtime } from "../work";
import { formatInstant, type Markup, notice, sendPage } from "./layout";

/** Receipts and invoices, at addresses that only their ids open. */
export function mountDocuments(app: Hono, runtime: Runtime): void {
  app.get("/receipts/:charge", async (context) => {
    const id = context.req.param("charge");
    const found = await inTransaction(runtime, null, async (work) => {
      const row = await findRow(work, "charge", id);
      if (!row?.data.paid) return null;
      return {
        charge: row.data,
        refunds: await findObjects(work, "refund", work.sql`data->>'charge' = ${id}`),
      };
    });
    if (!found) return sendPage(context, unknownDocument("receipt"));
    return sendPage(context, {
      title: `Receipt from ${ACCOUNT_NAME}`,
      body: receipt(found.charge, found.refunds),
    });
  });

  app.get("/invoices/:invoice", async (context) => {
    const id = context.req.param("invoice");
    const row = await inTransaction(runtime, null, (work) => findRow(work, "invoice", id));
    if (!row || row.data.status === "draft") return sendPage(context, unknownDocument("invoice"));
    return sendPage(context, {
      title: `Invoice ${row.data.number ?? ""} from ${ACCOUNT_NAME}`,
      body: invoicePage(row.data),
    });
  });
}

function unknownDocument(noun: string) {
  const heading = `This ${noun} is not known`;
  return {
    title: heading,
    body: notice(heading, "Check the address; it is in the email you received.", null),
    status: 404 as const,
  };
}

function receipt(charge: Stripe.Charge, refunds: Stripe.Refund[]): Markup {
  const card = charge.payment_method_details?.card;
  const kept = charge.amount - charge.amount_refunded;
  return html`<section class="card notice">
    <h1>Receipt from ${ACCOUNT_NAME}</h1>
    <p class="total">${formatCents(charge.amount)} <small>paid</small></p>
    <dl class="facts">
      <dt>Date</dt><dd>${formatInstant(charge.created)} (New York)</dd>
      <dt>For</dt><dd>${charge.description ?? "Payment"}</dd>
      <dt>Card</dt><dd>${card?.brand ?? "card"} ending in ${card?.last4 ?? "····"}</dd>
      ${charge.billing_details.name ? html`<dt>Paid by</dt><dd>${charge.billing_details.name}</dd>` : ""}
      <dt>Receipt</dt><dd><code>${charge.id}</code></dd>
    </dl>
    ${refunds.map(
      (refund) => html`<div class="sum">
        <span>${refund.status === "failed" ? "Refund that failed" : "Refund"}, ${formatInstant(refund.created)}</span>
        <span class="amount">${formatCents(-refund.amount)}</span>
      </div>`,
    )}
    ${charge.amount_refunded > 0 ? html`<div class="sum strong"><span>Paid after refunds</span><span class="amount">${formatCents(kept)}</span></div>` : ""}
  </section>`;
}

function invoicePage(invoice: Invoice): Markup {
  const discount = invoice.subtotal - invoice.total;
  const good = invoice.status === "paid";
  return html`<section class="card notice">
    <h1>Invoice ${invoice.number ?? ""}</h1>
    <p><span class="tag ${good ? "good" : ""}">${invoice.status}</span> ${formatInstant(invoice.created)} (New York)</p>
    <p>For ${invoice.customer_name ?? invoice.customer_email ?? "customer"}</p>
    <ul class="lines">
      ${invoice.lines.data.map(
        (line) =>
          html`<li><span>${line.description ?? ""}</span><span class="amount">${formatCents(line.amount)}</span></li>`,
      )}
    </ul>
    ${discount > 0 ? html`<div class="sum"><span>Discount</span><span class="amount">${formatCents(-discount)}</span></div>` : ""}
    <div class="sum strong"><span>Total</span><span class="amount">${formatCents(invoice.total)}</span></div>
    <div class="sum"><span>Paid</span><span class="amount">${formatCents(invoice.amount_paid)}</span></div>
    <div class="sum"><span>Still due</span><span class="amount">${formatCents(invoice.amount_remaining)}</span></div>
  </section>`;
}
