"use server";

import { sql } from "kysely";
import { refresh } from "next/cache";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { getAcademy } from "@/lib/academy/queries";
import { closeCheckout, openCheckout } from "@/lib/billing/checkout";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { AppError, type ErrorCode, type FieldErrors } from "@/lib/errors";
import { formatDayTime, localDate } from "@/lib/format";
import { type ActionResult, authAction, publicAction } from "@/lib/http/action";
import { countUse, placeOf } from "@/lib/http/rate-limit";
import { errorFacts, log } from "@/lib/log";
import { type HoldResult, holdSlot } from "@/lib/scheduling/holds";
import { forgetDraftId, keepDraftId, readDraftId } from "./draft-cookie";
import { getDraft, saveDraft } from "./drafts";
import {
  endEnrollment,
  moveEnrollment,
  readEnrollment,
  releaseEnrollmentHold,
  secureSlot,
} from "./mutations";
import { publishPolicies } from "./policy-text";
import { getEnrollment, listInstrumentChoices, listTeacherNames } from "./queries";
import { ageOn, checkStudent } from "./rules";
import { planChoice, type StudentForm, studentForm, timeChoice, wantedMinutes } from "./schema";

/** A time offered in place of one that is gone, ready to be shown. */
export type OfferedAlternative = {
  readonly teacherId: string;
  readonly teacherName: string;
  readonly startsAt: string;
  readonly label: string;
  readonly reason: string;
};

/** What an enrollment form shows after it was sent: what is wrong, what was typed, and times instead of a lost one. */
export type EnrollState = {
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly fieldErrors?: FieldErrors;
  readonly typed?: Readonly<Record<string, string | readonly string[]>>;
  readonly alternatives?: readonly OfferedAlternative[];
};

function typedIn(form: FormData): Record<string, string | string[]> {
  const typed: Record<string, string | string[]> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).filter((value) => typeof value === "string");
    if (!name.startsWith("$")) typed[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  return typed;
}

function refused<T>(result: ActionResult<T> & { ok: false }, form: FormData): EnrollState {
  return { ...result.error, typed: typedIn(form) };
}

async function nameAlternatives(result: HoldResult & { outcome: "taken" }): Promise<OfferedAlternative[]> {
  return withPrincipal(visitor, async (db) => {
    const { timeZone } = await getAcademy(db);
    const names = await listTeacherNames(db);
    return result.alternatives.map((time) => ({
      teacherId: time.teacherId,
      teacherName: names.get(time.teacherId)?.name ?? "",
      startsAt: time.startsAt.toISOString(),
      label: formatDayTime(time.startsAt, timeZone),
      reason: time.reason,
    }));
  });
}

async function taken(result: HoldResult & { outcome: "taken" }): Promise<EnrollState> {
  const alternatives = await nameAlternatives(result);
  return {
    code: "slot_taken",
    message:
      alternatives.length > 0
        ? "This time is no longer open. Nothing was charged. These times are:"
        : "This time is no longer open, and there is no other for these wishes at the moment. Nothing was charged.",
    alternatives,
  };
}

async function instrumentOf(student: StudentForm) {
  const instruments = await withPrincipal(visitor, listInstrumentChoices);
  return instruments.find((candidate) => candidate.slug === student.instrument);
}

/** Far above what families behind one connection need, and far below what would empty the calendar. */
async function limitHolds(): Promise<void> {
  const place = placeOf(await headers()) ?? "unknown";
  await countUse("hold", [{ subject: place, most: 400, seconds: 3600 }]);
}

async function holdFor(
  student: StudentForm,
  choice: z.output<typeof timeChoice>,
  replaces?: string,
): Promise<HoldResult> {
  const instrument = await instrumentOf(student);
  if (!instrument) throw new AppError("invalid", { userMessage: "Choose an instrument first." });
  await limitHolds();
  const { timeZone, trialMinutes } = await withPrincipal(visitor, getAcademy);
  return holdSlot(
    {
      teacherId: choice.teacherId,
      instrumentId: instrument.id,
      startsAt: choice.startsAt,
      minutes: wantedMinutes(student, trialMinutes),
      age: ageOn(student.birthDate, localDate(choice.startsAt, timeZone)),
    },
    replaces,
  );
}

