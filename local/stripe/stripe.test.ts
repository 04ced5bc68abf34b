import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { answerThreeDSecure, payCheckout } from "./complete-checkout";
import { Receiver, StandIn, WEBHOOK_SECRET } from "./test-service";

const SUCCESS_URL = "http://127.0.0.1:3000/enroll/done?session={CHECKOUT_SESSION_ID}";
const CANCEL_URL = "http://127.0.0.1:3000/enroll/review";
const GOOD = "4242 4242 4242 4242";
const DAY_MS = 86_400_000;

let receiver: Receiver;
let standIn: StandIn;
let stripe: Stripe;

beforeAll(async () => {
  receiver = await Receiver.start();
  standIn = await StandIn.start(receiver.url);
  stripe = standIn.client();
});

afterAll(async () => {
  await standIn?.stop();
  await receiver?.stop();
});

async function trialSession(
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session & { url: string }> {
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [
      {
        price_data: {
          currency: "usd",
          product_data: { name: "Trial lesson, 30 minutes" },
          unit_amount: 2_500,
        },
        quantity: 1,
      },
    ],
    success_url: SUCCESS_URL,
    cancel_url: CANCEL_URL,
    client_reference_id: "enrollment-1",
    metadata: { enrollment: "1" },
    payment_intent_data: { description: "Trial lesson", metadata: { enrollment: "1" } },
    ...change,
  });
  if (!session.url) throw new Error("An open session has an address.");
  return { ...session, url: session.url };
}

async function monthlyPrice(
  amount = 16_000,
  interval: "month" | "year" = "month",
  count = 1,
): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: "usd",
    product_data: { name: "Piano, 30 minutes a week" },
    recurring: { interval, interval_count: count },
    unit_amount: amount,
  });
}

async function subscribe(
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
  number = GOOD,
): Promise<{ session: Stripe.Checkout.Session; subscription: Stripe.Subscription }> {
  const customer = await stripe.customers.create({ email: "ana@example.com" });
  const price = await monthlyPrice();
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: SUCCESS_URL,
    cancel_url: CANCEL_URL,
    subscription_data: { metadata: { enrollment: "1" } },
    ...change,
  });
  const paid = await payCheckout(session.url ?? "", { number });
  expect(paid.outcome).toBe("paid");
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["subscription"] });
  return { session: done, subscription: done.subscription as Stripe.Subscription };
}

const completed = (session: string) =>
  receiver.until("checkout.session.completed", (all) =>
    all.find(({ event }) => event.type === "checkout.session.completed" && event.data.object.id === session),
  );

