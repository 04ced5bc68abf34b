import { z } from "zod";
import { inngest } from "@/inngest/client";
import { endRun } from "@/lib/workflows/mutations";

/** A run that the executor cancelled (by an event, a time limit or by hand) does not go on in the monitor either. */
export const noteCancelled = inngest.createFunction(
  {
    id: "note-cancelled",
    name: "Workflow: a cancelled run noted",
    triggers: [{ event: "inngest/function.cancelled" }],
    retries: 10,
  },
  async ({ event, step }) => {
    const { run_id: runId } = z.object({ run_id: z.string() }).parse(event.data);
    await step.run("mark-cancelled", () => endRun(runId, "cancelled"));
  },
);
