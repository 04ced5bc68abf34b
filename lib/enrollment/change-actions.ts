"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { z } from "zod";
import { loadAcademy } from "@/lib/academy/loaders";
import type { SignedIn } from "@/lib/auth/session";
import { type Db, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { localDate, localTime } from "@/lib/format";
import { type ActionResult, authAction } from "@/lib/http/action";
import { type WeeklyTime, weeklyWords } from "@/lib/scheduling/series-rules";
import { listTeacherWeeklyTimes } from "@/lib/scheduling/transfer-times";
import { weekdayOf } from "@/lib/scheduling/week";
import { getPlan, listOtherTeachers, listTransferWeeks } from "./change-queries";
import { goOnLines, pauseLines, transferLines, withdrawalLines } from "./change-rules";
import { goOnForm, pauseForm, transferForm, withdrawalForm } from "./change-schema";
import {
  keepEnrollment,
  pauseEnrollment,
  resumeEnrollment,
  type TakenLesson,
  transferEnrollment,
  withdrawEnrollment,
} from "./changes";

export type ChangeState = {
  /** choosing: the form · outcome: what would happen, waiting to be confirmed. Once done, the page says so. */
  readonly stage: "choosing" | "outcome";
  /** What happens, line by line. */
  readonly lines: readonly string[];
  /** Lessons that cannot be at their time, where what was chosen brought them up. */
  readonly taken?: readonly TakenLesson[];
  /** Times of the week that a new teacher has open, where the usual one is not. */
  readonly weekly?: readonly WeeklyTime[];
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
  /** What was chosen and typed, to stand in the form again. */
  readonly typed: Readonly<Record<string, string>>;
};

const roles = ["parent", "admin"] as const;

type Lines<T> = (outcome: T, about: Parameters<typeof withdrawalLines>[1]) => string[];

async function described<T>(
  principal: SignedIn,
  enrollmentId: Parameters<typeof getPlan>[1],
  outcome: T,
  words: Lines<T>,
): Promise<string[]> {
  const [{ timeZone }, plan] = await Promise.all([
    loadAcademy(),
    withPrincipal(principal, (db) => getPlan(db, enrollmentId)),
  ]);
  return words(outcome, {
    student: plan?.student.firstName ?? "the student",
    noticeDays: plan?.noticeDays ?? 0,
    isCharged: plan?.nextChargeAt != null,
    timeZone,
  });
}

/** One change in two actions, the preview and the change itself, by one and the same statement. */
function steps<S extends z.ZodType<{ enrollmentId: Parameters<typeof getPlan>[1] }>, T>(
  name: string,
  schema: S,
  change: (db: Db, input: z.output<S>) => Promise<T>,
  words: Lines<T>,
) {
  return {
    preview: authAction({ name: `${name}.preview`, roles, schema }, async ({ input, principal }) =>
      described(principal, input.enrollmentId, await rehearse(principal, (db) => change(db, input)), words),
    ),
    confirm: authAction({ name, roles, schema }, async ({ input, principal }) => {
      await withPrincipal(principal, (db) => change(db, input));
      return [] as string[];
    }),
  };
}

const withdrawal = steps("enrollment.withdraw", withdrawalForm, withdrawEnrollment, withdrawalLines);
const pause = steps("enrollment.pause", pauseForm, pauseEnrollment, pauseLines);
const keep = steps("enrollment.keep", goOnForm, keepEnrollment, goOnLines);
const resume = steps("enrollment.resume", goOnForm, resumeEnrollment, goOnLines);

const ANSWER = "answer:";

function typedIn(form: FormData): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === "string" && !name.startsWith("$")) typed[name] = value.slice(0, 2000);
  }
  return typed;
}

function answersIn(typed: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed)
      .filter(([name]) => name.startsWith(ANSWER))
      .map(([name, value]) => [name.slice(ANSWER.length), value]),
  );
}

/** The page of the enrollment in the portal that the form came from. */
function pageOf(typed: Readonly<Record<string, string>>, done: string): Route {
  const id = encodeURIComponent(typed.enrollmentId ?? "");
  const page = typed.portal === "admin" ? `/admin/enrollments/${id}/changes` : `/family/enrollments/${id}`;
  return `${page}?done=${done}` as Route;
}

async function take(
  { preview, confirm }: Pick<typeof withdrawal, "preview" | "confirm"> | typeof pause | typeof keep,
  form: FormData,
  done: string,
): Promise<ChangeState> {
  const typed = typedIn(form);
  if (typed.intent === "back") return { stage: "choosing", lines: [], refused: null, typed };
  const answers = answersIn(typed);
  const isConfirmed = typed.intent === "confirm";
  const result = await (isConfirmed ? confirm : preview)({ ...typed, answers });
  if (!result.ok) {
    // A time that was taken in the meantime: the page shows what is free instead.
    if (result.error.code === "slot_taken") refresh();
    return { stage: "choosing", lines: [], refused: result.error, typed };
  }
  if (isConfirmed) redirect(pageOf(typed, done));
  return { stage: "outcome", lines: result.data, refused: null, typed };
}

