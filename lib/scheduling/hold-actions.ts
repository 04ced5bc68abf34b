"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { type ExtendedHold, extendHold, holdExtensionForm } from "./hold-extension";

export type HoldFormState = {
  /** choosing: the form · outcome: what would happen, waiting to be confirmed · done: it has happened. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly hold: ExtendedHold | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: { readonly until: string; readonly reason: string };
};

const preview = authAction(
  { name: "hold.preview", roles: ["admin"], schema: holdExtensionForm },
  async ({ input, principal }) => rehearse(principal, (db) => extendHold(db, input)),
);

const extend = authAction(
  { name: "hold.extend", roles: ["admin"], schema: holdExtensionForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => extendHold(db, input)),
);

/**
 * Extends a hold in two steps: fields `enrollmentId`, `until`, `reason`, and `intent` (preview, confirm or back). The
 * outcome that is shown comes from the same statement that brings it about.
 */
export async function extendHoldAction(_before: HoldFormState, form: FormData): Promise<HoldFormState> {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.slice(0, 2000) : "";
  };
  const typed = { until: text("until"), reason: text("reason") };
  const intent = text("intent");
  if (intent === "back") return { stage: "choosing", hold: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? extend(form) : preview(form));
  if (!result.ok) return { stage: "choosing", hold: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", hold: result.data, refused: null, typed };
}
