import { enroll, openPage, pay, untilActive } from "../enrolling";
import { openAccount } from "../families";
import type { Flow } from "../flow";
import { persist } from "../persist";

/** Two payment pages are open, as after a hitch at Stripe, and both are paid at once: one payment goes back. */
export const secondPayment: Flow = {
  name: "second-payment",
  weight: 2,
  visits: [
    async (visit) => {
      const { world, random, record } = visit;
      const family = await openAccount(world, "Severin");
      const { enrollmentId, checkoutUrl } = await enroll(
        visit,
        family,
        random.chance(0.5) ? "trial" : "plan",
      );
      // The academy takes its first page for gone, as it does when Stripe refuses one; Stripe has it open.
      await persist(
        () => world.sql`
          update checkouts set status = 'expired' where enrollment_id = ${enrollmentId} and url = ${checkoutUrl}`,
      );
      const second = await openPage(world, enrollmentId);
      const outcomes = await Promise.all([pay(checkoutUrl), pay(second)]);
      const paid = outcomes.filter((outcome) => outcome === "paid").length;
      record.expect(`of ${paid} payments one is kept`, async () => {
        const [row] = await world.sql<{ all: number; kept: number }[]>`
          select count(*)::int as all, count(*) filter (where refunded_cents = 0)::int as kept
            from payments where enrollment_id = ${enrollmentId}`;
        const [enrollment] = await world.sql<{ status: string }[]>`
          select status from enrollments where id = ${enrollmentId}`;
        return row?.all === paid && row.kept === (enrollment?.status === "active" ? 1 : 0);
      });
      await untilActive(world, enrollmentId);
    },
  ],
};
