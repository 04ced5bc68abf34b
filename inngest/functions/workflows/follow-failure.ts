import { internalEvents } from "inngest";
import { z } from "zod";
import { inngest } from "@/inngest/client";
import { undoSteps } from "@/inngest/undo-steps";
import { failureHandlingOf, trackedStep } from "@/inngest/workflow";
import { sendRunFailed } from "@/lib/workflows/mail";
import { failRun } from "@/lib/workflows/mutations";

const APP = "cedar-heights-";

const failureSchema = z.object({
  function_id: z.string(),
  run_id: z.string(),
  error: z.object({ message: z.string() }).catch({ message: "It failed without a reason." }),
  event: z
    .object({ id: z.string(), name: z.string(), data: z.record(z.string(), z.unknown()).catch({}) })
    .partial()
    .catch({}),
});

/** After the steps of the run itself. */
const FIRST_POSITION = 1_000;

/**
 * What follows when a workflow has failed for good: it is marked, what its steps did is undone, those whom it concerns
 * are told, and the academy gets one email. A function of its own, so that it is tried for hours where the failed one
 * had used up its tries. Its steps are recorded with the failed run.
 */
export const followFailure = inngest.createFunction(
  {
    id: "follow-failure",
    name: "Workflow: a failed run undone",
    triggers: [
      { event: internalEvents.FunctionFailed, if: `event.data.function_id != '${APP}follow-failure'` },
    ],
    retries: 10,
    concurrency: { limit: 1, key: "event.data.run_id" },
  },
  async ({ event, step }) => {
    const failure = failureSchema.parse(event.data);
    const functionId = failure.function_id.replace(APP, "");
    const handling = failureHandlingOf(functionId);
    if (!handling) return;
    const { run_id: runId } = failure;
    const reason = failure.error.message;
    const now = await step.run("mark-failed", () =>
      failRun({
        runId,
        functionId,
        name: handling.name,
        eventId: failure.event.id ?? null,
        eventName: failure.event.name ?? null,
        reason,
      }),
    );
    if (now === "ended") return;
    if (now === "failed") {
      let position = FIRST_POSITION;
      const data = failure.event.data ?? {};
      await undoSteps(step, { runId, reason, data, handling, position: () => ++position });
      const tell = trackedStep(step, (id) => ({ runId, step: `then:${id}`, position: ++position }));
      await handling.onFailed?.({ data, reason, runId, step: tell });
    }
    await step.run("tell-the-academy", () => sendRunFailed(runId));
  },
);
