import type { ReactNode } from "react";
import styles from "./stat.module.css";

type StatProps = {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
  /** bad: something that needs a person. */
  tone?: "neutral" | "bad";
};

/** One figure. Stands inside a StatGrid. */
export function Stat({ label, value, detail, tone = "neutral" }: StatProps) {
  return (
    <div className={styles.stat}>
      <dt>{label}</dt>
      <dd className={`${styles.value} ${tone === "bad" ? styles.bad : ""}`}>{value}</dd>
      {detail && <dd className={styles.detail}>{detail}</dd>}
    </div>
  );
}

/** Figures side by side, as many in a row as fit. */
export function StatGrid({ children }: { children: ReactNode }) {
  return <dl className={styles.grid}>{children}</dl>;
}
