import { POLICY_VERSION } from "./academy";
import {
  closeCheckout,
  insertReceipts,
  insertSubscription,
  type Line,
  type Payment,
  type Receipt,
  receiptsFor,
  refund,
} from "./billing";
import type { Calendar } from "./calendar";
import type { Enrollment, Fate } from "./enrollments";
import { insertFamily } from "./families";
import { insertHold, insertLessons, type Lessons } from "./lessons";
import type { Pipeline } from "./pipeline";
import type { Random } from "./random";
import type { Sql } from "./rows";
import { currentPeriod } from "./tuition-days";

/** Tuition that is charged for an enrollment on the 1st of a month. */
export type Charge = { readonly enrollment: Enrollment; readonly day: string };

/** What can happen in the academy: each sends its statements, at the instant to which the clock is set. */
export type Happenings = {
  submit(enrollment: Enrollment): void;
  /** Waits for the prices that the submission was told, once all is sent that does not need them. */
  pay(enrollment: Enrollment, paidAt: Date): Promise<void>;
  charge(charges: readonly Charge[], at: Date): void;
  freeTime(enrollment: Enrollment): void;
  end(enrollment: Enrollment, at: Date): void;
  /** The payments of each enrollment so far, in order. */
  readonly paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>;
};

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

const MONTH = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });

export function createHappenings(
  sql: Sql,
  pipeline: Pipeline,
  random: Random,
  calendar: Calendar,
  lessons: Lessons,
): Happenings {
  const knownFamilies = new Set<string>();
  const pricesOf = new Map<Enrollment, () => Promise<readonly { readonly lines: readonly Line[] }[]>>();
  const linesOf = new Map<Enrollment, readonly Line[]>();
  const checkoutOf = new Map<Enrollment, string>();
  const paymentsOf = new Map<Enrollment, Payment[]>();

  const remember = (receipts: readonly Receipt[], enrollment: Enrollment): readonly Receipt[] => {
    const payments = receipts.map((receipt) => receipt.payment);
    paymentsOf.set(enrollment, [...(paymentsOf.get(enrollment) ?? []), ...payments]);
    return receipts;
  };

  return {
    paymentsOf,

    submit(enrollment) {
      const { family, submittedAt } = enrollment;
      const [first] = lessons.get(enrollment) ?? [];
      const checkoutId = random.uuid();
      checkoutOf.set(enrollment, checkoutId);
      if (!knownFamilies.has(family.id)) pipeline.send(insertFamily(sql, family));
      knownFamilies.add(family.id);
      if (first) pipeline.send(insertHold(sql, enrollment, first, submittedAt));
      const bookingId = first?.bookingId ?? null;
      const startsAt = first?.startsAt ?? submittedAt;
      pricesOf.set(
        enrollment,
        pipeline.ask(insertEnrollment(sql, random, enrollment, bookingId, startsAt, checkoutId)),
      );
    },

    async pay(enrollment, paidAt) {
      const checkoutId = checkoutOf.get(enrollment) ?? null;
      const isKept = enrollment.fate !== "slot_lost";
      if (checkoutId) pipeline.send(closeCheckout(sql, checkoutId, "paid"));
      if (isKept) {
        pipeline.send(activate(sql, enrollment, paidAt));
        pipeline.send(insertLessons(sql, enrollment, lessons.get(enrollment) ?? [], paidAt));
      }
      const [priced] = (await pricesOf.get(enrollment)?.()) ?? [];
      pricesOf.delete(enrollment);
      const lines = priced?.lines ?? [];
      linesOf.set(enrollment, lines);
      const receipts = receiptsFor(random, enrollment, lines, {
        at: paidAt,
        description: `${enrollment.kind === "trial" ? "Trial lesson" : "Lessons"}: ${courseOf(enrollment)}`,
        posting: "Payment at Checkout",
        checkoutId,
      });
      pipeline.send(insertReceipts(sql, remember(receipts, enrollment)));
      if (isKept && enrollment.kind === "plan") {
        const cents = recurring(lines).reduce((sum, line) => sum + line.cents, 0);
        pipeline.send(
          insertSubscription(sql, random, enrollment, cents, currentPeriod(calendar, enrollment)),
        );
      }
    },

    charge(charges, at) {
      const receipts = charges.flatMap(({ enrollment, day }) =>
        remember(
          receiptsFor(random, enrollment, recurring(linesOf.get(enrollment) ?? []), {
            at,
            description: `Tuition, ${MONTH.format(new Date(day))}: ${courseOf(enrollment)}`,
            posting: "Tuition by subscription",
            checkoutId: null,
          }),
          enrollment,
        ),
      );
      pipeline.send(insertReceipts(sql, receipts));
    },

    freeTime(enrollment) {
      const [first] = lessons.get(enrollment) ?? [];
      const checkoutId = checkoutOf.get(enrollment);
      if (first && enrollment.fate !== "waiting") {
        pipeline.send(sql`
          update public.bookings set is_active = false, released_reason = 'not paid in time'
           where id = ${first.bookingId}`);
      }
      if (checkoutId && enrollment.fate !== "slot_lost") {
        pipeline.send(closeCheckout(sql, checkoutId, "expired"));
      }
    },

    end(enrollment, at) {
      const ending = ENDS[enrollment.fate];
      if (!ending) return;
      const last = paymentsOf.get(enrollment)?.at(-1);
      const isWhole = enrollment.fate === "slot_lost";
      pipeline.send(sql`
        update public.enrollments
           set status = ${ending.status}, failure_code = ${ending.code}, failure_message = ${ending.message}
         where id = ${enrollment.id}`);
      if (last && (isWhole || (enrollment.fate === "withdrawn" && random.chance(0.5)))) {
        pipeline.send(refund(sql, random, last, isWhole ? last.cents : Math.floor(last.cents / 2), at));
      }
    },
  };
}

