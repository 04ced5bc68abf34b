import { enrollAndPay } from "../enrolling";
import type { Flow } from "../flow";

/** Weekly lessons on a subscription, paid with a good card. */
export const weekly: Flow = {
  name: "weekly",
  weight: 4,
  visits: [
    async (visit) => {
      await enrollAndPay(visit, "Wesley", "plan");
    },
  ],
};