describe("a one-off Checkout", () => {
  it("is paid, and says so in the documented order", async () => {
    const session = await trialSession({ customer_email: "ana@example.com" });
    expect(session).toMatchObject({
      amount_total: 2_500,
      livemode: false,
      payment_status: "unpaid",
      status: "open",
    });
    const result = await payCheckout(session.url, { number: GOOD });
    expect(result).toEqual({
      outcome: "paid",
      location: SUCCESS_URL.replace("{CHECKOUT_SESSION_ID}", session.id),
    });

    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ["line_items", "payment_intent.latest_charge.balance_transaction"],
    });
    expect(done).toMatchObject({
      client_reference_id: "enrollment-1",
      customer_details: { email: "ana@example.com" },
      metadata: { enrollment: "1" },
      payment_status: "paid",
      status: "complete",
      url: null,
    });
    expect(done.line_items?.data[0]).toMatchObject({
      amount_total: 2_500,
      description: "Trial lesson, 30 minutes",
    });
    const intent = done.payment_intent as Stripe.PaymentIntent;
    expect(intent).toMatchObject({
      amount_received: 2_500,
      metadata: { enrollment: "1" },
      status: "succeeded",
    });
    const charge = intent.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({
      billing_details: { name: "Test Parent" },
      paid: true,
      status: "succeeded",
    });
    expect(charge.balance_transaction).toMatchObject({
      amount: 2_500,
      fee: 103,
      net: 2_397,
      source: charge.id,
    });
    const receipt = await fetch(charge.receipt_url ?? "");
    expect(await receipt.text()).toContain("$25.00");

    const { event } = await completed(session.id);
    expect(event).toMatchObject({ api_version: "2026-10-28.endive", livemode: false });
    expect(receiver.typesAbout(intent.id)).toEqual([
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.succeeded",
      "checkout.session.completed",
    ]);
  });

  it.each([
    ["4000000000000002", "generic_decline", "Your card was declined."],
    ["4000000000009995", "insufficient_funds", "Your card has insufficient funds."],
    ["4000000000009987", "lost_card", "Your card was declined."],
    ["4000000000009979", "stolen_card", "Your card was declined."],
    ["4000000000000069", "expired_card", "Your card has expired."],
    ["4000000000000127", "incorrect_cvc", "Your card's security code is incorrect."],
    ["4000000000000119", "processing_error", "An error occurred while processing your card."],
    ["4000000000000341", "generic_decline", "Your card was declined."],
  ])("with %s is declined as %s, then paid with a good card", async (number, declineCode, message) => {
    const session = await trialSession();
    const declined = await payCheckout(session.url, { number });
    expect(declined.outcome).toBe("declined");
    expect(declined.message).toContain(message);
    const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent"] });
    expect(open).toMatchObject({ payment_status: "unpaid", status: "open" });
    const failed = open.payment_intent as Stripe.PaymentIntent;
    expect(failed).toMatchObject({
      last_payment_error: { decline_code: declineCode, type: "card_error" },
      status: "requires_payment_method",
    });

    expect((await payCheckout(session.url, { number: GOOD })).outcome).toBe("paid");
    await completed(session.id);
    const charges = await stripe.charges.list({ payment_intent: failed.id });
    expect(charges.data.map((charge) => charge.status)).toEqual(["succeeded", "failed"]);
    expect(receiver.typesAbout(failed.id)).toEqual([
      "payment_intent.created",
      "charge.failed",
      "payment_intent.payment_failed",
      "charge.succeeded",
      "payment_intent.succeeded",
      "checkout.session.completed",
    ]);
  });

  it("shows each mistake at its field and keeps what was typed, but never the card", async () => {
    const session = await trialSession();
    const name = '<script>alert("x")</script>';
    const answer = await fetch(session.url, {
      method: "POST",
      body: new URLSearchParams({
        form_id: "a",
        email: "nobody",
        card_number: "4242",
        expiry: "1/20",
        cvc: "1",
        name,
      }),
    });
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(page).not.toContain("<script>");
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    for (const field of ["email", "card_number", "expiry", "cvc"]) {
      expect(page).toContain(`id="${field}-error"`);
      expect(page).toMatch(new RegExp(`aria-describedby="[^"]*${field}-error"`));
    }
    expect(page).not.toContain('value="4242"');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
  });

  it("charges once however often the form is sent, and says so afterwards", async () => {
    const session = await trialSession();
    const submit = () =>
      fetch(session.url, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({
          form_id: "same",
          email: "ana@example.com",
          card_number: GOOD,
          expiry: "12/40",
          cvc: "123",
          name: "Ana Ruiz",
        }),
      });
    const answers = await Promise.all([submit(), submit(), payCheckout(session.url, { number: GOOD })]);
    expect(answers.slice(0, 2).map((answer) => (answer as Response).status)).toEqual([303, 303]);
    const { event } = await completed(session.id);
    const intent = (event.data.object as Stripe.Checkout.Session).payment_intent as string;
    expect((await stripe.charges.list({ payment_intent: intent })).data).toHaveLength(1);
    const again = await fetch(session.url);
    const page = await again.text();
    expect(page).toContain("You have paid already");
    expect(page).toContain(SUCCESS_URL.replace("{CHECKOUT_SESSION_ID}", session.id));
  });

  it("declines once when a declined form is sent twice", async () => {
    const session = await trialSession();
    const body = { form_id: "twice", email: "a@example.com", expiry: "12/40", cvc: "123", name: "Ana" };
    const submit = () =>
      fetch(session.url, {
        method: "POST",
        body: new URLSearchParams({ ...body, card_number: "4000000000000002" }),
      });
    const answers = [await submit(), await submit()];
    expect(answers.map((answer) => answer.status)).toEqual([402, 402]);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect((await stripe.charges.list({ payment_intent: String(intent) })).data).toHaveLength(1);
  });

  it("saves the card for later when asked to", async () => {
    const customer = await stripe.customers.create({ email: "ana@example.com" });
    const session = await trialSession({
      customer: customer.id,
      payment_intent_data: { setup_future_usage: "off_session" },
    });
    await payCheckout(session.url, { number: "4000002500003155" }).then((result) =>
      answerThreeDSecure(result.location ?? "", "complete"),
    );
    const methods = await stripe.customers.listPaymentMethods(customer.id);
    expect(methods.data[0]).toMatchObject({ card: { brand: "visa", last4: "3155" }, customer: customer.id });
    const later = await stripe.paymentIntents.create({
      amount: 4_500,
      confirm: true,
      currency: "usd",
      customer: customer.id,
      off_session: true,
      payment_method: methods.data[0]?.id ?? "",
    });
    expect(later.status).toBe("succeeded");
  });
});