/**
 * Writes what a family sends, and opens the visit to Checkout for what the database says is due.
 * @returns the lines that the database computed.
 */
async function insertEnrollment(
  sql: Sql,
  random: Random,
  { id, family, student, instrument, slot, kind, cadence, level, wishes }: Enrollment,
  bookingId: string | null,
  startsAt: Date,
  checkoutId: string,
): Promise<{ lines: Line[] }[]> {
  return await sql<{ lines: Line[] }[]>`
    with learned as (
      insert into public.student_instruments (student_id, instrument_id, level, wishes)
      values (${student.id}, ${instrument.id}, ${level}, ${wishes}) on conflict do nothing
    ), submitted as (
      insert into public.enrollments (id, family_id, student_id, instrument_id, teacher_id, match_reason, minutes,
                                      starts_at, booking_id, kind, cadence, policy_version)
      values (${id}, ${family.id}, ${student.id}, ${instrument.id}, ${slot.teacher.id}, ${random.pick(REASONS)},
              ${slot.minutes}, ${startsAt}, ${bookingId}, ${kind}, ${cadence}, ${POLICY_VERSION})
      returning due_cents, currency, lines
    ), opened as (
      insert into public.checkouts (id, enrollment_id, family_id, amount_cents, currency, stripe_session_id)
      select ${checkoutId}, ${id}, ${family.id}, s.due_cents, s.currency, ${`cs_test_${random.text(32)}`}
        from submitted s
    )
    select lines from submitted`;
}

async function activate(sql: Sql, { id }: Enrollment, paidAt: Date): Promise<void> {
  await sql`update public.enrollments set status = 'active', paid_at = ${paidAt}, activated_at = private.now()
             where id = ${id}`;
}

const courseOf = ({ instrument, student }: Enrollment): string => `${instrument.name}, ${student.firstName}`;
const recurring = (lines: readonly Line[]): Line[] => lines.filter((line) => line.recurring);
