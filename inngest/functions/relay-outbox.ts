import { cron } from "inngest";
import { inngest } from "@/inngest/client";
import { relayOutbox } from "@/inngest/relay";

/**
 * The safety net of the relay that runs in the web process: where no process stays up (serverless hosts), events
 * leave the outbox at least every minute. What it does shows in the outbox: a run a minute would bury the others in
 * the monitor, so that it is no workflow of the frame.
 */
export const relayEveryMinute = inngest.createFunction(
  { id: "relay-outbox", name: "Outbox: hand over what waits", triggers: [cron("* * * * *")], retries: 0 },
  async ({ step }) => {
    await step.run("relay", () => relayOutbox());
  },
);
