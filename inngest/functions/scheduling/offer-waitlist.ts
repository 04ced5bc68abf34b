import { inngest } from "@/inngest/client";
import { timeFreed } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { offerFreedTime } from "@/lib/scheduling/waitlist-mutations";

/**
 * A freed time is held for the first family of the waitlist that it suits; `follow-offer` writes to it and sees the
 * offer to its end. A seat of a class is offered by the database in the very step in which it becomes free.
 */
export const offerToWaitlist = inngest.createFunction(
  {
    id: "offer-waitlist",
    name: "Waitlist: offer a freed time",
    triggers: [timeFreed],
    retries: 4,
    idempotency: "event.data.round",
  },
  async ({ event, step, runId }) => {
    const { teacherId, startsAt, endsAt, round } = event.data;
    const run = {
      runId,
      functionId: "offer-waitlist",
      subject: { type: "freed_time", id: round },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "find-family",
        () => offerFreedTime({ teacherId, startsAt: new Date(startsAt), endsAt: new Date(endsAt), round }),
        (offerId) => (offerId ? "Held for the first whom it suits" : "It suits nobody who waits"),
      );
    });
  },
);
