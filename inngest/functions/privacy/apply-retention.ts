import { workflow } from "@/inngest/workflow";
import { applyRetention } from "@/lib/privacy/mutations";
import { removedWords } from "@/lib/privacy/wording";

/** Every night, while the academy sleeps, what it keeps no longer is removed. */
export const applyRetentionEveryNight = workflow(
  {
    id: "apply-retention",
    name: "Privacy: what is kept no longer is removed",
    cron: "TZ=America/New_York 30 3 * * *",
    subject: () => ({ type: "retention", id: null }),
    retries: 4,
    concurrency: 1,
  },
  async ({ step }) => {
    await step("remove-expired", applyRetention, removedWords);
  },
);