const studentStep = publicAction(
  {
    name: "enrollment.student",
    schema: studentForm.extend({
      teacher: z.string().max(80).default(""),
      startsAt: z.string().max(40).default(""),
    }),
  },
  async ({ input }) => {
    const { teacher, startsAt, ...student } = input;
    const instrument = await instrumentOf(student);
    const { academy, teacherId } = await withPrincipal(visitor, async (db) => ({
      academy: await getAcademy(db),
      teacherId: teacher
        ? (await db.selectFrom("teachers").select("id").where("slug", "=", teacher).executeTakeFirst())?.id
        : undefined,
    }));
    if (!instrument) {
      throw new AppError("invalid", {
        userMessage: "Please check the marked fields.",
        fieldErrors: { instrument: ["We do not teach this instrument. Choose one of the list."] },
      });
    }
    const problems = checkStudent(student, localDate(clock.now(), academy.timeZone), {
      instrumentName: instrument.name,
      minimumAge: instrument.minimumAge,
      shortLessonMaxAge: academy.shortLessonMaxAge,
      shortMinutes: academy.shortLessonMinutes,
    });
    if (problems)
      throw new AppError("invalid", {
        userMessage: "Please check the marked fields.",
        fieldErrors: problems,
      });

    const draft = await getDraft(await readDraftId());
    const choice = teacherId ? timeChoice.safeParse({ teacherId, startsAt }) : undefined;
    if (choice?.success) {
      const held = await holdFor(student, choice.data, draft?.hold?.bookingId);
      if (held.outcome === "held") {
        const stored = { student, choice: { teacherId: choice.data.teacherId, startsAt, reason: "" } };
        await keepDraftId(await saveDraft(draft?.id, stored, held.bookingId));
        return { next: "/enroll/account" as const, lost: null };
      }
      await keepDraftId(await saveDraft(draft?.id, { student }));
      return { next: null, lost: held };
    }
    await keepDraftId(await saveDraft(draft?.id, { ...draft?.data, student }));
    return { next: "/enroll/time" as const, lost: null };
  },
);

/** First page: the student. With a time chosen on the public pages the hold follows at once. */
export async function saveStudentAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await studentStep(form);
  if (!result.ok) return refused(result, form);
  if (result.data.lost) return { ...(await taken(result.data.lost)), typed: typedIn(form) };
  redirect(result.data.next ?? "/enroll/time");
}

const timeStep = publicAction({ name: "enrollment.time", schema: timeChoice }, async ({ input }) => {
  const draft = await getDraft(await readDraftId());
  const student = draft?.data.student;
  if (!draft || !student) {
    throw new AppError("expired", {
      userMessage: "Please begin with the student's details; they were not found any more.",
    });
  }
  const held = await holdFor(student, input, draft.hold?.bookingId);
  if (held.outcome === "held") {
    const choice = {
      teacherId: input.teacherId,
      startsAt: input.startsAt.toISOString(),
      reason: input.reason,
    };
    await saveDraft(draft.id, { student, choice }, held.bookingId);
  }
  return held;
});

/** Second page: a suggestion or an open time is held for this visitor. */
export async function chooseTimeAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await timeStep(form);
  if (!result.ok) return refused(result, form);
  if (result.data.outcome === "taken") return taken(result.data);
  redirect("/enroll/account");
}

const submitStep = authAction(
  { name: "enrollment.submit", roles: ["parent"], schema: planChoice },
  async ({ input, principal }) => {
    const draft = await getDraft(input.draft);
    if (!draft) {
      throw new AppError("expired", {
        userMessage: "This enrollment is too old to be sent. Please begin again; nothing was charged.",
      });
    }
    // A draft without a hold was sent already, or its time ran out: the database tells which.
    if (draft.hold && draft.updatedAt.toISOString() !== input.seen) {
      throw new AppError("conflict", {
        userMessage:
          "The details or the time were changed in another window. The page shows how they stand now: please look again before you pay.",
      });
    }
    const policies = await publishPolicies(await withPrincipal(visitor, getAcademy));
    const id = await withPrincipal(principal, async (db) => {
      const { rows } = await sql<{ id: string }>`
        select private.submit_enrollment(${draft.id}, ${input.kind}, ${input.cadence}, ${policies}) as id`.execute(
        db,
      );
      return rows[0]?.id;
    });
    if (!id)
      throw new AppError("internal", {
        userMessage: "The enrollment could not be stored. Please try again.",
      });
    return { id, url: await paymentUrl(id) };
  },
);

/**
 * The payment page; null when none is needed any more, or Stripe is not reachable just now: then the workflow keeps
 * trying and the enrollment's page waits.
 */
async function paymentUrl(enrollmentId: string): Promise<string | null> {
  try {
    return (await openCheckout(enrollmentId))?.url ?? null;
  } catch (error) {
    if (error instanceof AppError) throw error;
    log("warn", "checkout.open", errorFacts(error));
    return null;
  }
}

