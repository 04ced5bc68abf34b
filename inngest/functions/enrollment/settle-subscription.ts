import { noticeRetracted, pauseEnded } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { alignSubscription } from "@/lib/billing/subscription-changes";

/** Tells Stripe that a notice was taken back, or that a pause ended: when the charges go on. */
export const settleSubscription = workflow(
  {
    id: "settle-subscription",
    name: "Enrollment goes on: charges",
    on: [noticeRetracted, pauseEnded],
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
  },
  async ({ data: { enrollmentId }, step }) => {
    await step(
      "settle-charges",
      () => alignSubscription(enrollmentId),
      (done) => (done === "none" ? "No subscription runs" : "Stripe knows when the next charge comes"),
    );
  },
);
