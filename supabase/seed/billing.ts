import type { Enrollment } from "./enrollments";
import type { Family, Guardian } from "./families";
import type { Random } from "./random";
import { insertTogether, type Row, type Sql } from "./rows";

const CURRENCY = "usd";

/** A line of what an enrollment owes, as the database computed it. */
export type Line = { readonly code: string; readonly cents: number; readonly recurring: boolean };

export type Payment = {
  readonly id: string;
  readonly chargeId: string;
  readonly cents: number;
  readonly family: Family;
};

/** Cents by the account of revenue that they belong to. */
type Revenue = ReadonlyMap<string, number>;

function revenueOf(lines: readonly Line[]): Revenue {
  const revenue = new Map<string, number>();
  for (const { code, cents } of lines) {
    const account =
      code === "trial"
        ? "trial_revenue"
        : code === "registration"
          ? "registration_revenue"
          : "tuition_revenue";
    revenue.set(account, (revenue.get(account) ?? 0) + cents);
  }
  return revenue;
}

/** What each paying guardian bears; the first one also bears the cents that do not divide. */
function sharesOf(
  family: Family,
  revenue: Revenue,
): { readonly payer: Guardian; readonly revenue: Revenue }[] {
  const payers = family.guardians.filter((guardian) => guardian.shareBp > 0);
  return payers.map((payer, nth) => ({
    payer,
    revenue: new Map(
      [...revenue].map(([account, cents]) => {
        const share = (of: Guardian): number => Math.floor((cents * of.shareBp) / 10_000);
        const rest = cents - payers.reduce((sum, one) => sum + share(one), 0);
        return [account, share(payer) + (nth === 0 ? rest : 0)] as const;
      }),
    ),
  }));
}

/** Ends a visit to Checkout. */
export async function closeCheckout(sql: Sql, id: string, status: "paid" | "expired"): Promise<void> {
  await sql`update public.checkouts set status = ${status} where id = ${id}`;
}

/** A payment with its rows. */
export type Receipt = {
  readonly payment: Payment;
  readonly row: Row;
  readonly posting: Posting;
};

/** Tells the payment of some lines, or one for each paying guardian. */
export function receiptsFor(
  random: Random,
  enrollment: Enrollment,
  lines: readonly Line[],
  paid: {
    readonly at: Date;
    readonly description: string;
    readonly posting: string;
    readonly checkoutId: string | null;
  },
): Receipt[] {
  const { family } = enrollment;
  const at = paid.at.toISOString();
  const receipts: Receipt[] = [];
  for (const [nth, { payer, revenue }] of sharesOf(family, revenueOf(lines)).entries()) {
    const cents = [...revenue.values()].reduce((sum, amount) => sum + amount, 0);
    if (cents <= 0) continue;
    const payment: Payment = { id: random.uuid(), chargeId: `ch_${random.text(24)}`, cents, family };
    const row = {
      id: payment.id,
      family_id: family.id,
      enrollment_id: enrollment.id,
      guardian_id: payer.id,
      checkout_id: nth === 0 ? paid.checkoutId : null,
      stripe_payment_intent_id: `pi_${random.text(24)}`,
      stripe_charge_id: payment.chargeId,
      description:
        payer.shareBp < 10_000 ? `${paid.description} (${payer.shareBp / 100} %)` : paid.description,
      amount_cents: cents,
      refunded_cents: 0,
      currency: CURRENCY,
      card_brand: payer.card.brand,
      card_last4: payer.card.last4,
      status: "succeeded",
      paid_at: at,
      created_at: at,
      updated_at: at,
    };
    const posting = postingOf(random, payment, payment.chargeId, paid.posting, paid.at, [
      ["stripe_balance", cents],
      ...[...revenue].map(([account, amount]) => [account, -amount] as const),
    ]);
    receipts.push({ payment, row, posting });
  }
  return receipts;
}

/** Writes payments and posts them. */
export async function insertReceipts(sql: Sql, receipts: readonly Receipt[]): Promise<void> {
  await insertTogether(sql, {
    payments: receipts.map((receipt) => receipt.row),
    ledger_transactions: receipts.map((receipt) => receipt.posting.transaction),
    ledger_entries: receipts.flatMap((receipt) => receipt.posting.entries),
  });
}

/** Gives money back to the card: part of a payment or all of it. */
export async function refund(
  sql: Sql,
  random: Random,
  payment: Payment,
  cents: number,
  at: Date,
): Promise<void> {
  const status = cents === payment.cents ? "refunded" : "partially_refunded";
  await Promise.all([
    sql`update public.payments set refunded_cents = ${cents}, status = ${status} where id = ${payment.id}`,
    post(
      sql,
      postingOf(random, payment, `re_${random.text(24)}`, "Refund to the card", at, [
        ["refunds", cents],
        ["stripe_balance", -cents],
      ]),
    ),
  ]);
}

/** A card holder disputes a payment: the bank takes the money back until it is decided. */
export async function dispute(sql: Sql, random: Random, payment: Payment, at: Date): Promise<void> {
  await sql`update public.payments set status = 'disputed' where id = ${payment.id}`;
  await post(
    sql,
    postingOf(random, payment, `dp_${random.text(24)}`, "Disputed by the card holder", at, [
      ["refunds", payment.cents],
      ["stripe_balance", -payment.cents],
    ]),
  );
}

/** A transaction of the ledger with its entries. */
type Posting = { readonly transaction: Row; readonly entries: readonly Row[] };

function postingOf(
  random: Random,
  payment: Payment,
  cause: string,
  description: string,
  at: Date,
  amounts: readonly (readonly [account: string, cents: number])[],
): Posting {
  const id = random.uuid();
  return {
    transaction: {
      id,
      cause,
      description,
      occurred_at: at.toISOString(),
      recorded_at: at.toISOString(),
    },
    entries: amounts
      .filter(([, cents]) => cents !== 0)
      .map(([account, amount_cents]) => ({
        transaction_id: id,
        account,
        family_id: payment.family.id,
        payment_id: payment.id,
        amount_cents,
        currency: CURRENCY,
      })),
  };
}

async function post(sql: Sql, { transaction, entries }: Posting): Promise<void> {
  await insertTogether(sql, { ledger_transactions: [transaction], ledger_entries: entries });
}

/** The Stripe subscription that goes on charging a plan's tuition. */
export async function insertSubscription(
  sql: Sql,
  random: Random,
  enrollment: Enrollment,
  cents: number,
  period: { readonly start: Date; readonly end: Date },
): Promise<void> {
  const status = { withdrawn: "canceled", paused: "paused" }[String(enrollment.fate)] ?? "active";
  await sql`
    insert into public.subscriptions (id, family_id, enrollment_id, stripe_subscription_id, cadence, amount_cents, currency,
                                      status, current_period_start, current_period_end)
    values (${random.uuid()}, ${enrollment.family.id}, ${enrollment.id}, ${`sub_${random.text(24)}`},
            ${enrollment.cadence}, ${cents}, ${CURRENCY}, ${status}, ${period.start}, ${period.end})`;
}
