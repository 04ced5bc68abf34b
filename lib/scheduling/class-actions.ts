"use server";

import { refresh } from "next/cache";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { refusedBy } from "@/lib/db/errors";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { AppError } from "@/lib/errors";
import { localDate } from "@/lib/format";
import { type ActionResult, authAction } from "@/lib/http/action";
import {
  addChild,
  type LeftClass,
  leaveClass,
  saveClass,
  type TakenSeat,
  takeClassSeat,
} from "./class-mutations";
import { listClashes } from "./class-queries";
import { childForm, classForm, type SavedClass } from "./class-schema";
import { joinClassWaitlist } from "./waitlist-mutations";
import { classChoice } from "./waitlist-schema";

type Refusal = Extract<ActionResult<never>, { ok: false }>["error"];

/** What a form of two steps shows: the form, what would happen, or what has happened. */
type Stage = "choosing" | "outcome" | "done";

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 2000) : "";
}

/** What signing up comes to: a seat, a place on the waitlist of a full class, or the lessons that stand in the way. */
export type SignUpOutcome =
  | ({ readonly kind: "seat" } & TakenSeat)
  | { readonly kind: "waitlist"; readonly place: number }
  | { readonly kind: "clashes"; readonly at: readonly { startsAt: Date; endsAt: Date }[] };

export type SignUpState = {
  readonly stage: Stage;
  readonly outcome: SignUpOutcome | null;
  readonly refused: Refusal | null;
  readonly typed: { readonly classId: string; readonly studentId: string };
};

const previewSignUp = authAction(
  { name: "class.preview", roles: ["parent"], schema: classChoice },
  async ({ input, principal }): Promise<SignUpOutcome> => {
    try {
      return { kind: "seat", ...(await rehearse(principal, (db) => takeClassSeat(db, input))) };
    } catch (error) {
      const name = refusedBy(error);
      if (name === "class_full") {
        const { place } = await rehearse(principal, (db) => joinClassWaitlist(db, input));
        return { kind: "waitlist", place };
      }
      if (name !== "student_double_booked") throw error;
      return { kind: "clashes", at: await withPrincipal(principal, (db) => listClashes(db, input)) };
    }
  },
);

const signUp = authAction(
  { name: "class.sign-up", roles: ["parent"], schema: classChoice },
  async ({ input, principal }): Promise<SignUpOutcome> => ({
    kind: "seat",
    ...(await withPrincipal(principal, (db) => takeClassSeat(db, input))),
  }),
);

const wait = authAction(
  { name: "class.wait", roles: ["parent"], schema: classChoice },
  async ({ input, principal }): Promise<SignUpOutcome> => {
    const { place } = await withPrincipal(principal, (db) => joinClassWaitlist(db, input));
    return { kind: "waitlist", place };
  },
);

/**
 * Signs a child up for a class in two steps: fields `classId`, `studentId`, and `intent` (preview, seat, waitlist or
 * back). What is confirmed is what was shown: a class that filled up in between is not replaced by its waitlist unseen.
 */
export async function signUpAction(_before: SignUpState, form: FormData): Promise<SignUpState> {
  const typed = { classId: textOf(form, "classId"), studentId: textOf(form, "studentId") };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null, typed };
  const isConfirmed = intent === "seat" || intent === "waitlist";
  const result = await (intent === "seat" ? signUp : intent === "waitlist" ? wait : previewSignUp)(form);
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null, typed };
}

export type LeaveState = {
  readonly stage: Stage;
  readonly outcome: LeftClass | null;
  readonly refused: Refusal | null;
};

const previewLeave = authAction(
  { name: "class.preview-leave", roles: ["parent"], schema: classChoice },
  async ({ input, principal }) => rehearse(principal, (db) => leaveClass(db, input)),
);
const leave = authAction(
  { name: "class.leave", roles: ["parent"], schema: classChoice },
  async ({ input, principal }) => withPrincipal(principal, (db) => leaveClass(db, input)),
);

/** Gives a seat back in two steps: fields `classId`, `studentId` and `intent` (preview, confirm or back). */
export async function leaveClassAction(_before: LeaveState, form: FormData): Promise<LeaveState> {
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? leave(form) : previewLeave(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", outcome: result.data, refused: null };
}

export type ChildState = {
  readonly isAdded: boolean;
  readonly refused: Refusal | null;
  readonly typed: { readonly firstName: string; readonly lastName: string; readonly birthDate: string };
};

const add = authAction(
  { name: "family.add-child", roles: ["parent"], schema: childForm },
  async ({ input, principal }) => {
    const { timeZone } = await withPrincipal(visitor, getAcademy);
    if (input.birthDate >= localDate(clock.now(), timeZone)) {
      throw new AppError("invalid", {
        userMessage: "Please check the marked fields.",
        fieldErrors: { birthDate: ["Give a birth date in the past."] },
      });
    }
    await withPrincipal(principal, (db) => addChild(db, input));
  },
);

/** Adds a child to the parent's family: fields `firstName`, `lastName`, `birthDate`. */
export async function addChildAction(_before: ChildState, form: FormData): Promise<ChildState> {
  const typed = {
    firstName: textOf(form, "firstName"),
    lastName: textOf(form, "lastName"),
    birthDate: textOf(form, "birthDate"),
  };
  const result = await add(form);
  if (!result.ok) return { isAdded: false, refused: result.error, typed };
  refresh();
  return { isAdded: true, refused: null, typed: { firstName: "", lastName: "", birthDate: "" } };
}

export type ClassFormState = {
  readonly stage: Stage;
  readonly saved: SavedClass | null;
  readonly refused: Refusal | null;
  readonly typed: Readonly<Record<string, string>>;
};

const previewSave = authAction(
  { name: "class.preview-save", roles: ["admin"], schema: classForm },
  async ({ input, principal }) => rehearse(principal, (db) => saveClass(db, input)),
);
const save = authAction(
  { name: "class.save", roles: ["admin"], schema: classForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => saveClass(db, input)),
);

/**
 * Writes a class in two steps: the fields of `classForm` and `intent` (preview, confirm or back). A blocked week is
 * shown, and nothing is written then.
 */
export async function saveClassAction(_before: ClassFormState, form: FormData): Promise<ClassFormState> {
  const typed: Record<string, string> = {};
  for (const name of new Set(form.keys())) if (!name.startsWith("$")) typed[name] = textOf(form, name);
  const { intent = "", ...fields } = typed;
  const state = { saved: null, refused: null, typed: fields };
  if (intent === "back") return { ...state, stage: "choosing" };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? save(form) : previewSave(form));
  if (!result.ok) return { ...state, stage: "choosing", refused: result.error };
  const isSaved = isConfirmed && result.data.outcome === "saved";
  if (isSaved) refresh();
  return { ...state, stage: isSaved ? "done" : "outcome", saved: result.data };
}
