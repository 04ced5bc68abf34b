import { undoRequested } from "@/inngest/events";
import { undoSteps } from "@/inngest/undo-steps";
import { failureHandlingOf, workflow } from "@/inngest/workflow";
import { readRun } from "@/lib/workflows/mutations";

/** After the steps of the run itself, and after the undos that followed its failure. */
const FIRST_POSITION = 2_000;

/** What an administrator asked to have taken back. The undos are recorded with the run that they undo. */
export const undoRun = workflow(
  {
    id: "undo-run",
    name: "Workflow: a run undone by hand",
    on: undoRequested,
    subject: () => ({ type: "workflow_run", id: null }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.runId" },
  },
  async ({ data: { runId }, step, tools }) => {
    const run = await step(
      "read-run",
      () => readRun(runId),
      (found) => found?.functionId ?? "It is kept no longer",
    );
    const handling = run && failureHandlingOf(run.functionId);
    if (!handling) return;
    let position = FIRST_POSITION;
    await undoSteps(tools, {
      runId,
      reason: "The academy has undone this.",
      data: run.data,
      handling,
      position: () => ++position,
    });
  },
);
