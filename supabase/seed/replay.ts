import { dispute, type Payment } from "./billing";
import type { Calendar } from "./calendar";
import type { Enrollment, Year } from "./enrollments";
import { type Charge, createHappenings } from "./happenings";
import type { Lessons } from "./lessons";
import { Pipeline } from "./pipeline";
import type { Random } from "./random";
import type { Sql } from "./rows";
import { dueDays } from "./tuition-days";

export type Replayed = {
  readonly payments: number;
  readonly paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>;
};

const HELD_MS = 16 * 60_000;

/**
 * Plays the year's enrollments, payments and endings in the order in which they happened, with the academy's clock set to
 * each instant: the database prices, dates and audits them as it would have done on that day.
 */
export async function replayYear(
  sql: Sql,
  random: Random,
  calendar: Calendar,
  now: Date,
  years: readonly Year[],
  lessons: Lessons,
): Promise<Replayed> {
  const pipeline = new Pipeline();
  const happenings = createHappenings(sql, pipeline, random, calendar, lessons);
  const transactionStart = await readTransactionStart(sql);
  const setClock = (at: number): void =>
    pipeline.send(
      sql`select set_config('app.clock_offset_ms', ${String(at - transactionStart.getTime())}, true)`,
    );

  const order: { readonly at: number; readonly happen: () => Promise<void> | void }[] = [];
  const plan = (at: Date, happen: () => Promise<void> | void): void => {
    order.push({ at: at.getTime(), happen });
  };
  const chargesAt = new Map<number, Charge[]>();
  for (const enrollment of years.flatMap((year) => year.enrollments)) {
    const { submittedAt, paidAt, endedAt, fate, kind } = enrollment;
    plan(submittedAt, () => happenings.submit(enrollment));
    if (!paidAt || fate === "slot_lost") {
      plan(new Date(submittedAt.getTime() + HELD_MS), () => happenings.freeTime(enrollment));
    }
    if (paidAt) plan(paidAt, () => happenings.pay(enrollment, paidAt));
    const isCharged = paidAt && kind === "plan" && fate !== "slot_lost";
    for (const { day, at } of isCharged ? dueDays(random, calendar, now, enrollment) : []) {
      const together = chargesAt.get(at.getTime());
      if (together) together.push({ enrollment, day });
      else chargesAt.set(at.getTime(), [{ enrollment, day }]);
    }
    if (endedAt) plan(endedAt, () => happenings.end(enrollment, endedAt));
  }
  for (const [at, charges] of chargesAt) plan(new Date(at), () => happenings.charge(charges, new Date(at)));
  order.sort((one, other) => one.at - other.at);

  for (const { at, happen } of order) {
    setClock(at);
    await happen();
  }
  setClock(now.getTime());
  for (const { enrollments } of years)
    disputeOne(sql, pipeline, random, now, enrollments, happenings.paymentsOf);
  await pipeline.settle();
  return {
    payments: [...happenings.paymentsOf.values()].reduce((sum, payments) => sum + payments.length, 0),
    paymentsOf: happenings.paymentsOf,
  };
}

async function readTransactionStart(sql: Sql): Promise<Date> {
  const [row] = await sql<{ at: Date }[]>`select pg_catalog.now() as at`;
  if (!row) throw new Error("PostgreSQL did not tell the time.");
  return row.at;
}

/** In each house one card holder disputes a month's tuition. */
function disputeOne(
  sql: Sql,
  pipeline: Pipeline,
  random: Random,
  now: Date,
  enrollments: readonly Enrollment[],
  paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>,
): void {
  const regular = enrollments
    .filter(({ fate }) => fate === "starter")
    .map((enrollment) => paymentsOf.get(enrollment) ?? [])
    .filter((payments) => payments.length > 2);
  const disputed = regular[Math.floor(regular.length * 0.7)]?.at(-1);
  if (disputed) pipeline.send(dispute(sql, random, disputed, now));
}
