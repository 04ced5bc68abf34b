import { offerAnswered, offerMade } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendWaitlistOffer } from "@/lib/scheduling/waitlist-mail";
import { expireOffer, readOpenOffer } from "@/lib/scheduling/waitlist-mutations";

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
    const expiresAt = await step(
      "email-family",
      async () => {
        const offer = await readOpenOffer(offerId);
        if (!offer) return null;
        await sendWaitlistOffer(offerId);
        return offer.expiresAt.getTime();
      },
      (until) => (until === null ? "Answered already" : "Letter sent"),
    );
    if (expiresAt === null) return;
    const answer = await tools.waitForEvent("wait-for-answer", {
      event: offerAnswered,
      timeout: new Date(expiresAt),
      if: "event.data.offerId == async.data.offerId",
    });
    if (answer !== null) return;
    await step(
      "end-offer",
      () => expireOffer(offerId),
      ({ ended, nextOfferId }) =>
        !ended ? "Answered in time" : nextOfferId ? "Passed on to the next family" : "Nobody is next",
    );
  },
);
