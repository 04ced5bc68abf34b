import type { Hono } from "hono";
import { html } from "hono/html";
import { ACCOUNT_NAME, formatCents } from "../account";
import type { CheckoutErrors, CheckoutForm, Submission } from "../checkout-payment";
import { isFree, isOver, knownEmail, planOf, submitCheckout, successLocation } from "../checkout-payment";
import { randomText } from "../ids";
import { log } from "../log";
import { findRow } from "../store";
import type { LineItem, Session } from "../wire";
import { idOf } from "../wire";
import { inTransaction, type Runtime } from "../work";
import { type Markup, notice, sendPage } from "./layout";

const TEST_CARDS: [number: string, meaning: string][] = [
  ["4242 4242 4242 4242", "is paid"],
  ["4000 0000 0000 0002", "is declined"],
  ["4000 0000 0000 9995", "has insufficient funds"],
  ["4000 0000 0000 0069", "has expired"],
  ["4000 0000 0000 0127", "fails the security code"],
  ["4000 0025 0000 3155", "asks for 3-D Secure"],
  ["4000 0000 0000 5126", "is paid, a refund fails later"],
  ["4000 0000 0000 0259", "is paid, then disputed"],
];

interface Typed {
  email: string;
  name: string;
}

interface View {
  session: Session;
  items: LineItem[];
  email: string | null;
  typed: Typed;
  authenticationFailed: boolean;
}

/** Checkout: `/c/pay/:session`, a form that works without script. */
export function mountCheckoutPages(app: Hono, runtime: Runtime): void {
  app.get("/c/pay/:session", async (context) => {
    const failed = context.req.query("authentication") === "failed";
    const view = await readView(runtime, context.req.param("session"), failed);
    if (!view) return sendPage(context, unknownSession());
    const closed = closedPage(view.session);
    if (closed) return sendPage(context, closed);
    return sendPage(context, {
      title: titleOf(view.session),
      body: formPage(view, {}, failureMessage(failed)),
    });
  });

  app.post("/c/pay/:session", async (context) => {
    const id = context.req.param("session");
    const fields = new URLSearchParams((await context.req.text()).slice(0, 20_000));
    const field = (name: string) => fields.get(name) ?? "";
    const form: CheckoutForm = {
      formId: field("form_id").slice(0, 40),
      email: field("email").slice(0, 500),
      number: field("card_number").slice(0, 40),
      expiry: field("expiry").slice(0, 20),
      cvc: field("cvc").slice(0, 10),
      name: field("name").slice(0, 500),
    };
    const known = await readView(runtime, id, false);
    if (!known) return sendPage(context, unknownSession());
    const outcome = await inTransaction(runtime, null, (work) => submitCheckout(work, id, form));
    log("checkout.submitted", { session: id, outcome: outcome.kind });
    if ("location" in outcome) return context.redirect(outcome.location, 303);
    const view = await readView(runtime, id, false);
    if (!view) return sendPage(context, unknownSession());
    if (outcome.kind === "expired") return sendPage(context, closedPage(view.session) ?? unknownSession());
    view.typed = { email: form.email, name: form.name };
    const errors = errorsOf(outcome);
    const message =
      outcome.kind === "declined" ? "Your card was not charged. Try again or use another card." : null;
    return sendPage(context, {
      title: `Error: ${titleOf(view.session)}`,
      body: formPage(view, errors, message),
      status: outcome.kind === "declined" ? 402 : 400,
    });
  });
}

function errorsOf(outcome: Extract<Submission, { kind: "declined" | "invalid" }>): CheckoutErrors {
  return outcome.kind === "invalid" ? outcome.errors : { [outcome.field]: outcome.message };
}

function failureMessage(failed: boolean): string | null {
  return failed
    ? "We are unable to authenticate your payment method. Your card was not charged. Choose a different card or try again."
    : null;
}

async function readView(runtime: Runtime, id: string, authenticationFailed: boolean): Promise<View | null> {
  return inTransaction(runtime, null, async (work) => {
    const row = await findRow(work, "checkout.session", id);
    if (!row) return null;
    const payer = row.hidden.payer as Typed | undefined;
    const { data } = row;
    // A person sees the end of a session at its second, also if the scheduler has not come by.
    const session: Session = isOver(data, work.now) ? { ...data, status: "expired" } : data;
    return {
      session,
      items: planOf(row.hidden).lines.map(({ item }) => item),
      email: await knownEmail(work, data),
      typed: { email: payer?.email ?? "", name: payer?.name ?? "" },
      authenticationFailed,
    };
  });
}

function titleOf(session: Session): string {
  return session.mode === "setup" ? `Save a card · ${ACCOUNT_NAME}` : `Pay ${ACCOUNT_NAME}`;
}

function unknownSession() {
  const text = "This payment link is not known. Go back to the academy's site and start the payment again.";
  return {
    title: "Payment link not found",
    body: notice("Payment link not found", text, null),
    status: 404 as const,
  };
}

function closedPage(session: Session): { title: string; body: Markup; status: 200 | 410 } | null {
  if (session.status === "complete") {
    const way = { href: successLocation(session), label: `Continue to ${ACCOUNT_NAME}` };
    const heading = session.mode === "setup" ? "Your card is saved already" : "You have paid already";
    return {
      title: heading,
      body: notice(heading, "This payment is complete. You were charged once.", way),
      status: 200,
    };
  }
  if (session.status !== "expired") return null;
  const way = session.cancel_url ? { href: session.cancel_url, label: `Back to ${ACCOUNT_NAME}` } : null;
  const text = "Its time is over and you were not charged. Go back to the academy's site to start again.";
  return {
    title: "This payment page has expired",
    body: notice("This payment page has expired", text, way),
    status: 410,
  };
}

