import { enrollAndPay } from "../enrolling";
import type { Flow } from "../flow";

/** A trial lesson, paid with a good card. */
export const trial: Flow = {
  name: "trial",
  weight: 5,
  visits: [
    async (visit) => {
      await enrollAndPay(visit, "Tamsin", "trial");
    },
  ],
};
