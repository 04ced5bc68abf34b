import { stripeEventReceived } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { applyStripeEvent } from "@/lib/billing/stripe-events";

/**
 * Fetches what a Stripe event is about and brings our books up to it. Only the object's present state counts, so
 * the order of events and repeats do not matter.
 */
export const handleStripeEvent = workflow(
  {
    id: "handle-stripe-event",
    name: "Stripe: books brought up to an event",
    on: stripeEventReceived,
    subject: () => ({ type: "stripe_event", id: null }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.objectId" },
  },
  async ({ data, step }) => {
    await step(
      "apply",
      () => applyStripeEvent(data),
      (outcome) => `${data.type}: ${outcome}`,
    );
  },
);