function buttonLabel(session: Session): string {
  if (session.mode === "setup") return "Save card";
  if (session.mode === "subscription") return "Subscribe";
  return isFree(session) ? "Complete order" : `Pay ${formatCents(session.amount_total ?? 0)}`;
}

function formPage(view: View, errors: CheckoutErrors, message: string | null): Markup {
  const { session, email, typed } = view;
  return html`<div class="columns">
    <section aria-labelledby="summary">
      ${session.cancel_url ? html`<a class="back" href="${session.cancel_url}">← Back to ${ACCOUNT_NAME}</a>` : ""}
      <h1 id="summary">${session.mode === "setup" ? "Save a card for later payments" : "Your order"}</h1>
      ${session.mode === "setup" ? "" : summary(view)}
    </section>
    <section class="card" aria-labelledby="card-heading">
      <h2 id="card-heading">${isFree(session) ? "Confirm" : "Pay with card"}</h2>
      ${message ? html`<div class="alert" role="alert" id="payment-error"><p>${message}</p></div>` : ""}
      <form class="pay" method="post" action="/c/pay/${session.id}" novalidate>
        <input type="hidden" name="form_id" value="${randomText(20)}" />
        ${
          email === null
            ? field({
                name: "email",
                label: "Email",
                type: "email",
                autocomplete: "email",
                value: typed.email,
                error: errors.email,
              })
            : html`<p class="field"><strong>Email</strong><br />${email}</p>`
        }
        ${isFree(session) ? "" : cardFields(errors, typed)}
        <button class="button full" type="submit">${buttonLabel(session)}</button>
        ${isFree(session) ? "" : testCards()}
      </form>
    </section>
  </div>`;
}

function cardFields(errors: CheckoutErrors, typed: Typed): Markup {
  return html`${field({ name: "card_number", label: "Card number", inputmode: "numeric", autocomplete: "cc-number", hint: "Use 4242 4242 4242 4242 to pay.", error: errors.number })}
    <div class="pair">
      ${field({ name: "expiry", label: "Expiry", inputmode: "numeric", autocomplete: "cc-exp", hint: "Month / year", error: errors.expiry })}
      ${field({ name: "cvc", label: "CVC", inputmode: "numeric", autocomplete: "cc-csc", hint: "3 digits", error: errors.cvc })}
    </div>
    ${field({ name: "name", label: "Name on card", autocomplete: "cc-name", value: typed.name, error: errors.name })}`;
}

function field(input: {
  name: string;
  label: string;
  type?: string;
  inputmode?: string;
  autocomplete: string;
  value?: string;
  hint?: string;
  error?: string | undefined;
}): Markup {
  const { name, label, hint, error } = input;
  const describedBy = [hint ? `${name}-hint` : "", error ? `${name}-error` : ""].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint ? html`<span class="hint" id="${name}-hint">${hint}</span>` : ""}
    <input
      id="${name}"
      name="${name}"
      type="${input.type ?? "text"}"
      inputmode="${input.inputmode ?? "text"}"
      autocomplete="${input.autocomplete}"
      value="${input.value ?? ""}"
      aria-invalid="${error ? "true" : "false"}"
      aria-describedby="${describedBy}"
      required
    />
    ${error ? html`<p class="error" id="${name}-error">${error}</p>` : ""}
  </div>`;
}

function summary({ session, items }: View): Markup {
  const discount = session.total_details?.amount_discount ?? 0;
  const total = formatCents(session.amount_total ?? 0);
  const hasCustomer = idOf(session.customer) !== null;
  return html`<p class="total">${total} <small>${session.mode === "subscription" ? "due today" : ""}</small></p>
    <ul class="lines">
      ${items.map((item) => lineMarkup(item))}
    </ul>
    ${
      discount > 0
        ? html`<div class="sum"><span>Subtotal</span><span class="amount">${formatCents(session.amount_subtotal ?? 0)}</span></div>
            <div class="sum"><span>Discount</span><span class="amount">${formatCents(-discount)}</span></div>`
        : ""
    }
    <div class="sum strong"><span>Total due</span><span class="amount">${total}</span></div>
    ${session.mode === "subscription" ? html`<p>Your card is charged again at each renewal until you cancel${hasCustomer ? "" : " with the academy"}.</p>` : ""}`;
}

function lineMarkup(item: LineItem): Markup {
  const unit = formatCents(item.price.unit_amount ?? 0);
  const { recurring } = item.price;
  const rhythm = !recurring
    ? ""
    : recurring.interval_count === 1
      ? ` per ${recurring.interval}`
      : ` every ${recurring.interval_count} ${recurring.interval}s`;
  const note = recurring || item.quantity > 1 ? `${item.quantity} × ${unit}${rhythm}` : "";
  return html`<li>
    <span>${item.description ?? "Item"}${note ? html`<small>${note}</small>` : ""}</span>
    <span class="amount">${formatCents(item.amount_subtotal)}</span>
  </li>`;
}

function testCards(): Markup {
  return html`<details>
    <summary>Test cards</summary>
    <p>Any expiry in the future and any three digits do.</p>
    <div class="scroll"><table>
      <thead><tr><th scope="col">Number</th><th scope="col">The card</th></tr></thead>
      <tbody>${TEST_CARDS.map(([number, meaning]) => html`<tr><td><code>${number}</code></td><td>${meaning}</td></tr>`)}</tbody>
    </table></div>
  </details>`;
}
