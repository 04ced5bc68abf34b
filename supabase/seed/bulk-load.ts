import type { Sql } from "./rows";

/** A constraint that is put back once the rows are there. */
type Constraint = { readonly name: string; readonly definition: string };

/**
 * Makes ready for some hundred thousand rows in this transaction: an academy larger than a full house is for benchmarks.
 * Nobody asks who made up its rows, so the audit triggers rest; and overlaps of bookings are looked for at once, when the
 * exclusion constraints come back, instead of row by row. Every other trigger and constraint holds.
 * @returns how to put the constraints back, which fails where bookings overlap.
 */
export async function beginBulkLoad(sql: Sql): Promise<() => Promise<void>> {
  await turnAuditTriggers(sql, "disable");
  const constraints = await sql<Constraint[]>`
    select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = 'public.bookings'::regclass and contype = 'x' order by conname`;
  for (const { name } of constraints) await sql`alter table public.bookings drop constraint ${sql(name)}`;
  return async () => {
    await settle(sql);
    for (const { name, definition } of constraints) {
      await sql`alter table public.bookings add constraint ${sql(name)} ${sql.unsafe(definition)}`;
    }
  };
}

export async function endBulkLoad(sql: Sql): Promise<void> {
  await turnAuditTriggers(sql, "enable");
}

async function turnAuditTriggers(sql: Sql, turn: "enable" | "disable"): Promise<void> {
  await settle(sql);
  const tables = await sql<{ name: string }[]>`
    select tgrelid::regclass::text as name from pg_trigger where tgfoid = 'private.audit()'::regprocedure`;
  for (const { name } of tables) await sql.unsafe(`alter table public.${name} ${turn} trigger audit`);
}

/** PostgreSQL alters no table that a deferred check still has to look at. */
async function settle(sql: Sql): Promise<void> {
  await sql`set constraints all immediate`;
  await sql`set constraints all deferred`;
}
