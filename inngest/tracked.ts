import { NonRetriableError } from "inngest";
import { AppError, type ErrorCode } from "@/lib/errors";
import { errorFacts, log, withContext } from "@/lib/log";
import { beginStep, endRun, endStep, type RunRecord } from "@/lib/workflows/mutations";

/** The part of Inngest's step tools that tracked steps need. */
type StepTools = { run: (id: string, work: () => Promise<unknown>) => Promise<unknown> };

/** Errors that trying again cannot mend. */
const FINAL: readonly ErrorCode[] = ["invalid", "not_found", "forbidden", "conflict", "expired", "malformed"];

export type TrackedRun = {
  /**
   * One durable step: recorded with attempts, result and error, logged once, its database work tied to the run.
   * `words` tells the result in the monitor. AppErrors that trying again cannot mend end the run at once.
   */
  readonly step: <T>(id: string, work: () => Promise<T>, words?: (result: T) => string) => Promise<T>;
};

/** Runs a function's body with tracked steps and notes how the run ended. */
export async function track(
  run: RunRecord,
  tools: StepTools,
  body: (tracked: TrackedRun) => Promise<void>,
): Promise<void> {
  let position = 0;
  await body({
    async step<T>(id: string, work: () => Promise<T>, words?: (result: T) => string): Promise<T> {
      const place = ++position;
      const result = await tools.run(id, () =>
        withContext({ requestId: run.runId, runId: run.runId }, () => recorded(run, id, place, work, words)),
      );
      // What a step returns passes through JSON: callers return plain data only.
      return result as T;
    },
  });
  await endRun(run.runId, "completed");
}

async function recorded<T>(
  run: RunRecord,
  id: string,
  position: number,
  work: () => Promise<T>,
  words: ((result: T) => string) | undefined,
): Promise<T> {
  const start = performance.now();
  await beginStep(run, id, position);
  try {
    const result = await work();
    await endStep(run.runId, id, { status: "completed", detail: words?.(result) ?? null });
    log("info", "step", { function: run.functionId, step: id, ms: Math.round(performance.now() - start) });
    return result;
  } catch (error) {
    const reason =
      error instanceof AppError ? error.userMessage : error instanceof Error ? error.message : String(error);
    await endStep(run.runId, id, { status: "failed", error: reason });
    log("error", "step", { function: run.functionId, step: id, ...errorFacts(error) });
    if (error instanceof AppError && FINAL.includes(error.code)) {
      throw new NonRetriableError(reason, { cause: error });
    }
    throw error;
  }
}
