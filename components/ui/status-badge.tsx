import type { ReactNode } from "react";
import styles from "./tone.module.css";

/** good: done, paid, active · waiting: running, due, on hold · bad: failed, overdue, refused · neutral: the rest. */
export type Tone = "good" | "waiting" | "bad" | "neutral";

/** A state in a word or two. The word says it; the colour only helps. */
export function StatusBadge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
