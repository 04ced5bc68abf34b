"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { AppError } from "@/lib/errors";
import { type ActionResult, authAction } from "@/lib/http/action";
import { getLessonChange, getMakeupCredit } from "./lesson-change-queries";
import { cancellationForm, creditForm, makeupForm, moveForm, staffMoveForm } from "./lesson-change-schema";
import { localInstant } from "./lesson-change-time";
import {
  bookMakeup,
  type CancelOutcome,
  cancelLesson,
  type MoneyOutcome,
  moveLesson,
  turnCreditIntoMoney,
} from "./lesson-changes";
import {
  explainRefusal,
  isAboutTime,
  previewMove,
  type TimePreview,
  type TimeRefusal,
} from "./lesson-move-preview";
import { getLesson } from "./lesson-queries";

type Refused = Extract<ActionResult<never>, { ok: false }>["error"];

/** The portals in which lessons are changed; each has its own page of a lesson. */
export type LessonPortal = "family" | "teach" | "admin";
const PORTALS: readonly LessonPortal[] = ["family", "teach", "admin"];

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 2000) : "";
}

function lessonPage(form: FormData, done: string): Route {
  const portal = PORTALS.find((known) => known === textOf(form, "portal")) ?? "family";
  return `/${portal}/lessons/${encodeURIComponent(textOf(form, "lessonId"))}?done=${done}` as Route;
}

export type CancelFormState = {
  /** choosing: the form · outcome: what would happen, waiting to be confirmed. Once done, the lesson's page says so. */
  readonly stage: "choosing" | "outcome";
  readonly outcome: CancelOutcome | null;
  readonly refused: Refused | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: {
    readonly kind: string;
    readonly reason: string;
    readonly wants: string;
    readonly studentId: string;
    readonly isException: boolean;
  };
};

const changers = ["parent", "teacher", "admin"] as const;

const previewCancellation = authAction(
  { name: "lesson.cancel.preview", roles: changers, schema: cancellationForm },
  async ({ input, principal }) => rehearse(principal, (db) => cancelLesson(db, input)),
);
const cancel = authAction(
  { name: "lesson.cancel", roles: changers, schema: cancellationForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => cancelLesson(db, input)),
);

/**
 * Cancels a lesson in two steps: the fields of `cancellationForm`, `portal`, and `intent` (preview, confirm or back). The
 * outcome that is shown comes from the same statement that brings it about.
 */
export async function cancelLessonAction(_before: CancelFormState, form: FormData): Promise<CancelFormState> {
  const typed = {
    kind: textOf(form, "kind"),
    reason: textOf(form, "reason"),
    wants: textOf(form, "wants"),
    studentId: textOf(form, "studentId"),
    isException: textOf(form, "isException") === "on",
  };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? cancel(form) : previewCancellation(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error, typed };
  if (isConfirmed) redirect(lessonPage(form, "cancelled"));
  return { stage: "outcome", outcome: result.data, refused: null, typed };
}

export type MoveFormState = {
  readonly refused: Refused | null;
  /** Other times, when this one has just been taken. */
  readonly refusal: TimeRefusal | null;
};

/** Confirms a time that was chosen among open ones: the work, or why it was refused and what is free instead. */
type Chosen = { readonly done: true } | { readonly done: false; readonly refusal: TimeRefusal };

const move = authAction(
  { name: "lesson.move", roles: ["parent", "admin"], schema: moveForm },
  async ({ input, principal }): Promise<Chosen> => {
    const { lessonId, at: startsAt, teacherId } = input;
    try {
      await withPrincipal(principal, (db) => moveLesson(db, { lessonId, startsAt, teacherId }));
      return { done: true };
    } catch (error) {
      if (!isAboutTime(error)) throw error;
      const lesson = await withPrincipal(principal, async (db) => ({
        is: await getLesson(db, lessonId),
        change: await getLessonChange(db, lessonId),
      }));
      if (!lesson.is || !lesson.change) throw error;
      const of = {
        ...lesson.change,
        minutes: lesson.is.minutes,
        forMakeup: false,
        byStaff: false,
        timeZone: (await loadAcademy()).timeZone,
      };
      return {
        done: false,
        refusal: await explainRefusal(principal, of, { teacherId, startsAt }, error.userMessage),
      };
    }
  },
);

/** Moves a lesson to an open time: fields `lessonId`, `at`, `teacherId`. */
export async function moveLessonAction(_before: MoveFormState, form: FormData): Promise<MoveFormState> {
  const result = await move(form);
  if (!result.ok) return { refused: result.error, refusal: null };
  if (!result.data.done) return { refused: null, refusal: result.data.refusal };
  redirect(lessonPage(form, "moved"));
}

