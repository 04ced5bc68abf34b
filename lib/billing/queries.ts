import { sql } from "kysely";
import type { BillingCadence, PaymentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { type ReceiptLine, receiptLines } from "./receipt";

/** A payment as the family that made it sees it. */
export type FamilyPayment = {
  readonly id: Id<"payment">;
  readonly receiptNumber: number;
  readonly description: string;
  readonly paid: Money;
  readonly refunded: Money;
  readonly status: PaymentStatus;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly paidAt: Date;
};

type PaymentRow = {
  id: Id<"payment">;
  receiptNumber: number;
  description: string;
  amountCents: number;
  refundedCents: number;
  status: PaymentStatus;
  cardBrand: string | null;
  cardLast4: string | null;
  paidAt: Date;
};

function toPayment(row: PaymentRow): FamilyPayment {
  return {
    id: row.id,
    receiptNumber: row.receiptNumber,
    description: row.description,
    paid: usd(row.amountCents),
    refunded: usd(row.refundedCents),
    status: row.status,
    card: row.cardBrand && row.cardLast4 ? { brand: row.cardBrand, last4: row.cardLast4 } : null,
    paidAt: row.paidAt,
  };
}

const COLUMNS = sql`p.id, p.receipt_number as "receiptNumber", p.description, p.amount_cents as "amountCents",
  p.refunded_cents as "refundedCents", p.status, p.card_brand as "cardBrand", p.card_last4 as "cardLast4",
  p.paid_at as "paidAt"`;

/** The payments of the signed-in parent's families in one calendar year of the zone, newest first. */
export async function listFamilyPayments(db: Db, year: number, zone: string): Promise<FamilyPayment[]> {
  const { rows } = await sql<PaymentRow>`
    select ${COLUMNS} from payments p
     where p.family_id = any(array(select private.my_family_ids()))
       and extract(year from p.paid_at at time zone ${zone}) = ${year}
     order by p.paid_at desc, p.receipt_number desc`.execute(db);
  return rows.map(toPayment);
}

export type YearTotal = {
  readonly year: number;
  readonly payments: number;
  readonly paid: Money;
  readonly refunded: Money;
};

/** What the signed-in parent's families paid and got back in each calendar year of the zone, newest first. */
export async function listYearTotals(db: Db, zone: string): Promise<YearTotal[]> {
  const { rows } = await sql<{ year: number; payments: number; paid: number; refunded: number }>`
    select extract(year from p.paid_at at time zone ${zone})::int as year, count(*)::int as payments,
           sum(p.amount_cents) as paid, sum(p.refunded_cents) as refunded
      from payments p where p.family_id = any(array(select private.my_family_ids()))
     group by 1 order by 1 desc`.execute(db);
  return rows.map((row) => ({ ...row, paid: usd(Number(row.paid)), refunded: usd(Number(row.refunded)) }));
}

/** Tuition that is charged again by itself. */
export type Subscription = {
  readonly id: string;
  readonly student: string;
  readonly instrument: string;
  readonly cadence: BillingCadence;
  readonly amount: Money;
  readonly status: string;
  /** Null while lessons pause because of overdue tuition: then nothing more is asked for. */
  readonly nextChargeAt: Date | null;
  readonly isPaused: boolean;
};

/** The running tuition of the signed-in parent's families. */
export async function listSubscriptions(db: Db): Promise<Subscription[]> {
  const { rows } = await sql<Omit<Subscription, "amount"> & { amountCents: number }>`
    select u.id, s.first_name as student, coalesce(i.name, 'Music') as instrument, u.cadence,
           u.amount_cents as "amountCents", u.status, p.is_paused as "isPaused",
           case when not p.is_paused then u.current_period_end end as "nextChargeAt"
      from subscriptions u
      join enrollments e on e.id = u.enrollment_id
      join students s on s.id = e.student_id
      left join instruments i on i.id = e.instrument_id
     cross join lateral (select exists (select from unpaid_pauses o
                                         where o.enrollment_id = e.id and o.resumed_at is null) as is_paused) p
     where u.family_id = any(array(select private.my_family_ids()))
       and u.status not in ('canceled', 'incomplete_expired')
     order by u.current_period_end, s.first_name`.execute(db);
  return rows.map(({ amountCents, ...row }) => ({ ...row, amount: usd(amountCents) }));
}

/** All that a receipt says. */
export type Receipt = FamilyPayment & {
  readonly lines: readonly ReceiptLine[];
  readonly payer: { readonly name: string; readonly email: string; readonly address: string | null } | null;
  readonly familyName: string;
  readonly studentName: string | null;
};

/** A payment's receipt; null when there is none or it is another family's. */
export async function getReceipt(db: Db, id: Id<"payment">): Promise<Receipt | null> {
  const { rows } = await sql<
    PaymentRow & {
      lines: unknown;
      familyName: string;
      studentName: string | null;
      payerName: string | null;
      payerEmail: string | null;
      payerAddress: string | null;
    }
  >`
    select ${COLUMNS}, coalesce(e.lines, '[]') as lines, f.name as "familyName",
           s.first_name || ' ' || s.last_name as "studentName",
           g.full_name as "payerName", g.email as "payerEmail", g.address as "payerAddress"
      from payments p
      join families f on f.id = p.family_id
      left join enrollments e on e.id = p.enrollment_id
      left join students s on s.id = e.student_id
      left join guardians g on g.family_id = p.family_id and g.id = coalesce(p.guardian_id, private.payer_of(p.family_id))
     where p.id = ${id}`.execute(db);
  const row = rows[0];
  if (!row) return null;
  const payment = toPayment(row);
  return {
    ...payment,
    lines: receiptLines(payment, row.lines),
    payer:
      row.payerName && row.payerEmail
        ? { name: row.payerName, email: row.payerEmail, address: row.payerAddress }
        : null,
    familyName: row.familyName,
    studentName: row.studentName,
  };
}
