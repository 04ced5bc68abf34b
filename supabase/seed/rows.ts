import type postgres from "postgres";

/** The owner's connection or a transaction on it. */
export type Sql = postgres.Sql | postgres.TransactionSql;

/** What JSON can carry into a column: PostgreSQL reads ranges, dates and instants from their text. */
export type Cell =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly number[]
  | { [key: string]: unknown };
export type Row = Readonly<Record<string, Cell>>;

/** Inserts any number of rows, all with the keys of the first one, in one statement. */
export async function insertRows(sql: Sql, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = sql(Object.keys(first));
  await sql`
    insert into ${sql(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql(table)}, ${JSON.stringify(rows)}::text::jsonb)`;
}
