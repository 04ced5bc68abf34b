"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { refundForm } from "./refund-schema";
import { type RefundOutcome, refundByHand } from "./refunds";

export type RefundFormState = {
  /** choosing: the form · outcome: what would happen, waiting to be confirmed · done: it has happened. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly outcome: RefundOutcome | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: {
    readonly amount: string;
    readonly target: string;
    readonly reason: string;
    readonly endsTuition: string;
  };
};

const preview = authAction(
  { name: "refund.preview", roles: ["admin"], schema: refundForm },
  async ({ input, principal }) => rehearse(principal, (db) => refundByHand(db, input)),
);

const giveBack = authAction(
  { name: "refund.make", roles: ["admin"], schema: refundForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => refundByHand(db, input)),
);

/**
 * Gives money back in two steps: fields `paymentId`, `amount` (dollars), `target`, `reason`, `endsTuition`, and `intent`
 * (preview, confirm or back). The outcome that is shown comes from the statement that brings it about.
 */
export async function refundAction(_before: RefundFormState, form: FormData): Promise<RefundFormState> {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.slice(0, 2000) : "";
  };
  const typed = {
    amount: text("amount"),
    target: text("target"),
    reason: text("reason"),
    endsTuition: text("endsTuition") || "no",
  };
  const intent = text("intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? giveBack(form) : preview(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null, typed };
}
