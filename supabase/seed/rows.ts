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
  await insertTogether(sql, { [table]: rows });
}

/** Inserts rows of some tables in one statement, at whose end they may refer to each other. */
export async function insertTogether(
  sql: Sql,
  tables: Readonly<Record<string, readonly Row[]>>,
): Promise<void> {
  const [first, ...others] = Object.entries(tables).flatMap(([table, rows]) => insertion(sql, table, rows));
  if (!first) return;
  let together = sql``;
  for (const [nth, insert] of others.entries()) {
    together = sql`${together} ${nth === 0 ? sql`with` : sql`,`} ${sql(`insertion_${nth}`)} as (${insert})`;
  }
  await sql`${together} ${first}`;
}

/** The insertion as a part of a statement; nothing where there are no rows. */
function insertion(sql: Sql, table: string, rows: readonly Row[]) {
  const [first] = rows;
  if (!first) return [];
  const columns = sql(Object.keys(first));
  return [
    sql`
    insert into ${sql(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql(table)}, ${JSON.stringify(rows)}::text::jsonb)`,
  ];
}
