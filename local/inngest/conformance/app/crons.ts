import { cron } from "inngest";
import type { AppParts } from "./parts";

/** Functions that the hour starts. Each notes the tick it was started for. */
export function cronFunctions({ client, note, isLong }: AppParts) {
  const at = (id: string, pattern: string) =>
    client.createFunction({ id, triggers: [cron(pattern)] }, async ({ event }) => {
      await note(`cron/${id}`, { name: event.name, ts: event.ts });
    });
  // Without a clock that can be moved only the shortest one comes within a test's patience.
  if (!isLong) return [at("minutely", "* * * * *")];
  return [
    at("hourly", "TZ=Europe/Paris 17 * * * *"),
    at("morning", "TZ=America/New_York 0 6 * * *"),
    at("gap", "TZ=America/New_York 30 2 * * *"),
    at("twice", "TZ=America/New_York 30 1 * * *"),
    at("utc", "0 12 * * *"),
  ];
}
