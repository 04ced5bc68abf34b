import { pauseEnded, pausePlanned } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { alignSubscription } from "@/lib/billing/subscription-changes";
import { beginPause, endPause, readChangeDates } from "@/lib/enrollment/changes";

/**
 * A pause from its planning to its end: on its first day the enrollment is paused and Stripe is told when the next charge
 * comes; after its last day the lessons go on by themselves. A pause that is called off or ended early ends the wait;
 * `settle-subscription` tells Stripe.
 */
export const pauseLessons = workflow(
  {
    id: "pause-lessons",
    name: "Pause: begin, later charges, go on by itself",
    on: pausePlanned,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
    undo: {
      "move-charges": {
        name: "realign-subscription",
        run: ({ enrollmentId }) => alignSubscription(enrollmentId),
      },
    },
  },
  async ({ data: { enrollmentId }, step, tools }) => {
    const dates = await step("read-days", () => readChangeDates(enrollmentId));
    if (dates.pauseBeginsAt === null || dates.pauseEndsAt === null) return;
    const ended = (id: string, until: number) =>
      tools.waitForEvent(id, {
        event: pauseEnded,
        timeout: new Date(until),
        if: "event.data.enrollmentId == async.data.enrollmentId",
      });
    if ((await ended("wait-for-first-day", dates.pauseBeginsAt)) !== null) return;
    const begun = await step(
      "begin-pause",
      () => beginPause(enrollmentId),
      (outcome) =>
        ({
          begun: "Paused",
          done: "Had been paused",
          not_due: "Other days were agreed",
          called_off: "The pause was called off",
        })[outcome],
    );
    if (begun === "not_due" || begun === "called_off") return;
    await step(
      "move-charges",
      () => alignSubscription(enrollmentId),
      (done) => (done === "none" ? "No subscription runs" : "Stripe knows when the next charge comes"),
    );
    if ((await ended("wait-for-last-day", dates.pauseEndsAt)) !== null) return;
    await step(
      "go-on",
      () => endPause(enrollmentId),
      (outcome) =>
        ({
          ended: "The lessons go on",
          done: "The lessons had gone on",
          not_due: "Other days were agreed",
        })[outcome],
    );
  },
);
