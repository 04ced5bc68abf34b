import type { ReactNode } from "react";
import styles from "./data-list.module.css";

type DataItem = {
  /** Tells items with the same label apart. */
  id?: string;
  label: string;
  value: ReactNode;
  /** Smaller, under the label: how an amount came about, a zone, a condition. */
  note?: string;
  /** The last line of a sum. */
  total?: boolean;
};

type DataListProps = {
  items: readonly DataItem[];
  /** amounts: values at the right edge, figures in columns. */
  kind?: "facts" | "amounts";
};

/** Labels and values: the facts of one thing, or the lines of a sum. */
export function DataList({ items, kind = "facts" }: DataListProps) {
  return (
    <dl className={`${styles.list} ${kind === "amounts" ? styles.amounts : ""}`}>
      {items.map((item) => (
        <div className={`${styles.row} ${item.total ? styles.total : ""}`} key={item.id ?? item.label}>
          <dt>
            {item.label}
            {item.note && <span className={styles.note}>{item.note}</span>}
          </dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
