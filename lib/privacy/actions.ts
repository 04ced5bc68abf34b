"use server";

import { refresh } from "next/cache";
import { getAcademy } from "@/lib/academy/queries";
import { service, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { AppError } from "@/lib/errors";
import { type ActionResult, authAction } from "@/lib/http/action";
import { readId } from "@/lib/ids";
import { getFamily } from "@/lib/reporting/family-queries";
import { consentTexts } from "./consent-texts";
import { changeRetention, chooseConsents, eraseFamily, removeExpired } from "./mutations";
import { publishText } from "./published-text";
import { readKeptRecords } from "./queries";
import {
  choices,
  confirmedErasureForm,
  consentForm,
  type ErasureOutcome,
  erasureForm,
  type KeptRecords,
  retentionForm,
} from "./schema";

type Refused = Extract<ActionResult<never>, { ok: false }>["error"];

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 2000) : "";
};

export type ConsentFormState = {
  /** Rises with each answer, so that the page can tell two equal ones apart. */
  readonly answers: number;
  readonly refused: Refused | null;
};

const choose = authAction(
  { name: "consents.choose", roles: ["parent"], schema: consentForm },
  async ({ input, principal }) => {
    const texts = consentTexts(await withPrincipal(principal, getAcademy));
    await Promise.all(choices.map((choice) => publishText(choice, texts[choice])));
    const chosen = { photos: input.photos === "yes", news: input.news === "yes" };
    await withPrincipal(principal, (db) => chooseConsents(db, principal.userId, chosen, texts));
  },
);

/** Keeps what a parent allows: boxes `photos` and `news`. */
export async function chooseConsentsAction(
  before: ConsentFormState,
  form: FormData,
): Promise<ConsentFormState> {
  const result = await choose(form);
  if (result.ok) refresh();
  return { answers: before.answers + 1, refused: result.ok ? null : result.error };
}

export type ErasureFormState = {
  /** reason: the form · outcome: what would happen, waiting to be confirmed · done: it has happened. */
  readonly stage: "reason" | "outcome" | "done";
  readonly outcome: { readonly erased: ErasureOutcome; readonly kept: KeptRecords } | null;
  readonly refused: Refused | null;
  /** What was typed, to stand in the form again. */
  readonly typed: { readonly reason: string; readonly name: string };
};

const previewErasure = authAction(
  { name: "family.erasure_preview", roles: ["admin"], schema: erasureForm },
  async ({ input, principal }) => {
    const id = familyIdOf(input.familyId);
    return rehearse(principal, async (db) => ({
      kept: await readKeptRecords(db, id),
      erased: await eraseFamily(db, input),
    }));
  },
);

const confirmErasure = authAction(
  { name: "family.erase", roles: ["admin"], schema: confirmedErasureForm },
  async ({ input, principal }) => {
    const id = familyIdOf(input.familyId);
    return withPrincipal(principal, async (db) => {
      const family = await getFamily(db, id);
      if (family && input.name.toLowerCase() !== family.name.toLowerCase()) {
        throw new AppError("invalid", {
          message: "another name typed",
          userMessage: "Nothing was erased.",
          fieldErrors: { name: [`Type the name as it stands here: ${family.name}`] },
        });
      }
      return { kept: await readKeptRecords(db, id), erased: await eraseFamily(db, input) };
    });
  },
);

function familyIdOf(value: string) {
  const id = readId<"family">(value);
  if (!id) throw new AppError("not_found", { userMessage: "There is no such family." });
  return id;
}

/**
 * Erases a family in two steps: fields `familyId`, `reason`, `name`, and `intent` (preview, confirm or back). The
 * outcome that is shown comes from the same statement that brings it about.
 */
export async function eraseFamilyAction(before: ErasureFormState, form: FormData): Promise<ErasureFormState> {
  const typed = { reason: textOf(form, "reason"), name: textOf(form, "name") };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "reason", outcome: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? confirmErasure(form) : previewErasure(form));
  if (!result.ok) {
    // A name that was mistyped is typed again beside the same outcome.
    const isMistyped = isConfirmed && result.error.fieldErrors?.name !== undefined;
    return {
      stage: isMistyped ? "outcome" : "reason",
      outcome: isMistyped ? before.outcome : null,
      refused: result.error,
      typed,
    };
  }
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null, typed };
}

export type RetentionFormState = {
  /** choosing: the form · outcome: what tonight would remove, waiting to be confirmed · done: it is the rule. */
  readonly stage: "choosing" | "outcome" | "done";
  readonly removed: number;
  readonly refused: Refused | null;
  readonly typed: string;
};

const previewRetention = authAction(
  { name: "retention.preview", roles: ["admin"], schema: retentionForm },
  async ({ input }) =>
    rehearse(service("retention"), async (db) => {
      await changeRetention(db, input);
      return (await removeExpired(db, input.subject)).reduce((sum, one) => sum + one.removed, 0);
    }),
);

const confirmRetention = authAction(
  { name: "retention.change", roles: ["admin"], schema: retentionForm },
  async ({ input, principal }) => {
    await withPrincipal(principal, (db) => changeRetention(db, input));
    return 0;
  },
);

/**
 * Changes a rule in two steps: fields `subject`, `days`, and `intent` (preview, confirm or back). What tonight would
 * remove is what its work removes.
 */
export async function changeRetentionAction(
  _before: RetentionFormState,
  form: FormData,
): Promise<RetentionFormState> {
  const typed = textOf(form, "days");
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", removed: 0, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? confirmRetention(form) : previewRetention(form));
  if (!result.ok) return { stage: "choosing", removed: 0, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", removed: result.data, refused: null, typed };
}
