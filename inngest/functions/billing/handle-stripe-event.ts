import { inngest } from "@/inngest/client";
import { stripeEventReceived } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { markStripeEvent, recordCheckout, recordRefunds } from "@/lib/billing/mutations";
import { stripe } from "@/lib/stripe/client";

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
    const { eventId, type, objectId } = event.data;
    const run = {
      runId,
      functionId: "handle-stripe-event",
      subject: { type: "stripe_event", id: null },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "apply",
        async () => {
          const outcome = await apply(type, objectId);
          await markStripeEvent(eventId, outcome);
          return outcome;
        },
        (outcome) => `${type}: ${outcome}`,
      );
    });
  },
);

async function apply(type: string, objectId: string): Promise<string> {
  switch (type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
    case "checkout.session.expired":
      return (await recordCheckout(objectId)) ? "payment recorded" : "no payment";
    case "charge.refunded": {
      const charge = await stripe().charges.retrieve(objectId);
      const intent =
        typeof charge.payment_intent === "string" ? charge.payment_intent : charge.payment_intent?.id;
      if (intent) await recordRefunds(intent);
      return "refunds recorded";
    }
    case "refund.created":
    case "refund.updated":
    case "refund.failed": {
      const refund = await stripe().refunds.retrieve(objectId);
      const intent =
        typeof refund.payment_intent === "string" ? refund.payment_intent : refund.payment_intent?.id;
      if (intent) await recordRefunds(intent);
      return "refunds recorded";
    }
    default:
      return "not of interest";
  }
}
