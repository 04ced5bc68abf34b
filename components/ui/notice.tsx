import type { ReactNode } from "react";
import type { Tone } from "./status-badge";
import styles from "./tone.module.css";

type NoticeProps = {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
  /** status: said politely when it appears · alert: said at once · none: part of the page from the start. */
  role?: "status" | "alert" | "none";
};

/** A remark one should not miss: an outcome before it is confirmed, a result, a warning. */
export function Notice({ tone = "waiting", title, children, role = "none" }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={role === "none" ? undefined : role}>
      {title && <p className={styles.noticeTitle}>{title}</p>}
      {children && <div className={styles.noticeBody}>{children}</div>}
    </div>
  );
}
