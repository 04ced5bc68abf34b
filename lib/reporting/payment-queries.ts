import { sql } from "kysely";
import type { LedgerAccount, PaymentStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type Money, usd } from "@/lib/money";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

/** A payment as the academy sees it. */
export type PaymentLine = {
  readonly id: Id<"payment">;
  readonly receiptNumber: number;
  readonly familyId: Id<"family">;
  readonly familyName: string;
  readonly enrollmentId: Id<"enrollment"> | null;
  readonly enrollmentNumber: number | null;
  readonly description: string;
  readonly paid: Money;
  readonly refunded: Money;
  readonly status: PaymentStatus;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly stripePaymentIntentId: string | null;
  readonly stripeChargeId: string | null;
  readonly paidAt: Date;
};

type Row = Omit<PaymentLine, "paid" | "refunded" | "card"> & {
  readonly amountCents: number;
  readonly refundedCents: number;
  readonly cardBrand: string | null;
  readonly cardLast4: string | null;
};

const PAYMENT = sql`p.id, p.receipt_number as "receiptNumber", p.family_id as "familyId", f.name as "familyName",
  p.enrollment_id as "enrollmentId", e.number as "enrollmentNumber", p.description, p.amount_cents as "amountCents",
  p.refunded_cents as "refundedCents", p.status, p.card_brand as "cardBrand", p.card_last4 as "cardLast4",
  p.stripe_payment_intent_id as "stripePaymentIntentId", p.stripe_charge_id as "stripeChargeId", p.paid_at as "paidAt"`;

const FROM = sql`payments p join families f on f.id = p.family_id left join enrollments e on e.id = p.enrollment_id`;

function toPayment({ amountCents, refundedCents, cardBrand, cardLast4, ...row }: Row): PaymentLine {
  return {
    ...row,
    paid: usd(amountCents),
    refunded: usd(refundedCents),
    card: cardBrand && cardLast4 ? { brand: cardBrand, last4: cardLast4 } : null,
  };
}

/** The payments of one enrollment, in the order of their receipts. */
export async function paymentsOfEnrollment(db: Db, id: Id<"enrollment">): Promise<PaymentLine[]> {
  const { rows } = await sql<Row>`select ${PAYMENT} from ${FROM}
     where p.enrollment_id = ${id} order by p.receipt_number`.execute(db);
  return rows.map(toPayment);
}

/** The newest payments of one family. */
export async function paymentsOfFamily(db: Db, id: Id<"family">): Promise<PaymentLine[]> {
  const { rows } = await sql<Row>`select ${PAYMENT} from ${FROM}
     where p.family_id = ${id} order by p.paid_at desc limit 50`.execute(db);
  return rows.map(toPayment);
}

/** One payment; null when there is none. */
export async function getPayment(db: Db, id: Id<"payment">): Promise<PaymentLine | null> {
  const { rows } = await sql<Row>`select ${PAYMENT} from ${FROM} where p.id = ${id}`.execute(db);
  return rows[0] ? toPayment(rows[0]) : null;
}

export type PaymentSort = "paid" | "receipt" | "family" | "amount";

export const paymentList: ListShape<PaymentSort, "status"> = {
  sorts: ["paid", "receipt", "family", "amount"],
  defaultSort: "-paid",
  filters: { status: ["succeeded", "partially_refunded", "refunded", "disputed"] },
};
export type PaymentListParams = ListParams<PaymentSort, "status">;

const ORDER: Readonly<Record<PaymentSort, string>> = {
  paid: "p.paid_at",
  receipt: "p.receipt_number",
  family: "lower(f.name)",
  amount: "p.amount_cents",
};

function paymentRows(db: Db, params: PaymentListParams, limit: number, offset: number) {
  const search = containsPattern(params.search);
  return sql<Row & { total: number; paidCents: string; backCents: string }>`
    select ${PAYMENT}, count(*) over ()::int as total, sum(p.amount_cents) over () as "paidCents",
           sum(p.refunded_cents) over () as "backCents"
      from ${FROM}
     where (${params.filters.status} = '' or p.status::text = ${params.filters.status})
       and (${params.search} = '' or f.name ilike ${search} or p.description ilike ${search}
            or p.receipt_number::text = ${params.search} or p.card_last4 = ${params.search}
            or p.stripe_payment_intent_id = ${params.search} or p.stripe_charge_id = ${params.search})
     order by ${sql.raw(ORDER[params.sort])} ${sql.raw(params.descending ? "desc" : "asc")}, p.receipt_number desc
     limit ${limit} offset ${offset}`.execute(db);
}

/**
 * One page of the payments with the sums of the whole selection. The search looks at family, description, receipt
 * number, the card's last digits and Stripe's ids.
 */
export async function listPayments(
  db: Db,
  params: PaymentListParams,
): Promise<Page<PaymentLine> & { readonly paid: Money; readonly refunded: Money }> {
  const { rows } = await paymentRows(db, params, PAGE_SIZE, (params.page - 1) * PAGE_SIZE);
  return {
    rows: rows.map(({ total: _t, paidCents: _p, backCents: _b, ...row }) => toPayment(row)),
    total: rows[0]?.total ?? 0,
    paid: usd(Number(rows[0]?.paidCents ?? 0)),
    refunded: usd(Number(rows[0]?.backCents ?? 0)),
  };
}

/** The whole selection, for a file. */
export async function exportPayments(db: Db, params: PaymentListParams): Promise<PaymentLine[]> {
  const { rows } = await paymentRows(db, params, 50_000, 0);
  return rows.map(({ total: _t, paidCents: _p, backCents: _b, ...row }) => toPayment(row));
}

/** One event in the books with its entries; debits are positive, credits negative, and the sum is zero. */
export type LedgerTransaction = {
  readonly id: string;
  readonly cause: string;
  readonly description: string;
  readonly occurredAt: Date;
  readonly entries: readonly { readonly account: LedgerAccount; readonly amount: Money }[];
};

type LedgerRow = Omit<LedgerTransaction, "entries"> & {
  readonly entries: readonly { account: LedgerAccount; cents: number }[];
};

/** The ledger transactions that touch some payments, in the order in which they happened. */
export async function listLedger(db: Db, paymentIds: readonly Id<"payment">[]): Promise<LedgerTransaction[]> {
  const { rows } = await sql<LedgerRow>`
    select x.id, x.cause, x.description, x.occurred_at as "occurredAt",
           (select json_agg(json_build_object('account', y.account, 'cents', y.amount_cents) order by y.id)
              from ledger_entries y where y.transaction_id = x.id) as entries
      from ledger_transactions x
     where x.id in (select y.transaction_id from ledger_entries y where y.payment_id in (${sql.join(paymentIds)}))
     order by x.occurred_at, x.recorded_at, x.id`.execute(db);
  return rows.map((row) => ({
    ...row,
    entries: row.entries.map((entry) => ({ account: entry.account, amount: usd(entry.cents) })),
  }));
}
