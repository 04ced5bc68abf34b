/** Writes one JSON line to stdout, as every local service logs. `event` is `service.happened`. */
export function logEvent(entry: { event: string } & Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}
