import { noticeGiven, noticeRetracted } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { type Alignment, alignSubscription, giveBackUnused } from "@/lib/billing/subscription-changes";
import { finishWithdrawal, readChangeDates } from "@/lib/enrollment/changes";
import { countOf } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";

const alignmentWords: Readonly<Record<Alignment, string>> = {
  none: "No subscription runs",
  unknown: "Stripe does not know the subscription",
  aligned: "Stripe is told",
  unchanged: "Stripe knows it already",
  ended: "The subscription has ended",
};

/**
 * From the notice to the last day and beyond it: Stripe is told at once when its charges end, so that nothing is charged for
 * the time after, whatever becomes of this run; after the last day the subscription ends, the enrollment is withdrawn and
 * what was paid too much goes back. Notice that is taken back ends the wait; `settle-subscription` tells Stripe.
 */
export const leaveStudent = workflow(
  {
    id: "leave-student",
    name: "Withdrawal: last charge, last day, money back",
    on: noticeGiven,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
    undo: {
      // The notice stands whatever fails: Stripe is brought in line with what the enrollment says by then.
      "plan-last-charge": {
        name: "realign-subscription",
        run: ({ enrollmentId }) => alignSubscription(enrollmentId),
      },
      "end-subscription": {
        name: "realign-ended-subscription",
        run: ({ enrollmentId }) => alignSubscription(enrollmentId),
      },
    },
  },
  async ({ data: { enrollmentId }, step, tools }) => {
    const dates = await step("read-last-day", () => readChangeDates(enrollmentId));
    if (dates.endsAt === null) return;
    await step(
      "plan-last-charge",
      () => alignSubscription(enrollmentId),
      (done) => alignmentWords[done],
    );
    const retracted = await tools.waitForEvent("wait-for-last-day", {
      event: noticeRetracted,
      timeout: new Date(dates.endsAt),
      if: "event.data.enrollmentId == async.data.enrollmentId",
    });
    if (retracted !== null) return;
    const end = await step(
      "end-enrollment",
      () => finishWithdrawal(enrollmentId),
      ({ outcome, creditsLapsed }) =>
        ({
          ended:
            creditsLapsed > 0 ? `Withdrawn; ${countOf(creditsLapsed, "unused credit")} ended` : "Withdrawn",
          done: "Had been withdrawn",
          not_due: "Another last day was agreed",
          kept: "The notice was taken back",
        })[outcome],
    );
    if (end.outcome === "not_due" || end.outcome === "kept") return;
    await step(
      "end-subscription",
      () => alignSubscription(enrollmentId),
      (done) => alignmentWords[done],
    );
    await step(
      "give-back",
      () => giveBackUnused(enrollmentId),
      (cents) => (cents > 0 ? `${formatMoney(usd(cents))} given back` : "Nothing to give back"),
    );
  },
);
