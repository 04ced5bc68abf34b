import { createServer } from "node:http";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import { z } from "zod";
import { changingFunctions } from "./changes";
import { crashFunctions } from "./crashes";
import { cronFunctions } from "./crons";
import { eventFunctions } from "./events";
import { failureFunctions } from "./failures";
import { flowFunctions } from "./flow";
import { frontOf } from "./front";
import { openJournal } from "./journal";
import type { AppParts } from "./parts";
import { refusedFunctions } from "./refused";
import { stepFunctions } from "./steps";
import { waitFunctions } from "./waits";

/**
 * The app of the conformance suite, a process of its own that can be killed: functions on the real SDK, one for each
 * behavior an executor must show. It tells the test what it does through the notebook.
 */
const environment = z.object({
  PORT: z.coerce.number().int(),
  NOTEBOOK: z.url(),
  CONFORMANCE_APP: z.string().min(1),
  CONFORMANCE_FUNCTIONS: z.string().transform((text) => text.split(",")),
  /** Another release of the same app: what changes mid-run. */
  CONFORMANCE_RELEASE: z.coerce.number().int(),
  /** True where the clock can be moved, so that spans of time may be as long as in earnest. */
  CONFORMANCE_LONG: z.stringbool(),
  /** The address under which the server reaches this app, where that is not 127.0.0.1. */
  CONFORMANCE_ORIGIN: z.url().optional(),
  EXECUTOR_URL: z.url(),
  EVENT_KEY: z.string(),
  SIGNING_KEY: z.string().optional(),
});
const env = environment.parse(process.env);

const client = new Inngest({
  id: env.CONFORMANCE_APP,
  baseUrl: env.EXECUTOR_URL,
  eventKey: env.EVENT_KEY,
  ...(env.SIGNING_KEY ? { signingKey: env.SIGNING_KEY } : {}),
  isDev: !env.SIGNING_KEY,
  checkpointing: false,
  logger: { info() {}, warn() {}, error() {}, debug() {} },
});
const journal = openJournal(env.NOTEBOOK);
const parts: AppParts = {
  client,
  ...journal,
  named: (name) => `${env.CONFORMANCE_APP}/${name}`,
  isLong: env.CONFORMANCE_LONG,
  release: env.CONFORMANCE_RELEASE,
};

const groups: Record<string, (parts: AppParts) => InngestFunction.Any[]> = {
  steps: stepFunctions,
  failures: failureFunctions,
  waits: waitFunctions,
  events: eventFunctions,
  flow: flowFunctions,
  crons: cronFunctions,
  changes: changingFunctions,
  crashes: crashFunctions,
  refused: refusedFunctions,
};
const functions = Object.entries(groups).flatMap(([name, group]) =>
  env.CONFORMANCE_FUNCTIONS.includes(name) ? group(parts) : [],
);

const marker = client.createFunction(
  { id: "marker", triggers: { event: parts.named("marker") } },
  async ({ step }) => step.run("mark", () => "marked"),
);

const handler = serve({
  client,
  functions: [marker, ...functions],
  ...(env.CONFORMANCE_ORIGIN ? { serveOrigin: env.CONFORMANCE_ORIGIN } : {}),
});
createServer(frontOf(handler, journal)).listen(env.PORT, "127.0.0.1", () => process.send?.("ready"));
// The test that started us may be killed without a chance to tell.
process.on("disconnect", () => process.exit(0));
