import {
  closeCheckout,
  dispute,
  insertSubscription,
  type Line,
  openCheckout,
  type Payment,
  recordPayment,
  refund,
} from "./billing";
import { addMonths, type Calendar, instantOf, localDay } from "./calendar";
import type { Enrollment, Fate, Year } from "./enrollments";
import { insertFamily } from "./families";
import { insertHold, insertLessons, type Lessons } from "./lessons";
import type { Random } from "./random";
import type { Sql } from "./rows";

/** Something that happened at an instant of the academy's past. */
type Happening = {
  readonly at: Date;
  /** Sends all its statements before it waits for the first one. */
  readonly happen: () => Promise<unknown>;
  /** What happens later needs its answer. */
  readonly isAnswered: boolean;
};

export type Replayed = {
  readonly payments: number;
  readonly paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>;
};

const POLICY_VERSION = "2026-09";

const ENDS: Partial<Record<Fate, { status: string; code: string | null; message: string | null }>> = {
  paused: { status: "paused", code: null, message: null },
  withdrawn: { status: "withdrawn", code: null, message: null },
  lapsed: {
    status: "lapsed",
    code: "not_paid",
    message: "No payment came within the 14 days. You are welcome to enroll again at any time.",
  },
  slot_lost: {
    status: "cancelled",
    code: "slot_lost",
    message:
      "The time went to another family while the payment was on its way. The payment was given back in full; please choose another time.",
  },
};

const REASONS = [
  null,
  null,
  "Free at your preferred time, and a good match for young beginners.",
  "On the same afternoon as your other child's lesson.",
  "Teaches the styles you named and has room for new students.",
];

/**
 * Plays the year's enrollments, payments and endings in the order in which they happened, with the academy's clock set to
 * each instant: the database prices, dates and audits them as it would have done on that day. Statements are sent without
 * waiting for the ones before, where no answer is needed: PostgreSQL runs them in the order in which they are sent.
 */