describe("3-D Secure", () => {
  it.each(["4000002500003155", "4000000000003220"])("with %s pays once it is passed", async (number) => {
    const session = await trialSession();
    const asked = await payCheckout(session.url, { number });
    expect(asked.outcome).toBe("requires_3ds");
    const page = await (await fetch(asked.location ?? "")).text();
    expect(page).toMatch(/Complete[\s\S]*Fail/);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe("open");
    const done = await answerThreeDSecure(asked.location ?? "", "complete");
    expect(done).toEqual({
      outcome: "paid",
      location: SUCCESS_URL.replace("{CHECKOUT_SESSION_ID}", session.id),
    });
    expect(await answerThreeDSecure(asked.location ?? "", "complete")).toEqual(done);
    const { event } = await completed(session.id);
    const intent = String((event.data.object as Stripe.Checkout.Session).payment_intent);
    expect(receiver.typesAbout(intent)).toEqual([
      "payment_intent.created",
      "payment_intent.requires_action",
      "charge.succeeded",
      "payment_intent.succeeded",
      "checkout.session.completed",
    ]);
  });

  it("that fails leads back to the form, uncharged, with the name kept", async () => {
    const session = await trialSession();
    const asked = await payCheckout(session.url, { number: "4000000000003220", name: "Ana Ruiz" });
    const failed = await answerThreeDSecure(asked.location ?? "", "fail");
    expect(failed.location).toBe(`${session.url}?authentication=failed`);
    const page = await (await fetch(failed.location ?? "")).text();
    expect(page).toContain("unable to authenticate");
    expect(page).toContain('value="Ana Ruiz"');
    const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent"] });
    expect(open.payment_intent).toMatchObject({ latest_charge: null, status: "requires_payment_method" });
    expect((await payCheckout(session.url, { number: GOOD })).outcome).toBe("paid");
  });
});

describe("expiry of a Checkout", () => {
  afterEach(() => standIn.setClock(0));

  it("comes at expires_at, is announced, and nothing can be paid after it", async () => {
    const session = await trialSession({ expires_at: Math.floor(Date.now() / 1000) + 1_800 });
    const asked = await payCheckout(session.url, { number: "4000000000003220" });
    await standIn.setClock(31 * 60_000);
    await receiver.until("checkout.session.expired", (all) =>
      all.some(
        ({ event }) => event.type === "checkout.session.expired" && event.data.object.id === session.id,
      ),
    );
    expect(await payCheckout(session.url, { number: GOOD })).toEqual({
      outcome: "expired",
      message: "This payment page has expired",
    });
    await answerThreeDSecure(asked.location ?? "", "complete");
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent"] });
    expect(done).toMatchObject({ payment_status: "unpaid", status: "expired", url: null });
    expect(done.payment_intent).toMatchObject({ latest_charge: null, status: "canceled" });
  });

  it("lies between 30 minutes and 24 hours, and can be brought about", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    await expect(trialSession({ expires_at: seconds + 900 })).rejects.toThrow("at least 30 minutes");
    await expect(trialSession({ expires_at: seconds + 90_000 })).rejects.toThrow("less than 24 hours");
    const session = await trialSession();
    expect((await stripe.checkout.sessions.expire(session.id)).status).toBe("expired");
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toThrow("status of expired");
    expect((await payCheckout(session.url, { number: GOOD })).outcome).toBe("expired");
  });
});

