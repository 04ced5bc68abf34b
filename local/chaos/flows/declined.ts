import { cards, enroll, pay, untilActive } from "../enrolling";
import { openAccount } from "../families";
import { type Flow, Undone } from "../flow";

/** A card that is declined, once or twice, then a good one: one charge. */
export const declined: Flow = {
  name: "declined",
  weight: 2,
  visits: [
    async (visit) => {
      const { world, random } = visit;
      const family = await openAccount(world, "Dorian");
      const { enrollmentId, checkoutUrl } = await enroll(
        visit,
        family,
        random.chance(0.5) ? "trial" : "plan",
      );
      for (let attempt = random.between(1, 2); attempt > 0; attempt--) {
        const outcome = await pay(checkoutUrl, cards.declined);
        if (outcome === "expired") throw new Undone("the payment page had expired");
        if (outcome !== "declined") throw new Error(`a bad card was ${outcome}`);
      }
      if ((await pay(checkoutUrl)) !== "paid") throw new Undone("the payment page had expired");
      await untilActive(world, enrollmentId);
    },
  ],
};
