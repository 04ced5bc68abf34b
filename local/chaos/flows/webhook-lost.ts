import { enroll, pay } from "../enrolling";
import { openAccount } from "../families";
import type { Flow } from "../flow";
import { persist } from "../persist";
import { controlStripe } from "../world";

/** The webhook of the payment never comes, not even later: the end of the hold finds the payment. */
export const webhookLost: Flow = {
  name: "webhook-lost",
  weight: 1,
  visits: [
    async (visit) => {
      const { world, record } = visit;
      const family = await openAccount(world, "Wilfred");
      const { enrollmentId, checkoutUrl } = await enroll(visit, family, "trial");
      const [checkout] = await persist(
        () => world.sql<{ session: string }[]>`
          select stripe_session_id as session from checkouts where enrollment_id = ${enrollmentId} and url = ${checkoutUrl}`,
      );
      await controlStripe(world.stack, "lose", { object: checkout?.session ?? "" });
      // Somebody may have been given the time, once the hold was over.
      if ((await pay(checkoutUrl)) === "paid") record.mayEnd(enrollmentId, "active", "cancelled");
      else record.mayEnd(enrollmentId, "lapsed", "cancelled");
    },
  ],
};