describe("a subscription Checkout", () => {
  it("pays first and then makes the subscription, in the documented order", async () => {
    const { session, subscription } = await subscribe();
    expect(session).toMatchObject({ mode: "subscription", payment_status: "paid", status: "complete" });
    expect(subscription).toMatchObject({ metadata: { enrollment: "1" }, status: "active" });
    const item = subscription.items.data[0];
    const days = ((item?.current_period_end ?? 0) - (item?.current_period_start ?? 0)) / 86_400;
    expect(days).toBeGreaterThanOrEqual(28);
    expect(String(item?.price.unit_amount_decimal)).toBe("16000");

    const invoice = await stripe.invoices.retrieve(String(session.invoice), {
      expand: ["payments.data.payment.payment_intent"],
    });
    expect(invoice).toMatchObject({
      amount_paid: 16_000,
      billing_reason: "subscription_create",
      status: "paid",
    });
    expect(invoice.parent?.subscription_details?.subscription).toBe(subscription.id);
    expect(invoice.lines.data[0]).toMatchObject({
      amount: 16_000,
      pricing: { price_details: { price: item?.price.id } },
    });
    const intent = invoice.payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent;
    expect(intent).toMatchObject({ amount_received: 16_000, status: "succeeded" });
    const linked = await stripe.invoicePayments.list({
      payment: { payment_intent: intent.id, type: "payment_intent" },
    });
    expect(linked.data[0]).toMatchObject({ amount_paid: 16_000, invoice: invoice.id, status: "paid" });

    await completed(session.id);
    const customer = String(session.customer);
    const types = receiver.deliveries
      .filter(({ payload }) => payload.includes(customer) || payload.includes(invoice.id))
      .map(({ event }) => event.type)
      .filter((type) => type !== "customer.created");
    expect(types).toEqual([
      "payment_method.attached",
      "charge.succeeded",
      "payment_intent.succeeded",
      "customer.subscription.created",
      "invoice.created",
      "invoice.finalized",
      "invoice.paid",
      "invoice_payment.paid",
      "checkout.session.completed",
    ]);
  });

  it("makes nothing when the card is declined", async () => {
    const customer = await stripe.customers.create({ email: "ben@example.com" });
    const price = await monthlyPrice();
    const session = await stripe.checkout.sessions.create({
      mode: "subscription",
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: SUCCESS_URL,
    });
    const declined = await payCheckout(session.url ?? "", { number: "4000000000000002" });
    expect(declined.outcome).toBe("declined");
    expect((await stripe.subscriptions.list({ customer: customer.id, status: "all" })).data).toEqual([]);
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
  });

  it("takes coupons, a semester's rhythm, one-time extras and an anchor without proration", async () => {
    const coupon = await stripe.coupons.create({ duration: "forever", name: "Sibling", percent_off: 8 });
    const semester = await monthlyPrice(93_120, "month", 6);
    const { session, subscription } = await subscribe({
      discounts: [{ coupon: coupon.id }],
      line_items: [
        { price: semester.id, quantity: 1 },
        {
          price_data: { currency: "usd", product_data: { name: "Registration" }, unit_amount: 4_500 },
          quantity: 1,
        },
      ],
    });
    expect(session).toMatchObject({ amount_subtotal: 97_620, amount_total: 89_810 });
    expect(subscription.items.data[0]?.price.recurring).toMatchObject({
      interval: "month",
      interval_count: 6,
    });
    const invoice = await stripe.invoices.retrieve(String(session.invoice), {
      expand: ["discounts.source.coupon"],
    });
    expect(invoice).toMatchObject({ amount_paid: 89_810, subtotal: 97_620, total: 89_810 });
    expect(invoice.discounts[0]).toMatchObject({ source: { coupon: { id: coupon.id, percent_off: 8 } } });

    const anchor = Math.floor(Date.now() / 1000) + 7 * 86_400;
    const anchored = await subscribe({
      subscription_data: { billing_cycle_anchor: anchor, proration_behavior: "none" },
    });
    expect(anchored.session).toMatchObject({ amount_total: 0, payment_status: "no_payment_required" });
    expect(anchored.subscription).toMatchObject({ billing_cycle_anchor: anchor, status: "active" });
    expect(anchored.subscription.items.data[0]?.current_period_end).toBe(anchor);
  });

  it("can be cancelled at once, and only once", async () => {
    const { subscription } = await subscribe();
    expect(await stripe.subscriptions.cancel(subscription.id)).toMatchObject({ status: "canceled" });
    await expect(stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({
      code: "resource_missing",
      statusCode: 404,
    });
    expect((await stripe.subscriptions.list({ customer: String(subscription.customer) })).data).toEqual([]);
  });

  it("starts with a trial, saving the card without a charge", async () => {
    const trialEnd = Math.floor(Date.now() / 1000) + 3 * 86_400;
    const { session, subscription } = await subscribe({ subscription_data: { trial_end: trialEnd } });
    expect(session.payment_status).toBe("no_payment_required");
    expect(subscription).toMatchObject({ status: "trialing", trial_end: trialEnd });
    expect(subscription.default_payment_method).toMatch(/^pm_/);
  });
});

describe("renewal", () => {
  afterEach(() => standIn.setClock(0));

  it("invoices the next period, charges it an hour later, and follows the documented order", async () => {
    const { subscription } = await subscribe();
    const end = subscription.items.data[0]?.current_period_end ?? 0;
    await standIn.setClock(end * 1000 - Date.now() + 2 * 3_600_000);
    const renewed = await receiver.until("a renewal's invoice_payment.paid", (all) =>
      all.find(
        ({ event, payload }) =>
          event.type === "invoice.paid" &&
          payload.includes(subscription.id) &&
          payload.includes("subscription_cycle"),
      ),
    );
    const invoice = renewed.event.data.object as Stripe.Invoice;
    expect(invoice).toMatchObject({ amount_paid: 16_000, attempt_count: 1, status: "paid" });
    await receiver.until("invoice_payment.paid", (all) =>
      all.some(({ event, payload }) => event.type === "invoice_payment.paid" && payload.includes(invoice.id)),
    );
    const now = await stripe.subscriptions.retrieve(subscription.id);
    expect(now).toMatchObject({ latest_invoice: invoice.id, status: "active" });
    expect(now.items.data[0]?.current_period_start).toBe(end);
    const types = receiver.typesAbout(subscription.customer as string);
    expect(
      types.slice(types.indexOf("invoice.upcoming")).filter((type) => type !== "checkout.session.completed"),
    ).toEqual([
      "invoice.upcoming",
      "customer.subscription.updated",
      "invoice.created",
      "invoice.finalized",
      "charge.succeeded",
      "payment_intent.succeeded",
      "invoice.paid",
    ]);
  });

  it("that is declined makes the subscription past due; paying with another card mends it", async () => {
    const { subscription } = await subscribe();
    const customer = String(subscription.customer);
    const bad = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    const end = subscription.items.data[0]?.current_period_end ?? 0;
    await standIn.setClock(end * 1000 - Date.now() + 2 * 3_600_000);
    const failed = await receiver.until("customer.subscription.updated to past_due", (all) =>
      all.find(
        ({ event }) =>
          event.type === "customer.subscription.updated" &&
          event.data.object.id === subscription.id &&
          event.data.object.status === "past_due",
      ),
    );
    expect(failed.event.data.previous_attributes).toEqual({ status: "active" });
    const types = receiver.typesAbout(customer);
    expect(types.slice(types.lastIndexOf("invoice.finalized"))).toEqual([
      "invoice.finalized",
      "charge.failed",
      "payment_intent.payment_failed",
      "invoice.payment_failed",
      "customer.subscription.updated",
    ]);
    const open = await stripe.invoices.list({ status: "open", subscription: subscription.id });
    expect(open.data[0]).toMatchObject({ attempt_count: 1 });
    expect(open.data[0]?.next_payment_attempt).toBeGreaterThan(end);

    const good = await stripe.paymentMethods.attach("pm_card_visa", { customer });
    const paid = await stripe.invoices.pay(open.data[0]?.id ?? "", { payment_method: good.id });
    expect(paid).toMatchObject({ attempt_count: 2, status: "paid" });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe("active");
  });

  it("that somebody collects themselves is left alone: no retry, and never unpaid", async () => {
    const { subscription } = await subscribe();
    const customer = String(subscription.customer);
    const bad = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    const end = subscription.items.data[0]?.current_period_end ?? 0;
    await standIn.setClock(end * 1000 - Date.now() + 2 * 3_600_000);
    const failed = await receiver.until("invoice.payment_failed", (all) =>
      all.find(({ event, payload }) => event.type === "invoice.payment_failed" && payload.includes(customer)),
    );
    const id = (failed.event.data.object as Stripe.Invoice).id ?? "";
    const left = await stripe.invoices.update(id, { auto_advance: false });
    expect(left).toMatchObject({ auto_advance: false, next_payment_attempt: null, status: "open" });
    for (let retry = 1; retry <= 6; retry++)
      await expect(stripe.invoices.pay(id)).rejects.toMatchObject({ type: "StripeCardError" });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      attempt_count: 7,
      next_payment_attempt: null,
      status: "open",
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe("past_due");
  });

  it("does not come when the subscription was cancelled for the end of its period", async () => {
    const { subscription } = await subscribe();
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect(ending.cancel_at).toBe(ending.items.data[0]?.current_period_end);
    const kept = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null });
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await standIn.setClock((ending.cancel_at ?? 0) * 1000 - Date.now() + DAY_MS);
    await receiver.until("customer.subscription.deleted", (all) =>
      all.some(
        ({ event }) =>
          event.type === "customer.subscription.deleted" && event.data.object.id === subscription.id,
      ),
    );
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe("canceled");
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
  });

  it("carries the proration of a change in the middle of the month", async () => {
    const { subscription } = await subscribe();
    const item = subscription.items.data[0];
    const start = item?.current_period_start ?? 0;
    const end = item?.current_period_end ?? 0;
    const longer = await monthlyPrice(29_000);
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? "", price: longer.id }],
      proration_date: Math.floor((start + end) / 2),
    });
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(preview.lines.data.map((line) => line.amount)).toEqual([29_000, -8_000, 14_500]);
    expect(preview.total).toBe(35_500);
    expect(preview.lines.data[1]?.parent?.invoice_item_details?.proration).toBe(true);
  });
});

