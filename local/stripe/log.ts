/** One JSON line on stdout. */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), service: "stripe", event, ...fields })}\n`,
  );
}
