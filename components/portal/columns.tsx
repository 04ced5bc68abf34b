import type { ReactNode } from "react";
import styles from "./columns.module.css";

type ColumnsProps = {
  /** What the page is about: the wider column. */
  children: ReactNode;
  /** What belongs beside it; below it on a phone. */
  aside: ReactNode;
};

/** Two columns of cards; one on narrow screens. */
export function Columns({ children, aside }: ColumnsProps) {
  return (
    <div className={styles.columns}>
      <div className={styles.column}>{children}</div>
      <div className={styles.column}>{aside}</div>
    </div>
  );
}

/** Cards below one another. */
export function Stack({ children }: { children: ReactNode }) {
  return <div className={styles.column}>{children}</div>;
}
