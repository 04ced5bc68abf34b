import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type * as Cards from "@/lib/billing/cards";
import type * as Checkout from "@/lib/billing/checkout";
import type * as Collection from "@/lib/billing/collection";
import type * as Billing from "@/lib/billing/mutations";
import type * as Refunds from "@/lib/billing/refunds";
import type * as StripeEvents from "@/lib/billing/stripe-events";
import { payCheckout } from "@/local/stripe/complete-checkout";
import { StandIn } from "@/local/stripe/test-service";
import { giveBack } from "./collection-violations";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, people, sessionOf } from "./fixture-ids";
import { asPrincipal } from "./principal";
import { setUpProduct } from "./product-settings";

const DAY = 24 * 3_600_000;

let database: TestDatabase;
let standIn: StandIn;
let directory: string;
let checkout: typeof Checkout;
let billing: typeof Billing;
let cards: typeof Cards;
let collection: typeof Collection;
let events: typeof StripeEvents;
let refunds: typeof Refunds;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  standIn = await StandIn.start("http://127.0.0.1:9/webhooks");
  directory = await mkdtemp(join(tmpdir(), "renewals-"));
  await setUpProduct(database, { STRIPE_API_BASE: standIn.origin });
  // Read at each call, in each test; the settings refuse it outside the embedded stack.
  process.env.CLOCK_FILE = join(directory, "clock");
  checkout = await import("@/lib/billing/checkout");
  billing = await import("@/lib/billing/mutations");
  cards = await import("@/lib/billing/cards");
  collection = await import("@/lib/billing/collection");
  events = await import("@/lib/billing/stripe-events");
  refunds = await import("@/lib/billing/refunds");
});

