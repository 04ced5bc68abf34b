"use server";

import { refresh } from "next/cache";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import type { Id } from "@/lib/ids";
import {
  type AssignedSubstitute,
  assignSubstitutes,
  type EnteredTimeOff,
  enterTimeOff,
  type WithdrawnTimeOff,
  withdrawTimeOff,
} from "./time-off";
import { substitutesForm, timeOffForm, withdrawalForm } from "./time-off-schema";

type Refused = Extract<ActionResult<never>, { ok: false }>["error"];

/** A form of two steps. choosing: the form · outcome: what would happen, waiting to be confirmed · done: it has. */
type TwoSteps<Outcome, Typed> = {
  readonly stage: "choosing" | "outcome" | "done";
  readonly outcome: Outcome | null;
  readonly refused: Refused | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: Typed;
};

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 2000) : "";
};

async function inTwoSteps<Outcome, Typed>(
  form: FormData,
  typed: Typed,
  steps: {
    readonly preview: (form: FormData) => Promise<ActionResult<Outcome>>;
    readonly confirm: (form: FormData) => Promise<ActionResult<Outcome>>;
  },
): Promise<TwoSteps<Outcome, Typed>> {
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? steps.confirm(form) : steps.preview(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null, typed };
}

export type TypedTimeOff = {
  readonly teacherId: string;
  readonly fromDay: string;
  readonly fromTime: string;
  readonly untilDay: string;
  readonly untilTime: string;
  readonly reason: string;
};
export type TimeOffFormState = TwoSteps<EnteredTimeOff, TypedTimeOff>;

const previewTimeOff = authAction(
  { name: "time-off.preview", roles: ["teacher", "admin"], schema: timeOffForm },
  async ({ input, principal }) => rehearse(principal, (db) => enterTimeOff(db, input)),
);
const confirmTimeOff = authAction(
  { name: "time-off.enter", roles: ["teacher", "admin"], schema: timeOffForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => enterTimeOff(db, input)),
);

/** Enters time off in two steps: fields of `timeOffForm`, and `intent` (preview, confirm or back). */
export async function timeOffAction(_before: TimeOffFormState, form: FormData): Promise<TimeOffFormState> {
  const typed = {
    teacherId: textOf(form, "teacherId"),
    fromDay: textOf(form, "fromDay"),
    fromTime: textOf(form, "fromTime"),
    untilDay: textOf(form, "untilDay"),
    untilTime: textOf(form, "untilTime"),
    reason: textOf(form, "reason"),
  };
  return inTwoSteps(form, typed, { preview: previewTimeOff, confirm: confirmTimeOff });
}

export type WithdrawalState = TwoSteps<WithdrawnTimeOff, null>;

const previewWithdrawal = authAction(
  { name: "time-off.preview-withdrawal", roles: ["teacher", "admin"], schema: withdrawalForm },
  async ({ input, principal }) =>
    rehearse(principal, (db) => withdrawTimeOff(db, input.timeOffId as Id<"timeOff">)),
);
const confirmWithdrawal = authAction(
  { name: "time-off.withdraw", roles: ["teacher", "admin"], schema: withdrawalForm },
  async ({ input, principal }) =>
    withPrincipal(principal, (db) => withdrawTimeOff(db, input.timeOffId as Id<"timeOff">)),
);

/** Withdraws time off in two steps: field `timeOffId`, and `intent` (preview, confirm or back). */
export async function withdrawAction(_before: WithdrawalState, form: FormData): Promise<WithdrawalState> {
  return inTwoSteps(form, null, { preview: previewWithdrawal, confirm: confirmWithdrawal });
}

/** Keys are lesson ids, values teacher ids or nothing. */
export type TypedSubstitutes = Readonly<Record<string, string>>;
export type SubstitutesState = TwoSteps<readonly AssignedSubstitute[], TypedSubstitutes>;

const previewSubstitutes = authAction(
  { name: "substitutes.preview", roles: ["admin"], schema: substitutesForm },
  async ({ input, principal }) => rehearse(principal, (db) => assignSubstitutes(db, input)),
);
const confirmSubstitutes = authAction(
  { name: "substitutes.assign", roles: ["admin"], schema: substitutesForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => assignSubstitutes(db, input)),
);

/** Gives lessons to substitutes in two steps: a field `lesson-<id>` each, and `intent` (preview, confirm or back). */
export async function substitutesAction(
  _before: SubstitutesState,
  form: FormData,
): Promise<SubstitutesState> {
  const typed: Record<string, string> = {};
  for (const [name, value] of form) {
    if (name.startsWith("lesson-") && typeof value === "string")
      typed[name.slice("lesson-".length)] = value.slice(0, 60);
  }
  return inTwoSteps(form, typed, { preview: previewSubstitutes, confirm: confirmSubstitutes });
}
