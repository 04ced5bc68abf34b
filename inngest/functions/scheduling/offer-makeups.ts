import { workflow } from "@/inngest/workflow";
import { countOf } from "@/lib/format";
import { sendMakeupOffers } from "@/lib/scheduling/makeup-offers";

/** More batches than there are ever credits that end at once; what is left waits for the next morning. */
const BATCHES = 50;

/** Every morning families whose make-up credits end in two weeks, or in three days, get open times to choose from. */
export const offerMakeupsEveryMorning = workflow(
  {
    id: "offer-makeups",
    name: "Make-ups: credits that end soon",
    cron: "TZ=America/New_York 0 9 * * *",
    subject: () => ({ type: "academy", id: null }),
    retries: 4,
    concurrency: 1,
  },
  async ({ step }) => {
    for (let batch = 1; batch <= BATCHES; batch++) {
      const count = await step(`write-${batch}`, sendMakeupOffers, (letters) =>
        letters === 0 ? "Nobody is left to write to" : `${countOf(letters, "letter")} written`,
      );
      if (count === 0) return;
    }
  },
);