/** Gives notice in two steps: the fields of `withdrawalForm`, `portal`, and `intent` (preview, confirm or back). */
export async function withdrawAction(_before: ChangeState, form: FormData): Promise<ChangeState> {
  return take(withdrawal, form, "notice");
}

/** Plans a pause in two steps: the fields of `pauseForm`, `portal`, `intent`. */
export async function pauseAction(_before: ChangeState, form: FormData): Promise<ChangeState> {
  return take(pause, form, "pause");
}

/** Takes notice back in two steps: `enrollmentId`, `answer:<lesson>`, `reason`, `portal`, `intent`. */
export async function keepAction(_before: ChangeState, form: FormData): Promise<ChangeState> {
  return take(keep, form, "kept");
}

/** Goes on sooner, or calls a pause off, in two steps: as `keepAction`. */
export async function resumeAction(_before: ChangeState, form: FormData): Promise<ChangeState> {
  return take(resume, form, "resumed");
}

type TransferPreview = Pick<Required<ChangeState>, "lines" | "taken" | "weekly">;

/** More blocked weeks than this, and more than a third of all: another time of the week is looked for instead. */
const ANSWERABLE = 4;

/** The weeks with the new teacher: what happens, or what has to be answered first. */
const previewTransfer = authAction(
  { name: "enrollment.transfer.preview", roles, schema: transferForm },
  async ({ input, principal }): Promise<TransferPreview> => {
    const academy = await loadAcademy();
    const { timeZone } = academy;
    const found = await withPrincipal(principal, async (db) => {
      const plan = await getPlan(db, input.enrollmentId);
      if (!plan) return null;
      const teachers = await listOtherTeachers(db, plan);
      return { plan, teachers, ...(await listTransferWeeks(db, plan, input)) };
    });
    const taken = found?.taken ?? [];
    const open = taken.filter((lesson) => !(lesson.lessonId in input.answers));
    const total = taken.length + (found?.weeks.length ?? 0);
    if (found && open.length > ANSWERABLE && open.length * 3 > total) {
      const { plan } = found;
      const weekly = await listTeacherWeeklyTimes(academy, {
        instrumentId: plan.instrument.id,
        minutes: plan.minutes,
        teacherId: input.teacherId,
        studentId: plan.student.id,
        from: input.firstDay,
        usual: plan.nextLessonAt && {
          weekday: weekdayOf(localDate(plan.nextLessonAt, timeZone)),
          starts: localTime(plan.nextLessonAt, timeZone),
        },
      });
      return { lines: [], taken: [], weekly };
    }
    if (open.length > 0) return { lines: [], taken, weekly: [] };
    const outcome = await rehearse(principal, (db) => transferEnrollment(db, input));
    const lines = transferLines(outcome, {
      student: found?.plan.student.firstName ?? "the student",
      teacher: found?.teachers.find((teacher) => teacher.id === input.teacherId)?.name ?? "The new teacher",
      weeks: found?.weeks ?? [],
      weekly: input.weekly ? weeklyWords(input.weekly) : null,
      timeZone,
    });
    return { lines, taken, weekly: [] };
  },
);
const transfer = authAction(
  { name: "enrollment.transfer", roles, schema: transferForm },
  async ({ input, principal }) => withPrincipal(principal, (db) => transferEnrollment(db, input)),
);

/** Changes the teacher in two steps: the fields of `transferForm`, `answer:<lesson>`, `portal`, `intent`. */
export async function transferAction(before: ChangeState, form: FormData): Promise<ChangeState> {
  const all = typedIn(form);
  const isOf = (name: string) => all[name] === before.typed[name];
  const isSamePerson = isOf("teacherId") && isOf("firstDay");
  const isSame = isSamePerson && (all.weekly ?? "") === (before.typed.weekly ?? "");
  // Answers belong to what they were given for.
  const typed = Object.fromEntries(
    Object.entries(all).filter(
      ([name]) => (isSame || !name.startsWith(ANSWER)) && (isSamePerson || name !== "weekly"),
    ),
  );
  const known = {
    taken: isSame ? (before.taken ?? []) : [],
    weekly: isSamePerson ? (before.weekly ?? []) : [],
  };
  if (typed.intent === "back") return { stage: "choosing", lines: [], refused: null, typed, ...known };
  const input = { ...typed, answers: answersIn(typed) };
  if (typed.intent === "confirm") {
    const result = await transfer(input);
    if (!result.ok) return { stage: "choosing", lines: [], refused: result.error, typed, ...known };
    redirect(pageOf(typed, "teacher"));
  }
  const result = await previewTransfer(input);
  if (!result.ok) return { stage: "choosing", lines: [], refused: result.error, typed, ...known };
  const { lines, taken, weekly } = result.data;
  const isUndecided = lines.length === 0 && taken.length === 0 && weekly.length === 0;
  return {
    stage: lines.length > 0 ? "outcome" : "choosing",
    lines,
    refused: isUndecided
      ? {
          code: "slot_taken",
          message:
            "This teacher has no time of the week that is open. Choose another teacher, or ask the academy.",
        }
      : null,
    typed,
    taken,
    weekly: weekly.length > 0 ? weekly : known.weekly,
  };
}