export async function replayYear(
  sql: Sql,
  random: Random,
  calendar: Calendar,
  now: Date,
  year: Year,
  lessons: Lessons,
): Promise<Replayed> {
  const transactionStart = await readTransactionStart(sql);
  const setClock = async (at: Date): Promise<void> => {
    await sql`select set_config('app.clock_offset_ms', ${String(at.getTime() - transactionStart.getTime())}, true)`;
  };
  const knownFamilies = new Set<string>();
  const linesOf = new Map<Enrollment, readonly Line[]>();
  const checkoutOf = new Map<Enrollment, string>();
  const paymentsOf = new Map<Enrollment, readonly Payment[]>();
  const happenings: Happening[] = [];

  const submit = async (enrollment: Enrollment): Promise<void> => {
    const { family, submittedAt } = enrollment;
    const [first] = lessons.get(enrollment) ?? [];
    const isNew = !knownFamilies.has(family.id);
    knownFamilies.add(family.id);
    const checkoutId = random.uuid();
    checkoutOf.set(enrollment, checkoutId);
    const [, , lines] = await Promise.all([
      isNew ? insertFamily(sql, family) : undefined,
      first ? insertHold(sql, enrollment, first, submittedAt) : undefined,
      insertEnrollment(sql, random, enrollment, first?.bookingId ?? null, first?.startsAt ?? submittedAt),
      openCheckout(sql, random, checkoutId, enrollment),
    ]);
    linesOf.set(enrollment, lines);
  };

  const pay = async (enrollment: Enrollment, paidAt: Date): Promise<void> => {
    const checkoutId = checkoutOf.get(enrollment) ?? null;
    const lines = linesOf.get(enrollment) ?? [];
    const isKept = enrollment.fate !== "slot_lost";
    const { payments, written } = recordPayment(sql, random, enrollment, lines, {
      at: paidAt,
      description: `${enrollment.kind === "trial" ? "Trial lesson" : "Lessons"}: ${courseOf(enrollment)}`,
      posting: "Payment at Checkout",
      checkoutId,
    });
    paymentsOf.set(enrollment, payments);
    await Promise.all([
      written,
      checkoutId ? closeCheckout(sql, checkoutId, "paid") : undefined,
      isKept
        ? sql`update public.enrollments set status = 'active', paid_at = ${paidAt}, activated_at = private.now()
               where id = ${enrollment.id}`
        : undefined,
      isKept ? insertLessons(sql, enrollment, lessons.get(enrollment) ?? [], paidAt) : undefined,
      isKept && enrollment.kind === "plan"
        ? insertSubscription(
            sql,
            random,
            enrollment,
            sumOf(recurring(lines)),
            currentPeriod(calendar, enrollment),
          )
        : undefined,
    ]);
  };

  const charge = async (enrollment: Enrollment, day: string, at: Date): Promise<void> => {
    const month = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });
    const { payments, written } = recordPayment(
      sql,
      random,
      enrollment,
      recurring(linesOf.get(enrollment) ?? []),
      {
        at,
        description: `Tuition, ${month.format(new Date(day))}: ${courseOf(enrollment)}`,
        posting: "Tuition by subscription",
        checkoutId: null,
      },
    );
    paymentsOf.set(enrollment, [...(paymentsOf.get(enrollment) ?? []), ...payments]);
    await written;
  };

  const end = async (enrollment: Enrollment, at: Date): Promise<void> => {
    const ending = ENDS[enrollment.fate];
    if (!ending) return;
    const last = paymentsOf.get(enrollment)?.at(-1);
    const isWhole = enrollment.fate === "slot_lost";
    const isRefunded = isWhole || (enrollment.fate === "withdrawn" && random.chance(0.5));
    await Promise.all([
      sql`update public.enrollments
             set status = ${ending.status}, failure_code = ${ending.code}, failure_message = ${ending.message}
           where id = ${enrollment.id}`,
      last && isRefunded
        ? refund(sql, random, last, isWhole ? last.cents : Math.floor(last.cents / 2), at)
        : undefined,
    ]);
  };

  const freeTime = async (enrollment: Enrollment): Promise<void> => {
    const [first] = lessons.get(enrollment) ?? [];
    const checkoutId = checkoutOf.get(enrollment);
    await Promise.all([
      first && enrollment.fate !== "waiting"
        ? sql`update public.bookings set is_active = false, released_reason = 'not paid in time'
               where id = ${first.bookingId}`
        : undefined,
      checkoutId && enrollment.fate !== "slot_lost" ? closeCheckout(sql, checkoutId, "expired") : undefined,
    ]);
  };

  const plan = (at: Date, happen: () => Promise<unknown>, isAnswered = false): void => {
    happenings.push({ at, happen, isAnswered });
  };
  for (const enrollment of year.enrollments) {
    const { submittedAt, paidAt, endedAt, fate, kind } = enrollment;
    plan(submittedAt, () => submit(enrollment), true);
    if (!paidAt || fate === "slot_lost") {
      plan(new Date(submittedAt.getTime() + 16 * 60_000), () => freeTime(enrollment));
    }
    if (paidAt) plan(paidAt, () => pay(enrollment, paidAt));
    const isCharged = paidAt && kind === "plan" && fate !== "slot_lost";
    for (const { day, at } of isCharged ? dueDays(random, calendar, now, enrollment) : []) {
      plan(at, () => charge(enrollment, day, at));
    }
    if (endedAt) plan(endedAt, () => end(enrollment, endedAt));
  }
  happenings.sort((one, other) => one.at.getTime() - other.at.getTime());
  let sent: Promise<unknown>[] = [];
  for (const { at, happen, isAnswered } of happenings) {
    sent.push(setClock(at), happen());
    if (isAnswered) {
      await Promise.all(sent);
      sent = [];
    }
  }
  await Promise.all([...sent, setClock(now)]);
  await disputeOne(sql, random, now, paymentsOf);
  return {
    payments: [...paymentsOf.values()].reduce((sum, payments) => sum + payments.length, 0),
    paymentsOf,
  };
}

