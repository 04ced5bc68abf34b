"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { getAcademy } from "@/lib/academy/queries";
import { type Principal, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { keepDraftId } from "@/lib/enrollment/draft-cookie";
import { listTeacherNames } from "@/lib/enrollment/queries";
import { ageOn } from "@/lib/enrollment/rules";
import { formatDayTime, localDate } from "@/lib/format";
import { type ActionResult, authAction } from "@/lib/http/action";
import { findAlternatives } from "./holds";
import { enrollHref } from "./offered-time";
import {
  acceptOffer,
  declineOffer,
  type JoinedWaitlist,
  joinLessonWaitlist,
  leaveWaitlist,
  offerByHand,
  requireOffer,
} from "./waitlist-mutations";
import { entryChoice, handOfferForm, lessonWishForm, offerChoice, readLessonWish } from "./waitlist-schema";

type Refusal = Extract<ActionResult<never>, { ok: false }>["error"];
type Stage = "choosing" | "outcome" | "done";

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.slice(0, 2000) : "";
}

/** An open time in place of an offered one that is gone. */
export type TimeInstead = { readonly label: string; readonly reason: string; readonly href: Route };

export type AnswerState = {
  /** What has happened; null before an answer, and when it was refused. */
  readonly done: "seat" | "declined" | null;
  readonly lessons: number;
  readonly refused: Refusal | null;
  readonly instead: readonly TimeInstead[];
};

const accept = authAction(
  { name: "waitlist.accept", roles: ["parent"], schema: offerChoice },
  async ({ input, principal }) => withPrincipal(principal, (db) => acceptOffer(db, input.offerId)),
);

const decline = authAction(
  { name: "waitlist.decline", roles: ["parent"], schema: offerChoice },
  async ({ input, principal }) => withPrincipal(principal, (db) => declineOffer(db, input.offerId)),
);

/** Three open times in place of an offered one; none in place of a seat, or of an offer that is not the family's. */
const listInstead = authAction(
  { name: "waitlist.instead", roles: ["parent"], schema: offerChoice },
  async ({ input, principal }) => timesInstead(principal, input.offerId),
);

async function timesInstead(principal: Principal, offerId: string): Promise<TimeInstead[]> {
  const { offer, academy, names, instruments } = await withPrincipal(principal, async (db) => ({
    offer: await requireOffer(db, offerId),
    academy: await getAcademy(db),
    names: await listTeacherNames(db),
    instruments: await db.selectFrom("instruments").select(["id", "slug"]).execute(),
  }));
  const { time, instrumentId, minutes } = offer;
  if (!time || !instrumentId || !minutes) return [];
  const slug = instruments.find(({ id }) => id === instrumentId)?.slug ?? "";
  const open = await findAlternatives({
    teacherId: time.teacherId,
    instrumentId,
    startsAt: time.startsAt,
    minutes,
    age: ageOn(offer.birthDate, localDate(time.startsAt, academy.timeZone)),
  });
  return open.map((found) => {
    const teacher = names.get(found.teacherId);
    return {
      label: `${formatDayTime(found.startsAt, academy.timeZone)}, with ${teacher?.name ?? "our teacher"}`,
      reason: found.reason,
      href: enrollHref({
        ...found,
        minutes,
        instrumentSlug: slug,
        teacherSlug: teacher?.slug ?? "",
        teacherName: teacher?.name ?? "",
      }),
    };
  });
}

/**
 * Answers an offer: field `offerId`, and `intent` accept or decline. An accepted time goes on into the enrollment; one
 * that came too late has the nearest open times instead.
 */
export async function answerOfferAction(_before: AnswerState, form: FormData): Promise<AnswerState> {
  const nothing = { lessons: 0, refused: null, instead: [] };
  if (textOf(form, "intent") === "decline") {
    const result = await decline(form);
    if (!result.ok) return { ...nothing, done: null, refused: result.error };
    refresh();
    return { ...nothing, done: "declined" };
  }
  const result = await accept(form);
  if (!result.ok) {
    const instead = result.error.code === "expired" ? await listInstead(form) : null;
    refresh();
    return { ...nothing, done: null, refused: result.error, instead: instead?.ok ? instead.data : [] };
  }
  if (result.data.draftId) {
    await keepDraftId(result.data.draftId);
    redirect("/enroll/review");
  }
  refresh();
  return { ...nothing, done: "seat", lessons: result.data.lessons };
}