/** Third page: the enrollment is stored and the family goes on to Stripe Checkout. */
export async function submitEnrollmentAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await submitStep(form);
  if (!result.ok) {
    if (result.error.code === "conflict") refresh();
    return refused(result, form);
  }
  // A younger draft of another window stays.
  if ((await readDraftId()) === form.get("draft")) await forgetDraftId();
  redirect((result.data.url ?? `/enroll/${result.data.id}`) as never);
}

const ofEnrollment = z.object({ enrollmentId: z.uuid() });

/** Under the parent's own rights: another family's enrollment does not exist here. */
async function ownEnrollment(principal: Parameters<typeof withPrincipal>[0], id: string) {
  const enrollment = await withPrincipal(principal, (db) => getEnrollment(db, id));
  if (!enrollment) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
  return enrollment;
}

const payStep = authAction(
  { name: "enrollment.pay", roles: ["parent"], schema: ofEnrollment },
  async ({
    input,
    principal,
  }): Promise<{ url: string | null; lost: (HoldResult & { outcome: "taken" }) | null }> => {
    const enrollment = await ownEnrollment(principal, input.enrollmentId);
    if (enrollment.status !== "provisional" || enrollment.paidAt) return { url: null, lost: null };
    if (await secureSlot(enrollment.id)) return { url: await paymentUrl(enrollment.id), lost: null };
    await closeCheckout(enrollment.id);
    const { timeZone } = await withPrincipal(visitor, getAcademy);
    const other = await holdSlot({
      teacherId: enrollment.teacher.id,
      instrumentId: enrollment.instrument.id,
      startsAt: enrollment.startsAt,
      minutes: enrollment.minutes,
      age: ageOn(enrollment.student.birthDate, localDate(enrollment.startsAt, timeZone)),
    });
    if (other.outcome === "taken") return { url: null, lost: other };
    await moveEnrollment(enrollment.id, other.bookingId);
    return { url: await paymentUrl(enrollment.id), lost: null };
  },
);

/** Goes on to the payment: the same time when it is still free, else three alternatives, uncharged. */
export async function continuePaymentAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await payStep(form);
  if (!result.ok) return refused(result, form);
  if (result.data.lost) return taken(result.data.lost);
  redirect((result.data.url ?? `/enroll/${form.get("enrollmentId")}`) as never);
}

const moveStep = authAction(
  { name: "enrollment.move", roles: ["parent"], schema: ofEnrollment.extend(timeChoice.shape) },
  async ({
    input,
    principal,
  }): Promise<{ url: string | null; lost: (HoldResult & { outcome: "taken" }) | null }> => {
    const enrollment = await ownEnrollment(principal, input.enrollmentId);
    if (enrollment.status !== "provisional" || enrollment.paidAt) return { url: null, lost: null };
    const { timeZone } = await withPrincipal(visitor, getAcademy);
    const held = await holdSlot({
      teacherId: input.teacherId,
      instrumentId: enrollment.instrument.id,
      startsAt: input.startsAt,
      minutes: enrollment.minutes,
      age: ageOn(enrollment.student.birthDate, localDate(input.startsAt, timeZone)),
    });
    if (held.outcome === "taken") return { url: null, lost: held };
    // The payment page names teacher and time: the old one goes before the enrollment moves.
    await closeCheckout(enrollment.id);
    await moveEnrollment(enrollment.id, held.bookingId);
    return { url: await paymentUrl(enrollment.id), lost: null };
  },
);

/** Takes one of the alternatives for an enrollment whose own time is gone, and goes on to the payment. */
export async function moveEnrollmentAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await moveStep(form);
  if (!result.ok) return refused(result, form);
  if (result.data.lost) return taken(result.data.lost);
  redirect((result.data.url ?? `/enroll/${form.get("enrollmentId")}`) as never);
}

const giveUpStep = authAction(
  { name: "enrollment.give-up", roles: ["parent"], schema: ofEnrollment },
  async ({ input, principal }) => {
    const own = await ownEnrollment(principal, input.enrollmentId);
    const { paidSessionId } = await closeCheckout(own.id);
    const now = await readEnrollment(own.id);
    if (paidSessionId || now.paidAt || now.status !== "provisional") {
      throw new AppError("conflict", {
        userMessage: "A payment has arrived in the meantime. Reload the page to see where the enrollment is.",
      });
    }
    await releaseEnrollmentHold(own.id, "given up by the family");
    await endEnrollment(own.id, {
      status: "cancelled",
      code: "given_up",
      message: "You gave up this enrollment. Nothing was charged.",
    });
  },
);

/** The family does not want to go on: frees the time, closes the payment page; nothing was charged. */
export async function giveUpEnrollmentAction(_: EnrollState, form: FormData): Promise<EnrollState> {
  const result = await giveUpStep(form);
  if (!result.ok) return refused(result, form);
  redirect(`/enroll/${form.get("enrollmentId")}` as never);
}