async function readTransactionStart(sql: Sql): Promise<Date> {
  const [row] = await sql<{ at: Date }[]>`select pg_catalog.now() as at`;
  if (!row) throw new Error("PostgreSQL did not tell the time.");
  return row.at;
}

async function insertEnrollment(
  sql: Sql,
  random: Random,
  enrollment: Enrollment,
  bookingId: string | null,
  startsAt: Date,
): Promise<readonly Line[]> {
  const { id, family, student, instrument, slot, kind, cadence, level, wishes } = enrollment;
  const [, [row]] = await Promise.all([
    sql`
    insert into public.student_instruments (student_id, instrument_id, level, wishes)
    values (${student.id}, ${instrument.id}, ${level}, ${wishes}) on conflict do nothing`,
    sql<{ lines: Line[] }[]>`
    insert into public.enrollments (id, family_id, student_id, instrument_id, teacher_id, match_reason, minutes, starts_at,
                                    booking_id, kind, cadence, policy_version)
    values (${id}, ${family.id}, ${student.id}, ${instrument.id}, ${slot.teacher.id}, ${random.pick(REASONS)},
            ${slot.minutes}, ${startsAt}, ${bookingId}, ${kind}, ${cadence}, ${POLICY_VERSION})
    returning lines`,
  ]);
  return row?.lines ?? [];
}

const courseOf = ({ instrument, student }: Enrollment): string => `${instrument.name}, ${student.firstName}`;
const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + line.cents, 0);
const recurring = (lines: readonly Line[]): Line[] => lines.filter((line) => line.recurring);
const monthsOf = ({ cadence }: Enrollment): number => ({ monthly: 1, semester: 6, yearly: 12 })[cadence];

/** What was paid before the year covers its first month; whoever joins later pays again on the next 1st. */
function firstDueDay(calendar: Calendar, enrollment: Enrollment): string {
  const paidOn = localDay(enrollment.paidAt ?? enrollment.submittedAt);
  const isAhead = paidOn < calendar.yearStartsOn;
  const from = isAhead ? calendar.yearStartsOn : paidOn;
  return addMonths(`${from.slice(0, 7)}-01`, monthsOf(enrollment));
}

/** The 1sts on which tuition was charged, until today or the enrollment's end. */
function dueDays(
  random: Random,
  calendar: Calendar,
  now: Date,
  enrollment: Enrollment,
): { day: string; at: Date }[] {
  const until = enrollment.endedAt && enrollment.endedAt < now ? enrollment.endedAt : now;
  const days: { day: string; at: Date }[] = [];
  for (let day = firstDueDay(calendar, enrollment); ; day = addMonths(day, monthsOf(enrollment))) {
    const at = instantOf(day, 8 * 60 + random.between(0, 40));
    if (at > until) return days;
    days.push({ day, at });
  }
}

function currentPeriod(calendar: Calendar, enrollment: Enrollment): { start: Date; end: Date } {
  const until = enrollment.endedAt ? localDay(enrollment.endedAt) : calendar.today;
  let end = firstDueDay(calendar, enrollment);
  while (end <= until) end = addMonths(end, monthsOf(enrollment));
  return { start: instantOf(addMonths(end, -monthsOf(enrollment)), 0), end: instantOf(end, 0) };
}

/** One card holder disputes a month's tuition. */
async function disputeOne(
  sql: Sql,
  random: Random,
  now: Date,
  paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>,
): Promise<void> {
  const regular = [...paymentsOf].filter(([{ fate }, payments]) => fate === "starter" && payments.length > 2);
  const disputed = regular[Math.floor(regular.length * 0.7)]?.[1].at(-1);
  if (disputed) await dispute(sql, random, disputed, now);
}
