import { enrollAndPay } from "../enrolling";
import type { Flow } from "../flow";
import { persist } from "../persist";

/** The academy gives money back at Stripe, a part or the whole, once or twice: the books follow. */
export const refund: Flow = {
  name: "refund",
  weight: 2,
  visits: [
    async (visit) => {
      const { world, random, record } = visit;
      const { enrollmentId } = await enrollAndPay(visit, "Rosalind", "trial");
      const [payment] = await persist(
        () => world.sql<{ id: string; intent: string; cents: number }[]>`
          select id, stripe_payment_intent_id as intent, amount_cents as cents from payments
           where enrollment_id = ${enrollmentId} order by receipt_number limit 1`,
      );
      if (!payment) throw new Error(`enrollment ${enrollmentId} is active without a payment`);
      const parts = random.pick([[payment.cents], [700], [400, 600], [1_000, payment.cents - 1_000]]);
      for (const [nth, amount] of parts.entries()) {
        await persist(() =>
          world.stripe.refunds.create(
            { payment_intent: payment.intent, amount },
            { idempotencyKey: `chaos:${payment.id}:${nth}` },
          ),
        );
      }
      const total = parts.reduce((sum, part) => sum + part, 0);
      record.expect(
        `payment ${payment.id} has ${total} cents given back in ${parts.length} refunds`,
        async () => {
          const [row] = await world.sql<{ given: number; refunds: number }[]>`
          select p.refunded_cents as given,
                 (select count(*)::int from refunds r where r.payment_id = p.id) as refunds
            from payments p where p.id = ${payment.id}`;
          return row?.given === total && row.refunds === parts.length;
        },
      );
    },
  ],
};
