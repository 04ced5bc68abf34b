import { timeFreed } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { offerFreedTime } from "@/lib/scheduling/waitlist-mutations";

/**
 * A freed time is held for the first family of the waitlist that it suits; `follow-offer` writes to it and sees the
 * offer to its end. A seat of a class is offered by the database in the very step in which it becomes free.
 */
export const offerToWaitlist = workflow(
  {
    id: "offer-waitlist",
    name: "Waitlist: a freed time offered",
    on: timeFreed,
    subject: ({ round }) => ({ type: "freed_time", id: round }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.round" },
  },
  async ({ data: { teacherId, startsAt, endsAt, round }, step }) => {
    await step(
      "find-family",
      () => offerFreedTime({ teacherId, startsAt: new Date(startsAt), endsAt: new Date(endsAt), round }),
      (offerId) => (offerId ? "Held for the first whom it suits" : "It suits nobody who waits"),
    );
  },
);
