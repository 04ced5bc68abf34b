import { sql } from "kysely";
import type { BillingCadence, EnrollmentKind, EnrollmentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { listAlternatives } from "@/lib/scheduling/alternatives";
import type { Transfer } from "./change-schema";
import type { TakenLesson } from "./changes";

/** A plan with all that its page needs to know; days are ISO days in the academy's zone, amounts cents. */
export type PlanOfFamily = {
  readonly id: Id<"enrollment">;
  readonly number: number;
  readonly kind: EnrollmentKind;
  readonly status: EnrollmentStatus;
  readonly cadence: BillingCadence;
  readonly minutes: number;
  readonly student: { readonly id: Id<"student">; readonly firstName: string };
  readonly instrument: { readonly id: string; readonly slug: string; readonly name: string };
  readonly teacher: { readonly id: string; readonly slug: string; readonly name: string };
  readonly noticeGivenOn: string | null;
  readonly endsOn: string | null;
  readonly giveBackCents: number | null;
  readonly pausedFrom: string | null;
  readonly pausedUntil: string | null;
  readonly pauseReason: string | null;
  readonly lessonsAhead: number;
  readonly nextLessonId: Id<"lesson"> | null;
  readonly nextLessonAt: Date | null;
  readonly nextChargeAt: Date | null;
  readonly chargeCents: number | null;
  readonly today: string;
  readonly noticeDays: number;
  readonly pauseMinWeeks: number;
  readonly pauseMaxWeeks: number;
  readonly pauseNoticeDays: number;
};

/** Under RLS, and of the own family or by an administrator only; null otherwise, and for what is unknown. */
export async function getPlan(db: Db, id: Id<"enrollment">): Promise<PlanOfFamily | null> {
  const { rows } = await sql<PlanOfFamily>`
    select e.id, e.number, e.kind, e.status, e.cadence, e.minutes,
           json_build_object('id', s.id, 'firstName', s.first_name) as student,
           json_build_object('id', i.id, 'slug', i.slug, 'name', i.name) as instrument,
           json_build_object('id', t.id, 'slug', t.slug, 'name', t.first_name || ' ' || t.last_name) as teacher,
           e.notice_given_on as "noticeGivenOn", e.ends_on as "endsOn", e.give_back_cents as "giveBackCents",
           e.paused_from as "pausedFrom", e.paused_until as "pausedUntil", e.pause_reason as "pauseReason",
           l.ahead as "lessonsAhead", l.next as "nextLessonAt",
           (select n.id from lessons n where n.enrollment_id = e.id and n.starts_at = l.next and n.status = 'scheduled' limit 1) as "nextLessonId",
           coalesce(p.bills_next_at, p.current_period_end) as "nextChargeAt", p.amount_cents as "chargeCents",
           (private.now() at time zone a.time_zone)::date as today, a.withdrawal_notice_days as "noticeDays",
           a.pause_min_weeks as "pauseMinWeeks", a.pause_max_weeks as "pauseMaxWeeks", a.pause_notice_days as "pauseNoticeDays"
      from enrollments e
      join students s on s.id = e.student_id
      join instruments i on i.id = e.instrument_id
      join teachers t on t.id = e.teacher_id
     cross join academy_settings a
     cross join lateral (select count(*)::int as ahead, min(l.starts_at) as next from lessons l
                          where l.enrollment_id = e.id and l.status = 'scheduled' and l.starts_at > private.now()) l
      left join lateral (select * from subscriptions p
                          where p.enrollment_id = e.id and p.status in ('active', 'trialing', 'past_due')
                            and p.current_period_end > private.now()
                          order by p.created_at desc limit 1) p on true
     where e.id = ${id} and (e.family_id = any(array(select private.my_family_ids())) or (select private.is_admin()))`.execute(
    db,
  );
  return rows[0] ?? null;
}

type Blocked = {
  lessonId: Id<"lesson">;
  startsAt: Date;
  minutes: number;
  teacherId: string;
  reasons: string[];
};

/** For each lesson that cannot be at its time up to three times of its teacher in its place, each time once. */
async function findInstead(db: Db, plan: PlanOfFamily, blocked: readonly Blocked[]): Promise<TakenLesson[]> {
  const taken: TakenLesson[] = [];
  const offered = new Set<number>();
  for (const { lessonId, startsAt, minutes, teacherId, reasons } of blocked) {
    const isTooSoon = reasons.includes("too_soon");
    const wanted = {
      instrumentId: plan.instrument.id,
      minutes,
      teacherId,
      startsAt,
      studentId: plan.student.id,
    };
    const alternatives = isTooSoon ? [] : await listAlternatives(db, wanted, 6);
    const instead = alternatives
      .filter((time) => time.teacherId === teacherId && !offered.has(time.startsAt.getTime()))
      .slice(0, 3)
      .map((time) => time.startsAt);
    for (const at of instead) offered.add(at.getTime());
    taken.push({ lessonId, startsAt, isTooSoon, instead });
  }
  return taken;
}

/** Freed lessons whose own times are gone, with times in their place. */
export async function listTakenLessons(db: Db, plan: PlanOfFamily): Promise<TakenLesson[]> {
  const { rows } = await sql<Blocked>`
    select lesson_id as "lessonId", starts_at as "startsAt", minutes, teacher_id as "teacherId", reasons
      from private.freed_lessons(${plan.id}) f where f.reasons <> '{}' order by f.starts_at`.execute(db);
  return findInstead(db, plan, rows);
}

/** Each coming lesson of a plan as another teacher would give it from a day on, and those that cannot be at their time. */
export async function listTransferWeeks(
  db: Db,
  plan: PlanOfFamily,
  to: Pick<Transfer, "teacherId" | "firstDay" | "weekly">,
): Promise<{ readonly weeks: readonly Date[]; readonly taken: readonly TakenLesson[] }> {
  const { rows } = await sql<Omit<Blocked, "teacherId">>`
    select lesson_id as "lessonId", goes_at as "startsAt", minutes, reasons
      from private.transfer_weeks(${plan.id}, ${to.teacherId}, ${to.firstDay}::date, ${to.weekly?.weekday ?? null}::int,
                                  ${to.weekly?.starts ?? null}::time) w order by w.goes_at`.execute(db);
  const blocked = rows
    .filter((week) => week.reasons.length > 0)
    .map((week) => ({ ...week, teacherId: to.teacherId }));
  return {
    weeks: rows.filter((week) => week.reasons.length === 0).map((week) => week.startsAt),
    taken: await findInstead(db, plan, blocked),
  };
}

/** Other teachers of a plan's instrument who take students, by name. */
export async function listOtherTeachers(
  db: Db,
  plan: PlanOfFamily,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, t.first_name || ' ' || t.last_name as name
      from teachers t join teacher_instruments i on i.teacher_id = t.id
     where i.instrument_id = ${plan.instrument.id} and t.is_active and t.is_accepting and t.id <> ${plan.teacher.id}
     order by 2`.execute(db);
  return rows;
}
