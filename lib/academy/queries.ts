import { type NotNull, sql } from "kysely";
import { z } from "zod";
import type { Db } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { type Money, usd } from "@/lib/money";
import {
  type Academy,
  type Cadence,
  type DateSpan,
  type Instrument,
  type InstrumentId,
  type LessonMinutes,
  lessonMinutes,
  type PriceList,
} from "./schema";

/** The academy and its policies. There is one as soon as it has been set up; before that: `unavailable`. */
export async function getAcademy(db: Db): Promise<Academy> {
  const row = await db.selectFrom("academy_settings").selectAll().executeTakeFirst();
  if (!row) {
    throw new AppError("unavailable", {
      message: "academy_settings is empty: the academy has not been set up",
      userMessage: "The academy is being set up. Please come back in a little while.",
    });
  }
  const plans = await db
    .selectFrom("plans")
    .select(["cadence", "months", "discount_bp as discountBp"])
    .where(
      sql<boolean>`valid @> (select (private.now() at time zone a.time_zone)::date from academy_settings a)`,
    )
    .execute();
  const planOf = (cadence: Cadence) => {
    const plan = plans.find((one) => one.cadence === cadence);
    if (plan) return plan;
    throw new AppError("unavailable", {
      message: `no ${cadence} plan is valid today`,
      userMessage: "Our price list is being changed. Please come back in a little while.",
    });
  };
  const semester = planOf("semester");
  return {
    name: row.name,
    email: row.email,
    phone: row.phone,
    address: row.address,
    timeZone: row.time_zone,
    noticeMinutes: row.notice_minutes,
    horizonDays: row.horizon_days,
    holdMinutes: row.hold_minutes,
    offerMinutes: row.offer_minutes,
    provisionalDays: row.provisional_days,
    cancelNoticeMinutes: row.cancel_notice_minutes,
    makeupValidDays: row.makeup_valid_days,
    makeupsPerTerm: row.makeups_per_term,
    illnessExceptionsPerYear: row.illness_exceptions_per_year,
    shortLessonMaxAge: row.short_lesson_max_age,
    shortLessonMinutes: row.short_lesson_minutes,
    trialMinutes: row.trial_minutes,
    trialCreditDays: row.trial_credit_days,
    semesterMonths: semester.months,
    semesterDiscountBp: semester.discountBp,
    yearDiscountBp: planOf("yearly").discountBp,
    siblingDiscountBp: row.sibling_discount_bp,
    tenPackDiscountBp: row.ten_pack_discount_bp,
    tenPackValidMonths: row.ten_pack_valid_months,
    withdrawalNoticeDays: row.withdrawal_notice_days,
    guaranteedLessons: row.guaranteed_lessons,
  };
}

/** The instruments on offer, in the academy's order. */
export async function listInstruments(db: Db): Promise<Instrument[]> {
  const rows = await db
    .selectFrom("instruments")
    .select(["id", "slug", "name", "minimum_age as minimumAge", "description"])
    .where("is_active", "=", true)
    .orderBy("sort")
    .orderBy("name")
    .execute();
  return rows.map((row) => ({ ...row, id: row.id as InstrumentId }));
}

/** Terms that have not ended on the given day (`YYYY-MM-DD`), soonest first. */
export async function listTerms(db: Db, onDay: string): Promise<DateSpan[]> {
  return db
    .selectFrom("terms")
    .select(["name", "starts_on as startsOn", "ends_on as endsOn"])
    .where("ends_on", ">=", onDay)
    .orderBy("starts_on")
    .execute();
}

/** Closures that have not ended on the given day (`YYYY-MM-DD`), soonest first. */
export async function listClosures(db: Db, onDay: string): Promise<DateSpan[]> {
  return db
    .selectFrom("closures")
    .select(["name", "starts_on as startsOn", "ends_on as endsOn"])
    .where("ends_on", ">=", onDay)
    .orderBy("starts_on")
    .execute();
}

/** The prices valid on a day (`YYYY-MM-DD` in the academy's zone). A price that is missing: `unavailable`. */
export async function getPriceList(db: Db, onDay: string): Promise<PriceList> {
  const rows = await db
    .selectFrom("public_prices")
    .select(["kind", "name", "minutes", "amount_cents as cents", "details"])
    .$narrowType<{ kind: NotNull; name: NotNull; cents: NotNull }>()
    .where(sql<boolean>`valid @> ${onDay}::date`)
    .orderBy("name")
    .execute();

  const one = (kind: (typeof rows)[number]["kind"], minutes?: LessonMinutes): Money => {
    const row = rows.find((r) => r.kind === kind && (minutes === undefined || r.minutes === minutes));
    if (!row) {
      throw new AppError("unavailable", {
        message: `no ${kind} price${minutes ? ` for ${minutes} minutes` : ""} on ${onDay}`,
        userMessage: "Our price list is being changed. Please come back in a little while.",
      });
    }
    return usd(row.cents);
  };
  const byMinutes = (kind: "tuition_monthly" | "single_lesson") =>
    Object.fromEntries(lessonMinutes.map((minutes) => [minutes, one(kind, minutes)])) as Record<
      LessonMinutes,
      Money
    >;

  return {
    trial: one("trial"),
    monthly: byMinutes("tuition_monthly"),
    single: byMinutes("single_lesson"),
    registration: one("registration"),
    siblingRegistration: one("registration_sibling"),
    recital: one("recital"),
    groups: rows
      .filter((row) => row.kind === "group_class")
      .map((row) => {
        const { ages, max } = groupDetails.parse(row.details);
        return {
          name: row.name,
          minutes: row.minutes ?? 0,
          monthly: usd(row.cents),
          minimumAge: ages[0],
          maximumAge: ages[1],
          seats: max,
        };
      }),
  };
}

/** What a group class's price says beside its amount: ages (years, both included, null for no limit) and seats. */
const groupDetails = z
  .object({
    ages: z.tuple([z.int().nullable(), z.int().nullable()]).default([null, null]),
    max: z.int().nullable().default(null),
  })
  .catch({ ages: [null, null], max: null });