describe("refunds", () => {
  async function paidCharge(number = GOOD): Promise<string> {
    const session = await trialSession();
    await payCheckout(session.url, { number });
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent"] });
    return String((done.payment_intent as Stripe.PaymentIntent).latest_charge);
  }

  it("are partial or whole, and never above the rest", async () => {
    const charge = await paidCharge();
    const first = await stripe.refunds.create({ amount: 1_000, charge, metadata: { reason: "late" } });
    expect(first).toMatchObject({ amount: 1_000, metadata: { reason: "late" }, status: "succeeded" });
    await expect(stripe.refunds.create({ amount: 1_501, charge })).rejects.toMatchObject({
      message: "Refund amount ($15.01) is greater than unrefunded amount on charge ($15.00)",
      statusCode: 400,
    });
    await stripe.refunds.create({ charge });
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({
      code: "charge_already_refunded",
    });
    const refunded = await stripe.charges.retrieve(charge, { expand: ["refunds"] });
    expect(refunded).toMatchObject({ amount_refunded: 2_500, refunded: true });
    expect(refunded.refunds?.data.map((refund) => refund.amount)).toEqual([1_500, 1_000]);
    const movements = await stripe.balanceTransactions.list({ source: first.id, expand: ["data.source"] });
    expect(movements.data[0]).toMatchObject({ amount: -1_000, source: { id: first.id }, type: "refund" });
    await receiver.until(
      "charge.refunded twice",
      (all) =>
        all.filter(({ event, payload }) => event.type === "charge.refunded" && payload.includes(charge))
          .length === 2,
    );
    expect(receiver.typesAbout(first.id)[0]).toBe("refund.created");
  });

  it("of the failing card come back later", async () => {
    const charge = await paidCharge("4000000000005126");
    const refund = await stripe.refunds.create({ charge });
    expect(refund.status).toBe("succeeded");
    await standIn.setClock(10_000);
    await receiver.until("refund.failed", (all) =>
      all.some(({ event }) => event.type === "refund.failed" && event.data.object.id === refund.id),
    );
    await standIn.setClock(0);
    expect(receiver.typesAbout(refund.id).slice(-2)).toEqual(["refund.updated", "refund.failed"]);
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
  });

  it("are refused after a dispute", async () => {
    const charge = await paidCharge("4000000000000259");
    const disputes = await stripe.disputes.list({ charge });
    expect(disputes.data[0]).toMatchObject({ amount: 2_500, status: "needs_response" });
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({ code: "charge_disputed" });
  });
});

