/** Runs once as the server starts: checks the environment, keeps the outbox empty and what public pages show. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env } = await import("@/lib/env");
  env();
  const { startRelay } = await import("@/inngest/relay");
  startRelay();
  const { startPublicCache } = await import("@/lib/scheduling/public-cache");
  startPublicCache();
  if (process.env.NODE_ENV !== "production") return;
  const { serveStoredPages } = await import("@/lib/http/page-cache");
  serveStoredPages();
}
