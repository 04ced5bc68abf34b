import type Stripe from "stripe";
import { newId } from "./ids";
import { accepts, acceptsList, currency, text } from "./params";
import { type Operation, operation } from "./protocol";
import { insertObject, listObjects, matching, readObject } from "./store";
import type { Work } from "./work";

const SETTLEMENT_SECONDS = 2 * 86_400;

/** Stripe's fee on a card payment: 2.9 % and 30 cents, in cents. */
export function chargeFee(amount: number): number {
  return Math.round(amount * 0.029) + 30;
}

/** Books a movement of the account's balance: positive comes in, negative goes out; cents. */
export async function bookMovement(
  work: Work,
  movement: {
    type: "charge" | "refund" | "refund_failure" | "adjustment";
    amount: number;
    fee: number;
    source: string;
    description: string | null;
  },
): Promise<Stripe.BalanceTransaction> {
  const { type, amount, fee, source, description } = movement;
  const category = type === "adjustment" ? "dispute" : type;
  const availableOn = work.now + SETTLEMENT_SECONDS;
  return insertObject(
    work,
    "balance_transaction",
    {
      id: newId("txn"),
      object: "balance_transaction",
      amount,
      available_on: availableOn,
      balance_type: "payments",
      created: work.now,
      currency: "usd",
      description,
      exchange_rate: null,
      fee,
      fee_details:
        fee === 0
          ? []
          : [
              {
                amount: fee,
                application: null,
                currency: "usd",
                description: "Stripe processing fees",
                type: "stripe_fee",
              },
            ],
      net: amount - fee,
      reporting_category: category,
      source,
      status: "pending",
      type,
    },
    { wakeAt: availableOn },
  );
}

/** Money that has settled becomes available; called by the scheduler. */
export async function settleMovements(work: Work): Promise<void> {
  await work.sql`
    update stripe_local.objects set data = jsonb_set(data, '{status}', '"available"'), wake_at = null
    where kind = 'balance_transaction' and wake_at <= ${work.now}`;
}

export const balanceOperations: Operation[] = [
  operation("get", "/v1/balance_transactions/:id", accepts({}), (work, _params, id) =>
    readObject(work, "balance_transaction", id),
  ),
  operation(
    "get",
    "/v1/balance_transactions",
    acceptsList({ currency: currency.optional(), source: text.optional(), type: text.optional() }),
    (work, params) =>
      listObjects(
        work,
        "balance_transaction",
        params,
        "/v1/balance_transactions",
        matching(work, { source: params.source, type: params.type }),
      ),
  ),
  operation("get", "/v1/balance", accepts({}), async (work) => {
    const sums = await work.sql<{ status: string; net: number }[]>`
      select data->>'status' as status, sum((data->>'net')::bigint)::bigint as net
      from stripe_local.objects where kind = 'balance_transaction' group by 1`;
    const total = (status: string) => sums.find((row) => row.status === status)?.net ?? 0;
    const asAmount = (amount: number) => [{ amount, currency: "usd", source_types: { card: amount } }];
    return {
      object: "balance",
      available: asAmount(total("available")),
      livemode: false,
      pending: asAmount(total("pending")),
    };
  }),
];
