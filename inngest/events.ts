import { eventType } from "inngest";
import { z } from "zod";

/** A family has submitted an enrollment; its hold runs. */
export const enrollmentSubmitted = eventType("enrollment/submitted", {
  schema: z.object({ enrollmentId: z.uuid() }),
});

/** A payment for an enrollment has been recorded in the books. */
export const enrollmentPaid = eventType("enrollment/paid", {
  schema: z.object({ enrollmentId: z.uuid(), paymentId: z.uuid() }),
});

/** An enrollment has become active: its first lesson is in the calendar. */
export const enrollmentActivated = eventType("enrollment/activated", {
  schema: z.object({ enrollmentId: z.uuid() }),
});

/** Any payment has been recorded in the books. */
export const paymentRecorded = eventType("billing/payment.recorded", {
  schema: z.object({ enrollmentId: z.uuid(), paymentId: z.uuid() }),
});

/** A verified Stripe event has been stored; the object is fetched again, its payload is not carried. */
export const stripeEventReceived = eventType("stripe/event.received", {
  schema: z.object({ eventId: z.string(), type: z.string(), objectId: z.string() }),
});
