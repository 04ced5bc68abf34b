import { type GetStepTools, StepError } from "inngest";
import { AppError } from "@/lib/errors";
import { listUndos } from "@/lib/workflows/mutations";
import type { inngest } from "./client";
import { type FailureHandling, trackedStep } from "./workflow";

/**
 * Takes back what the completed steps of a run did, the last one first, each as a durable step that is recorded with
 * that run. An undo that fails for good stays visible as failed and keeps the others from nothing.
 */
export async function undoSteps(
  tools: Pick<GetStepTools<typeof inngest>, "run">,
  of: {
    readonly runId: string;
    readonly reason: string;
    readonly data: Record<string, unknown>;
    readonly handling: FailureHandling;
    /** The next place among the run's steps. */
    readonly position: () => number;
  },
): Promise<void> {
  const { runId, reason, data, handling } = of;
  const wanted = await tools.run("list-undos", () => listUndos(runId));
  for (const { name, step: undoes } of wanted) {
    const undo = trackedStep(tools, (step) => ({ runId, step, position: of.position(), undoes }));
    try {
      await undo(`undo:${name}`, async () => {
        const run = handling.undos.get(name);
        if (!run) {
          throw new AppError("not_found", {
            userMessage: `Nothing is called ${name} any more in this workflow.`,
          });
        }
        await run(data, { runId, reason });
      });
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
    }
  }
}
