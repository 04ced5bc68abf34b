import { sql } from "kysely";
import type { InvoiceStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { usd } from "@/lib/money";
import { nextMove } from "./collection-rules";
import type { FailedBill } from "./failed-bill";

type Row = {
  id: Id<"invoice">;
  number: number;
  status: InvoiceStatus;
  what: string | null;
  leftCents: number;
  dueOn: string;
  pausesAt: Date;
  isActive: boolean;
  isPaused: boolean;
  retryHours: number;
  retryLimit: number;
  attempts: {
    id: string;
    at: string;
    cents: number;
    declineCode: string;
    cardBrand: string | null;
    cardLast4: string | null;
  }[];
};

const BILL = sql`
  select i.id, i.number, i.status, i.total_cents - i.paid_cents - i.credited_cents as "leftCents", i.due_on::text as "dueOn",
         private.unpaid_pause_at(i.id) as "pausesAt", c.retry_hours as "retryHours", c.retry_limit as "retryLimit",
         l.what, coalesce(l.is_active, false) as "isActive", coalesce(l.is_paused, false) as "isPaused",
         (select json_agg(json_build_object('id', a.id, 'at', a.attempted_at, 'cents', a.amount_cents,
                                            'declineCode', a.decline_code, 'cardBrand', a.card_brand, 'cardLast4', a.card_last4)
                          order by a.attempted_at, a.recorded_at)
            from payment_attempts a where a.invoice_id = i.id) as attempts
    from invoices i cross join academy_settings c
    left join lateral (
      select string_agg(distinct s.first_name || '''s ' || lower(n.name) || ' tuition', ', ') as what,
             bool_or(e.status = 'active' and e.kind = 'plan') as is_active,
             bool_or(exists (select from unpaid_pauses p where p.enrollment_id = e.id and p.resumed_at is null)) as is_paused
        from invoice_lines x join enrollments e on e.id = x.enrollment_id
        join students s on s.id = e.student_id left join instruments n on n.id = e.instrument_id
       where x.invoice_id = i.id) l on true`;

function toBill({ leftCents, attempts, isActive, ...row }: Row): FailedBill {
  const charges = attempts.map(({ at, cents, cardBrand, cardLast4, ...attempt }) => ({
    ...attempt,
    at: new Date(at),
    amount: usd(cents),
    card: cardBrand && cardLast4 ? { brand: cardBrand, last4: cardLast4 } : null,
  }));
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    what: row.what ?? "Your bill",
    left: usd(leftCents),
    dueOn: row.dueOn,
    pausesAt: row.pausesAt,
    isPaused: row.isPaused,
    attempts: charges,
    next: nextMove({ ...row, hasLessons: isActive, attempts: charges }),
  };
}

/** The open bills of the signed-in parent that a charge failed for, the oldest first. */
export async function listFamilyOverdue(db: Db): Promise<FailedBill[]> {
  const { rows } = await sql<Row>`${BILL}
   where i.family_id = any(array(select private.my_family_ids())) and i.status = 'open'
     and exists (select from payment_attempts a where a.invoice_id = i.id)
   order by i.due_on, i.number`.execute(db);
  return rows.map(toBill);
}

/** The bills of an enrollment that a charge failed for, settled ones too, the newest first. */
export async function listFailedBills(db: Db, enrollmentId: Id<"enrollment">): Promise<FailedBill[]> {
  const { rows } = await sql<Row>`${BILL}
   where i.id in (select x.invoice_id from invoice_lines x where x.enrollment_id = ${enrollmentId})
     and exists (select from payment_attempts a where a.invoice_id = i.id)
   order by i.due_on desc, i.number desc`.execute(db);
  return rows.map(toBill);
}

/** The bill that a payment was for, when a charge failed for it before. */
export async function findFailedBill(db: Db, paymentId: Id<"payment">): Promise<FailedBill | null> {
  const { rows } = await sql<Row>`${BILL}
   where i.id = (select p.invoice_id from payments p where p.id = ${paymentId})
     and exists (select from payment_attempts a where a.invoice_id = i.id)`.execute(db);
  return rows[0] ? toBill(rows[0]) : null;
}

/** Since when lessons pause because of overdue tuition, and until when. */
export type UnpaidPause = { readonly id: string; readonly pausedAt: Date; readonly resumedAt: Date | null };

export async function listUnpaidPauses(db: Db, enrollmentId: Id<"enrollment">): Promise<UnpaidPause[]> {
  return db
    .selectFrom("unpaid_pauses")
    .select(["id", "paused_at as pausedAt", "resumed_at as resumedAt"])
    .where("enrollment_id", "=", enrollmentId)
    .orderBy("paused_at", "desc")
    .execute();
}

/** The card that is charged: the one that the family entered last, else the one that was charged last. `expiresOn`: a day, ISO. */
export type CardOnFile = {
  readonly brand: string;
  readonly last4: string;
  readonly expiresOn: string | null;
};

export async function getFamilyCard(db: Db): Promise<CardOnFile | null> {
  const { rows } = await sql<CardOnFile>`
    select x.brand, x.last4, x.expires_on::text as "expiresOn"
      from (select c.card_brand as brand, c.card_last4 as last4, c.expires_on, c.saved_at as at, 1 as rank from family_cards c
             where c.family_id = any(array(select private.my_family_ids()))
             union all
            select p.card_brand, p.card_last4, null, p.paid_at, 2 from payments p
             where p.family_id = any(array(select private.my_family_ids()))
             union all
            select a.card_brand, a.card_last4, null, a.attempted_at, 2 from payment_attempts a
             where a.family_id = any(array(select private.my_family_ids()))) x
     where x.brand is not null and x.last4 is not null
     order by x.rank, x.at desc limit 1`.execute(db);
  return rows[0] ?? null;
}
