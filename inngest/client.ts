import { Inngest } from "inngest";

/**
 * Talks to the embedded executor, a self-hosted Inngest or Inngest Cloud: INNGEST_BASE_URL, INNGEST_EVENT_KEY and
 * INNGEST_SIGNING_KEY decide, which the client reads itself. Checkpointing is off so that all three behave alike.
 */
export const inngest = new Inngest({ id: "cedar-heights", checkpointing: false });
