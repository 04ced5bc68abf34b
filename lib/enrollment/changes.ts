import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import type { GoOn, Pause, Transfer, Withdrawal } from "./change-schema";

const academy = service("enrollment");

/** A charge that is still to come, in cents; `isPartial`: only until the last day. */
export type ComingCharge = {
  readonly dueAt: Date;
  readonly cents: number;
  readonly paidUntil: Date;
  readonly isPartial: boolean;
};

/** All that a notice comes to: what the preview shows and what has happened are this same row. Cents; days in the academy's zone. */
export type NoticeOutcome = {
  readonly endsOn: string;
  readonly earliestOn: string;
  readonly isShortened: boolean;
  readonly lessonsKept: number;
  readonly lastLessonAt: Date | null;
  readonly lessonsFreed: number;
  readonly firstFreedAt: Date | null;
  readonly charges: readonly ComingCharge[];
  readonly giveBackCents: number;
  readonly creditsLapsing: readonly { readonly minutes: number; readonly expiresAt: Date }[];
  readonly moneyCreditCents: number;
};

function one<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (!row) throw new AppError("internal", { userMessage: "The change came to nothing. Please try again." });
  return row;
}

type Stored<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] };

/** Gives notice as the signed-in person. Rehearsed, it is the preview. Refusals: see `private.withdraw_enrollment`. */
export async function withdrawEnrollment(db: Db, of: Withdrawal): Promise<NoticeOutcome> {
  const { rows } = await sql<
    Omit<NoticeOutcome, "charges" | "creditsLapsing"> & {
      charges: Stored<ComingCharge>[];
      creditsLapsing: { minutes: number; expiresAt: string }[];
    }
  >`
    select ends_on as "endsOn", earliest_on as "earliestOn", is_shortened as "isShortened", lessons_kept as "lessonsKept",
           last_lesson_at as "lastLessonAt", lessons_freed as "lessonsFreed", first_freed_at as "firstFreedAt", charges,
           give_back_cents as "giveBackCents", credits_lapsing as "creditsLapsing", money_credit_cents as "moneyCreditCents"
      from private.withdraw_enrollment(${of.enrollmentId}, ${of.lastDay ?? null}::date, ${of.reason ?? null})`.execute(
    db,
  );
  const row = one(rows);
  return {
    ...row,
    charges: row.charges.map((charge) => ({
      ...charge,
      dueAt: new Date(charge.dueAt),
      paidUntil: new Date(charge.paidUntil),
    })),
    creditsLapsing: row.creditsLapsing.map((credit) => ({
      ...credit,
      expiresAt: new Date(credit.expiresAt),
    })),
  };
}

export type PauseOutcome = {
  readonly pausedFrom: string;
  readonly pausedUntil: string;
  readonly days: number;
  readonly lessonsFreed: number;
  readonly firstFreedAt: Date | null;
  readonly lastFreedAt: Date | null;
  readonly goesOnAt: Date | null;
  readonly chargesBefore: readonly { readonly dueAt: Date; readonly cents: number }[];
  readonly chargeWasAt: Date | null;
  readonly nextChargeAt: Date | null;
  readonly nextChargeCents: number | null;
};

/** Plans a pause as the signed-in person. Rehearsed, it is the preview. Refusals: see `private.pause_enrollment`. */
export async function pauseEnrollment(db: Db, of: Pause): Promise<PauseOutcome> {
  const { rows } = await sql<
    Omit<PauseOutcome, "chargesBefore"> & { chargesBefore: { dueAt: string; cents: number }[] }
  >`
    select paused_from as "pausedFrom", paused_until as "pausedUntil", days, lessons_freed as "lessonsFreed",
           first_freed_at as "firstFreedAt", last_freed_at as "lastFreedAt", goes_on_at as "goesOnAt",
           charges_before as "chargesBefore", charge_was_at as "chargeWasAt", next_charge_at as "nextChargeAt",
           next_charge_cents as "nextChargeCents"
      from private.pause_enrollment(${of.enrollmentId}, ${of.firstDay}::date, ${of.lastDay}::date, ${of.reason ?? null})`.execute(
    db,
  );
  const row = one(rows);
  return {
    ...row,
    chargesBefore: row.chargesBefore.map(({ dueAt, cents }) => ({ dueAt: new Date(dueAt), cents })),
  };
}

/** What going on comes to. `resumesOn`: the first day after a pause; null when notice is taken back. */
export type GoOnOutcome = {
  readonly rebooked: number;
  readonly leftOut: number;
  readonly resumesOn: string | null;
  readonly firstAt: Date | null;
  readonly nextChargeAt: Date | null;
  readonly nextChargeCents: number | null;
};

/** Takes notice back as the signed-in person. Refusals: see `private.keep_enrollment`. */
export async function keepEnrollment(db: Db, of: GoOn): Promise<GoOnOutcome> {
  const { rows } = await sql<GoOnOutcome>`
    select rebooked, left_out as "leftOut", null as "resumesOn", first_at as "firstAt", next_charge_at as "nextChargeAt",
           next_charge_cents as "nextChargeCents"
      from private.keep_enrollment(${of.enrollmentId}, ${JSON.stringify(of.answers)}::text::jsonb, ${of.reason ?? null})`.execute(
    db,
  );
  return one(rows);
}

