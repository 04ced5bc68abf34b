import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Checkout from "@/lib/billing/checkout";
import type * as Billing from "@/lib/billing/mutations";
import { payCheckout } from "@/local/stripe/complete-checkout";
import { StandIn } from "@/local/stripe/test-service";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids } from "./fixture-ids";
import { setUpProduct } from "./product-settings";

let database: TestDatabase;
let stripe: StandIn;
let checkout: typeof Checkout;
let billing: typeof Billing;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  stripe = await StandIn.start("http://127.0.0.1:9/webhooks");
  await setUpProduct(database, { STRIPE_API_BASE: stripe.origin });
  checkout = await import("@/lib/billing/checkout");
  billing = await import("@/lib/billing/mutations");
});

afterAll(async () => {
  await stripe?.stop();
  await database?.drop();
});

async function addEnrollment(kind: "trial" | "plan"): Promise<string> {
  const [row] = await database.owner<{ id: string }[]>`
    insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
    values (${ids.familyA}, ${ids.studentA2}, ${ids.drums}, ${ids.teacher2}, 30, now() + interval '9 days', ${kind}, 'monthly', '1')
    returning id`;
  return row?.id ?? "";
}

const statusesOf = async (enrollment: string) =>
  (
    await database.owner<{ status: string }[]>`
      select status from checkouts where enrollment_id = ${enrollment} order by created_at`
  ).map(({ status }) => status);

describe("the payment page of an enrolment", () => {
  it("comes once Stripe is back, however long it was away, and is one", async () => {
    const enrollment = await addEnrollment("trial");
    await stripe.kill();
    await expect(checkout.openCheckout(enrollment)).rejects.toThrow(/connection to Stripe/);
    // Stripe opens no page that would end in less than 30 minutes.
    await database.owner`
      update checkouts set created_at = created_at - interval '20 minutes' where enrollment_id = ${enrollment}`;
    await stripe.launch();

    const opened = await checkout.openCheckout(enrollment);
    const again = await checkout.openCheckout(enrollment);
    expect(again).toEqual(opened);
    expect(await statusesOf(enrollment)).toEqual(["expired", "open"]);
    const { data } = await stripe.client().checkout.sessions.list();
    expect(data.map((session) => [session.url, session.client_reference_id, session.amount_total])).toEqual([
      [opened?.url, enrollment, 2_500],
    ]);
  });

  it("comes the tenth time on the same connection too, when PostgreSQL plans for any parameters", async () => {
    for (let time = 0; time < 10; time++) {
      const opened = await checkout.openCheckout(await addEnrollment("plan"));
      expect(opened?.url).toContain(stripe.origin);
    }
  });

  it("comes for a family whose customer Stripe does not know any more: a new one takes its place", async () => {
    await database.owner`update families set stripe_customer_id = 'cus_gone' where id = ${ids.familyA}`;
    const opened = await checkout.openCheckout(await addEnrollment("plan"));
    expect(opened?.url).toContain(stripe.origin);
    const [family] = await database.owner<{ id: string }[]>`
      select stripe_customer_id as id from families where id = ${ids.familyA}`;
    const customer = await stripe.client().customers.retrieve(family?.id ?? "");
    expect(customer).toMatchObject({ email: "parenta@test.example", metadata: { family_id: ids.familyA } });
  });
});

describe("a second payment for one enrollment", () => {
  it("goes back with the subscription that it began; the first one goes on", async () => {
    const enrollment = await addEnrollment("plan");
    const pay = async () => {
      const opened = await checkout.openCheckout(enrollment);
      await database.owner`update checkouts set status = 'expired' where id = ${opened?.checkoutId ?? ""}`;
      return opened;
    };
    const [first, second] = [await pay(), await pay()];
    const paymentIds: string[] = [];
    for (const opened of [first, second]) {
      const paid = await payCheckout(opened?.url ?? "", { number: "4242424242424242" });
      expect(paid.outcome).toBe("paid");
      const [row] = await database.owner<{ session: string }[]>`
        select stripe_session_id as session from checkouts where id = ${opened?.checkoutId ?? ""}`;
      const recorded = await billing.recordCheckout(row?.session ?? "");
      paymentIds.push(recorded?.paymentId ?? "");
    }
    const given = await billing.refundPayment(paymentIds[1] ?? "", "duplicate");
    expect(given.refundedCents).toBeGreaterThan(0);
    expect(await billing.refundPayment(paymentIds[1] ?? "", "duplicate")).toEqual(given);
    const rows = await database.owner<{ status: string }[]>`
      select status from subscriptions where enrollment_id = ${enrollment} order by created_at`;
    expect(rows.map(({ status }) => status)).toEqual(["active", "canceled"]);
    const payments = await database.owner<{ status: string }[]>`
      select status from payments where enrollment_id = ${enrollment} order by receipt_number`;
    expect(payments.map(({ status }) => status)).toEqual(["succeeded", "refunded"]);
  });
});
