import { inngest } from "@/inngest/client";
import { offerAnswered, offerMade } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { sendWaitlistOffer } from "@/lib/scheduling/waitlist-mail";
import { expireOffer, readOpenOffer } from "@/lib/scheduling/waitlist-mutations";

/**
 * An offer of the waitlist from its letter to its end: when nobody has answered by then, it ends, and the database
 * passes what was offered on to the next family, whose own run begins.
 */
export const followOffer = inngest.createFunction(
  {
    id: "follow-offer",
    name: "Waitlist: tell the family, pass on in time",
    triggers: [offerMade],
    retries: 4,
    idempotency: "event.data.offerId",
  },
  async ({ event, step, runId }) => {
    const { offerId } = event.data;
    const run = {
      runId,
      functionId: "follow-offer",
      subject: { type: "waitlist_offer", id: offerId },
    } as const;
    await track(run, step, async (tracked) => {
      const expiresAt = await tracked.step(
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
      const answer = await step.waitForEvent("wait-for-answer", {
        event: offerAnswered,
        timeout: new Date(expiresAt),
        if: "event.data.offerId == async.data.offerId",
      });
      if (answer !== null) return;
      await tracked.step(
        "end-offer",
        () => expireOffer(offerId),
        ({ ended, nextOfferId }) =>
          !ended ? "Answered in time" : nextOfferId ? "Passed on to the next family" : "Nobody is next",
      );
    });
  },
);