const makeUp = authAction(
  { name: "makeup.book", roles: ["parent"], schema: makeupForm },
  async ({ input, principal }): Promise<Chosen & { lessonId?: string }> => {
    const { creditId, at: startsAt, teacherId } = input;
    try {
      const { lessonId } = await withPrincipal(principal, (db) =>
        bookMakeup(db, { creditId, startsAt, teacherId }),
      );
      return { done: true, lessonId };
    } catch (error) {
      if (!isAboutTime(error)) throw error;
      const credit = await withPrincipal(principal, (db) => getMakeupCredit(db, creditId));
      if (!credit?.instrument || !credit.isOpen) throw error;
      const of = {
        instrumentId: credit.instrument.id,
        minutes: credit.minutes,
        studentId: credit.studentId,
        forMakeup: true,
        byStaff: false,
        timeZone: (await loadAcademy()).timeZone,
        until: new Date(credit.expiresAt.getTime() - 1),
      };
      return {
        done: false,
        refusal: await explainRefusal(principal, of, { teacherId, startsAt }, error.userMessage),
      };
    }
  },
);

/** Books a make-up at an open time: fields `creditId`, `at`, `teacherId`. */
export async function bookMakeupAction(_before: MoveFormState, form: FormData): Promise<MoveFormState> {
  const result = await makeUp(form);
  if (!result.ok) return { refused: result.error, refusal: null };
  if (!result.data.done) return { refused: null, refusal: result.data.refusal };
  redirect(`/family/lessons/${result.data.lessonId}?done=booked` as Route);
}

export type MoneyFormState = {
  readonly stage: "choosing" | "outcome";
  readonly outcome: MoneyOutcome | null;
  readonly refused: Refused | null;
};

const previewMoney = authAction(
  { name: "makeup.money.preview", roles: ["parent"], schema: creditForm },
  async ({ input, principal }) => rehearse(principal, (db) => turnCreditIntoMoney(db, input.creditId)),
);
const takeMoney = authAction(
  { name: "makeup.money", roles: ["parent"], schema: creditForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => turnCreditIntoMoney(db, input.creditId)),
);

/** Turns a credit into money in two steps: fields `creditId` and `intent` (preview, confirm or back). */
export async function takeMoneyAction(_before: MoneyFormState, form: FormData): Promise<MoneyFormState> {
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", outcome: null, refused: null };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? takeMoney(form) : previewMoney(form));
  if (!result.ok) return { stage: "choosing", outcome: null, refused: result.error };
  if (isConfirmed) redirect("/family/makeups?done=money" as Route);
  return { stage: "outcome", outcome: result.data, refused: null };
}

export type StaffMoveState = {
  readonly stage: "choosing" | "outcome";
  readonly preview: TimePreview | null;
  readonly refused: Refused | null;
  readonly typed: {
    readonly date: string;
    readonly time: string;
    readonly teacherId: string;
    readonly roomId: string;
    readonly reason: string;
    readonly isException: boolean;
  };
};

const staffMove = authAction(
  { name: "lesson.move.staff", roles: ["admin"], schema: staffMoveForm },
  async ({ input, principal }): Promise<TimePreview> => {
    const { timeZone } = await loadAcademy();
    const { lesson, change } = await withPrincipal(principal, async (db) => ({
      lesson: await getLesson(db, input.lessonId),
      change: await getLessonChange(db, input.lessonId),
    }));
    if (!lesson || !change) throw new AppError("not_found", { userMessage: "This lesson does not exist." });
    const { lessonId, teacherId, roomId, reason, isException } = input;
    const startsAt = localInstant(input.date, input.time, timeZone);
    const of = {
      ...change,
      minutes: lesson.minutes,
      forMakeup: lesson.kind === "make_up",
      byStaff: true,
      timeZone,
    };
    const wanted = { lessonId, startsAt, teacherId, roomId, reason, isException };
    const preview = await previewMove(principal, of, wanted);
    if (input.intent === "confirm" && preview.ok)
      await withPrincipal(principal, (db) => moveLesson(db, wanted));
    return preview;
  },
);

/** Moves a lesson as the academy: the fields of `staffMoveForm` and `intent` (preview, confirm or back). */
export async function staffMoveAction(_before: StaffMoveState, form: FormData): Promise<StaffMoveState> {
  const typed = {
    date: textOf(form, "date"),
    time: textOf(form, "time"),
    teacherId: textOf(form, "teacherId"),
    roomId: textOf(form, "roomId"),
    reason: textOf(form, "reason"),
    isException: textOf(form, "isException") === "on",
  };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", preview: null, refused: null, typed };
  const result = await staffMove(form);
  if (!result.ok) return { stage: "choosing", preview: null, refused: result.error, typed };
  if (!result.data.ok) return { stage: "choosing", preview: result.data, refused: null, typed };
  if (intent === "confirm") redirect(lessonPage(form, "moved"));
  return { stage: "outcome", preview: result.data, refused: null, typed };
}