afterAll(async () => {
  delete process.env.CLOCK_FILE;
  await standIn?.stop();
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

let aheadMs = 0;

async function advance(byMs: number): Promise<void> {
  aheadMs += byMs;
  await writeFile(join(directory, "clock"), String(aheadMs));
  await standIn.setClock(aheadMs);
}

let enrolled = 0;

/** Each at a weekly time of its own. */
async function addEnrollment(student: string): Promise<string> {
  enrolled += 1;
  const [row] = await database.owner<{ id: string }[]>`
    insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
    values (${ids.familyA}, ${student}, ${ids.drums}, ${ids.teacher2}, 30, now() + interval '9 days' + ${enrolled} * interval '1 hour', 'plan', 'monthly', '1')
    returning id`;
  return row?.id ?? "";
}

/** A family that has paid its first month; the books know nothing of it yet. */
async function enroll(student: string = ids.studentA2, card = "4242424242424242") {
  const enrollment = await addEnrollment(student);
  const opened = await checkout.openCheckout(enrollment);
  const paid = await payCheckout(opened?.url ?? "", { number: card });
  expect(paid.outcome).toBe("paid");
  const [row] = await database.owner<{ session: string }[]>`
    select stripe_session_id as session from checkouts where enrollment_id = ${enrollment}`;
  const session = await standIn.client().checkout.sessions.retrieve(row?.session ?? "");
  return {
    enrollment,
    session: session.id,
    subscription: String(session.subscription),
    customer: String(session.customer),
  };
}

/** Makes a card the one that pays: this one can be saved and is declined whenever it is charged. */
async function useCard(of: { customer: string; subscription: string }, card: string): Promise<void> {
  const method = await standIn.client().paymentMethods.attach(card, { customer: of.customer });
  await standIn.client().subscriptions.update(of.subscription, { default_payment_method: method.id });
}

const newestInvoice = async (subscription: string): Promise<Stripe.Invoice | undefined> =>
  (await standIn.client().invoices.list({ subscription, limit: 1 })).data[0];

/** Lets a month pass, and waits until Stripe has tried to charge the next one. */
async function renew(subscription: string): Promise<Stripe.Invoice> {
  const before = await newestInvoice(subscription);
  await advance(31 * DAY + 2 * 3_600_000);
  return vi.waitFor(
    async () => {
      const invoice = await newestInvoice(subscription);
      if (!invoice || invoice.id === before?.id || !invoice.attempted) throw new Error("not charged yet");
      return invoice;
    },
    { timeout: 15_000, interval: 100 },
  );
}

type Message = { eventId: string; type: string; objectId: string };

/** What Stripe would have told of some objects, in the order in which it happened. */
async function messagesAbout(objects: readonly string[], types: readonly string[]): Promise<Message[]> {
  const found: Message[] = [];
  for await (const event of standIn.client().events.list({ limit: 100 })) {
    const object = event.data.object as { id?: string };
    if (object.id && objects.includes(object.id) && types.includes(event.type))
      found.push({ eventId: event.id, type: event.type, objectId: object.id });
  }
  return found.reverse();
}

const receive = async (message: Message) => {
  await events.storeStripeEvent({ id: message.eventId, type: message.type, objectId: message.objectId });
  return events.applyStripeEvent(message);
};

/** The books as they concern an enrollment, without the ids that are ours alone. */
async function booksOf(enrollment: string) {
  const [books] = await database.owner`
    select
      (select json_agg(json_build_array(p.stripe_charge_id, p.amount_cents, p.status, p.description, i.stripe_invoice_id) order by p.paid_at)
         from payments p left join invoices i on i.id = p.invoice_id where p.enrollment_id = ${enrollment}) as payments,
      (select json_agg(json_build_array(t.cause, l.account, l.amount_cents) order by t.cause, l.amount_cents)
         from ledger_entries l join ledger_transactions t on t.id = l.transaction_id
         join payments p on p.id = l.payment_id where p.enrollment_id = ${enrollment}) as ledger,
      (select json_agg(json_build_array(i.stripe_invoice_id, i.status, i.total_cents, i.paid_cents, i.due_on, l.code, l.label, l.period)
                       order by i.due_on, l.position)
         from invoices i join invoice_lines l on l.invoice_id = i.id where l.enrollment_id = ${enrollment}) as invoices,
      (select json_agg(json_build_array(a.cause, a.decline_code, a.amount_cents, a.card_last4) order by a.cause)
         from payment_attempts a join invoice_lines l on l.invoice_id = a.invoice_id where l.enrollment_id = ${enrollment}) as attempts,
      (select json_agg(json_build_array(s.stripe_subscription_id, s.status, s.current_period_end)) from subscriptions s
        where s.enrollment_id = ${enrollment}) as subscriptions,
      (select json_agg(o.name order by o.name) from outbox o
        where o.name in ('enrollment/paid', 'billing/payment.recorded', 'billing/payment.failed')) as told`;
  return books ?? {};
}

/** Takes the money out of the books again, as if nothing had arrived yet: the next order starts from there. */
async function forget(): Promise<void> {
  await database.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from ledger_entries where payment_id in (select id from payments where stripe_charge_id is not null)`;
    await tx`delete from ledger_transactions t where not exists (select from ledger_entries e where e.transaction_id = t.id)`;
    await tx`delete from payments where stripe_charge_id is not null`;
    await tx`delete from payment_attempts where cause like 'ch\\_%'`;
    await tx`delete from invoice_lines where invoice_id in (select id from invoices where stripe_invoice_id is not null)`;
    await tx`delete from invoices where stripe_invoice_id is not null`;
    await tx`delete from subscriptions where fetch_number > 0`;
    await tx`delete from outbox`;
    await tx`delete from stripe_events where id not in ('evt_A', 'evt_B')`;
    await tx`update checkouts set status = 'open' where stripe_session_id is not null`;
  });
}

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, nth) =>
    ordersOf([...items.slice(0, nth), ...items.slice(nth + 1)]).map((rest) => [item, ...rest]),
  );
}

const outbox = async (name: string) =>
  (
    await database.owner<{ data: Record<string, string> }[]>`
    select data from outbox where name = ${name} order by created_at`
  ).map(({ data }) => data);

describe("a renewal that failed once and was paid then", () => {
  it("leaves the same books in whatever order Stripe's messages come, repeated or missing", async () => {
    const of = await enroll();
    const second = await renew(of.subscription);
    await useCard(of, "pm_card_chargeCustomerFail");
    const third = await renew(of.subscription);
    expect(third.status).toBe("open");
    const visa = await standIn.client().paymentMethods.attach("pm_card_visa", { customer: of.customer });
    await standIn.client().invoices.pay(third.id ?? "", { payment_method: visa.id });

    const updated = await messagesAbout([of.subscription], ["customer.subscription.updated"]);
    const messages = [
      ...(await messagesAbout([of.session], ["checkout.session.completed"])),
      ...updated.slice(-1),
      ...(await messagesAbout([third.id ?? ""], ["invoice.payment_failed", "invoice.paid"])),
    ];
    expect(messages.map(({ type }) => type)).toEqual([
      "checkout.session.completed",
      "customer.subscription.updated",
      "invoice.payment_failed",
      "invoice.paid",
    ]);
    await forget();
    for (const message of messages) await receive(message);
    const books = await booksOf(of.enrollment);
    expect(books).toMatchObject({
      payments: [
        [expect.any(String), 20_500, "succeeded", "Lessons: Drums, Abe", null],
        [expect.any(String), 16_000, "succeeded", "Tuition: Drums, Abe", second.id],
        [expect.any(String), 16_000, "succeeded", "Tuition: Drums, Abe", third.id],
      ],
      attempts: [[expect.any(String), "generic_decline", 16_000, "0341"]],
      subscriptions: [[of.subscription, "active", expect.any(String)]],
      told: [
        "billing/payment.recorded",
        "billing/payment.recorded",
        "billing/payment.recorded",
        "enrollment/paid",
      ],
    });
    expect(books.invoices).toEqual([
      [
        second.id,
        "paid",
        16_000,
        16_000,
        expect.any(String),
        "tuition",
        expect.any(String),
        expect.any(String),
      ],
      [
        third.id,
        "paid",
        16_000,
        16_000,
        expect.any(String),
        "tuition",
        expect.any(String),
        expect.any(String),
      ],
    ]);

    for (const order of ordersOf(messages)) {
      await forget();
      // Each message a second time, at once or later.
      for (const message of [...order, ...order]) await receive(message);
      expect(await booksOf(of.enrollment), order.map(({ type }) => type).join(", ")).toEqual(books);
    }
    // The one message that comes with every renewal is enough.
    await forget();
    for (const message of messages.slice(1, 2)) await receive(message);
    expect(await booksOf(of.enrollment)).toEqual(books);
    // All at once, too.
    await forget();
    await Promise.all([...messages, ...messages].map(receive));
    expect(await booksOf(of.enrollment)).toEqual(books);
  }, 240_000);
});

describe("a renewal that fails", () => {
  it("is collected by the academy alone, every 48 hours at most five times, and once paid it is over", async () => {
    const of = await enroll();
    await billing.recordCheckout(of.session);
    await useCard(of, "pm_card_chargeCustomerFail");
    const failed = await renew(of.subscription);
    await database.owner`delete from outbox`;
    for (const message of await messagesAbout([failed.id ?? ""], ["invoice.payment_failed"]))
      await receive(message);
    const [overdue] = await outbox("billing/invoice.overdue");
    const invoice = overdue?.invoiceId ?? "";
    expect(await outbox("billing/payment.failed")).toHaveLength(1);

    expect(await collection.stopStripeRetries(invoice)).toBe("Stripe leaves the retries to us");
    const waiting = await standIn.client().invoices.retrieve(failed.id ?? "");
    expect([waiting.auto_advance, waiting.next_payment_attempt]).toEqual([false, null]);
    // The enrollment waits for its workflow here; what it pays for runs.
    await database.owner`update enrollments set status = 'active', activated_at = now() where id = ${of.enrollment}`;

    for (let turn = 1; turn <= 5; turn++) {
      const plan = await collection.planCollection(invoice);
      expect(plan).toMatchObject({ kind: "retry", words: `Charge again, ${turn} of 5` });
      expect(await collection.moveCollection(invoice)).toBe("Nothing is due yet");
      await advance(48 * 3_600_000 + 60_000);
      // Twice, as after a crash: charged once.
      const did = await Promise.all([collection.moveCollection(invoice), collection.moveCollection(invoice)]);
      expect(did).toContain(`Declined again: ${turn + 1} charges failed`);
      const [tries] = await database.owner<{ count: number }[]>`
        select count(*)::int as count from payment_attempts where invoice_id = ${invoice}`;
      expect(tries?.count).toBe(turn + 1);
    }
    expect(await collection.planCollection(invoice)).toMatchObject({ kind: "pause" });
    expect((await standIn.client().subscriptions.retrieve(of.subscription)).status).toBe("past_due");
    expect(await outbox("billing/payment.failed")).toHaveLength(6);

    const url = await cards.openCardPage({ familyId: ids.familyA, guardianId: ids.guardianA });
    const done = await payCheckout(url, { number: "5555555555554444" });
    const session = new URL(done.location ?? "").searchParams.get("card") ?? "";
    expect(await cards.recordCard(session)).toEqual({ familyId: ids.familyA });
    expect(await cards.recordCard(session)).toEqual({ familyId: ids.familyA });
    const [saved, ...others] = await outbox("billing/card.saved");
    expect(others).toEqual([]);
    expect(await collection.listOverdue(saved?.cardId ?? "")).toEqual([invoice]);
    expect(await collection.chargeInvoice(invoice)).toBe("Paid");
    expect(await collection.chargeInvoice(invoice)).toBe("No longer open");
    expect(await collection.planCollection(invoice)).toMatchObject({ kind: "stop" });
    expect(await outbox("billing/invoice.settled")).toEqual([{ invoiceId: invoice }]);
    const [payment] = await database.owner<{ brand: string; last4: string }[]>`
      select card_brand as brand, card_last4 as last4 from payments where invoice_id = ${invoice}`;
    expect(payment).toEqual({ brand: "mastercard", last4: "4444" });
    // The next months are charged to the new card as well.
    const next = await renew(of.subscription);
    expect(next.status).toBe("paid");
  }, 120_000);
});

describe("a refund by hand", () => {
  it("goes to the card once, ends the tuition where asked to, and is posted back when the bank returns it", async () => {
    // A refund to this card succeeds, and comes back seconds later.
    const of = await enroll(ids.studentA1, "4000000000005126");
    const recorded = await billing.recordCheckout(of.session);
    const payment = recorded?.paymentId ?? "";
    const [made] = await asPrincipal(
      database.app,
      { kind: "user", userId: people.admin, sessionId: sessionOf("admin") },
      (tx) => giveBack(tx, 1000, { payment, ends: true }),
      aheadMs,
    );
    const refund = made?.refund_id as string;
    const state = async () => {
      const [row] = await database.owner`
        select r.status, p.refunded_cents as back, p.status as payment, p.stripe_payment_intent_id as intent,
               (select json_agg(json_build_array(l.account, l.amount_cents) order by l.id)
                  from ledger_entries l join ledger_transactions t on t.id = l.transaction_id
                 where l.payment_id = p.id and t.cause like 're\\_%') as posted
          from refunds r join payments p on p.id = r.payment_id where r.id = ${refund}`;
      return row ?? {};
    };
    await Promise.all([refunds.sendBack(refund), refunds.sendBack(refund)]);
    expect(await refunds.sendBack(refund)).toBe("Was sent already");
    const sent = await state();
    expect(sent).toMatchObject({
      status: "succeeded",
      back: 1000,
      payment: "partially_refunded",
      posted: [
        ["refunds", 1000],
        ["stripe_balance", -1000],
      ],
    });
    const intent = String(sent.intent);
    const atStripe = await standIn.client().refunds.list({ payment_intent: intent });
    expect(atStripe.data.map(({ amount }) => amount)).toEqual([1000]);
    expect(await refunds.endTuitionOfRefund(refund)).toBe("Tuition ended");
    expect(await refunds.endTuitionOfRefund(refund)).toBe("Had ended");
    expect((await standIn.client().subscriptions.retrieve(of.subscription)).status).toBe("canceled");

    await advance(60_000);
    await vi.waitFor(
      async () => {
        const { data } = await standIn.client().refunds.list({ payment_intent: intent });
        expect(data[0]?.status).toBe("failed");
      },
      { timeout: 10_000, interval: 100 },
    );
    await Promise.all([billing.recordRefunds(intent), billing.recordRefunds(intent)]);
    expect(await state()).toMatchObject({
      status: "failed",
      back: 0,
      payment: "succeeded",
      posted: [
        ["refunds", 1000],
        ["stripe_balance", -1000],
        ["refunds", -1000],
        ["stripe_balance", 1000],
      ],
    });
    expect(
      (await outbox("billing/refund.settled")).filter(({ refundId }) => refundId === refund),
    ).toHaveLength(2);
  }, 60_000);
});
