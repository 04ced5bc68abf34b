"use server";

import { refresh } from "next/cache";
import { type Db, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { cancelAtExecutor } from "./executor-api";
import { cancelRun, requestUndo, retryRun } from "./mutations";
import { type RunAct, runActForm } from "./schema";

/** `undos`: the names of what is taken back, in their order; empty but for an undo. */
export type RunOutcome = { readonly act: RunAct; readonly undos: readonly string[] };

export type RunFormState = {
  /** choosing: the buttons · outcome: what would happen, waiting to be confirmed · done: it has happened. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly outcome: RunOutcome | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
};

async function decide(db: Db, { runId, act }: { runId: string; act: RunAct }): Promise<RunOutcome> {
  if (act === "undo") return { act, undos: await requestUndo(db, runId) };
  await (act === "retry" ? retryRun(db, runId) : cancelRun(db, runId));
  return { act, undos: [] };
}

const preview = authAction(
  { name: "run.preview", roles: ["admin"], schema: runActForm },
  async ({ input, principal }) => rehearse(principal, (db) => decide(db, input)),
);

const confirm = authAction(
  { name: "run.act", roles: ["admin"], schema: runActForm },
  async ({ input, principal }) =>
    withPrincipal(principal, async (db) => {
      const outcome = await decide(db, input);
      // Inside the transaction: a run that the executor does not end is not marked as ended. Repeating it does no harm.
      if (input.act === "cancel") await cancelAtExecutor(input.runId);
      return outcome;
    }),
);

/**
 * Tries a run again, cancels it or undoes what it did, in two steps: fields `runId`, `act` and `intent` (preview,
 * confirm or back). The outcome that is shown comes from the same statement that brings it about.
 */
export async function actOnRunAction(_before: RunFormState, form: FormData): Promise<RunFormState> {
  const intent = form.get("intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? confirm(form) : preview(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null };
}
