import { AsyncLocalStorage } from "node:async_hooks";

/** What ties log lines, audit rows and workflow runs of one piece of work together. */
export type WorkContext = { readonly requestId: string; readonly runId?: string };

const storage = new AsyncLocalStorage<WorkContext>();

/** Runs `work` with a context that every log line and database transaction inside it carries. */
export function withContext<T>(context: WorkContext, work: () => Promise<T>): Promise<T> {
  return storage.run(context, work);
}

export function currentContext(): WorkContext | undefined {
  return storage.getStore();
}

type Level = "info" | "warn" | "error";

/** One structured line a request, action or step. Never pass names, addresses or card data: ids only. */
export function log(level: Level, event: string, facts: Record<string, unknown> = {}): void {
  const line = JSON.stringify({
    at: new Date().toISOString(),
    level,
    event,
    ...storage.getStore(),
    ...facts,
  });
  if (level === "error") console.error(line);
  else console.log(line);
}

/** An unknown thrown value as loggable facts, with its cause. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  return {
    error: error.message,
    name: error.name,
    ...("code" in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorFacts(error.cause) }),
  };
}