export type WishState = {
  readonly stage: Stage;
  readonly joined: JoinedWaitlist | null;
  readonly refused: Refusal | null;
  readonly typed: Readonly<Record<string, string>> & { readonly days: string };
};

const previewWish = authAction(
  { name: "waitlist.preview-join", roles: ["parent"], schema: lessonWishForm },
  async ({ input, principal }) => rehearse(principal, (db) => joinLessonWaitlist(db, readLessonWish(input))),
);
const join = authAction(
  { name: "waitlist.join", roles: ["parent"], schema: lessonWishForm },
  async ({ input, principal }) =>
    withPrincipal(principal, (db) => joinLessonWaitlist(db, readLessonWish(input))),
);

/** Joins the waitlist for lessons in two steps: the fields of `lessonWishForm` and `intent` (preview, confirm, back). */
export async function joinWaitlistAction(_before: WishState, form: FormData): Promise<WishState> {
  const typed = {
    ...Object.fromEntries(
      ["studentId", "instrumentId", "minutes", "teacherId", "from", "until"].map((name) => [
        name,
        textOf(form, name),
      ]),
    ),
    days: form
      .getAll("days")
      .filter((day) => typeof day === "string")
      .join(","),
  };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", joined: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? join(form) : previewWish(form));
  if (!result.ok) return { stage: "choosing", joined: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", joined: result.data, refused: null, typed };
}

export type LeaveWaitlistState = { readonly stage: "choosing" | "outcome"; readonly refused: Refusal | null };

const leave = authAction(
  { name: "waitlist.leave", roles: ["parent", "admin"], schema: entryChoice },
  async ({ input, principal }) => withPrincipal(principal, (db) => leaveWaitlist(db, input.entryId)),
);

/** Gives up a place in two steps: field `entryId` and `intent` (preview, confirm or back). */
export async function leaveWaitlistAction(
  _before: LeaveWaitlistState,
  form: FormData,
): Promise<LeaveWaitlistState> {
  const intent = textOf(form, "intent");
  if (intent !== "confirm") return { stage: intent === "preview" ? "outcome" : "choosing", refused: null };
  const result = await leave(form);
  if (!result.ok) return { stage: "choosing", refused: result.error };
  refresh();
  return { stage: "choosing", refused: null };
}

export type HandOfferState = {
  readonly stage: Stage;
  readonly openUntil: Date | null;
  readonly refused: Refusal | null;
  readonly typed: { readonly time: string; readonly reason: string };
};

const previewHand = authAction(
  { name: "waitlist.preview-offer", roles: ["admin"], schema: handOfferForm },
  async ({ input, principal }) => rehearse(principal, (db) => offerByHand(db, input)),
);
const offer = authAction(
  { name: "waitlist.offer", roles: ["admin"], schema: handOfferForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => offerByHand(db, input)),
);

/** Offers by hand in two steps: fields `entryId`, `time`, `reason` and `intent` (preview, confirm or back). */
export async function offerByHandAction(_before: HandOfferState, form: FormData): Promise<HandOfferState> {
  const typed = { time: textOf(form, "time"), reason: textOf(form, "reason") };
  const intent = textOf(form, "intent");
  if (intent === "back") return { stage: "choosing", openUntil: null, refused: null, typed };
  const isConfirmed = intent === "confirm";
  const result = await (isConfirmed ? offer(form) : previewHand(form));
  if (!result.ok) return { stage: "choosing", openUntil: null, refused: result.error, typed };
  if (isConfirmed) refresh();
  return { stage: isConfirmed ? "done" : "outcome", openUntil: result.data.openUntil, refused: null, typed };
}