describe("payment intents", () => {
  it("answer a decline with 402 and keep what happened", async () => {
    const attempt = stripe.paymentIntents.create({
      amount: 2_500,
      confirm: true,
      currency: "usd",
      payment_method: "pm_card_visa_chargeDeclinedInsufficientFunds",
    });
    const error = await attempt.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      code: "card_declined",
      decline_code: "insufficient_funds",
      statusCode: 402,
    });
    const id = (error as Stripe.errors.StripeCardError).payment_intent?.id ?? "";
    const kept = await stripe.paymentIntents.retrieve(id);
    expect(kept.last_payment_error?.decline_code).toBe("insufficient_funds");
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" });
    expect(paid.status).toBe("succeeded");
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({
      code: "payment_intent_unexpected_state",
    });
  });

  it("can be cancelled before they are paid", async () => {
    const intent = await stripe.paymentIntents.create({ amount: 2_500, currency: "usd" });
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe("canceled");
    await expect(stripe.paymentIntents.create({ amount: 49, currency: "usd" })).rejects.toMatchObject({
      code: "amount_too_small",
    });
  });
});

describe("the protocol", () => {
  it("replays a key with the same body, refuses it with another, and waits out a concurrent one", async () => {
    const key = `enroll:${Date.now()}:1`;
    const first = await stripe.customers.create({ email: "key@example.com" }, { idempotencyKey: key });
    const again = await stripe.customers.create({ email: "key@example.com" }, { idempotencyKey: key });
    expect(again.id).toBe(first.id);
    const replay = await standIn.request("POST", "/v1/customers", "email=key%40example.com", {
      "idempotency-key": key,
    });
    expect(replay.headers.get("idempotent-replayed")).toBe("true");
    await expect(
      stripe.customers.create({ email: "other@example.com" }, { idempotencyKey: key }),
    ).rejects.toMatchObject({ statusCode: 400, type: "StripeIdempotencyError" });

    const body = "email=many%40example.com";
    const many = await Promise.all(
      Array.from({ length: 8 }, () =>
        standIn.request("POST", "/v1/customers", body, { "idempotency-key": `${key}:many` }),
      ),
    );
    const ids = new Set<string>();
    for (const response of many) {
      const answer = (await response.json()) as { id?: string; error?: { type: string } };
      if (response.status === 200) ids.add(answer.id ?? "");
      else expect([response.status, answer.error?.type]).toEqual([409, "idempotency_error"]);
    }
    expect(ids.size).toBe(1);
    const stored = await stripe.customers.list({ email: "many@example.com" });
    expect(stored.data).toHaveLength(1);
  });

  it("replays a decline under its key, and frees the key of a refused parameter", async () => {
    const key = `decline:${Date.now()}`;
    const pay = () =>
      stripe.paymentIntents.create(
        { amount: 2_500, confirm: true, currency: "usd", payment_method: "pm_card_chargeDeclined" },
        { idempotencyKey: key },
      );
    const errors = [await pay().catch((error) => error), await pay().catch((error) => error)];
    expect(errors[1].charge).toBe(errors[0].charge);
    const refused = `refused:${Date.now()}`;
    const create = (email: string) => stripe.customers.create({ email }, { idempotencyKey: refused });
    await expect(create("not an address")).rejects.toMatchObject({ param: "email" });
    await expect(create("good@example.com")).resolves.toHaveProperty("id");
  });

  it.each([
    [
      "GET",
      "/v1/customers/cus_none",
      undefined,
      404,
      { code: "resource_missing", param: "id", message: "No such customer: 'cus_none'" },
    ],
    ["GET", "/v1/nothing", undefined, 404, { type: "invalid_request_error" }],
    ["GET", "/v1/customers?limit=101", undefined, 400, { param: "limit" }],
    ["GET", "/v1/customers?starting_after=cus_none", undefined, 400, { param: "starting_after" }],
    ["GET", "/v1/events?expand[]=data.nothing", undefined, 400, { code: "property_cannot_be_expanded" }],
    ["POST", "/v1/customers", "nonsense=1", 400, { code: "parameter_unknown", param: "nonsense" }],
    ["POST", "/v1/checkout/sessions", "mode=payment", 400, { code: "parameter_missing" }],
    [
      "POST",
      "/v1/checkout/sessions",
      "mode=payment&success_url=https://a.example&payment_method_types[0]=card",
      400,
      { code: "parameter_unknown", param: "payment_method_types" },
    ],
    [
      "POST",
      "/v1/checkout/sessions",
      "mode=payment&success_url=https://a.example&line_items[0][prices]=x",
      400,
      { code: "parameter_unknown", param: "line_items[0][prices]" },
    ],
    [
      "POST",
      "/v1/payment_intents",
      "amount=2500&currency=usd&payment_method_types[]=card",
      400,
      { param: "payment_method_types" },
    ],
    [
      "POST",
      "/v1/payment_intents",
      "amount=ten&currency=usd",
      400,
      { code: "parameter_invalid_integer", param: "amount" },
    ],
    ["POST", "/v1/refunds", "charge=ch_none", 400, { code: "resource_missing", param: "charge" }],
  ])("%s %s %s is refused with %i", async (method, path, body, status, error) => {
    const response = await standIn.request(method, path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("request-id")).toMatch(/^req_/);
    expect(((await response.json()) as { error: object }).error).toMatchObject(error);
  });

  it("refuses a wrong key and a body that is too large", async () => {
    await expect(standIn.client({ key: "sk_test_wrong_0000" }).customers.list()).rejects.toMatchObject({
      statusCode: 401,
      type: "StripeAuthenticationError",
    });
    const large = await standIn.request("POST", "/v1/customers", `description=${"x".repeat(2_000_000)}`);
    expect(large.status).toBe(413);
  });

  it("pages by cursor in both directions and merges metadata", async () => {
    const product = await stripe.products.create({ metadata: { a: "1", b: "2" }, name: "Theory class" });
    const changed = await stripe.products.update(product.id, { metadata: { b: "", c: "3" } });
    expect(changed.metadata).toEqual({ a: "1", c: "3" });
    for (const amount of [100, 200, 300, 400, 500]) {
      await stripe.prices.create({ currency: "usd", product: product.id, unit_amount: amount });
    }
    const all = await stripe.prices.list({ limit: 2, product: product.id }).autoPagingToArray({ limit: 100 });
    expect(all.map((price) => price.unit_amount)).toEqual([500, 400, 300, 200, 100]);
    const back = await stripe.prices.list({ ending_before: all[3]?.id ?? "", limit: 2, product: product.id });
    expect(back.data.map((price) => price.unit_amount)).toEqual([400, 300]);
    expect(back.has_more).toBe(true);
    const expanded = await stripe.prices.retrieve(all[0]?.id ?? "", { expand: ["product"] });
    expect(expanded.product).toMatchObject({ id: product.id, name: "Theory class" });
  });

  it("fails the next calls when told to: before the work, or after it", async () => {
    await standIn.control("fail", { count: 2, status: 503 });
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 503 });
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 503 });
    await expect(stripe.customers.list()).resolves.toHaveProperty("data");

    await standIn.control("fail", { count: 1, status: 500, when: "after" });
    const retrying = standIn.client({ retries: 2 });
    const customer = await retrying.customers.create({ email: "lost-answer@example.com" });
    const stored = await stripe.customers.list({ email: "lost-answer@example.com" });
    expect(stored.data.map(({ id }) => id)).toEqual([customer.id]);
  });

  it("deletes customers but remembers that they were", async () => {
    const customer = await stripe.customers.create({ email: "gone@example.com" });
    expect(await stripe.customers.del(customer.id)).toMatchObject({ deleted: true });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true, id: customer.id });
    expect((await stripe.customers.list({ email: "gone@example.com" })).data).toEqual([]);
    await expect(trialSession({ customer: customer.id })).rejects.toMatchObject({ param: "customer" });
  });
});

