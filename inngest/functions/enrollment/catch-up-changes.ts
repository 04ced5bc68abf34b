import { workflow } from "@/inngest/workflow";
import { alignSubscription, giveBackUnused } from "@/lib/billing/subscription-changes";
import { beginPause, endPause, finishWithdrawal, listOverdueChanges } from "@/lib/enrollment/changes";

/**
 * Every night: last days and pauses that are due and that no run has acted on. There are none unless a run was cancelled, or
 * failed for good.
 */
export const catchUpChangesEveryNight = workflow(
  {
    id: "catch-up-changes",
    name: "Enrollment: last days and pauses that were missed",
    cron: "TZ=America/New_York 30 2 * * *",
    subject: () => ({ type: "academy", id: null }),
    retries: 4,
  },
  async ({ step }) => {
    const due = await step("find-missed", listOverdueChanges, (ids) =>
      ids.length === 0 ? "None" : `${ids.length} found`,
    );
    for (const enrollmentId of due) {
      await step(`catch-up-${enrollmentId}`, async () => {
        await beginPause(enrollmentId);
        await endPause(enrollmentId);
        await finishWithdrawal(enrollmentId);
        await alignSubscription(enrollmentId);
        return giveBackUnused(enrollmentId);
      });
    }
  },
);
