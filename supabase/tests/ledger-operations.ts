import fc from "fast-check";
import { mostly, nth, oneOf, operation, which } from "./operation";
import type { Tx } from "./principal";

type Transaction = { id: string };
const transactionOf = (tx: Tx, n: number) =>
  nth(n, tx<Transaction[]>`select id from ledger_transactions order by recorded_at, cause, id`);

const currency = mostly("usd", "eur");
const entries = async (tx: Tx, transaction: string, amounts: readonly (readonly [number, string])[]) => {
  for (const [amount, of] of amounts) {
    await tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
             values (${transaction}, 'stripe_balance', ${amount}, ${of})`;
  }
};

export const ledgerOperations = [
  ...[1, 2].map(() =>
    operation(
      "post",
      fc.record({
        // Few causes, so that one is posted by two at once.
        cause: fc.nat({ max: 30 }),
        amounts: fc.array(fc.tuple(oneOf(100, 250, -75, 0), currency), { minLength: 0, maxLength: 3 }),
        how: mostly("balanced", "balanced", "as it is"),
      }),
      async (tx, { cause, amounts, how }) => {
        const transaction = await nth(
          0,
          tx<Transaction[]>`
            insert into ledger_transactions (cause, description, occurred_at)
            values (${`cause ${cause}`}, 'Random', private.now()) returning id`,
        );
        const counter = amounts.map(([amount, of]) => [-amount, of] as const);
        await entries(tx, transaction.id, how === "balanced" ? [...amounts, ...counter] : amounts);
      },
    ),
  ),
  operation(
    "addEntries",
    fc.record({
      which,
      amounts: oneOf(
        [[5, "usd"]] as const,
        [
          [5, "usd"],
          [-5, "usd"],
        ] as const,
      ),
    }),
    async (tx, { which: n, amounts }) => entries(tx, (await transactionOf(tx, n)).id, amounts),
  ),
  operation(
    "changeLedger",
    fc.record({ which, how: oneOf("entry", "transaction", "delete entry", "delete transaction") }),
    async (tx, { which: n, how }) => {
      const { id } = await transactionOf(tx, n);
      if (how === "entry")
        await tx`update ledger_entries set amount_cents = amount_cents * 2 where transaction_id = ${id}`;
      else if (how === "transaction")
        await tx`update ledger_transactions set description = 'Other' where id = ${id}`;
      else if (how === "delete entry") await tx`delete from ledger_entries where transaction_id = ${id}`;
      else await tx`delete from ledger_transactions where id = ${id}`;
    },
  ),
];
