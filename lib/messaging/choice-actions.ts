"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { choiceForm } from "./choice-schema";
import { saveChoices } from "./choices";

export type ChoiceFormState = {
  /** Rises with each answer, so that the page can tell two equal ones apart. */
  readonly answers: number;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
};

const save = authAction(
  { name: "notifications.choose", roles: ["parent", "student"], schema: choiceForm },
  async ({ input, principal }) => {
    await withPrincipal(principal, (db) => saveChoices(db, principal.userId, input));
  },
);

/** Saves which reminders a person gets, and in which zone the family reads times: the fields of `choiceForm`. */
export async function saveChoicesAction(before: ChoiceFormState, form: FormData): Promise<ChoiceFormState> {
  const result = await save(form);
  if (result.ok) refresh();
  return { answers: before.answers + 1, refused: result.ok ? null : result.error };
}
