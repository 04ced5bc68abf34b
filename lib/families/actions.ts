"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { changeAccount } from "./mutations";
import { type AccountForm, accountForm } from "./schema";

export type AccountFormState = {
  /** Rises with each answer, so that the page can tell two equal ones apart. */
  readonly answers: number;
  readonly result: ActionResult<AccountForm> | null;
  /** What was typed, to stand in the fields again. */
  readonly typed: { readonly name: string; readonly phone: string };
};

const change = authAction(
  { name: "account.change", roles: ["admin", "teacher", "parent", "student"], schema: accountForm },
  async ({ input, principal }) => {
    await withPrincipal(principal, (db) => changeAccount(db, principal.userId, input));
    return input;
  },
);

/** Saves name and telephone number: fields `name`, `phone`. */
export async function changeAccountAction(
  before: AccountFormState,
  form: FormData,
): Promise<AccountFormState> {
  const result = await change(form);
  if (result.ok) refresh();
  const text = (field: string) => {
    const value = form.get(field);
    return typeof value === "string" ? value.slice(0, 200) : "";
  };
  return {
    answers: before.answers + 1,
    result,
    typed: result.ok ? result.data : { name: text("name"), phone: text("phone") },
  };
}
