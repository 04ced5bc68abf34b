import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { Inngest } from "inngest";
import { serve } from "inngest/node";

/** What this process tells its parent. Instants are milliseconds of the machine's clock, with fractions. */
export type AppNotice = { what: "ready" } | { what: "first-step" | "ended"; event: string; at: number };

/** The app of the workflow benchmark, a process of its own: `tsx bench/workflow-app.ts <port>`; keys by environment. */
const app = new Inngest({
  id: "bench",
  isDev: false,
  checkpointing: false,
  logger: { info() {}, warn() {}, error() {}, debug() {} },
});

const instant = () => performance.timeOrigin + performance.now();

function tell(notice: AppNotice): void {
  process.send?.(notice);
}

/** As many steps as the event says, each with a small result. */
const chain = app.createFunction(
  { id: "chain", triggers: { event: "bench/chain" } },
  async ({ event, step }) => {
    const key = String(event.data.key);
    for (let n = 0; n < Number(event.data.steps); n++) {
      await step.run(`step ${n}`, () => {
        if (n === 0) tell({ what: "first-step", event: key, at: instant() });
        return { n, text: "the result of a small step" };
      });
    }
    tell({ what: "ended", event: key, at: instant() });
  },
);

const sdk = serve({ client: app, functions: [chain] });

/** Beside the SDK's route one that reads a request and does nothing, for the baseline. */
const server = createServer((request, response) => {
  if (request.url !== "/bare") return sdk(request, response);
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end("{}"));
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => tell({ what: "ready" }));
process.once("disconnect", () => process.exit(0));