describe("webhooks", () => {
  afterEach(() => standIn.control("webhooks", { mode: "normal" }));

  const about = (id: string) =>
    receiver.deliveries.filter(({ event }) => (event.data.object as { id: string }).id === id);

  it("are signed over the exact bytes with the real time, and survive no tampering", async () => {
    const customer = await stripe.customers.create({ email: "sign@example.com" });
    const { payload, signature } = await receiver.until("customer.created", () => about(customer.id)[0]);
    const at = Number(/t=(\d+)/.exec(signature)?.[1]);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(10);
    const verify = (body: string, secret = WEBHOOK_SECRET) =>
      stripe.webhooks.constructEvent(body, signature, secret);
    expect(verify(payload).livemode).toBe(false);
    expect(() => verify(JSON.stringify(JSON.parse(payload)))).toThrow();
    expect(() => verify(payload, "whsec_other")).toThrow();
  });

  it("are tried again until they are taken", async () => {
    receiver.refuse = 2;
    const customer = await stripe.customers.create({ email: "retry@example.com" });
    const { event } = await receiver.until("the third attempt", () => about(customer.id)[0]);
    expect(receiver.refuse).toBe(0);
    expect((await stripe.events.retrieve(event.id)).type).toBe("customer.created");
  });

  it("are duplicated, dropped, sent again, reversed and delayed on demand", async () => {
    await standIn.control("webhooks", { mode: "duplicate" });
    const twice = await stripe.customers.create({ email: "twice@example.com" });
    await receiver.until("two deliveries", () => about(twice.id).length === 2);
    expect(new Set(about(twice.id).map(({ event }) => event.id)).size).toBe(1);

    await standIn.control("webhooks", { mode: "drop" });
    const dropped = await stripe.customers.create({ email: "dropped@example.com" });
    await standIn.control("webhooks", { mode: "reverse", delayMs: 300 });
    const first = await stripe.customers.create({ email: "first@example.com" });
    const second = await stripe.customers.create({ email: "second@example.com" });
    await receiver.until("both", () => about(first.id).length + about(second.id).length === 2);
    const order = receiver.deliveries.map(({ event }) => (event.data.object as { id: string }).id);
    expect(order.indexOf(second.id)).toBeLessThan(order.indexOf(first.id));
    expect(about(dropped.id)).toEqual([]);

    const events = await stripe.events.list({ limit: 100, type: "customer.created" });
    const lost = events.data.find((event) => (event.data.object as Stripe.Customer).id === dropped.id);
    await standIn.control(`resend/${lost?.id}`, {});
    await receiver.until("the dropped event", () => about(dropped.id).length === 1);

    await standIn.control("webhooks", { mode: "delay", delayMs: 700 });
    const created = performance.now();
    const late = await stripe.customers.create({ email: "late@example.com" });
    await receiver.until("the late event", () => about(late.id).length === 1);
    expect(performance.now() - created).toBeGreaterThan(650);
  });

  it("go over a bad network on demand: copied, shuffled, lost and sent again, or lost for good", async () => {
    await standIn.control("network", { copies: 3, shuffleMs: 300, lossPercent: 50 });
    const kept = await stripe.customers.create({ email: "copies@example.com" });
    await standIn.control("lose", { object: kept.id });
    await receiver.until("three copies", () => about(kept.id).length >= 3);
    await standIn.control("network", {});
    await stripe.customers.update(kept.id, { name: "Nobody hears of it" });
    const other = await stripe.customers.create({ email: "after@example.com" });
    await receiver.until("the one after", () => about(other.id).length === 1);
    expect(new Set(about(kept.id).map(({ event }) => event.type))).toEqual(new Set(["customer.created"]));
  });

  it("reach further endpoints, by type", async () => {
    const other = await Receiver.start();
    const endpoint = await stripe.webhookEndpoints.create({
      enabled_events: ["product.created"],
      url: other.url,
    });
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    await stripe.webhookEndpoints.del(endpoint.id);
    await other.stop();
  });
});

describe("a power cut", () => {
  it("loses neither state nor events", async () => {
    const session = await trialSession();
    receiver.refuse = 1_000;
    expect((await payCheckout(session.url, { number: GOOD })).outcome).toBe("paid");
    await standIn.kill();
    receiver.refuse = 0;
    await standIn.launch();
    await completed(session.id);
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done).toMatchObject({ payment_status: "paid", status: "complete" });
    expect((await stripe.charges.list({ payment_intent: String(done.payment_intent) })).data).toHaveLength(1);
  });
});
