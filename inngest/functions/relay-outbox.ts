import { cron } from "inngest";
import { inngest } from "@/inngest/client";
import { relayOutbox } from "@/inngest/relay";

/**
 * The safety net of the relay that runs in the web process: where no process stays up (serverless hosts), events
 * leave the outbox at least every minute.
 */
export const relayEveryMinute = inngest.createFunction(
  { id: "relay-outbox", name: "Outbox: hand over what waits", triggers: [cron("* * * * *")], retries: 0 },
  async ({ step }) => {
    await step.run("relay", () => relayOutbox());
  },
);
