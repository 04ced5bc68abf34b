/** Writes one JSON line to standard output. */
export type Log = (level: "info" | "warn" | "error", event: string, fields?: Record<string, unknown>) => void;

export const logToStdout: Log = (level, event, fields = {}) => {
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), level, service: "inngest", event, ...fields })}\n`,
  );
};

/** An error as log fields. */
export function describeError(error: unknown): { error: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return describeError(error.errors[0]);
  return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
