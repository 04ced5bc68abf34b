import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids } from "./fixture-ids";
import { refusalOf, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

describe("the books", () => {
  const transaction = (tx: Tx, cause = "ch_new") => tx`
    insert into ledger_transactions (id, cause, description, occurred_at)
    values ('00000000-0000-4000-8000-00000000beef', ${cause}, 'Test', private.now())`;
  const entry = (tx: Tx, cents: number, currency = "usd") => tx`
    insert into ledger_entries (transaction_id, account, amount_cents, currency)
    values ('00000000-0000-4000-8000-00000000beef', 'stripe_balance', ${cents}, ${currency})`;

  it("take a transaction that balances", async () => {
    expect(
      await attempt(database.app, async (tx) => {
        await transaction(tx);
        await entry(tx, 700);
        await entry(tx, -500);
        await entry(tx, -200);
      }),
    ).toBeUndefined();
  });

  it.each([
    [
      "does not sum to zero",
      [
        [700, "usd"],
        [-600, "usd"],
      ],
    ],
    [
      "balances only across currencies",
      [
        [700, "usd"],
        [-700, "eur"],
      ],
    ],
    ["has no entry", []],
    ["has entries for nothing but itself", [[700, "usd"]]],
  ] as const)("refuse a transaction that %s, at commit", async (_, entries) => {
    const refusal = await attempt(database.app, async (tx) => {
      await transaction(tx);
      for (const [cents, currency] of entries) await entry(tx, cents, currency);
    });
    expect(refusal).toEqual({ code: "CH001", constraint: "ledger_unbalanced" });
  });

  it("refuse a later entry that unbalances what was balanced", async () => {
    const refusal = await attempt(
      database.app,
      (tx) => tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
                 select id, 'refunds', 100, 'usd' from ledger_transactions where cause = 'ch_A'`,
    );
    expect(refusal).toEqual({ code: "CH001", constraint: "ledger_unbalanced" });
  });

  it("post the same cause once, and no entry of zero", async () => {
    expect(await attempt(database.app, (tx) => transaction(tx, "ch_A"))).toMatchObject({ code: "23505" });
    const zero = await attempt(database.app, async (tx) => {
      await transaction(tx);
      await entry(tx, 0);
    });
    expect(zero).toMatchObject({ code: "23514" });
  });

  it.each(["ledger_transactions", "ledger_entries", "audit_log"])(
    "never change or lose a row of %s",
    async (table) => {
      const column =
        table === "ledger_transactions" ? "description" : table === "ledger_entries" ? "currency" : "action";
      for (const statement of [
        `update ${table} set ${column} = ${column}`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        const refusal = await refusalOf(database.owner.unsafe(statement));
        expect(refusal, statement).toEqual({ code: "CH002", constraint: "append_only" });
      }
    },
  );

  it("give back no more than was paid", async () => {
    for (const cents of [2501, -1]) {
      const refusal = await attempt(
        database.app,
        (tx) => tx`update payments set refunded_cents = ${cents} where id = ${ids.paymentA}`,
      );
      expect(refusal).toEqual({ code: "23514", constraint: "refund_within_payment" });
    }
  });
});