/** Ends a pause early, or calls it off, as the signed-in person. Refusals: see `private.resume_enrollment`. */
export async function resumeEnrollment(db: Db, of: GoOn): Promise<GoOnOutcome> {
  const { rows } = await sql<GoOnOutcome>`
    select rebooked, left_out as "leftOut", resumes_on as "resumesOn", first_at as "firstAt",
           next_charge_at as "nextChargeAt", next_charge_cents as "nextChargeCents"
      from private.resume_enrollment(${of.enrollmentId}, ${JSON.stringify(of.answers)}::text::jsonb, ${of.reason ?? null})`.execute(
    db,
  );
  return one(rows);
}

/** What a change of teacher comes to. */
export type TransferOutcome = {
  readonly moved: number;
  readonly leftOut: number;
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
};

/** Gives a plan to another teacher as the signed-in person. Refusals: see `private.transfer_enrollment`. */
export async function transferEnrollment(db: Db, of: Transfer): Promise<TransferOutcome> {
  const { rows } = await sql<TransferOutcome>`
    select moved, left_out as "leftOut", first_at as "firstAt", last_at as "lastAt"
      from private.transfer_enrollment(${of.enrollmentId}, ${of.teacherId}, ${of.firstDay}::date,
                                       ${JSON.stringify(of.answers)}::text::jsonb, ${of.reason ?? null},
                                       ${of.weekly?.weekday ?? null}::int, ${of.weekly?.starts ?? null}::time)`.execute(
    db,
  );
  return one(rows);
}

/** When a workflow has to act on an enrollment next: the first instant after its last day, or of and after its pause. */
export type ChangeDates = {
  readonly endsAt: number | null;
  readonly pauseBeginsAt: number | null;
  readonly pauseEndsAt: number | null;
};

/** Milliseconds since 1970, as a step's result passes through JSON. Throws `not_found`. */
export async function readChangeDates(enrollmentId: string): Promise<ChangeDates> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<{ endsAt: Date | null; pauseBeginsAt: Date | null; pauseEndsAt: Date | null }>`
      select private.local_midnight(e.ends_on + 1) as "endsAt",
             case when e.pause_reason = 'wished' then private.local_midnight(e.paused_from) end as "pauseBeginsAt",
             case when e.pause_reason = 'wished' then private.local_midnight(e.paused_until + 1) end as "pauseEndsAt"
        from enrollments e where e.id = ${enrollmentId}`.execute(db),
  );
  const [row] = rows;
  if (!row) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
  return {
    endsAt: row.endsAt?.getTime() ?? null,
    pauseBeginsAt: row.pauseBeginsAt?.getTime() ?? null,
    pauseEndsAt: row.pauseEndsAt?.getTime() ?? null,
  };
}

export type WithdrawalEnd = {
  readonly outcome: "ended" | "done" | "not_due" | "kept";
  readonly giveBackCents: number;
  readonly creditsLapsed: number;
};

/** Ends an enrollment after its last day; repeating it changes nothing. See `private.finish_withdrawal`. */
export async function finishWithdrawal(enrollmentId: string): Promise<WithdrawalEnd> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<WithdrawalEnd>`
      select outcome, give_back_cents as "giveBackCents", credits_lapsed as "creditsLapsed"
        from private.finish_withdrawal(${enrollmentId})`.execute(db),
  );
  return one(rows);
}

/** Begins a pause on its first day; repeating it changes nothing. See `private.begin_pause`. */
export async function beginPause(enrollmentId: string): Promise<"begun" | "done" | "not_due" | "called_off"> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<{ outcome: "begun" | "done" | "not_due" | "called_off" }>`
      select outcome from private.begin_pause(${enrollmentId})`.execute(db),
  );
  return one(rows).outcome;
}

/** Ends a pause after its last day; repeating it changes nothing. See `private.end_pause`. */
export async function endPause(enrollmentId: string): Promise<"ended" | "done" | "not_due"> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<{ outcome: "ended" | "done" | "not_due" }>`
      select outcome from private.end_pause(${enrollmentId})`.execute(db),
  );
  return one(rows).outcome;
}

/** A freed lesson whose own time cannot be booked again, with times in its place: at most three. */
export type TakenLesson = {
  readonly lessonId: Id<"lesson">;
  readonly startsAt: Date;
  readonly isTooSoon: boolean;
  readonly instead: readonly Date[];
};

/** Plans whose last day, or whose pause, is due and was not acted on: those of a run that was lost, or of older records. */
export async function listOverdueChanges(): Promise<string[]> {
  const { rows } = await withPrincipal(academy, (db) =>
    sql<{ id: string }>`
      select e.id from enrollments e
       where e.kind = 'plan' and e.status in ('active', 'paused')
         and (e.ends_on < private.local_today()
              or e.pause_reason = 'wished' and (e.status = 'paused' and e.paused_until < private.local_today()
                                                or e.status = 'active' and e.paused_from <= private.local_today()))
       order by e.id limit 500`.execute(db),
  );
  return rows.map((row) => row.id);
}
