import type { Hono } from "hono";
import { html } from "hono/html";
import { ACCOUNT_NAME, formatCents } from "../account";
import { answerChallenge } from "../checkout-payment";
import { log } from "../log";
import { findRow } from "../store";
import { inTransaction, type Runtime } from "../work";
import { notice, sendPage } from "./layout";

/** The bank's page: `/3ds/:intent`, with a button for each outcome. */
export function mountChallengePages(app: Hono, runtime: Runtime): void {
  app.get("/3ds/:intent", async (context) => {
    const id = context.req.param("intent");
    const intent = await readIntent(runtime, id);
    if (!intent) return sendPage(context, unknownChallenge());
    if (intent.status !== "requires_action") return context.redirect(await leave(runtime, id), 303);
    const what =
      intent.object === "payment_intent" ? `a payment of ${formatCents(intent.amount)}` : "saving your card";
    return sendPage(context, {
      title: "3-D Secure: confirm with your bank",
      body: html`<section class="card notice">
        <h1>Confirm with your bank</h1>
        <p>${ACCOUNT_NAME} asks your bank to authorise ${what}. Choose what the bank answers.</p>
        <form method="post" action="/3ds/${id}" class="row">
          <button class="button" name="answer" value="complete">Complete</button>
          <button class="button quiet" name="answer" value="fail">Fail</button>
        </form>
      </section>`,
    });
  });

  app.post("/3ds/:intent", async (context) => {
    const id = context.req.param("intent");
    if (!(await readIntent(runtime, id))) return sendPage(context, unknownChallenge());
    const passed = new URLSearchParams(await context.req.text()).get("answer") === "complete";
    const location = await inTransaction(runtime, null, (work) => answerChallenge(work, id, passed));
    log("challenge.answered", { intent: id, passed });
    return context.redirect(location, 303);
  });
}

function unknownChallenge() {
  const text = "This confirmation is not known. Go back to the academy's site and start the payment again.";
  return {
    title: "Confirmation not found",
    body: notice("Confirmation not found", text, null),
    status: 404 as const,
  };
}

async function readIntent(runtime: Runtime, id: string) {
  return inTransaction(runtime, null, async (work) => {
    const row = id.startsWith("seti_")
      ? await findRow(work, "setup_intent", id)
      : await findRow(work, "payment_intent", id);
    return row?.data ?? null;
  });
}

/** Where somebody belongs who comes back to a page that was answered before. */
async function leave(runtime: Runtime, id: string): Promise<string> {
  return inTransaction(runtime, null, (work) => answerChallenge(work, id, false));
}
