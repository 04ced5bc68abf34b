import { offerAnswered, offerMade } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendWaitlistOffer } from "@/lib/scheduling/waitlist-mail";
import { expireOffer, readOpenOffer } from "@/lib/scheduling/waitlist-mutations";

/** How often an offer's end is looked for; clocks that differ by less than a second need two. */
const LOOKS = 20;

/**
 * An offer of the waitlist from its letter to its end: when nobody has answered by then, it ends, and the database
 * passes what was offered on to the next family, whose own run begins.
 */
export const followOffer = workflow(
  {
    id: "follow-offer",
    name: "Waitlist: an offer, its letter and its end",
    on: offerMade,
    subject: ({ offerId }) => ({ type: "waitlist_offer", id: offerId }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.offerId" },
  },
  async ({ data: { offerId }, step, tools }) => {
    const expiresAt: number | null = await step(
      "email-family",
      async () => {
        const offer = await readOpenOffer(offerId);
        if (!offer) return null;
        await sendWaitlistOffer(offerId);
        return offer.expiresAt.getTime();
      },
      (until) => (until === null ? "Answered already" : "Letter sent"),
    );
    for (let look = 1, until = expiresAt; look <= LOOKS && until !== null; look++) {
      const answer = await tools.waitForEvent(look === 1 ? "wait-for-answer" : `wait-for-answer-${look}`, {
        event: offerAnswered,
        timeout: new Date(until),
        if: "event.data.offerId == async.data.offerId",
      });
      if (answer !== null) return;
      const end = await step(
        look === 1 ? "end-offer" : `end-offer-${look}`,
        () => expireOffer(offerId),
        ({ ended, nextOfferId, lookAgainAt }) =>
          lookAgainAt !== null
            ? "Not quite over; looked at again"
            : !ended
              ? "Answered in time"
              : nextOfferId
                ? "Passed on to the next family"
                : "Nobody is next",
      );
      until = end.lookAgainAt;
    }
  },
);
