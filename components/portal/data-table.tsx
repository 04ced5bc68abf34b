// biome-ignore-all lint/a11y/noRedundantRoles: on a phone the rows are laid out as cards, and a browser that sees `display: grid` on a table's parts forgets what they are.
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import styles from "./data-table.module.css";

export type Column<Row> = {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** end: amounts and counts, at the right edge. */
  readonly align?: "end";
  /** Where a press on the heading leads, and how the list is sorted by this column now. */
  readonly sort?: { readonly href: string; readonly state: "ascending" | "descending" | "none" };
  /** Left out on a phone: what the row's own page says as well. */
  readonly wideOnly?: boolean;
};

type DataTableProps<Row> = {
  /** Says what the rows are. */
  label: string;
  /** The first column names the row; on a phone it is the heading of the row's card. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
};

/** A list as a table; on a phone each row is a card with its labels. */
export function DataTable<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>) {
  const [first, ...rest] = columns;
  const classOf = (column: Column<Row>) =>
    [column.align === "end" && styles.end, column.wideOnly && styles.wideOnly].filter(Boolean).join(" ") ||
    undefined;
  return (
    <div className={styles.frame}>
      <table className={styles.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                role="columnheader"
                className={classOf(column)}
                aria-sort={column.sort && column.sort.state !== "none" ? column.sort.state : undefined}
              >
                {column.sort ? (
                  <Link
                    href={column.sort.href as Route}
                    className={styles.sort}
                    data-state={column.sort.state}
                  >
                    {column.label}
                  </Link>
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              <th scope="row" role="rowheader" className={styles.name}>
                {first.cell(row)}
              </th>
              {rest.map((column) => {
                const content = column.cell(row);
                const isEmpty = content === null || content === undefined || content === "";
                return (
                  <td
                    key={column.key}
                    role="cell"
                    className={classOf(column)}
                    data-label={column.label}
                    data-empty={isEmpty || undefined}
                  >
                    {/* One box, so that on a phone all of it stands beside its label. */}
                    <div>{content}</div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
