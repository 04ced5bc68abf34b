import type { ReactNode } from "react";
import styles from "./empty-state.module.css";

type EmptyStateProps = {
  title: string;
  /** Why it is empty and what to do about it. */
  children?: ReactNode;
  /** The next step: a ButtonLink or a form. */
  action?: ReactNode;
  art?: ReactNode;
};

/** Stands where a list would be. Always names the next step. */
export function EmptyState({ title, children, action, art }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {art && <div className={styles.art}>{art}</div>}
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
