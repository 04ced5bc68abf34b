/** Runs once as the server starts: checks the environment, then keeps the outbox empty. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env } = await import("@/lib/env");
  env();
  const { startRelay } = await import("@/inngest/relay");
  startRelay();
}
