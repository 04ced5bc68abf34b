import type Stripe from "stripe";
import type { World } from "../world";
import type { Check } from "./check";

async function listAll<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of pages) all.push(item);
  return all;
}

const listCharges = async ({ stripe }: World): Promise<Stripe.Charge[]> =>
  (await listAll(stripe.charges.list({ limit: 100 }))).filter(({ status }) => status === "succeeded");
const listRefunds = async ({ stripe }: World): Promise<Stripe.Refund[]> =>
  (await listAll(stripe.refunds.list({ limit: 100 }))).filter(({ status }) => status === "succeeded");

/** What is in one list and not exactly once in the other. */
function compare(what: string, ours: readonly string[], theirs: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const id of ours) counts.set(id, (counts.get(id) ?? 0) + 1);
  const unknown = theirs
    .filter((id) => !counts.has(id))
    .map((id) => `${what} ${id} of Stripe is not in our books`);
  const twice = [...counts]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => `${what} ${id} is booked ${count} times`);
  const known = new Set(theirs);
  const invented = [...counts.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `${what} ${id} is unknown to Stripe`);
  return [...unknown, ...twice, ...invented];
}

export const bookChecks: readonly Check[] = [
  {
    name: "the ledger balances, as a whole and by transaction and family",
    find: async ({ world: { sql } }) => {
      const rows = await sql<{ words: string }[]>`
        select format('the whole is off by %s cents', sum(amount_cents)) as words from ledger_entries having sum(amount_cents) <> 0
         union all
        select format('transaction %s is off by %s cents', transaction_id, sum(amount_cents)) from ledger_entries
         group by transaction_id, currency having sum(amount_cents) <> 0
         union all
        select format('family %s is off by %s cents', family_id, sum(amount_cents)) from ledger_entries
         where family_id is not null group by family_id, currency having sum(amount_cents) <> 0`;
      return rows.map(({ words }) => words);
    },
  },
  {
    name: "every charge of Stripe is one payment and one entry in the books",
    find: async ({ world }) => {
      const theirs = (await listCharges(world)).map(({ id }) => id);
      const payments = await world.sql<{ id: string }[]>`
        select stripe_charge_id as id from payments where stripe_charge_id is not null and created_at >= ${world.begunAt}`;
      const causes = await world.sql<{ id: string }[]>`
        select cause as id from ledger_transactions where cause like 'ch_%' and recorded_at >= ${world.begunAt}`;
      return [
        ...compare(
          "charge",
          payments.map(({ id }) => id),
          theirs,
        ),
        ...compare(
          "charge (ledger)",
          causes.map(({ id }) => id),
          theirs,
        ),
      ];
    },
  },
  {
    name: "every refund of Stripe is one refund and one entry in the books",
    find: async ({ world }) => {
      const theirs = (await listRefunds(world)).map(({ id }) => id);
      const refunds = await world.sql<{ id: string }[]>`
        select stripe_refund_id as id from refunds
         where stripe_refund_id is not null and status = 'succeeded' and created_at >= ${world.begunAt}`;
      const causes = await world.sql<{ id: string }[]>`
        select cause as id from ledger_transactions where cause like 're_%' and recorded_at >= ${world.begunAt}`;
      return [
        ...compare(
          "refund",
          refunds.map(({ id }) => id),
          theirs,
        ),
        ...compare(
          "refund (ledger)",
          causes.map(({ id }) => id),
          theirs,
        ),
      ];
    },
  },
  {
    name: "Stripe, the ledger and the payments name the same sum for each family",
    find: async ({ world }) => {
      const { sql, stripe } = world;
      const families = new Map<string, string>();
      for (const { id, metadata } of await listAll(stripe.customers.list({ limit: 100 })))
        if (metadata.family_id) families.set(id, metadata.family_id);
      const found: string[] = [];
      const theirs = new Map<string, number>();
      for (const charge of await listCharges(world)) {
        const customer = typeof charge.customer === "string" ? charge.customer : (charge.customer?.id ?? "");
        const family = families.get(customer);
        if (!family) found.push(`charge ${charge.id} is of customer ${customer}, who is no family`);
        else theirs.set(family, (theirs.get(family) ?? 0) + charge.amount - charge.amount_refunded);
      }
      const rows = await sql<{ family: string; ledger: number; payments: number }[]>`
        select f.id as family,
               (select coalesce(sum(e.amount_cents), 0)::int from ledger_entries e
                 where e.family_id = f.id and e.account = 'stripe_balance') as ledger,
               (select coalesce(sum(p.amount_cents - p.refunded_cents), 0)::int from payments p
                 where p.family_id = f.id) as payments
          from families f where f.created_at >= ${world.begunAt}`;
      for (const { family, ledger, payments } of rows) {
        const at = theirs.get(family) ?? 0;
        theirs.delete(family);
        if (ledger !== at || payments !== at)
          found.push(
            `family ${family}: Stripe has ${at} cents, the ledger ${ledger}, the payments ${payments}`,
          );
      }
      for (const [family, cents] of theirs)
        found.push(`family ${family}: Stripe has ${cents} cents, and we do not know it`);
      return found;
    },
  },
  {
    name: "Stripe has one running subscription for each active plan, and none besides",
    find: async ({ world: { sql, stripe, begunAt } }) => {
      const active = await sql<{ id: string }[]>`
        select id from enrollments where kind = 'plan' and status = 'active' and submitted_at >= ${begunAt}`;
      const running = (await listAll(stripe.subscriptions.list({ limit: 100, status: "all" }))).filter(
        ({ status }) => status !== "canceled",
      );
      return compare(
        "subscription for enrollment",
        running.map(({ metadata }) => metadata.enrollment_id ?? "none"),
        active.map(({ id }) => id),
      );
    },
  },
];
