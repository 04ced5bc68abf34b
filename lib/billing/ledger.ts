import type { LedgerAccount } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";

type Posting = { account: LedgerAccount; cents: number };

/**
 * Posts one balanced transaction under the natural key of its cause; the same cause posts once. Cents: debits are
 * positive, credits negative. Returns false when the cause is in the books already.
 */
export async function postToLedger(
  db: Db,
  entry: {
    cause: string;
    description: string;
    occurredAt: Date;
    familyId: string;
    paymentId: string;
    currency: string;
    postings: readonly Posting[];
  },
): Promise<boolean> {
  const transaction = await db
    .insertInto("ledger_transactions")
    .values({ cause: entry.cause, description: entry.description, occurred_at: entry.occurredAt })
    .onConflict((conflict) => conflict.column("cause").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!transaction) return false;
  await db
    .insertInto("ledger_entries")
    .values(
      entry.postings
        .filter((posting) => posting.cents !== 0)
        .map((posting) => ({
          transaction_id: transaction.id,
          account: posting.account,
          amount_cents: posting.cents,
          currency: entry.currency,
          family_id: entry.familyId,
          payment_id: entry.paymentId,
        })),
    )
    .execute();
  return true;
}
