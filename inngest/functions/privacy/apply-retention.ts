import { cron } from "inngest";
import { inngest } from "@/inngest/client";
import { track } from "@/inngest/tracked";
import { applyRetention } from "@/lib/privacy/mutations";
import { removedWords } from "@/lib/privacy/wording";

/** Every night, while the academy sleeps, what it keeps no longer is removed. */
export const applyRetentionEveryNight = inngest.createFunction(
  {
    id: "apply-retention",
    name: "Privacy: remove what is kept no longer",
    triggers: [cron("TZ=America/New_York 30 3 * * *")],
    retries: 4,
    concurrency: 1,
  },
  async ({ step, runId }) => {
    const run = { runId, functionId: "apply-retention", subject: { type: "retention", id: null } } as const;
    await track(run, step, async (tracked) => {
      await tracked.step("remove-expired", applyRetention, removedWords);
    });
  },
);
