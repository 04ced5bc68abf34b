import type { ReactNode } from "react";
import styles from "./timeline.module.css";

export type TimelineItem = {
  readonly id: string;
  readonly when: string;
  readonly what: ReactNode;
  readonly note?: string | null;
};

/** What happened, in its order, with the time of each. */
export function Timeline({ label, items }: { label: string; items: readonly TimelineItem[] }) {
  return (
    <ol className={styles.list} aria-label={label}>
      {items.map((item) => (
        <li key={item.id} className={styles.item}>
          <span className={styles.when}>{item.when}</span>
          <div className={styles.what}>
            {item.what}
            {item.note && <p className={styles.note}>{item.note}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
