"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { closureForm } from "./closure-schema";
import { type ClosureOutcome, enterClosure } from "./closures";

export type ClosureFormState = {
  /** choosing: the form · outcome: what would happen, waiting to be confirmed · done: it has. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly outcome: ClosureOutcome | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: {
    readonly name: string;
    readonly firstDay: string;
    readonly lastDay: string;
    readonly kind: string;
  };
};

const preview = authAction(
  { name: "closure.preview", roles: ["admin"], schema: closureForm },
  async ({ input, principal }) => rehearse(principal, (db) => enterClosure(db, input)),
);
const enter = authAction(
  { name: "closure.enter", roles: ["admin"], schema: closureForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => enterClosure(db, input)),
);

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 200) : "";
};

/** Enters a closure in two steps: fields of `closureForm`, and `intent` (preview, confirm or back). */
export async function closureAction(_before: ClosureFormState, form: FormData): Promise<ClosureFormState> {
  const typed = {
    name: textOf(form, "name"),
    firstDay: textOf(form, "firstDay"),
    lastDay: textOf(form, "lastDay"),
    kind: textOf(form, "kind"),
  };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? enter(form) : preview(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null, typed };
}
