import { inngest } from "@/inngest/client";
import { stripeEventReceived } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { applyStripeEvent } from "@/lib/billing/stripe-events";

/**
 * Fetches what a Stripe event is about and brings our books up to it. Only the object's present state counts, so
 * the order of events and repeats do not matter.
 */
export const handleStripeEvent = inngest.createFunction(
  {
    id: "handle-stripe-event",
    name: "Stripe: bring the books up to an event",
    triggers: [stripeEventReceived],
    retries: 8,
    concurrency: { limit: 1, key: "event.data.objectId" },
  },
  async ({ event, step, runId }) => {
    const run = {
      runId,
      functionId: "handle-stripe-event",
      subject: { type: "stripe_event", id: null },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "apply",
        () => applyStripeEvent(event.data),
        (outcome) => `${event.data.type}: ${outcome}`,
      );
    });
  },
);
